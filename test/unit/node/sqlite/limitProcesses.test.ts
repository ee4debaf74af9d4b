import assert from 'node:assert/strict';
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import type { Traffic } from '../../../../src/core/ports/limitStore';
import { ownerId } from '../../../../src/node/processOwner';
import { openDatabase } from '../../../../src/node/sqlite/database';
import { bundled } from '../../../support/bundled';
import type { LimitChildJob } from '../../../support/limitChild';

describe('limits with several processes', () => {
  let script: string;
  let folder: string;
  let file: string;
  before(async () => {
    script = await bundled('test/support/limitChild.ts');
  });
  after(() => rmSync(path.dirname(script), { recursive: true }));
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'farthing-limit-processes-'));
    file = path.join(folder, 'farthing.db');
  });
  afterEach(() => rmSync(folder, { recursive: true, maxRetries: 5 }));

  const start = (job: Omit<LimitChildJob, 'file'>, onLine: (line: string, child: ChildProcess) => void): Promise<unknown> => {
    const child = spawn(process.execPath, [script, JSON.stringify({ file, ...job })], { stdio: ['ignore', 'pipe', 'inherit'] });
    createInterface({ input: child.stdout }).on('line', (line) => onLine(line, child));
    return once(child, 'close');
  };
  /** What the next request would be told. */
  const look = async (): Promise<Traffic | undefined> => {
    const database = await openDatabase(file);
    const { limits } = database;
    let told: Traffic | undefined;
    await limits.enter({ id: 'look', provider: 'acme', window: ownerId(), tokens: 1 }, Date.now(), (traffic) => {
      told = traffic;
      return { go: false, untilMs: undefined };
    });
    await limits.leave('look', Date.now(), undefined);
    database.close();
    return told;
  };

  for (const limits of [{ requestsPerMinute: 60 }, { tokensPerMinute: 600 }]) {
    it(`lets no more through than ${JSON.stringify(limits)}, and no fewer`, async function () {
      this.timeout(60_000);
      const said: string[] = [];
      await Promise.all(['a', 'b', 'c'].map((name) => start({ name, turns: 40, limits }, (line) => said.push(line))));
      assert.equal(said.filter((line) => line.startsWith('go')).length, 60);
      assert.equal(said.filter((line) => line.startsWith('full')).length, 60);
    });
  }

  it('lets no more run at the same time than allowed', async function () {
    this.timeout(60_000);
    const said: (readonly [at: bigint, step: string])[] = [];
    const names = ['a', 'b', 'c', 'd'];
    await Promise.all(
      names.map((name) =>
        start({ name, turns: 25, limits: { concurrent: 2 } }, (line) => {
          const [step = '', , at = '0'] = line.split(' ');
          said.push([BigInt(at), step]);
        }),
      ),
    );
    let running = 0;
    let most = 0;
    for (const [, step] of said.toSorted(([one], [other]) => (one < other ? -1 : 1))) {
      running += step === 'go' ? 1 : -1;
      most = Math.max(most, running);
    }
    assert.equal(said.length, names.length * 25 * 2);
    assert.equal(running, 0);
    assert.equal(most, 2);
  });

  it('frees what killed windows held and waited for, and counts what they sent', async function () {
    this.timeout(60_000);
    const children: ChildProcess[] = [];
    const limits = { concurrent: 2 };
    // Two hold all there is; the third waits for as long as they live.
    let granted = 0;
    await Promise.all(
      ['a', 'b', 'c'].map((name) =>
        start({ name, turns: 1, limits, hold: true }, (_, child) => {
          children.push(child);
          granted += 1;
          if (granted === 2) for (const one of children) one.kill('SIGKILL');
          if (granted === 3) child.kill('SIGKILL');
        }),
      ),
    );
    assert.equal(granted, 3);
    const told = await look();
    assert.deepEqual(told?.ahead, []);
    assert.deepEqual(told?.started.map(({ running }) => running), [false, false, false]);
  });

  it('counts right after kill -9 at any moment', async function () {
    this.timeout(120_000);
    const limits = { concurrent: 3, requestsPerMinute: 45 };
    let granted = 0;
    for (let round = 0; round < 12; round++) {
      let left = 1 + round;
      const children: ChildProcess[] = [];
      await Promise.all(
        ['a', 'b'].map((name) =>
          start({ name: `${name}${round}`, turns: 30, limits }, (line, child) => {
            if (line.startsWith('go')) granted += 1;
            children.push(child);
            if (--left <= 0) for (const one of children) one.kill('SIGKILL');
          }),
        ),
      );
      const told = await look();
      assert.deepEqual(told?.ahead, [], `round ${round}`);
      assert.ok(told && told.started.every(({ running }) => !running), `round ${round}`);
      // What was granted is counted; a grant that was not said any more may be, too.
      assert.ok(told.started.length >= granted && told.started.length <= limits.requestsPerMinute, `round ${round}: ${granted} said, ${told.started.length} counted`);
    }
  });
});
