import * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { Failure } from '../../core/model/failure';
import type { ConversationEvent, StoredMessage, Thread } from '../../core/model/thread';
import type { ArmId } from '../../core/model/modelCard';
import { workWishOf } from './workRequests';
import { t } from '../../shared/l10n';
import { type ChatDelta, type ChatRequest, type ChatState, type FromPage, fromPage, stateDelta, type ToPage } from '../../shared/protocol';
import { tell } from '../failureTexts';
import { settingsWritten, writeSetting } from '../settings';
import { answerView, messageView, type ViewContext } from './chatViews';
import { openLink } from './openLink';
import type { ChatDependencies, SessionDoor } from './chatPart';
import { chatParts } from './chatParts';
import { currentThread } from './historyViews';
import type { KeptChat } from './keptChat';
import { type AppNotice, Notices } from './notices';
import { Outbox } from './outbox';
import { Previews } from './previews';
import { ShownThread } from './shownThread';
import { budgetViews, qualityState, setupView } from './standingViews';
import { TakenOnce } from './takenOnce';

/** Deltas gathered before they are posted, in milliseconds: one frame at 60 Hz is more often than eyes need text. */
const postEveryMs = 30;

/** Stored questions that are remembered over a reload of the window: more than a page has on its way. */
const mostSentKept = 20;

type Question = Parameters<App['conversations']['send']>[0];

/** Where a chat is shown: the sidebar, or a tab of the editor. */
export interface ChatSurface {
  /** Undefined while there is no page. */
  webview(): vscode.Webview | undefined;
  /** Brings it to the front. */
  show(): Promise<void>;
  /** Which conversation is open in it and what is half written; there again after a reload of the window. */
  readonly kept: KeptChat;
  /** Told the title of the conversation in it; undefined of a new one. */
  titled?(title: string | undefined): void;
}

/**
 * One chat page and what it shows. The page is a view of what the app holds: it may be closed, reloaded or crash at any
 * moment, and asks for a snapshot when it is back.
 */
export class ChatSession implements vscode.Disposable {
  readonly #parts: ReturnType<typeof chatParts>;
  /** Of the conversation that is open; it is shown once it is read. */
  #threadId: string | undefined;
  readonly #shown = new ShownThread();
  #isDisposed = false;
  readonly #outbox: Outbox;
  readonly #requests: TakenOnce;
  readonly #previews: Previews;
  readonly #notices: Notices;
  #focusWhenReady = false;
  readonly #subscriptions: vscode.Disposable;

  constructor(
    private readonly dependencies: ChatDependencies,
    private readonly surface: ChatSurface,
  ) {
    const { app } = dependencies;
    this.#threadId = surface.kept.threadId();
    this.#requests = new TakenOnce(surface.kept.keptSent());
    this.#outbox = new Outbox({ post: (message) => this.#post(message), soon: (run) => void setTimeout(run, postEveryMs), sequence: Date.now() });
    this.#notices = new Notices(app, (state) => this.#queue(stateDelta(state)));
    const door = this.#door();
    this.#parts = chatParts(door);
    this.#previews = new Previews(door, {
      isSeen: () => this.surface.webview() !== undefined,
      // An answer that has just ended is still being written down.
      isWriting: () => (this.#context().phase ?? 'ended') !== 'ended',
      previewed: (shown) => this.#parts.context.previewed(shown),
    });
    const followed = [
      app.conversations.onEvent((event) => this.#follow(event)),
      app.onBudgetChanged(() => this.#inBackground(this.#postBudgets().then(() => this.#previews.draft(this.#draft())))),
      app.onSetupChanged(() => this.#inBackground(this.#postSetup().then(() => this.#postBanner()))),
      app.connection.onChange(() => this.#inBackground(this.#postBanner())),
      app.waiting.onChange(() => this.#inBackground(this.#postBanner())),
    ];
    this.#subscriptions = vscode.Disposable.from(...followed.map((dispose) => ({ dispose })), dependencies.replacements.onOffered((messageId) => this.#queueAnswer(this.#shown.message(messageId))), vscode.workspace.onDidGrantWorkspaceTrust(() => this.#inBackground(this.#postSetup())));
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#outbox.dispose();
    this.#subscriptions.dispose();
    this.#parts.dispose();
  }

  /** Hears a page from now on. */
  connect(webview: vscode.Webview): vscode.Disposable {
    return webview.onDidReceiveMessage((message: unknown) => void this.#receive(message));
  }

  /** Shows the chat with the caret in the composer. */
  async focus(): Promise<void> {
    // A page that is hidden is loaded anew, and hears nothing until then.
    this.#focusWhenReady = true;
    await this.surface.show();
    this.#post({ type: 'focus' });
  }

  #door(): SessionDoor {
    return {
      ...this.dependencies,
      threadId: () => this.#threadId,
      messages: () => this.#shown.messages,
      draft: () => this.#draft(),
      attached: () => this.#parts.context.items(),
      kept: this.surface.kept,
      preview: () => this.#inBackground(this.#previews.draft(this.#draft())),
      change: (state) => this.#queue(stateDelta(state)),
      redrawAnswer: (messageId) => this.#queueAnswer(this.#shown.message(messageId)),
      openThread: (threadId) => this.#openThread(threadId),
      giveBack: (text) => this.#giveBack(text),
      tell: (failure) => this.#notices.tell(failure),
    };
  }

  async newThread(): Promise<void> {
    await this.#openThread(undefined);
    await this.focus();
  }

  /** Shows a conversation with the caret in the composer. */
  async goTo(threadId: string): Promise<void> {
    if (threadId !== this.#threadId) await this.#openThread(threadId);
    await this.focus();
  }

  get threadId(): string | undefined {
    return this.#threadId;
  }

  /** Whether an answer is being written in it. */
  get isRunning(): boolean {
    return this.#running() !== undefined;
  }

  /** Shows what concerns no chat in particular. */
  notify(notice: AppNotice): void {
    this.#notices.notify(notice);
  }

  stop(): void {
    if (this.#threadId) this.dependencies.app.conversations.stop(this.#threadId);
  }

  /** Attaches what a command was called on, and shows the chat with the caret in the composer. */
  async addContext(argument: unknown): Promise<void> {
    const adding = this.#parts.context.add(argument);
    await this.focus();
    await adding;
  }

  /** Asks in a new conversation of this view; resolves when the question is stored. Undefined: it could not be. */
  async askInNewThread(question: Pick<Question, 'text' | 'shown' | 'language'> & { readonly purpose?: 'selection' | 'terminal' | 'notebook' }): Promise<string | undefined> {
    await this.surface.show();
    try {
      return await this.#send({ threadId: undefined, purpose: 'selection', ...question });
    } catch (error) {
      // What was typed into the picker is gone with it: it stays as a draft.
      await this.#giveBack(question.text);
      throw error;
    }
  }

  async #giveBack(text: string): Promise<void> {
    const draft = this.#draft() === '' ? text : `${text}\n\n${this.#draft()}`;
    await this.#keepDraft(draft);
    this.#queue(stateDelta(this.#draftState()));
  }

  /** A change that the page has not made. */
  #keepDraft(draft: string): Promise<void> {
    return this.surface.kept.keepDraft(draft, this.surface.kept.draftTurn() + 1);
  }

  #draftState(): Pick<ChatState, 'draft' | 'draftTurn'> {
    return { draft: this.surface.kept.draft(), draftTurn: this.surface.kept.draftTurn() };
  }

  #draft(): string {
    return this.surface.kept.draft();
  }

  async #send(question: Question): Promise<string | undefined> {
    await settingsWritten();
    const sent = await this.dependencies.app.conversations.send(question);
    if (!sent.ok) throw new Error(this.#notices.tell(sent.failure));
    if (question.context && question.context.length > 0) this.#parts.context.sent();
    this.#parts.context.previewed(undefined);
    // What stood in the way of an earlier question no longer does.
    this.#notices.errorPassed();
    // A question that was not written in the composer leaves what is being written there.
    if (question.text.startsWith(this.#draft())) await this.#keepDraft('');
    if (sent.threadId !== this.#threadId) await this.#openThread(sent.threadId);
    else this.#queue(stateDelta({ running: this.#running(), ...this.#draftState(), preview: undefined }));
    if (question.work) this.#parts.work.began(sent.threadId, sent.messageId, question.work);
    return sent.messageId;
  }

  async #openThread(threadId: string | undefined): Promise<void> {
    this.#threadId = threadId;
    await this.surface.kept.keepThread(threadId);
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
      await (request.type === 'asked' ? this.#requests.outcomeOf(request.id, t('The chat was closed before it arrived.')) : this.#requests.take(id, () => this.#take(id, request)));
      this.#post({ type: 'reply', id, ok: true });
    } catch (error) {
      this.#post({ type: 'reply', id, ok: false, error: error instanceof Error ? error.message : String(error) });
    }
  }

  async #take(id: number, request: Exclude<ChatRequest, { type: 'asked' }>): Promise<void> {
    await this.#handle(request);
    // The page may come back with a view of its own from before the reply: it must not take a stored question for a lost one.
    if (request.type === 'send') this.#inBackground(this.surface.kept.keepSent([...this.surface.kept.keptSent(), id].slice(-mostSentKept)));
  }

  async #handle(request: Exclude<ChatRequest, { type: 'asked' }>): Promise<void> {
    const { app, replacements } = this.dependencies;
    const { conversations } = app;
    const wantsFocus = this.#focusWhenReady;
    // Whoever asks for something is there, and has gone on.
    this.#focusWhenReady = false;
    switch (request.type) {
      case 'snapshot':
        await this.#postSnapshot();
        if (wantsFocus) this.#post({ type: 'focus' });
        return;
      case 'send':
        if (request.text.trim() !== '') await this.#send({ threadId: this.#threadId, text: request.text, purpose: 'chat', ...(request.work ? { work: workWishOf(request.work) } : {}), context: await this.#parts.context.forQuestion() });
        return;
      case 'ask-longer':
        return this.#askLonger();
      case 'stop':
        return this.stop();
      case 'draft':
        // One that was overtaken by another counts no more.
        if (request.turn < this.surface.kept.draftTurn()) return;
        await this.surface.kept.keepDraft(request.text, request.turn);
        return this.#previews.draft(request.text);
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
        return writeSetting('quality', request.quality);
      case 'steps':
        return this.#previews.steps();
      case 'rate':
        return this.#rate(request);
      case 'copy':
        await vscode.env.clipboard.writeText(request.text);
        return;
      case 'insert':
        return replacements.insertAtCursor(request.text, request.messageId);
      case 'replace-selection':
        return this.dependencies.edits().replaceSelection(request.messageId, request.text);
      case 'open-link':
        return openLink(request.url);
      case 'action':
        return this.#act(request.action, request.messageId);
      case 'history':
        return this.#parts.history.handle(request.request);
      case 'context':
        return this.#parts.context.handle(request.request);
      case 'code':
        return this.#parts.code.handle(request.request);
      case 'work':
        return this.#parts.work.handle(request.request);
    }
  }

  async #rate({ messageId, rating, reason, note }: Extract<ChatRequest, { type: 'rate' }>): Promise<void> {
    if (this.#threadId === undefined) return;
    const failure = await this.dependencies.app.rate(this.#threadId, messageId, rating === 'none' ? undefined : rating, reason, note?.trim() === '' ? undefined : note?.trim());
    if (failure) throw this.#errorOf(failure);
  }

  /** What the page is told where its request waits. */
  #errorOf(failure: Failure): Error {
    return new Error(tell(failure, { nameOf: this.dependencies.app.providerName, now: Date.now() }).sentence);
  }

  /** The draft is too long for the model that would be asked: the person chooses one for it. */
  async #askLonger(): Promise<void> {
    const { actions, app } = this.dependencies;
    const [text, threadId] = [this.#draft(), this.#threadId];
    const previews = await app.preview({ text, threadId, before: this.#shown.messages, context: this.#parts.context.items() }, new AbortController().signal);
    const preview = previews?.[app.settings().quality];
    const chosen = await actions.run('longerModel', { failure: preview?.ok === false ? preview.failure : undefined, threadId });
    if (typeof chosen === 'object') await this.#send({ threadId, text, purpose: 'chat', pin: chosen.ask, context: await this.#parts.context.forQuestion() });
  }

  async #again(messageId: string, how: 'same' | 'better' | 'cheaper' | { readonly pin: ArmId }, threadId = this.#threadId): Promise<void> {
    if (threadId === undefined) return;
    await settingsWritten();
    const sent = await this.dependencies.app.conversations.again(threadId, messageId, how);
    if (!sent.ok) throw this.#errorOf(sent.failure);
    this.dependencies.replacements.follow(messageId, sent.messageId);
    const work = this.#shown.message(messageId)?.answer?.work;
    if (work && how === 'same') this.#parts.work.began(threadId, sent.messageId, work.wish);
    this.#queue(stateDelta({ running: this.#running() }));
  }

  /** Acts only on buttons that were offered: a page that makes up an action gets nothing. */
  async #act(action: string, messageId: string | undefined): Promise<void> {
    const { app, actions } = this.dependencies;
    const { answer } = this.#shown.message(messageId) ?? {};
    const failure = answer?.failure;
    const offered = failure ? { id: tell(failure, this.#context()).actions.find(({ id }) => id === action)?.id, about: failure } : this.#notices.pressed(action);
    if (offered.id === undefined) return;
    if (action === 'retry' || action === 'cheaper') return messageId ? this.#again(messageId, action === 'retry' ? 'same' : 'cheaper') : undefined;
    if (action === 'sendLater') return messageId && this.#threadId ? app.waiting.add({ threadId: this.#threadId, messageId }) : undefined;
    if (action === 'newChat') return this.#openThread(undefined);
    // An allowance is for the money and the period that refused. When they are gone, the question is simply asked again.
    const isPast = failure?.kind === 'budgetReached' && (answer?.realm !== app.realm() || (failure.resetsAt !== undefined && failure.resetsAt <= Date.now()));
    if (action === 'allow' && isPast && messageId) return this.#again(messageId, 'same');
    // Another conversation may be opened before the person has answered.
    const threadId = this.#threadId;
    if (action === 'goOn') return void (await this.#send({ threadId, text: 'Go on exactly where you stopped.', purpose: 'chat' }));
    const again = await actions.run(offered.id, { failure: offered.about, threadId });
    if (again && messageId) await this.#again(messageId, again === 'retry' ? 'same' : { pin: again.ask }, threadId);
  }

  #follow(event: ConversationEvent): void {
    if (event.type === 'threads-changed') return this.#inBackground(this.#followStore());
    if (event.threadId !== this.#threadId) return;
    if (!this.#shown.take(event)) {
      if (!this.#shown.isReading) this.#inBackground(this.#postSnapshot());
      return;
    }
    switch (event.type) {
      case 'message-added':
        this.#queueAnswer(this.#shown.messageBefore(event.message.id));
        this.#queue({ type: 'message-added', message: messageView(event.message, this.#context()) });
        // It may have been asked in another page of this window.
        if (event.message.answer) this.#queue(stateDelta({ running: this.#running() }));
        return;
      case 'messages-removed':
        this.#queue({ type: 'messages-kept', count: this.#shown.messages.length });
        return;
      case 'message-changed':
        this.#queue({ type: 'message-changed', message: messageView(event.message, this.#context()) });
        return;
      case 'step-appended': {
        const delta = this.#parts.work.appended(event);
        if (delta) this.#queue(delta);
        return;
      }
      case 'text-appended':
      case 'reasoning-appended':
        this.#queue({ type: event.type, messageId: event.messageId, at: event.at, text: event.text });
        return;
      case 'answer-changed':
        this.#queueAnswer({ id: event.messageId, answer: event.answer });
        // An earlier answer was rated while this one is written.
        if (event.phase !== 'ended' || (this.#running() ?? event.messageId) !== event.messageId) return;
        this.#queue(stateDelta({ running: undefined, ...this.#parts.work.state() }));
        // The one before it: a better or a cheaper one than that can still be asked for.
        if (event.answer.arm === undefined) this.#queueAnswer(this.#shown.messageBefore(event.messageId));
        this.#inBackground(this.#previews.steps());
        return;
    }
  }

  /** Shows the list anew, and the conversation if it went on elsewhere. */
  async #followStore(): Promise<void> {
    if (!this.surface.webview() && !this.surface.titled) return;
    await this.#parts.history.refresh();
    const listed = this.#threadId === undefined ? undefined : this.#parts.history.listed(this.#threadId);
    // One that is just being opened is shown with its messages.
    if (listed && listed.id === this.#shown.thread?.id) this.#showThread(listed);
    // A tab has its title also while nobody sees the rest.
    if (!this.surface.webview()) return;
    await this.#catchUp(listed?.updatedAt);
  }

  /**
   * Another window may have gone on with this conversation, or deleted it. What happens here comes by events. Every
   * window hears of every change, so a long conversation is only read when it was written to or is being.
   */
  async #catchUp(updatedAt: number | undefined): Promise<void> {
    const { app } = this.dependencies;
    const threadId = this.#threadId;
    if (threadId === undefined || app.conversations.isBusy(threadId)) return;
    if (this.#shown.isOf(updatedAt)) return;
    const opened = await app.conversations.open(threadId);
    if (threadId !== this.#threadId || app.conversations.isBusy(threadId)) return;
    if (!opened || !this.#shown.isSame(opened)) return this.#postSnapshot();
    this.#showThread(opened.thread);
  }

  /** Shows its title anew, and whether it is pinned, if that has changed. */
  #showThread(thread: Thread): void {
    const before = this.#shown.thread && currentThread(this.#shown.thread);
    const after = currentThread(thread);
    this.#shown.thread = thread;
    if (JSON.stringify(before) === JSON.stringify(after)) return;
    this.surface.titled?.(thread.title);
    this.#queue(stateDelta({ thread: after }));
  }

  /** For what nobody waits for. */
  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.dependencies.log.error('the chat could not be brought up to date', error));
  }

  /** Nothing where there is no answer. */
  #queueAnswer(message: Pick<StoredMessage, 'id' | 'answer'> | undefined): void {
    if (message?.answer) this.#queue({ type: 'answer-changed', messageId: message.id, answer: answerView(message.id, message.answer, this.#context()) });
  }

  /** Asked of the app each time: an answer can have ended before the question's own promise is back. Its end is told once, before it is written down. */
  #running(): string | undefined {
    const running = this.#threadId === undefined ? undefined : this.dependencies.app.conversations.runningIn(this.#threadId);
    return running?.phase === 'ended' ? undefined : running?.messageId;
  }

  #context(): ViewContext {
    const { app, replacements } = this.dependencies;
    return {
      nameOf: app.providerName,
      now: Date.now(),
      replaceable: replacements.answerId,
      lastMessageId: this.#shown.lastMessageId,
      phase: this.#threadId === undefined ? undefined : app.conversations.runningIn(this.#threadId)?.phase,
      learning: app.settings()['learning.enabled'],
      mayChoose: true,
      editsOf: (messageId) => this.#parts.code.viewOf(messageId),
    };
  }

  #queue(delta: ChatDelta): void {
    this.#outbox.queue(delta);
  }

  #post(message: ToPage): void {
    // One that was closed meanwhile needs no telling, and one that is hidden asks for a snapshot when it is back.
    if (!this.#isDisposed) this.surface.webview()?.postMessage(message).then(undefined, () => undefined);
  }

  async #postBanner(): Promise<void> {
    if (!this.surface.webview()) return;
    await this.#notices.readBanner();
    this.#queue(stateDelta({ banner: this.#notices.state().banner }));
  }

  async #postSnapshot(): Promise<void> {
    const posted = await this.#outbox.snapshot(async (isNewest) => {
      await this.#readThread(isNewest);
      if (!isNewest()) return undefined;
      const [budgets, setup] = await Promise.all([budgetViews(this.dependencies.app, this.#threadId), setupView(this.dependencies.app), this.#notices.readBanner(), this.#parts.history.read()]);
      return () => this.#state(budgets, setup);
    });
    if (!posted) return;
    this.#previews.forgetSteps();
    this.#inBackground(this.#previews.draft(this.#draft()));
  }

  #state(budgets: ChatState['budgets'], setup: ChatState['setup']): ChatState {
    const context = this.#context();
    return {
      thread: this.#threadId === undefined ? undefined : this.#shown.thread?.id === this.#threadId ? currentThread(this.#shown.thread) : { id: this.#threadId, title: '' },
      messages: this.#shown.messages.map((message) => messageView(message, context)),
      budgets,
      setup,
      ...this.#draftState(),
      preview: undefined,
      ...qualityState(this.dependencies.app),
      steps: undefined,
      running: this.#running(),
      ...this.#notices.state(),
      ...this.#parts.history.state(),
      ...this.#parts.state(),
    };
  }

  async #readThread(isNewest: () => boolean): Promise<void> {
    const { app, log } = this.dependencies;
    const threadId = this.#threadId;
    this.#shown.beginReading();
    try {
      const opened = threadId === undefined ? undefined : await app.conversations.open(threadId);
      if (!isNewest()) return;
      if (!opened) this.#threadId = undefined;
      this.#shown.read(opened);
      this.surface.titled?.(opened?.thread.title);
    } catch (error) {
      if (!isNewest()) return;
      log.error('the conversation could not be read', error);
      this.#notices.unreadable();
      this.#shown.unreadable(threadId);
    }
  }

  async #postBudgets(): Promise<void> {
    if (!this.surface.webview()) return;
    this.#queue(stateDelta({ budgets: await budgetViews(this.dependencies.app, this.#threadId) }));
  }

  async #postSetup(): Promise<void> {
    if (!this.surface.webview()) return;
    const { app } = this.dependencies;
    this.#queue(stateDelta({ setup: await setupView(app), ...qualityState(app), budgets: await budgetViews(app, this.#threadId) }));
    await Promise.all([this.#previews.draft(this.#draft()), this.#previews.stepsAgain()]);
  }
}
