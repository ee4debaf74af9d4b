import assert from 'node:assert/strict';
import { builtInProviders } from '../../../../src/core/providers/definitions';
import { evaluation } from '../../../eval/cost';
import cases from '../../../fixtures/usage/cases.json';

/**
 * Usage as each provider sends it, by the page that documents it, against the published price. `parts` is the bill worked
 * out by hand: tokens, and USD per 1M of each.
 */
interface Case {
  readonly id: string;
  readonly why: string;
  readonly page: string;
  readonly provider: string;
  readonly parts?: readonly (readonly number[])[];
  /** Share of the whole that is charged. */
  readonly share?: readonly number[];
  /** USD for the call. */
  readonly plus?: number;
  readonly expected: { readonly nanoUsd: number | null; readonly source: string };
}

const rows: readonly Case[] = cases;
const opened = evaluation.open({ flags: {} });

describe('what a call costs, by provider', () => {
  for (const row of rows) {
    it(`${row.id}: ${row.why}`, async () => {
      if (row.parts !== undefined) assert.equal(row.expected.nanoUsd, billOf(row), 'the row’s own sum');
      const run = await opened;
      const { expected, ...asked } = row;
      assert.deepEqual(await run.row(asked), { id: row.id, nanoUsd: expected.nanoUsd, source: expected.source });
      assert.match(row.page, /^https:\/\//);
    });
  }

  it('is recorded of every provider', () => {
    const seen = new Set(rows.map(({ provider }) => provider));
    const wanted = [...builtInProviders.map(({ id }) => id), 'azure', 'ollama', 'lm-studio', 'vllm', 'llama-cpp'];
    assert.deepEqual(wanted.filter((id) => !seen.has(id)), []);
  });
});

describe('eval cost', () => {
  const usage = { prompt_tokens: 1000, completion_tokens: 10, total_tokens: 1010 };
  const cost = async (row: object) => (await opened).row({ id: 'x', model: 'gpt-4.1', usage, at: '2026-11-20', ...row });

  for (const [spelling, id] of [['OpenAI', 'openai'], ['openai-responses', 'openai'], ['azure_openai', 'azure'], ['Azure OpenAI', 'azure']] as const) {
    it(`takes ${spelling} for ${id}`, async () => assert.deepEqual(await cost({ provider: spelling }), { id: 'x', nanoUsd: 2_080_000, source: 'snapshot' }));
  }
  for (const [spelling, model] of [['gemini', 'gemini-2.5-pro'], ['x-ai', 'grok-4.6'], ['togetherai', 'openai/gpt-oss-20b'], ['hf', 'openai/gpt-oss-20b'], ['mistralai', 'mistral-large-2512'], ['llama.cpp', 'any'], ['LM Studio', 'any']] as const) {
    it(`knows ${spelling}`, async () => assert.equal((await cost({ provider: spelling, model }))['source'], 'snapshot'));
  }

  const bad: readonly (readonly [string, object, RegExp])[] = [
    ['no provider', {}, /provider/],
    ['no date', { provider: 'openai', at: 'soon' }, /at is not a date/],
    ['half a price', { provider: 'openai', price: { input: 1 } }, /output/],
    ['a negative price', { provider: 'openai', price: { input: -1, output: 1 } }, /input/],
    ['a price that is none', { provider: 'openai', price: 7 }, /price/],
  ];
  for (const [name, row, message] of bad) it(`says what is wrong with ${name}`, async () => assert.rejects(cost(row), message));

  it('reads nothing of what is expected', async () => assert.deepEqual(await cost({ provider: 'openai', expected: { nanoUsd: 1, source: 'billed' } }), { id: 'x', nanoUsd: 2_080_000, source: 'snapshot' }));
});

/** In whole numbers: every published price has at most six digits behind the point. */
function billOf({ parts = [], share = [1, 1], plus = 0 }: Case): number {
  const [part = 1, whole = 1] = share;
  const picoDollars = parts.reduce((sum, [tokens = 0, usd = 0]) => sum + BigInt(tokens) * BigInt(Math.round(usd * 1e6)), 0n) * BigInt(part);
  const divisor = 1000n * BigInt(whole);
  return Number((picoDollars + divisor - 1n) / divisor) + Math.round(plus * 1e9);
}
