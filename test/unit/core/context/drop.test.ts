import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { whatToDrop } from '../../../../src/core/context/drop';
import { seededRandom } from '../../../support/seededRandom';

const weighed = (...tokens: readonly number[]) => tokens.map((one, index) => ({ id: `${index}`, tokens: one }));

describe('whatToDrop', () => {
  const rows: readonly (readonly [name: string, tokens: readonly number[], over: number, dropped: readonly string[]])[] = [
    ['nothing is attached', [], 10, []],
    ['it fits', [5, 5], 0, []],
    ['the largest', [5, 50, 10], 20, ['1']],
    ['of equals the older', [50, 50], 20, ['0']],
    ['two, where one is not enough', [40, 50, 10], 60, ['1', '0']],
    ['nothing that need not be', [40, 50, 30], 85, ['1', '0']],
    ['everything, when that is not enough either', [5, 6], 100, ['1', '0']],
  ];
  for (const [name, tokens, over, dropped] of rows) it(name, () => assert.deepEqual(whatToDrop(weighed(...tokens), over).map(({ id }) => id), dropped));

  it('is enough where all together are, and every part of it is needed', () => {
    const random = seededRandom(7);
    for (let turn = 0; turn < 500; turn += 1) {
      const items = weighed(...Array.from({ length: 1 + Math.floor(random() * 8) }, () => Math.floor(random() * 100)));
      const all = items.reduce((sum, { tokens }) => sum + tokens, 0);
      const over = Math.floor(random() * 300);
      const dropped = whatToDrop(items, over);
      const saved = dropped.reduce((sum, { tokens }) => sum + tokens, 0);
      assert.ok(saved >= Math.min(over, all));
      if (all >= over) for (const { tokens } of dropped) assert.ok(saved - tokens < over);
    }
  });
});
