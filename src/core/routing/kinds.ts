import type { TaskKind } from '../model/modelCard';
import type { Intent, TaskProfile } from '../model/profile';

export type KindClues = Pick<TaskProfile, 'domains' | 'intents' | 'language'>;

/**
 * Kinds of programming task by intent, where it says one. Writing code is divided further by what it is about; what is
 * asked of prose, of a design or of facts is no kind that models were measured at.
 */
const kindOfIntent: Readonly<Partial<Record<Intent, TaskKind>>> = {
  fix: 'fixing',
  debug: 'fixing',
  refactor: 'refactoring',
  performance: 'refactoring',
  explain: 'understanding',
  review: 'understanding',
  docs: 'understanding',
  test: 'tests',
  data: 'dataScience',
  translate: 'languages',
  sql: 'languages',
  shell: 'languages',
  regex: 'generation',
};

/** The language in which generation was measured as such; all others are measured together. */
const measuredAlone: ReadonlySet<string> = new Set(['python', 'jupyter']);

/** A wish for code that is half about mathematics or reasoning is one for an algorithm. */
const mostOfThought = 2;

const leastShare = 0.05;

/** Kinds of programming task with their probabilities. Only for the share of the task that is about code. */
export function kindsOf({ intents = {}, domains, language }: KindClues): Readonly<Partial<Record<TaskKind, number>>> {
  const code = (domains.code ?? 0) + (domains.agentic_code ?? 0);
  if (code < leastShare) return none;
  const thought = (domains.math ?? 0) + (domains.reasoning ?? 0);
  const aboutCode = Math.min(1, code + thought);
  const kinds: Partial<Record<TaskKind, number>> = {};
  const add = (kind: TaskKind, share: number): void => {
    if (share > 0) kinds[kind] = (kinds[kind] ?? 0) + share;
  };
  let intent: Intent;
  for (intent in kindOfIntent) {
    const kind = kindOfIntent[intent];
    if (kind) add(kind, aboutCode * (intents[intent] ?? 0));
  }
  const written = aboutCode * (intents.generate ?? 0);
  const algorithm = Math.min(1, mostOfThought * thought);
  const elsewhere = language !== undefined && !measuredAlone.has(language.toLowerCase());
  add('algorithm', written * algorithm);
  add(elsewhere ? 'languages' : 'generation', written * (1 - algorithm));
  return kinds;
}

const none: Readonly<Partial<Record<TaskKind, number>>> = {};
