import { answerPurposes, type Ask, type AskRequest } from '../model/ask';
import type { TrialDecision } from '../model/experiment';
import { learntKey } from '../model/learnt';
import type { ArmId } from '../model/modelCard';
import { fromUsd, nano } from '../model/money';
import type { NewOutcome } from '../model/outcome';
import type { Realm } from '../model/provider';
import type { Candidate, Route } from '../model/route';
import type { AppSettings } from '../model/settings';
import type { Clock } from '../ports/clock';
import type { ExperimentStore, TrialSubject, TrialVerdict } from '../ports/experimentStore';
import type { Ids } from '../ports/ids';
import type { Log } from '../ports/log';
import type { Random } from '../ports/random';
import { asked } from './asked';
import { candidateOf, mainDomain } from './candidateOf';
import { type Compared, chooseJudge, judgePair, namesOf, type RouteFor, worstOfJudging } from './judge';
import { Comparison, usualRule } from './sequential';

/** An answer that the person has, with what was asked for it. */
export interface Answered {
  readonly request: AskRequest;
  readonly text: string;
  /** Who gave it. */
  readonly arm: ArmId;
  readonly outputTokens: number;
}

export interface ShadowTrialDependencies {
  readonly ask: Ask;
  readonly route: RouteFor;
  readonly store: () => Promise<ExperimentStore>;
  readonly settings: () => Pick<AppSettings, 'shadow.share' | 'shadow.monthlyUsd' | 'providers.limits' | 'maxOutputTokens'>;
  readonly realm: () => Realm;
  /** Whether there is a network, and no budget is nearly used up. */
  readonly isEasy: () => Promise<boolean>;
  /** A model on this machine would slow it down. */
  readonly isLocal: (provider: string) => boolean;
  /** Start of the month, epoch milliseconds. */
  readonly monthStart: () => number;
  readonly noteOutcome: (outcome: NewOutcome) => Promise<void>;
  readonly onDecided: (decision: TrialDecision) => void;
  readonly random: Random;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
}

/** How far below the bar the chance of a cheaper model may be: further down the answer is known. */
const nearBar = 0.3;

/** Saving less than a fifth is not worth a trial. */
const clearlyCheaper = 0.8;

/** Models and prices change: older trials no longer count, in milliseconds. */
const trialsCountFor = 90 * 24 * 60 * 60 * 1000;

/**
 * With the person's allowance a small share of answered questions is put to a cheaper model as well, in the background,
 * and a third model judges blind which answer is better. One at a time in a window. Nothing of it is shown but what it
 * comes to: when the cheaper model is surely not worse by more than the margin, that is told once, and what was noted as
 * outcomes lets the router choose it.
 */
export class ShadowTrials {
  readonly #closing = new AbortController();
  #underWay: Promise<void> | undefined;

  constructor(private readonly dependencies: ShadowTrialDependencies) {}

  /** An answer is complete. Returns at once; never throws. */
  answered(answered: Answered): void {
    const { random, settings } = this.dependencies;
    if (this.#underWay || this.#closing.signal.aborted || random() >= settings()['shadow.share'] || !mayBeTried(answered.request)) return;
    this.#underWay = this.#tried(answered)
      .catch((error: unknown) => this.dependencies.log.error('a shadow trial failed', error))
      .finally(() => (this.#underWay = undefined));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#underWay;
  }

  async #tried(answered: Answered): Promise<void> {
    const { clock, ids, isEasy, log, monthStart, noteOutcome, realm, route, settings } = this.dependencies;
    if (!(await isEasy())) return;
    const { step: _step, question: _question, threadId: _thread, warm: _warm, ...request } = answered.request;
    const found = await route(request);
    // Where a classifier of the person's own says who may read such prompts, nobody reads them unasked.
    if ('kind' in found || found.profile.labels?.some(({ effect }) => effect.allow)) return;
    const usual = candidateOf(found, answered.arm);
    const cheaper = usual && this.#cheaperThan(found, usual);
    if (!cheaper) return;
    const { profile } = found;
    const { arm } = cheaper;
    const at = clock.now();
    const subject: TrialSubject = { realm: realm(), domain: mainDomain(profile), cheaper: learntKey(arm.card, arm.effort) };
    const store = await this.dependencies.store();
    if (standingOf(await store.trials(subject, at - trialsCountFor)).decided) return;

    const names = [usual, cheaper].flatMap(namesOf);
    const question = request.messages.findLast(({ role }) => role === 'user')?.text ?? '';
    // Two texts as long as the longer of the two may become, to know the most that judging can cost.
    const mostOutput = Math.min(settings().maxOutputTokens, 1024 + 3 * answered.outputTokens);
    const priced = await route({ ...request, pin: cheaper.id, maxOutputTokens: mostOutput });
    const worst = 'kind' in priced ? undefined : priced.ranked[0]?.estimate?.worst;
    const likeBoth: Compared = { question, names, answers: [answered.text, answered.text.padEnd(mostOutput * 4, 'x')] };
    const judge = await chooseJudge({ route }, likeBoth, [usual.arm.card.id, arm.card.id]);
    const judging = 'kind' in judge ? undefined : worstOfJudging(judge);
    if ('kind' in judge || worst === undefined || judging === undefined) return;

    const id = ids.next();
    const allowance = fromUsd(settings()['shadow.monthlyUsd']);
    if (!(await store.beginTrial({ ...subject, id, at, held: nano(worst + judging) }, monthStart(), allowance))) return;
    let verdict: TrialVerdict = 'none';
    try {
      const { signal } = this.#closing;
      const answer = await asked(this.dependencies.ask, { ...request, purpose: 'shadow', question: id, pin: cheaper.id, maxOutputTokens: mostOutput }, signal);
      if (answer.failure || answer.stop !== 'stop' || answer.text.trim() === '') return;
      const judged = await judgePair(this.dependencies, { question, names, answers: [answer.text, answered.text] }, judge.id, id, signal);
      if (judged.kind === 'failed') log.info(`a shadow trial came to nothing: ${judged.failure.kind}`);
      if (judged.kind !== 'verdict') return;
      verdict = judged.better === 'first' ? 'better' : judged.better === 'second' ? 'worse' : 'same';
    } finally {
      await store.endTrial(id, verdict);
    }
    await noteOutcome({ realm: subject.realm, arm: cheaper.id, card: arm.card.id, effort: arm.effort.effort, kind: 'judge', value: verdict === 'worse' ? 0 : 1, domains: profile.domains, difficulty: profile.difficulty, tier: profile.tier, question: id });
    await this.#decide(store, subject, cheaper, at);
  }

  async #decide(store: ExperimentStore, subject: TrialSubject, { arm }: Candidate, at: number): Promise<void> {
    const { decided, trials, asGood } = standingOf(await store.trials(subject, at - trialsCountFor));
    if (decided !== 'enough' || !(await store.tellOnce(subject, at))) return;
    this.dependencies.onDecided({ domain: subject.domain, model: arm.card.name, trials, asGood });
  }

  /** Whom the router would take if it were thought able: the cheapest that is open, clearly cheaper, and not far below the bar. */
  #cheaperThan({ bar, ranked, rejected }: Route, usual: Candidate): Candidate | undefined {
    const { isLocal, realm, settings } = this.dependencies;
    const cost = usual.estimate?.likely;
    if (cost === undefined) return undefined;
    const mayWait = (provider: string): boolean => settings()['providers.limits'][provider] !== undefined;
    const isInTheWay = (provider: string): boolean => realm() === 'real' && isLocal(provider);
    const likelyOf = ({ estimate }: Candidate): number => estimate?.likely ?? Infinity;
    // Those that did not pass are tried after all others, when there are few.
    return [...ranked, ...rejected.flatMap(({ why, candidate }) => (why === 'notCapable' ? [candidate] : []))]
      .filter((one) => one.capable !== undefined && one.capable.low < bar && one.capable.low >= bar - nearBar && likelyOf(one) < clearlyCheaper * cost)
      .filter(({ arm: { card, offer } }) => card.id !== usual.arm.card.id && !mayWait(offer.provider) && !isInTheWay(offer.provider))
      .toSorted((one, other) => likelyOf(one) - likelyOf(other) || (one.id < other.id ? -1 : 1))[0];
  }
}

/** Nothing with side effects or pictures is sent anywhere a second time. */
function mayBeTried({ messages, purpose, tools, step }: AskRequest): boolean {
  if (!answerPurposes.includes(purpose) || (tools?.length ?? 0) > 0 || step !== undefined) return false;
  return messages.every((message) => message.role === 'system' || (message.role === 'user' && !message.images?.length) || (message.role === 'assistant' && !message.toolCalls?.length));
}

/** How the trials of one subject stand: enough, clearly not, or neither yet. */
export function standingOf(verdicts: readonly TrialVerdict[]): { readonly decided: 'enough' | 'notEnough' | undefined; readonly trials: number; readonly asGood: number } {
  const comparison = new Comparison(usualRule);
  let asGood = 0;
  let decided: 'enough' | 'notEnough' | undefined;
  for (const verdict of verdicts) {
    if (verdict === 'none') continue;
    comparison.add(verdict === 'better' ? 'A' : verdict === 'worse' ? 'B' : 'tie');
    if (verdict !== 'worse') asGood += 1;
    if (decided) continue;
    if (comparison.decision === 'B') decided = 'notEnough';
    else if (comparison.surelyAbove(-usualRule.margin)) decided = 'enough';
  }
  return { decided, trials: comparison.pairs, asGood };
}
