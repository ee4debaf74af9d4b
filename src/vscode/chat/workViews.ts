import { formatUsd, type NanoDollars, sumDollars } from '../../core/model/money';
import type { ArmId } from '../../core/model/modelCard';
import type { Agreement, StepKind, StepState, StrategyName, WorkRecord, WorkStep } from '../../core/model/work';
import { t } from '../../shared/l10n';
import type { AgreementView, StepGroup, StepView, WorkView } from '../../shared/workProtocol';
import { costText, seconds } from '../costText';
import { count, tell, type TextContext } from '../failureTexts';
import { plannedCalls } from './forecastViews';

/** `interrupted`: the window was closed in the middle of it. */
export interface WorkContext extends TextContext {
  readonly interrupted?: boolean;
}

/** What the chat shows of several calls for one question. Pure: the same record always shows the same. */
export function workView(messageId: string, work: WorkRecord, running: boolean, context: WorkContext): WorkView {
  const steps = work.strategy === 'compare' ? columnsOf(messageId, work) : work.steps;
  const groups = groupsOf(work.strategy, steps).map(({ title, steps: members }) => groupView(title, members, work, running, context));
  const progress = running ? progressText(work, context) : undefined;
  return {
    strategy: work.strategy,
    title: titleText(work, running),
    ended: running || work.end === undefined ? '' : [endText(work), work.note ?? ''].filter(Boolean).join(' '),
    groups,
    // The price of the first that is done would tell who it is.
    total: namesHidden(work) ? '' : totalText(work),
    predicted: predictedText(work),
    canOpen: work.strategy === 'compare',
    ...(progress === undefined ? {} : { progress }),
    ...(work.strategy === 'refine' ? { enough: work.wish.enough ?? defaultEnough } : {}),
    ...(work.agreement === undefined ? {} : { agreement: agreementView(work.agreement, work.steps) }),
    ...(work.strategy === 'compare' ? { vote: voteText(work, running) } : {}),
  };
}

/** As docs/orchestration.md has it. */
const defaultEnough = 0.9;

/** Blind until there is a vote, or an answer was kept, which says what the person prefers as well. */
export function namesHidden({ strategy, wish, vote, taken }: WorkRecord): boolean {
  return strategy === 'compare' && wish.blind === true && vote === undefined && taken === undefined;
}

/** The answers of a comparison in the order they are shown in. After the vote they stay where they were. */
export function columnsOf(messageId: string, { wish, steps }: WorkRecord): readonly WorkStep[] {
  const answers = steps.filter(({ kind }) => kind === 'answer');
  return wish.blind ? shuffled(messageId, answers) : answers;
}

/** In an order that has nothing to do with that of the models and is the same after every reload. */
function shuffled<Step extends { readonly id: string }>(messageId: string, steps: readonly Step[]): readonly Step[] {
  return steps.toSorted((one, other) => hash(`${messageId} ${one.id}`) - hash(`${messageId} ${other.id}`));
}

/** FNV-1a with its bits mixed once more (the finalizer of MurmurHash3): ids that differ in their last letter come far apart. */
function hash(text: string): number {
  let value = 0x811c9dc5;
  for (const letter of text) value = Math.imul(value ^ (letter.codePointAt(0) ?? 0), 0x01000193);
  value = Math.imul(value ^ (value >>> 16), 0x85ebca6b);
  value = Math.imul(value ^ (value >>> 13), 0xc2b2ae35);
  return (value ^ (value >>> 16)) >>> 0;
}

/** `A`, `B`, … for the places of a comparison. */
export function letterOf(place: number): string {
  return String.fromCharCode(65 + place);
}

function titleText({ strategy, steps }: WorkRecord, running: boolean): string {
  const answers = steps.filter(({ kind }) => kind === 'answer').length;
  switch (strategy) {
    case 'compare':
      return running ? t('Comparing {0} answers', answers) : t('{0} answers compared', answers);
    case 'consensus':
      return running ? t('Looking for what {0} answers agree on', answers) : t('One answer out of {0}', answers);
    case 'refine': {
      const rounds = roundsOf(steps);
      return running ? t('Refining: round {0}', rounds) : rounds === 1 ? t('Refined in 1 round') : t('Refined in {0} rounds', rounds);
    }
    case 'cascade':
      return running ? t('Cheap first: model {0}', answers) : answers === 1 ? t('The cheap model was enough') : t('Went up to model {0}', answers);
  }
}

function roundsOf(steps: readonly WorkStep[]): number {
  return steps.reduce((most, { round = 1 }) => Math.max(most, round), 1);
}

function endText({ end, strategy, steps, taken }: WorkRecord): string {
  switch (end) {
    case 'done':
      return strategy !== 'compare' ? '' : taken === undefined ? t('None is kept yet: the next question goes on from the cheapest.') : t('One is kept: the next question goes on from it.');
    case 'agreed':
      return t('The answers agree.');
    case 'enough':
      return strategy === 'cascade' ? t('This answer was found good enough.') : t('Ended: the score is high enough.');
    case 'noImprovement':
      return t('Ended: the last round made it no better.');
    case 'rounds':
      return t('Ended: all rounds were used.');
    case 'budget':
      // Nothing was held where nothing was begun: what was refused is told below.
      return steps.length === 0 ? '' : t('Ended: the money held for it is used up.');
    case 'failed':
      return steps.some(({ state }) => state === 'done') ? t('Ended: a step failed.') : '';
    default:
      // Whoever stopped it, or closed the window, is told below the answer.
      return '';
  }
}

export function progressText({ steps, wish }: WorkRecord, context: TextContext): string {
  const under = steps.filter(({ state }) => state === 'running');
  const [first] = under;
  if (!first) return steps.length === 0 ? t('Choosing the models') : t('Going on');
  const round = first.round === undefined || roundsOf(steps) === 1 ? '' : t('Round {0}: ', first.round);
  if (under.length > 1) return `${round}${manyDo[first.kind](under.length)}`;
  // Who is slow says who it is.
  const who = wish.blind ? t('A model') : nameOf(first, context);
  return `${round}${oneDoes[first.kind](who)}`;
}

const oneDoes: Readonly<Record<StepKind, (who: string) => string>> = {
  answer: (who) => t('{0} is answering', who),
  critique: (who) => t('{0} criticises', who),
  revision: (who) => t('{0} revises its answer', who),
  check: (who) => t('{0} checks the answer', who),
  judge: (who) => t('{0} judges', who),
  merge: (who) => t('{0} writes one answer', who),
};

const manyDo: Readonly<Record<StepKind, (models: number) => string>> = {
  answer: (models) => t('{0} models are answering', models),
  critique: (models) => t('{0} models criticise', models),
  revision: (models) => t('{0} models revise', models),
  check: (models) => t('{0} models check', models),
  judge: (models) => t('{0} models judge', models),
  merge: (models) => t('{0} models write one answer', models),
};

function nameOf({ modelName, arm }: WorkStep, { nameOf: providerName }: TextContext): string {
  return modelName ?? (arm === undefined ? t('A model') : armName(arm, providerName));
}

function armName(arm: ArmId, providerName: (id: string) => string): string {
  const slash = arm.indexOf('/');
  return slash < 0 ? arm : `${arm.slice(slash + 1)} (${providerName(arm.slice(0, slash))})`;
}

interface Members {
  readonly title: string;
  readonly steps: readonly WorkStep[];
}

/** Rounds of a refinement; the models of a cascade, each with what was said of it; elsewhere the answers and what became of them. */
function groupsOf(strategy: StrategyName, steps: readonly WorkStep[]): readonly Members[] {
  switch (strategy) {
    case 'compare':
      return steps.length === 0 ? [] : [{ title: t('Answers'), steps }];
    case 'refine':
      return grouped(steps, ({ round = 1 }) => String(round)).map((members) => ({ title: t('Round {0}', members[0]?.round ?? 1), steps: members }));
    case 'cascade':
      return cascaded(steps).map((members, place) => ({ title: t('Model {0}', place + 1), steps: members }));
    case 'consensus': {
      const answers = steps.filter(({ kind }) => kind === 'answer');
      const rest = steps.filter(({ kind }) => kind !== 'answer');
      return [
        ...(answers.length === 0 ? [] : [{ title: t('Answers'), steps: answers }]),
        ...(rest.length === 0 ? [] : [{ title: t('What became of them'), steps: rest }]),
      ];
    }
  }
}

function grouped(steps: readonly WorkStep[], keyOf: (step: WorkStep) => string): readonly (readonly WorkStep[])[] {
  return [...Map.groupBy(steps, keyOf).values()];
}

/** Each answer with the steps that follow it. */
function cascaded(steps: readonly WorkStep[]): readonly (readonly WorkStep[])[] {
  const groups: WorkStep[][] = [];
  for (const step of steps) {
    const last = groups.at(-1);
    if (step.kind === 'answer' || last === undefined) groups.push([step]);
    else last.push(step);
  }
  return groups;
}

function groupView(title: string, members: readonly WorkStep[], work: WorkRecord, running: boolean, context: WorkContext): StepGroup {
  const hidden = namesHidden(work);
  // What a round was found worth is the score of its answer; without one, what its critics gave on the whole.
  const scored = members.findLast(({ kind, score }) => isAnswer(kind) && score !== undefined)?.score ?? mean(members.flatMap(({ kind, score }) => (kind === 'answer' || score === undefined ? [] : [score])));
  return {
    title,
    cost: hidden ? '' : costOf(members),
    steps: members.map((step, place) => stepView(step, place, work, running, context)),
    taken: members.some(({ id }) => id === work.taken),
    ...(scored === undefined || work.strategy === 'compare' ? {} : { score: scored }),
  };
}

function mean(scores: readonly number[]): number | undefined {
  return scores.length === 0 ? undefined : scores.reduce((sum, score) => sum + score, 0) / scores.length;
}

/** One step. The place is that among the steps of its group, for those whose names are hidden. */
function stepView(step: WorkStep, place: number, work: WorkRecord, running: boolean, context: WorkContext): StepView {
  const hidden = namesHidden(work);
  const ended = step.state !== 'waiting' && step.state !== 'running';
  const has = step.text.trim() !== '';
  return {
    id: step.id,
    title: work.strategy === 'compare' ? t('Answer {0}', letterOf(place)) : kindTexts[step.kind](),
    state: step.state,
    stateText: stateText(step, context),
    // A sentence of its failure would name who it is.
    says: hidden && step.state === 'failed' ? t('This model failed.') : saysOf(step, context),
    hasText: has || step.state === 'running',
    taken: step.id === work.taken,
    mayTake: ended && has && isAnswer(step.kind) && step.id !== work.taken && (!running || work.strategy === 'refine'),
    ...(hidden
      ? {}
      : {
          ...(step.modelName === undefined && step.arm === undefined ? {} : { model: step.modelName ?? step.arm ?? '' }),
          ...(step.providerName === undefined ? {} : { provider: context.nameOf(step.providerName) }),
          ...costView(step),
          ...(figuresText(step) === '' ? {} : { figures: figuresText(step) }),
        }),
    ...(step.score === undefined ? {} : { score: step.score }),
  };
}

/** What can be the answer. */
function isAnswer(kind: StepKind): boolean {
  return kind === 'answer' || kind === 'revision' || kind === 'merge';
}

const kindTexts: Readonly<Record<StepKind, () => string>> = {
  answer: () => t('Answer'),
  critique: () => t('Criticism'),
  revision: () => t('Revision'),
  check: () => t('Check'),
  judge: () => t('Verdict'),
  merge: () => t('One answer'),
};

/** Nobody stopped what the end of its window ended. */
export function stateText({ state, failure }: WorkStep, { interrupted = false }: WorkContext): string {
  return state === 'cancelled' && (interrupted || failure === undefined) ? t('Interrupted') : stateTexts[state]();
}

const stateTexts: Readonly<Record<StepState, () => string>> = {
  waiting: () => t('Waiting'),
  running: () => t('Under way'),
  done: () => t('Done'),
  failed: () => t('Failed'),
  cancelled: () => t('Stopped'),
  skipped: () => t('Left out'),
};

function saysOf(step: WorkStep, context: TextContext): string {
  if (step.note !== undefined && step.note !== '') return step.note;
  if (step.failure && step.failure.kind !== 'cancelled') return tell(step.failure, context).sentence;
  return firstWords(step.text);
}

/** Enough for a line of a wide sidebar; the rest is cut off by its edge. */
const mostWords = 160;

/** The beginning of a text in one line, without the marks of Markdown. */
export function firstWords(text: string): string {
  const begin = text.slice(0, 4 * mostWords).replace(/```\w*/g, ' ').replace(/^[#>\-*\s]+/gm, ' ').replace(/[*_`|]/g, '').replace(/\s+/g, ' ').trim();
  return begin.length > mostWords ? `${begin.slice(0, mostWords).trimEnd()}…` : begin;
}

function costView(step: WorkStep): Pick<StepView, 'cost'> {
  if (step.costSource !== undefined) return { cost: costText(step.cost, step.costSource) };
  return step.expected === undefined || step.state === 'skipped' ? {} : { cost: `≈${formatUsd(step.expected)}` };
}

/** e.g. `214 → 350 tokens · 2.8 s`. */
function figuresText({ inputTokens, outputTokens, totalMs }: WorkStep): string {
  const tokens = inputTokens === undefined && outputTokens === undefined ? '' : t('{0} → {1} tokens', count(inputTokens ?? 0), count(outputTokens ?? 0));
  return [tokens, totalMs === undefined ? '' : seconds(totalMs)].filter(Boolean).join(' · ');
}

/** Of the steps that were asked; a dash as soon as one price is not known. */
function costOf(steps: readonly WorkStep[]): string {
  const asked = steps.filter(({ costSource }) => costSource !== undefined);
  if (asked.length === 0) return '';
  if (asked.every(({ costSource }) => costSource === 'subscription')) return costText(undefined, 'subscription');
  const costs = asked.map(({ cost }) => cost);
  return formatUsd(costs.every((cost): cost is NanoDollars => cost !== undefined) ? sumDollars(costs) : undefined);
}

/** What all steps cost so far. */
export function totalText({ steps }: WorkRecord): string {
  return costOf(steps);
}

/** What was told before the start. */
export function predictedText({ predicted, strategy }: WorkRecord): string {
  if (!predicted) return '';
  const { likely, high, calls } = predicted;
  return t('told before: usually {0}, seldom over {1}, {2}', formatUsd(likely), formatUsd(high), plannedCalls(strategy, calls));
}

function agreementView({ share, groups, disputed, by }: Agreement, steps: readonly WorkStep[]): AgreementView {
  const all = groups.reduce((sum, group) => sum + group.steps.length, 0);
  const most = groups[0]?.steps.length ?? 0;
  const answers = steps.filter(({ kind }) => kind === 'answer');
  const name = (id: string): string => answers.find((step) => step.id === id)?.modelName ?? t('a model');
  return {
    title: most === all ? t('All {0} answers agree', all) : most === 1 ? t('Each of the {0} answers says something else', all) : t('{0} of {1} answers agree', most, all),
    share,
    groups: groups.map(({ steps: members, says }) => ({ names: members.map(name).join(', '), says: firstWords(says), answers: members.length })),
    disputed,
    how: measuredBy[by](),
  };
}

const measuredBy: Readonly<Record<Agreement['by'], () => string>> = {
  votes: () => t('Counted: what each gives as the result.'),
  words: () => t('Measured by their words.'),
  judge: () => t('Judged by a model, in both orders.'),
};

function voteText({ vote, taken, wish, steps }: WorkRecord, running: boolean): string {
  if (vote?.step === 'same') return t('You found none better.');
  const voted = steps.find(({ id }) => id === vote?.step);
  if (voted) return t('You voted for {0}.', voted.modelName ?? t('a model'));
  return wish.blind && taken === undefined && !running ? t('The names show once you have voted.') : '';
}
