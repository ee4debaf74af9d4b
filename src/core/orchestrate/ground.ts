import type { AtLimit } from '../model/budget';
import type { Failure } from '../model/failure';
import type { ArmId } from '../model/modelCard';
import type { NanoDollars } from '../model/money';
import type { TaskProfile } from '../model/profile';
import type { Realm } from '../model/provider';
import type { Route } from '../model/route';

/** What a decision about several calls stands on, read once. */
export interface WorkGround {
  /** Who would be asked; with a pin, that arm alone. A lasting pin of the person's is left aside: the work names its models. */
  readonly route: (pin?: ArmId) => Route | Failure;
  readonly profile: TaskProfile;
  readonly realm: Realm;
  readonly atLimit: AtLimit;
  /** Upper bound of the prompt's tokens. */
  readonly worstInputTokens: number;
  readonly maxOutputTokens: number;
}

/** Money held for all calls of the work together. */
export interface Holds {
  /** Holds it against all limits, or says which is in the way. */
  hold(hold: { readonly id: string; readonly realm: Realm; readonly threadId: string | undefined; readonly amount: NanoDollars }): Promise<Failure | undefined>;
  /** Never rejects. */
  release(id: string): Promise<void>;
}
