import * as path from 'node:path';
import * as vscode from 'vscode';
import { estimateTokenCount } from 'tokenx';
import { App } from './core/app';
import { readSnapshot } from './core/catalog/snapshot';
import { timeSortedIds } from './node/ids';
import { systemClock } from './node/systemClock';
import { packagedTexts, textFiles } from './node/textFiles';
import { lazyBooks, lazyDemoServer, lazyWire } from './lazyParts';
import { ownerId } from './node/processOwner';
import { mountSurfaces } from './vscode/surfaces';
import { outputLog } from './vscode/outputLog';
import { secretKeys } from './vscode/secretKeys';
import { readSettings } from './vscode/settings';

let running: App | undefined;

/** Builds the ports, creates the app, mounts the surfaces. Decides nothing and opens nothing. */
export function activate(context: vscode.ExtensionContext): void {
  const channel = vscode.window.createOutputChannel('Farthing', { log: true });
  const log = outputLog(channel);
  const storage = context.globalStorageUri.fsPath;
  const settings = readSettings();
  const texts = textFiles(path.join(storage, 'texts'));
  const packaged = packagedTexts(path.join(context.extensionPath, 'dist'));
  const app = new App(
    {
      clock: systemClock,
      ids: timeSortedIds(),
      log,
      keys: secretKeys(context.secrets),
      texts,
      books: lazyBooks(storage, log),
      snapshot: async () => readSnapshot((await packaged.read('catalogue.json')) ?? ''),
      demo: lazyDemoServer(),
      wire: lazyWire(log),
      countTokens: estimateTokenCount,
      window: ownerId(),
    },
    settings.values,
  );
  running = app;
  context.subscriptions.push(channel, mountSurfaces({ app, context, settings, log, channel }));
}

export async function deactivate(): Promise<void> {
  await running?.close();
}
