import assert from 'node:assert/strict';
import { timeSortedIds } from '../../../src/node/ids';

describe('timeSortedIds', () => {
  it('makes UUIDs of version 7 that tell the time', () => {
    const id = timeSortedIds(() => 0x0123456789ab).next();
    assert.match(id, /^01234567-89ab-7000-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  });

  it('sorts in the order of making: within a millisecond, past the counter, and with a clock that is set back', () => {
    const times = [5, 5, ...Array.from({ length: 5_000 }, () => 6), 7, 3, 3, 8];
    let index = 0;
    const ids = timeSortedIds(() => times[index++] ?? 9);
    const made = times.map(() => ids.next());
    assert.deepEqual(made.toSorted(), made);
    assert.equal(new Set(made).size, made.length);
  });

  it('differs between windows that make one in the same millisecond', () => {
    const made = Array.from({ length: 100 }, () => timeSortedIds(() => 5).next());
    assert.equal(new Set(made).size, 100);
  });
});
