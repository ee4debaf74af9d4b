import assert from 'node:assert/strict';
import { learntAbility } from '../../../../src/core/learning/ability';
import { questionsOf } from '../../../../src/core/learning/evidence';
import { type Sign, signOf } from '../../../../src/core/learning/outcomes';
import { asArmId, type Domain, domains, type EffortRow } from '../../../../src/core/model/modelCard';
import type { Outcome, OutcomeKind } from '../../../../src/core/model/outcome';
import { taskDemand } from '../../../../src/core/routing/candidates';
import { abilityVector, capability, slopes } from '../../../../src/core/routing/capable';

const now = Date.UTC(2026, 10, 21, 12);
const asked: readonly Domain[] = ['code', 'knowledge', 'writing', 'agentic_code'];

/** A linear congruential generator (Numerical Recipes), so that every run sees the same people. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Box and Muller. */
function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

function row(z: number, sd: number): EffortRow {
  return { effort: 'none', isDefault: true, verbosity: 1, abilities: Object.fromEntries(domains.map((domain) => [domain, { z, sd }])) };
}

function chance(abilities: EffortRow['abilities'], domain: Domain, difficulty = -1.5): number {
  const vector = abilityVector(abilities);
  assert.ok(vector);
  return capability(vector, taskDemand({ domains: { [domain]: 1 }, difficulty })).p;
}

/** How a person takes an answer: three bad ones in ten get a thumb, one in ten another model, of the good ones one in ten a thumb; the rest is silence. */
function reaction(good: boolean, random: () => number): { readonly kind: OutcomeKind } & Sign {
  const throwOf = random();
  if (good) return throwOf < 0.1 ? { kind: 'rating', value: 1, weight: 1 } : { kind: 'followed', ...signOf('followed') };
  if (throwOf < 0.3) return { kind: 'rating', value: 0, weight: 1 };
  return throwOf < 0.4 ? { kind: 'better', ...signOf('better') } : { kind: 'followed', ...signOf('followed') };
}

/** Mean distance of the chance from the truth over people, each with one model; `shift` is how far the model is from its catalogue ability for them, as a standard deviation of log odds. */
function errors(answers: number, shift: number, people = 150): { readonly before: number; readonly after: number } {
  const random = randomOf(answers * 31 + shift * 1000);
  let before = 0;
  let after = 0;
  for (let person = 0; person < people; person++) {
    const catalogue = row(0.2 + random(), 0.25);
    const common = normal(random) * shift * Math.SQRT1_2;
    const truth = Object.fromEntries(domains.map((domain) => [domain, { z: (catalogue.abilities[domain]?.z ?? 0) + (common + normal(random) * shift * Math.SQRT1_2) / slopes[domain], sd: 0 }]));
    const outcomes = Array.from({ length: answers }, (_, at): Outcome => {
      const domain = asked[Math.floor(random() * asked.length)] ?? 'code';
      const difficulty = -3.5 + 3 * random();
      const sign = reaction(random() < chance(truth, domain, difficulty), random);
      return { id: `${person}-${at}`, at: now - at * 60_000, realm: 'real', arm: asArmId('acme/small'), card: 'small', effort: 'none', domains: { [domain]: 1 }, difficulty, tier: 'moderate', ...sign };
    });
    const learnt = learntAbility(catalogue, questionsOf(outcomes, now))?.abilities ?? catalogue.abilities;
    for (const domain of asked) {
      before += Math.abs(chance(catalogue.abilities, domain) - chance(truth, domain));
      after += Math.abs(chance(learnt, domain) - chance(truth, domain));
    }
  }
  return { before: before / people / asked.length, after: after / people / asked.length };
}

describe('learning, on simulated people', () => {
  // Where the model differs for the person as far as the prior expects: fewer than half of the bad answers are told of.
  const rows: readonly { readonly answers: number; readonly least: number }[] = [
    { answers: 20, least: 0.02 },
    { answers: 60, least: 0.15 },
    { answers: 200, least: 0.25 },
  ];
  for (const { answers, least } of rows) {
    it(`is nearer to the truth than the catalogue after ${answers} answers`, () => {
      const { before, after } = errors(answers, 1.1);
      assert.ok(after <= before * (1 - least), `${after} after ${before}`);
    });
  }

  it('stays near to a catalogue that is right', () => {
    for (const answers of [20, 60, 200]) {
      const { after } = errors(answers, 0);
      assert.ok(after < 0.08, `${after} after ${answers} answers`);
    }
  });
});
