import { chargeFor } from '../budget/charge';
import { worstCost } from '../budget/worstCase';
import type { Receipt } from '../model/ask';
import type { CallContent, CallOpening, CallOutcome, CallRecord } from '../model/call';
import type { Decided } from '../model/decided';
import type { Failure } from '../model/failure';
import { type ArmId, idOfArm } from '../model/modelCard';
import { zeroDollars } from '../model/money';
import type { Charge } from '../model/price';
import type { Realm } from '../model/provider';
import { noUsage, type Usage } from '../model/usage';
import type { Clock } from '../ports/clock';
import type { LedgerStore } from '../ports/ledgerStore';
import type { Log } from '../ports/log';
import { type AttemptInput, type AttemptResult, type AttemptWrapper, notSent } from './attempt';
import { reserved } from './held';
import { type BudgetTerms, isLimited } from './terms';

export interface BookedDependencies {
  readonly ledger: Pick<LedgerStore, 'reserve'>;
  /** Never rejects. `said`: what was asked and answered, for who is told of calls; undefined where nothing was sent. */
  readonly settlements: { settle(call: CallRecord, said?: CallContent): Promise<void> };
  readonly clock: Clock;
  readonly log: Log;
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
  const { clock, ledger, log, settlements } = dependencies;
  return (next) =>
    async function* attempt(input, signal) {
      const terms = dependencies.terms(dependencies.realmOf(input.candidate.arm.offer.provider));
      const opening = openCall(input, terms, dependencies.window);
      if (opening.worst === undefined && isLimited(terms, input.request)) {
        return notSent({ kind: 'priceUnknown', provider: opening.provider, model: opening.model });
      }
      const refusal = await reserved(ledger, opening, terms, input.request);
      if (refusal) return notSent(refusal);

      // Until the next attempt begins, a consumer that leaves has cost nothing.
      let result: AttemptResult | undefined = notSent({ kind: 'cancelled' });
      // Of a model that was named it is worked out now, and the provider thinks meanwhile: nobody waits for it.
      let decided: { readonly value: Decided | undefined } | undefined;
      const decide = (): Decided | undefined => (decided ??= { value: decidedLate(input, log) }).value;
      let stopDeciding = (): void => undefined;
      try {
        yield {
          type: 'answer-start',
          candidate: input.candidate,
          realm: terms.realm,
          callId: input.callId,
          // Of one that was named it is worked out when somebody reads it.
          get held() {
            return input.candidate.estimate;
          },
        };
        result = undefined;
        stopDeciding = clock.after(1, () => void decide());
        result = yield* next(input, signal);
      } finally {
        // `result` is missing when the consumer left: what was sent is then unknown, so the upper bound is kept.
        const receipt = result ? receiptOf(input, opening.arm, result, dependencies.countTokens, clock.now()) : abandonedReceipt(input, opening);
        stopDeciding();
        const chosen = decide();
        await settlements.settle({
          ...opening,
          endedAt: clock.now(),
          outcome: result ? outcomeOf(result) : 'cancelled',
          failure: result?.failure?.kind,
          usage: receipt.usage,
          charge: receipt.charge,
          timing: receipt.timing,
          ...(chosen === undefined ? {} : { decided: chosen }),
        }, result?.said && { messages: input.request.messages, ...result.said, stop: result.stop });
        if (result) result = { ...result, receipt };
      }
      return result;
    };
}

/** What explains a call is worked out after money was spent on it: a fault in that must not keep the call out of the books. */
function decidedLate({ decided }: AttemptInput, log: Log): Decided | undefined {
  try {
    return decided();
  } catch (error) {
    log.error('why a model was chosen could not be worked out', error);
    return undefined;
  }
}

/** Expected tokens of the prompt, which are worked out late as well; their bound where that fails. */
function expectedInput({ expected, worstInputTokens }: AttemptInput): number {
  try {
    return expected().inputTokens;
  } catch {
    return worstInputTokens;
  }
}

function openCall(input: AttemptInput, { realm, now }: BudgetTerms, window: string): CallOpening {
  const { arm } = input.candidate;
  const { client } = input.request;
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
    ...(client === undefined ? {} : { client: client.id, ...(client.folder === undefined ? {} : { folder: client.folder }) }),
    window,
    startedAt: now,
    worst: worstCost(arm.offer, { inputTokens: input.worstInputTokens, maxOutputTokens: input.maxOutputTokens }, now),
    ...(arm.offer.price ? { priceSource: arm.offer.price.source } : {}),
  };
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
 * What a call without usage figures must have used. A provider that refused before it began bills nothing, and neither
 * does one that was never reached; one that began, was left waiting, or was sent the request over a connection that
 * then broke, is taken to have read the prompt.
 */
function estimatedUsage(input: AttemptInput, result: AttemptResult, countTokens: (text: string) => number): Usage {
  if (!result.sent || (result.received === '' && refusedUnread(result.failure))) return noUsage;
  // Other tokenizers make fewer tokens of the same text, but none is allowed more: what was held is not passed.
  const outputTokens = Math.min(input.maxOutputTokens, countTokens(result.received) + (result.unseenTokens ?? 0));
  return { ...noUsage, inputTokens: expectedInput(input), outputTokens, estimated: true };
}

function refusedUnread(failure: Failure | undefined): boolean {
  switch (failure?.kind) {
    case undefined:
    case 'cancelled':
    case 'truncated':
    case 'badReply':
      return false;
    case 'timedOut':
      return failure.phase === 'connect';
    case 'providerDown':
    case 'offline':
      return failure.mayBeBilled !== true;
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
