import assert from 'node:assert/strict';
import { meantBy } from '../../eval/route/dimensions';
import { readCards, type StrangerCard } from '../../eval/route/readCards';

function read(value: unknown): readonly StrangerCard[] {
  return readCards(JSON.stringify(value), 'models.json');
}

/** What one card says, without what it does not. */
function one(value: unknown): Record<string, unknown> {
  const { price, abilities, scores, overall, tokens, usualTokens } = read([value])[0] ?? assert.fail();
  const all = { price, abilities: Object.keys(abilities).length > 0 ? abilities : undefined, scores: scores.size > 0 ? Object.fromEntries(scores) : undefined, overall, tokens: tokens.size > 0 ? Object.fromEntries(tokens) : undefined, usualTokens };
  return Object.fromEntries(Object.entries(all).filter(([, told]) => told !== undefined));
}

const price = { input: 2, output: 8 };

describe('cards of models', () => {
  const places: [string, unknown, readonly string[]][] = [
    ['a list', [{ id: 'a' }, { model: 'b' }, { name: 'c' }], ['a', 'b', 'c']],
    ['a list under models', { models: [{ model: 'a' }], built: 'today' }, ['a']],
    ['a list under rows', { method: 'x', rows: [{ model: 'a', effort: 'high' }] }, ['a']],
    ['an object by id', { a: { input: 1, output: 2 }, b: { model: 'vendor/b' } }, ['a', 'b']],
    ['an object by id under models, beside notes', { models: { a: {} }, note: 'x' }, ['a']],
  ];
  for (const [name, value, ids] of places) it(`are read from ${name}`, () => assert.deepEqual(read(value).map(({ id }) => id), ids));

  const rows: [string, object, Record<string, unknown>][] = [
    ['prices', { input: 2, output: 8, cacheRead: 0.5 }, { price: { ...price, cacheRead: 0.5 } }],
    ['prices by the million', { input_per_1m: 2, output_per_1m: 8 }, { price }],
    ['prices as texts', { input_price: '2', output_price: '8' }, { price }],
    ['prices by the token', { input_cost_per_token: 0.000002, output_cost_per_token: 0.000008 }, { price }],
    ['a price object', { price: { input: 2, output: 8 } }, { price }],
    ['a price pair', { price: [2, 8] }, { price }],
    ['a price of a broker, by the token', { pricing: { prompt: '0.000002', completion: '0.000008' } }, { price }],
    ['the cheapest of offers', { offers: [['x', 'a', 4, 16, null, '2026-08-08'], ['y', 'a', 2, 8, null, '2026-08-08']] }, { price }],
    ['no price where half is missing', { input: 2 }, {}],
    ['an ability for each domain', { ability: { code: 0.5 } }, { abilities: { code: { z: 0, sd: 0.3 } } }],
    ['an ability with z and sd', { domains: { code: { score: 0.9, z: 1.5, sd: 0.25 } } }, { abilities: { code: { z: 1.5, sd: 0.25 } } }],
    ['an ability by another name', { abilities: { 'Agentic coding': { z: 1, sd: 0.2 } } }, { abilities: { agentic_code: { z: 1, sd: 0.2 } } }],
    ['a score', { score: 0.4 }, { overall: { share: 0.4, tasks: undefined } }],
    ['a score in per cent', { accuracy: 40 }, { overall: { share: 0.4, tasks: undefined } }],
    ['scores by dimension', { scores: { 'Bug fixing': 0.7 } }, { scores: { bug_fixing: { share: 0.7, tasks: undefined } } }],
    ['scores in per cent', { scores: { a: 70, b: 0.5 } }, { scores: { a: { share: 0.7, tasks: undefined }, b: { share: 0.005, tasks: undefined } } }],
    ['scores with their number of tasks', { scores: { a: { score: 0.7, n: 100 }, b: [0.5, 20] } }, { scores: { a: { share: 0.7, tasks: 100 }, b: { share: 0.5, tasks: 20 } } }],
    ['no score where there is none', { scores: { a: null } }, {}],
    ['output tokens', { out_tok: { a: 300, b: null }, scores: { a: 1 } }, { scores: { a: { share: 1, tasks: undefined } }, tokens: { a: 300 } }],
    ['output tokens whatever is asked', { output_tokens: 300 }, { usualTokens: 300 }],
    ['nothing but a name', {}, {}],
  ];
  for (const [name, value, expected] of rows) it(`tell ${name}`, () => assert.deepEqual(one({ id: 'a', ...value }), expected));

  it('tell an ability with its bounds', () => {
    const { code } = read([{ id: 'a', cap: { code: [0.8413, 0.5, 0.9772] } }])[0]?.abilities ?? {};
    assert.ok(code && Math.abs(code.z - 1) < 0.001 && Math.abs(code.sd - 2 / 2.5632) < 0.001, JSON.stringify(code));
  });

  const refused: [string, unknown, RegExp][] = [
    ['no JSON', undefined, /models\.json is not JSON/],
    ['no models', [], /models\.json holds no models/],
    ['a card without a name', [{ input: 1 }], /\[0\] has neither id nor model nor name/],
    ['a price that is none', { models: [{ id: 'a' }, { id: 'b', input: 'cheap' }] }, /models\[1\]\.input cannot be read/],
    ['a score beyond all', { a: { scores: { x: 700 } } }, /a\.scores/],
    ['a number', 7, /neither a list nor an object/],
  ];
  for (const [name, value, expected] of refused) it(`are refused with a sentence: ${name}`, () => assert.throws(() => (value === undefined ? readCards('{', 'models.json') : read(value)), expected));
});

describe('dimensions', () => {
  const rows: [string, ReturnType<typeof meantBy>][] = [
    ['code_generation', { kind: 'generation', domain: 'code' }],
    ['Unit-Test Generation', { kind: 'tests', domain: 'code' }],
    ['bug_fixing', { kind: 'fixing', domain: 'code' }],
    ['program repair', { kind: 'fixing', domain: 'code' }],
    ['code refactoring', { kind: 'refactoring', domain: 'code' }],
    ['data_science', { kind: 'dataScience', domain: 'code' }],
    ['multi_language', { kind: 'languages', domain: 'code' }],
    ['algorithm', { kind: 'algorithm', domain: 'code' }],
    ['code_understanding', { kind: 'understanding', domain: 'code' }],
    ['code_completion', { kind: 'completion', domain: 'code' }],
    ['mathematics', { domain: 'math' }],
    ['Creative writing', { domain: 'writing' }],
    ['something else', {}],
  ];
  for (const [name, expected] of rows) it(`understands "${name}"`, () => assert.deepEqual(meantBy(name), expected));
});

describe('names of leaderboards', () => {
  const rows: [string, string | undefined][] = [
    ['O3-Mini-2025-01-31 (High)', 'high'],
    ['O1-2024-12-17 (N=1) (Med)', 'medium'],
    ['Claude-3.7-Sonnet (Thinking)', 'high'],
    ['GPT-4O-2024-05-13', undefined],
  ];
  for (const [name, effort] of rows) it(`${name} is at effort ${effort ?? 'unknown'}`, () => assert.equal(read([{ id: name }])[0]?.effort, effort));
});
