import { limitsOf, termsOf } from '../ask/decide';
import { Settlements } from '../ask/settlements';
import type { BudgetTerms } from '../ask/terms';
import { ForwardTime } from '../budget/forwardTime';
import { periodLimits } from '../budget/periods';
import { alertToGive, forecast, roomLeft, tightest } from '../budget/standing';
import type { BudgetOverview, BudgetStatus, WeekStart } from '../model/budget';
import type { CallRecord } from '../model/call';
import type { Failure } from '../model/failure';
import { nano } from '../model/money';
import type { Realm } from '../model/provider';
import type { AppSettings } from '../model/settings';
import type { Books } from '../ports/books';
import type { PeriodLimit } from '../ports/ledgerStore';
import type { AppPorts } from './appPorts';
import type { Notice } from './notice';

/** The books with what this window still has to write into them. */
interface OpenedBooks extends Books {
  readonly settlements: Settlements;
}

/** Who is told of what happens in the books. */
export interface AccountsListeners {
  readonly onBudgetChanged: () => void;
  readonly onNotice: (notice: Notice) => void;
  /** The books are open; what windows left that ended unexpectedly is not settled yet. */
  readonly onOpened: (books: Books) => Promise<void>;
}

/** How often a request looks for windows that ended with money held, in milliseconds. */
const lookEveryMs = 1_000;

/** Whether as much is left as is held, so that what is held hardly decides what may be asked. */
function hasRoomToSpare({ limit, spent, held }: BudgetStatus): boolean {
  return limit === undefined || limit - spent - held > held;
}

const weekStarts: Readonly<Record<AppSettings['budget.weekStartsOn'], WeekStart>> = { sunday: 0, monday: 1, saturday: 6 };

/** The books, opened by the first who needs them, and the budgets that are in force in them. */
export class Accounts {
  readonly #time: ForwardTime;
  #books: Promise<OpenedBooks> | undefined;
  #alertedFor: readonly BudgetStatus[] = [];
  #cancelReset: () => void = () => undefined;
  #closed = false;
  #cancelLook: (() => void) | undefined;
  #known: { readonly settings: AppSettings; readonly periods: readonly PeriodLimit[] } | undefined;
  /** When windows that ended unexpectedly were looked for last, by the monotonic clock. */
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(
    private readonly ports: Pick<AppPorts, 'clock' | 'ids' | 'log' | 'books' | 'window'>,
    private readonly settings: () => AppSettings,
    private readonly realm: () => Realm,
    private readonly listeners: AccountsListeners,
  ) {
    this.#time = new ForwardTime(() => ports.clock.now(), (byMs) => listeners.onNotice({ kind: 'clockBack', byMs }));
  }

  /** Opened once; a failed opening is tried again by the next call, because a disk can be freed and a lock released. */
  open(): Promise<OpenedBooks> {
    this.#books ??= this.#firstOpening().catch((error: unknown) => {
      this.#books = undefined;
      throw error;
    });
    return this.#books;
  }

  /** The budgets in force now for the money of a realm. */
  terms(realm: Realm): BudgetTerms {
    const now = this.#time.now();
    return termsOf(now, this.#periods(now), this.settings(), realm);
  }

  /** The budgets as the books have them, once what a dead window still held is settled: nobody else may come to do it. */
  async status(realm: Realm, periods: readonly PeriodLimit[], without?: string): Promise<readonly BudgetStatus[]> {
    const books = await this.open();
    const statuses = await books.ledger.status(realm, periods, without);
    if (statuses.every(({ held }) => held === 0)) return statuses;
    // Of a crowd of requests that hold money, one looks whether all of them still run; without room to spare all of them do,
    // so that none is refused for the sake of a dead one.
    const due = this.#lookedAt + lookEveryMs - this.ports.clock.elapsed();
    if (due > 0 && statuses.every(hasRoomToSpare)) {
      this.#lookAgain(due);
      return statuses;
    }
    this.#lookedAt = this.ports.clock.elapsed();
    await this.#recover(books);
    return books.ledger.status(realm, periods, without);
  }

  /** All budgets now; undefined when the books cannot be read (it is in the log, and asking says it in words). */
  async budgets(threadId: string | undefined): Promise<BudgetOverview | undefined> {
    try {
      const realm = this.realm();
      const { ledger } = await this.open();
      const now = this.#time.now();
      const periods = this.#periods(now);
      const statuses: BudgetStatus[] = [...(await this.status(realm, periods))];
      const limit = limitsOf(this.settings()).conversation;
      if (threadId !== undefined && limit !== undefined) {
        const spend = await ledger.conversationSpend(threadId, realm);
        statuses.push({ ...spend, scope: 'conversation', realm, limit: nano(limit + spend.allowed), resetsAt: undefined });
      }
      this.#tellAtReset(periods, now);
      const [first] = statuses;
      const shown = tightest(statuses) ?? first;
      const month = periods.find(({ scope }) => scope === 'month');
      const spent = statuses.find(({ scope }) => scope === 'month')?.spent;
      const rooms = [roomLeft(statuses), ...(threadId === undefined ? [limit] : [])].filter((room) => room !== undefined);
      const room = rooms.length === 0 ? undefined : nano(Math.min(...rooms));
      return shown && { realm, statuses, tightest: shown, room, monthForecast: month && spent && forecast(spent, month, now) };
    } catch (error) {
      this.ports.log.error('the budgets could not be read', error);
      return undefined;
    }
  }

  async lastCall(): Promise<CallRecord | undefined> {
    return (await this.open()).ledger.lastCall(this.realm());
  }

  /** Raises the limit that refused a request by what it may cost, for this one period. */
  async allow(failure: Extract<Failure, { kind: 'budgetReached' }>, threadId: string | undefined): Promise<void> {
    const { scope } = failure;
    // What a client may spend is said with the client, and is for no period.
    if (scope === 'client') return;
    const at = this.#time.now();
    const from = scope === 'conversation' ? 0 : (this.#periods(at).find((period) => period.scope === scope)?.from ?? at);
    const missing = nano(Math.max(0, failure.spent + failure.needed - failure.limit));
    const { ledger } = await this.open();
    await ledger.allow({ id: this.ports.ids.next(), realm: this.realm(), scope, from, threadId: scope === 'conversation' ? threadId : undefined, amount: missing, at });
    this.listeners.onBudgetChanged();
  }

  /** From now on nothing is told at the end of a period. The books stay open for what is still to be written. */
  stopTelling(): void {
    this.#closed = true;
    this.#cancelReset();
    this.#cancelLook?.();
  }

  /** Writes what waits and closes the books. Never rejects. */
  async close(): Promise<void> {
    this.stopTelling();
    const books = await this.#books?.catch(() => undefined);
    await books?.settlements.flush();
    books?.settlements.dispose();
    await books?.close().catch(() => undefined);
  }

  async #firstOpening(): Promise<OpenedBooks> {
    const books = await this.ports.books((report) => this.listeners.onNotice({ kind: 'restored', report }));
    try {
      return await this.#begun(books);
    } catch (error) {
      // The next call opens them anew: these must not go on telling of changes beside those.
      await books.close().catch(() => undefined);
      throw error;
    }
  }

  async #begun(books: Books): Promise<OpenedBooks> {
    const { clock, log } = this.ports;
    books.ledger.onChange(() => {
      this.listeners.onBudgetChanged();
      void this.#giveAlerts(books);
    });
    const last = await books.ledger.lastCall(this.realm());
    if (last) this.#time.seen(last.startedAt);
    await this.#giveAlerts(books);
    await this.listeners.onOpened(books);
    await this.#recover(books);
    return { ...books, settlements: new Settlements(books.ledger, clock, log, (failure) => this.listeners.onNotice({ kind: 'unbooked', failure })), close: () => books.close() };
  }

  /** Finishes what windows left that ended unexpectedly. Never rejects: it is tried again. */
  async #recover({ ledger, threads }: Books): Promise<void> {
    const { clock, log } = this.ports;
    try {
      const recovered = await ledger.recover(clock.now());
      if (recovered > 0) log.warn(`${recovered} calls of a window that ended unexpectedly were settled at their upper bound`);
      await threads.markInterrupted();
    } catch (error) {
      log.error('what another window left could not be settled yet', error);
    }
  }

  /** Tells when a budget newly passes 75, 90 or 100 %, in the window whose call did it: the others need not hear it as well. */
  async #giveAlerts({ ledger }: Books): Promise<void> {
    try {
      const realm = this.realm();
      const statuses = await ledger.status(realm, this.#periods(this.#time.now()));
      const before = this.#alertedFor;
      this.#alertedFor = statuses;
      if (before.length === 0) return;
      const alerts = statuses.flatMap((status) => {
        const percent = alertToGive(before.find(({ scope, realm: other }) => scope === status.scope && other === realm), status);
        return percent === undefined ? [] : [{ kind: 'budgetAlert', percent, status } as const];
      });
      // Whose call it was is looked up only when there is something to tell: this comes after every change of the books.
      if (alerts.length > 0 && (await ledger.lastCall(realm))?.window === this.ports.window) alerts.forEach((alert) => this.listeners.onNotice(alert));
    } catch (error) {
      this.ports.log.error('the budget alerts could not be worked out', error);
    }
  }

  /** Worked out once for a day and its settings: a date takes long, and every request asks several times. */
  #periods(now: number): ReturnType<typeof periodLimits> {
    const settings = this.settings();
    const known = this.#known;
    if (known?.settings === settings && known.periods.every(({ from, to }) => now >= from && now < to)) return known.periods;
    const periods = periodLimits(now, limitsOf(settings), weekStarts[settings['budget.weekStartsOn']]);
    this.#known = { settings, periods };
    return periods;
  }

  /** What was shown without a look is shown again with one. */
  #lookAgain(afterMs: number): void {
    if (this.#closed) return;
    this.#cancelLook ??= this.ports.clock.after(afterMs, () => {
      this.#cancelLook = undefined;
      this.listeners.onBudgetChanged();
    });
  }

  /** A period that ends changes every budget without any call. */
  #tellAtReset(periods: readonly PeriodLimit[], now: number): void {
    this.#cancelReset();
    if (this.#closed) return;
    this.#cancelReset = this.ports.clock.after(Math.min(...periods.map(({ to }) => to)) - now, this.listeners.onBudgetChanged);
  }
}
