import { nano } from '../../src/core/model/money';
import { type PeriodLimit, StorageError } from '../../src/core/ports/ledgerStore';
import { ownerId } from '../../src/node/processOwner';
import { type Database, openDatabase } from '../../src/node/sqlite/database';
import { noon, opening, periodsOf, settled } from './calls';

/**
 * One window's worth of calls, in its own process:
 *   node ledgerChild.cjs '{"file":"…","name":"a","calls":100,"limit":5000}'
 * Says each step that the database has acknowledged, a line each: `reserved <id>`, `refused <id>`, `settled <id> <amount>`.
 * With `together`, calls are made in groups of so many, each from money that was held for the group before.
 * A database that cannot be used ends it with `problem <which>`. A call may cost 100 and costs 1 to 100. With `hold`, stops after the first reservation until it is killed.
 */
export interface LedgerChildJob {
  readonly file: string;
  readonly name: string;
  readonly calls: number;
  readonly limit: number;
  readonly hold?: boolean;
  readonly together?: number;
  /** So many calls are under way at once, of one client that may spend `clientLimit`. */
  readonly crowd?: { readonly size: number; readonly clientLimit: number };
  /** Gives the administrator's rights up first, where it has them: an administrator may write anything. */
  readonly unprivileged?: boolean;
}

void main().catch((error: unknown) => {
  if (!(error instanceof StorageError)) throw error;
  say(`problem ${error.problem}`);
});

async function main(): Promise<void> {
  const job: LedgerChildJob = JSON.parse(process.argv[2] ?? '{}');
  if (job.unprivileged && process.getuid?.() === 0) process.setuid?.(65_534);
  const database = await openDatabase(job.file, { retryForMs: 60_000 });
  const periods: readonly PeriodLimit[] = periodsOf({ day: job.limit, week: job.limit * 2, month: job.limit * 3 });
  if (job.crowd) await crowd(database, job, job.crowd, periods);
  else await inTurn(database, job, periods);
  database.close();
}

async function crowd(database: Database, { name, calls, limit }: LedgerChildJob, { size, clientLimit }: NonNullable<LedgerChildJob['crowd']>, periods: readonly PeriodLimit[]): Promise<void> {
  const lane = async (first: number): Promise<void> => {
    for (let index = first; index < calls; index += size) {
      const call = opening(`${name}-${index}`, { window: ownerId(), threadId: name, client: 'agent', folder: '/shop' });
      const reserved = await database.ledger.reserve({ opening: call, periods, conversationLimit: nano(limit), clientLimit: nano(clientLimit) });
      say(`${reserved.ok ? 'reserved' : 'refused'} ${call.id}`);
      if (!reserved.ok) continue;
      const amount = 1 + ((index * 37) % 100);
      await database.ledger.settle(settled(call, amount));
      say(`settled ${call.id} ${amount}`);
    }
  };
  await Promise.all(Array.from({ length: size }, (_, first) => lane(first)));
}

async function inTurn(database: Database, job: LedgerChildJob, periods: readonly PeriodLimit[]): Promise<void> {
  const { together = 1 } = job;
  let hold: string | undefined;
  for (let index = 0; index < job.calls; index++) {
    if (together > 1 && index % together === 0) {
      if (hold !== undefined) await database.ledger.release(hold);
      hold = `${job.name}-hold-${index}`;
      const held = await database.ledger.hold({ hold: { id: hold, realm: 'real', threadId: job.name, window: ownerId(), startedAt: noon, amount: nano(60 * together) }, periods, conversationLimit: nano(job.limit) });
      say(`${held.ok ? 'held' : 'without'} ${hold}`);
    }
    const call = opening(`${job.name}-${index}`, { window: ownerId(), threadId: job.name });
    const reserved = await database.ledger.reserve({ opening: call, periods, conversationLimit: nano(job.limit), ...(hold === undefined ? {} : { hold }) });
    say(`${reserved.ok ? 'reserved' : 'refused'} ${call.id}`);
    if (!reserved.ok) continue;
    if (job.hold) return void setInterval(() => undefined, 1_000);
    const amount = 1 + ((index * 37) % 100);
    await database.ledger.settle(settled(call, amount));
    say(`settled ${call.id} ${amount}`);
  }
  if (hold !== undefined) await database.ledger.release(hold);
}

/** Written at once: a line that is still in memory when the process is killed was never said. */
function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
