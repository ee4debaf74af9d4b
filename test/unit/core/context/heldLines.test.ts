import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { heldLines } from '../../../../src/core/context/heldLines';

describe('heldLines', () => {
  const rows: readonly (readonly [name: string, changed: readonly [number, number], added: number, held: readonly [number, number] | undefined])[] = [
    ['a line comes before', [2, 2], 1, [11, 21]],
    ['lines go before', [2, 5], 0, [7, 17]],
    ['a change behind', [21, 30], 0, [10, 20]],
    ['a line comes inside', [15, 15], 1, [10, 21]],
    ['lines go inside', [12, 14], 0, [10, 18]],
    ['a change within a line', [12, 12], 0, [10, 20]],
    ['the end goes', [18, 25], 0, [10, 13]],
    ['the beginning goes', [5, 12], 0, [5, 13]],
    ['all of it goes', [10, 21], 0, undefined],
    ['all of it is written anew', [8, 22], 3, [8, 9]],
  ];
  for (const [name, [from, to], added, held] of rows) it(name, () => assert.deepEqual(heldLines({ from: 10, to: 20 }, { from, to }, added), held && { from: held[0], to: held[1] }));
});
