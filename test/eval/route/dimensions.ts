import type { Domain, TaskKind } from '../../../src/core/model/modelCard';

/** What a dimension of somebody's own is in our words; both undefined when it is neither. */
export interface Meant {
  readonly kind?: TaskKind;
  readonly domain?: Domain;
}

/** Names of dimensions are compared without case, spaces and marks. */
export function plainName(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '_').replaceAll(/^_|_$/g, '');
}

/** The first that fits: a name such as "code test generation" is about tests before it is about generation. */
const kinds: readonly (readonly [RegExp, TaskKind])[] = [
  [/test/, 'tests'],
  [/refactor|restructur|clean/, 'refactoring'],
  [/complet|infill|fill_in/, 'completion'],
  [/bug|fix|repair|debug/, 'fixing'],
  [/understand|explain|summar|review|comprehen|document/, 'understanding'],
  [/algorithm|competiti|contest|puzzle/, 'algorithm'],
  [/data_scien|data_anal|notebook|dataframe|^data$/, 'dataScience'],
  [/multi_?l|several_lang|polyglot|languages|translat/, 'languages'],
  [/code_gen|codegen|generat|synthes|program|coding|implement/, 'generation'],
];

const domains: readonly (readonly [RegExp, Domain])[] = [
  [/agentic|terminal|swe|repository/, 'agentic_code'],
  [/math|arithm|algebra/, 'math'],
  [/reason|logic|science/, 'reasoning'],
  [/knowledge|fact|trivia|question_answ|^qa$/, 'knowledge'],
  [/writ|creativ|essay|prose|language_use/, 'writing'],
  [/chat|dialog|convers|general/, 'chat'],
  [/tool|function_call/, 'tools'],
  [/instruct/, 'instruction'],
  [/long/, 'long_context'],
  [/cod|software|program/, 'code'],
];

export function meantBy(name: string): Meant {
  const plain = plainName(name);
  const kind = kinds.find(([pattern]) => pattern.test(plain))?.[1];
  if (kind !== undefined && !(kind === 'languages' && plain.includes('writ'))) return { kind, domain: 'code' };
  const domain = domainBy(name);
  return domain === undefined ? {} : { domain };
}

/** The domain that a name speaks of. */
export function domainBy(name: string): Domain | undefined {
  return domains.find(([pattern]) => pattern.test(plainName(name)))?.[1];
}

/**
 * What an ordinary task of a kind is like when nothing of its text is known: difficulty, and output tokens of models that do not
 * reason. From the training split of CodeRouterBench; `node scripts/ability.mjs` prints them.
 */
export const ordinary: Readonly<Record<TaskKind, { readonly difficulty: number; readonly tokens: number }>> = {
  generation: { difficulty: 3.77, tokens: 359 },
  algorithm: { difficulty: 3.78, tokens: 1046 },
  fixing: { difficulty: -0.63, tokens: 738 },
  completion: { difficulty: -1.08, tokens: 289 },
  refactoring: { difficulty: 0.56, tokens: 375 },
  understanding: { difficulty: 5.66, tokens: 479 },
  dataScience: { difficulty: 7.31, tokens: 423 },
  languages: { difficulty: 2.54, tokens: 294 },
  tests: { difficulty: 0.75, tokens: 1749 },
};

/** Of a task about which nothing is known: somewhere in the middle, very unsure. */
export const anything = { difficulty: -1.5, tokens: 450 } as const;

/** By how much not knowing the task flattens what ability does: as the specialties were measured (scripts/ability.mjs). */
export const unknownTaskFlatness = 3;
/** The same as a standard deviation of the difficulty. */
export const unknownTaskSd = Math.sqrt((unknownTaskFlatness ** 2 - 1) * (8 / Math.PI));

/** Difficulty of an ordinary prompt: about the median of the reference traffic. */
export const ordinaryPrompt = -2.5;

/** Input tokens of a task whose text is not there. */
export const unknownInputTokens = 250;
