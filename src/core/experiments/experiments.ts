import type { EndedExperiment, Experiment, ExperimentEstimate, ExperimentPlan, ExperimentResult, ExperimentState, NoVerdict, Pair, QuestionPlace, Verdict } from '../model/experiment';
import type { Failure } from '../model/failure';
import type { Domain } from '../model/modelCard';
import type { Realm } from '../model/provider';
import type { Clock } from '../ports/clock';
import type { ExperimentRow, ExperimentStore } from '../ports/experimentStore';
import { storageFailure } from '../ports/ledgerStore';
import type { Log } from '../ports/log';
import { askPair, estimateOf, type PairDependencies } from './pair';
import { pastQuestions } from './questions';
import { resultOf } from './result';
import { usualRule } from './sequential';
import { readPair, readPlan, readState } from './storedExperiment';

export interface ExperimentDependencies extends PairDependencies {
  readonly realm: () => Realm;
  readonly clock: Clock;
  readonly log: Log;
  /** Id of this process. */
  readonly window: string;
  /** One of this window has come to its end; not told of one that a person stopped. */
  readonly onEnded?: (ended: EndedExperiment) => void;
}

/** `busy`: another one runs in this window. `elsewhere`: this one runs in another. `gone`: it was deleted, or cannot be read. `otherMoney`: it is of the demo and the demo is over, or the other way round. */
export type Begun = { readonly ok: true; readonly id: string } | { readonly ok: false; readonly why: 'busy' | 'elsewhere' | 'gone' | 'otherMoney' };

/** How many pairs a person is shown ahead of their verdicts: what is not judged was paid for in vain. */
const mostOpenPairs = 3;

/** So many pairs without a verdict in a row, and something is wrong that the next will not mend. */
const mostFailuresInRow = 3;

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
  pastQuestions(most: number, domain?: Domain): Promise<readonly QuestionPlace[]> {
    return pastQuestions(this.dependencies, most, domain);
  }

  /** What the plan may cost, judges included, without asking anybody; or why it cannot be run. */
  estimate(plan: Pick<ExperimentPlan, 'sides' | 'judge' | 'questions' | 'mostPairs'>): Promise<ExperimentEstimate> {
    return estimateOf(this.dependencies, plan);
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
      if (state.is === 'ended') this.dependencies.onEnded?.({ id, why: state.why });
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
      const made = await askPair(this.dependencies, experiment, place, question, signal);
      if (signal.aborted) return undefined;
      if (made === 'allowance') return open > 0 ? undefined : { is: 'ended', why: 'allowance' };
      const { verdict } = made;
      const failed = typeof verdict === 'object' && verdict.kind !== 'gone' ? failureOf(verdict) : undefined;
      failuresInRow = failed ? failuresInRow + 1 : 0;
      if (failed && (concernsAll(failed) || failuresInRow >= mostFailuresInRow)) return { is: 'paused', failure: failed };
      await this.#putPair(store, id, made);
    }
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

/** What a newer Farthing wrote keeps its place: the question must not be asked, and paid for, again. */
function unreadable(place: number): Pair {
  return { place, question: '', swapped: false, verdict: { kind: 'unreadable' } };
}

function withoutTexts({ answers, shown: _shown, ...pair }: Pair): Pair {
  return answers ? { ...pair, answers: [{ ...answers[0], text: '' }, { ...answers[1], text: '' }] } : pair;
}

function failureOf(verdict: NoVerdict): Failure {
  return verdict.kind === 'failed' ? verdict.failure : { kind: 'noCandidate', reason: 'No model that was asked to judge gave its verdict in the form that was wanted.' };
}

/** Trouble of one question alone; everything else will meet the next question as well, so that it is better mended first. */
const ofOneQuestion: ReadonlySet<Failure['kind']> = new Set(['noCandidate', 'contextTooLong', 'badRequest', 'refused', 'badReply', 'truncated', 'lengthReached', 'onlyReasoned', 'timedOut', 'cancelled'] as const);

function concernsAll({ kind }: Failure): boolean {
  return !ofOneQuestion.has(kind);
}
