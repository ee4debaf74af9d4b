import type { AskRequest } from '../model/ask';
import type { Experiment, ExperimentEstimate, ExperimentPlan, NoVerdict, Pair, PairAnswer, QuestionPlace, Side } from '../model/experiment';
import { type Failure, unexpected } from '../model/failure';
import type { Message } from '../model/message';
import { nano, type NanoDollars } from '../model/money';
import type { Route } from '../model/route';
import type { ExperimentStore } from '../ports/experimentStore';
import type { Random } from '../ports/random';
import type { ThreadStore } from '../ports/threadStore';
import { type Asked, asked } from './asked';
import { blinded, boundedQuestion } from './blinded';
import { candidateOf } from './candidateOf';
import { type Compared, chooseJudge, type JudgeDependencies, judgePair, namesOf } from './judge';
import { historyAt } from './questions';

export interface PairDependencies extends JudgeDependencies {
  readonly store: () => Promise<ExperimentStore>;
  readonly threads: () => Promise<ThreadStore>;
  readonly random: Random;
}

/** In nano-dollars, with the name of the judge where a model is. */
interface PairCost {
  readonly low: number;
  readonly likely: number;
  readonly high: number;
  readonly judge: string | undefined;
}

/** How many questions the cost is worked out from. */
const sampledQuestions = 12;

/** Of English text, with most tokenizers. */
const charactersPerToken = 4;

/** Taken where there is no question yet to work out a cost from. */
const standInQuestion: Message = { role: 'user', text: 'Explain what this function does and suggest how it could be made simpler, with an example.' };

/** What the plan may cost, judges included, without asking anybody; or why it cannot be run. */
export async function estimateOf(dependencies: PairDependencies, { sides, judge, questions, mostPairs }: Pick<ExperimentPlan, 'sides' | 'judge' | 'questions' | 'mostPairs'>): Promise<ExperimentEstimate> {
  const step = Math.max(1, Math.floor(questions.length / sampledQuestions));
  const places = questions.filter((_, index) => index % step === 0).slice(0, sampledQuestions);
  const histories = (await Promise.all(places.map((place) => historyAt(dependencies.threads, place)))).filter((one) => one !== undefined);
  const sample = histories.length > 0 ? histories : [[standInQuestion]];
  const sum = { low: 0, likely: 0, high: 0 };
  let judgeName: string | undefined;
  for (const messages of sample) {
    const routes = await routesOf(dependencies, sides, messages);
    const cost = 'kind' in routes ? routes : await costOf(dependencies, routes, messages, judge);
    if ('kind' in cost) return { ok: false, failure: cost };
    judgeName = cost.judge;
    sum.low += cost.low;
    sum.likely += cost.likely;
    sum.high += cost.high;
  }
  const scaled = (amount: number): NanoDollars => nano(Math.ceil((amount / sample.length) * mostPairs));
  return { ok: true, low: scaled(sum.low), likely: scaled(sum.likely), high: scaled(sum.high), judge: judgeName };
}

/** Asks both sides one question and has their answers judged, unless what is allowed does not reach for it. Expected trouble is the pair's verdict. */
export async function askPair(dependencies: PairDependencies, { id, plan }: Experiment, place: number, at: QuestionPlace, signal: AbortSignal): Promise<Pair | 'allowance'> {
  const { ask, random, store, threads } = dependencies;
  const messages = await historyAt(threads, at);
  const pair: Pair = { place, question: boundedQuestion(messages ? lastAsked(messages) : ''), swapped: random() < 0.5 };
  const without = (verdict: NoVerdict): Pair => ({ ...pair, verdict });
  if (!messages) return without({ kind: 'gone' });
  const routes = await routesOf(dependencies, plan.sides, messages);
  if ('kind' in routes) return without({ kind: 'failed', failure: routes });
  const cost = await costOf(dependencies, routes, messages, plan.judge);
  if ('kind' in cost) return without({ kind: 'failed', failure: cost });
  if ((await (await store()).spentOn(id)) + cost.high > plan.allowance) return 'allowance';

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
  const judge = await chooseJudge(dependencies, compared, sides.map(({ arm }) => arm.card.id));
  if ('kind' in judge) return { ...answered, verdict: { kind: 'failed', failure: judge } };
  const judged = await judgePair(dependencies, compared, judge.id, id, signal);
  if (judged.kind !== 'verdict') return { ...answered, verdict: judged.kind === 'failed' ? judged : { kind: 'unreadable' } };
  const { better, by, agreed } = judged;
  return { ...answered, verdict: better === 'first' ? 'A' : better === 'second' ? 'B' : 'tie', ...(by === undefined ? {} : { judged: { by, agreed } }) };
}

/** Who would be asked on each side now. */
async function routesOf(dependencies: PairDependencies, sides: ExperimentPlan['sides'], messages: readonly Message[]): Promise<readonly [Route, Route] | Failure> {
  const one = await dependencies.route(requestOf(sides[0], messages, ''));
  const other = await dependencies.route(requestOf(sides[1], messages, ''));
  return 'kind' in one ? one : 'kind' in other ? other : [one, other];
}

/** What a pair may cost: both sides, and the judge once for each order. */
async function costOf(dependencies: PairDependencies, routes: readonly [Route, Route], messages: readonly Message[], judge: ExperimentPlan['judge']): Promise<PairCost | Failure> {
  const answering = routes.flatMap(({ ranked: [first] }) => first ?? []);
  // Texts as long as the answers will likely be.
  const length = Math.round(charactersPerToken * (routes[0].profile.outputTokens.p50 + 1));
  const chosen = judge === 'person' ? undefined : await chooseJudge(dependencies, { question: lastAsked(messages), answers: ['x'.repeat(length), 'y'.repeat(length)], names: [] }, answering.map(({ arm }) => arm.card.id));
  if (chosen && 'kind' in chosen) return chosen;
  const sum = { low: 0, likely: 0, high: 0 };
  for (const { arm, estimate } of chosen ? [...answering, chosen, chosen] : answering) {
    if (!estimate) return { kind: 'priceUnknown', provider: arm.offer.provider, model: arm.offer.model };
    sum.low += estimate.low;
    sum.likely += estimate.likely;
    sum.high += estimate.high;
  }
  return { ...sum, judge: chosen?.arm.card.name };
}

function requestOf({ arm, instruction }: Side, messages: readonly Message[], question: string): AskRequest {
  const told: readonly Message[] = instruction === undefined ? messages : [{ role: 'system', text: instruction }, ...messages.filter(({ role }) => role !== 'system')];
  return { messages: told, purpose: 'experiment', ...(question === '' ? {} : { question }), ...(arm === undefined ? {} : { pin: arm }) };
}

function lastAsked(messages: readonly Message[]): string {
  return messages.findLast(({ role }) => role === 'user')?.text ?? '';
}

function answerOf({ text, arm, cost, totalMs }: Asked): PairAnswer | undefined {
  return arm && { text, arm, cost, totalMs };
}

function sameText(one: Asked, other: Asked): boolean {
  return one.text.trim() === other.text.trim();
}
