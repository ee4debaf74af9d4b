import { setImmediate as turn } from 'node:timers/promises';
import type { CallRecord } from '../../core/model/call';
import type { CallHistory, CallQuery, TrialCounts } from '../../core/ports/callHistory';
import type { Connection } from './connection';
import { readCall } from './ledgerTables';
import { integer } from './row';

/** Calls of one page: a few milliseconds, in which this thread stands still. */
const pageCalls = 500;

/** The calls of the past in SQLite. */
export class CallPages implements CallHistory {
  constructor(private readonly connection: Connection) {}

  async *pages({ realm, from, to }: CallQuery): AsyncGenerator<readonly CallRecord[], void> {
    let startedAt = from;
    let seq = -1;
    for (;;) {
      const after = { realm, to, startedAt, seq };
      const rows = await this.connection.read(() => this.connection.statement(nextCalls).all({ ...after, limit: pageCalls }));
      if (rows.length > 0) yield rows.map(readCall);
      const last = rows.at(-1);
      if (!last || rows.length < pageCalls) return;
      startedAt = integer(last, 'started_at');
      seq = integer(last, 'seq');
      await turn();
    }
  }

  async trials({ realm, from, to }: CallQuery): Promise<TrialCounts> {
    await turn();
    return this.connection.read(() => {
      const row = this.connection.statement(judgedTrials).get(realm, from, to);
      return row ? { enough: integer(row, 'enough'), all: integer(row, 'all_trials') } : { enough: 0, all: 0 };
    });
  }
}

/** By the index on realm and beginning, which holds `seq` as well: no page reads more rows than it has. */
export const nextCalls = `
  SELECT * FROM calls WHERE realm = :realm AND (started_at, seq) > (:startedAt, :seq) AND started_at < :to
  ORDER BY started_at, seq LIMIT :limit`;

const judgedTrials = `
  SELECT coalesce(sum(verdict IN ('better', 'same')), 0) AS enough, count(*) AS all_trials FROM trials
  WHERE realm = ? AND at >= ? AND at < ? AND verdict IN ('better', 'same', 'worse')`;
