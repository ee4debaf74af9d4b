import assert from 'node:assert/strict';
import { idOfArm } from '../../../../src/core/model/modelCard';
import { offeredModels, priceClass } from '../../../../src/vscode/languageModels/offers';
import { arm, type ArmSketch } from '../../../support/cards';

const settings = { 'models.pinned': '', 'models.allowed': [], 'agents.maxOutputTokens': 8192, quality: 'balanced' } as const;

function offers(sketches: readonly ArmSketch[], rest: Partial<typeof settings> | { readonly 'models.pinned'?: string; readonly 'models.allowed'?: readonly string[] } = {}, demo = false) {
  const arms = sketches.map((sketch) => arm(sketch)).map((one) => ({ id: idOfArm(one), arm: one }));
  return offeredModels({ arms, settings: { ...settings, ...rest }, demo, nameOf: (id) => id.toUpperCase() });
}

describe('offeredModels', () => {
  it('offers nothing while nobody can be asked', () => assert.deepEqual(offers([]), []));

  it('offers Auto at each quality, which asks what it says', () => {
    const models = offers([{ model: 'a' }]);
    assert.deepEqual(models.map(({ id, asks }) => [id, asks]), (['economy', 'balanced', 'quality'] as const).map((quality) => [`auto:${quality}`, { quality }]));
    assert.deepEqual(models.map(({ name, detail }) => `${name}: ${detail}`), ['Farthing Auto (economy): lowest price', 'Farthing Auto (balanced): low price', 'Farthing Auto (quality): higher price when in doubt']);
  });

  const sizes: readonly [string, readonly ArmSketch[], number, number][] = [
    ['the largest prompt that any model with tools reads', [{ model: 'a', context: 64_000 }, { model: 'b', context: 128_000 }, { model: 'c', context: 150_000, capabilities: [] }], 128_000 - 8192, 8192],
    ['no more than agents should fill', [{ model: 'a', context: 1_000_000 }], 200_000 - 8192, 8192],
    ['half of what a small model reads', [{ model: 'a', context: 8_000 }], 4_000, 4_000],
    ['what there is, when no model takes tools', [{ model: 'a', context: 32_000, capabilities: [] }], 32_000 - 8192, 8192],
  ];
  for (const [name, sketches, input, output] of sizes) {
    it(`tells the editor ${name}`, () => assert.deepEqual(offers(sketches).map(({ maxInputTokens, maxOutputTokens }) => [maxInputTokens, maxOutputTokens]), Array.from({ length: 3 }, () => [input, output])));
  }

  it('takes tools and images when any model does', () => {
    assert.deepEqual(offers([{ model: 'a', capabilities: ['tools'] }])[0]?.capabilities, { toolCalling: true, imageInput: false });
    assert.deepEqual(offers([{ model: 'a', capabilities: ['tools'] }, { model: 'b', capabilities: ['tools', 'vision'] }])[0]?.capabilities, { toolCalling: true, imageInput: true });
    assert.deepEqual(offers([{ model: 'a', capabilities: [] }])[0]?.capabilities, { toolCalling: false, imageInput: false });
  });

  it('offers the pinned model and those that are allowed by name, and says of Auto that it is pinned', () => {
    const models = offers([{ model: 'a' }, { model: 'b' }, { model: 'c', effort: 'high', isDefault: false }, { model: 'd' }], { 'models.pinned': 'acme/a', 'models.allowed': ['acme/c#high', 'acme/*', 'acme/a', 'gone/x'] });
    assert.deepEqual(models.slice(3).map(({ id, name, family, asks }) => [id, name, family, asks]), [['acme/a', 'Farthing: a', 'a', { pin: 'acme/a' }], ['acme/c#high', 'Farthing: c, high effort', 'c', { pin: 'acme/c#high' }]]);
    assert.equal(models[0]?.detail, 'pinned: a');
    assert.match(models[3]?.tooltip ?? '', /Asks a at ACME, and nobody else\. \$1\.00 in, \$4\.00 out per 1M tokens\./);
  });

  it('says that the demo is one', () => {
    const [auto] = offers([{ model: 'a' }], {}, true);
    assert.equal(auto?.detail, 'lowest price · demo');
    assert.match(auto.tooltip ?? '', /play money/);
  });
});

describe('priceClass', () => {
  const rows: readonly [string, Partial<ArmSketch>][] = [
    ['very low price', { price: [0.1, 0.4] }],
    ['low price', { price: [0.75, 4.5] }],
    ['medium price', { price: [3, 15] }],
    ['high price', { price: [5, 25] }],
    ['very high price', { price: [15, 75] }],
    ['price unknown', { price: 'unknown' }],
    ['free', { price: 'unknown', free: true }],
  ];
  for (const [words, sketch] of rows) it(`calls ${JSON.stringify(sketch)} ${words}`, () => assert.equal(priceClass(arm({ model: 'm', ...sketch })), words));

  it('calls what a subscription pays for included', () => {
    const { card, effort, offer } = arm({ model: 'm' });
    assert.equal(priceClass({ card, effort, offer: { ...offer, price: { ...(offer.price ?? assert.fail()), source: 'subscription' } } }), 'included');
  });
});
