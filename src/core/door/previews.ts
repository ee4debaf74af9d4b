import { type Decision, type DecideDependencies, decideOn, type Ground, groundFor } from '../ask/decide';
import { roomLeft } from '../budget/standing';
import { historyOf } from '../conversation/history';
import type { AskRequest } from '../model/ask';
import { asArmId } from '../model/modelCard';
import type { Preview, Previews, ShortBudget, StepPreviews } from '../model/preview';
import type { Quality } from '../model/quality';
import { questionBefore, type StoredMessage } from '../model/thread';
import type { LedgerStore } from '../ports/ledgerStore';
import { expectedAnswerTokens } from '../routing/explain';
import { type Draft, requestFor } from './draft';

/** What asking would choose, without asking. The books are read once and then remembered, so that typing reads no database. */
export class PreviewDesk {
  readonly #status: Remembered<Parameters<LedgerStore['status']>, Awaited<ReturnType<LedgerStore['status']>>>;
  readonly #spend: Remembered<Parameters<LedgerStore['conversationSpend']>, Awaited<ReturnType<LedgerStore['conversationSpend']>>>;
  readonly #dependencies: DecideDependencies;

  constructor(dependencies: DecideDependencies) {
    const { ledger } = dependencies;
    this.#status = new Remembered((...query) => ledger.status(...query));
    this.#spend = new Remembered((...query) => ledger.conversationSpend(...query));
    this.#dependencies = { ...dependencies, ledger: { status: this.#status.ask, conversationSpend: this.#spend.ask, clientSpend: (...query) => ledger.clientSpend(...query) } };
  }

  /** The books changed: they are read again by the next preview. */
  forget(): void {
    this.#status.forget();
    this.#spend.forget();
  }

  /** A draft at each quality. Undefined when `signal` was aborted. */
  async draft(draft: Draft, signal: AbortSignal): Promise<Previews | undefined> {
    const at = this.#dependencies.clock.now();
    const request = requestFor(draft, 'chat', at);
    const preview = await this.#on(request, at);
    if (signal.aborted) return undefined;
    const on = (quality: Quality): Preview => preview(request, quality);
    return { economy: on('economy'), balanced: on('balanced'), quality: on('quality') };
  }

  /** What "better" and "cheaper" would ask about the question of an answer; undefined when no model gave it. */
  async steps(answerId: string, messages: readonly StoredMessage[]): Promise<StepPreviews | undefined> {
    const answered = messages.find(({ id }) => id === answerId);
    const question = answered && questionBefore(messages, answered);
    const arm = answered?.answer?.arm;
    if (!question || arm === undefined) return undefined;
    const request: AskRequest = { messages: historyOf(messages, question.position), purpose: answered.answer?.purpose ?? 'chat', threadId: answered.threadId };
    const preview = await this.#on(request, this.#dependencies.clock.now());
    const step = (direction: 'better' | 'cheaper'): Preview => preview({ ...request, step: { direction, than: asArmId(arm) } });
    return { better: step('better'), cheaper: step('cheaper') };
  }

  /** `quality` stands for that of the settings, which a classifier of the person's own may overrule. */
  async #on(request: AskRequest, at: number): Promise<(request: AskRequest, quality?: Quality) => Preview> {
    const ground = await groundFor(this.#dependencies, request);
    if ('kind' in ground) return () => ({ ok: false, failure: ground, at });
    return (one, quality) => this.#preview(one, quality === undefined ? ground : { ...ground, settings: { ...ground.settings, quality } }, at);
  }

  #preview(request: AskRequest, ground: Ground, at: number): Preview {
    const decision = decideOn(this.#dependencies, request, ground);
    if ('kind' in decision) return { ok: false, failure: decision, at };
    const { route, maxOutputTokens } = decision;
    const [candidate] = route.ranked;
    if (!candidate) return { ok: false, failure: { kind: 'noCandidate', reason: 'no model is left to ask.' }, at };
    const short = this.#shortBudget(request, ground, decision);
    const { shortened } = route;
    return { ok: true, candidate, profile: route.profile, outputTokens: Math.min(expectedAnswerTokens(candidate, route.profile), maxOutputTokens), at, ...(short ? { short } : {}), ...(shortened?.by === 'context' ? { mostTokens: shortened.to } : {}) };
  }

  #shortBudget(request: AskRequest, ground: Ground, { route, maxOutputTokens }: Decision): ShortBudget | undefined {
    const left = roomLeft(ground.statuses);
    const [candidate] = route.ranked;
    if (left === undefined || !candidate) return undefined;
    const tight = ground.statuses.find((status) => status.limit !== undefined && Math.max(0, status.limit - status.spent - status.held) === left);
    const told = (effect: ShortBudget['effect']): ShortBudget | undefined => tight && { effect, scope: tight.scope, left, maxOutputTokens };
    if ((candidate.estimate?.worst ?? 0) > left) return told('refused');
    if (route.shortened?.by === 'budget') return told('shorter');
    // Deciding again costs less than looking through hundreds of reasons.
    const wished = decideOn(this.#dependencies, request, { ...ground, statuses: [] });
    return 'kind' in wished || wished.route.ranked[0]?.id === candidate.id ? undefined : told('cheaper');
  }
}

/** What a reading of the books gave, until it is forgotten. A period that begins is another reading. */
class Remembered<Query extends readonly unknown[], Result> {
  readonly #known = new Map<string, Promise<Result>>();

  constructor(private readonly read: (...query: Query) => Promise<Result>) {}

  readonly ask = (...query: Query): Promise<Result> => {
    const key = JSON.stringify(query);
    const known = this.#known.get(key) ?? this.read(...query);
    this.#known.set(key, known);
    // What could not be read may be readable the next time.
    known.catch(() => this.#known.delete(key));
    return known;
  };

  forget(): void {
    this.#known.clear();
  }
}
