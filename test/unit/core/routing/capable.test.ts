import assert from 'node:assert/strict';
import type { Ability, Domain } from '../../../../src/core/model/modelCard';
import { abilityVector, capability, demandOf, difficultyAnchors } from '../../../../src/core/routing/capable';

type Row = [name: string, mix: Partial<Record<Domain, number>>, abilities: Partial<Record<Domain, Ability>>, b: number, p: number, low: number];

// Figures worked out apart, from the formula in ROUTING.
const rows: Row[] = [
  ['an average model on an easy task', { code: 1 }, { code: { z: 0, sd: 0.2 } }, difficultyAnchors.easy, 0.9786, 0.9688],
  ['without doubt about the ability', { code: 1 }, { code: { z: 0, sd: 0 } }, difficultyAnchors.easy, 0.9808, 0.9808],
  ['a strong model on a hard task', { code: 1 }, { code: { z: 1, sd: 0.2 } }, difficultyAnchors.hard, 0.8294, 0.7555],
  ['a weak model on an easy task', { code: 1 }, { code: { z: -2, sd: 0.2 } }, difficultyAnchors.easy, 0.5083, 0.3856],
  ['a model nobody is sure of', { code: 1 }, { code: { z: -1, sd: 0.84 } }, difficultyAnchors.medium, 0.4261, 0.074],
  ['a mix of domains', { code: 0.7, reasoning: 0.3 }, { code: { z: 1, sd: 0.2 }, reasoning: { z: -1, sd: 0.4 } }, difficultyAnchors.medium, 0.9287, 0.8963],
  ['a mix that does not sum to one', { code: 7, reasoning: 3 }, { code: { z: 1, sd: 0.2 }, reasoning: { z: -1, sd: 0.4 } }, difficultyAnchors.medium, 0.9287, 0.8963],
  ['agentic code at the intercept of its own benchmark', { agentic_code: 1 }, { agentic_code: { z: 0.5, sd: 0.3 } }, 1.073, 0.3998, 0.2846],
  ['an empty mix is code', {}, { code: { z: 0, sd: 0.2 } }, difficultyAnchors.easy, 0.9786, 0.9688],
];

describe('capability', () => {
  for (const [name, mix, abilities, b, p, low] of rows) {
    it(name, () => {
      const vector = abilityVector(abilities);
      assert.ok(vector);
      const found = capability(vector, demandOf({ domains: mix, difficulty: b }));
      assert.deepEqual({ p: round(found.p), low: round(found.low) }, { p, low });
    });
  }

  it('never puts the lower bound above the chance, and both fall with difficulty', () => {
    for (const sd of [0, 0.1, 0.5, 1, 3]) {
      for (let z = -3; z <= 3; z += 0.5) {
        const vector = abilityVector({ code: { z, sd } });
        assert.ok(vector);
        let before = 1;
        for (let b = -6; b <= 3; b += 0.25) {
          const { p, low } = capability(vector, demandOf({ domains: { code: 1 }, difficulty: b }));
          assert.ok(low <= p && low >= 0 && p <= before, `z ${z} sd ${sd} b ${b}`);
          before = p;
        }
      }
    }
  });

  it('is nearer to a coin flip the less is known of the difficulty', () => {
    const vector = abilityVector({ code: { z: 1, sd: 0.2 } });
    assert.ok(vector);
    const at = (difficulty: number, difficultySd: number) => capability(vector, demandOf({ domains: { code: 1 }, difficulty, difficultySd }));
    assert.ok(at(-2, 2).p < at(-2, 0).p && at(-2, 2).low < at(-2, 0).low);
    assert.ok(at(4, 2).p > at(4, 0).p);
  });

  describe('with a specialty', () => {
    const abilities = { code: { z: 0, sd: 0.2 } };
    const plain = abilityVector(abilities);
    const special = abilityVector(abilities, { tests: { shift: 1, sd: 0.3 } });
    const demand = (tests: number, other = 0) => demandOf({ domains: { code: 1 }, difficulty: 0, kinds: { tests, understanding: other } });
    const logit = (p: number): number => Math.log(p / (1 - p));
    const rows: [string, ReturnType<typeof demand>, number][] = [
      ['shifts the log odds at tasks of its kind', demand(1), 1],
      ['shifts less when the kind is not sure', demand(0.25), 0.25],
      ['says nothing of other kinds', demand(0, 1), 0],
      ['says nothing of no kind', demand(0), 0],
    ];
    for (const [name, asked, shift] of rows) {
      it(name, () => {
        assert.ok(plain && special);
        assert.equal(round(logit(capability(special, asked).p) - logit(capability(plain, asked).p)), shift);
      });
    }
    it('is less sure where the specialty is', () => {
      assert.ok(plain && special);
      const gap = (vector: typeof plain): number => logit(capability(vector, demand(1)).p) - logit(capability(vector, demand(1)).low);
      assert.ok(gap(special) > gap(plain));
    });
  });

  it('has nothing to say of a model without abilities', () => {
    assert.equal(abilityVector({}), undefined);
  });

  it('takes the mean of the other domains for a missing one, less surely', () => {
    const vector = abilityVector({ code: { z: 1, sd: 0.2 }, math: { z: 0, sd: 0.1 } });
    assert.ok(vector);
    const known = capability(vector, demandOf({ domains: { code: 1 }, difficulty: -1 }));
    const borrowed = capability(vector, demandOf({ domains: { writing: 1 }, difficulty: -1 }));
    assert.ok(known.p - known.low < 0.05);
    assert.ok(borrowed.p - borrowed.low > 0.08);
  });
});

function round(value: number): number {
  return Math.round(value * 10_000) / 10_000;
}
