import type { AskingClient } from '../model/ask';
import type { CallOpening } from '../model/call';
import type { Failure } from '../model/failure';
import { type NanoDollars, nano, zeroDollars } from '../model/money';
import type { Realm } from '../model/provider';
import { type LedgerStore, type Reserved, storageFailure } from '../ports/ledgerStore';
import type { Settlements } from './settlements';
import type { BudgetTerms } from './terms';

export interface HeldDependencies {
  readonly ledger: Pick<LedgerStore, 'hold'>;
  readonly settlements: Pick<Settlements, 'release'>;
  readonly terms: (realm: Realm) => BudgetTerms;
  /** Id of this process in the books. */
  readonly window: string;
}

/** Money for several calls together. `AskRequest.hold` draws from it; what is left is given back by `release`, which never rejects. */
export function holds({ ledger, settlements, terms, window }: HeldDependencies) {
  return {
    async hold({ id, realm, threadId, amount }: { readonly id: string; readonly realm: Realm; readonly threadId: string | undefined; readonly amount: NanoDollars }): Promise<Failure | undefined> {
      const inForce = terms(realm);
      try {
        const answer = await ledger.hold({ hold: { id, realm, threadId, window, startedAt: inForce.now, amount }, periods: inForce.periods, conversationLimit: inForce.conversationLimit });
        return answer.ok ? undefined : budgetReached(answer, inForce, amount);
      } catch (error) {
        return storageFailure(error);
      }
    },
    release: (id: string): Promise<void> => settlements.release(id),
  };
}

/** Holds what a call may cost, or says why not. Never rejects. */
export async function reserved(ledger: Pick<LedgerStore, 'reserve'>, opening: CallOpening, terms: BudgetTerms, { hold, client }: { readonly hold?: string; readonly client?: AskingClient }): Promise<Failure | undefined> {
  try {
    const answer = await ledger.reserve({ opening, periods: terms.periods, conversationLimit: terms.conversationLimit, ...(client?.limit === undefined ? {} : { clientLimit: client.limit }), ...(hold === undefined ? {} : { hold }) });
    return answer.ok ? undefined : budgetReached(answer, terms, opening.worst ?? zeroDollars);
  } catch (error) {
    return storageFailure(error);
  }
}

/** A refusal of the books as a failure. */
function budgetReached(refused: Reserved & { readonly ok: false }, terms: BudgetTerms, needed: NanoDollars): Failure {
  const resetsAt = terms.periods.find((period) => period.scope === refused.scope)?.to;
  return {
    kind: 'budgetReached',
    scope: refused.scope,
    spent: nano(refused.spent + refused.held),
    limit: refused.limit,
    needed,
    ...(resetsAt === undefined ? {} : { resetsAt }),
    mayAllow: terms.atLimit !== 'stop' && refused.scope !== 'client',
  };
}
