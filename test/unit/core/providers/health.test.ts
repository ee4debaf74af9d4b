import assert from 'node:assert/strict';
import type { Failure } from '../../../../src/core/model/failure';
import type { Arm } from '../../../../src/core/model/modelCard';
import { StorageError } from '../../../../src/core/ports/ledgerStore';
import { failuresToRest } from '../../../../src/core/providers/breaker';
import { Health } from '../../../../src/core/providers/health';
import { arm } from '../../../support/cards';
import { FakeClock } from '../../../support/fakeClock';
import { FakeHealthStore } from '../../../support/fakeHealthStore';

const second = 1000;
const down: Failure = { kind: 'providerDown', provider: 'groq', status: 503 };
const limited: Failure = { kind: 'rateLimited', provider: 'groq', retryAfterMs: 30 * second };
const rejected: Failure = { kind: 'keyRejected', provider: 'groq' };

const small = arm({ provider: 'groq', model: 'small' });
const sibling = arm({ provider: 'groq', model: 'small', effort: 'high', isDefault: false });
const large = arm({ provider: 'groq', model: 'large' });
const elsewhere = arm({ provider: 'openai', model: 'small' });
const all = [small, sibling, large, elsewhere];

/** Windows of one machine. */
class Machine {
  readonly clock = new FakeClock();
  readonly store = new FakeHealthStore();
  readonly logged: string[] = [];

  async window(attached = true): Promise<Health> {
    const health = new Health(this.clock, { info: () => undefined, warn: () => undefined, error: (message) => this.logged.push(message) });
    if (attached) await health.attach(this.store);
    return health;
  }
}

/** What is on its way to the store and from there to the other windows. */
async function settled(): Promise<void> {
  for (let turn = 0; turn < 20; turn++) await Promise.resolve();
}

function fail(health: Health, arm: Arm, failure: Failure, times = 1): void {
  for (let time = 0; time < times; time++) health.failed(arm, failure);
}

const available = (health: Health): readonly boolean[] => all.map((one) => health.isAvailable(one));

describe('Health', () => {
  const scopes: readonly { readonly failure: Failure; readonly times: number; readonly rests: readonly boolean[] }[] = [
    { failure: limited, times: 1, rests: [true, true, false, false] },
    { failure: rejected, times: 1, rests: [true, true, true, false] },
    { failure: down, times: failuresToRest - 1, rests: [false, false, false, false] },
    { failure: down, times: failuresToRest, rests: [true, true, true, false] },
    { failure: { kind: 'truncated', provider: 'groq' }, times: failuresToRest, rests: [true, true, false, false] },
  ];
  for (const { failure, times, rests } of scopes) {
    it(`leaves alone whom ${times} × ${failure.kind} is about`, async () => {
      const health = await new Machine().window(false);
      fail(health, small, failure, times);
      assert.deepEqual(available(health), rests.map((one) => !one));
      assert.deepEqual(all.map((one) => health.restingFor(one)?.kind), rests.map((one) => (one ? failure.kind : undefined)));
    });
  }

  it('counts the failures of all models of a provider against it', async () => {
    const health = await new Machine().window(false);
    fail(health, small, down, 3);
    fail(health, large, down, 2);
    assert.deepEqual(available(health), [false, false, false, true]);
  });

  it('begins to count anew after an answer of any of its models', async () => {
    const machine = new Machine();
    const health = await machine.window(false);
    fail(health, small, down, failuresToRest - 1);
    health.succeeded(large, machine.clock.now());
    fail(health, large, down);
    assert.equal(health.isAvailable(large), true);
    assert.equal(health.isAvailable(small), true);
    fail(health, small, down);
    assert.deepEqual(available(health), [false, false, true, true], 'the model itself has not answered since');
  });

  it('forgets key trouble when the key changes, and nothing of the models', async () => {
    const health = await new Machine().window(false);
    fail(health, small, rejected);
    fail(health, large, limited);
    health.forget('openai');
    assert.deepEqual(available(health), [false, false, false, true]);
    health.forget('groq');
    assert.deepEqual(available(health), [true, true, false, true]);
  });

  it('never rests the demo, whose faults are asked for', async () => {
    const health = await new Machine().window(false);
    const demo = arm({ provider: 'demo', model: 'demo-small' });
    for (const failure of [limited, rejected]) fail(health, demo, failure);
    assert.equal(health.isAvailable(demo), true);
  });

  describe('with a store', () => {
    it('knows after a reload what was known before', async () => {
      const machine = new Machine();
      fail(await machine.window(), small, limited);
      await settled();
      const reloaded = await machine.window();
      assert.deepEqual(available(reloaded), [false, false, true, true]);
      machine.clock.advance(30 * second);
      assert.deepEqual(available(reloaded), [true, true, true, true]);
    });

    it('tells the other windows, and counts with them', async () => {
      const machine = new Machine();
      const [one, other] = [await machine.window(), await machine.window()];
      fail(one, small, down, 3);
      await settled();
      fail(other, small, down, 2);
      await settled();
      assert.deepEqual(available(one), [false, false, false, true]);
      machine.clock.advance(10 * second);
      other.succeeded(small, machine.clock.now());
      await settled();
      assert.deepEqual(available(one), [true, true, true, true]);
      assert.equal(machine.store.rows.size, 0);
    });

    it('lets one request find out, of all windows', async () => {
      const machine = new Machine();
      const windows = [await machine.window(), await machine.window(), await machine.window()];
      const [first] = windows;
      assert.ok(first);
      fail(first, small, down, failuresToRest);
      await settled();
      machine.clock.advance(10 * second);
      assert.ok(windows.every((health) => health.isAvailable(small)), 'all may choose it');
      const entries = await Promise.all(windows.map((health, index) => health.enter(small, `call-${index}`)));
      assert.deepEqual(entries.toSorted(), ['probe', 'rest', 'rest']);
      await settled();
      assert.deepEqual(windows.map((health) => health.isAvailable(small)), [false, false, false], 'while it is found out, the others choose somebody else');
      const winner = entries.indexOf('probe');
      windows[winner]?.succeeded(small, machine.clock.now());
      windows[winner]?.leave(small, `call-${winner}`);
      await settled();
      assert.deepEqual(await Promise.all(windows.map((health) => health.enter(small, 'next'))), ['ask', 'ask', 'ask']);
    });

    it('lets the next request find out when the first was stopped', async () => {
      const machine = new Machine();
      const health = await machine.window();
      fail(health, small, down, failuresToRest);
      machine.clock.advance(10 * second);
      assert.equal(await health.enter(small, 'one'), 'probe');
      assert.equal(await health.enter(small, 'two'), 'rest');
      health.leave(small, 'two');
      assert.equal(await health.enter(small, 'three'), 'rest', 'a stranger does not end it');
      health.leave(small, 'one');
      await settled();
      assert.equal(await health.enter(large, 'four'), 'probe', 'the provider is found out about by any of its models');
    });

    it('writes nothing while all is well', async () => {
      const machine = new Machine();
      const health = await machine.window();
      let writes = 0;
      const change = machine.store.change.bind(machine.store);
      machine.store.change = (...all) => {
        writes += 1;
        return change(...all);
      };
      assert.equal(await health.enter(small, 'one'), 'ask');
      health.succeeded(small, machine.clock.now());
      health.failed(small, { kind: 'badRequest', provider: 'groq', detail: '' });
      health.leave(small, 'one');
      health.forget('groq');
      await settled();
      assert.equal(writes, 0);
    });

    it('works from memory when it cannot be read or written, and says so once', async () => {
      const machine = new Machine();
      for (const method of ['all', 'change'] as const) machine.store.fails.set(method, new StorageError('locked', 'busy'));
      const health = await machine.window();
      fail(health, small, down, failuresToRest);
      await settled();
      assert.deepEqual(available(health), [false, false, false, true]);
      machine.clock.advance(10 * second);
      assert.equal(await health.enter(small, 'one'), 'probe');
      assert.equal(await health.enter(small, 'two'), 'rest');
      health.succeeded(small, machine.clock.now());
      assert.deepEqual(available(health), [true, true, true, true]);
      assert.deepEqual(machine.logged, ['which providers rest is kept in memory only']);
    });

    it('takes into the store what was learnt before it was there, and keeps what it knew better', async () => {
      const machine = new Machine();
      const early = await machine.window(false);
      fail(early, small, limited);
      fail(early, elsewhere, { kind: 'keyRejected', provider: 'openai' });
      fail(await machine.window(), elsewhere, { kind: 'noCredit', provider: 'openai' });
      await settled();
      await early.attach(machine.store);
      const late = await machine.window();
      assert.deepEqual(available(late), [false, false, true, false]);
      assert.equal(late.restingFor(elsewhere)?.kind, 'noCredit');
      assert.equal(early.restingFor(elsewhere)?.kind, 'noCredit');
    });

    it('forgets what is of no use any more', async () => {
      const machine = new Machine();
      fail(await machine.window(), small, down);
      await settled();
      machine.clock.advance(25 * 3600 * second);
      assert.deepEqual((await machine.window()).records(), []);
    });
  });
});
