import * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { Failure } from '../../core/model/failure';
import { type ConversationEvent, questionBefore, type StoredMessage } from '../../core/model/thread';
import type { Log } from '../../core/ports/log';
import { type CompareDelta, type CompareRequest, type CompareState, type ComparisonView, fromComparePage, type SavedComparison, type ToComparePage } from '../../shared/compareProtocol';
import { t } from '../../shared/l10n';
import type { WorkWishView } from '../../shared/workProtocol';
import { armChoices, forecastView } from '../chat/forecastViews';
import { openLink } from '../chat/openLink';
import { withStepText } from '../chat/stepText';
import { workWishOf } from '../chat/workRequests';
import { columnsOf, firstWords } from '../chat/workViews';
import { tell, type TextContext } from '../failureTexts';
import type { Actions } from '../actions';
import { PagePanel } from '../pagePanel';
import { settingsWritten } from '../settings';
import type { Replacements } from '../replaceSelection';
import { comparisonView } from './comparisonView';

/** Deltas gathered before they are posted, in milliseconds; as in the chat. */
const postEveryMs = 30;

/** Of a question on a tab. */
const titleLetters = 30;

export interface ComparisonDependencies {
  readonly app: App;
  readonly log: Log;
  readonly extensionUri: vscode.Uri;
  readonly replacements: Replacements;
  /** What the buttons of a failure do. */
  readonly actions: Pick<Actions, 'run'>;
  /** Shows a conversation in the chat. */
  readonly showThread: (threadId: string) => Promise<void>;
}

/** One tab that shows a comparison, or asks for one. It is a view of a stored message: what happens to it does not end that. */
export class Comparison {
  readonly #page: PagePanel<CompareRequest, ToComparePage>;
  #place: SavedComparison;
  /** As it is shown. */
  #message: StoredMessage | undefined;
  #question = '';
  /** The conversation that a question would be asked in. */
  #before: readonly StoredMessage[] = [];
  #isGone = false;
  #sequence = 0;
  #pending: CompareDelta[] = [];
  #postTimer: ReturnType<typeof setTimeout> | undefined;
  #forecasting = new AbortController();

  constructor(
    private readonly dependencies: ComparisonDependencies,
    place: SavedComparison,
    onClosed: () => void,
  ) {
    const { app, log, extensionUri } = dependencies;
    this.#place = place;
    const opened = () => {
      const stop = app.conversations.onEvent((event) => this.#follow(event));
      return () => {
        stop();
        clearTimeout(this.#postTimer);
        this.#forecasting.abort();
        onClosed();
      };
    };
    this.#page = new PagePanel({ name: 'compare', title: t('Compare Models'), message: fromComparePage, handle: (request) => this.#handle(request), opened }, app, log, extensionUri);
  }

  get messageId(): string | undefined {
    return this.#place.messageId;
  }

  show(column: vscode.ViewColumn, quiet: boolean): void {
    this.#page.show(column, quiet);
  }

  /** Takes a panel that came back with the window. */
  adopt(panel: vscode.WebviewPanel): void {
    this.#page.adopt(panel);
  }

  /** Where it is, while it is in front there. */
  get column(): vscode.ViewColumn | undefined {
    return this.#page.column;
  }

  /** Returns why it was not done, for the person. */
  async #handle(request: CompareRequest): Promise<string | undefined> {
    const { app, replacements, showThread } = this.dependencies;
    const { threadId, messageId } = this.#place;
    switch (request.type) {
      case 'snapshot':
        await this.#postSnapshot();
        return undefined;
      case 'forecast':
        await this.#forecast(request.text, request.wish);
        return undefined;
      case 'arms':
        this.#queue({ type: 'state', state: { arms: armChoices(await app.models(), app.providerName, Date.now()) } });
        return undefined;
      case 'ask':
        return this.#ask(request.text, request.wish);
      case 'copy':
        await vscode.env.clipboard.writeText(request.text);
        return undefined;
      case 'insert':
        await replacements.insertAtCursor(request.text, request.messageId);
        return undefined;
      case 'open-link':
        await openLink(request.url);
        return undefined;
      default:
    }
    if (threadId === undefined || messageId === undefined) return t('There is nothing to compare yet.');
    switch (request.type) {
      case 'stop':
        if (request.column === undefined) app.conversations.stop(threadId);
        else app.conversations.stopStep(threadId, request.column);
        return undefined;
      case 'retry': {
        const again = await app.conversations.retryStep(threadId, messageId, request.column);
        return again.ok ? undefined : this.#sentence(again.failure);
      }
      case 'vote':
        return this.#sentence(await app.vote(threadId, messageId, request.column ?? 'same'));
      case 'keep': {
        const failure = await app.takeStep(threadId, messageId, request.column);
        if (!failure) await showThread(threadId);
        return this.#sentence(failure);
      }
      case 'show-chat':
        await showThread(threadId);
        return undefined;
      case 'action':
        return this.#act(request.action, threadId, messageId);
    }
  }

  /** Acts only on buttons that were offered. */
  async #act(action: string, threadId: string, messageId: string): Promise<string | undefined> {
    const view = this.#view();
    const failure = this.#message?.answer?.failure;
    const shown = view.phase === 'ended' ? view.failure?.actions : undefined;
    const offered = failure && shown?.some(({ id }) => id === action) ? tell(failure, this.#context()).actions.find(({ id }) => id === action) : undefined;
    if (!offered) return undefined;
    if (offered.id !== 'retry' && (await this.dependencies.actions.run(offered.id, { failure, threadId })) !== 'retry') return undefined;
    return this.#asked(await this.dependencies.app.conversations.again(threadId, messageId, 'same'));
  }

  async #ask(text: string, wish: WorkWishView): Promise<string | undefined> {
    const { conversations } = this.dependencies.app;
    const { threadId, again } = this.#place;
    const work = workWishOf(wish);
    const isSame = again !== undefined && text.trim() === this.#question.trim();
    await settingsWritten();
    const sent = threadId !== undefined && isSame ? await conversations.again(threadId, again, 'same', work) : await conversations.send({ threadId, text, purpose: 'chat', work });
    return this.#asked(sent);
  }

  /** From now on it shows what was asked. */
  async #asked(sent: Awaited<ReturnType<App['conversations']['send']>>): Promise<string | undefined> {
    if (!sent.ok) return this.#sentence(sent.failure);
    this.#place = { threadId: sent.threadId, messageId: sent.messageId };
    await this.#postSnapshot();
    return undefined;
  }

  #sentence(failure: Failure | undefined): string | undefined {
    return failure && tell(failure, this.#context()).sentence;
  }

  #context(): TextContext {
    return { nameOf: this.dependencies.app.providerName, now: Date.now() };
  }

  #follow(event: ConversationEvent): void {
    if (event.type === 'threads-changed') return this.#followStore();
    if (event.threadId !== this.#place.threadId) return;
    switch (event.type) {
      case 'step-appended': {
        if (event.messageId !== this.#place.messageId) return;
        this.#message = this.#message && withStepText(this.#message, event);
        if (this.#message) this.#queue({ type: 'appended', column: event.stepId, at: event.at, text: event.text });
        else this.#inBackground(this.#postSnapshot());
        return;
      }
      case 'answer-changed':
        if (event.messageId === this.#place.messageId && this.#message) this.#changed({ ...this.#message, answer: event.answer });
        return;
      case 'message-changed':
        if (event.message.id === this.#place.messageId) this.#changed(event.message);
        return;
      default:
    }
  }

  /** Texts that only grow are told as they grow; one that is another now is told with everything. */
  #changed(message: StoredMessage): void {
    const before = this.#texts();
    this.#message = message;
    const isSame = Object.entries(this.#texts()).every(([id, text]) => (before[id] ?? '').length === text.length);
    if (isSame) this.#queue({ type: 'state', state: { comparison: this.#view() } });
    else this.#inBackground(this.#postSnapshot());
  }

  /** Another window may have voted, or deleted the conversation. What happens here comes by events. */
  #followStore(): void {
    const { threadId, messageId } = this.#place;
    if (threadId === undefined || messageId === undefined || this.dependencies.app.conversations.isBusy(threadId)) return;
    this.#inBackground(this.#catchUp());
  }

  /** Every window hears of every change; most of them are of other conversations. */
  async #catchUp(): Promise<void> {
    const before = JSON.stringify(this.#message);
    await this.#read();
    if (JSON.stringify(this.#message) !== before) await this.#postSnapshot();
  }

  async #read(): Promise<void> {
    const { threadId, messageId, again } = this.#place;
    const opened = threadId === undefined ? undefined : await this.dependencies.app.conversations.open(threadId);
    const answer = opened?.messages.find(({ id }) => id === (messageId ?? again));
    const question = opened && answer && questionBefore(opened.messages, answer);
    this.#message = messageId === undefined ? undefined : answer;
    this.#before = opened?.messages.filter(({ position }) => again === undefined || position < (question?.position ?? 0)) ?? [];
    this.#question = question?.shown ?? question?.text ?? this.#place.question ?? '';
    this.#isGone = messageId !== undefined && !answer;
    if (this.#question !== '') this.#page.title = t('Compare: {0}', short(this.#question));
  }

  #view(blocked?: string): ComparisonView {
    const { again, threadId } = this.#place;
    if (this.#isGone) return { phase: 'gone', sentence: t('The conversation of this comparison was deleted.') };
    if (this.#message) return comparisonView(this.#message, this.#question, this.#context());
    const about = again !== undefined ? t('The same question, asked of other models.') : threadId === undefined ? t('It begins a new chat.') : t('It goes on with the chat.');
    return { phase: 'asking', question: this.#question, about, ...(blocked === undefined ? {} : { blocked }) };
  }

  #texts(): Record<string, string> {
    const { answer, id = '' } = this.#message ?? {};
    return Object.fromEntries((answer?.work ? columnsOf(id, answer.work) : []).map((step) => [step.id, step.text]));
  }

  async #postSnapshot(): Promise<void> {
    const { app } = this.dependencies;
    await this.#read();
    const blocked = (await app.providers()).some(({ askable }) => askable) ? undefined : t('No provider is set up yet. Open the chat to begin.');
    // What was queued meanwhile is in it.
    this.#pending = [];
    const state: CompareState = { place: this.#place, comparison: this.#view(blocked), texts: this.#texts() };
    this.#page.post({ type: 'snapshot', sequence: ++this.#sequence, state });
  }

  /** Only the newest counts: it ends the work for an older one. */
  async #forecast(text: string, wish: WorkWishView | undefined): Promise<void> {
    const { app } = this.dependencies;
    this.#forecasting.abort();
    this.#forecasting = new AbortController();
    const { signal } = this.#forecasting;
    const forecast = wish === undefined || text.trim() === '' ? undefined : await app.forecastWork(workWishOf(wish), { text, threadId: this.#place.threadId, before: this.#before }, signal);
    const budgets = forecast?.ok === true ? await app.budgets(this.#place.threadId) : undefined;
    if (!signal.aborted) this.#queue({ type: 'state', state: { forecast: wish && forecast && forecastView(wish.strategy, forecast, this.#context(), budgets?.room) } });
  }

  #queue(delta: CompareDelta): void {
    const last = this.#pending.at(-1);
    if (delta.type === 'appended') {
      // Columns write in turns: each goes on where it was, past the pieces of the others.
      const index = this.#pending.findLastIndex((one) => one.type !== 'appended' || one.column === delta.column);
      const before = this.#pending[index];
      if (before?.type === 'appended') this.#pending[index] = { ...before, text: before.text + delta.text };
      else this.#pending.push(delta);
    } else if (last?.type === 'state') this.#pending[this.#pending.length - 1] = { type: 'state', state: { ...last.state, ...delta.state } };
    else this.#pending.push(delta);
    this.#postTimer ??= setTimeout(() => this.#flush(), postEveryMs);
  }

  #flush(): void {
    this.#postTimer = undefined;
    const pending = this.#pending;
    this.#pending = [];
    for (const delta of pending) this.#page.post({ type: 'delta', sequence: ++this.#sequence, delta });
  }

  /** For what nobody waits for. */
  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.dependencies.log.error('a comparison could not be brought up to date', error));
  }
}

function short(question: string): string {
  const line = firstWords(question);
  return line.length > titleLetters ? `${line.slice(0, titleLetters).trimEnd()}…` : line;
}
