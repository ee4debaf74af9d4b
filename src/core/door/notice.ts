import type { TrialDecision } from '../model/experiment';
import type { BudgetStatus } from '../model/budget';
import type { Failure } from '../model/failure';
import type { RestoreReport } from '../ports/books';
import type { SetAside } from '../providers/keyPool';

/** Something a person should know that no request failed of. */
export type Notice =
  | { readonly kind: 'restored'; readonly report: RestoreReport }
  /** One of several keys of a provider was refused, or is out of credit; the others are used. `key` is what of it may be shown. */
  | { readonly kind: 'keySetAside'; readonly key: string; readonly failure: SetAside }
  /** An answer was paid for whose cost could not be written down yet; it stays held against the budget meanwhile. */
  | { readonly kind: 'unbooked'; readonly failure: Failure }
  /** The machine's clock was set back. */
  | { readonly kind: 'clockBack'; readonly byMs: number }
  /** Trials found that a cheaper model is enough for a kind of question: the choice of model may change. */
  | { readonly kind: 'cheaperIsEnough'; readonly decision: TrialDecision }
  | { readonly kind: 'budgetAlert'; readonly percent: number; readonly status: BudgetStatus };
