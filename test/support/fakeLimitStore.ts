import type { StorageError } from '../../src/core/ports/ledgerStore';
import { type LimitStore, longestTurnMs, silentWaiterMs, type Traffic, type Turn, type Verdict, windowMs } from '../../src/core/ports/limitStore';

interface KeptTurn extends Turn {
  seenAt: number;
  startedAt?: number;
  endedAt?: number;
  used?: number;
}

/** The queues in memory, with the rules of the real ones; test/unit/node/sqlite/limitStore.test.ts holds both to them. */
export class FakeLimitStore implements LimitStore {
  /** In the order they came. */
  turns: readonly KeptTurn[] = [];
  /** Windows whose process has ended. */
  readonly dead = new Set<string>();
  /** Thrown by the next call of the named method, once. */
  readonly failNext = new Map<keyof LimitStore, StorageError>();
  /** Transactions so far. */
  transactions = 0;

  async enter(turn: Turn, now: number, rule: (traffic: Traffic) => Verdict): Promise<Verdict> {
    this.#begin('enter');
    this.turns = this.turns.flatMap((one) => this.#keptAt(one, turn, now));
    const own = this.turns.find(({ id }) => id === turn.id) ?? { ...turn, seenAt: now };
    if (own.startedAt !== undefined) return { go: true };
    const others = this.turns.filter(({ provider }) => provider === turn.provider);
    const started = others.flatMap(({ startedAt: at, endedAt, used, tokens }) => (at === undefined ? [] : [{ at, tokens: used ?? tokens, running: endedAt === undefined }]));
    const waiting = others.filter(({ startedAt }) => startedAt === undefined);
    const place = waiting.indexOf(own);
    const verdict = rule({ started: started.toSorted((one, other) => one.at - other.at), ahead: waiting.slice(0, place < 0 ? waiting.length : place).map(({ tokens }) => tokens) });
    own.seenAt = now;
    if (verdict.go) own.startedAt = now;
    if (!this.turns.includes(own)) this.turns = [...this.turns, own];
    return verdict;
  }

  async leave(id: string, now: number, tokens: number | undefined): Promise<void> {
    this.#begin('leave');
    if (tokens === undefined) this.turns = this.turns.filter((one) => one.id !== id);
    else for (const one of this.turns) if (one.id === id) Object.assign(one, { used: tokens, endedAt: now });
  }

  #keptAt(one: KeptTurn, { provider, window }: Turn, now: number): readonly KeptTurn[] {
    if (one.provider !== provider) return [one];
    const isDead = one.window !== window && this.dead.has(one.window);
    if (one.startedAt === undefined) return Math.abs(now - one.seenAt) <= silentWaiterMs && !isDead ? [one] : [];
    if (one.endedAt === undefined && (isDead || now - one.startedAt > longestTurnMs)) one.endedAt = now;
    if (one.endedAt !== undefined && now - one.startedAt >= windowMs) return [];
    one.startedAt = Math.min(one.startedAt, now);
    return [one];
  }

  #begin(method: keyof LimitStore): void {
    this.transactions += 1;
    const error = this.failNext.get(method);
    this.failNext.delete(method);
    if (error) throw error;
  }
}
