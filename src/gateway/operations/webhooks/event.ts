import type { BudgetScope } from '../../../core/model/budget';
import type { Realm } from '../../../core/model/provider';
import type { Amount } from '../money';

/** What a webhook is told. Never holds a prompt, an answer, a file's name or a key. */
export type WebhookEvent =
  /** A budget has newly passed 75, 90 or 100 %. */
  | { readonly type: 'budget.threshold'; readonly data: { readonly scope: BudgetScope; readonly realm: Realm; readonly percent: number; readonly spent: Amount; readonly limit: Amount; readonly resetsAt: string | null } }
  /** Several models have finished a question (a comparison, a consensus, a refinement or a cascade), or one has after a long time. */
  | { readonly type: 'task.finished'; readonly data: { readonly strategy: string; readonly end: string | null; readonly outcome: string; readonly threadId: string; readonly messageId: string; readonly calls: number | null; readonly cost: Amount; readonly totalMs: number | null } }
  /** An agent that was started in a terminal has ended. */
  | { readonly type: 'agent.finished'; readonly data: { readonly agent: string; readonly folder: string | null; readonly calls: number; readonly unknownCalls: number; readonly cost: Amount; readonly totalMs: number | null } }
  | { readonly type: 'experiment.finished'; readonly data: { readonly id: string; readonly why: string } };
