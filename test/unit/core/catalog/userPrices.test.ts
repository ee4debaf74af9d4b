import assert from 'node:assert/strict';
import { readUserPrices } from '../../../../src/core/catalog/userPrices';

describe('readUserPrices', () => {
  it('reads USD per 1M tokens', () => {
    const { prices, problems } = readUserPrices({ 'mine/maker/model': { input: 0.15, output: 0.6, cacheRead: 0.075 } }, '2026-11-21');
    assert.deepEqual(problems, []);
    assert.deepEqual([...prices], [['mine/maker/model', { input: 150_000_000, output: 600_000_000, cacheRead: 75_000_000, asOf: '2026-11-21', source: 'user' }]]);
  });

  it('reads all that a price may have', () => {
    const { prices } = readUserPrices({ 'a/b': { input: 1, output: 5, cacheRead: 0.1, cacheWrite5m: 1.25, cacheWrite1h: 2, reasoning: 3, perCall: 0.005, atLeast: 0.001 } }, '2026-11-21');
    assert.deepEqual(prices.get('a/b'), { input: 1e9, output: 5e9, cacheRead: 1e8, cacheWrite: 1.25e9, cacheWrite1h: 2e9, reasoning: 3e9, perCall: 5e6, atLeast: 1e6, asOf: '2026-11-21', source: 'user' });
  });

  const bad: readonly (readonly [string, unknown, string])[] = [
    ['a negative price', { 'a/b': { input: -1, output: 1 } }, 'farthing.prices["a/b"].input'],
    ['no output', { 'a/b': { input: 1 } }, 'farthing.prices["a/b"].output'],
    ['a text', { 'a/b': { input: '1', output: 1 } }, 'farthing.prices["a/b"].input'],
    ['an unknown field', { 'a/b': { input: 1, output: 1, per: 'token' } }, 'farthing.prices["a/b"]'],
    ['a name without a provider', { model: { input: 1, output: 1 } }, 'farthing.prices["model"]'],
    ['no number', { 'a/b': { input: Number.NaN, output: 1 } }, 'farthing.prices["a/b"].input'],
    ['a price per token times a billion', { 'a/b': { input: 1e9, output: 1 } }, 'farthing.prices["a/b"].input'],
    ['a number instead of a price', { 'a/b': 3 }, 'farthing.prices["a/b"]'],
    ['a negative fee', { 'a/b': { input: 1, output: 1, perCall: -1 } }, 'farthing.prices["a/b"].perCall'],
    ['a list', [], 'farthing.prices'],
  ];
  for (const [name, value, field] of bad) {
    it(`reports ${name} by its field`, () => {
      const { prices, problems } = readUserPrices(value, '2026-11-21');
      assert.equal(prices.size, 0);
      assert.equal(problems[0]?.field, field);
    });
  }

  it('keeps the good beside the bad', () => {
    const { prices, problems } = readUserPrices({ 'a/b': { input: 1, output: 2 }, 'c/d': { input: -1, output: 2 } }, '2026-11-21');
    assert.deepEqual([[...prices.keys()], problems.length], [['a/b'], 1]);
  });

  it('is empty for an unset setting', () => assert.equal(readUserPrices(undefined, '2026-11-21').prices.size, 0));
});
