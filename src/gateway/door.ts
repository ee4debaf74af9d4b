import type { Ask, AskRequest } from '../core/model/ask';
import type { BudgetOverview } from '../core/model/budget';
import type { CallRecord } from '../core/model/call';
import type { Embed } from '../core/model/embedding';
import type { Failure } from '../core/model/failure';
import type { Arm } from '../core/model/modelCard';
import type { Realm } from '../core/model/provider';
import type { Route } from '../core/model/route';
import type { AppSettings } from '../core/model/settings';
import type { ClientStore } from '../core/ports/clientStore';
import type { CallQuery } from '../core/ports/callHistory';

/** What the gateway needs of the core: `App` fits it. */
export interface GatewayDoor {
  readonly ask: Ask;
  readonly embed: Embed;
  /** Which models the person lets be asked. */
  settings(): Pick<AppSettings, 'models.allowed' | 'models.excluded'>;
  /** Everything that can be asked now. */
  askable(): Promise<{ readonly realm: Realm; readonly arms: readonly Arm[] }>;
  /** What asking this would choose, without asking. */
  route(request: AskRequest): Promise<Route | Failure>;
  readonly estimateTokens: (text: string) => number;
  budgets(threadId: string | undefined): Promise<BudgetOverview | undefined>;
  /** The calls of the books, in pages, oldest first. Throws StorageError. */
  calls(query: Omit<CallQuery, 'realm'>): AsyncIterable<readonly CallRecord[]>;
  /** Throws StorageError. */
  clients(): Promise<ClientStore>;
  /** Calls back with every call that this window has settled. */
  onCall(listener: (call: CallRecord) => void): () => void;
  onBudgetChanged(listener: () => void): () => void;
}
