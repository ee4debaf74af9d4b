import type { ArmId } from '../model/modelCard';
import { type NanoDollars, nano, zeroDollars } from '../model/money';
import type { Against, Comparison, LeftOut, SavingsReport, Span } from '../model/report';
import { addSpans, costInstead } from './instead';
import type { Answer, Asked, Instead, Questions } from './questions';

/**
 * What was paid against what other choices would have cost. Each question of the person is one question also for the
 * others: what was paid to ask it again, or in vain, is `extra`, which nobody else would have paid.
 * @param retried ids of questions that were asked again in the same way: the second time counts as the question
 */
export function savings({ asked, side, lastPinned }: Questions, retried: ReadonlySet<string>): SavingsReport {
  let extra: number = side;
  const compared: Asked[] = [];
  for (const one of asked.values()) {
    if (isExtra(one, retried)) extra += one.paid;
    else compared.push(one);
  }
  const pinnedOf = ({ pinned, used }: Answer): Instead | undefined => pinned ?? (lastPinned && used && { arm: lastPinned.arm, p: lastPinned.p, cost: costInstead(used, lastPinned) });
  return {
    extra: nano(extra),
    comparisons: [
      compare('ablest', compared, extra, ({ ablest }) => ablest),
      ...(lastPinned ? [compare('pinned', compared, extra, pinnedOf)] : []),
      mixed(compared, extra),
    ],
  };
}

function isExtra({ id, answer, unknown, included }: Asked, retried: ReadonlySet<string>): boolean {
  if (retried.has(id)) return true;
  if (answer === undefined) return !unknown && !included;
  return answer.how === 'better' || answer.how === 'cheaper';
}

interface Row {
  readonly paid: NanoDollars;
  readonly answer: Answer;
}

function compare(against: Against, asked: readonly Asked[], extra: number, insteadOf: (answer: Answer) => Instead | undefined): Comparison {
  const { rows, leftOut } = comparable(asked, (answer) => insteadOf(answer)?.cost !== undefined);
  const arms = new Map<ArmId, number>();
  let instead: Span = nothing;
  for (const { answer } of rows) {
    const other = insteadOf(answer);
    if (!other?.cost) continue;
    instead = addSpans(instead, other.cost);
    arms.set(other.arm, (arms.get(other.arm) ?? 0) + 1);
  }
  const most = [...arms].reduce<readonly [ArmId | undefined, number]>((found, one) => (one[1] > found[1] ? one : found), [undefined, 0]);
  return { against, questions: rows.length, leftOut, paid: paidFor(rows, extra), instead, arm: most[0], share: undefined };
}

/**
 * The best and the cheapest model at random, for every question alike. With a share λ of the best its answers are on
 * average as likely to be good as those that were paid for when
 *
 *   λ = (p̄ − p̄ of the cheapest) ÷ (p̄ of the best − p̄ of the cheapest)
 *
 * which by itself saves much against always asking the best. The chances are those told when the choice was made.
 */
function mixed(asked: readonly Asked[], extra: number): Comparison {
  const { rows, leftOut } = comparable(asked, ({ p, ablest, cheapest }) => p !== undefined && ablest?.cost !== undefined && ablest.p !== undefined && cheapest?.cost !== undefined && cheapest.p !== undefined);
  const sum = (figure: (answer: Answer) => number | undefined): number => rows.reduce((total, { answer }) => total + (figure(answer) ?? 0), 0);
  const [ours, best, cheapest] = [sum(({ p }) => p), sum(({ ablest }) => ablest?.p), sum(({ cheapest: one }) => one?.p)];
  const share = shareOfBest(ours, best, cheapest);
  const spans = rows.reduce<readonly [Span, Span]>(([bests, cheapests], { answer }) => [addSpans(bests, answer.ablest?.cost ?? nothing), addSpans(cheapests, answer.cheapest?.cost ?? nothing)], [nothing, nothing]);
  return { against: 'mix', questions: rows.length, leftOut, paid: paidFor(rows, extra), instead: mixOf(share, ...spans), arm: undefined, share: rows.length === 0 ? undefined : share };
}

/** Kept between 0 and 1: with a pin, answers can be worse than the cheapest model's or better than the best choice's. */
export function shareOfBest(ours: number, best: number, cheapest: number): number {
  if (best <= cheapest) return 0;
  return Math.min(1, Math.max(0, (ours - cheapest) / (best - cheapest)));
}

/** The cost of asking the best choice for a `share` (0 to 1) of the questions and the cheapest for the rest. */
export function mixOf(share: number, best: Span, cheapest: Span): Span {
  const mix = (one: NanoDollars, other: NanoDollars): NanoDollars => nano(Math.round(share * one + (1 - share) * other));
  return { low: mix(best.low, cheapest.low), likely: mix(best.likely, cheapest.likely), high: mix(best.high, cheapest.high) };
}

function comparable(asked: readonly Asked[], isPriced: (answer: Answer) => boolean): { readonly rows: readonly Row[]; readonly leftOut: Readonly<Record<LeftOut, number>> } {
  const leftOut: Record<LeftOut, number> = { old: 0, included: 0, unpriced: 0, unfinished: 0, named: 0 };
  const rows: Row[] = [];
  for (const { answer, included, unknown, paid, isProgram } of asked) {
    if (isProgram && answer?.how === 'pinned') leftOut.named += 1;
    else if (included) leftOut.included += 1;
    else if (unknown) leftOut.unpriced += 1;
    else if (!answer) leftOut.unfinished += 1;
    else if (answer.how === undefined) leftOut.old += 1;
    else if (!isPriced(answer)) leftOut.unpriced += 1;
    else rows.push({ paid, answer });
  }
  return { rows, leftOut };
}

function paidFor(rows: readonly Row[], extra: number): NanoDollars {
  return nano(rows.reduce((total, { paid }) => total + paid, extra));
}

const nothing: Span = { low: zeroDollars, likely: zeroDollars, high: zeroDollars };
