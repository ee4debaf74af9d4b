import type { Experiment, ExperimentPlan, ExperimentResult, ExperimentState, Pair } from '../../core/model/experiment';
import { formatUsd, type NanoDollars } from '../../core/model/money';
import type { ExperimentView } from '../../shared/experimentsProtocol';
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
  return `${one} against ${other}`;
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
  const equals = ties === 0 ? '' : `; ${ties} ${ties === 1 ? 'was' : 'were'} equal`;
  const counted = (name: string, wins: number): string => `${name} was judged better in ${wins} of ${decided} decided ${decided === 1 ? 'pair' : 'pairs'}${equals}`;
  if (pairs === 0) return 'No pair has been judged yet.';
  switch (decision) {
    case 'A':
      return `${counted(nameA, winsA)}. Decided at ${sure} after ${result.decidedAfter ?? pairs} pairs.`;
    case 'B':
      return `${counted(nameB, winsB)}. Decided at ${sure} after ${result.decidedAfter ?? pairs} pairs.`;
    case 'equal':
      return `The two are practically equal: whatever difference there is, it is smaller than ${Math.round(100 * plan.margin)} in 100 pairs. Decided at ${sure} after ${result.decidedAfter ?? pairs} pairs.`;
    case 'undecided': {
      if (decided === 0) return `${pairs === 1 ? 'The one pair so far was' : `All ${pairs} pairs so far were`} judged equal. Not decided yet.`;
      const [leader, wins] = winsA >= winsB ? [nameA, winsA] : [nameB, winsB];
      return `${counted(leader, wins)}. Not decided: if neither were better, that would be seen in ${oneIn(p)}.`;
    }
  }
}

/** How it ended, for a notice: the result, and where there is none yet, why it ended all the same. */
export function endedText({ plan, state }: Pick<Experiment, 'plan' | 'state'>, result: ExperimentResult): string {
  const sentence = resultSentence(plan, result);
  return state.is !== 'ended' || result.decision !== 'undecided' ? sentence : `${endTexts[state.why](true)} ${sentence}`;
}

function oneIn(p: number): string {
  return p >= 0.5 ? 'most experiments' : `one experiment in ${Math.floor(1 / p)}`;
}

function costSentences({ plan, spent }: Experiment, { meanCost: [costA, costB], meanMs: [msA, msB] }: ExperimentResult): readonly string[] {
  const [nameA, nameB] = namesOf(plan);
  const sentences: string[] = [];
  if (costA !== undefined && costB !== undefined) sentences.push(`An answer cost ${formatUsd(costA)} from ${nameA} and ${formatUsd(costB)} from ${nameB}${ratio(costA, costB)}.`);
  if (msA !== undefined && msB !== undefined) sentences.push(`It took ${seconds(msA)} and ${seconds(msB)}.`);
  sentences.push(`Spent so far: ${formatUsd(spent)} of the ${formatUsd(plan.allowance)} allowed.`);
  return sentences;
}

function ratio(costA: NanoDollars, costB: NanoDollars): string {
  if (costA === 0 || costB === 0) return '';
  const times = costB / costA;
  return `: ${times >= 10 ? Math.round(times) : times >= 1 ? times.toFixed(1) : times.toFixed(2)} times as much`;
}

function judgeSentences({ judge }: ExperimentPlan, { agreed, without }: ExperimentResult): readonly string[] {
  const sentences: string[] = [];
  if (judge === 'person') sentences.push('Judged by you, without seeing who answered.');
  else if (agreed !== undefined) sentences.push(`Judged by a third model that saw each pair in both orders, without names. It said the same in both orders for ${percent(agreed)} of the pairs; the others count as equal.`);
  if (without > 0) sentences.push(`${without} ${without === 1 ? 'pair has' : 'pairs have'} no verdict and ${without === 1 ? 'does' : 'do'} not count.`);
  return sentences;
}

function stateText(experiment: Experiment, { open, decision }: ExperimentResult, context: ViewContext): string {
  const { state, plan, pairs, runs } = experiment;
  const progress = `${pairs.length} of ${plan.mostPairs} pairs`;
  switch (state.is) {
    case 'running':
      if (runs === undefined) return `Paused: its window was closed. ${progress}.`;
      if (open > 0) return `Waits for you to judge. ${progress}.`;
      if (pairs.length >= plan.questions.length && plan.withNew) return `Waits for your next questions. ${progress}.`;
      return `${runs === 'here' ? 'Running' : 'Running in another window'}: ${progress}.`;
    case 'paused':
      return state.failure ? `Paused: ${tell(state.failure, context).sentence} ${progress}.` : `Paused: ${progress}.`;
    case 'ended':
      return endTexts[state.why](decision === 'undecided');
  }
}

const endTexts: Readonly<Record<Extract<ExperimentState, { is: 'ended' }>['why'], (undecided: boolean) => string>> = {
  decided: () => 'Ended: decided.',
  questions: (undecided) => (undecided ? 'Ended undecided: all questions were asked.' : 'Ended.'),
  allowance: (undecided) => `Ended${undecided ? ' undecided' : ''}: the next pair might have cost more than was allowed.`,
  stopped: (undecided) => `Stopped by you${undecided ? ', undecided' : ''}.`,
};

function mayBe({ state, runs }: Experiment): ExperimentView['may'] {
  if (state.is === 'ended') return ['remove'];
  return state.is === 'running' && runs !== undefined ? ['pause', 'stop', 'remove'] : ['resume', 'stop', 'remove'];
}

function verdictText({ verdict, judged }: Pair, plan: ExperimentPlan): string {
  const [nameA, nameB] = namesOf(plan);
  if (verdict === undefined) return 'waits for you';
  if (typeof verdict === 'object') return { gone: 'the question was deleted', unreadable: 'the verdict could not be read', failed: 'one of them did not answer, or nobody could judge' }[verdict.kind];
  if (verdict === 'tie') return judged && !judged.agreed ? 'equal: the judge changed its mind with the order' : 'equal';
  return `${verdict === 'A' ? nameA : nameB} better`;
}

function chartWords(plan: ExperimentPlan, { path }: ExperimentResult): string {
  const last = path.at(-1);
  const [nameA] = namesOf(plan);
  if (!last) return 'Nothing to show yet.';
  const now = last.rate === undefined ? 'no pair is decided yet' : `${nameA} wins ${percent(last.rate)} of the decided pairs`;
  return `After ${last.pairs} ${last.pairs === 1 ? 'pair' : 'pairs'} ${now}; the true share lies between ${percent(last.low)} and ${percent(last.high)} with ${percent(1 - plan.alpha)} certainty at every look.`;
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

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(1)} s`;
}
