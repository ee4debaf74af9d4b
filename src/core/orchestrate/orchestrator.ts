import type { Ask, AskRequest } from '../model/ask';
import { type Failure, unexpected } from '../model/failure';
import { type Domain, domains } from '../model/modelCard';
import type { Message } from '../model/message';
import { zeroDollars } from '../model/money';
import type { TaskProfile } from '../model/profile';
import type { StrategyName, WorkDoing, WorkEvent, WorkForecast, WorkWish } from '../model/work';
import type { Clock } from '../ports/clock';
import type { Ids } from '../ports/ids';
import type { Log } from '../ports/log';
import { armsFor, judgeFor } from './arms';
import { Bench } from './bench';
import { cascade } from './cascade';
import { compare, oneAgain } from './compare';
import { consensus } from './consensus';
import { costOfCall, forecastOf, type Sizes } from './forecast';
import type { Holds, WorkGround } from './ground';
import { refine } from './refine';
import type { Size, Strategy, Work } from './strategy';

export interface OrchestratorDependencies {
  readonly ask: Ask;
  readonly ground: (request: AskRequest) => Promise<WorkGround | Failure>;
  readonly holds: Holds;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

const strategies: Readonly<Record<StrategyName, Strategy>> = { compare, consensus, refine, cascade };

/** Revisions of a refinement when nobody says how many. */
const usualRounds = 3;
/** The score at which it is done when nobody says. */
const usualEnough = 0.9;

/** Several models on one question: who, for how much, and the doing of it. */
export class Orchestrator {
  constructor(private readonly dependencies: OrchestratorDependencies) {}

  /** What it would cost. Nothing is asked and nothing held. */
  async forecast(wish: WorkWish, request: AskRequest): Promise<WorkForecast> {
    const ground = await this.dependencies.ground(request);
    if ('kind' in ground) return { ok: false, failure: ground };
    const size = this.#sizeOf(wish, ground);
    if ('kind' in size) return { ok: false, failure: size };
    return { ok: true, ...forecastOf(strategies[wish.strategy].calls(size), size, this.#sizes(ground)) };
  }

  /** Does it. The last event is `work-ended`; never throws. `request.question` names the answer that it is for. */
  async *run(wish: WorkWish, request: AskRequest, doing: WorkDoing): AsyncGenerator<WorkEvent, void> {
    const { ids, log } = this.dependencies;
    const left = new AbortController();
    const events = new Events();
    const hold = ids.next();
    const done = this.#done(wish, request, hold, { ...doing, signal: AbortSignal.any([doing.signal, left.signal]) }, events.tell)
      .catch((error: unknown): WorkEvent => {
        log.error('work of several models ended unexpectedly', error);
        return { type: 'work-ended', end: 'failed', failure: unexpected(error) };
      })
      .then((end) => events.end(end));
    try {
      yield* events.all();
    } finally {
      // Whoever walks away stops all of it.
      left.abort();
      await done;
    }
  }

  async #done(wish: WorkWish, request: AskRequest, hold: string, { signal, stopOf, again }: WorkDoing, tell: (event: WorkEvent) => void): Promise<WorkEvent> {
    const { ask, ground: groundOf, holds, ids } = this.dependencies;
    const strategy = again ? oneAgain(again) : strategies[wish.strategy];
    const ground = await groundOf(request);
    if ('kind' in ground) return failed(ground);
    const full = this.#sizeOf(wish, ground, strategy);
    if ('kind' in full) return failed(full);
    const held = await this.#held(strategy, full, ground, hold, request.threadId);
    if ('kind' in held) return failed(held);
    try {
      const { size, predicted } = held;
      const { domains: shares, difficulty, tier } = ground.profile;
      const less = lessNote(full, size);
      if (!again) tell({ type: 'work-planned', task: { domains: shares, difficulty, tier }, ...(predicted ? { predicted } : {}), ...(less === undefined ? {} : { note: less }) });
      const { messages, step: _step, pin: _pin, warm: _warm, ...common } = request;
      const bench = new Bench({ ask, ids, signal, stopOf, tell, common: { ...common, purpose: wish.strategy, hold } });
      const question = messages.findLast(({ role }) => role === 'user')?.text ?? '';
      const work: Work = { bench, ids, messages, question, asked: withEarlier(messages, question), size, enough: wish.enough ?? usualEnough, domain: mainDomain(ground.profile) };
      return { type: 'work-ended', ...(await strategy.run(work)) };
    } finally {
      await holds.release(hold);
    }
  }

  /**
   * Holds what all of it can cost, else what it takes to begin (each call's own worst case must fit anyway), else the same
   * for less of it.
   */
  async #held(strategy: Strategy, full: Size, ground: WorkGround, id: string, threadId: string | undefined): Promise<{ readonly size: Size; readonly predicted: Extract<WorkEvent, { type: 'work-planned' }>['predicted'] } | Failure> {
    let refusal: Failure | undefined;
    for (const size of ground.atLimit === 'degrade' ? strategy.sizes(full) : [full]) {
      const { likely, high, worst, needed, calls } = forecastOf(strategy.calls(size), size, this.#sizes(ground));
      for (const amount of new Set([worst ?? zeroDollars, needed ?? zeroDollars])) {
        refusal = await this.dependencies.holds.hold({ id, realm: ground.realm, threadId, amount });
        if (!refusal) return { size, predicted: likely === undefined || high === undefined || worst === undefined ? undefined : { likely, high, worst, calls } };
        if (refusal.kind !== 'budgetReached') return refusal;
      }
    }
    return refusal ?? { kind: 'noProvider' };
  }

  #sizeOf(wish: WorkWish, ground: WorkGround, strategy: Strategy = strategies[wish.strategy]): Size | Failure {
    const { models } = strategy;
    const arms = armsFor(wish, ground, { ...models, usual: Math.min(models.most, Math.max(models.least, wish.models ?? models.usual)) });
    if ('kind' in arms) return arms;
    const judge = judgeFor(ground, arms);
    const full: Size = { arms, rounds: Math.min(10, Math.max(1, wish.rounds ?? usualRounds)), ...(judge ? { judge } : {}) };
    return strategy.worth?.(full, (call) => costOfCall(call, this.#sizes(ground))?.likely) ?? full;
  }

  #sizes({ profile, worstInputTokens, maxOutputTokens }: WorkGround): Sizes {
    return { profile, worstInputTokens, maxOutputTokens, at: this.dependencies.clock.now() };
  }
}

function failed(failure: Failure): WorkEvent {
  return failure.kind === 'cancelled' ? { type: 'work-ended', end: 'stopped' } : { type: 'work-ended', end: failure.kind === 'budgetReached' ? 'budget' : 'failed', failure };
}

/** Undefined when nothing is left out. */
function lessNote(full: Size, size: Size): string | undefined {
  const models = full.arms.length > size.arms.length ? [`${size.arms.length} of ${full.arms.length} models`] : [];
  const rounds = full.rounds > size.rounds ? [`${size.rounds} of ${full.rounds} rounds`] : [];
  const less = [...models, ...rounds];
  return less.length === 0 ? undefined : `The budget has room for ${less.join(' and ')}.`;
}

/** Of what was said before a question so many characters are shown to those who judge its answers: enough to know what "it" is. */
const mostEarlierCharacters = 4_000;

function withEarlier(messages: readonly Message[], question: string): string {
  const turns = messages.slice(0, messages.findLastIndex(({ role }) => role === 'user')).flatMap(({ role, text }) => (role === 'user' || role === 'assistant' ? [`${role === 'user' ? 'Person' : 'Model'}: ${text}`] : []));
  const earlier = turns.join('\n\n');
  if (earlier === '') return question;
  return `Earlier in the conversation:\n${earlier.length > mostEarlierCharacters ? `…${earlier.slice(-mostEarlierCharacters)}` : earlier}\n\nThe question:\n${question}`;
}

function mainDomain({ domains: shares }: TaskProfile): Domain {
  return domains.reduce((most, domain) => ((shares[domain] ?? 0) > (shares[most] ?? 0) ? domain : most), 'code');
}

/** Events of work that goes on by itself, for one reader. */
class Events {
  #queue: WorkEvent[] = [];
  #ended = false;
  #wake: () => void = () => undefined;

  readonly tell = (event: WorkEvent): void => {
    this.#queue.push(event);
    this.#wake();
  };

  end(event: WorkEvent): void {
    this.#ended = true;
    this.tell(event);
  }

  async *all(): AsyncGenerator<WorkEvent, void> {
    for (;;) {
      const queue = this.#queue;
      this.#queue = [];
      yield* queue;
      if (this.#queue.length > 0) continue;
      if (this.#ended) return;
      await new Promise<void>((resolve) => (this.#wake = resolve));
    }
  }
}
