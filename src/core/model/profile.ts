import type { ArmId, Capability, Domain, TaskKind } from './modelCard';
import type { Quality } from './quality';

export type Tier = 'simple' | 'moderate' | 'complex';
export const tiers: readonly Tier[] = ['simple', 'moderate', 'complex'];

/** What a person wants done. `question` is one of knowledge or arithmetic, with nothing to build. */
export const intents = ['fix', 'refactor', 'generate', 'test', 'docs', 'translate', 'regex', 'sql', 'shell', 'devops', 'data', 'math', 'debug', 'performance', 'security', 'review', 'design', 'explain', 'writing', 'general', 'question'] as const;
export type Intent = (typeof intents)[number];

/** What a text names: paths of files, identifiers, and the errors it tells of. Each a few, as written, short. */
export interface Entities {
  readonly files: readonly string[];
  readonly symbols: readonly string[];
  readonly errors: readonly string[];
}

/** What a classifier of the person's own does to the choice of a model. Missing: nothing in this respect. */
export interface LabelEffect {
  /** The task is taken to be of this domain alone. */
  readonly domain?: Domain;
  readonly tier?: Tier;
  /** Added to the difficulty, in logits. */
  readonly difficulty?: number;
  /** In place of the setting. */
  readonly quality?: Quality;
  /** Asked instead of who would be chosen, unless the request names another. */
  readonly pin?: ArmId;
  /** Only these may be asked, besides what the setting allows: `provider/model` with `*` for any text. */
  readonly allow?: readonly string[];
  readonly needs?: readonly Capability[];
}

/** A classifier of the person's own that fits a task. */
export interface Label {
  readonly name: string;
  /** What of the task fits it, in words that follow its name. */
  readonly why: string;
  readonly effect: LabelEffect;
}

/** What is known of a task before it is asked. Made on this machine, from the text alone. */
export interface TaskProfile {
  /** Probabilities, summing to 1. */
  readonly domains: Readonly<Partial<Record<Domain, number>>>;
  /** Difficulty b on the logit scale of ROUTING: higher means that a weak model fails more. */
  readonly difficulty: number;
  /** Standard deviation of the difficulty: how far the text alone may mislead. Undefined: as usual (`usualDoubt`). */
  readonly difficultySd?: number;
  /** Probabilities of the kinds of programming task; what is missing to 1 is none of them. Undefined: worked out from the rest. */
  readonly kinds?: Readonly<Partial<Record<TaskKind, number>>>;
  readonly tier: Tier;
  readonly needs: readonly Capability[];
  /** Tokens of everything that will be sent, estimated. */
  readonly inputTokens: number;
  /** Expected tokens of a model that does not reason. */
  readonly outputTokens: { readonly p50: number; readonly p90: number };
  /** Probabilities of what is wanted, and of the tier, each summing to 1. Undefined: not judged. */
  readonly intents?: Readonly<Partial<Record<Intent, number>>>;
  readonly tiers?: Readonly<Record<Tier, number>>;
  /** The editor's id of the language the task is about: given with the request, else found in the text. */
  readonly language?: string;
  /** Name of the framework it is about, such as `React`. */
  readonly framework?: string;
  /** Undefined: not looked for. */
  readonly entities?: Entities;
  /** Classifiers of the person's own that fit. Undefined is none. */
  readonly labels?: readonly Label[];
  /** Why, in plain words, at most a handful. */
  readonly reasons: readonly string[];
}
