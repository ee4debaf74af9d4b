import assert from 'node:assert/strict';
import { systemClock } from '../../../src/node/systemClock';

describe('systemClock', () => {
  it('tells the time, and durations that do not run backwards', () => {
    assert.ok(Math.abs(systemClock.now() - Date.now()) < 1_000);
    const first = systemClock.elapsed();
    assert.ok(systemClock.elapsed() >= first);
  });

  it('calls back once, also for a time in the past', () => new Promise<void>((done) => void systemClock.after(-5, done)));

  it('does not call back after it was cancelled, twice even', async () => {
    let called = false;
    const cancel = systemClock.after(0, () => (called = true));
    cancel();
    cancel();
    await new Promise<void>((resolve) => void systemClock.after(5, resolve));
    assert.equal(called, false);
  });

  it('waits for a month and not for the moment that a 31-bit timer makes of it', async () => {
    let called = false;
    const cancel = systemClock.after(31 * 24 * 3_600_000, () => (called = true));
    await new Promise<void>((resolve) => void systemClock.after(20, resolve));
    cancel();
    assert.equal(called, false);
  });
});
