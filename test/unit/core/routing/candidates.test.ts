import assert from 'node:assert/strict';
import type { Learnt } from '../../../../src/core/model/learnt';
import { asArmId } from '../../../../src/core/model/modelCard';
import { fromUsd, nano } from '../../../../src/core/model/money';
import type { TaskProfile } from '../../../../src/core/model/profile';
import type { Rejection } from '../../../../src/core/model/route';
import { type CandidateInput, exactCost, factsOf, judgeArms, matcher, roughCost, toCandidate } from '../../../../src/core/routing/candidates';
import { arm, type ArmSketch } from '../../../support/cards';

const task: TaskProfile = { domains: { code: 1 }, difficulty: -3.934, tier: 'simple', needs: [], inputTokens: 1_000, outputTokens: { p50: 200, p90: 500 }, reasons: [] };
const usual: CandidateInput = { profile: task, maxOutputTokens: 4_000, worstInputTokens: 4_000, now: 0, knownPriceOnly: false, room: undefined, allowed: [], excluded: [], isAvailable: () => true };

function judge(sketch: ArmSketch, more: Partial<CandidateInput> = {}) {
  const [one] = judgeArms([arm(sketch)], { ...usual, ...more }).all();
  assert.ok(one);
  return one;
}

function estimate(sketch: ArmSketch, more: Partial<CandidateInput> = {}, cost = exactCost) {
  return toCandidate(judge(sketch, more), { ...usual, ...more }, undefined, cost).estimate;
}

const withNeeds = (...needs: TaskProfile['needs']): Partial<CandidateInput> => ({ profile: { ...task, needs } });

describe('judgeArms', () => {
  const rows: [string, ArmSketch, Partial<CandidateInput>, Rejection | undefined][] = [
    ['leaves an ordinary arm open', { model: 'm', z: 0 }, {}, undefined],
    ['leaves an unproven arm open', { model: 'm' }, {}, undefined],
    ['closes an excluded model', { model: 'm', z: 0 }, { excluded: ['acme/m'] }, 'excluded'],
    ['closes all efforts of an excluded model', { model: 'm', z: 0, effort: 'high', isDefault: false }, { excluded: ['acme/m'] }, 'excluded'],
    ['closes one effort by its name', { model: 'm', z: 0, effort: 'high', isDefault: false }, { excluded: ['acme/m#high'] }, 'excluded'],
    ['keeps the default when another effort is excluded', { model: 'm', z: 0 }, { excluded: ['acme/m#high'] }, undefined],
    ['closes what is not allowed', { model: 'm', z: 0 }, { allowed: ['other/*'] }, 'notPinned'],
    ['keeps what is allowed', { model: 'm', z: 0 }, { allowed: ['other/*', 'acme/*'] }, undefined],
    ['puts exclusion over allowance', { model: 'm', z: 0 }, { allowed: ['acme/*'], excluded: ['*/m'] }, 'excluded'],
    ['closes a model without tools', { model: 'm', z: 0, capabilities: ['json'] }, withNeeds('tools'), 'lacksCapability'],
    ['closes a model without eyes', { model: 'm', z: 0, capabilities: ['tools'] }, withNeeds('tools', 'vision'), 'lacksCapability'],
    ['does not hold against a card that nobody described it', { model: 'm', capabilities: [] }, withNeeds('tools'), undefined],
    ['closes a context that holds the prompt but not the answer', { model: 'm', z: 0, context: 5_000 }, {}, 'contextTooShort'],
    ['keeps a context that just holds both, with a margin', { model: 'm', z: 0, context: 5_100 }, {}, undefined],
    ['counts only as much answer as the model can write', { model: 'm', z: 0, context: 2_200, maxOutput: 1_000 }, {}, undefined],
    ['closes an arm that cools down', { model: 'm', z: 0 }, { isAvailable: () => false }, 'unhealthy'],
    ['closes an unknown price under a budget', { model: 'm', z: 0, price: 'unknown' }, { knownPriceOnly: true }, 'priceUnknown'],
    ['keeps an unknown price without a budget', { model: 'm', z: 0, price: 'unknown' }, {}, undefined],
    // 4,000 × 1 USD/M + 4,000 × 4 USD/M = 0.02 USD.
    ['keeps what may cost exactly what is left', { model: 'm', z: 0 }, { room: fromUsd(0.02) }, undefined],
    ['closes what may cost a nano-dollar more', { model: 'm', z: 0 }, { room: nano(fromUsd(0.02) - 1) }, 'overBudget'],
    ['holds the dearer price of writing a cache', { model: 'm', z: 0, price: [1, 4, 0.1, 1.25] }, { room: fromUsd(0.02) }, 'overBudget'],
    ['has room for a free model always', { model: 'm', z: 0, free: true }, { room: nano(0) }, undefined],
    ['believes "free" over a price row, and over none', { model: 'm', z: 0, free: true, price: 'unknown' }, { knownPriceOnly: true, room: nano(0) }, undefined],
  ];
  for (const [name, sketch, more, expected] of rows) {
    it(name, () => {
      assert.equal(judge(sketch, more).closed, expected);
    });
  }

  it('knows no chance of an unproven model and no cost of an unknown price', () => {
    const one = judge({ model: 'm', price: 'unknown' });
    assert.equal(one.capable, undefined);
    assert.equal(one.likely, undefined);
  });

  it('keeps facts as long as the array is the same', () => {
    const arms = [arm({ model: 'm' })];
    assert.equal(factsOf(arms), factsOf(arms));
    assert.notEqual(factsOf([...arms]), factsOf(arms));
  });
});

describe('what is learnt', () => {
  const learnt = (abilities: readonly [string, number][], verbosity: readonly [string, number][] = []): Learnt => ({ abilities: new Map(abilities.map(([key, z]) => [key, { code: { z, sd: 0.1 } }])), verbosity: new Map(verbosity) });
  const p = (sketch: ArmSketch, known?: Learnt): number | undefined => judge(sketch, known ? { learnt: known } : {}).capable?.p;

  it('stands in place of the catalogue, for the model at that effort', () => {
    const sketch: ArmSketch = { model: 'm', z: 0 };
    const before = p(sketch) ?? assert.fail();
    assert.ok((p(sketch, learnt([['m#none', 1]])) ?? 0) > before);
    assert.ok((p(sketch, learnt([['m#none', -1]])) ?? 1) < before);
    assert.equal(p(sketch, learnt([['m#high', 1], ['other#none', 1]])), before);
  });
  it('leaves the domains that it does not name', () => {
    const writing: Partial<CandidateInput> = { profile: { ...task, domains: { writing: 1 } } };
    assert.equal(judge({ model: 'm', z: 0 }, { ...writing, learnt: learnt([['m#none', 2]]) }).capable?.p, judge({ model: 'm', z: 0 }, writing).capable?.p);
  });
  it('proves a model that nobody measured', () => {
    assert.equal(p({ model: 'm' }), undefined);
    assert.ok(p({ model: 'm' }, learnt([['m#none', 1]])) !== undefined);
  });
  it('counts what the model really writes', () => {
    const sketch: ArmSketch = { model: 'm', z: 0 };
    // 1,000 × 1 USD/M and 200 × 3 tokens × 4 USD/M.
    assert.equal(judge(sketch, { learnt: learnt([], [['m#none', 3]]) }).likely, 1_000_000 + 2_400_000);
  });
  it('is worked out once for each object, and not at all when there is nothing', () => {
    const arms = [arm({ model: 'a', z: 0 }), arm({ model: 'b', z: 0 })];
    const known = learnt([['a#none', 1]]);
    assert.equal(factsOf(arms, known), factsOf(arms, known));
    assert.notEqual(factsOf(arms, known), factsOf(arms, learnt([['a#none', 1]])));
    assert.equal(factsOf(arms, known)[1], factsOf(arms)[1], 'an arm of which nothing was learnt keeps its facts');
    assert.equal(factsOf(arms, learnt([])), factsOf(arms));
  });
});

describe('estimate', () => {
  it('spans from a short answer to a long one, and holds the worst', () => {
    // Input 1,000 × 1 + output {75, 200, 533} × 4 USD/M; the dear end reads 15 % more.
    assert.deepEqual(estimate({ model: 'm', z: 0 }), { low: nano(1_300_000), likely: nano(1_800_000), high: nano(3_282_000), worst: nano(20_000_000) });
  });
  it('is less sure of a model that reasons, whatever its effort is called', () => {
    const width = (sketch: Partial<ArmSketch>): number => {
      const { low = 0, high = 0 } = estimate({ model: 'm', z: 0, price: [0, 4], ...sketch }) ?? {};
      return high / low;
    };
    const plain = width({});
    assert.ok(width({ effort: 'high' }) > 2 * plain);
    assert.ok(width({ verbosity: 3 }) > 2 * plain);
    assert.ok(Math.abs(width({ verbosity: 1.5 }) - plain) < 0.05 * plain);
  });
  it('multiplies the answer by the verbosity of the effort', () => {
    assert.equal(estimate({ model: 'm', z: 0, verbosity: 8.3 })?.likely, 1_000_000 + 1_660 * 4_000);
  });
  it('ends the answer at the limit', () => {
    assert.equal(estimate({ model: 'm', z: 0, verbosity: 100 })?.likely, 1_000_000 + 4_000 * 4_000);
    assert.equal(estimate({ model: 'm', z: 0, verbosity: 100, maxOutput: 300 })?.likely, 1_000_000 + 300 * 4_000);
  });
  it('reads a warm prefix at the cache price, at every effort of that place', () => {
    const warm = { arm: asArmId('acme/m#high'), cachedTokens: 900 };
    assert.equal(estimate({ model: 'm', z: 0, price: [1, 4, 0.1] }, { warm })?.likely, 100_000 + 90_000 + 800_000);
    assert.equal(estimate({ model: 'other', z: 0, price: [1, 4, 0.1] }, { warm })?.likely, 1_800_000);
    assert.equal(estimate({ model: 'm', z: 0 }, { warm })?.likely, 1_800_000, 'no cache price: as dear as fresh');
  });
  it('never counts more cached than there is', () => {
    const warm = { arm: asArmId('acme/m'), cachedTokens: 1_000_000 };
    assert.equal(estimate({ model: 'm', z: 0, price: [1, 4, 0.1] }, { warm })?.likely, 100_000 + 800_000);
  });
  it('is nothing for free and unknown for unknown', () => {
    assert.deepEqual(estimate({ model: 'm', z: 0, free: true, price: [1, 4] }), { low: nano(0), likely: nano(0), high: nano(0), worst: nano(0) });
    assert.equal(estimate({ model: 'm', z: 0, price: 'unknown' }), undefined);
  });
  it('keeps low ≤ likely ≤ high ≤ worst, in both arithmetics, which agree to a nano-dollar', () => {
    for (const price of [[0.01, 0.03], [5, 25, 0.5, 6.25], [0.0375, 0.15], [120, 600]] as const) {
      for (const p50 of [1, 60, 900, 9_000]) {
        for (const worstInputTokens of [10, 1_000, 400_000]) {
          const more = { profile: { ...task, outputTokens: { p50, p90: p50 * 3 } }, worstInputTokens };
          const exact = estimate({ model: 'm', z: 0, price: [...price] }, more, exactCost);
          const rough = estimate({ model: 'm', z: 0, price: [...price] }, more, roughCost);
          assert.ok(exact && rough);
          assert.ok(exact.low <= exact.likely && exact.likely <= exact.high && exact.high <= exact.worst);
          assert.ok(Math.abs(exact.likely - rough.likely) <= 1 && Math.abs(exact.worst - rough.worst) <= 1 && Math.abs(exact.low - rough.low) <= 1);
        }
      }
    }
  });
});

describe('matcher', () => {
  const rows: [string, string, boolean][] = [
    ['acme/m', 'acme/m', true],
    ['acme/m', 'acme/m2', false],
    ['acme/m', 'acme/m#high', true],
    ['ACME/M', 'acme/m', true],
    ['acme/*', 'acme/maker/model:free', true],
    ['*:free', 'acme/maker/model:free', true],
    ['*gpt*', 'openrouter/openai/gpt-5', true],
    ['acme/m.1', 'acme/mx1', false],
    ['acme/(', 'acme/(', true],
    ['*#high', 'acme/m#high', true],
    ['*#high', 'acme/m', false],
    [' acme/m ', 'acme/m', true],
    ['*', 'acme/m', true],
    ['acme/*mini*', 'acme/gpt-mini-high', true],
    ['acme/ab*ba', 'acme/aba', false],
    ['*m*m', 'acme/m', true],
    ['*m*m*m', 'acme/m', false],
    ['', 'acme/m', false],
  ];
  for (const [pattern, id, expected] of rows) {
    it(`${pattern} ${expected ? 'names' : 'does not name'} ${id}`, () => {
      assert.equal(matcher([pattern])?.(asArmId(id)), expected);
    });
  }
  it('is quick with a pattern made to be slow', () => {
    const slow = matcher([`${'*a'.repeat(90)}*b`]);
    for (let round = 0; round < 1_000; round++) assert.equal(slow?.(asArmId(`acme/${'a'.repeat(200)}`)), false);
  });
  it('an empty list is no matcher', () => {
    assert.equal(matcher([]), undefined);
  });
});
