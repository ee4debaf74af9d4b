import type { AskRequest } from '../model/ask';
import type { AtLimit } from '../model/budget';
import type { NanoDollars } from '../model/money';
import type { Realm } from '../model/provider';
import type { PeriodLimit } from '../ports/ledgerStore';

/** The budgets in force at one moment, ready for the books. */
export interface BudgetTerms {
  /** The moment they are for, epoch milliseconds: a call at midnight is held in the period that it is counted in. */
  readonly now: number;
  readonly realm: Realm;
  readonly periods: readonly PeriodLimit[];
  readonly conversationLimit: NanoDollars | undefined;
  readonly atLimit: AtLimit;
  /** True when any limit is set: a call of unknown price cannot be held against it. */
  readonly limited: boolean;
}

/** Whether a request is under any limit: the person's, or its client's. */
export function isLimited({ limited }: BudgetTerms, { client }: Pick<AskRequest, 'client'>): boolean {
  return limited || client?.limit !== undefined;
}
