import type { Price } from './price';

export type Domain = 'code' | 'agentic_code' | 'math' | 'reasoning' | 'knowledge' | 'writing' | 'chat' | 'tools' | 'instruction' | 'long_context';

export const domains: readonly Domain[] = ['code', 'agentic_code', 'math', 'reasoning', 'knowledge', 'writing', 'chat', 'tools', 'instruction', 'long_context'];

/** Reasoning effort an arm is asked with. `none` sends no reasoning parameter. */
export type Effort = 'none' | 'low' | 'medium' | 'high' | 'xhigh';

export type Capability = 'tools' | 'vision' | 'reasoning' | 'structured' | 'json';

/** Ability in one domain: standard-normal score among reference models, and its standard deviation. */
export interface Ability {
  readonly z: number;
  readonly sd: number;
}

/** Kinds of programming task at which models were measured apart: they differ by more than their ability in code says. */
export const taskKinds = ['generation', 'algorithm', 'fixing', 'completion', 'refactoring', 'understanding', 'dataScience', 'languages', 'tests'] as const;
export type TaskKind = (typeof taskKinds)[number];

/** What a model does better or worse at one kind of task than its abilities say: log odds of success to be added, and their standard deviation. */
export interface Specialty {
  readonly shift: number;
  readonly sd: number;
}

/** What is known of one model, independent of who serves it. `abilities` empty means unproven. */
export interface ModelCard {
  /** Our id, e.g. `gpt-5.6-luna`. */
  readonly id: string;
  readonly name: string;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  readonly capabilities: readonly Capability[];
  /** One row per effort the model was measured at. */
  readonly efforts: readonly EffortRow[];
  readonly offers: readonly Offer[];
}

export interface EffortRow {
  readonly effort: Effort;
  readonly isDefault: boolean;
  readonly abilities: Readonly<Partial<Record<Domain, Ability>>>;
  /** Undefined: none was measured. A kind that is missing is as the abilities say. */
  readonly specialties?: Readonly<Partial<Record<TaskKind, Specialty>>>;
  /** What price, age and effort let one expect of a model that nobody measured. It stays unproven: `abilities` is empty. */
  readonly estimated?: Readonly<Partial<Record<Domain, Ability>>>;
  /**
   * Output tokens of this row relative to an ordinary model that does not reason; 1 when unknown. Measured where the
   * catalogue knows, else that of the effort. Reasoning multiplies the bill more than list price does.
   */
  readonly verbosity: number;
}

/** One provider's sale of one model. `price` undefined is unknown, never free. */
export interface Offer {
  readonly provider: string;
  /** The provider's own id for the model. */
  readonly model: string;
  readonly price: Price | undefined;
  /** True only for local servers and ids marked free: the price is zero because it is zero. */
  readonly free: boolean;
  /**
   * Efforts this provider takes by name for this model; `none` among them means that reasoning can be switched off by
   * name. Undefined or empty: no effort is sent, the provider's default holds.
   */
  readonly efforts?: readonly Effort[];
}

/** What is routed to: a model at an effort, sold by a provider. */
export interface Arm {
  readonly card: ModelCard;
  readonly effort: EffortRow;
  readonly offer: Offer;
}

declare const armId: unique symbol;
/** `provider/model` or `provider/model#effort`, the provider's own model id. Unique, stable, storable. */
export type ArmId = string & { readonly [armId]: true };

/** The id under which an arm is stored and typed; the default effort has no suffix. */
export function idOfArm(arm: Arm): ArmId {
  const suffix = arm.effort.isDefault ? '' : `#${arm.effort.effort}`;
  return `${arm.offer.provider}/${arm.offer.model}${suffix}` as ArmId;
}

/** What a request says of effort. `none`: nothing is sent. `off`: reasoning is switched off by name. */
export type SentEffort = Effort | 'off';

/** What to put into a request to this arm: a name only where the provider is known to take it for this model. */
export function effortToSend(arm: Arm): SentEffort {
  if (!arm.offer.efforts?.includes(arm.effort.effort)) return 'none';
  return arm.effort.effort === 'none' ? 'off' : arm.effort.effort;
}

/** Brands a stored or typed id; whether it exists is for the catalogue to say. */
export function asArmId(text: string): ArmId {
  return text as ArmId;
}
