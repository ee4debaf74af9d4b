import type { LearningReport, LearntEffort, LearntModel } from '../model/learningReport';
import { type Learnt, learntKey } from '../model/learnt';
import { type Arm, domains, type EffortRow } from '../model/modelCard';
import { type Outcome, outcomeKinds } from '../model/outcome';
import type { CallLesson } from '../ports/outcomeStore';
import { taskDemand } from '../routing/candidates';
import { abilityVector, capability, difficultyAnchors } from '../routing/capable';
import { type LearntAbility, learntAbility } from './ability';
import { halfLifeMs, questionsOf } from './evidence';
import { learntVerbosity } from './verbosity';

/** What is known from use, of one realm. */
export interface Experience {
  readonly outcomes: readonly Outcome[];
  readonly lessons: readonly CallLesson[];
}

/** What is worked out from experience: a bundle of its own, loaded when there is some. */
export interface Learner {
  readonly learntFrom: typeof learntFrom;
  readonly reportOf: typeof reportOf;
}

/** What the router is told, with what the next time begins with. */
export interface Worked {
  readonly learnt: Learnt;
  readonly models: ReadonlyMap<string, WorkedModel>;
}

interface WorkedModel {
  readonly outcomes: readonly Outcome[];
  readonly rows: readonly EffortRow[];
  readonly at: number;
  readonly abilities: readonly { readonly row: EffortRow; readonly learnt: LearntAbility }[];
}

/** What the router is told, worked out from everything that is known; what did not change since `before` is taken from there. */
export function learntFrom(arms: readonly Arm[], { outcomes, lessons }: Experience, now: number, before?: Worked): Worked {
  const cards = cardsOf(arms);
  const models = modelsOf(cards, outcomes, now, before?.models);
  const abilities = new Map([...models].flatMap(([id, { abilities: own }]) => own.map(({ row, learnt }) => [learntKey({ id }, row), learnt.abilities])));
  return { learnt: { abilities, verbosity: learntVerbosity(verbosityOf(cards), lessons, now) }, models };
}

/** A model with its rows, wherever it is served. */
interface Card {
  readonly name: string;
  readonly rows: readonly EffortRow[];
}

function cardsOf(arms: readonly Arm[]): ReadonlyMap<string, Card> {
  const cards = new Map<string, Card>();
  for (const { card } of arms) if (!cards.has(card.id)) cards.set(card.id, { name: card.name, rows: card.efforts });
  return cards;
}

function verbosityOf(cards: ReadonlyMap<string, Card>): ReadonlyMap<string, number> {
  return new Map([...cards].flatMap(([id, { rows }]) => rows.map((row) => [learntKey({ id }, row), row.verbosity])));
}

/** How long what was worked out stands when nothing happens, in milliseconds: outcomes age. */
const standsForMs = 12 * 60 * 60_000;

function modelsOf(cards: ReadonlyMap<string, Card>, outcomes: readonly Outcome[], now: number, before?: ReadonlyMap<string, WorkedModel>): ReadonlyMap<string, WorkedModel> {
  const models = new Map<string, WorkedModel>();
  for (const [card, own] of Map.groupBy(outcomes, (one) => one.card)) {
    const rows = cards.get(card)?.rows ?? [];
    if (rows.length === 0) continue;
    const known = before?.get(card);
    models.set(card, known && known.rows === rows && Math.abs(now - known.at) < standsForMs && areSame(known.outcomes, own) ? known : workedOut(own, rows, now));
  }
  return models;
}

function workedOut(outcomes: readonly Outcome[], rows: readonly EffortRow[], at: number): WorkedModel {
  const questions = questionsOf(outcomes, at);
  const abilities = rows.flatMap((row) => {
    const learnt = learntAbility(row, questions, rows);
    return learnt ? [{ row, learnt }] : [];
  });
  return { outcomes, rows, at, abilities };
}

function areSame(some: readonly Outcome[], others: readonly Outcome[]): boolean {
  return some.length === others.length && some.every((one, place) => one === others[place]);
}

/** A domain is told of when it makes up at least this share of a task that something happened in. */
const worthTelling = 0.15;

/** The same for a person to look at, the most changed model first. */
export function reportOf(arms: readonly Arm[], { outcomes, lessons }: Experience, now: number): Omit<LearningReport, 'enabled' | 'realm'> {
  const cards = cardsOf(arms);
  const learnt = new Map([...modelsOf(cards, outcomes, now)].flatMap(([id, { abilities }]) => abilities.map(({ row, learnt: one }) => [learntKey({ id }, row), one])));
  const verbosity = learntVerbosity(verbosityOf(cards), lessons, now);
  const outcomesOf = Map.groupBy(outcomes, ({ card }) => card);
  const lessonsOf = Map.groupBy(lessons, ({ card, effort }) => learntKey({ id: card }, { effort }));
  const models = [...cards].flatMap(([card, { name, rows }]): readonly LearntModel[] => {
    const own = outcomesOf.get(card) ?? [];
    const efforts = rows.flatMap((row): readonly LearntEffort[] => {
      const key = learntKey({ id: card }, row);
      const calls = lessonsOf.get(key);
      const ability = learnt.get(key);
      if (!calls && !ability && !own.some(({ effort }) => effort === row.effort)) return [];
      const tokens = verbosity.get(key);
      return [{ effort: row.effort, questions: ability?.questions ?? 0, domains: domainsOf(row, ability, own), verbosity: calls && tokens !== undefined ? { before: row.verbosity, after: tokens } : undefined, speed: calls && speedOf(calls) }];
    });
    if (efforts.length === 0) return [];
    return [{ card, name, outcomes: countsOf(own), newest: own.length === 0 ? undefined : Math.max(...own.map(({ at }) => at)), efforts }];
  });
  return { ofOthers: outcomes.filter(({ card }) => !cards.has(card)).length, halfLifeDays: halfLifeMs / 86_400_000, models: models.toSorted((one, other) => changeOf(other) - changeOf(one) || (one.name < other.name ? -1 : 1)) };
}

function domainsOf(row: EffortRow, ability: LearntAbility | undefined, outcomes: readonly Outcome[]): LearntEffort['domains'] {
  const before = abilityVector(row.abilities);
  const after = ability && abilityVector(ability.abilities);
  return domains.flatMap((domain) => {
    const concerned = outcomes.filter((outcome) => (outcome.domains[domain] ?? 0) >= worthTelling).length;
    if (concerned === 0) return [];
    const demand = taskDemand({ domains: { [domain]: 1 }, difficulty: difficultyAnchors.medium });
    const was = before && capability(before, demand).p;
    const is = after ? capability(after, demand).p : was;
    return is === undefined ? [] : [{ domain, before: was, after: is, outcomes: concerned }];
  });
}

function countsOf(outcomes: readonly Outcome[]): LearntModel['outcomes'] {
  return outcomeKinds.flatMap((kind) => {
    const own = outcomes.filter((one) => one.kind === kind);
    const good = own.filter(({ value }) => value >= 0.5).length;
    return own.length > 0 ? [{ kind, good, bad: own.length - good }] : [];
  });
}

function speedOf(calls: readonly CallLesson[]): NonNullable<LearntEffort['speed']> {
  const firstTokens = calls.flatMap(({ firstTokenMs }) => firstTokenMs ?? []);
  return { calls: calls.length, firstTokenMs: firstTokens.length > 0 ? median(firstTokens) : undefined, totalMs: median(calls.map(({ totalMs }) => totalMs)) };
}

function median(values: readonly number[]): number {
  const sorted = values.toSorted((one, other) => one - other);
  return sorted[Math.floor(sorted.length / 2)] ?? 0;
}

function changeOf({ efforts }: LearntModel): number {
  return Math.max(0, ...efforts.flatMap(({ domains: moved }) => moved.map(({ before, after }) => Math.abs(after - (before ?? 0.5)))));
}
