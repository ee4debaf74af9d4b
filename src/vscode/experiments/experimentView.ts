import type { Experiment, ExperimentPlan, ExperimentResult, ExperimentState, Pair } from '../../core/model/experiment';
import { formatUsd, type NanoDollars } from '../../core/model/money';
import type { ExperimentView } from '../../shared/experimentsProtocol';
import { decimal, t } from '../../shared/l10n';
import { seconds } from '../costText';
import { tell } from '../failureTexts';

interface ViewContext {
  readonly nameOf: (provider: string) => string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** How much of a question a table shows, in characters. */
const shownOfQuestion = 140;

/** An experiment in words and figures, for the page. */
export function experimentView(experiment: Experiment, result: ExperimentResult, context: ViewContext): ExperimentView {
  const { id, plan, pairs, realm } = experiment;
  const waiting = pairs.filter(isOpen);
  const [next] = experiment.state.is === 'ended' ? [] : waiting;
  return {
    id,
    title: titleOf(plan),
    names: namesOf(plan),
    state: stateText(experiment, result, context),
    sentences: [resultSentence(plan, result), ...costSentences(experiment, result), ...judgeSentences(plan, result)],
    isDemo: realm === 'demo',
    may: mayBe(experiment),
    path: result.path.map(({ pairs: number, rate, low, high }) => ({ pairs: number, ...(rate === undefined ? {} : { rate }), low, high })),
    description: chartWords(plan, result),
    certainty: percent(1 - plan.alpha),
    pairs: pairs.map((pair) => ({ number: pair.place + 1, question: firstLine(pair.question), verdict: verdictText(pair, plan) })),
    ...(next?.shown ? { toJudge: { place: next.place, question: next.question, first: next.shown[0], second: next.shown[1], waiting: waiting.length } } : {}),
  };
}

export function titleOf(plan: ExperimentPlan): string {
  const [one, other] = namesOf(plan);
  return t('{0} against {1}', one, other);
}

/** Names that tell the two apart, also where one model is given two instructions. */
function namesOf({ sides: [one, other] }: ExperimentPlan): [string, string] {
  return one.name === other.name ? [`${one.name} (A)`, `${other.name} (B)`] : [one.name, other.name];
}

/** The result in one sentence: who was judged better, how often, and how sure that is. */
function resultSentence(plan: ExperimentPlan, result: ExperimentResult): string {
  const { winsA, winsB, ties, decision, p } = result;
  const [nameA, nameB] = namesOf(plan);
  const decided = winsA + winsB;
  const pairs = decided + ties;
  const sure = percent(1 - plan.alpha);
  const counted = (name: string, wins: number): string => {
    const better = t(decided === 1 ? '{0} was judged better in {1} of {2} decided pair' : '{0} was judged better in {1} of {2} decided pairs', name, wins, decided);
    return ties === 0 ? better : t(ties === 1 ? '{0}; {1} was equal' : '{0}; {1} were equal', better, ties);
  };
  if (pairs === 0) return t('No pair has been judged yet.');
  switch (decision) {
    case 'A':
      return t('{0}. Decided at {1} after {2} pairs.', counted(nameA, winsA), sure, result.decidedAfter ?? pairs);
    case 'B':
      return t('{0}. Decided at {1} after {2} pairs.', counted(nameB, winsB), sure, result.decidedAfter ?? pairs);
    case 'equal':
      return t('The two are practically equal: whatever difference there is, it is smaller than {0} in 100 pairs. Decided at {1} after {2} pairs.', Math.round(100 * plan.margin), sure, result.decidedAfter ?? pairs);
    case 'undecided': {
      if (decided === 0) return pairs === 1 ? t('The one pair so far was judged equal. Not decided yet.') : t('All {0} pairs so far were judged equal. Not decided yet.', pairs);
      const [leader, wins] = winsA >= winsB ? [nameA, winsA] : [nameB, winsB];
      return t('{0}. Not decided: if neither were better, that would be seen in {1}.', counted(leader, wins), oneIn(p));
    }
  }
}

/** How it ended, for a notice: the result, and where there is none yet, why it ended all the same. */
export function endedText({ plan, state }: Pick<Experiment, 'plan' | 'state'>, result: ExperimentResult): string {
  const sentence = resultSentence(plan, result);
  return state.is !== 'ended' || result.decision !== 'undecided' ? sentence : `${endTexts[state.why](true)} ${sentence}`;
}

function oneIn(p: number): string {
  return p >= 0.5 ? t('most experiments') : t('one experiment in {0}', Math.floor(1 / p));
}

function costSentences({ plan, spent }: Experiment, { meanCost: [costA, costB], meanMs: [msA, msB] }: ExperimentResult): readonly string[] {
  const [nameA, nameB] = namesOf(plan);
  const sentences: string[] = [];
  if (costA !== undefined && costB !== undefined) sentences.push(costs([formatUsd(costA), nameA, formatUsd(costB), nameB], ratio(costA, costB)));
  if (msA !== undefined && msB !== undefined) sentences.push(t('It took {0} and {1}.', seconds(msA), seconds(msB)));
  sentences.push(t('Spent so far: {0} of the {1} allowed.', formatUsd(spent), formatUsd(plan.allowance)));
  return sentences;
}

function costs(of: readonly [costA: string, nameA: string, costB: string, nameB: string], times: string | undefined): string {
  return times === undefined ? t('An answer cost {0} from {1} and {2} from {3}.', ...of) : t('An answer cost {0} from {1} and {2} from {3}: {4} times as much.', ...of, times);
}

/** Undefined where one of them cost nothing. */
function ratio(costA: NanoDollars, costB: NanoDollars): string | undefined {
  if (costA === 0 || costB === 0) return undefined;
  const times = costB / costA;
  return times >= 10 ? String(Math.round(times)) : decimal(times, times >= 1 ? 1 : 2);
}

function judgeSentences({ judge }: ExperimentPlan, { agreed, without }: ExperimentResult): readonly string[] {
  const sentences: string[] = [];
  if (judge === 'person') sentences.push(t('Judged by you, without seeing who answered.'));
  else if (agreed !== undefined) sentences.push(t('Judged by a third model that saw each pair in both orders, without names. It said the same in both orders for {0} of the pairs; the others count as equal.', percent(agreed)));
  if (without > 0) sentences.push(t(without === 1 ? '{0} pair has no verdict and does not count.' : '{0} pairs have no verdict and do not count.', without));
  return sentences;
}

function stateText(experiment: Experiment, { open, decision }: ExperimentResult, context: ViewContext): string {
  const { state, plan, pairs, runs } = experiment;
  const progress = t('{0} of {1} pairs', pairs.length, plan.mostPairs);
  switch (state.is) {
    case 'running':
      if (runs === undefined) return t('Paused: its window was closed. {0}.', progress);
      if (open > 0) return t('Waits for you to judge. {0}.', progress);
      if (pairs.length >= plan.questions.length && plan.withNew) return t('Waits for your next questions. {0}.', progress);
      return runs === 'here' ? t('Running: {0}.', progress) : t('Running in another window: {0}.', progress);
    case 'paused':
      return state.failure ? t('Paused: {0} {1}.', tell(state.failure, context).sentence, progress) : t('Paused: {0}.', progress);
    case 'ended':
      return endTexts[state.why](decision === 'undecided');
  }
}

const endTexts: Readonly<Record<Extract<ExperimentState, { is: 'ended' }>['why'], (undecided: boolean) => string>> = {
  decided: () => t('Ended: decided.'),
  questions: (undecided) => (undecided ? t('Ended undecided: all questions were asked.') : t('Ended.')),
  allowance: (undecided) => (undecided ? t('Ended undecided: the next pair might have cost more than was allowed.') : t('Ended: the next pair might have cost more than was allowed.')),
  stopped: (undecided) => (undecided ? t('Stopped by you, undecided.') : t('Stopped by you.')),
};

function mayBe({ state, runs }: Experiment): ExperimentView['may'] {
  if (state.is === 'ended') return ['remove'];
  return state.is === 'running' && runs !== undefined ? ['pause', 'stop', 'remove'] : ['resume', 'stop', 'remove'];
}

function verdictText({ verdict, judged }: Pair, plan: ExperimentPlan): string {
  const [nameA, nameB] = namesOf(plan);
  if (verdict === undefined) return t('waits for you');
  if (typeof verdict === 'object') return { gone: t('the question was deleted'), unreadable: t('the verdict could not be read'), failed: t('one of them did not answer, or nobody could judge') }[verdict.kind];
  if (verdict === 'tie') return judged && !judged.agreed ? t('equal: the judge changed its mind with the order') : t('equal');
  return t('{0} better', verdict === 'A' ? nameA : nameB);
}

function chartWords(plan: ExperimentPlan, { path }: ExperimentResult): string {
  const last = path.at(-1);
  const [nameA] = namesOf(plan);
  if (!last) return t('Nothing to show yet.');
  const now = last.rate === undefined ? t('no pair is decided yet') : t('{0} wins {1} of the decided pairs', nameA, percent(last.rate));
  return t(last.pairs === 1 ? 'After {0} pair {1}; the true share lies between {2} and {3} with {4} certainty at every look.' : 'After {0} pairs {1}; the true share lies between {2} and {3} with {4} certainty at every look.', last.pairs, now, percent(last.low), percent(last.high), percent(1 - plan.alpha));
}

function isOpen({ verdict }: Pair): boolean {
  return verdict === undefined;
}

function firstLine(text: string): string {
  const line = text.trim().split('\n', 1)[0] ?? '';
  return line.length <= shownOfQuestion ? line : `${line.slice(0, shownOfQuestion)}…`;
}

function percent(share: number): string {
  return `${Math.round(100 * share)} %`;
}
