import * as path from 'node:path';
import * as vscode from 'vscode';
import { estimateTokenCount } from 'tokenx';
import { App } from './core/app';
import { readSnapshot } from './core/catalog/snapshot';
import { timeSortedIds } from './node/ids';
import { systemClock } from './node/systemClock';
import { packagedBytes, packagedTexts, textFiles } from './node/textFiles';
import { pluginFiles } from './node/pluginFiles';
import { lazyBooks, lazyContext, lazyDemoServer, lazyEditorHandlers, lazyEdits, lazyExchange, lazyExperiments, lazyForeignReaders, lazyGateway, lazyGatewayRoom, lazyJudge, lazyLanguageModels, lazyLearner, lazyOrchestrator, lazyOutbound, lazyRareParts, lazyReport, lazyWire, lazyYaml } from './lazyParts';
import { pkce } from './node/pkce';
import { livenessOf, ownerId } from './node/processOwner';
import { useBundle } from './shared/l10n';
import { followOutbound } from './vscode/operations/followOutbound';
import { mountSurfaces, type Surfaces } from './vscode/surfaces';
import { outputLog } from './vscode/outputLog';
import { tellKeyInMemory } from './vscode/keyCommands';
import { machineToken, outboundSecrets, secretKeys, secretSignIns } from './vscode/secretKeys';
import { readSettings } from './vscode/settings';

/** The whole of Farthing in this window. */
export interface Started extends Surfaces {
  readonly app: App;
  /** Ends what is under way, writes it down and closes the books. */
  stop(): Promise<void>;
}

/** Builds the ports, creates the app, mounts the surfaces. Decides nothing and opens nothing. */
export function start(context: vscode.ExtensionContext): Started {
  useBundle(vscode.l10n.bundle, vscode.env.language);
  const channel = vscode.window.createOutputChannel('Farthing', { log: true });
  const log = outputLog(channel);
  const storage = context.globalStorageUri.fsPath;
  const settings = readSettings();
  const texts = textFiles(path.join(storage, 'texts'));
  const dist = path.join(context.extensionPath, 'dist');
  const packaged = packagedTexts(dist);
  const ids = timeSortedIds();
  const window = ownerId();
  const app = new App(
    {
      clock: systemClock,
      ids,
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
      orchestrator: lazyOrchestrator,
      learner: lazyLearner,
      report: lazyReport,
      window,
    },
    settings.values,
  );
  const token = machineToken(context.secrets);
  const surfaces = mountSurfaces({ app, context, settings, log, channel, parseYaml: lazyYaml, edits: lazyEdits, editorHandlers: lazyEditorHandlers, openRareParts: lazyRareParts, openGatewayRoom: (changed) => lazyGatewayRoom({ app, log, context, changed, token, openGateway: (settings) => lazyGateway({ door: app, clock: systemClock, ids, log, token, texts, settings, version: versionOf(context), window }) }), openContext: lazyContext, openLanguageModels: lazyLanguageModels });
  const outbound = followOutbound((onTrouble) => lazyOutbound({ onTrouble, app, clock: systemClock, ids, log, folder: path.join(storage, 'webhooks'), processes: { own: window, isAlive: (owner) => livenessOf(owner) !== 'dead' }, secret: (name) => outboundSecrets(context.secrets).get(name), version: versionOf(context) }), settings.values);
  context.subscriptions.push(channel, surfaces.mounted, outbound);
  return {
    ...surfaces,
    app,
    stop: async () => {
      await surfaces.close();
      await app.close();
      await outbound.close();
    },
  };
}

function versionOf({ extension }: vscode.ExtensionContext): string {
  const manifest: unknown = extension.packageJSON;
  return typeof manifest === 'object' && manifest !== null && 'version' in manifest ? String(manifest.version) : '';
}
