import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { evaluation } from '../../eval/work';

const rows = z.array(z.record(z.string(), z.unknown())).parse(JSON.parse(readFileSync('test/fixtures/work/cases.json', 'utf8')));

describe('eval work', () => {
  for (const row of rows) {
    it(String(row['id']), async () => {
      const run = await evaluation.open({ flags: {} });
      assert.deepEqual(run.sum([{ row, result: await run.row(row) }]), { figure: '1 of 1 as expected', wrong: [] });
    });
  }

  it('counts what came otherwise, and what expects nothing', async () => {
    const run = await evaluation.open({ flags: {} });
    assert.deepEqual(run.sum([{ row: { id: 'a', expected: { end: 'done' } }, result: { end: 'budget' } }, { row: { id: 'b' }, result: {} }]), { figure: '0 of 2 as expected', wrong: ['a', 'b'] });
  });
});
