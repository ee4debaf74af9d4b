import assert from 'node:assert/strict';
import type { EvalRow } from '../../eval/evaluation';
import { evaluation } from '../../eval/route';

const models = 'test/fixtures/route/models.json';

async function run(row: EvalRow, quality = 'balanced'): Promise<EvalRow> {
  const opened = await evaluation.open({ flags: { models, quality } });
  return opened.row(row);
}

function first({ ranked }: EvalRow): unknown {
  return Array.isArray(ranked) ? ranked[0] : undefined;
}

describe('eval route', () => {
  const rows: [string, EvalRow, string, string][] = [
    ['pays for what succeeds clearly more often', { id: '1', dimension: 'bug_fixing', prompt: null }, 'balanced', 'strong'],
    ['takes the cheaper when it is better', { id: '1', dimension: 'test_generation' }, 'quality', 'cheap'],
    ['pays nothing for next to nothing', { id: '1', dimension: 'odd jobs' }, 'economy', 'cheap'],
    ['understands another name of the same', { id: '1', dimension: 'Program Repair' }, 'quality', 'strong'],
  ];
  for (const [name, row, quality, expected] of rows) it(name, async () => assert.equal(first(await run(row, quality)), expected));

  it('gives all that a row has to have, with every model once', async () => {
    const result = await run({ id: 'x', prompt: 'Why does this loop never end?', dimension: 'bug_fixing' });
    assert.deepEqual(Object.keys(result), ['id', 'ranked', 'pCapable', 'expectedUsd', 'reasons', 'micros']);
    const ranked: unknown = result['ranked'];
    assert.ok(Array.isArray(ranked));
    assert.deepEqual(ranked.toSorted(), ['brand-new-9', 'cheap', 'claude-opus-4-6', 'strong']);
    assert.equal(ranked.at(-1), 'brand-new-9', 'what nobody measured is behind all others');
    assert.ok(Number(result['pCapable']) > 0 && Number(result['pCapable']) < 1 && Number(result['expectedUsd']) > 0);
  });

  it('does not read what a row expects, nor its id', async () => {
    const row: EvalRow = { id: 'x', dimension: 'bug_fixing', prompt: null };
    const known = await run({ ...row, id: 'y', score: { cheap: 1, strong: 0 }, cost: { cheap: 0 }, tier: 'complex', expected: 'cheap' });
    assert.deepEqual({ ...known, id: 'x', micros: 0 }, { ...(await run(row)), micros: 0 });
  });

  it('needs a prompt or a dimension', async () => {
    await assert.rejects(run({ id: 'x', prompt: null }), /neither a prompt nor a dimension/);
  });

  it('says in a sentence what it cannot run', async () => {
    await assert.rejects(evaluation.open({ flags: { models: 'nowhere.json' } }), { name: 'CannotRun', message: 'The file nowhere.json with the models cannot be read.' });
    await assert.rejects(evaluation.open({ flags: { models, quality: 'best' } }), { name: 'CannotRun', message: '--quality is one of economy, balanced, quality.' });
  });

  it('sums what came of the choices, beside each model alone and an oracle', async () => {
    const opened = await evaluation.open({ flags: { models, quality: 'balanced' } });
    const outcomes: readonly EvalRow[] = [
      { id: '1', dimension: 'bug_fixing', score: { strong: 1, cheap: 0 }, out_tok: { strong: 1000, cheap: 1000 } },
      { id: '2', dimension: 'test_generation', score: { strong: 0, cheap: null }, out_tok: { strong: 1000, cheap: 1000 } },
      { id: '3', dimension: 'test_generation', score: { strong: 1, cheap: 1 }, out_tok: { strong: 1000, cheap: 1000 } },
    ];
    const done = await Promise.all(outcomes.map(async (row) => ({ row, result: await opened.row(row) })));
    const sum: EvalRow = opened.sum(done);
    assert.deepEqual([sum['chosen'], sum['oracle']], [
      { score: 100, usd: 26.37 },
      { score: 66.67, usd: 51.5 },
    ]);
    assert.deepEqual(sum['always'], { strong: { score: 66.67, usd: 76.62 }, cheap: { score: 50, usd: 1.24 } });
  });
});
