import assert from 'node:assert/strict';
import { Catalogue } from '../../../../src/core/catalog/catalogue';
import { type EstimateFit, estimateAbility, type ModelTraits } from '../../../../src/core/catalog/estimate';
import snapshotJson from '../../../../src/core/catalog/snapshot.json';
import { readSnapshot } from '../../../../src/core/catalog/snapshot';
import { builtInProviders } from '../../../../src/core/providers/definitions';

const fit: EstimateFit = {
  origin: 2025.5,
  date: { mean: 0, sd: 0.5 },
  price: { mean: 0, sd: 2 },
  byDomain: new Map([['code', { base: -0.5, perYear: 1, perLogPrice: 0.25, effort: { none: 0, low: 0.1, medium: 0.3, high: 0.5, xhigh: 0.5 }, error: 0.4 }]]),
};

const rows: [string, ModelTraits, number, number][] = [
  ['price and age', { released: '2026-01-01', price: { input: 1, output: 1 }, effort: 'none' }, 0, 0.6],
  ['effort', { released: '2026-01-01', price: { input: 1, output: 1 }, effort: 'high' }, 0.5, 0.6],
  ['a higher price', { released: '2026-01-01', price: { input: Math.E, output: Math.E }, effort: 'none' }, 0.25, 0.6],
  ['a month alone is its middle', { released: '2025-12', price: { input: 1, output: 1 }, effort: 'none' }, -0.5 + (11.5 / 12 - 0.5), 0.6],
  ['no age: that of the measured models, less surely', { price: { input: 1, output: 1 }, effort: 'none' }, -0.5, Math.hypot(0.6, 0.5)],
  ['no price: that of the measured models, less surely', { released: '2026-01-01', effort: 'none' }, 0, Math.hypot(0.6, 0.5)],
  ['no further than a year beyond what was measured', { released: '2031-01-01', price: { input: 1, output: 1 }, effort: 'none' }, -0.5 + 2, 0.6],
];

describe('estimateAbility', () => {
  for (const [name, traits, z, sd] of rows) {
    it(name, () => {
      const { code } = estimateAbility(fit, traits) ?? {};
      assert.ok(code && Math.abs(code.z - z) < 0.01 && Math.abs(code.sd - sd) < 0.01, JSON.stringify(code));
    });
  }
  it('says nothing without price and age', () => {
    assert.equal(estimateAbility(fit, { effort: 'none' }), undefined);
    assert.equal(estimateAbility(fit, { effort: 'none', price: { input: 0, output: 0 } }), undefined);
  });
});

describe('the catalogue, of models that nobody measured', () => {
  const openRouter = builtInProviders.find(({ id }) => id === 'openrouter') ?? assert.fail();
  const together = builtInProviders.find(({ id }) => id === 'together') ?? assert.fail();
  const snapshot = readSnapshot(JSON.stringify(snapshotJson));
  const listed = (provider: typeof openRouter, created: string, outputUsd = 10) => {
    const catalogue = new Catalogue(snapshot);
    catalogue.setListing(provider, { at: Date.UTC(2026, 10, 21), models: [{ id: 'maker/brand-new-9', inputUsd: 2, outputUsd, created }] });
    return catalogue.arms([provider])[0]?.effort ?? assert.fail();
  };

  it('estimates from the live list, and leaves them unproven', () => {
    const effort = listed(openRouter, '2026-10-01');
    assert.deepEqual(effort.abilities, {});
    assert.ok((effort.estimated?.code?.z ?? 0) > 0 && (effort.estimated?.code?.sd ?? 0) >= 0.6, JSON.stringify(effort.estimated));
  });
  it('puts a newer one and a dearer one higher', () => {
    const code = (...traits: Parameters<typeof listed>): number => listed(...traits).estimated?.code?.z ?? assert.fail();
    assert.ok(code(openRouter, '2026-10-01') > code(openRouter, '2025-01-01'));
    assert.ok(code(openRouter, '2026-10-01', 40) > code(openRouter, '2026-10-01', 4));
  });
  it('does not believe dates of a list that has none of releases', () => {
    assert.deepEqual(listed(together, '2026-10-01'), listed(together, '2025-01-01'));
  });
  it('says something of all that have a price', () => {
    const unproven = new Catalogue(snapshot).arms(builtInProviders).filter(({ effort, offer }) => Object.keys(effort.abilities).length === 0 && offer.price && !offer.free);
    assert.ok(unproven.length > 50);
    assert.deepEqual(unproven.filter(({ effort }) => !effort.estimated).map(({ offer }) => offer.model), []);
  });
});
