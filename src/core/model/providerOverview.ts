import type { Failure, FailureKind } from './failure';
import type { ArmId, Capability } from './modelCard';
import type { Price } from './price';
import type { ProviderDefinition, Realm, WireName } from './provider';

/** Everything a person may want to know of whom Farthing can ask, at one moment. Holds no key. */
export interface ProvidersOverview {
  /** Epoch milliseconds. */
  readonly at: number;
  readonly realm: Realm;
  /** Those that can be asked first, then those that need something first. */
  readonly providers: readonly ProviderOverview[];
  /** When a state that ends by itself ends next, in epoch milliseconds; undefined when none does. */
  readonly changesAt: number | undefined;
}

/** Where a provider's definition comes from. */
export type ProviderOrigin = 'builtIn' | 'setting' | 'plugin' | 'extension';

/** One provider. */
export interface ProviderOverview {
  readonly id: string;
  readonly name: string;
  /** Host that its requests go to; undefined for the demo, which has none until it is asked, and for what is no server. */
  readonly host: string | undefined;
  readonly origin: ProviderOrigin;
  readonly wire: WireName;
  /** A person can set a key for it. */
  readonly takesKey: boolean;
  readonly hasKey: boolean;
  /** The setting that switches it on; undefined for one that is always on. */
  readonly switchedOnBy: ProviderDefinition['switchedOnBy'];
  readonly askable: boolean;
  readonly state: ProviderState;
  readonly figures: CallFigures;
  /** How the last check of the stored key went, unless something newer is known. */
  readonly check: CheckResult | undefined;
  readonly pages: ProviderPages;
  /** What can be asked, cheapest first; empty unless the provider can be asked. */
  readonly models: readonly ModelOverview[];
  /** What the setting of exclusions leaves out. */
  readonly excluded: readonly ModelOverview[];
  /** How many more the setting of allowed models leaves out. */
  readonly notAllowed: number;
  /** Patterns of the setting that exclude all of it, as they are written. */
  readonly excludedBy: readonly string[];
}

/** Pages of a provider's website. */
interface ProviderPages {
  readonly key?: string;
  readonly billing?: string;
  readonly status?: string;
}

/** One model at one provider, whatever efforts it can be asked with. */
export interface ModelOverview {
  readonly provider: string;
  /** The provider's own id. */
  readonly model: string;
  /** Its id at the effort it takes by itself: `provider/model`. */
  readonly arm: ArmId;
  readonly name: string;
  readonly price: Price | undefined;
  readonly free: boolean;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  readonly capabilities: readonly Capability[];
  readonly state: ModelState;
  readonly figures: CallFigures;
  /** The arm that the setting pins, when it is of this model: with an effort behind `#` or none. */
  readonly pinned: ArmId | undefined;
  /** Patterns of the setting that exclude it, as they are written. */
  readonly excludedBy: readonly string[];
}

/**
 * How it stands with something that can be asked. `until` is epoch milliseconds: when it is asked again by itself.
 * `failure` is what it rests for.
 */
export type ModelState =
  /** Never asked, as far as is remembered. */
  | { readonly kind: 'untried' }
  | { readonly kind: 'ok' }
  | { readonly kind: 'slow' }
  | { readonly kind: 'rateLimited'; readonly until: number; readonly failure: Failure }
  | { readonly kind: 'down'; readonly until: number | undefined; readonly failure: Failure }
  /** The key or the account behind it was refused. */
  | { readonly kind: 'keyTrouble'; readonly failure: Failure }
  | { readonly kind: 'off'; readonly why: 'excluded' };

/** The same for a provider, which may also wait for a person. */
export type ProviderState = Exclude<ModelState, { kind: 'off' }> | { readonly kind: 'noKey' } | { readonly kind: 'off'; readonly why: 'excluded' | 'demo' | 'switch' };

/** What the last calls were like. Milliseconds; undefined where no call tells. */
export interface CallFigures {
  readonly calls: number;
  /** Share of the calls that were answered, 0 to 1. */
  readonly successRate: number | undefined;
  /** To the first piece of the answer: half of the calls, and 19 in 20, were quicker. */
  readonly p50Ms: number | undefined;
  readonly p95Ms: number | undefined;
  /** The newest call that failed for the provider's reasons; `at` is epoch milliseconds. */
  readonly lastFailure: { readonly kind: FailureKind; readonly at: number } | undefined;
}

/** How a check of the stored key went. `failure` undefined: the provider answered. */
export interface CheckResult {
  readonly at: number;
  readonly failure: Failure | undefined;
  /** The provider's own words, e.g. what credit is left. */
  readonly note: string | undefined;
}
