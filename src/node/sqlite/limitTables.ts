import { type LimitStore, longestTurnMs, silentWaiterMs, type Traffic, type Turn, type Verdict, windowMs } from '../../core/ports/limitStore';
import type { Liveness } from '../processOwner';
import type { Connection } from './connection';
import { integer, optionalInteger, text } from './row';

/** How often a turn that waits says that it is still there, in milliseconds: a write each time, so not at every look. */
const signEveryMs = 5_000;

/** One request at a provider. Waits while `startedAt` is undefined, runs while `endedAt` is. */
interface StoredTurn {
  readonly id: string;
  readonly window: string;
  readonly tokens: number;
  readonly seenAt: number;
  readonly startedAt: number | undefined;
  readonly endedAt: number | undefined;
}

/**
 * The queues of providers with limits in SQLite: a row for each request that waits, runs, or started within a minute. It
 * may all be lost in a power cut, so nothing waits for the disk. A look that changes nothing writes nothing, so that
 * waiting windows do not wake one another.
 */
export class LimitTables implements LimitStore {
  constructor(
    private readonly connection: Connection,
    private readonly liveness: (owner: string) => Liveness,
  ) {}

  enter(turn: Turn, now: number, rule: (traffic: Traffic) => Verdict): Promise<Verdict> {
    return this.connection.write(
      () => {
        const turns = this.#upkeep(turn, now);
        const own = turns.find(({ id }) => id === turn.id);
        if (own?.startedAt !== undefined) return { go: true };
        const verdict = rule(trafficBefore(turns, turn.id));
        if (!own) this.connection.statement('INSERT INTO turns (id, provider, window, tokens, seen_at, started_at) VALUES (?, ?, ?, ?, ?, ?)').run(turn.id, turn.provider, turn.window, turn.tokens, now, verdict.go ? now : null);
        else if (verdict.go) this.connection.statement('UPDATE turns SET started_at = ? WHERE id = ?').run(now, turn.id);
        else if (now - own.seenAt >= signEveryMs) this.connection.statement('UPDATE turns SET seen_at = ? WHERE id = ?').run(now, turn.id);
        return verdict;
      },
      { durable: false },
    );
  }

  leave(id: string, now: number, tokens: number | undefined): Promise<void> {
    return this.connection.write(
      () => {
        if (tokens === undefined) this.#forget(id);
        else this.connection.statement('UPDATE turns SET tokens = ?, ended_at = ? WHERE id = ?').run(tokens, now, id);
      },
      { durable: false },
    );
  }

  /** The provider's turns in the order they came, without those that no longer count. */
  #upkeep({ provider, window }: Turn, now: number): readonly StoredTurn[] {
    const dead = new Map<string, boolean>([[window, false]]);
    const isDead = (owner: string): boolean => {
      const known = dead.get(owner) ?? this.liveness(owner) === 'dead';
      dead.set(owner, known);
      return known;
    };
    return this.connection
      .statement('SELECT id, window, tokens, seen_at, started_at, ended_at FROM turns WHERE provider = ? ORDER BY place')
      .all(provider)
      .flatMap((row): readonly StoredTurn[] => {
        const turn = { id: text(row, 'id'), window: text(row, 'window'), tokens: integer(row, 'tokens'), seenAt: integer(row, 'seen_at'), startedAt: optionalInteger(row, 'started_at'), endedAt: optionalInteger(row, 'ended_at') };
        const { id, startedAt } = turn;
        if (startedAt === undefined) {
          // Distance and not age: the machine's clock may have been set back.
          if (Math.abs(now - turn.seenAt) <= silentWaiterMs && !isDead(turn.window)) return [turn];
          this.#forget(id);
          return [];
        }
        const endedAt = turn.endedAt ?? (isDead(turn.window) || now - startedAt > longestTurnMs ? now : undefined);
        if (endedAt !== undefined && now - startedAt >= windowMs) {
          this.#forget(id);
          return [];
        }
        // A start in the future, of a clock that was set back since, would count until that time comes.
        const started = Math.min(startedAt, now);
        if (started !== startedAt || endedAt !== turn.endedAt) this.connection.statement('UPDATE turns SET started_at = ?, ended_at = ? WHERE id = ?').run(started, endedAt ?? null, id);
        return [{ ...turn, startedAt: started, endedAt }];
      });
  }

  #forget(id: string): void {
    this.connection.statement('DELETE FROM turns WHERE id = ?').run(id);
  }
}

function trafficBefore(turns: readonly StoredTurn[], id: string): Traffic {
  const started = turns.flatMap(({ startedAt, tokens, endedAt }) => (startedAt === undefined ? [] : [{ at: startedAt, tokens, running: endedAt === undefined }]));
  const waiting = turns.filter(({ startedAt }) => startedAt === undefined);
  const place = waiting.findIndex((turn) => turn.id === id);
  return { started: started.toSorted((one, other) => one.at - other.at), ahead: (place < 0 ? waiting : waiting.slice(0, place)).map(({ tokens }) => tokens) };
}
