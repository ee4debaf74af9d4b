import type { BudgetScope, BudgetStatus } from '../../src/core/model/budget';
import type { CallOpening, CallRecord } from '../../src/core/model/call';
import { type NanoDollars, nano, sumDollars, zeroDollars } from '../../src/core/model/money';
import type { Realm } from '../../src/core/model/provider';
import type { CallHistory, CallQuery, TrialCounts } from '../../src/core/ports/callHistory';
import type { Allowance, LedgerStore, PeriodLimit, Reserved, ReserveQuery, StorageError } from '../../src/core/ports/ledgerStore';

interface Limited {
  readonly scope: BudgetScope;
  readonly spent: NanoDollars;
  readonly held: NanoDollars;
  readonly limit: NanoDollars;
}

type Counted = Pick<CallOpening, 'realm' | 'threadId' | 'startedAt'>;

/** The books in memory, with the rules of the real ones; test/unit/node/sqlite/ledgerStore.test.ts holds both to them. */
export class FakeLedgerStore implements LedgerStore, CallHistory {
  readonly held = new Map<string, CallOpening>();
  readonly calls = new Map<string, CallRecord>();
  readonly allowances = new Map<string, Allowance>();
  /** Windows whose process has ended. */
  readonly dead = new Set<string>();
  /** Thrown by the next call of the named method, once. */
  readonly failNext = new Map<keyof LedgerStore, StorageError>();
  trialCounts: TrialCounts = { enough: 0, all: 0 };
  readonly #recovered = new Set<string>();
  readonly #listeners = new Set<() => void>();

  async reserve({ opening, periods, conversationLimit }: ReserveQuery): Promise<Reserved> {
    this.#mayFail('reserve');
    if (this.held.has(opening.id) || this.calls.has(opening.id)) return { ok: true };
    const { realm, threadId } = opening;
    const limits: Limited[] = periods.flatMap((period) => (period.limit === undefined ? [] : [{ scope: period.scope, ...this.#sums(inPeriod(realm, period)), limit: this.#raised(realm, period, period.limit) }]));
    if (threadId !== undefined && conversationLimit !== undefined) {
      limits.unshift({ ...this.#sums(inThread(realm, threadId)), scope: 'conversation', limit: nano(conversationLimit + this.#allowedOn(realm, threadId)) });
    }
    const room = ({ spent, held, limit }: Limited): number => limit - spent - held;
    const passed = opening.worst === 0 ? [] : limits.filter((one) => room(one) < (opening.worst ?? 0));
    const tightest = passed.reduce<Limited | undefined>((least, one) => (least && room(least) < room(one) ? least : one), undefined);
    if (tightest) return { ok: false, scope: tightest.scope, spent: tightest.spent, held: tightest.held, limit: tightest.limit };
    this.held.set(opening.id, opening);
    this.#changed();
    return { ok: true };
  }

  async settle(record: CallRecord): Promise<void> {
    this.#mayFail('settle');
    if (!this.calls.has(record.id) || this.#recovered.delete(record.id)) this.calls.set(record.id, record);
    this.held.delete(record.id);
    this.#changed();
  }

  async recover(now: number): Promise<number> {
    this.#mayFail('recover');
    const givenUp = [...this.held.values()].filter((one) => this.dead.has(one.window) || now - one.startedAt > 24 * 3_600_000);
    for (const one of givenUp) {
      this.held.delete(one.id);
      this.#recovered.add(one.id);
      this.calls.set(one.id, crashed(one, now));
    }
    if (givenUp.length > 0) this.#changed();
    return givenUp.length;
  }

  async status(realm: Realm, periods: readonly PeriodLimit[]): Promise<readonly BudgetStatus[]> {
    this.#mayFail('status');
    return periods.map((period) => ({
      scope: period.scope,
      realm,
      ...this.#sums(inPeriod(realm, period)),
      limit: period.limit === undefined ? undefined : this.#raised(realm, period, period.limit),
      resetsAt: period.to,
    }));
  }

  async conversationSpend(threadId: string, realm?: Realm): ReturnType<LedgerStore['conversationSpend']> {
    this.#mayFail('conversationSpend');
    const of = (one: Realm): Awaited<ReturnType<LedgerStore['conversationSpend']>> => ({ ...this.#sums(inThread(one, threadId)), allowed: this.#allowedOn(one, threadId) });
    if (realm !== undefined) return of(realm);
    const real = of('real');
    return real.calls > 0 || real.held > 0 ? real : of('demo');
  }

  async lastCall(realm: Realm): Promise<CallRecord | undefined> {
    this.#mayFail('lastCall');
    return [...this.calls.values()].findLast((call) => call.realm === realm);
  }

  /** Three calls a page. */
  async *pages({ realm, from, to }: CallQuery): AsyncGenerator<readonly CallRecord[], void> {
    const calls = [...this.calls.values()].filter((call) => call.realm === realm && call.startedAt >= from && call.startedAt < to).toSorted((one, other) => one.startedAt - other.startedAt);
    for (let at = 0; at < calls.length; at += 3) yield calls.slice(at, at + 3);
  }

  async trials(): Promise<TrialCounts> {
    return this.trialCounts;
  }

  async allow(allowance: Allowance): Promise<void> {
    this.#mayFail('allow');
    if (!this.allowances.has(allowance.id)) this.allowances.set(allowance.id, allowance);
    this.#changed();
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  #sums(belongs: (one: Counted) => boolean): { spent: NanoDollars; held: NanoDollars; calls: number; unknownCalls: number } {
    const calls = [...this.calls.values()].filter(belongs);
    return {
      spent: sumDollars(calls.map((call) => call.charge.amount ?? zeroDollars)),
      held: sumDollars([...this.held.values()].filter(belongs).map((one) => one.worst ?? zeroDollars)),
      calls: calls.length,
      unknownCalls: calls.filter((call) => call.charge.amount === undefined).length,
    };
  }

  #raised(realm: Realm, { scope, from, to }: PeriodLimit, limit: NanoDollars): NanoDollars {
    return nano(limit + this.#allowed((one) => one.realm === realm && one.scope === scope && one.from >= from && one.from < to));
  }

  #allowedOn(realm: Realm, threadId: string): NanoDollars {
    return this.#allowed((one) => one.realm === realm && one.scope === 'conversation' && one.threadId === threadId);
  }

  #allowed(counts: (one: Allowance) => boolean): NanoDollars {
    return sumDollars([...this.allowances.values()].filter(counts).map((one) => one.amount));
  }

  #mayFail(method: keyof LedgerStore): void {
    const error = this.failNext.get(method);
    this.failNext.delete(method);
    if (error) throw error;
  }

  #changed(): void {
    for (const listener of [...this.#listeners]) listener();
  }
}

function inPeriod(realm: Realm, { from, to }: PeriodLimit): (one: Counted) => boolean {
  return (one) => one.realm === realm && one.startedAt >= from && one.startedAt < to;
}

function inThread(realm: Realm, threadId: string): (one: Counted) => boolean {
  return (one) => one.realm === realm && one.threadId === threadId;
}

function crashed({ priceSource = 'snapshot', ...one }: CallOpening, now: number): CallRecord {
  return {
    ...one,
    endedAt: now,
    outcome: 'crashed',
    failure: undefined,
    usage: { inputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0, estimated: true },
    charge: one.worst === undefined ? { amount: undefined, source: 'unknown', estimatedUsage: true } : { amount: one.worst, source: priceSource, estimatedUsage: true },
    timing: { firstTokenMs: undefined, totalMs: Math.max(0, now - one.startedAt) },
  };
}
