import assert from 'node:assert/strict';
import { Connection } from '../../../../src/core/ask/connection';
import type { Failure } from '../../../../src/core/model/failure';
import { FakeClock } from '../../../support/fakeClock';

const failures = {
  lost: { kind: 'offline', provider: 'far' },
  refused: { kind: 'keyRejected', provider: 'far' },
  down: { kind: 'providerDown', provider: 'far', status: 503 },
  cut: { kind: 'providerDown', provider: 'far' },
  slow: { kind: 'timedOut', provider: 'far', waitedMs: 1, phase: 'firstToken' },
  page: { kind: 'badReply', provider: 'far', detail: 'a web page' },
  stopped: { kind: 'cancelled' },
} as const satisfies Record<string, Failure>;

describe('Connection', () => {
  /** What is told after each question; a question is what became of its requests. */
  function check(name: string, questions: readonly (readonly (keyof typeof failures | 'answered')[])[], expected: readonly ('lost' | 'there')[]): void {
    it(name, () => {
      const connection = new Connection(new FakeClock(), (provider) => provider === 'here');
      const told: string[] = [];
      for (const question of questions) {
        for (const outcome of question) connection.noted('far', outcome === 'answered' ? undefined : failures[outcome]);
        connection.settle();
        told.push(connection.lostSince === undefined ? 'there' : 'lost');
      }
      assert.deepEqual(told, expected);
    });
  }

  check('is there before anything happened', [[]], ['there']);
  check('is lost when nobody was reached', [['lost', 'lost']], ['lost']);
  check('is there when another host answers', [['lost', 'answered']], ['there']);
  check('is back with any reply, also a refusal', [['lost'], ['refused'], ['lost'], ['down']], ['lost', 'there', 'lost', 'there']);
  check('is not back with what may come from anywhere', [['lost'], ['cut', 'slow', 'page', 'stopped']], ['lost', 'lost']);

  it('says nothing of this machine', () => {
    const connection = new Connection(new FakeClock(), (provider) => provider === 'here');
    connection.noted('here', { kind: 'offline', provider: 'here' });
    connection.settle();
    assert.equal(connection.lostSince, undefined);
    connection.noted('far', failures.lost);
    connection.noted('here', undefined);
    connection.settle();
    assert.notEqual(connection.lostSince, undefined);
  });

  it('tells of a change once, and since when', async () => {
    const clock = new FakeClock();
    const connection = new Connection(clock, () => false);
    let told = 0;
    connection.onChange(() => (told += 1));
    const since = clock.now();
    connection.noted('far', failures.lost);
    assert.equal(told, 0, 'not before the question is over');
    connection.settle();
    clock.advance(60_000);
    connection.noted('far', failures.lost);
    connection.settle();
    assert.deepEqual([told, connection.lostSince], [1, since]);
    connection.noted('far', undefined);
    connection.settle();
    assert.deepEqual([told, connection.lostSince], [2, undefined]);
  });

  it('is sure for half a minute after the last sign', () => {
    const clock = new FakeClock();
    const connection = new Connection(clock, () => false);
    connection.noted('far', failures.lost);
    connection.settle();
    assert.ok(connection.isSurelyLost);
    clock.advance(29_999);
    assert.ok(connection.isSurelyLost);
    clock.advance(2);
    assert.ok(!connection.isSurelyLost);
    assert.notEqual(connection.lostSince, undefined, 'but it is still said');
  });
});
