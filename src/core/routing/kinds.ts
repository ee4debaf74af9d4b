import type { TaskKind } from '../model/modelCard';
import type { TaskProfile } from '../model/profile';

/** What tells the kind of a programming task. `intents` are probabilities by the names of `Intent`. */
export type KindClues = Pick<TaskProfile, 'domains' | 'language'> & { readonly intents?: Readonly<Partial<Record<string, number>>> };

/**
 * Kinds of programming task by intent, where one says it. Writing code is divided further by what it is about; what is
 * asked of prose, of a design or of facts is no kind that models were measured at.
 */
const kindOfIntent: Readonly<Partial<Record<string, TaskKind>>> = {
  fix: 'fixing',
  debug: 'fixing',
  refactor: 'refactoring',
  optimise: 'refactoring',
  mechanical: 'refactoring',
  explain: 'understanding',
  review: 'understanding',
  tests: 'tests',
};

/** Languages in which generation was measured as such; all others are measured together. */
const measuredAlone: ReadonlySet<string> = new Set(['python', 'jupyter']);

/** Of the wish for code in a text that is half about mathematics, this share counts as an algorithm. */
const mostOfMaths = 2;

/** Kinds of programming task with their probabilities. Only for the share of the task that is about code. */
export function kindsOf({ intents = {}, domains, language }: KindClues): Readonly<Partial<Record<TaskKind, number>>> {
  const aboutCode = Math.min(1, (domains.code ?? 0) + (domains.agentic_code ?? 0) + (domains.math ?? 0) + (domains.reasoning ?? 0));
  if (aboutCode < 0.05 || (domains.code ?? 0) + (domains.agentic_code ?? 0) < 0.05) return none;
  const kinds: Partial<Record<TaskKind, number>> = {};
  const add = (kind: TaskKind, share: number): void => {
    if (share > 0) kinds[kind] = (kinds[kind] ?? 0) + share;
  };
  for (const intent in intents) {
    const kind = kindOfIntent[intent];
    if (kind) add(kind, aboutCode * (intents[intent] ?? 0));
  }
  const written = aboutCode * (intents['generate'] ?? 0);
  const algorithm = Math.min(1, mostOfMaths * ((domains.math ?? 0) + (domains.reasoning ?? 0)));
  const elsewhere = language !== undefined && !measuredAlone.has(language.toLowerCase());
  add('algorithm', written * algorithm);
  add(elsewhere ? 'languages' : 'generation', written * (1 - algorithm));
  return kinds;
}

const none: Readonly<Partial<Record<TaskKind, number>>> = {};
