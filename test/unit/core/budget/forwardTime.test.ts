import assert from 'node:assert/strict';
import { ForwardTime } from '../../../../src/core/budget/forwardTime';

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;
const noon = Date.UTC(2026, 2, 18, 12);

/** What is told at each time the clock shows, in turn; and by how much it was said to be back. */
function told(times: readonly number[], seen?: number): { readonly now: readonly number[]; readonly back: readonly number[] } {
  const back: number[] = [];
  let wall = times[0] ?? 0;
  const time = new ForwardTime(() => wall, (byMs) => back.push(byMs));
  if (seen !== undefined) time.seen(seen);
  const now = times.map((at) => {
    wall = at;
    return time.now();
  });
  return { now, back };
}

describe('ForwardTime', () => {
  const rows: readonly (readonly [string, readonly number[], number | undefined, readonly number[], readonly number[]])[] = [
    ['goes with the clock', [noon, noon + 1, noon + dayMs], undefined, [noon, noon + 1, noon + dayMs], []],
    ['stands while the clock is back, and says so once', [noon, noon - 2 * dayMs, noon - dayMs, noon + 1], undefined, [noon, noon, noon, noon + 1], [2 * dayMs]],
    ['says so again when it is set back again', [noon, noon - dayMs, noon + 1, noon - dayMs], undefined, [noon, noon, noon + 1, noon + 1], [dayMs, dayMs + 1]],
    ['says nothing of a time server', [noon, noon - 5 * 60_000], undefined, [noon, noon], []],
    ['knows the time of the books', [noon - 2 * dayMs], noon, [noon], [2 * dayMs]],
    ['does not believe books of next year', [noon], noon + 365 * dayMs, [noon], []],
    ['does not believe a clock of next year once it is right again', [noon + 365 * dayMs, noon], undefined, [noon + 365 * dayMs, noon], []],
  ];
  for (const [name, times, seen, now, back] of rows) it(name, () => assert.deepEqual(told(times, seen), { now, back }));
});
