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

/** A page in a tab of the editor: one for each of these. Every request of the page is settled by one reply, with a sentence where it failed. */
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

  /** @param quiet what is being worked on keeps the focus */
  show(column = vscode.ViewColumn.Active, quiet = false): void {
    if (this.#panel) this.#panel.reveal(undefined, quiet);
    else this.adopt(vscode.window.createWebviewPanel(`farthing.${this.page.name}`, this.page.title, { viewColumn: column, preserveFocus: quiet }));
  }

  /** Where it is, while it is in front there. */
  get column(): vscode.ViewColumn | undefined {
    return this.#panel?.visible ? this.#panel.viewColumn : undefined;
  }

  /** Takes a panel that came back with the window. */
  adopt(panel: vscode.WebviewPanel): void {
    const { name, title, opened } = this.page;
    panel.webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(this.extensionUri, 'dist', 'webview')] };
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

  /** What stands on its tab. */
  set title(title: string) {
    if (this.#panel && this.#panel.title !== title) this.#panel.title = title;
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
