import assert from 'node:assert/strict';
import { fromUsd } from '../../../../src/core/model/money';
import type { TaskProfile } from '../../../../src/core/model/profile';
import type { Standard } from '../../../../src/core/routing/bars';
import { type CandidateInput, judgeArms } from '../../../../src/core/routing/candidates';
import { byExpected, clearlyBetter, rank } from '../../../../src/core/routing/rank';
import { arm, type ArmSketch } from '../../../support/cards';

const task: TaskProfile = { domains: { code: 1 }, difficulty: -1.523, tier: 'moderate', needs: [], inputTokens: 1_000, outputTokens: { p50: 250, p90: 500 }, reasons: [] };
const input: CandidateInput = { profile: task, maxOutputTokens: 4_000, worstInputTokens: 4_000, now: 0, knownPriceOnly: false, room: undefined, allowed: [], excluded: [], isAvailable: () => true };
const standard: Standard = { bar: 0.7, failure: fromUsd(0.1), attempts: 6, nearly: 1.2 };

function ranking(sketches: readonly ArmSketch[]) {
  return rank(judgeArms(sketches.map(arm), input).all(), standard);
}

function check(name: string, sketches: readonly ArmSketch[], order: readonly string[], belowBar = false): void {
  it(name, () => {
    const found = ranking(sketches);
    assert.deepEqual(found.ranked.map(({ facts }) => facts.id), order);
    assert.equal(found.belowBar, belowBar);
  });
}

const small: ArmSketch = { model: 'small', z: -1.5, price: [0.05, 0.2] };
const mid: ArmSketch = { model: 'mid', z: 0.5, price: [0.3, 1.2] };
const good: ArmSketch = { model: 'good', z: 1, price: [1, 4] };
const best: ArmSketch = { model: 'best', z: 1.9, price: [5, 25] };

describe('rank', () => {
  check('prefers the cheapest of those that pass, then dearer ones, then what did not pass', [best, good, mid, small], ['acme/mid', 'acme/good', 'acme/best', 'acme/small']);
  check('does not depend on the order given', [small, mid, good, best], ['acme/mid', 'acme/good', 'acme/best', 'acme/small']);
  check('takes the ablest when nobody passes', [{ ...small, z: -2 }, { ...small, model: 'smaller', z: -3 }], ['acme/small', 'acme/smaller'], true);
  check('takes the cheaper of two near equals when nobody passes', [{ model: 'dear', z: -0.48, price: [10, 40] }, { model: 'cheap', z: -0.5, price: [0.1, 0.4] }, { model: 'weak', z: -1.5, price: [0.01, 0.04] }], ['acme/cheap', 'acme/dear', 'acme/weak'], true);
  check('takes one that nearly passes when it is far cheaper', [{ model: 'sure', z: 0.5, sd: 0.1, price: [1, 4] }, { model: 'nearly', z: 0.52, sd: 0.6, price: [0.2, 0.8] }], ['acme/nearly', 'acme/sure']);
  check('but not when it is only cheaper', [{ model: 'sure', z: 0.5, sd: 0.1, price: [1, 4] }, { model: 'nearly', z: 0.52, sd: 0.6, price: [0.5, 2] }], ['acme/sure', 'acme/nearly']);
  check('nor when it fails clearly more often', [{ model: 'sure', z: 0.5, sd: 0.1, price: [1, 4] }, { model: 'shaky', z: 0, sd: 0.6, price: [0.2, 0.8] }], ['acme/sure', 'acme/shaky']);
  check('takes the ablest when it is worth what it costs more', [{ model: 'able', z: -0.5, price: [1, 4] }, { model: 'cheap', z: -1, price: [0.1, 0.4] }], ['acme/able', 'acme/cheap'], true);
  check('but not at any price', [{ model: 'able', z: -0.5, price: [75, 300] }, { model: 'cheap', z: -0.8, price: [0.1, 0.4] }], ['acme/cheap', 'acme/able'], true);
  check('and does not count the dearest of equals as the price of an attempt', [{ model: 'pro', z: -0.49, price: [300, 900] }, { model: 'able', z: -0.5, price: [1, 4] }, { model: 'cheap', z: -1, price: [0.1, 0.4] }], ['acme/able', 'acme/pro', 'acme/cheap'], true);
  check('counts what an effort writes, not only the list price', [{ model: 'wordy', z: 0.6, price: [0.2, 0.8], verbosity: 10 }, mid], ['acme/mid', 'acme/wordy']);
  check('prefers a surer model to one a hair cheaper, for what asking again would cost', [{ model: 'shaky', z: 0.1, sd: 0.05, price: [1, 4] }, { model: 'sure', z: 1.5, price: [1.05, 4.2] }], ['acme/sure', 'acme/shaky']);
  check('is judged by the lower bound: an uncertain model does not pass', [{ model: 'new', z: 0.7, sd: 0.84, price: [0.1, 0.4] }, mid], ['acme/mid', 'acme/new']);
  check('takes a free model that passes', [mid, { model: 'free', z: 0.5, free: true, price: [0, 0] }], ['acme/free', 'acme/mid']);
  check('takes the surer of two free models, though the other may be abler', [{ model: 'sure', z: 0.5, sd: 0.1, free: true }, { model: 'maybe', z: 0.7, sd: 0.8, free: true }], ['acme/sure', 'acme/maybe']);
  check('takes the abler of two free models', [{ model: 'one', z: 0.5, free: true }, { model: 'two', z: 1.5, free: true }], ['acme/two', 'acme/one']);

  describe('behind', () => {
    check('never puts an unproven model first, however cheap', [{ model: 'new', price: [0.001, 0.001] }, mid], ['acme/mid', 'acme/new']);
    check('never puts an unproven model before an able one that does not pass', [{ model: 'new', price: [0.001, 0.001] }, small], ['acme/small', 'acme/new'], true);
    check('never puts an unknown price before a known one', [{ model: 'dark', z: 3, price: 'unknown' }, mid], ['acme/mid', 'acme/dark']);
    check('orders last resorts: unproven, unpriced, neither', [{ model: 'neither', price: 'unknown' }, { model: 'dark', z: 2, price: 'unknown' }, { model: 'new' }, mid], ['acme/mid', 'acme/new', 'acme/dark', 'acme/neither']);
    check('puts known ability first when nothing is both known', [{ model: 'neither', price: 'unknown' }, { model: 'new' }, { model: 'dark', z: 2, price: 'unknown' }], ['acme/dark', 'acme/new', 'acme/neither'], true);
    check('uses what nobody knows anything of when that is all', [{ model: 'own', price: 'unknown' }], ['acme/own'], true);
    check('is empty when nothing is open', [], [], true);
  });

  describe('order of trying', () => {
    const at = (provider: string, sketch: ArmSketch, more: Partial<ArmSketch> = {}): ArmSketch => ({ ...sketch, provider, card: sketch.model, ...more });
    check('goes to another host of the same model first', [at('a', mid), at('a', good), at('b', mid, { price: [0.4, 1.6] }), at('b', best)], ['a/mid', 'b/mid', 'a/good', 'b/best']);
    check('unless it is much dearer there', [at('a', mid), at('a', { ...good, price: [0.35, 1.4] }), at('b', mid, { price: [1.2, 4.8] })], ['a/mid', 'a/good', 'b/mid']);
    check('asks at most two models of one provider while others are left', [at('a', mid), at('a', { ...mid, model: 'mid2', price: [0.31, 1.2] }), at('a', { ...mid, model: 'mid3', price: [0.32, 1.2] }), at('b', good)], ['a/mid', 'a/mid2', 'b/good', 'a/mid3']);
    check('asks one effort of each place', [mid, { ...mid, effort: 'high', isDefault: false, z: 0.8, verbosity: 2 }, good], ['acme/mid', 'acme/good']);
    const resting = (open: readonly ArmSketch[], rests: readonly ArmSketch[]) => {
      const [free, closed] = [open, rests].map((sketches) => judgeArms(sketches.map(arm), input).all());
      return rank(free ?? [], standard, closed);
    };
    const order = (found: ReturnType<typeof rank>): readonly string[] => found.ranked.map(({ facts }) => facts.id);
    it('puts the same model elsewhere in the place of one that rests', () => {
      const found = resting([at('b', mid, { price: [0.8, 3.2] }), at('c', { ...good, price: [0.4, 1.6] })], [at('a', mid)]);
      assert.deepEqual(order(found), ['b/mid', 'c/good']);
      assert.deepEqual([found.missed?.facts.id, found.standIn?.facts.id], ['a/mid', 'b/mid']);
    });
    it('takes another model when the same one is much dearer elsewhere', () => {
      const found = resting([at('b', mid, { price: [1.2, 4.8] }), at('c', { ...good, price: [0.4, 1.6] })], [at('a', mid)]);
      assert.deepEqual(order(found), ['c/good', 'b/mid']);
      assert.deepEqual([found.missed?.facts.id, found.standIn], ['a/mid', undefined]);
    });
    it('minds nobody who rests and would not come first', () => {
      const found = resting([at('b', mid)], [at('a', best)]);
      assert.deepEqual([order(found), found.missed, found.standIn], [['b/mid'], undefined, undefined]);
    });
    it('tries five at most', () => {
      const many = Array.from({ length: 40 }, (_, index): ArmSketch => ({ model: `m${index}`, provider: `p${index}`, z: 1, price: [1 + index / 100, 4] }));
      assert.equal(ranking(many).ranked.length, 5);
    });
  });

  it('adds to the cost the chance of failing times the next better one', () => {
    const { rated } = ranking([mid, best]);
    const [first, last] = rated.toSorted(byExpected);
    assert.ok(first && last);
    assert.equal(first.facts.id, 'acme/mid');
    // 1,000 × 0.3 + 250 × 1.2 USD/M, and 1,000 × 5 + 250 × 25 USD/M.
    assert.equal(first.likely, 600_000);
    assert.equal(last.likely, 11_250_000);
    assert.equal(first.expected, 600_000 + (1 - first.capable.p) * 11_250_000);
    assert.equal(last.expected, 11_250_000 + (1 - last.capable.p) * 11_250_000, 'the ablest is asked again itself');
  });

  it('escalates to the cheapest that is clearly better, not to the dearest', () => {
    const { rated } = ranking([mid, good, best]);
    const first = rated.find(({ facts }) => facts.id === 'acme/mid');
    assert.ok(first);
    assert.equal(first.expected, 600_000 + (1 - first.capable.p) * 2_000_000);
  });

  it('is the same for every order of a big catalogue', () => {
    const many = Array.from({ length: 300 }, (_, index): ArmSketch => ({ model: `m${index}`, provider: `p${index % 7}`, z: ((index * 37) % 60) / 15 - 2, price: [((index * 53) % 97) / 20 + 0.05, ((index * 29) % 91) / 4 + 0.1] }));
    const once = ranking(many).ranked.map(({ facts }) => facts.id);
    assert.deepEqual(ranking(many.toReversed()).ranked.map(({ facts }) => facts.id), once);
  });
});

describe('clearlyBetter', () => {
  const rows: [number, number, boolean][] = [
    [0.9, 0.8, true],
    [0.85, 0.8, false],
    [0.994, 0.99, true],
    [0.992, 0.99, false],
    [0.5, 0.5, false],
    [0.5, 0.8, false],
  ];
  for (const [one, than, expected] of rows) {
    it(`${one} ${expected ? 'is' : 'is not'} clearly better than ${than}`, () => {
      assert.equal(clearlyBetter(one, than), expected);
    });
  }
});
