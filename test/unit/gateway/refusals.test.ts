import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { Refusals } from '../../../src/gateway/refusals';
import { FakeClock } from '../../support/fakeClock';

describe('refusals in the log', () => {
  it('are told at once, then once a minute for each reason with how many there were', () => {
    const clock = new FakeClock();
    const told: string[] = [];
    const refusals = new Refusals(clock, { info: () => undefined, warn: (line) => told.push(line), error: () => undefined });
    for (let count = 0; count < 5; count += 1) refusals.note('wrongToken', 401);
    refusals.note('host', 403);
    clock.advance(59_999);
    refusals.note('wrongToken', 401);
    assert.equal(told.length, 2);
    clock.advance(1);
    refusals.note('wrongToken', 401);
    clock.advance(60_000);
    refusals.note('wrongToken', 401);
    assert.deepEqual(told, [
      'gateway: a request was refused (wrongToken, status 401)',
      'gateway: a request was refused (host, status 403)',
      'gateway: a request was refused (wrongToken, status 401), and 5 more since the last of these lines',
      'gateway: a request was refused (wrongToken, status 401)',
    ]);
  });
});
