import { chargeFor } from '../budget/charge';
import { worstCost } from '../budget/worstCase';
import type { Receipt } from '../model/ask';
import type { CallOpening, CallOutcome } from '../model/call';
import type { Failure } from '../model/failure';
import { type ArmId, idOfArm } from '../model/modelCard';
import { nano, zeroDollars } from '../model/money';
import type { Charge } from '../model/price';
import type { Realm } from '../model/provider';
import { noUsage, type Usage } from '../model/usage';
import type { Clock } from '../ports/clock';
import { type LedgerStore, storageFailure } from '../ports/ledgerStore';
import { type AttemptInput, type AttemptResult, type AttemptWrapper, notSent } from './attempt';
import type { BudgetTerms } from './terms';
import type { Settlements } from './settlements';

export interface BookedDependencies {
  readonly ledger: Pick<LedgerStore, 'reserve'>;
  readonly settlements: Pick<Settlements, 'settle'>;
  readonly clock: Clock;
  /** The demo may be switched on or off while an answer is looked for: what a provider costs is in its own realm all the same. */
  readonly realmOf: (provider: string) => Realm;
  readonly terms: (realm: Realm) => BudgetTerms;
  readonly countTokens: (text: string) => number;
  /** Id of this process in the books. */
  readonly window: string;
}

/**
 * Reserve before, settle after. Outermost of the wrappers that touch money, so that everything inside it (the call,
 * later a cache or a redaction) is held first and recorded whatever happens: success, failure, cancel, or a consumer
 * that walks away.
 */
export function booked(dependencies: BookedDependencies): AttemptWrapper {
  const { clock, ledger, settlements } = dependencies;
  return (next) =>
    async function* attempt(input, signal) {
      const terms = dependencies.terms(dependencies.realmOf(input.candidate.arm.offer.provider));
      const opening = openCall(input, terms, dependencies.window);
      if (opening.worst === undefined && terms.limited) {
        return notSent({ kind: 'priceUnknown', provider: opening.provider, model: opening.model });
      }
      const refusal = await reserve(ledger, opening, terms);
      if (refusal) return notSent(refusal);

      // Until the next attempt begins, a consumer that leaves has cost nothing.
      let result: AttemptResult | undefined = notSent({ kind: 'cancelled' });
      try {
        yield { type: 'answer-start', candidate: input.candidate, realm: terms.realm, callId: input.callId, held: input.candidate.estimate };
        result = undefined;
        result = yield* next(input, signal);
      } finally {
        // `result` is missing when the consumer left: what was sent is then unknown, so the upper bound is kept.
        const receipt = result ? receiptOf(input, opening.arm, result, dependencies.countTokens, clock.now()) : abandonedReceipt(input, opening);
        await settlements.settle({
          ...opening,
          endedAt: clock.now(),
          outcome: result ? outcomeOf(result) : 'cancelled',
          failure: result?.failure?.kind,
          usage: receipt.usage,
          charge: receipt.charge,
          timing: receipt.timing,
          decided: input.decided(),
        });
        if (result) result = { ...result, receipt };
      }
      return result;
    };
}

function openCall(input: AttemptInput, { realm, now }: BudgetTerms, window: string): CallOpening {
  const { arm } = input.candidate;
  return {
    id: input.callId,
    realm,
    provider: arm.offer.provider,
    model: arm.offer.model,
    arm: idOfArm(arm),
    effort: arm.effort.effort,
    purpose: input.request.purpose,
    threadId: input.request.threadId,
    question: input.question,
    window,
    startedAt: now,
    worst: worstCost(arm.offer, { inputTokens: input.worstInputTokens, maxOutputTokens: input.maxOutputTokens }, now),
    ...(arm.offer.price ? { priceSource: arm.offer.price.source } : {}),
  };
}

async function reserve(ledger: BookedDependencies['ledger'], opening: CallOpening, terms: BudgetTerms): Promise<Failure | undefined> {
  try {
    const answer = await ledger.reserve({ opening, periods: terms.periods, conversationLimit: terms.conversationLimit });
    if (answer.ok) return undefined;
    const resetsAt = terms.periods.find((period) => period.scope === answer.scope)?.to;
    return {
      kind: 'budgetReached',
      scope: answer.scope,
      spent: nano(answer.spent + answer.held),
      limit: answer.limit,
      needed: opening.worst ?? zeroDollars,
      ...(resetsAt === undefined ? {} : { resetsAt }),
      mayAllow: terms.atLimit !== 'stop',
    };
  } catch (error) {
    return storageFailure(error);
  }
}

function outcomeOf(result: AttemptResult): CallOutcome {
  switch (result.failure?.kind) {
    case undefined:
      return result.stop === 'length' ? 'truncated' : 'complete';
    case 'cancelled':
      return 'cancelled';
    case 'truncated':
      return 'truncated';
    default:
      return result.shown ? 'truncated' : 'failed';
  }
}

function receiptOf(input: AttemptInput, arm: ArmId, result: AttemptResult, countTokens: (text: string) => number, now: number): Receipt {
  const usage = countedUsage(input, result, countTokens);
  const { offer } = input.candidate.arm;
  // Nothing used costs nothing, also where the price is not known.
  const charge: Charge = usage === noUsage ? { amount: zeroDollars, source: offer.price?.source ?? 'snapshot', estimatedUsage: false } : chargeFor(usage, offer, now);
  return { callId: input.callId, arm, usage, charge, timing: result.timing };
}

/** As told; where only the bill was, with tokens counted here. */
function countedUsage(input: AttemptInput, result: AttemptResult, countTokens: (text: string) => number): Usage {
  const { usage } = result;
  if (usage === undefined) return estimatedUsage(input, result, countTokens);
  const untold = usage.estimated && usage.inputTokens + usage.outputTokens === 0;
  return untold && usage.billed !== undefined ? { ...estimatedUsage(input, result, countTokens), billed: usage.billed } : usage;
}

/**
 * What a call without usage figures must have used. A provider that refused before it began bills nothing; one that
 * began, or was left waiting, has read the prompt.
 */
function estimatedUsage(input: AttemptInput, result: AttemptResult, countTokens: (text: string) => number): Usage {
  if (!result.sent || (result.received === '' && refusedUnread(result.failure))) return noUsage;
  return { ...noUsage, inputTokens: input.inputTokens, outputTokens: countTokens(result.received), estimated: true };
}

function refusedUnread(failure: Failure | undefined): boolean {
  switch (failure?.kind) {
    case undefined:
    case 'cancelled':
    case 'timedOut':
    case 'truncated':
    case 'badReply':
      return false;
    default:
      return true;
  }
}

function abandonedReceipt(input: AttemptInput, opening: CallOpening): Receipt {
  const usage: Usage = { ...noUsage, inputTokens: input.worstInputTokens, outputTokens: input.maxOutputTokens, estimated: true };
  const { worst } = opening;
  const charge: Charge = worst === undefined ? { amount: undefined, source: 'unknown', estimatedUsage: true } : { amount: worst, source: opening.priceSource ?? 'snapshot', estimatedUsage: true };
  return { callId: input.callId, arm: opening.arm, usage, charge, timing: { firstTokenMs: undefined, totalMs: 0 } };
}
