import type { LastCall } from '../core/model/call';
import { formatUsd, type NanoDollars } from '../core/model/money';
import type { StoredAnswer } from '../core/model/thread';
import { momentText, decimal, t } from '../shared/l10n';

/** Where what a call costs stands in one word: nothing more than the subscription, which is not the same as nothing. */
export function includedText(): string {
  return t('included');
}

/** What a call did or may cost, for people. A subscription's is not told as an amount: zero would read as free. */
export function costText(amount: NanoDollars | undefined, source: string | undefined): string {
  return source === 'subscription' ? includedText() : formatUsd(amount);
}

/** The last call, for a tooltip. Of a comparison it names nobody, not even by the price: its names may be hidden until the vote. `now` in epoch milliseconds. */
export function lastCallText({ model, modelName, purpose, charge, timing, endedAt }: Pick<LastCall, 'model' | 'modelName' | 'purpose' | 'charge' | 'timing' | 'endedAt'>, now: number): string {
  if (purpose === 'compare') return t('one of a comparison');
  return [modelName ?? model, costText(charge.amount, charge.source), seconds(timing.totalMs), whenText(endedAt, now)].join(', ');
}

/** The time of today, or the day and the time, as the language of the texts writes them. */
function whenText(at: number, now: number): string {
  const day = new Date(at).toDateString() === new Date(now).toDateString() ? {} : ({ day: 'numeric', month: 'short' } as const);
  return momentText(at, { ...day, hour: '2-digit', minute: '2-digit' });
}

/** From a question to the end of its answer, with all its steps; undefined where that is not known. */
export function wholeTimeText({ totalMs, firstTokenMs, work }: Pick<StoredAnswer, 'totalMs' | 'firstTokenMs' | 'work'>): string | undefined {
  // Earlier versions kept the times of the step that was taken, its first word among them.
  return totalMs === undefined || (work && firstTokenMs !== undefined) ? undefined : seconds(totalMs);
}

/** `2.8 s`. */
export function seconds(ms: number): string {
  return t('{0} s', decimal(ms / 1000, 1));
}
