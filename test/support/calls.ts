import type { CallOpening, CallRecord } from '../../src/core/model/call';
import { asArmId } from '../../src/core/model/modelCard';
import { type NanoDollars, nano } from '../../src/core/model/money';
import { noUsage } from '../../src/core/model/usage';
import type { PeriodLimit } from '../../src/core/ports/ledgerStore';

/** A Wednesday noon, UTC, and the UTC day, week (from Sunday) and month around it. */
export const noon = Date.UTC(2026, 2, 18, 12);
const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

export function periodsOf(limits: { readonly day?: number; readonly week?: number; readonly month?: number } = {}): readonly PeriodLimit[] {
  const limit = (value: number | undefined): NanoDollars | undefined => (value === undefined ? undefined : nano(value));
  const midnight = noon - 12 * hourMs;
  return [
    { scope: 'day', from: midnight, to: midnight + dayMs, limit: limit(limits.day) },
    { scope: 'week', from: midnight - 3 * dayMs, to: midnight + 4 * dayMs, limit: limit(limits.week) },
    { scope: 'month', from: Date.UTC(2026, 2, 1), to: Date.UTC(2026, 3, 1), limit: limit(limits.month) },
  ];
}

/** A call about to be made at noon that can cost 100 nano-dollars. */
export function opening(id: string, changes: Partial<CallOpening> = {}): CallOpening {
  return {
    id,
    realm: 'real',
    provider: 'acme',
    model: 'acme-small',
    arm: asArmId('acme/acme-small'),
    effort: 'none',
    purpose: 'chat',
    threadId: undefined,
    window: 'window-1',
    startedAt: noon,
    worst: nano(100),
    ...changes,
  };
}

/** The same call, complete, at what it cost; undefined is an unknown price. */
export function settled(opened: CallOpening, amount: number | undefined, changes: Partial<CallRecord> = {}): CallRecord {
  return {
    ...opened,
    endedAt: opened.startedAt + 2_000,
    outcome: 'complete',
    failure: undefined,
    usage: { ...noUsage, inputTokens: 40, outputTokens: 7 },
    charge: amount === undefined ? { amount: undefined, source: 'unknown', estimatedUsage: false } : { amount: nano(amount), source: 'snapshot', estimatedUsage: false },
    timing: { firstTokenMs: 300, totalMs: 2_000 },
    ...changes,
  };
}
