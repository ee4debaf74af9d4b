import assert from 'node:assert/strict';
import { type ChoiceTerms, decidedOf } from '../../../../src/core/ask/decided';
import type { Decided } from '../../../../src/core/model/decided';
import { asArmId } from '../../../../src/core/model/modelCard';
import { fromUsd, pricePerMillion } from '../../../../src/core/model/money';
import type { Route } from '../../../../src/core/model/route';
import { routeTask, type TaskInput } from '../../../../src/core/routing/route';
import { arm, type ArmSketch } from '../../../support/cards';

const arms: readonly ArmSketch[] = [
  { model: 'small', z: -0.35, price: [0.1, 0.4, 0.01] },
  { model: 'large', z: 1.9, price: [5, 25], maxOutput: 4096 },
  { model: 'larger by a hair', z: 1.91, price: [50, 250], verbosity: 8 },
  { model: 'unproven', price: [1, 1] },
  { model: 'unpriced', z: 3, price: 'unknown' },
];

const task: Omit<TaskInput, 'arms'> = {
  profile: { domains: { code: 1 }, difficulty: -4, tier: 'simple', needs: [], inputTokens: 1000, outputTokens: { p50: 300, p90: 900 }, reasons: [] },
  quality: 'balanced',
  pinned: undefined,
  maxOutputTokens: 8192,
  worstInputTokens: 2000,
  knownPriceOnly: false,
  now: 0,
  room: undefined,
  allowed: [],
  excluded: [],
};

function route(change: Partial<TaskInput>, sketches = arms): Route {
  const found = routeTask({ isAvailable: () => true, restingFor: () => undefined, providerName: (id) => id }, { ...task, arms: sketches.map(arm), ...change });
  assert.ok('ranked' in found, JSON.stringify(found));
  return found;
}

function decided(found: Route, terms: Partial<ChoiceTerms> = {}, index = 0): Decided {
  const candidate = found.ranked[index];
  assert.ok(candidate);
  return decidedOf(found, candidate, { now: 0, maxOutputTokens: 8192, purpose: 'chat', ...terms });
}

describe('decidedOf', () => {
  it('keeps what was expected of the chosen arm', () => {
    const { expected, p, ...rest } = decided(route({}));
    assert.ok(expected && expected.low < expected.likely && expected.likely < expected.high);
    assert.ok(p !== undefined && p > 0.7);
    assert.partialDeepStrictEqual(rest, { quality: 'balanced', tier: 'simple', difficulty: -4, domains: { code: 1 }, card: 'small', outputTokens: 300, verbosity: 1, how: 'routed' });
  });

  it('works out nothing where a program named the model', () => {
    const pin = asArmId('acme/small');
    const named = decided(route({ pinned: pin }), { pin, purpose: 'gateway' });
    assert.deepEqual(named, { how: 'pinned', card: 'small' });
    assert.ok(decided(route({ pinned: pin }), { purpose: 'gateway' }).alternatives, 'a lasting pin is not the name that a program gave');
    assert.ok(decided(route({ pinned: pin }), { pin }).alternatives, 'what a person named is compared');
  });

  it('keeps who else could have been asked, with what it takes to price them', () => {
    const { alternatives } = decided(route({ pinned: asArmId('acme/unproven') }));
    assert.partialDeepStrictEqual(alternatives, {
      // Not the dearest, which is abler by a hair.
      ablest: { arm: 'acme/large', outputLimit: 4096, rates: { input: pricePerMillion(5), output: pricePerMillion(25) } },
      cheapest: { arm: 'acme/small', likely: fromUsd(0.00022), outputLimit: 8192, rates: { input: pricePerMillion(0.1), output: pricePerMillion(0.4), cacheRead: pricePerMillion(0.01) } },
      pinned: { arm: 'acme/unproven', outputLimit: 8192 },
    });
    assert.equal(alternatives?.pinned?.p, undefined);
  });

  it('leaves out a pinned model without a price, and one nobody has', () => {
    assert.equal(decided(route({ pinned: asArmId('acme/unpriced') })).alternatives?.pinned?.rates, undefined);
    assert.equal(decided(route({})).alternatives?.pinned, undefined);
  });

  it('prices nothing by a subscription, and what is free at nothing', () => {
    const [included, free] = [arm({ model: 'included', z: 3 }), arm({ model: 'free', z: -1, free: true, price: 'unknown' })];
    const subscription = { ...included, offer: { ...included.offer, price: included.offer.price && { ...included.offer.price, source: 'subscription' as const } } };
    const { alternatives } = decided(route({ arms: [subscription, free] }));
    assert.equal(alternatives?.ablest?.rates, undefined);
    assert.deepEqual(alternatives?.cheapest?.rates, { input: 0, output: 0 });
  });

  it('says what the person taught of its length', () => {
    const found = route({ learnt: { abilities: new Map(), verbosity: new Map([['small#none', 2.5]]) } });
    assert.equal(decided(found).verbosity, 2.5);
    assert.equal(decided(found).alternatives?.cheapest?.verbosity, 2.5);
  });

  const hows: readonly [Decided['how'], Route, Partial<ChoiceTerms>?, number?][] = [
    ['routed', route({})],
    ['failover', route({}), {}, 1],
    ['pinned', route({ pinned: asArmId('acme/large') })],
    ['better', route({ step: { direction: 'better', than: asArmId('acme/small') } }), { step: { direction: 'better', than: asArmId('acme/small') } }],
    ['cheaper', route({ pinned: asArmId('acme/small'), step: { direction: 'cheaper', than: asArmId('acme/large') } }), { step: { direction: 'cheaper', than: asArmId('acme/large') } }],
    ['budget', route({ profile: { ...task.profile, difficulty: -1.5 }, room: fromUsd(0.02) })],
    // Nobody would pass the bar with all the money of the world.
    ['routed', route({ profile: { ...task.profile, difficulty: 9 }, room: fromUsd(0.02) })],
  ];
  for (const [how, found, terms, index] of hows) {
    it(`${how}: ${found.ranked.map(({ id }) => id).join(', ')}`, () => {
      assert.equal(decided(found, terms, index).how, how);
    });
  }
});
