import { historyOf } from '../conversation/history';
import type { Ask, AskRequest } from '../model/ask';
import type { Experiment, ExperimentEstimate, ExperimentPlan, ExperimentResult, ExperimentState, NoVerdict, Pair, PairAnswer, QuestionPlace, Side, Verdict } from '../model/experiment';
import { type Failure, unexpected } from '../model/failure';
import { nano, type NanoDollars } from '../model/money';
import type { Message } from '../model/message';
import type { Domain } from '../model/modelCard';
import type { Realm } from '../model/provider';
import type { Candidate, Route } from '../model/route';
import type { Clock } from '../ports/clock';
import type { ExperimentRow, ExperimentStore } from '../ports/experimentStore';
import type { Ids } from '../ports/ids';
import { storageFailure } from '../ports/ledgerStore';
import type { Log } from '../ports/log';
import type { Random } from '../ports/random';
import type { ThreadStore } from '../ports/threadStore';
import { type Asked, asked } from './asked';
import { blinded, boundedQuestion } from './blinded';
import { candidateOf, mainDomain } from './candidateOf';
import { type Compared, chooseJudge, judgePair, namesOf, type RouteFor } from './judge';
import { resultOf } from './result';
import { usualRule } from './sequential';
import { readPair, readPlan, readState } from './storedExperiment';

export interface ExperimentDependencies {
  readonly ask: Ask;
  readonly route: RouteFor;
  readonly store: () => Promise<ExperimentStore>;
  readonly threads: () => Promise<ThreadStore>;
  readonly realm: () => Realm;
  readonly random: Random;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  /** Id of this process. */
  readonly window: string;
}

/** `busy`: another one runs in this window. `elsewhere`: this one runs in another. `gone`: it was deleted, or cannot be read. `otherMoney`: it is of the demo and the demo is over, or the other way round. */
export type Begun = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly why: 'busy' | 'elsewhere' | 'gone' | 'otherMoney' };

/** How many pairs a person is shown ahead of their verdicts: what is not judged was paid for in vain. */
const mostOpenPairs = 3;

/** So many pairs without a verdict in a row, and something is wrong that the next will not mend. */
const mostFailuresInRow = 3;

/** How many questions the cost is worked out from. */
const sampledQuestions = 12;

/** How many of the newest conversations are looked through for questions. */
const searchedThreads = 200;

/** Of English text, with most tokenizers. */
const charactersPerToken = 4;

/** Taken where there is no question yet to work out a cost from. */
const standInQuestion: Message = { role: 'user', text: 'Explain what this function does and suggest how it could be made simpler, with an example.' };

/** What runs in this window. */
interface Current {
  readonly id: string;
  readonly abort: AbortController;
  /** Undefined while it waits. */
  loop: Promise<void> | undefined;
  /** Something came while it asked. */
  again: boolean;
}

/**
 * Experiments: two models or two instructions, asked the same questions of the person's own, judged blind. It stops by a
 * rule that holds however often it is looked at (sequential.ts). Stored after every pair, so that a window that goes away
 * loses one pair at most; one runs in a window at a time.
 */
export class Experiments {
  readonly #listeners = new Set<() => void>();
  #current: Current | undefined;
  #stopListening: (() => void) | undefined;
  /** As they were last listed. */
  readonly #ended = new Map<string, Experiment>();
  #preparing = false;
  #closed = false;

  constructor(private readonly dependencies: ExperimentDependencies) {}

  /** The newest first. Answers of ended ones may be left out. */
  async list(): Promise<readonly Experiment[]> {
    const store = await this.#store();
    const rows = await store.list();
    const found = await Promise.all(rows.map(async ({ id }) => this.#ended.get(id) ?? this.#read(store, id)));
    const experiments = found.filter((one) => one !== undefined);
    this.#ended.clear();
    // They change no more. Their answers may be long, and nobody asks for them in a list.
    for (const one of experiments) if (one.state.is === 'ended') this.#ended.set(one.id, { ...one, pairs: one.pairs.map(withoutTexts) });
    return experiments;
  }

  /** Undefined: it was deleted, or a newer Farthing wrote it. */
  async open(id: string): Promise<Experiment | undefined> {
    return this.#read(await this.#store(), id);
  }

  result({ pairs, plan }: Experiment): ExperimentResult {
    return resultOf(pairs, plan);
  }

  /** Questions of the person's conversations that were answered, the newest first; of one domain, or all. */
  async pastQuestions(most: number, domain?: Domain): Promise<readonly QuestionPlace[]> {
    const { realm, route } = this.dependencies;
    const threads = await this.dependencies.threads();
    const found: QuestionPlace[] = [];
    for (const { id, realm: of } of await threads.list(searchedThreads)) {
      if (of !== realm()) continue;
      const stored = await threads.get(id);
      const answered = stored?.messages.filter(({ role, position }) => role === 'user' && stored.messages.some((next) => next.position === position + 1 && next.answer?.state === 'complete')) ?? [];
      for (const question of answered.toReversed()) {
        if (found.length >= most) return found;
        if (domain !== undefined && stored) {
          const judged = await route({ messages: historyOf(stored.messages, question.position), purpose: 'experiment' });
          if ('kind' in judged || mainDomain(judged.profile) !== domain) continue;
        }
        found.push({ threadId: id, messageId: question.id });
      }
    }
    return found;
  }

  /** What the plan may cost, judges included, without asking anybody; or why it cannot be run. */
  async estimate({ sides, judge, questions, mostPairs }: Pick<ExperimentPlan, 'sides' | 'judge' | 'questions' | 'mostPairs'>): Promise<ExperimentEstimate> {
    const step = Math.max(1, Math.floor(questions.length / sampledQuestions));
    const places = questions.filter((_, index) => index % step === 0).slice(0, sampledQuestions);
    const histories = (await Promise.all(places.map((place) => this.#historyOf(place)))).filter((one) => one !== undefined);
    const sample = histories.length > 0 ? histories : [[standInQuestion]];
    const sum = { low: 0, likely: 0, high: 0 };
    let judgeName: string | undefined;
    for (const messages of sample) {
      const routes = await this.#routes(sides, messages);
      const asked = 'kind' in routes ? routes : await this.#askedFor(routes, messages, judge);
      if ('kind' in asked) return { ok: false, failure: asked };
      judgeName = asked.judge?.arm.card.name;
      for (const { arm, estimate } of asked.candidates) {
        if (!estimate) return { ok: false, failure: { kind: 'priceUnknown', provider: arm.offer.provider, model: arm.offer.model } };
        sum.low += estimate.low;
        sum.likely += estimate.likely;
        sum.high += estimate.high;
      }
    }
    const scaled = (amount: number): NanoDollars => nano(Math.ceil((amount / sample.length) * mostPairs));
    return { ok: true, low: scaled(sum.low), likely: scaled(sum.likely), high: scaled(sum.high), judge: judgeName };
  }

  /** Keeps a plan that the person agreed to and begins with it. The rule of decision is added here: nobody chooses it by the results. */
  async begin(plan: Omit<ExperimentPlan, 'alpha' | 'margin'>): Promise<Begun> {
    const { clock, ids, realm, window } = this.dependencies;
    const whole: ExperimentPlan = { ...plan, ...usualRule };
    return this.#oneAtATime(async (store) => {
      const id = ids.next();
      await store.create({ id, realm: realm(), createdAt: clock.now(), state: JSON.stringify({ is: 'running' } satisfies ExperimentState), plan: JSON.stringify(whole), owner: window });
      return { ok: true, id };
    });
  }

  /** Goes on where it was left: after a pause, or after its window went away. */
  async resume(id: string): Promise<Begun> {
    if (this.#current?.id === id) return { ok: false, why: 'elsewhere' };
    return this.#oneAtATime(async (store) => {
      const experiment = await this.#read(store, id);
      if (!experiment || experiment.state.is === 'ended') return { ok: false, why: 'gone' };
      if (experiment.realm !== this.dependencies.realm()) return { ok: false, why: 'otherMoney' };
      if (!(await store.claim(id, this.dependencies.window))) return { ok: false, why: 'elsewhere' };
      await this.#setState(store, id, { is: 'running' });
      return { ok: true, id };
    });
  }

  /** The pair under way is given up; what was judged stays. Also for one that runs in another window, which sees it. */
  async pause(id: string): Promise<void> {
    await this.#end(id, { is: 'paused' });
  }

  /** For good: an experiment that was stopped by hand has no result but what it showed so far. */
  async stop(id: string): Promise<void> {
    await this.#end(id, { is: 'ended', why: 'stopped' });
  }

  async remove(id: string): Promise<void> {
    await this.#leave(id);
    await (await this.#store()).remove(id);
  }

  /** The person's own verdict on a pair, by the place in which its answers were shown. */
  async judge(id: string, place: number, better: 'first' | 'second' | 'tie'): Promise<void> {
    const store = await this.#store();
    const experiment = await this.#read(store, id);
    const pair = experiment?.pairs.find((one) => one.place === place);
    if (!experiment || experiment.state.is === 'ended' || !pair?.answers || pair.verdict !== undefined) return;
    const verdict: Verdict = better === 'tie' ? 'tie' : (better === 'first') === pair.swapped ? 'B' : 'A';
    await this.#putPair(store, id, { ...pair, verdict });
    if (this.#current?.id === id) this.#goOn();
  }

  /** A question of the person's was answered: an experiment that takes new ones in takes this one. Never rejects. */
  async answered(place: QuestionPlace): Promise<void> {
    const id = this.#current?.id;
    if (id === undefined) return;
    try {
      const store = await this.#store();
      const experiment = await this.#read(store, id);
      if (!experiment?.plan.withNew || experiment.realm !== this.dependencies.realm() || experiment.plan.questions.some(({ messageId }) => messageId === place.messageId)) return;
      await store.update(id, { plan: JSON.stringify({ ...experiment.plan, questions: [...experiment.plan.questions, place] }) });
      this.#goOn();
    } catch (error) {
      this.dependencies.log.error('a new question could not be taken into the experiment', error);
    }
  }

  /** Something changed, in this window or another. */
  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  async close(): Promise<void> {
    this.#closed = true;
    const current = this.#current;
    if (current) await this.#leave(current.id).catch((error: unknown) => this.dependencies.log.error('an experiment could not be given up', error));
    this.#stopListening?.();
  }

  /** Begins what `prepare` names, unless another one runs here or is being prepared. */
  async #oneAtATime(prepare: (store: ExperimentStore) => Promise<Begun>): Promise<Begun> {
    if (this.#current || this.#preparing || this.#closed) return { ok: false, why: 'busy' };
    this.#preparing = true;
    try {
      const begun = await prepare(await this.#store());
      if (!begun.ok || this.#closed) return begun;
      this.#current = { id: begun.id, abort: new AbortController(), loop: undefined, again: false };
      this.#goOn();
      return begun;
    } finally {
      this.#preparing = false;
    }
  }

  #goOn(): void {
    const current = this.#current;
    if (!current || current.abort.signal.aborted) return;
    // One that is about to wait may not have seen what came just now.
    current.again = current.loop !== undefined;
    current.loop ??= this.#asking(current).finally(() => {
      current.loop = undefined;
      if (current.again) this.#goOn();
    });
  }

  /** Asks until it ends, or waits for the person, or is given up. Never rejects. */
  async #asking(current: Current): Promise<void> {
    const { id, abort } = current;
    try {
      const state = await this.#run(id, abort.signal).catch((error: unknown): ExperimentState | undefined => {
        this.dependencies.log.error('an experiment stopped unexpectedly', error);
        return abort.signal.aborted ? undefined : { is: 'paused', failure: storageFailure(error) };
      });
      if (!state) return;
      const store = await this.#store();
      await this.#setState(store, id, state);
      await store.release(id, this.dependencies.window);
    } catch (error) {
      this.dependencies.log.error('how an experiment ended could not be written down', error);
    }
    if (this.#current === current) this.#current = undefined;
  }

  /** Pair after pair. Returns the state that it comes to; undefined when it waits, or was given up. */
  async #run(id: string, signal: AbortSignal): Promise<ExperimentState | undefined> {
    const store = await this.#store();
    for (let failuresInRow = 0; ; ) {
      const experiment = await this.#read(store, id);
      if (!experiment || experiment.state.is !== 'running' || signal.aborted) return undefined;
      // What was agreed to in play money is not paid for in real money.
      if (experiment.realm !== this.dependencies.realm()) return { is: 'paused' };
      const { plan, pairs } = experiment;
      const { decision, open } = resultOf(pairs, plan);
      if (decision !== 'undecided') return { is: 'ended', why: 'decided' };
      const place = pairs.length;
      const question = plan.questions[place];
      if (open >= mostOpenPairs) return undefined;
      if (place >= plan.mostPairs || (!question && !plan.withNew)) return open > 0 ? undefined : { is: 'ended', why: 'questions' };
      if (!question) return undefined;
      const made = await this.#pair(experiment, place, question, signal);
      if (signal.aborted) return undefined;
      if (made === 'allowance') return open > 0 ? undefined : { is: 'ended', why: 'allowance' };
      const { verdict } = made;
      const failed = typeof verdict === 'object' && verdict.kind !== 'gone' ? failureOf(verdict) : undefined;
      failuresInRow = failed ? failuresInRow + 1 : 0;
      if (failed && (concernsAll(failed) || failuresInRow >= mostFailuresInRow)) return { is: 'paused', failure: failed };
      await this.#putPair(store, id, made);
    }
  }

  async #pair({ id, plan }: Experiment, place: number, at: QuestionPlace, signal: AbortSignal): Promise<Pair | 'allowance'> {
    const { ask, random } = this.dependencies;
    const messages = await this.#historyOf(at);
    const pair: Pair = { place, question: boundedQuestion(messages ? lastAsked(messages) : ''), swapped: random() < 0.5 };
    const without = (verdict: NoVerdict): Pair => ({ ...pair, verdict });
    if (!messages) return without({ kind: 'gone' });
    const routes = await this.#routes(plan.sides, messages);
    if ('kind' in routes) return without({ kind: 'failed', failure: routes });
    const expected = await this.#askedFor(routes, messages, plan.judge);
    if ('kind' in expected) return without({ kind: 'failed', failure: expected });
    let most = 0;
    for (const { arm, estimate } of expected.candidates) {
      // It had one when the plan was agreed to.
      if (!estimate) return without({ kind: 'failed', failure: { kind: 'priceUnknown', provider: arm.offer.provider, model: arm.offer.model } });
      most += estimate.high;
    }
    if ((await (await this.#store()).spentOn(id)) + most > plan.allowance) return 'allowance';

    const [one, other] = await Promise.all([asked(ask, requestOf(plan.sides[0], messages, id), signal), asked(ask, requestOf(plan.sides[1], messages, id), signal)]);
    const failure = one.failure ?? other.failure;
    if (failure) return without({ kind: 'failed', failure });
    const answers = [answerOf(one), answerOf(other)] as const;
    if (!answers[0] || !answers[1]) return without({ kind: 'failed', failure: unexpected('an answer of nobody') });
    const answered: Pair = { ...pair, answers: [answers[0], answers[1]] };
    const sides = [candidateOf(routes[0], answers[0].arm), candidateOf(routes[1], answers[1].arm)].filter((side) => side !== undefined);
    const compared: Compared = { question: lastAsked(messages), answers: [one.text, other.text], names: sides.flatMap(namesOf) };
    if (plan.judge === 'person') {
      const [first, second] = compared.answers.map((text) => blinded(text, compared.names));
      return sameText(one, other) ? { ...answered, verdict: 'tie' } : { ...answered, shown: pair.swapped ? [second ?? '', first ?? ''] : [first ?? '', second ?? ''] };
    }
    // A third model was not named by the person.
    if (routes[0].profile.labels?.some(({ effect }) => effect.allow)) return { ...answered, verdict: { kind: 'failed', failure: { kind: 'noCandidate', reason: 'A classifier of yours says who may read this question, so no third model may judge it. Judge yourself, or choose other questions.' } } };
    const judge = await chooseJudge(this.dependencies, compared, sides.map(({ arm }) => arm.card.id));
    if ('kind' in judge) return { ...answered, verdict: { kind: 'failed', failure: judge } };
    const judged = await judgePair(this.dependencies, compared, judge.id, id, signal);
    if (judged.kind !== 'verdict') return { ...answered, verdict: judged.kind === 'failed' ? judged : { kind: 'unreadable' } };
    const { better, by, agreed } = judged;
    return { ...answered, verdict: better === 'first' ? 'A' : better === 'second' ? 'B' : 'tie', ...(by === undefined ? {} : { judged: { by, agreed } }) };
  }

  /** Who would be asked on each side now. */
  async #routes(sides: ExperimentPlan['sides'], messages: readonly Message[]): Promise<readonly [Route, Route] | Failure> {
    const one = await this.dependencies.route(requestOf(sides[0], messages, ''));
    const other = await this.dependencies.route(requestOf(sides[1], messages, ''));
    return 'kind' in one ? one : 'kind' in other ? other : [one, other];
  }

  /** Everybody who is asked for a pair: both sides, and the judge once for each order. */
  async #askedFor(routes: readonly [Route, Route], messages: readonly Message[], judge: ExperimentPlan['judge']): Promise<{ readonly candidates: readonly Candidate[]; readonly judge: Candidate | undefined } | Failure> {
    const candidates = routes.flatMap(({ ranked: [first] }) => first ?? []);
    if (judge === 'person') return { candidates, judge: undefined };
    // Texts as long as the answers will likely be.
    const length = Math.round(charactersPerToken * (routes[0].profile.outputTokens.p50 + 1));
    const chosen = await chooseJudge(this.dependencies, { question: lastAsked(messages), answers: ['x'.repeat(length), 'y'.repeat(length)], names: [] }, candidates.map(({ arm }) => arm.card.id));
    return 'kind' in chosen ? chosen : { candidates: [...candidates, chosen, chosen], judge: chosen };
  }

  /** The conversation up to a question; undefined when it was deleted. */
  async #historyOf({ threadId, messageId }: QuestionPlace): Promise<readonly Message[] | undefined> {
    const stored = await (await this.dependencies.threads()).get(threadId);
    const question = stored?.messages.find(({ id }) => id === messageId);
    return stored && question && historyOf(stored.messages, question.position);
  }

  async #end(id: string, state: ExperimentState): Promise<void> {
    await this.#leave(id);
    const store = await this.#store();
    const row = await store.get(id);
    if (!row || readState(row.row.state)?.is === 'ended') return;
    await this.#setState(store, id, state);
  }

  /** Stops asking here and gives it up. */
  async #leave(id: string): Promise<void> {
    const current = this.#current;
    if (current?.id !== id) return;
    this.#current = undefined;
    current.abort.abort();
    await current.loop;
    await (await this.#store()).release(id, this.dependencies.window);
  }

  async #read(store: ExperimentStore, id: string): Promise<Experiment | undefined> {
    const stored = await store.get(id);
    const plan = stored && readPlan(stored.row.plan);
    const state = stored && readState(stored.row.state);
    if (!stored || !plan || !state) return undefined;
    const { realm, createdAt } = stored.row;
    return { id, realm, createdAt, plan, state, pairs: stored.pairs.map(({ place, pair }) => readPair(pair) ?? unreadable(place)), runs: this.#runsWhere(stored.row), spent: await store.spentOn(id) };
  }

  #runsWhere({ id, owner }: ExperimentRow): Experiment['runs'] {
    return this.#current?.id === id ? 'here' : owner === undefined || owner === this.dependencies.window ? undefined : 'elsewhere';
  }

  async #putPair(store: ExperimentStore, id: string, pair: Pair): Promise<void> {
    await store.putPair(id, { place: pair.place, pair: JSON.stringify(pair) });
  }

  async #setState(store: ExperimentStore, id: string, state: ExperimentState): Promise<void> {
    await store.update(id, { state: JSON.stringify(state) });
  }

  /** Opened by the first who needs it; from then on changes of other windows are heard. */
  async #store(): Promise<ExperimentStore> {
    const store = await this.dependencies.store();
    this.#stopListening ??= store.onChange(() => this.#changed(store));
    return store;
  }

  #changed(store: ExperimentStore): void {
    for (const listener of this.#listeners) listener();
    const current = this.#current;
    if (!current) return;
    // Another window may have paused, stopped or deleted what runs here.
    store
      .get(current.id)
      .then((stored) => (stored && readState(stored.row.state)?.is === 'running' ? undefined : this.#leave(current.id)))
      .catch((error: unknown) => this.dependencies.log.error('what another window did to an experiment could not be read', error));
  }
}

function requestOf({ arm, instruction }: Side, messages: readonly Message[], question: string): AskRequest {
  const told: readonly Message[] = instruction === undefined ? messages : [{ role: 'system', text: instruction }, ...messages.filter(({ role }) => role !== 'system')];
  return { messages: told, purpose: 'experiment', ...(question === '' ? {} : { question }), ...(arm === undefined ? {} : { pin: arm }) };
}

function lastAsked(messages: readonly Message[]): string {
  return messages.findLast(({ role }) => role === 'user')?.text ?? '';
}

/** What a newer Farthing wrote keeps its place: the question must not be asked, and paid for, again. */
function unreadable(place: number): Pair {
  return { place, question: '', swapped: false, verdict: { kind: 'unreadable' } };
}

function answerOf({ text, arm, cost, totalMs }: Asked): PairAnswer | undefined {
  return arm && { text, arm, cost, totalMs };
}

function withoutTexts({ answers, shown: _shown, ...pair }: Pair): Pair {
  return answers ? { ...pair, answers: [{ ...answers[0], text: '' }, { ...answers[1], text: '' }] } : pair;
}

function sameText(one: Asked, other: Asked): boolean {
  return one.text.trim() === other.text.trim();
}

function failureOf(verdict: NoVerdict): Failure {
  return verdict.kind === 'failed' ? verdict.failure : { kind: 'noCandidate', reason: 'No model that was asked to judge gave its verdict in the form that was wanted.' };
}

/** Trouble of one question alone; everything else will meet the next question as well, so that it is better mended first. */
const ofOneQuestion: ReadonlySet<Failure['kind']> = new Set(['noCandidate', 'contextTooLong', 'badRequest', 'refused', 'badReply', 'truncated', 'lengthReached', 'onlyReasoned', 'timedOut', 'cancelled'] as const);

function concernsAll({ kind }: Failure): boolean {
  return !ofOneQuestion.has(kind);
}
