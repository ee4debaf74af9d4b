import * as path from 'node:path';
import * as vscode from 'vscode';
import type { Farthing } from '../docs/plugins/farthing';
import type { Started } from './main';
import { chatEditorType, commands, views } from './shared/contributions';
import { exportedApi } from './vscode/exportedApi';
import { editorChatDoor } from './vscode/languageModels/editorChatDoor';

/** How long after start everything else is loaded: the window should be drawn first. Milliseconds. */
const loadAfterMs = 300;

// A bundle of its own, like the parts in lazyParts.ts: reading and compiling it is what a start would wait for.
const requireMain: (file: string) => typeof import('./main') = require;

let started: Started | undefined;

/** Tells the editor what there is. What is behind it is loaded by its first use, or when the window has been drawn. */
export function activate(context: vscode.ExtensionContext): Farthing {
  const load = (): Started => (started ??= requireMain(path.join(__dirname, 'main.js')).start(context));
  const timer = setTimeout(load, loadAfterMs);
  context.subscriptions.push(
    { dispose: () => clearTimeout(timer) },
    vscode.window.registerWebviewViewProvider(views.chat, { resolveWebviewView: (...view) => load().chat.resolveWebviewView(...view) }),
    vscode.window.registerWebviewPanelSerializer(chatEditorType, { deserializeWebviewPanel: (...tab) => load().chatEditors.deserializeWebviewPanel(...tab) }),
    editorChatDoor((offersChanged) => load().languageModels(offersChanged)),
    // An address of ours is opened by others at any time; what it may do is decided behind it.
    vscode.window.registerUriHandler({ handleUri: (uri) => load().uris.handleUri(uri) }),
    // The explorer gives what was clicked, and all that is selected.
    ...Object.values(commands).map((id) => vscode.commands.registerCommand(id, (argument: unknown, selected: unknown) => load().run(id, id === commands.addToChat && Array.isArray(selected) ? selected : argument))),
  );
  return exportedApi(() => load().app);
}

export async function deactivate(): Promise<void> {
  await started?.stop();
}
