import type { CallRecord } from '../model/call';
import type { Alternative, ChosenHow } from '../model/decided';
import type { ArmId } from '../model/modelCard';
import { type NanoDollars, nano, zeroDollars } from '../model/money';
import { servedBy, type Span } from '../model/report';
import { type Answered, answeredBy, costInstead } from './instead';

/** One question of the person, or one request of a program, with all calls that were made for it. Kept small: a year has a hundred thousand. */
export interface Asked {
  readonly id: string;
  readonly isProgram: boolean;
  /** For all its calls, as far as their cost is known. */
  paid: NanoDollars;
  /** A call whose cost nobody knows was among them. */
  unknown: boolean;
  /** A call that a subscription paid for was among them. */
  included: boolean;
  /** The call that answered; undefined when none did. */
  answer: Answer | undefined;
}

export interface Answer {
  readonly arm: ArmId;
  /** Undefined in calls from before it was kept. */
  readonly how: ChosenHow | undefined;
  /** Chance of success that was told. */
  readonly p: number | undefined;
  /** Undefined when it cannot be compared. */
  readonly used: Answered | undefined;
  readonly ablest: Instead | undefined;
  readonly cheapest: Instead | undefined;
  readonly pinned: Instead | undefined;
}

/** Another arm for the same question. `cost` undefined: its price is not known. */
export interface Instead {
  readonly arm: ArmId;
  readonly p: number | undefined;
  readonly cost: Span | undefined;
}

/** The calls of a period by question. */
export class Questions {
  readonly asked = new Map<string, Asked>();
  /** What calls on the side cost: titles, checks, judges, trials, experiments. */
  side: NanoDollars = zeroDollars;
  /** The model that the person pinned last, with its price of then. */
  lastPinned: Alternative | undefined;

  add(call: CallRecord): void {
    const { amount } = call.charge;
    const served = servedBy(call.purpose);
    if (served === 'apart') return;
    if (served === 'side') {
      this.side = nano(this.side + (amount ?? 0));
      return;
    }
    const isProgram = served === 'program';
    const pinned = call.decided?.alternatives?.pinned;
    // What a program names is no choice of the person's.
    if (pinned?.rates && !isProgram) this.lastPinned = pinned;
    const id = call.question ?? call.id;
    const asked = this.asked.get(id) ?? { id, isProgram, paid: zeroDollars, unknown: false, included: false, answer: undefined };
    asked.paid = nano(asked.paid + (amount ?? 0));
    asked.unknown ||= amount === undefined;
    asked.included ||= call.charge.source === 'subscription';
    if (hasAnswered(call)) asked.answer = answerOf(call);
    this.asked.set(id, asked);
  }
}

/** One that was stopped has been read as far as it went. */
function hasAnswered({ outcome, usage }: CallRecord): boolean {
  return outcome === 'complete' || outcome === 'truncated' || (outcome === 'cancelled' && usage.outputTokens > 0);
}

function answerOf(call: CallRecord): Answer {
  const { arm, decided } = call;
  const used = answeredBy(call);
  const instead = (alternative: Alternative | undefined): Instead | undefined => alternative && used && { arm: alternative.arm, p: alternative.p, cost: costInstead(used, alternative) };
  const { ablest, cheapest, pinned } = decided?.alternatives ?? {};
  return { arm, how: decided?.how, p: decided?.p, used, ablest: instead(ablest), cheapest: instead(cheapest), pinned: instead(pinned) };
}
