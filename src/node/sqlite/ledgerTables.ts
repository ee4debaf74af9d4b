import type { SQLInputValue } from 'node:sqlite';
import { isAgentPurpose, type Purpose, purposes } from '../../core/model/ask';
import type { BudgetScope, BudgetStatus } from '../../core/model/budget';
import type { CallOpening, CallRecord } from '../../core/model/call';
import type { ClientSpend } from '../../core/model/client';
import type { Decided } from '../../core/model/decided';
import { asArmId } from '../../core/model/modelCard';
import { type NanoDollars, nano, zeroDollars } from '../../core/model/money';
import type { Charge, ChargedPrice } from '../../core/model/price';
import type { Realm } from '../../core/model/provider';
import type { Usage } from '../../core/model/usage';
import type { Allowance, HoldQuery, LedgerStore, PeriodLimit, Reserved, ReserveQuery } from '../../core/ports/ledgerStore';
import type { Liveness } from '../processOwner';
import type { Changes } from './changes';
import type { Connection } from './connection';
import { bucketMs } from './migrations';
import { flag, integer, json, optionalInteger, optionalText, type Row, text, word, wordOr } from './row';
import { storageError } from './sqliteFailure';

/** A reservation this old is given up even when its process runs: no call takes so long, but a process can hang. */
const longestCallMs = 24 * 60 * 60 * 1000;

/** The same for a process of another machine (a home folder on the network), which cannot be asked whether it runs. */
const longestForeignCallMs = 60 * 60 * 1000;

/**
 * The books in SQLite.
 *
 * A call belongs to the 15-minute row, and so to the day, week and month, in which it *started*, because that is where
 * it was held: settled on the other side of midnight it would spend money that nobody had reserved there.
 *
 * Invariants: a reservation and its call are exchanged in one transaction, so at every moment a call is counted
 * exactly once, held or spent; `spend`, `thread_spend` and `client_spend` are sums of `calls` at every moment (triggers).
 */
export class LedgerTables implements LedgerStore {
  constructor(
    private readonly connection: Connection,
    private readonly changes: Changes,
    private readonly liveness: (owner: string) => Liveness,
  ) {}

  async reserve({ opening, periods, conversationLimit, clientLimit, hold: holdId }: ReserveQuery): Promise<Reserved> {
    const reserved = await this.#orTakenBack(this.connection.writeTogether((): Reserved => {
      if (this.#exists(opening.id)) return { ok: true };
      const hold = holdId === undefined ? undefined : this.#hold(holdId, opening.realm);
      const drawn = nano(Math.min(hold?.remaining ?? 0, opening.worst ?? 0));
      const limited = [...this.#limited(opening, periods, conversationLimit, hold && { ...hold, drawn }), ...this.#clientLimited(opening, clientLimit)];
      const refusal = refusalOf(limited, opening.worst);
      if (refusal) return refusal;
      if (hold) this.connection.statement('UPDATE holds SET remaining = remaining - ? WHERE id = ?').run(drawn, hold.id);
      // Given back later only where it was held in the same periods: elsewhere its room may be another's by then.
      const returns = limited.every(({ paid }) => paid === drawn) ? drawn : 0;
      this.connection.statement(insertReservation).run(...openingValues(opening), opening.priceSource ?? null, hold?.id ?? null, returns);
      return { ok: true };
    }), () => this.#endReservation(opening.id, zeroDollars));
    if (reserved.ok) this.changes.notify('ledger');
    return reserved;
  }

  async hold({ hold, periods, conversationLimit }: HoldQuery): Promise<Reserved> {
    const { id, realm, threadId, window, startedAt, amount } = hold;
    const held = await this.#orTakenBack(this.connection.write((): Reserved => {
      if (this.#hold(id, realm)) return { ok: true };
      const refusal = refusalOf([...this.#limited(hold, periods, conversationLimit)], amount);
      if (refusal) return refusal;
      this.connection.statement('INSERT INTO holds (id, realm, thread_id, window, started_at, remaining) VALUES (?, ?, ?, ?, ?, ?)').run(id, realm, threadId ?? null, window, startedAt, amount);
      return { ok: true };
    }), () => this.#endHold(id));
    if (held.ok) this.changes.notify('ledger');
    return held;
  }

  async release(hold: string): Promise<void> {
    await this.connection.write(() => this.#endHold(hold));
    this.changes.notify('ledger');
  }

  /** What is refused holds nothing: where the disk was waited for in vain, it is in the books all the same. */
  async #orTakenBack(holding: Promise<Reserved>, takeBack: () => void): Promise<Reserved> {
    try {
      return await holding;
    } catch (error) {
      const { problem } = storageError(error);
      if (problem !== 'locked' && problem !== 'corrupt') await this.connection.write(takeBack, { durable: false }).catch(() => undefined);
      throw error;
    }
  }

  #endReservation(id: string, cost: NanoDollars | undefined): void {
    this.connection.statement(giveBack).run({ id, cost: cost ?? null });
    this.connection.statement('DELETE FROM reservations WHERE id = ?').run(id);
  }

  #endHold(id: string): void {
    this.connection.statement('DELETE FROM holds WHERE id = ?').run(id);
  }

  /**
   * A call that was given up by `recover` while its process only slept is corrected to what it really cost, once. That
   * is why giving up may be wrong without harm. Nobody waits for the disk: were the power cut now, the reservation, which is
   * on it, would be charged instead, which is more and never less.
   */
  async settle(record: CallRecord): Promise<void> {
    await this.connection.writeTogether(() => {
      const { changes } = this.connection.statement(insertCall).run(...openingValues(record), ...closingValues(record));
      if (changes === 0) this.connection.statement(correctCall).run(...closingValues(record), record.id);
      this.#endReservation(record.id, record.charge.amount);
    }, { durable: false });
    this.changes.notify('ledger');
  }

  /** What nobody can finish is charged with all that was held, because it may have cost that. */
  async recover(now: number): Promise<number> {
    // A look first, without the write lock: there is almost never anything to do.
    const given = await this.connection.read(() => this.#givenUp(now, 'reservations').length + this.#givenUp(now, 'holds').length);
    if (given === 0) return 0;
    const recovered = await this.connection.write(() => {
      for (const id of this.#givenUp(now, 'holds')) this.#endHold(id);
      const ids = this.#givenUp(now, 'reservations');
      for (const id of ids) {
        this.connection.statement(insertCrashed).run({ id, now });
        this.connection.statement('DELETE FROM reservations WHERE id = ?').run(id);
      }
      return ids.length;
    });
    this.changes.notify('ledger');
    return recovered;
  }

  status(realm: Realm, periods: readonly PeriodLimit[], without?: string): Promise<readonly BudgetStatus[]> {
    return this.connection.read(() =>
      periods.map((period): BudgetStatus => {
        const { spent, calls, unknownCalls } = this.#spentIn(realm, period);
        const limit = period.limit === undefined ? undefined : nano(period.limit + this.#allowedIn(realm, period));
        return { scope: period.scope, realm, spent, held: this.#heldIn(realm, period, without), limit, resetsAt: period.to, unknownCalls, calls };
      }),
    );
  }

  conversationSpend(threadId: string, realm?: Realm, without?: string): ReturnType<LedgerStore['conversationSpend']> {
    return this.connection.read(() => {
      const of = (one: Realm): Awaited<ReturnType<LedgerStore['conversationSpend']>> => ({ ...this.#spentOn(one, threadId), held: this.#heldOn(one, threadId, without), allowed: this.#allowedOn(one, threadId) });
      if (realm !== undefined) return of(realm);
      const real = of('real');
      // Play money is never added to money: it is told only where there is no other.
      return real.calls > 0 || real.held > 0 ? real : of('demo');
    });
  }

  clientSpend(client: string, realm?: Realm): Promise<ClientSpend> {
    return this.connection.read(() => {
      const of = (one: Realm): ClientSpend => ({ ...this.#spentBy(one, client), held: this.#heldBy(one, client) });
      if (realm !== undefined) return of(realm);
      const real = of('real');
      return real.calls > 0 || real.held > 0 ? real : of('demo');
    });
  }

  lastCall(realm: Realm): Promise<CallRecord | undefined> {
    return this.connection.read(() => {
      // By order of writing: the machine's clock may have been set back.
      const row = this.connection.statement('SELECT * FROM calls WHERE realm = ? ORDER BY seq DESC LIMIT 1').get(realm);
      return row && readCall(row);
    });
  }

  async allow(allowance: Allowance): Promise<void> {
    const { id, realm, scope, from, threadId, amount, at } = allowance;
    await this.connection.write(() => {
      this.connection.statement(insertAllowance).run(id, realm, scope, from, threadId ?? null, amount, at);
    });
    this.changes.notify('ledger');
  }

  onChange(listener: () => void): () => void {
    return this.changes.listen('ledger', listener);
  }

  /** A call that the books know, held or settled, is not held again. */
  #exists(id: string): boolean {
    return this.connection.statement('SELECT 1 FROM reservations WHERE id = ?1 UNION ALL SELECT 1 FROM calls WHERE id = ?1').get(id) !== undefined;
  }

  *#limited({ realm, threadId, startedAt }: Pick<CallOpening, 'realm' | 'threadId' | 'startedAt'>, periods: readonly PeriodLimit[], conversationLimit: NanoDollars | undefined, from?: HeldMoney & { readonly drawn: NanoDollars }): Iterable<Limited> {
    // What is held elsewhere takes no room here, so it makes none either.
    const paid = (isHere: boolean): NanoDollars => (isHere && from ? from.drawn : nano(0));
    if (threadId !== undefined && conversationLimit !== undefined) {
      const limit = nano(conversationLimit + this.#allowedOn(realm, threadId));
      yield { scope: 'conversation', spent: this.#spentOn(realm, threadId).spent, held: this.#heldOn(realm, threadId), limit, paid: paid(from?.threadId === threadId) };
    }
    for (const period of periods) {
      if (period.limit === undefined) continue;
      const limit = nano(period.limit + this.#allowedIn(realm, period));
      const isIn = (at: number): boolean => at >= period.from && at < period.to;
      yield { scope: period.scope, spent: this.#spentIn(realm, period).spent, held: this.#heldIn(realm, period), limit, paid: paid(from !== undefined && isIn(from.startedAt) === isIn(startedAt) && isIn(from.startedAt)) };
    }
  }

  /** What is held for several calls is the person's, so it pays nothing here. */
  *#clientLimited({ realm, client }: CallOpening, limit: NanoDollars | undefined): Iterable<Limited> {
    if (client === undefined || limit === undefined) return;
    yield { scope: 'client', spent: this.#spentBy(realm, client).spent, held: this.#heldBy(realm, client), limit, paid: nano(0) };
  }

  #hold(id: string, realm: Realm): HeldMoney | undefined {
    const row = this.connection.statement('SELECT id, thread_id, started_at, remaining FROM holds WHERE id = ? AND realm = ?').get(id, realm);
    return row && { id: text(row, 'id'), threadId: optionalText(row, 'thread_id'), startedAt: integer(row, 'started_at'), remaining: nano(integer(row, 'remaining')) };
  }

  /** Whole rows of 15 minutes; a period that begins or ends inside one (none does today) counts all of it. */
  #spentIn(realm: Realm, { from, to }: PeriodLimit): Spent {
    return readSpent(this.connection.statement(sumSpend).get(realm, Math.floor(from / bucketMs), Math.ceil(to / bucketMs)));
  }

  #heldIn(realm: Realm, { from, to }: PeriodLimit, without?: string): NanoDollars {
    return sum(this.connection.statement(sumHeld('started_at >= :from AND started_at < :to')).get({ realm, without: without ?? null, from, to }));
  }

  #allowedIn(realm: Realm, { scope, from, to }: PeriodLimit): NanoDollars {
    return sum(this.connection.statement('SELECT coalesce(sum(amount), 0) AS total FROM allowances WHERE realm = ? AND scope = ? AND from_at >= ? AND from_at < ?').get(realm, scope, from, to));
  }

  #spentOn(realm: Realm, threadId: string): Spent {
    return readSpent(this.connection.statement('SELECT nano, calls, unknown_calls FROM thread_spend WHERE thread_id = ? AND realm = ?').get(threadId, realm));
  }

  #heldOn(realm: Realm, threadId: string, without?: string): NanoDollars {
    return sum(this.connection.statement(sumHeld('thread_id = :threadId')).get({ realm, without: without ?? null, threadId }));
  }

  #spentBy(realm: Realm, client: string): Spent {
    return readSpent(this.connection.statement('SELECT nano, calls, unknown_calls FROM client_spend WHERE client = ? AND realm = ?').get(client, realm));
  }

  #heldBy(realm: Realm, client: string): NanoDollars {
    return sum(this.connection.statement('SELECT coalesce(sum(worst), 0) AS total FROM reservations WHERE realm = ? AND client = ?').get(realm, client));
  }

  #allowedOn(realm: Realm, threadId: string): NanoDollars {
    return sum(this.connection.statement("SELECT coalesce(sum(amount), 0) AS total FROM allowances WHERE realm = ? AND scope = 'conversation' AND thread_id = ?").get(realm, threadId));
  }

  #givenUp(now: number, table: 'reservations' | 'holds'): readonly string[] {
    const liveness = new Map<string, Liveness>();
    const isGivenUp = (row: Row): boolean => {
      const owner = text(row, 'window');
      const known = liveness.get(owner) ?? this.liveness(owner);
      liveness.set(owner, known);
      return known === 'dead' || now - integer(row, 'started_at') > (known === 'alive' ? longestCallMs : longestForeignCallMs);
    };
    return this.connection
      .statement(`SELECT id, window, started_at FROM ${table}`)
      .all()
      .filter(isGivenUp)
      .map((row) => text(row, 'id'));
  }
}

interface Limited {
  readonly scope: BudgetScope;
  readonly spent: NanoDollars;
  readonly held: NanoDollars;
  readonly limit: NanoDollars;
  /** What of the call is held here already. */
  readonly paid: NanoDollars;
}

interface HeldMoney {
  readonly id: string;
  readonly threadId: string | undefined;
  readonly startedAt: number;
  readonly remaining: NanoDollars;
}

/** The limit that an amount would pass by the most; of equals the one that lasts longest, since waiting for the other would not help. */
function refusalOf(limited: readonly Limited[], worst: NanoDollars | undefined): (Reserved & { ok: false }) | undefined {
  // What costs nothing passes no limit: a local model still answers when the money is used up.
  if (worst === 0) return undefined;
  const room = ({ spent, held, limit, paid }: Limited): number => limit - spent - held + paid;
  const passed = limited.filter((one) => room(one) < (worst ?? 0));
  const tightest = passed.reduce<Limited | undefined>((least, one) => (least && room(least) < room(one) ? least : one), undefined);
  return tightest && { ok: false, scope: tightest.scope, spent: tightest.spent, held: nano(tightest.held - tightest.paid), limit: tightest.limit };
}

interface Spent {
  readonly spent: NanoDollars;
  readonly calls: number;
  readonly unknownCalls: number;
}

const realms: readonly Realm[] = ['real', 'demo'];
const efforts = ['none', 'low', 'medium', 'high', 'xhigh'] as const;
const outcomes = ['complete', 'truncated', 'failed', 'cancelled', 'crashed'] as const;
const sources = ['billed', 'live', 'snapshot', 'user', 'subscription', 'unknown'] as const;

const openingColumns = ['id', 'realm', 'provider', 'model', 'arm', 'effort', 'purpose', 'thread_id', 'window', 'started_at', 'worst', 'question', 'client', 'folder'];

/** In the order of the columns above. */
function openingValues(opening: CallOpening): SQLInputValue[] {
  const { id, realm, provider, model, arm, effort, purpose, threadId, window, startedAt, worst, question, client, folder } = opening;
  return [id, realm, provider, model, arm, effort, purpose, threadId ?? null, window, startedAt, worst ?? null, question ?? null, client ?? null, folder ?? null];
}

const closingColumns = [
  ...['ended_at', 'outcome', 'failure'],
  ...['input_tokens', 'cached_input_tokens', 'cache_write_tokens', 'output_tokens', 'reasoning_tokens', 'usage_estimated', 'billed'],
  ...['amount', 'price_source', 'charge_estimated', 'first_token_ms', 'total_ms'],
  ...['cache_write_1h_tokens', 'served', 'price', 'decided'],
];

/** In the order of the columns above. Milliseconds are rounded: a monotonic clock gives fractions. */
function closingValues({ endedAt, outcome, failure, usage, charge, timing, decided }: CallRecord): SQLInputValue[] {
  const { inputTokens, cachedInputTokens, cacheWriteTokens, cacheWrite1hTokens = 0, outputTokens, reasoningTokens, estimated, billed, served = [] } = usage;
  const price = charge.amount === undefined ? undefined : charge.price;
  return [
    ...[endedAt, outcome, failure ?? null],
    ...[inputTokens, cachedInputTokens, cacheWriteTokens, outputTokens, reasoningTokens, Number(estimated), billed ?? null],
    ...[charge.amount ?? null, charge.source, Number(charge.estimatedUsage)],
    ...[timing.firstTokenMs === undefined ? null : Math.round(timing.firstTokenMs), Math.round(timing.totalMs)],
    ...[cacheWrite1hTokens, served.length === 0 ? null : served.join(' '), price === undefined ? null : JSON.stringify(price), decided === undefined ? null : JSON.stringify(decided)],
  ];
}

const insertReservation = insert('reservations', [...openingColumns, 'price_source', 'hold', 'drawn']);
/** What of a hold its call did not need. An unknown cost may have been all of it. */
const giveBack = `UPDATE holds SET remaining = remaining + (SELECT max(0, drawn - coalesce(:cost, drawn)) FROM reservations WHERE id = :id)
  WHERE id = (SELECT hold FROM reservations WHERE id = :id)`;

/** Reservations under way and what is left of holds. */
function sumHeld(where: string): string {
  return `SELECT (SELECT coalesce(sum(worst), 0) FROM reservations WHERE realm = :realm AND ${where}) + (SELECT coalesce(sum(remaining), 0) FROM holds WHERE realm = :realm AND id IS NOT :without AND ${where}) AS total`;
}
const insertCall = `${insert('calls', [...openingColumns, ...closingColumns])} ON CONFLICT (id) DO NOTHING`;
/** Column to column, so that a reservation of a newer Farthing, with words unknown here, can be closed as well. */
const insertCrashed = `INSERT INTO calls (${[...openingColumns, ...closingColumns, 'recovered'].join(', ')})
  SELECT ${openingColumns.join(', ')}, :now, 'crashed', NULL, 0, 0, 0, 0, 0, 1, NULL,
    worst, CASE WHEN worst IS NULL THEN 'unknown' ELSE coalesce(price_source, 'snapshot') END, 1, NULL, max(0, :now - started_at), 0, NULL, NULL, NULL, 1
  FROM reservations WHERE id = :id ON CONFLICT (id) DO NOTHING`;
const correctCall = `UPDATE calls SET ${closingColumns.map((column) => `${column} = ?`).join(', ')}, recovered = 0 WHERE id = ? AND recovered = 1`;
const insertAllowance = `${insert('allowances', ['id', 'realm', 'scope', 'from_at', 'thread_id', 'amount', 'at'])} ON CONFLICT (id) DO NOTHING`;
const sumSpend =
  'SELECT coalesce(sum(nano), 0) AS nano, coalesce(sum(calls), 0) AS calls, coalesce(sum(unknown_calls), 0) AS unknown_calls FROM spend WHERE realm = ? AND bucket >= ? AND bucket < ?';

function insert(table: string, columns: readonly string[]): string {
  return `INSERT INTO ${table} (${columns.join(', ')}) VALUES (${columns.map(() => '?').join(', ')})`;
}

function readOpening(row: Row): CallOpening {
  const question = optionalText(row, 'question');
  const client = optionalText(row, 'client');
  const folder = optionalText(row, 'folder');
  return {
    id: text(row, 'id'),
    realm: word(row, 'realm', realms),
    provider: text(row, 'provider'),
    model: text(row, 'model'),
    arm: asArmId(text(row, 'arm')),
    effort: wordOr(row, 'effort', efforts, 'none'),
    purpose: readPurpose(row),
    threadId: optionalText(row, 'thread_id'),
    window: text(row, 'window'),
    startedAt: integer(row, 'started_at'),
    worst: money(row, 'worst'),
    ...(question === undefined ? {} : { question }),
    ...(client === undefined ? {} : { client }),
    ...(folder === undefined ? {} : { folder }),
  };
}

/** What a newer Farthing asks for is no question of the person's, as far as is known here: it is paid on the side. */
function readPurpose(row: Row): Purpose {
  const purpose = text(row, 'purpose');
  return isAgentPurpose(purpose) ? purpose : wordOr(row, 'purpose', purposes, 'check');
}

/** Words of a newer Farthing are read as the plainest of those known here, so that its calls stay in every sum. */
export function readCall(row: Row): CallRecord {
  const decided = readDecided(json(row, 'decided'));
  return {
    ...readOpening(row),
    ...(decided === undefined ? {} : { decided }),
    endedAt: integer(row, 'ended_at'),
    outcome: wordOr(row, 'outcome', outcomes, 'failed'),
    failure: optionalText(row, 'failure'),
    usage: readUsage(row),
    charge: readCharge(row),
    timing: { firstTokenMs: optionalInteger(row, 'first_token_ms'), totalMs: integer(row, 'total_ms') },
  };
}

function readUsage(row: Row): Usage {
  const billed = money(row, 'billed');
  const forAnHour = integer(row, 'cache_write_1h_tokens');
  const served = optionalText(row, 'served');
  return {
    inputTokens: integer(row, 'input_tokens'),
    cachedInputTokens: integer(row, 'cached_input_tokens'),
    cacheWriteTokens: integer(row, 'cache_write_tokens'),
    outputTokens: integer(row, 'output_tokens'),
    reasoningTokens: integer(row, 'reasoning_tokens'),
    estimated: flag(row, 'usage_estimated'),
    ...(billed === undefined ? {} : { billed }),
    ...(forAnHour === 0 ? {} : { cacheWrite1hTokens: forAnHour }),
    ...(served === undefined ? {} : { served: served.split(' ') }),
  };
}

function readCharge(row: Row): Charge {
  const amount = money(row, 'amount');
  const source = wordOr(row, 'price_source', sources, 'live');
  const estimatedUsage = flag(row, 'charge_estimated');
  if (amount === undefined || source === 'unknown') return { amount: undefined, source: 'unknown', estimatedUsage };
  const price = readPrice(json(row, 'price'));
  return { amount, source, estimatedUsage, ...(price === undefined ? {} : { price }) };
}

/** As it was written by this or a newer version; undefined when it is neither. */
function readDecided(value: unknown): Decided | undefined {
  return isDecided(value) ? value : undefined;
}

function isDecided(value: unknown): value is Decided {
  if (typeof value !== 'object' || value === null) return false;
  return ('quality' in value && 'tier' in value && 'difficulty' in value && 'domains' in value) || ('how' in value && 'card' in value);
}

/** The price in words of our own making; undefined when it is not what was written. */
function readPrice(value: unknown): ChargedPrice | undefined {
  return isPrice(value) ? value : undefined;
}

function isPrice(value: unknown): value is ChargedPrice {
  if (typeof value !== 'object' || value === null || !('input' in value) || !('output' in value) || !('asOf' in value)) return false;
  return Object.entries(value).every(([name, one]) => (name === 'share' ? Array.isArray(one) && one.length === 2 : typeof one === (name === 'asOf' ? 'string' : 'number')));
}

function readSpent(row: Row | undefined): Spent {
  return row ? { spent: nano(integer(row, 'nano')), calls: integer(row, 'calls'), unknownCalls: integer(row, 'unknown_calls') } : { spent: nano(0), calls: 0, unknownCalls: 0 };
}

function sum(row: Row | undefined): NanoDollars {
  return nano(row ? integer(row, 'total') : 0);
}

function money(row: Row, column: string): NanoDollars | undefined {
  const amount = optionalInteger(row, column);
  return amount === undefined ? undefined : nano(amount);
}
