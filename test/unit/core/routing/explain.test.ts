import assert from 'node:assert/strict';
import { estimateTokenCount } from 'tokenx';
import { type Arm, idOfArm } from '../../../../src/core/model/modelCard';
import type { Route } from '../../../../src/core/model/route';
import { barOf } from '../../../../src/core/routing/bars';
import { explain } from '../../../../src/core/routing/explain';
import { arm } from '../../../support/cards';
import { routeRequest } from '../../../support/routeRequest';
import { fakeModel } from '../../../support/fakeProfile';

const moderate = 'Write an LRU cache class in TypeScript with a maximum size and a time to live per entry, including get, set, delete and an iterator, and unit tests for expiry and eviction order.';

function routeAmong(arms: readonly Arm[], excluded: readonly string[] = []): Route {
  const found = routeRequest(
    { countTokens: estimateTokenCount, model: fakeModel('moderate'), isAvailable: () => true, restingFor: () => undefined, providerName: (id) => id },
    { request: { messages: [{ role: 'user', text: moderate }] }, arms, quality: 'balanced', pinned: undefined, maxOutputTokens: 8_192, worstInputTokens: 2_000, now: 0, knownPriceOnly: false, room: undefined, allowed: [], excluded },
  );
  assert.ok(!('kind' in found), JSON.stringify(found));
  return found;
}

/** Sixty models from cheap and weak to dear and able. */
const many = Array.from({ length: 60 }, (_, index) => arm({ model: `m${index}`, provider: `p${index % 10}`, z: index / 15 - 2, price: [0.05 * 1.08 ** index, 0.2 * 1.08 ** index] }));

describe('explain', () => {
  it('shows the chosen, those tried next, cheaper ones and dearer ones, and counts the rest', () => {
    const route = routeAmong(many);
    const { candidates, notShown } = explain(route);
    assert.equal(candidates[0]?.verdict, 'chosen');
    assert.equal(candidates[0]?.arm, route.ranked[0]?.id);
    assert.deepEqual(candidates.slice(1, 5).map(({ verdict }) => verdict), ['next', 'next', 'next', 'next']);
    assert.equal(candidates.filter(({ verdict }) => verdict === 'not sure enough').length, 5);
    assert.equal(candidates.filter(({ verdict }) => verdict === 'dearer').length, 2);
    assert.equal(candidates.length + notShown, 60);
  });

  it('shows the dear end of the range', () => {
    assert.equal(explain(routeAmong(many)).candidates.at(-1)?.arm, 'p9/m59');
  });

  it('carries what the page must know', () => {
    const route = routeAmong(many);
    const { reasons, tier, quality, bar, inputTokens } = explain(route);
    assert.deepEqual({ reasons, tier, quality, bar, inputTokens }, { reasons: route.reasons, tier: 'moderate', quality: 'balanced', bar: barOf('balanced'), inputTokens: route.profile.inputTokens });
  });

  it('tells what the text was taken for, how many would do, the ablest and the groups left out', () => {
    const { task, choice, able, ablest, leftOut = [] } = explain(routeAmong([...many, arm({ model: 'new' })], ['p1/*']));
    assert.equal(choice, 'bar');
    assert.equal(task?.domains[0]?.name, 'code');
    assert.ok((task?.domains[0]?.share ?? 0) > 0.5 && (task?.tiers?.length ?? 0) > 0 && (task?.intents?.length ?? 0) > 0);
    assert.ok(able !== undefined && able > 5 && able < 60);
    assert.ok(ablest && ablest.p > 0.9);
    const groups = Object.fromEntries(leftOut.map(({ why, models }) => [why, models]));
    assert.equal(groups['excluded'], 6);
    assert.equal(groups['not measured'], 1);
    const total = leftOut.reduce((sum, { models }) => sum + models, 0);
    assert.equal(total, 61 - new Set(routeAmong([...many, arm({ model: 'new' })], ['p1/*']).ranked.map(({ arm: { card } }) => card.id)).size, 'every model once');
  });

  it('says how it came to the choice', () => {
    const choice = (route: Route) => explain(route).choice;
    assert.equal(choice(routeAmong([arm({ model: 'weak', z: -3 }), arm({ model: 'weaker', z: -3.5 })])), 'bestBuy');
    const pinned = routeRequest(
      { countTokens: estimateTokenCount, model: fakeModel('moderate'), isAvailable: () => true, restingFor: () => undefined, providerName: (id) => id },
      { request: { messages: [{ role: 'user', text: moderate }] }, arms: many, quality: 'balanced', pinned: many[3] && idOfArm(many[3]), maxOutputTokens: 8_192, worstInputTokens: 2_000, now: 0, knownPriceOnly: false, room: undefined, allowed: [], excluded: [] },
    );
    assert.ok(!('kind' in pinned));
    assert.equal(choice(pinned), 'asked');
  });

  it('draws each chance with both ends, those of unmeasured models as estimated', () => {
    const guessed = arm({ model: 'new' });
    const { effort } = guessed;
    const unmeasured = { ...guessed, effort: { ...effort, estimated: { code: { z: 2, sd: 0.8 } } } };
    const { candidates } = explain(routeAmong([...many.slice(0, 50), unmeasured]));
    for (const { p, low, top, arm: id } of candidates) if (p !== undefined) assert.ok((low ?? 1) <= p && p <= (top ?? 0), id);
    const shown = candidates.find(({ name }) => name === 'new');
    assert.equal(shown?.estimated, true);
    assert.equal(shown?.verdict, 'not measured');
    assert.ok((shown?.top ?? 0) - (shown?.low ?? 0) > 0.05, 'and less surely');
  });

  it('is plain data', () => {
    const explanation = explain(routeAmong([...many, arm({ model: 'new' }), arm({ model: 'dark', z: 1, price: 'unknown' })]));
    assert.deepEqual(JSON.parse(JSON.stringify(explanation)), explanation);
  });

  it('leaves unknown figures out instead of calling them zero', () => {
    const { outputTokens, ...shown } = explain(routeAmong([arm({ model: 'own', price: 'unknown' })])).candidates[0] ?? {};
    assert.deepEqual(shown, { arm: 'acme/own', name: 'own', provider: 'acme', verdict: 'chosen' });
    assert.ok((outputTokens ?? 0) > 0, 'what the task takes is known all the same');
  });

  it('does not list what the person excluded, but counts it', () => {
    const { candidates, notShown } = explain(routeAmong(many.slice(0, 50), ['p1/*']));
    assert.ok(candidates.every(({ provider }) => provider !== 'p1'));
    assert.equal(candidates.length + notShown, 50);
  });

  it('shows one effort of each place, by its name', () => {
    const efforts = (['none', 'low', 'high'] as const).map((effort, index) => arm({ model: 'm', z: index - 0.2, effort, isDefault: effort === 'none', verbosity: 1 + index * 3 }));
    const { candidates, notShown } = explain(routeAmong([...efforts, arm({ model: 'other', z: -2 })]));
    assert.equal(candidates.filter(({ arm: id }) => id.startsWith('acme/m')).length, 1);
    assert.equal(candidates[0]?.name, 'm (low effort)');
    assert.equal(candidates.length + notShown, 4);
  });

  it('sorts the others by cost', () => {
    const likely = explain(routeAmong(many)).candidates.slice(5).map((candidate) => candidate.likely ?? 0);
    assert.deepEqual(likely, likely.toSorted((left, right) => left - right));
  });
});
