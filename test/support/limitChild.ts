import { setTimeout as wait } from 'node:timers/promises';
import type { ProviderLimits } from '../../src/core/model/providerLimits';
import { turnAt } from '../../src/core/providers/limits';
import { ownerId } from '../../src/node/processOwner';
import { openDatabase } from '../../src/node/sqlite/database';

/**
 * One window's worth of requests to a provider with limits, in its own process:
 *   node limitChild.cjs '{"file":"…","name":"a","turns":10,"limits":{"concurrent":2}}'
 * Says what happens, a line each, with nanoseconds of a clock that all processes share: `go <id> <at>` after the turn was
 * granted, `end <id> <at>` before it is given back, `full <id>` when a limit of a minute is reached.
 */
export interface LimitChildJob {
  readonly file: string;
  readonly name: string;
  readonly turns: number;
  readonly limits: ProviderLimits;
  /** Keeps its first turn until it is killed. */
  readonly hold?: boolean;
}

void main();

async function main(): Promise<void> {
  const job: LimitChildJob = JSON.parse(process.argv[2] ?? '{}');
  const database = await openDatabase(job.file, { retryForMs: 60_000 });
  const { limits } = database;
  for (let index = 0; index < job.turns; index++) {
    const turn = { id: `${job.name}-${index}`, provider: 'acme', window: ownerId(), tokens: 10 };
    const enter = () => limits.enter(turn, Date.now(), (traffic) => turnAt(job.limits, traffic, turn.tokens, Date.now()));
    let verdict = await enter();
    while (!verdict.go && (verdict.untilMs ?? 0) <= Date.now()) {
      await wait(1);
      verdict = await enter();
    }
    if (!verdict.go) {
      say(`full ${turn.id}`);
      await limits.leave(turn.id, Date.now(), undefined);
      continue;
    }
    say(`go ${turn.id} ${process.hrtime.bigint()}`);
    if (job.hold) return void setInterval(() => undefined, 1_000);
    await wait(1 + (index % 3));
    say(`end ${turn.id} ${process.hrtime.bigint()}`);
    await limits.leave(turn.id, Date.now(), 10);
  }
  database.close();
}

/** Written at once: a line that is still in memory when the process is killed was never said. */
function say(line: string): void {
  process.stdout.write(`${line}\n`);
}
