import * as vscode from 'vscode';
import * as z from 'zod/mini';
import { chatEditorType } from '../../shared/contributions';
import { t } from '../../shared/l10n';
import { makeVisible } from '../../shared/visibleText';
import { setContextKey } from '../register';
import { chatHtml, chatOptions } from './chatHtml';
import { ChatSession } from './chatSession';
import type { AppNotice } from './notices';
import { forgetOldTabs, isTabKept, type KeptChat, keptOfTab, keptTabs, newTabId } from './keptChat';
import type { ChatView, ChatViewDependencies } from './chatView';

/** What a page has kept of its tab, for a window that is loaded again. Pages of earlier versions had no id of their tab, but all of the rest. */
const keptTab = z.object({ tab: z.optional(z.string()), threadId: z.optional(z.string()), draft: z.optional(z.string()) });

/** Characters of a title that a tab shows, at most. */
const longestTitle = 60;

/** Every chat of this window: that of the sidebar, and any number in tabs of the editor. */
export class ChatEditors implements vscode.WebviewPanelSerializer, vscode.Disposable {
  readonly #editors = new Set<ChatEditor>();
  readonly #subscriptions: vscode.Disposable;
  #toldRunning = false;

  constructor(
    private readonly dependencies: ChatViewDependencies,
    private readonly sidebar: ChatView,
  ) {
    const { app, state, log } = dependencies;
    forgetOldTabs(state).catch((error: unknown) => log.error('what closed tabs kept could not be forgotten', error));
    this.#subscriptions = vscode.Disposable.from(
      new vscode.Disposable(app.onNotice((notice) => this.#notify(notice))),
      new vscode.Disposable(app.conversations.onEvent(() => this.#tellRunning())),
    );
  }

  dispose(): void {
    this.#subscriptions.dispose();
    for (const { session } of this.#editors) session.dispose();
  }

  /** Shows a conversation in a tab: in the one that it is open in, else in a new one. Undefined: a new conversation. */
  async open(threadId: string | undefined): Promise<void> {
    const open = threadId === undefined ? undefined : [...this.#editors].find(({ session }) => session.threadId === threadId);
    const { session } = open ?? this.#add(vscode.window.createWebviewPanel(chatEditorType, newTitle(), vscode.ViewColumn.Active, chatOptions(this.dependencies.extensionUri)), { threadId });
    await session.focus();
  }

  /** Stops the answer in the chat that is worked in; where none is under way there, in another that is seen. */
  stop(): void {
    const editors = [...this.#editors].toSorted((one, other) => Number(other.isActive) - Number(one.isActive));
    const active = editors.filter(({ isActive }) => isActive);
    [...active, this.sidebar, ...editors].find(({ session }) => session.isRunning)?.session.stop();
  }

  /** A window was loaded again and had this tab. */
  async deserializeWebviewPanel(panel: vscode.WebviewPanel, state: unknown): Promise<void> {
    panel.webview.options = chatOptions(this.dependencies.extensionUri);
    const kept = keptTab.safeParse(state);
    this.#add(panel, kept.success ? kept.data : { tab: this.#leftBehind() });
  }

  /**
   * For a tab whose page is not remembered: what a page keeps is written down some time after, in a browser every five
   * seconds, and what is kept here at once. The newest that belongs to no other tab.
   */
  #leftBehind(): string | undefined {
    const taken = new Set([...this.#editors].map(({ id }) => id));
    const left = keptTabs(this.dependencies.state).filter((id) => !taken.has(id));
    // Those that were not shown since the window was loaded say later which are theirs.
    const waiting = vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs).filter(({ input }) => input instanceof vscode.TabInputWebview && input.viewType.endsWith(chatEditorType)).length - taken.size - 1;
    return left.length > waiting ? left[0] : undefined;
  }

  #add(panel: vscode.WebviewPanel, { tab, threadId, draft = '' }: z.infer<typeof keptTab>): ChatEditor {
    const { state, log, createNonce } = this.dependencies;
    const inBackground = (work: Promise<void>) => void work.catch((error: unknown) => log.error('what a tab keeps could not be written', error));
    const known = tab !== undefined && isTabKept(state, tab);
    const id = known ? tab : newTabId(Date.now(), createNonce());
    const kept = keptOfTab(state, id);
    if (!known) {
      inBackground(kept.keepThread(threadId));
      inBackground(kept.keepDraft(draft, 0));
    }
    const editor = new ChatEditor(this.dependencies, panel, { id, kept });
    this.#editors.add(editor);
    // Its answer goes on without it.
    panel.onDidDispose(() => {
      this.#editors.delete(editor);
      editor.session.dispose();
      inBackground(kept.forget());
    });
    return editor;
  }

  /** What concerns no chat in particular is told once, where it is seen. */
  #notify(notice: AppNotice): void {
    const seen = this.sidebar.isVisible ? undefined : ([...this.#editors].find(({ isActive }) => isActive) ?? [...this.#editors].find(({ isVisible }) => isVisible));
    (seen ?? this.sidebar).session.notify(notice);
  }

  /** Each setting of a context key is a message to the window: not one for every piece of an answer. */
  #tellRunning(): void {
    const running = this.dependencies.app.conversations.isRunning();
    if (running !== this.#toldRunning) setContextKey('running', running);
    this.#toldRunning = running;
  }
}

/** A chat in a tab of the editor. Its page keeps which tab it is. */
class ChatEditor {
  readonly id: string;
  readonly session: ChatSession;
  /** A page is there and has spoken; one of a hidden tab is not. */
  #isLive = false;

  constructor(
    dependencies: ChatViewDependencies,
    private readonly panel: vscode.WebviewPanel,
    { id, kept }: { readonly id: string; readonly kept: KeptChat },
  ) {
    const { extensionUri, createNonce } = dependencies;
    this.id = id;
    panel.iconPath = vscode.Uri.joinPath(extensionUri, 'media', 'farthing.svg');
    // Before the session hears it, which answers the page.
    panel.webview.onDidReceiveMessage(() => {
      this.#isLive = true;
    });
    panel.onDidChangeViewState(() => {
      if (!panel.visible) this.#isLive = false;
    });
    this.session = new ChatSession(dependencies, {
      webview: () => (this.#isLive ? panel.webview : undefined),
      show: async () => panel.reveal(),
      kept,
      titled: (title) => {
        panel.title = title === undefined ? newTitle() : shortTitle(makeVisible(title));
      },
    });
    this.session.connect(panel.webview);
    panel.webview.html = chatHtml(panel.webview, extensionUri, createNonce(), id);
  }

  get isActive(): boolean {
    return this.panel.active;
  }

  get isVisible(): boolean {
    return this.panel.visible;
  }
}

function newTitle(): string {
  return t('New Chat');
}

function shortTitle(title: string): string {
  return title.length <= longestTitle ? title : `${title.slice(0, longestTitle).trimEnd()}…`;
}
