import type { BudgetScope, BudgetStatus } from '../../src/core/model/budget';
import type { CallOpening, CallRecord } from '../../src/core/model/call';
import type { ClientSpend } from '../../src/core/model/client';
import { type NanoDollars, nano, sumDollars, zeroDollars } from '../../src/core/model/money';
import type { Realm } from '../../src/core/model/provider';
import type { CallHistory, CallQuery, TrialCounts } from '../../src/core/ports/callHistory';
import type { Allowance, Hold, HoldQuery, LedgerStore, PeriodLimit, Reserved, ReserveQuery, StorageError } from '../../src/core/ports/ledgerStore';

interface Limited {
  readonly scope: BudgetScope;
  readonly spent: NanoDollars;
  readonly held: NanoDollars;
  readonly limit: NanoDollars;
  /** Whether money held there is held against this limit. */
  readonly holds: (hold: Hold) => boolean;
}

type Counted = Pick<CallOpening, 'realm' | 'threadId' | 'startedAt' | 'client'>;

/** The books in memory, with the rules of the real ones; test/unit/node/sqlite/ledgerStore.test.ts holds both to them. */
export class FakeLedgerStore implements LedgerStore, CallHistory {
  readonly held = new Map<string, CallOpening>();
  readonly calls = new Map<string, CallRecord>();
  /** What is left of each. */
  readonly holds = new Map<string, Hold>();
  readonly allowances = new Map<string, Allowance>();
  /** Windows whose process has ended. */
  readonly dead = new Set<string>();
  /** Thrown by the next call of the named method, once. */
  readonly failNext = new Map<keyof LedgerStore, StorageError>();
  trialCounts: TrialCounts = { enough: 0, all: 0 };
  readonly #drawn = new Map<string, { readonly hold: string; readonly amount: NanoDollars }>();
  readonly #recovered = new Set<string>();
  readonly #listeners = new Set<() => void>();

  async reserve({ opening, periods, conversationLimit, clientLimit, hold: id }: ReserveQuery): Promise<Reserved> {
    this.#mayFail('reserve');
    if (this.held.has(opening.id) || this.calls.has(opening.id)) return { ok: true };
    const found = this.holds.get(id ?? '');
    const hold = found?.realm === opening.realm ? found : undefined;
    const drawn = nano(Math.min(hold?.amount ?? 0, opening.worst ?? 0));
    const limits = [...this.#limits(opening, periods, conversationLimit), ...this.#clientLimit(opening, clientLimit)];
    const paid = ({ holds }: Limited): NanoDollars => (hold && holds(hold) ? drawn : zeroDollars);
    const tightest = tightestOf(limits, opening.worst, paid);
    if (tightest) return tightest;
    if (hold) this.holds.set(hold.id, { ...hold, amount: nano(hold.amount - drawn) });
    if (hold && limits.every((one) => paid(one) === drawn)) this.#drawn.set(opening.id, { hold: hold.id, amount: drawn });
    this.held.set(opening.id, opening);
    this.#changed();
    return { ok: true };
  }

  async hold({ hold, periods, conversationLimit }: HoldQuery): Promise<Reserved> {
    this.#mayFail('hold');
    if (this.holds.has(hold.id)) return { ok: true };
    const tightest = tightestOf(this.#limits(hold, periods, conversationLimit), hold.amount, () => zeroDollars);
    if (tightest) return tightest;
    this.holds.set(hold.id, hold);
    this.#changed();
    return { ok: true };
  }

  async release(hold: string): Promise<void> {
    this.#mayFail('release');
    this.holds.delete(hold);
    this.#changed();
  }

  async settle(record: CallRecord): Promise<void> {
    this.#mayFail('settle');
    if (!this.calls.has(record.id) || this.#recovered.delete(record.id)) this.calls.set(record.id, record);
    this.held.delete(record.id);
    const drawn = this.#drawn.get(record.id);
    const hold = drawn && this.holds.get(drawn.hold);
    if (hold) this.holds.set(hold.id, { ...hold, amount: nano(hold.amount + Math.max(0, drawn.amount - (record.charge.amount ?? drawn.amount))) });
    this.#drawn.delete(record.id);
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
    const leftHolds = [...this.holds.values()].filter((one) => this.dead.has(one.window));
    for (const { id } of leftHolds) this.holds.delete(id);
    if (givenUp.length + leftHolds.length > 0) this.#changed();
    return givenUp.length;
  }

  async status(realm: Realm, periods: readonly PeriodLimit[], without?: string): Promise<readonly BudgetStatus[]> {
    this.#mayFail('status');
    return periods.map((period) => ({
      scope: period.scope,
      realm,
      ...this.#sums(inPeriod(realm, period), without),
      limit: period.limit === undefined ? undefined : this.#raised(realm, period, period.limit),
      resetsAt: period.to,
    }));
  }

  async conversationSpend(threadId: string, realm?: Realm, without?: string): ReturnType<LedgerStore['conversationSpend']> {
    this.#mayFail('conversationSpend');
    const of = (one: Realm): Awaited<ReturnType<LedgerStore['conversationSpend']>> => ({ ...this.#sums(inThread(one, threadId), without), allowed: this.#allowedOn(one, threadId) });
    if (realm !== undefined) return of(realm);
    const real = of('real');
    return real.calls > 0 || real.held > 0 ? real : of('demo');
  }

  async clientSpend(client: string, realm?: Realm): Promise<ClientSpend> {
    this.#mayFail('clientSpend');
    const of = (one: Realm): ClientSpend => this.#sums(ofClient(one, client));
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

  #limits(one: Counted, periods: readonly PeriodLimit[], conversationLimit: NanoDollars | undefined): readonly Limited[] {
    const { realm, threadId, startedAt } = one;
    const limits: Limited[] = periods.flatMap((period) => (period.limit === undefined ? [] : [{ scope: period.scope, ...this.#sums(inPeriod(realm, period)), limit: this.#raised(realm, period, period.limit), holds: (hold) => inPeriod(realm, period)(hold) && startedAt >= period.from && startedAt < period.to }]));
    if (threadId !== undefined && conversationLimit !== undefined) limits.unshift({ ...this.#sums(inThread(realm, threadId)), scope: 'conversation', limit: nano(conversationLimit + this.#allowedOn(realm, threadId)), holds: inThread(realm, threadId) });
    return limits;
  }

  #clientLimit({ realm, client }: CallOpening, limit: NanoDollars | undefined): readonly Limited[] {
    return client === undefined || limit === undefined ? [] : [{ ...this.#sums(ofClient(realm, client)), scope: 'client', limit, holds: () => false }];
  }

  #sums(belongs: (one: Counted) => boolean, without?: string): { spent: NanoDollars; held: NanoDollars; calls: number; unknownCalls: number } {
    const calls = [...this.calls.values()].filter(belongs);
    return {
      spent: sumDollars(calls.map((call) => call.charge.amount ?? zeroDollars)),
      held: sumDollars([...[...this.held.values()].filter(belongs).map((one) => one.worst ?? zeroDollars), ...[...this.holds.values()].filter((one) => belongs(one) && one.id !== without).map(({ amount }) => amount)]),
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

function tightestOf(limits: readonly Limited[], worst: NanoDollars | undefined, paid: (one: Limited) => NanoDollars): (Reserved & { ok: false }) | undefined {
  const room = (one: Limited): number => one.limit - one.spent - one.held + paid(one);
  const passed = worst === 0 ? [] : limits.filter((one) => room(one) < (worst ?? 0));
  const tightest = passed.reduce<Limited | undefined>((least, one) => (least && room(least) < room(one) ? least : one), undefined);
  return tightest && { ok: false, scope: tightest.scope, spent: tightest.spent, held: nano(tightest.held - paid(tightest)), limit: tightest.limit };
}

function inPeriod(realm: Realm, { from, to }: PeriodLimit): (one: Counted) => boolean {
  return (one) => one.realm === realm && one.startedAt >= from && one.startedAt < to;
}

function inThread(realm: Realm, threadId: string): (one: Counted) => boolean {
  return (one) => one.realm === realm && one.threadId === threadId;
}

function ofClient(realm: Realm, client: string): (one: Counted) => boolean {
  return (one) => one.realm === realm && one.client === client;
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
