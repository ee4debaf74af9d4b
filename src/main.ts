import * as path from 'node:path';
import * as vscode from 'vscode';
import { estimateTokenCount } from 'tokenx';
import { App } from './core/app';
import { readSnapshot } from './core/catalog/snapshot';
import { timeSortedIds } from './node/ids';
import { systemClock } from './node/systemClock';
import { packagedBytes, packagedTexts, textFiles } from './node/textFiles';
import { pluginFiles } from './node/pluginFiles';
import { lazyBooks, lazyDemoServer, lazyExchange, lazyExperiments, lazyForeignReaders, lazyJudge, lazyLearner, lazyRareHandlers, lazyReport, lazyWire, lazyYaml } from './lazyParts';
import { pkce } from './node/pkce';
import { ownerId } from './node/processOwner';
import { mountSurfaces, type Surfaces } from './vscode/surfaces';
import { outputLog } from './vscode/outputLog';
import { tellKeyInMemory } from './vscode/keyCommands';
import { secretKeys, secretSignIns } from './vscode/secretKeys';
import { readSettings } from './vscode/settings';

/** The whole of Farthing in this window. */
export interface Started extends Surfaces {
  readonly app: App;
  /** Ends what is under way, writes it down and closes the books. */
  stop(): Promise<void>;
}

/** Builds the ports, creates the app, mounts the surfaces. Decides nothing and opens nothing. */
export function start(context: vscode.ExtensionContext): Started {
  const channel = vscode.window.createOutputChannel('Farthing', { log: true });
  const log = outputLog(channel);
  const storage = context.globalStorageUri.fsPath;
  const settings = readSettings();
  const texts = textFiles(path.join(storage, 'texts'));
  const dist = path.join(context.extensionPath, 'dist');
  const packaged = packagedTexts(dist);
  const app = new App(
    {
      clock: systemClock,
      ids: timeSortedIds(),
      random: Math.random,
      log,
      keys: secretKeys(context.secrets, tellKeyInMemory),
      texts,
      pluginFiles: pluginFiles({ folder: path.join(storage, 'plugins'), log }),
      foreignReaders: lazyForeignReaders,
      books: lazyBooks(storage, log),
      judge: lazyJudge,
      profileWeights: () => packagedBytes(path.join(dist, 'profile.weights')),
      snapshot: async () => readSnapshot((await packaged.read('catalogue.json')) ?? ''),
      demo: lazyDemoServer(),
      wire: lazyWire({ log, mayAsk: (model) => context.languageModelAccessInformation.canSendRequest(model) }),
      countTokens: estimateTokenCount,
      signIn: { pkce, pending: secretSignIns(context.secrets), exchange: lazyExchange },
      experiments: lazyExperiments,
      learner: lazyLearner,
      report: lazyReport,
      window: ownerId(),
    },
    settings.values,
  );
  const surfaces = mountSurfaces({ app, context, settings, log, channel, parseYaml: lazyYaml, rareHandlers: lazyRareHandlers });
  context.subscriptions.push(channel, surfaces.mounted);
  return { ...surfaces, app, stop: () => app.close() };
}
