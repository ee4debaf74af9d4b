import assert from 'node:assert/strict';
import { isMeasured, learntAbility as learntFrom, type LearntAbility, priorOf } from '../../../../src/core/learning/ability';
import { halfLifeMs, questionsOf } from '../../../../src/core/learning/evidence';
import { asArmId, type Domain, domains, type Effort, type EffortRow } from '../../../../src/core/model/modelCard';
import type { Outcome, OutcomeKind } from '../../../../src/core/model/outcome';
import { taskDemand } from '../../../../src/core/routing/candidates';
import { abilityVector, capability, slopes } from '../../../../src/core/routing/capable';

const now = Date.UTC(2026, 10, 21, 12);

let lastId = 0;
function outcome(value: number, changes: Partial<Outcome> = {}): Outcome {
  const id = `o-${++lastId}`;
  return { id, at: now, realm: 'real', arm: asArmId('openai/luna'), card: 'luna', effort: 'medium', kind: 'rating', value, weight: 1, domains: { code: 1 }, difficulty: -1.5, tier: 'moderate', question: id, ...changes };
}

function learntAbility(of: EffortRow, outcomes: readonly Outcome[], rows?: readonly EffortRow[]): LearntAbility | undefined {
  return learntFrom(of, questionsOf(outcomes, now), rows);
}

function times(count: number, value: number, changes: Partial<Outcome> = {}): readonly Outcome[] {
  return Array.from({ length: count }, () => outcome(value, changes));
}

/** Answers after which the conversation went on. */
function silent(count: number): readonly Outcome[] {
  return Array.from({ length: count }, (_, at) => outcome(1, { kind: 'followed', weight: 0.25, at: now - at * 60_000 }));
}

/** So many answers of which each n-th is rated down, and nothing else is rated. */
function oneInBad(count: number, nth: number): readonly Outcome[] {
  return silent(count).map((one, at) => (at % nth === 0 ? { ...one, kind: 'rating', value: 0, weight: 1 } : one));
}

function row(z = 0.5, sd = 0.25, effort: Effort = 'medium'): EffortRow {
  return { effort, isDefault: true, verbosity: 1, abilities: Object.fromEntries(domains.map((domain) => [domain, { z, sd }])) };
}

/** Chance of success at a moderate task of one domain. */
function chance(abilities: EffortRow['abilities'], mix: Partial<Record<Domain, number>> = { code: 1 }, difficulty = -1.5): number {
  const vector = abilityVector(abilities);
  assert.ok(vector);
  return capability(vector, taskDemand({ domains: mix, difficulty })).p;
}

function after(outcomes: readonly Outcome[], of = row()): number {
  return chance(learntAbility(of, outcomes)?.abilities ?? of.abilities);
}

function known(learnt: LearntAbility | undefined): LearntAbility {
  assert.ok(learnt);
  return learnt;
}

/** A linear congruential generator (Numerical Recipes), so that every run sees the same cases. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
    return state / 2 ** 32;
  };
}

function randomOutcomes(random: () => number, count: number): readonly Outcome[] {
  const kinds: readonly OutcomeKind[] = ['rating', 'better', 'retry', 'followed', 'kept', 'undone', 'judge'];
  return Array.from({ length: count }, () => {
    const first = domains[Math.floor(random() * domains.length)] ?? 'code';
    const second = domains[Math.floor(random() * domains.length)] ?? 'chat';
    const share = random();
    return outcome(random(), { kind: kinds[Math.floor(random() * kinds.length)] ?? 'rating', weight: 0.05 + 0.95 * random(), at: now - random() * 3 * halfLifeMs, difficulty: -4 + 6 * random(), domains: first === second ? { [first]: 1 } : { [first]: share, [second]: 1 - share } });
  });
}

describe('learntAbility', () => {
  const before = chance(row().abilities);

  const rows: readonly { readonly name: string; readonly outcomes: readonly Outcome[]; readonly of?: EffortRow; readonly from: number; readonly to: number }[] = [
    { name: 'is the catalogue\'s without outcomes', outcomes: [], from: before, to: before },
    { name: 'is moved by no single thumb down', outcomes: times(1, 0), from: before, to: before },
    { name: 'is moved by no single thumb up', outcomes: times(1, 1), from: before, to: before },
    { name: 'is moved by no single question, whatever happened to it', outcomes: [outcome(0, { question: 'q' }), outcome(0, { question: 'q', kind: 'better', weight: 0.5 }), outcome(0, { question: 'q', kind: 'undone', weight: 0.5 })], from: before, to: before },
    { name: 'is moved a little by two thumbs down', outcomes: times(2, 0), from: before - 0.12, to: before - 0.04 },
    { name: 'is moved clearly by three', outcomes: times(3, 0), from: before - 0.2, to: before - 0.1 },
    { name: 'has lost much after ten', outcomes: times(10, 0), from: 0.2, to: 0.45 },
    { name: 'cannot run away', outcomes: times(500, 0), from: 0.2, to: 0.35 },
    { name: 'rises with praise, within bounds', outcomes: times(500, 1), from: 0.9, to: 0.97 },
    { name: 'stays about where it is while answers are as good as expected', outcomes: [...times(17, 1), ...times(4, 0)], from: before - 0.05, to: before + 0.05 },
    { name: 'is moved little by going on without complaint, however often', outcomes: silent(2000), from: before, to: before + 0.05 },
    { name: 'hears a few ratings in a week of going on', outcomes: [...silent(20), ...times(6, 0)], from: before - 0.3, to: before - 0.1 },
    { name: 'takes few ratings in a year of going on for what they are', outcomes: [...silent(2000), ...times(6, 0)], from: before - 0.1, to: before },
    { name: 'does not fall far when nothing is rated but one bad answer in twenty', outcomes: oneInBad(1000, 20), from: before - 0.1, to: before },
    { name: 'falls when it is one in five', outcomes: oneInBad(200, 5), from: before - 0.45, to: before - 0.25 },
    { name: 'is moved less by complaints of another kind of task', outcomes: times(6, 0, { domains: { writing: 1 } }), from: before - 0.15, to: before - 0.05 },
    { name: 'is moved more by what is half about it', outcomes: times(6, 0, { domains: { writing: 0.5, code: 0.5 } }), from: before - 0.35, to: before - 0.2 },
    { name: 'takes what the person said over what else happened to the answer', outcomes: Array.from({ length: 6 }, (_, at) => [outcome(1, { question: `q${at}` }), outcome(0, { question: `q${at}`, kind: 'retry', weight: 0.2 })]).flat(), from: before, to: before + 0.12 },
  ];
  for (const { name, outcomes, of, from, to } of rows) {
    it(name, () => {
      const reached = after(outcomes, of);
      assert.ok(reached >= from - 1e-9 && reached <= to + 1e-9, `${reached} is not between ${from} and ${to}`);
    });
  }

  it('forgets with age: after a half-life the move is smaller, after six it is gone', () => {
    const moves = [0, 1, 2, 6].map((lives) => before - after(times(6, 0, { at: now - lives * halfLifeMs })));
    assert.deepEqual(moves, moves.toSorted((one, other) => other - one));
    assert.ok((moves[0] ?? 0) > 0.15 && (moves[3] ?? 1) < 0.015, String(moves));
  });

  it('takes an outcome from a clock ahead as one of now', () => {
    assert.equal(after(times(6, 0, { at: now + halfLifeMs })), after(times(6, 0)));
  });

  it('does not depend on the order of the outcomes', () => {
    const random = randomOf(7);
    for (let round = 0; round < 20; round++) {
      const outcomes = randomOutcomes(random, 4 + Math.floor(random() * 60));
      const [one, other] = [known(learntAbility(row(), outcomes)), known(learntAbility(row(), outcomes.toSorted(() => random() - 0.5)))];
      for (const domain of domains) assert.ok(Math.abs(one.abilities[domain].z - other.abilities[domain].z) < 1e-6, domain);
    }
  });

  it('stays between what was known and what was seen, and never becomes less sure', () => {
    const random = randomOf(11);
    for (let round = 0; round < 200; round++) {
      const of = row(-1.5 + 3.5 * random(), 0.1 + 0.5 * random());
      const outcomes = randomOutcomes(random, 2 + Math.floor(random() * 40));
      const { abilities, shifts } = learntAbility(of, outcomes) ?? { abilities: undefined, shifts: undefined };
      if (!abilities) continue;
      for (const domain of domains) {
        assert.ok(Number.isFinite(abilities[domain].z) && Math.abs(shifts[domain]) * slopes[domain] <= 4 + 1e-9);
        assert.ok(abilities[domain].sd <= (of.abilities[domain]?.sd ?? 0) + 1e-9 && abilities[domain].sd > 0);
      }
      // All good pulls up, all bad pulls down, whatever the mixture of domains and difficulties.
      for (const value of [0, 1]) {
        const same = known(learntAbility(of, outcomes.map((one) => ({ ...one, value }))));
        for (const domain of domains) assert.ok(value === 1 ? same.shifts[domain] >= -1e-6 : same.shifts[domain] <= 1e-6, `${domain} ${same.shifts[domain]}`);
      }
    }
  });

  it('rises with the value of any outcome, for the tasks that outcome is about', () => {
    const random = randomOf(13);
    for (let round = 0; round < 100; round++) {
      // Two extremes that stay, so that the same ones are left out.
      const frame = [outcome(1, { difficulty: 1.5 }), outcome(0, { difficulty: -4 })];
      const others = randomOutcomes(random, 10).map((one) => ({ ...one, kind: 'judge' as const, weight: one.weight * 0.7 }));
      const [first, ...rest] = others;
      assert.ok(first);
      const values = [0, 0.25, 0.5, 0.75, 1].map((value) => {
        const learnt = known(learntAbility(row(), [...frame, { ...first, value }, ...rest]));
        return chance(learnt.abilities, first.domains, first.difficulty);
      });
      assert.deepEqual(values, values.toSorted((one, other) => one - other), String(values));
    }
  });

  describe('at other efforts', () => {
    const rowOf = (effort: Effort): EffortRow => row({ none: 0, low: 0.2, medium: 0.5, high: 0.8, xhigh: 1 }[effort], 0.25, effort);
    const efforts: readonly Effort[] = ['none', 'low', 'medium', 'high', 'xhigh'];
    const shiftAt = (effort: Effort, outcomes: readonly Outcome[]): number => known(learntAbility(rowOf(effort), outcomes, efforts.map(rowOf))).shifts.code;

    it('what fails with much thought fails with less, and half as surely with more', () => {
      const [less, same, more] = [shiftAt('low', times(6, 0)), shiftAt('medium', times(6, 0)), shiftAt('high', times(6, 0))];
      assert.ok(Math.abs(less - same) < 1e-6 && more > same + 0.1 && more < 0, String([less, same, more]));
    });

    it('what succeeds with little thought succeeds with more', () => {
      const hard = times(6, 1, { difficulty: 1 });
      const [less, same, more] = [shiftAt('low', hard), shiftAt('medium', hard), shiftAt('high', hard)];
      assert.ok(Math.abs(more - same) < 1e-6 && less < same - 0.1 && less > 0, String([less, same, more]));
    });
  });

  describe('of a model that nobody measured', () => {
    const unproven: EffortRow = { effort: 'none', isDefault: true, verbosity: 1, abilities: {} };

    it('needs more than a few questions to count as proven', () => {
      assert.equal(isMeasured(unproven), false);
      assert.equal(learntAbility(unproven, times(5, 1, { effort: 'none' })), undefined);
      assert.ok(learntAbility(unproven, times(6, 1, { effort: 'none' })));
      assert.equal(learntAbility(unproven, silent(100)), undefined, 'silence proves nothing');
    });

    it('is moved faster, because next to nothing was known', () => {
      const shift = (of: EffortRow): number => known(learntAbility(of, times(10, 0, { effort: 'none', difficulty: -3 }))).shifts.code;
      assert.ok(shift(unproven) < shift(row()));
      assert.ok((priorOf(unproven)?.spread[0] ?? 0) > 2);
    });

    it('begins at what price and age say of it', () => {
      const estimated = { ...unproven, estimated: { code: { z: 1, sd: 0.8 } } };
      assert.ok(known(learntAbility(estimated, times(8, 1))).abilities.code.z > 1);
    });
  });
});
