import assert from 'node:assert/strict';
import type { Learnt } from '../../../../src/core/model/learnt';
import { domains } from '../../../../src/core/model/modelCard';
import type { TaskProfile } from '../../../../src/core/model/profile';
import { routeTask } from '../../../../src/core/routing/route';
import { arm } from '../../../support/cards';

const three = [arm({ model: 'small', z: 0.75, price: [0.1, 0.4] }), arm({ model: 'mid', z: 1.1, price: [0.75, 4.5] }), arm({ model: 'large', z: 1.9, price: [5, 25] })];
const profile: TaskProfile = { domains: { code: 1 }, difficulty: -2.5, tier: 'moderate', needs: [], inputTokens: 100, outputTokens: { p50: 400, p90: 900 }, reasons: [] };

/** Abilities by model, the same in every domain. */
function learnt(abilities: Readonly<Record<string, number>>): Learnt {
  return { abilities: new Map(Object.entries(abilities).map(([model, z]) => [`${model}#none`, Object.fromEntries(domains.map((domain) => [domain, { z, sd: 0.15 }]))])), verbosity: new Map() };
}

function routed(known: Learnt | undefined, pinned?: string): { readonly first: string | undefined; readonly said: readonly string[] } {
  const route = routeTask(
    { isAvailable: () => true, restingFor: () => undefined, providerName: (id) => id },
    { profile, arms: three, quality: 'balanced', pinned: undefined, maxOutputTokens: 8192, worstInputTokens: 2000, now: 0, knownPriceOnly: true, room: undefined, allowed: [], excluded: pinned === undefined ? [] : three.map(({ card }) => `acme/${card.id}`).filter((id) => id !== `acme/${pinned}`), ...(known ? { learnt: known } : {}) },
  );
  assert.ok(!('kind' in route), JSON.stringify(route));
  return { first: route.ranked[0]?.arm.card.id, said: route.reasons.filter((reason) => reason.startsWith('What became')) };
}

describe('what a route says of learning', () => {
  const rows: readonly { readonly name: string; readonly learnt: Readonly<Record<string, number>>; readonly only?: string; readonly first: string; readonly said: readonly RegExp[] }[] = [
    { name: 'nothing, when nothing was learnt', learnt: {}, first: 'small', said: [] },
    { name: 'nothing, when it moved next to nothing', learnt: { small: 0.76 }, first: 'small', said: [] },
    { name: 'that it kept a cheaper model from being first', learnt: { small: -0.5 }, first: 'mid', said: [/^What became of its answers moved small from 9\d % to \d\d %: no longer sure enough$/] },
    { name: 'that for one of two alone, the cheaper', learnt: { small: -0.5, mid: -0.4 }, first: 'large', said: [/moved small from/] },
    { name: 'how the chance of the one that is asked moved', learnt: { small: -0.5 }, only: 'small', first: 'small', said: [/^What became of its answers moved small from 9\d % to \d\d %$/] },
    { name: 'nothing of a dearer one that moved', learnt: { large: -0.5 }, first: 'small', said: [] },
  ];
  for (const { name, learnt: known, only, first, said } of rows) {
    it(name, () => {
      const found = routed(learnt(known), only);
      assert.equal(found.first, first);
      assert.equal(found.said.length, said.length, found.said.join('\n'));
      said.forEach((one, place) => assert.match(found.said[place] ?? '', one));
    });
  }

  it('is nothing without anything learnt', () => assert.deepEqual(routed(undefined), { first: 'small', said: [] }));
});
