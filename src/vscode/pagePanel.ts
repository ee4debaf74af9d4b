import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import type * as z from 'zod/mini';
import type { App } from '../core/app';
import type { Log } from '../core/ports/log';
import { storageFailure } from '../core/ports/ledgerStore';
import { tell } from './failureTexts';
import { pageHtml } from './pageHtml';

/** What a panel shows, and what it does for its page. */
interface Page<Request> {
  /** Of its script, its style sheet and its kind of panel. */
  readonly name: string;
  readonly title: string;
  /** What the page may say. */
  readonly message: z.ZodMiniType<{ readonly id: number; readonly request: Request }>;
  /** Does what the page asks for. Returns why it was not done, for the person. */
  readonly handle: (request: Request) => Promise<string | undefined>;
  /** Called when the panel opens; what it returns, when the panel closes. */
  readonly opened: () => () => void;
}

/** A page in a tab of the editor: one a window. Every request of the page is settled by one reply, with a sentence where it failed. */
export class PagePanel<Request, Message> {
  #panel: vscode.WebviewPanel | undefined;

  constructor(
    private readonly page: Page<Request>,
    private readonly app: App,
    private readonly log: Log,
    private readonly extensionUri: vscode.Uri,
  ) {}

  get isOpen(): boolean {
    return this.#panel !== undefined;
  }

  show(): void {
    if (this.#panel) {
      this.#panel.reveal();
      return;
    }
    const { name, title, opened } = this.page;
    const root = vscode.Uri.joinPath(this.extensionUri, 'dist', 'webview');
    const panel = vscode.window.createWebviewPanel(`farthing.${name}`, title, vscode.ViewColumn.Active, { enableScripts: true, localResourceRoots: [root] });
    this.#panel = panel;
    const close = opened();
    panel.iconPath = vscode.Uri.joinPath(this.extensionUri, 'media', 'farthing.svg');
    panel.onDidDispose(() => {
      this.#panel = undefined;
      close();
    });
    panel.webview.onDidReceiveMessage((message: unknown) => void this.#receive(message));
    panel.webview.html = pageHtml(panel.webview, this.extensionUri, randomBytes(16).toString('hex'), name, title);
  }

  post(message: Message): void {
    this.#send(message);
  }

  async #receive(raw: unknown): Promise<void> {
    const parsed = this.page.message.safeParse(raw);
    if (!parsed.success) {
      this.log.warn(`message of the page "${this.page.title}" refused: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`);
      return;
    }
    const { id, request } = parsed.data;
    try {
      this.#reply(id, await this.page.handle(request));
    } catch (error) {
      this.log.error(`the page "${this.page.title}" did not get what it asked for`, error);
      this.#reply(id, tell(storageFailure(error), { nameOf: this.app.providerName, now: Date.now() }).sentence);
    }
  }

  #reply(id: number, error: string | undefined): void {
    this.#send({ type: 'reply', id, ...(error === undefined ? {} : { error }) });
  }

  #send(message: Message | { readonly type: 'reply'; readonly id: number; readonly error?: string }): void {
    void this.#panel?.webview.postMessage(message);
  }
}
