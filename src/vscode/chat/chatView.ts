import * as vscode from 'vscode';
import { views } from '../../shared/contributions';
import { chatHtml, chatOptions } from './chatHtml';
import type { ChatDependencies } from './chatPart';
import { ChatSession } from './chatSession';
import { keptOfSidebar } from './keptChat';

export interface ChatViewDependencies extends ChatDependencies {
  readonly extensionUri: vscode.Uri;
  /** Of this workspace. */
  readonly state: vscode.Memento;
  readonly createNonce: () => string;
}

/** The chat in the sidebar. */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  #view: vscode.WebviewView | undefined;
  readonly session: ChatSession;

  constructor(private readonly dependencies: ChatViewDependencies) {
    const { state } = dependencies;
    this.session = new ChatSession(dependencies, {
      webview: () => this.#view?.webview,
      show: async () => void (await vscode.commands.executeCommand(`${views.chat}.focus`)),
      kept: keptOfSidebar(state),
    });
  }

  dispose(): void {
    this.session.dispose();
  }

  get isVisible(): boolean {
    return this.#view?.visible ?? false;
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { extensionUri, createNonce, log } = this.dependencies;
    this.#view = view;
    view.webview.options = chatOptions(extensionUri);
    this.session.connect(view.webview);
    view.onDidDispose(() => {
      if (this.#view === view) this.#view = undefined;
    });
    view.webview.html = chatHtml(view.webview, extensionUri, createNonce());
    log.info('chat view opened');
  }
}
