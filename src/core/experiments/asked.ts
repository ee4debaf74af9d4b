import type { Ask, AskRequest, StopReason } from '../model/ask';
import type { Failure } from '../model/failure';
import type { ArmId } from '../model/modelCard';
import { nano, type NanoDollars } from '../model/money';

/** An answer as a whole, for work that nobody watches. */
export interface Asked {
  readonly text: string;
  /** Who answered; undefined when nobody was reached. */
  readonly arm: ArmId | undefined;
  readonly stop: StopReason | undefined;
  /** Undefined: it came to its end. */
  readonly failure: Failure | undefined;
  /** Of all tries; undefined when the price of one is unknown. */
  readonly cost: NanoDollars | undefined;
  readonly totalMs: number;
}

/** Asks and listens to the end. Never rejects for expected trouble: that is the `failure`. */
export async function asked(ask: Ask, request: AskRequest, signal: AbortSignal): Promise<Asked> {
  let text = '';
  let arm: ArmId | undefined;
  let stop: StopReason | undefined;
  let failure: Failure | undefined;
  let cost: number | undefined = 0;
  let totalMs = 0;
  for await (const event of ask(request, signal)) {
    switch (event.type) {
      case 'answer-start':
        arm = event.candidate.id;
        text = '';
        break;
      case 'text-delta':
        text += event.text;
        break;
      case 'answer-failed':
        failure = event.failure;
        break;
      case 'answer-end':
        stop = event.stop;
        break;
      default:
    }
    if (!('receipt' in event) || !event.receipt) continue;
    const { charge, timing } = event.receipt;
    cost = cost === undefined || charge.amount === undefined ? undefined : cost + charge.amount;
    totalMs = timing.totalMs;
  }
  return { text, arm, stop, failure, cost: cost === undefined ? undefined : nano(cost), totalMs };
}
