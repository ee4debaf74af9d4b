import * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { Failure } from '../../core/model/failure';
import type { ConversationEvent, StoredAnswer, StoredMessage, Thread } from '../../core/model/thread';
import type { Log } from '../../core/ports/log';
import { setContextKey } from '../register';
import { views } from '../../shared/contributions';
import { type ChatDelta, type ChatRequest, type ChatState, type FromPage, fromPage, type NoticeView, qualityNames, stateDelta, type ToPage } from '../../shared/protocol';
import { type ActionId, tell, tellConnection, tellNotice } from '../failureTexts';
import type { Actions } from '../actions';
import type { Replacements } from '../replaceSelection';
import { loosest } from '../settings';
import { answerView, budgetView, messageView, previewViews, stepsView, threadView, type ViewContext } from './chatViews';
import { chatHtml } from './chatHtml';

/** Deltas gathered before they are posted, in milliseconds: one frame at 60 Hz is more often than eyes need text. */
const postEveryMs = 30;

/** A notice whose buttons we know. */
interface OfferedNotice extends NoticeView {
  readonly actions: readonly { readonly id: ActionId; readonly label: string }[];
}

const memory = { thread: 'farthing.thread', draft: 'farthing.draft' } as const;

export interface ChatViewDependencies {
  readonly app: App;
  readonly actions: Actions;
  readonly replacements: Replacements;
  readonly log: Log;
  readonly extensionUri: vscode.Uri;
  /** Which conversation is open and what is half written, for this workspace. */
  readonly state: vscode.Memento;
  readonly createNonce: () => string;
}

/**
 * The chat in the sidebar. The page is a view of what the app holds: it may be closed, reloaded or crash at any
 * moment, and asks for a snapshot when it is back.
 */
export class ChatView implements vscode.WebviewViewProvider, vscode.Disposable {
  #view: vscode.WebviewView | undefined;
  #threadId: string | undefined;
  /** The conversation as it is shown. Changed in place: an answer comes in a thousand pieces. */
  #messages: StoredMessage[] = [];
  /** When the shown conversation was last written to, as the database has it. Undefined: it has to be read again. */
  #updatedAt: number | undefined;
  /** Only the newest snapshot counts; an older one that comes late is dropped. */
  #snapshotTurn = 0;
  #snapshotDone = 0;
  #reading = false;
  /** A piece of an answer came while the conversation was read. */
  #missed = false;
  #toldRunning = false;
  #title = '';
  #sequence = 0;
  #pending: ChatDelta[] = [];
  #postTimer: ReturnType<typeof setTimeout> | undefined;
  #previewing = new AbortController();
  #stepsTurn = 0;
  /** The page has been told what the buttons would ask, and is told again when that changes. */
  #stepsShown = false;
  #notice: OfferedNotice | undefined;
  #noticeAbout: Failure | undefined;
  #banner: OfferedNotice | undefined;
  #focusWhenReady = false;
  readonly #subscriptions: vscode.Disposable[] = [];

  constructor(private readonly dependencies: ChatViewDependencies) {
    const { app, state } = dependencies;
    this.#threadId = state.get<string>(memory.thread);
    this.#subscriptions.push(
      new vscode.Disposable(app.conversations.onEvent((event) => this.#follow(event))),
      new vscode.Disposable(app.onBudgetChanged(() => this.#inBackground(this.#postBudgets().then(() => this.#previewDraft(this.#draft()))))),
      new vscode.Disposable(app.onSetupChanged(() => this.#inBackground(this.#postSetup().then(() => this.#postBanner())))),
      new vscode.Disposable(app.connection.onChange(() => this.#inBackground(this.#postBanner()))),
      new vscode.Disposable(app.waiting.onChange(() => this.#inBackground(this.#postBanner()))),
      new vscode.Disposable(app.onNotice((notice) => this.#show(tellNotice(notice, app.providerName), 'failure' in notice ? notice.failure : undefined))),
      vscode.workspace.onDidGrantWorkspaceTrust(() => this.#inBackground(this.#postSetup())),
    );
  }

  dispose(): void {
    clearTimeout(this.#postTimer);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  resolveWebviewView(view: vscode.WebviewView): void {
    const { extensionUri, createNonce, log } = this.dependencies;
    this.#view = view;
    view.webview.options = { enableScripts: true, localResourceRoots: [vscode.Uri.joinPath(extensionUri, 'dist', 'webview'), vscode.Uri.joinPath(extensionUri, 'media')] };
    view.webview.onDidReceiveMessage((message: unknown) => void this.#receive(message));
    view.onDidDispose(() => {
      if (this.#view === view) this.#view = undefined;
    });
    view.webview.html = chatHtml(view.webview, extensionUri, createNonce());
    log.info('chat view opened');
  }

  /** Shows the view with the caret in the composer. */
  async focus(): Promise<void> {
    this.#focusWhenReady = this.#view === undefined;
    await vscode.commands.executeCommand(`${views.chat}.focus`);
    this.#post({ type: 'focus' });
  }

  async newThread(): Promise<void> {
    await this.#openThread(undefined);
    await this.focus();
  }

  get threadId(): string | undefined {
    return this.#threadId;
  }

  stop(): void {
    if (this.#threadId) this.dependencies.app.conversations.stop(this.#threadId);
  }

  /** Asks in a new conversation of this view; resolves when the question is stored. Undefined: it could not be. */
  async askInNewThread(question: { readonly text: string; readonly shown: string; readonly language?: string }): Promise<string | undefined> {
    await vscode.commands.executeCommand(`${views.chat}.focus`);
    try {
      return await this.#send(undefined, { ...question, purpose: 'selection' });
    } catch (error) {
      // What was typed into the picker is gone with it: it stays as a draft.
      const draft = this.#draft() === '' ? question.text : `${question.text}\n\n${this.#draft()}`;
      await this.dependencies.state.update(memory.draft, draft);
      this.#queue(stateDelta({ draft }));
      throw error;
    }
  }

  #draft(): string {
    return this.dependencies.state.get<string>(memory.draft) ?? '';
  }

  async #send(threadId: string | undefined, question: { readonly text: string; readonly shown?: string; readonly language?: string; readonly purpose: 'chat' | 'selection' }): Promise<string | undefined> {
    const { app, state } = this.dependencies;
    const sent = await app.conversations.send({ threadId, ...question });
    if (!sent.ok) {
      const told = tell(sent.failure, { nameOf: app.providerName, now: Date.now() });
      this.#show({ sentence: told.sentence, level: 'error', actions: told.actions.filter(({ id }) => id !== 'retry') });
      throw new Error(told.sentence);
    }
    // What stood in the way of an earlier question no longer does.
    if (this.#notice?.level === 'error') this.#show(undefined);
    // A question that was not written in the composer leaves what is being written there.
    if (question.text.startsWith(this.#draft())) await state.update(memory.draft, '');
    if (sent.threadId !== this.#threadId) await this.#openThread(sent.threadId);
    else this.#queue(stateDelta({ running: this.#running(), draft: this.#draft(), preview: undefined }));
    return sent.messageId;
  }

  async #openThread(threadId: string | undefined): Promise<void> {
    this.#threadId = threadId;
    await this.dependencies.state.update(memory.thread, threadId);
    await this.#postSnapshot();
  }

  async #receive(raw: unknown): Promise<void> {
    const parsed = fromPage.safeParse(raw);
    if (!parsed.success) {
      this.dependencies.log.warn(`message of the chat page refused: ${parsed.error.issues.map((issue) => issue.path.join('.')).join(', ')}`);
      return;
    }
    const { id, request }: FromPage = parsed.data;
    try {
      await this.#handle(request);
      this.#post({ type: 'reply', id, ok: true });
    } catch (error) {
      this.#post({ type: 'reply', id, ok: false, error: error instanceof Error ? error.message : String(error) });
    }
  }

  async #handle(request: ChatRequest): Promise<void> {
    const { app, actions, replacements, state } = this.dependencies;
    const { conversations } = app;
    switch (request.type) {
      case 'snapshot':
        await this.#postSnapshot();
        if (this.#focusWhenReady) this.#post({ type: 'focus' });
        this.#focusWhenReady = false;
        return;
      case 'send':
        if (request.text.trim() !== '') await this.#send(this.#threadId, { text: request.text, purpose: 'chat' });
        return;
      case 'stop':
        return this.stop();
      case 'draft':
        await state.update(memory.draft, request.text);
        return this.#previewDraft(request.text);
      case 'new-thread':
        return this.#openThread(undefined);
      case 'open-thread':
        return this.#openThread(request.threadId);
      case 'delete-thread':
        await conversations.delete(request.threadId);
        if (request.threadId === this.#threadId) await this.#openThread(undefined);
        return;
      case 'restore-thread':
        return conversations.restore(request.threadId);
      case 'again':
        return this.#again(request.messageId, request.how);
      case 'quality':
        return actions.setQuality(request.quality);
      case 'steps':
        return this.#postSteps();
      case 'rate':
        return this.#rate(request);
      case 'copy':
        await vscode.env.clipboard.writeText(request.text);
        return;
      case 'insert':
        return replacements.insertAtCursor(request.text, request.messageId);
      case 'replace-selection':
        return replacements.replace(request.messageId, request.text);
      case 'open-link':
        return openLink(request.url);
      case 'action':
        return this.#act(request.action, request.messageId);
    }
  }

  async #rate({ messageId, rating, reason, note }: Extract<ChatRequest, { type: 'rate' }>): Promise<void> {
    const { app } = this.dependencies;
    if (this.#threadId === undefined) return;
    const failure = await app.rate(this.#threadId, messageId, rating === 'none' ? undefined : rating, reason, note?.trim() === '' ? undefined : note?.trim());
    if (failure) throw new Error(tell(failure, { nameOf: app.providerName, now: Date.now() }).sentence);
  }

  async #again(messageId: string, how: 'same' | 'better' | 'cheaper', threadId = this.#threadId): Promise<void> {
    if (threadId === undefined) return;
    const sent = await this.dependencies.app.conversations.again(threadId, messageId, how);
    if (!sent.ok) throw new Error(tell(sent.failure, { nameOf: this.dependencies.app.providerName, now: Date.now() }).sentence);
    this.dependencies.replacements.follow(messageId, sent.messageId);
    this.#queue(stateDelta({ running: this.#running() }));
  }

  /** Acts only on buttons that were offered: a page that makes up an action gets nothing. */
  async #act(action: string, messageId: string | undefined): Promise<void> {
    const { app, actions } = this.dependencies;
    const message = this.#messages.find(({ id }) => id === messageId);
    const failure = message?.answer?.failure;
    const offered = failure ? tell(failure, { nameOf: app.providerName, now: Date.now() }).actions : [...(this.#notice?.actions ?? []), ...(this.#banner?.actions ?? []), ...this.#setupActions()];
    const found = offered.find(({ id }) => id === action);
    if (!found) return;
    const about = failure ?? this.#noticeAbout;
    if (!failure && this.#notice?.actions.some(({ id }) => id === found.id)) this.#show(undefined);
    if (action === 'retry' || action === 'cheaper') return messageId ? this.#again(messageId, action === 'retry' ? 'same' : 'cheaper') : undefined;
    if (action === 'sendLater') return messageId && this.#threadId ? app.waiting.add({ threadId: this.#threadId, messageId }) : undefined;
    if (action === 'newChat') return this.#openThread(undefined);
    // An allowance is for the money and the period that refused. When they are gone, the question is simply asked again.
    const isPast = failure?.kind === 'budgetReached' && (message?.answer?.realm !== app.realm() || (failure.resetsAt !== undefined && failure.resetsAt <= Date.now()));
    if (action === 'allow' && isPast && messageId) return this.#again(messageId, 'same');
    // Another conversation may be opened before the person has answered.
    const threadId = this.#threadId;
    if (action === 'goOn') return void (await this.#send(threadId, { text: 'Go on exactly where you stopped.', purpose: 'chat' }));
    const again = await actions.run(found.id, { failure: about, threadId });
    if (again === 'retry' && messageId) await this.#again(messageId, 'same', threadId);
  }

  #setupActions(): readonly { readonly id: ActionId }[] {
    return (['setKey', 'signIn', 'findLocalServers', 'startDemo', 'leaveDemo', 'setBudget', 'learningSettings'] as const).map((id) => ({ id }));
  }

  #follow(event: ConversationEvent): void {
    const { app } = this.dependencies;
    // Each setting of a context key is a message to the window: not one for every piece of an answer.
    const running = app.conversations.isRunning();
    if (running !== this.#toldRunning) setContextKey('running', running);
    this.#toldRunning = running;
    if (event.type === 'threads-changed') return this.#inBackground(this.#followStore());
    if (event.threadId !== this.#threadId) return;
    switch (event.type) {
      case 'message-added': {
        const before = this.#messages.at(-1);
        this.#messages.push(event.message);
        if (before?.answer) this.#queue({ type: 'answer-changed', messageId: before.id, answer: answerView(before.id, before.answer, this.#context()) });
        this.#queue({ type: 'message-added', message: messageView(event.message, this.#context()) });
        return;
      }
      case 'text-appended':
        if (!this.#change(event.messageId, (message) => (message.text.length === event.at ? { ...message, text: message.text + event.text } : undefined))) return this.#miss();
        this.#queue({ type: 'text-appended', messageId: event.messageId, at: event.at, text: event.text });
        return;
      case 'reasoning-appended':
        if (!this.#change(event.messageId, (message) => withReasoning(message, event))) return this.#miss();
        this.#queue({ type: 'reasoning-appended', messageId: event.messageId, at: event.at, text: event.text });
        return;
      case 'answer-changed':
        this.#change(event.messageId, (message) => ({ ...message, answer: event.answer }));
        this.#queueAnswer(event.messageId, event.answer);
        // An earlier answer was rated while this one is written.
        if (event.phase !== 'ended' || (this.#running() ?? event.messageId) !== event.messageId) return;
        this.#queue(stateDelta({ running: undefined }));
        if (event.answer.arm === undefined) this.#queueBefore(event.messageId);
        this.#inBackground(this.#postSteps());
        return;
    }
  }

  /** The answer before one that came to nothing: a better or a cheaper one than that can still be asked for. */
  #queueBefore(messageId: string): void {
    const before = this.#messages[this.#messages.findIndex(({ id }) => id === messageId) - 1];
    if (before?.answer) this.#queue({ type: 'answer-changed', messageId: before.id, answer: answerView(before.id, before.answer, this.#context()) });
  }

  /** Shows the list anew, and the conversation if it went on elsewhere. */
  async #followStore(): Promise<void> {
    if (!this.#view) return;
    const threads = await this.#threads();
    this.#queue(stateDelta({ threads: this.#threadViews(threads) }));
    await this.#catchUp(threads.find(({ id }) => id === this.#threadId)?.updatedAt);
  }

  /**
   * Another window may have gone on with this conversation, or deleted it. What happens here comes by events. Every
   * window hears of every change, so a long conversation is only read when it was written to or is being.
   */
  async #catchUp(updatedAt: number | undefined): Promise<void> {
    const { app } = this.dependencies;
    const threadId = this.#threadId;
    if (threadId === undefined || app.conversations.isBusy(threadId)) return;
    if (updatedAt !== undefined && updatedAt === this.#updatedAt && !this.#messages.some(({ answer }) => answer?.state === 'streaming')) return;
    const opened = await app.conversations.open(threadId);
    if (threadId !== this.#threadId || app.conversations.isBusy(threadId)) return;
    if (opened && isShown(opened.messages, this.#messages)) this.#updatedAt = opened.thread.updatedAt;
    else await this.#postSnapshot();
  }

  /** False when the message is not there or `change` gives nothing. From the end: there is the answer under way, however long the conversation. */
  #change(messageId: string, change: (message: StoredMessage) => StoredMessage | undefined): boolean {
    const index = this.#messages.findLastIndex(({ id }) => id === messageId);
    const message = this.#messages[index];
    const changed = message && change(message);
    if (!changed) return false;
    this.#messages[index] = changed;
    return true;
  }

  /** A piece does not fit: the conversation was read from the database meanwhile, and lacks it or has it already. */
  #miss(): void {
    this.#missed = true;
    if (!this.#reading) this.#inBackground(this.#postSnapshot());
  }

  /** For what nobody waits for. */
  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.dependencies.log.error('the chat could not be brought up to date', error));
  }

  /** Only the newest state of an answer is worth posting. */
  #queueAnswer(messageId: string, answer: StoredAnswer): void {
    const delta: ChatDelta = { type: 'answer-changed', messageId, answer: answerView(messageId, answer, this.#context()) };
    const last = this.#pending.at(-1);
    if (last?.type === 'answer-changed' && last.messageId === messageId) this.#pending[this.#pending.length - 1] = delta;
    else this.#queue(delta);
  }

  /** Asked of the app each time: an answer can have ended before the question's own promise is back. */
  #running(): string | undefined {
    return this.#threadId === undefined ? undefined : this.dependencies.app.conversations.runningIn(this.#threadId)?.messageId;
  }

  #context(): ViewContext {
    const { app, replacements } = this.dependencies;
    return {
      nameOf: app.providerName,
      now: Date.now(),
      replaceable: replacements.answerId,
      // An answer that no model gave is nothing to go up or down from; the one before it still is.
      lastMessageId: this.#messages.findLast(({ answer }) => !answer || answer.state === 'streaming' || answer.arm !== undefined)?.id,
      phase: this.#threadId === undefined ? undefined : app.conversations.runningIn(this.#threadId)?.phase,
      learning: app.settings()['learning.enabled'],
    };
  }

  #queue(delta: ChatDelta): void {
    const last = this.#pending.at(-1);
    const grows = (delta.type === 'text-appended' || delta.type === 'reasoning-appended') && last?.type === delta.type && last.messageId === delta.messageId;
    if (grows) this.#pending[this.#pending.length - 1] = { ...last, text: last.text + delta.text };
    else this.#pending.push(delta);
    this.#postTimer ??= setTimeout(() => this.#flush(), postEveryMs);
  }

  #flush(): void {
    clearTimeout(this.#postTimer);
    this.#postTimer = undefined;
    // A piece posted before the snapshot that it belongs to would fit nothing there; they go together.
    if (this.#snapshotDone !== this.#snapshotTurn) return;
    const pending = this.#pending;
    this.#pending = [];
    for (const delta of pending) this.#post({ type: 'delta', sequence: ++this.#sequence, delta });
  }

  #post(message: ToPage): void {
    void this.#view?.webview.postMessage(message);
  }

  /** `about`: the failure that its buttons are for. */
  #show(notice: OfferedNotice | undefined, about?: Failure): void {
    this.#notice = notice;
    this.#noticeAbout = about;
    this.#queue(stateDelta({ notice }));
  }

  async #postBanner(): Promise<void> {
    if (!this.#view) return;
    await this.#readBanner();
    this.#queue(stateDelta({ banner: this.#banner }));
  }

  async #readBanner(): Promise<void> {
    const { app } = this.dependencies;
    const { lostSince } = app.connection;
    const waiting = (await app.waiting.list()).length;
    const hasLocal = lostSince !== undefined && (await app.hasLocalModels().catch(() => false));
    this.#banner = tellConnection({ lostSince, waiting, local: !hasLocal ? 'none' : app.settings()['offline.localModels'] ? 'answering' : 'possible' });
  }

  async #postSnapshot(): Promise<void> {
    const turn = ++this.#snapshotTurn;
    const isNewest = () => turn === this.#snapshotTurn;
    try {
      await this.#readThread(isNewest);
      if (!isNewest()) return;
      const [threads, budgets, setup] = await Promise.all([this.#threads(), this.#budgetViews(), this.#setupView(), this.#readBanner()]);
      if (!isNewest()) return;
      // What was queued meanwhile about the conversation is in the snapshot; what was read of the rest may be newer.
      this.#pending = this.#pending.filter((delta) => delta.type === 'state' && ('threads' in delta.state || 'budgets' in delta.state));
      this.#post({ type: 'snapshot', sequence: ++this.#sequence, state: this.#state(threads, budgets, setup) });
      this.#stepsShown = false;
      this.#inBackground(this.#previewDraft(this.#draft()));
    } finally {
      if (isNewest()) this.#snapshotDone = turn;
      this.#flush();
    }
  }

  #state(threads: readonly Thread[], budgets: ChatState['budgets'], setup: ChatState['setup']): ChatState {
    const context = this.#context();
    return {
      thread: this.#threadId === undefined ? undefined : { id: this.#threadId, title: this.#title },
      messages: this.#messages.map((message) => messageView(message, context)),
      threads: this.#threadViews(threads),
      budgets,
      setup,
      draft: this.#draft(),
      preview: undefined,
      ...this.#qualityState(),
      steps: undefined,
      running: this.#running(),
      notice: this.#notice,
      banner: this.#banner,
    };
  }

  /** What cannot be read now stays as it is shown: it may be readable in a moment. */
  async #readThread(isNewest: () => boolean): Promise<void> {
    const { app, log } = this.dependencies;
    const threadId = this.#threadId;
    this.#reading = true;
    this.#missed = false;
    try {
      const opened = threadId === undefined ? undefined : await app.conversations.open(threadId);
      if (!isNewest()) return;
      if (!opened) this.#threadId = undefined;
      this.#messages = [...(opened?.messages ?? [])];
      this.#title = opened?.thread.title ?? '';
      this.#updatedAt = this.#missed ? undefined : opened?.thread.updatedAt;
      this.#reading = false;
    } catch (error) {
      if (!isNewest()) return;
      log.error('the conversation could not be read', error);
      this.#notice = { sentence: 'The conversation could not be read from the database.', level: 'error', actions: [{ id: 'showLog', label: 'Show log' }] };
      if (this.#messages[0]?.threadId !== threadId) this.#messages = [];
      this.#updatedAt = undefined;
      this.#reading = false;
    }
  }

  async #postBudgets(): Promise<void> {
    if (!this.#view) return;
    this.#queue(stateDelta({ budgets: await this.#budgetViews() }));
  }

  async #postSetup(): Promise<void> {
    if (!this.#view) return;
    this.#queue(stateDelta({ setup: await this.#setupView(), ...this.#qualityState(), budgets: await this.#budgetViews() }));
    await Promise.all([this.#previewDraft(this.#draft()), ...(this.#stepsShown ? [this.#postSteps()] : [])]);
  }

  #qualityState(): Pick<ChatState, 'quality' | 'qualityLimit'> {
    const { value, by } = loosest('quality', 'quality');
    const most = qualityNames.find((name) => name === value);
    const why = by === 'folder' ? `The settings of this folder allow ${most} at most.` : `An environment variable sets the quality to ${most}.`;
    return { quality: this.dependencies.app.settings().quality, qualityLimit: most === undefined || most === 'quality' ? undefined : { most, why } };
  }

  /** What the buttons below the last answer would ask. Nothing is said of an answer that is not the last. */
  async #postSteps(): Promise<void> {
    const { app } = this.dependencies;
    const turn = ++this.#stepsTurn;
    this.#stepsShown = true;
    const last = this.#messages.findLast(({ answer }) => answer?.arm !== undefined && answer.state !== 'streaming');
    // One that has just ended is still being written down.
    const isWriting = (this.#context().phase ?? 'ended') !== 'ended';
    const steps = this.#view && last && !isWriting ? await app.previewSteps(last.id, this.#messages) : undefined;
    if (turn === this.#stepsTurn) this.#queue(stateDelta({ steps: steps && last && stepsView(last.id, steps, app.providerName) }));
  }

  async #threads(): Promise<readonly Thread[]> {
    const { app, log } = this.dependencies;
    try {
      return await app.conversations.list();
    } catch (error) {
      log.error('the conversations could not be listed', error);
      return [];
    }
  }

  #threadViews(threads: readonly Thread[]): ChatState['threads'] {
    const { conversations } = this.dependencies.app;
    const now = Date.now();
    return threads.map((thread) => threadView(thread, conversations.runningIn(thread.id) !== undefined, now));
  }

  async #budgetViews(): Promise<ChatState['budgets']> {
    const overview = await this.dependencies.app.budgets(this.#threadId);
    if (!overview) return [];
    const now = Date.now();
    const rest = overview.statuses.filter((status) => status !== overview.tightest);
    return [overview.tightest, ...rest].map((status) => budgetView(status, now));
  }

  async #setupView(): Promise<ChatState['setup']> {
    const { app } = this.dependencies;
    const providers = await app.providers();
    return { providers: providers.filter(({ askable }) => askable).map(({ provider }) => provider.name), demo: app.realm() === 'demo', trusted: vscode.workspace.isTrusted };
  }

  /** Only the newest draft counts: it ends the work for an older one. */
  async #previewDraft(text: string): Promise<void> {
    const { app } = this.dependencies;
    this.#previewing.abort();
    this.#previewing = new AbortController();
    const { signal } = this.#previewing;
    const shown = text.trim() === '' ? undefined : await app.preview({ text, threadId: this.#threadId, before: this.#messages }, signal);
    if (signal.aborted) return;
    this.#queue(stateDelta({ preview: shown && previewViews(shown, app.providerName) }));
  }
}

/** Whether what is stored is what is shown: texts only grow, and an ended answer does not change. */
function isShown(stored: readonly StoredMessage[], shown: readonly StoredMessage[]): boolean {
  return stored.length === shown.length && stored.every(({ id, text, answer }, index) => id === shown[index]?.id && text.length === shown[index]?.text.length && answer?.state === shown[index]?.answer?.state && isSameRating(answer?.rating, shown[index]?.answer?.rating));
}

function isSameRating(one: StoredAnswer['rating'], other: StoredAnswer['rating']): boolean {
  return one?.value === other?.value && one?.reason === other?.reason && one?.note === other?.note;
}

function withReasoning(message: StoredMessage, { at, text }: { readonly at: number; readonly text: string }): StoredMessage | undefined {
  const { reasoning = '' } = message.answer ?? {};
  return message.answer && reasoning.length === at ? { ...message, answer: { ...message.answer, reasoning: reasoning + text } } : undefined;
}

/** Only addresses of the web, and only after the editor has asked the person. */
async function openLink(url: string): Promise<void> {
  const uri = vscode.Uri.parse(url, true);
  if (uri.scheme === 'https' || uri.scheme === 'http' || uri.scheme === 'mailto') await vscode.env.openExternal(uri);
  else throw new Error('Only addresses of the web and of mail are opened.');
}
