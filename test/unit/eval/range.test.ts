import assert from 'node:assert/strict';
import * as z from 'zod';
import { evaluation } from '../../eval/range';
import type { EvalRow } from '../../eval/evaluation';

const open = () => evaluation.open({ flags: { models: 'test/fixtures/route/models.json' } });
const told = z.object({ told: z.array(z.object({ model: z.string(), low: z.number(), likely: z.number(), high: z.number(), actual: z.number() })) });
const prompt = 'Why does this loop never end?';

describe('eval range', () => {
  it('tells a range in order for each model whose answer is known', async () => {
    const result = told.parse(await (await open()).row({ id: 'x', prompt, out_tok: { cheap: 200, strong: null } }));
    assert.deepEqual(result.told.map(({ model }) => model), ['cheap']);
    for (const { low, likely, high, actual } of result.told) assert.ok(low < likely && likely < high && actual > 0);
  });

  it('does not look at the answer for the range', async () => {
    const run = await open();
    const range = async (tokens: number) => told.parse(await run.row({ id: 'x', prompt, out_tok: { cheap: tokens } })).told.map(({ low, high }) => [low, high]);
    assert.deepEqual(await range(1), await range(100_000));
  });

  it('has nothing to say of a row without a text', async () => {
    assert.deepEqual(await (await open()).row({ id: 'x', prompt: null, out_tok: { cheap: 5 } }), { id: 'x', told: [] });
  });

  it('counts what lies inside, and how far off the likely cost was', async () => {
    const run = await open();
    const one = (actual: number): { readonly row: EvalRow; readonly result: EvalRow } => ({ row: {}, result: { told: [{ model: 'm', low: 50, likely: 100, high: 200, actual }] } });
    assert.partialDeepStrictEqual(run.sum([one(25), one(50), one(200), one(300)]), { figure: '50 % of 4 in the range, off by 88 %', all: { answers: 4, covered: 0.5, below: 0.25, above: 0.25, error: 0.875, bias: 0.25 } });
    assert.partialDeepStrictEqual(run.sum([]), { figure: '0 % of 0 in the range, off by 0 %' });
  });
});
