import assert from 'node:assert/strict';
import { estimateTokenCount } from 'tokenx';
import type { Failure } from '../../../../src/core/model/failure';
import { asArmId } from '../../../../src/core/model/modelCard';
import { fromUsd, nano } from '../../../../src/core/model/money';
import type { TaskProfile } from '../../../../src/core/model/profile';
import type { Tier } from '../../../../src/core/model/profile';
import type { Route } from '../../../../src/core/model/route';
import { demoCards } from '../../../../src/core/catalog/demo';
import { barOf } from '../../../../src/core/routing/bars';
import { type RouteDependencies, routeTask } from '../../../../src/core/routing/route';
import { arm, type ArmSketch } from '../../../support/cards';
import { type RouteInput, routeRequest } from '../../../support/routeRequest';
import { fakeModel } from '../../../support/fakeProfile';

const fence = '```';
const simple = 'what does the nullish coalescing operator do?';
const moderate = 'Write an LRU cache class in TypeScript with a maximum size and a time to live per entry, including get, set, delete and an iterator, and unit tests for expiry and eviction order.';
const complex = 'Design a migration of our monolith to a multi-tenant architecture with zero downtime: replication must stay consistent, and we need a rollback plan at every step.';

const small: ArmSketch = { model: 'small', z: -0.35, price: [0.1, 0.4] };
const mid: ArmSketch = { model: 'mid', z: 0.75, price: [0.75, 4.5] };
const large: ArmSketch = { model: 'large', z: 1.9, price: [5, 25] };
const three = [small, mid, large].map(arm);

const dependencies: RouteDependencies = { isAvailable: () => true, restingFor: () => undefined, providerName: (id) => id };

/** The model is a fake: what is tested is what becomes of a judgement. */
function tierOf(text: string): Tier {
  if (text === complex) return 'complex';
  return text === moderate ? 'moderate' : 'simple';
}

function route(text: string, more: Partial<RouteInput> = {}, ports: Partial<RouteDependencies> = {}): Route | Failure {
  return routeRequest(
    { countTokens: estimateTokenCount, model: fakeModel(tierOf(more.request?.messages[0]?.text ?? text)), ...dependencies, ...ports },
    { request: { messages: [{ role: 'user', text }] }, arms: three, quality: 'balanced', pinned: undefined, maxOutputTokens: 8_192, worstInputTokens: 2_000, now: 0, knownPriceOnly: true, room: undefined, allowed: [], excluded: [], ...more },
  );
}

function routed(...[text, more, ports]: Parameters<typeof route>): Route {
  const found = route(text, more, ports);
  assert.ok(!('kind' in found), JSON.stringify(found));
  return found;
}

function failed(...[text, more, ports]: Parameters<typeof route>): Failure {
  const found = route(text, more, ports);
  assert.ok('kind' in found, 'expected a failure');
  return found;
}

const first = (found: Route): string | undefined => found.ranked[0]?.id;
const step = (direction: 'better' | 'cheaper', than: string, text = simple): Partial<RouteInput> => ({ request: { messages: [{ role: 'user', text }], step: { direction, than: asArmId(than) } } });

describe('routeRequest', () => {
  const choices: [string, RouteInput['quality'], string][] = [
    [simple, 'economy', 'acme/small'],
    [simple, 'balanced', 'acme/small'],
    [moderate, 'balanced', 'acme/mid'],
    [moderate, 'quality', 'acme/large'],
    [complex, 'balanced', 'acme/large'],
    [complex, 'quality', 'acme/large'],
  ];
  for (const [text, quality, expected] of choices) {
    it(`${quality}: ${expected} for "${text.slice(0, 40)}"`, () => {
      assert.equal(first(routed(text, { quality })), expected);
    });
  }

  it('a higher setting never takes a weaker model', () => {
    for (const text of [simple, moderate, complex]) {
      const chances = (['economy', 'balanced', 'quality'] as const).map((quality) => routed(text, { quality }).ranked[0]?.capable?.low ?? 0);
      assert.deepEqual(chances, chances.toSorted((left, right) => left - right), text);
    }
  });

  it('chooses among the demo models as among real ones', () => {
    const arms = demoCards.flatMap((card) => card.efforts.flatMap((effort) => card.offers.map((offer) => ({ card, effort, offer }))));
    assert.equal(first(routed(simple, { arms })), 'demo/demo-small');
    assert.equal(first(routed(moderate, { arms })), 'demo/demo-medium');
    assert.equal(first(routed(complex, { arms })), 'demo/demo-large');
  });

  it('accounts for every arm, once, with a reason', () => {
    const found = routed(moderate, { excluded: ['acme/small'] });
    assert.deepEqual([...found.ranked.map(({ id }) => id), ...found.rejected.map(({ candidate }) => candidate.id)].toSorted(), ['acme/large', 'acme/mid', 'acme/small']);
    assert.deepEqual(found.rejected.map(({ why }) => why), ['excluded']);
  });

  it('says why one was not taken', () => {
    const many = [...Array.from({ length: 8 }, (_, index) => arm({ model: `m${index}`, provider: `p${index}`, z: 0.8, price: [0.8 + index / 10, 4.5] })), arm({ model: 'weak', z: -2 }), arm({ model: 'new' }), arm({ model: 'dark', z: 1, price: 'unknown' })];
    const why = new Map(routed(moderate, { arms: many }).rejected.map(({ candidate, why: reason }) => [candidate.id, reason]));
    assert.deepEqual(Object.fromEntries(why), { 'p5/m5': 'dearer', 'p6/m6': 'dearer', 'p7/m7': 'dearer', 'acme/weak': 'notCapable', 'acme/new': 'unproven', 'acme/dark': 'priceUnknown' });
  });

  it('gives its reasons in sentences', () => {
    const { reasons, bar } = routed(moderate);
    assert.equal(bar, barOf('balanced'));
    assert.match(reasons[0] ?? '', /^mid is the cheapest that is likely enough \(\d\d % ≥ \d\d %\)$/);
    assert.equal(reasons[1], '1 cheaper model was below the bar');
    assert.match(reasons[2] ?? '', /^Judged moderate: /);
  });

  it('says so when nobody is sure enough', () => {
    const found = routed(complex, { arms: [arm(small), arm({ ...small, model: 'smaller', z: -2 })] });
    assert.equal(found.belowBar, true);
    assert.equal(first(found), 'acme/small');
    assert.match(found.reasons[0] ?? '', /^No model that can be asked is sure enough for this \(\d\d % wanted\); small is the likeliest to succeed/);
  });

  it('says so of the only one, the unproven and the unpriced', () => {
    assert.match(routed(simple, { arms: [arm(small)] }).reasons[0] ?? '', /^small is the only one that can be asked, and likely enough/);
    assert.match(routed(simple, { arms: [arm({ model: 'new' })] }).reasons[0] ?? '', /^new is all that can be asked; how able it is has not been measured$/);
    assert.match(routed(simple, { arms: [arm({ model: 'dark', z: 1, price: 'unknown' })], knownPriceOnly: false }).reasons[0] ?? '', /^dark is the ablest that can be asked; its price is not known$/);
  });

  it('goes round what failed a moment ago, and says so', () => {
    const found = routed(simple, {}, { isAvailable: ({ offer }) => offer.model !== 'small' });
    assert.equal(first(found), 'acme/mid');
    assert.ok(found.reasons.includes('1 model was left out after a recent failure'));
  });

  describe('when the first choice rests', () => {
    const at = (provider: string, sketch: ArmSketch, price: readonly [number, number]) => arm({ ...sketch, provider, card: sketch.model, price });
    const arms = [at('openai', mid, [0.75, 4.5]), at('openrouter', mid, [1.5, 9]), at('groq', { ...mid, model: 'other' }, [0.8, 4.6])];
    const without = (kind: 'providerDown' | 'rateLimited' | 'modelGone', ...resting: readonly string[]): Partial<RouteDependencies> => ({
      isAvailable: ({ offer }) => !resting.includes(offer.provider),
      restingFor: ({ offer }) => (!resting.includes(offer.provider) ? undefined : kind === 'modelGone' ? { kind, provider: offer.provider, model: offer.model } : { kind, provider: offer.provider }),
      providerName: (id) => id.toUpperCase(),
    });

    it('asks the same model elsewhere, and says so', () => {
      const found = routed(moderate, { arms }, without('providerDown', 'openai'));
      assert.deepEqual(found.ranked.map(({ id }) => id), ['openrouter/mid', 'groq/other']);
      assert.equal(found.reasons[0], 'OPENAI is down, so the same model is asked at OPENROUTER');
      assert.deepEqual(found.spare.map(({ id }) => id), ['openai/mid'], 'and it itself when all others have failed');
    });
    it('asks the next model when it is nowhere else, and says so', () => {
      const found = routed(moderate, { arms }, without('rateLimited', 'openai', 'openrouter'));
      assert.deepEqual(found.ranked.map(({ id }) => id), ['groq/other']);
      assert.ok(found.reasons.includes('mid would come first, but OPENAI asked for a pause'), found.reasons.join('\n'));
    });
    it('goes back to it as soon as it is back', () => {
      const found = routed(moderate, { arms });
      assert.equal(first(found), 'openai/mid');
      assert.deepEqual(found.spare, []);
      assert.equal(found.ranked[1]?.id, 'openrouter/mid', 'and would ask the same model elsewhere next');
    });
    it('does not ask it elsewhere when the budget has no room for that', () => {
      const found = routed(moderate, { arms, room: fromUsd(0.05) }, without('modelGone', 'openai'));
      assert.deepEqual(found.ranked.map(({ id }) => id), ['groq/other']);
      assert.ok(found.rejected.some(({ candidate, why }) => candidate.id === 'openrouter/mid' && why === 'overBudget'));
    });
    it('does not ask what there is no room for because it rests', () => {
      const { kind } = failed(moderate, { arms: arms.slice(0, 1), room: fromUsd(0.001) }, without('providerDown', 'openai'));
      assert.equal(kind, 'noCandidate');
    });
  });

  it('stays with a model while its prompt cache pays', () => {
    const arms = [arm({ model: 'usual', z: 1, price: [1, 4, 0.1] }), arm({ model: 'cheaper', z: 1, price: [0.8, 3.2, 0.08] })];
    const text = `explain this\n${fence}\n${'const value = read();\n'.repeat(2_000)}${fence}`;
    assert.equal(first(routed(text, { arms, worstInputTokens: 60_000 })), 'acme/cheaper');
    assert.equal(first(routed(text, { arms, worstInputTokens: 60_000, warm: { arm: asArmId('acme/usual'), cachedTokens: 10_000 } })), 'acme/usual');
  });

  describe('pinned', () => {
    const pin = (id: string): Partial<RouteInput> => ({ pinned: asArmId(id) });
    it('asks exactly that one and no other', () => {
      const found = routed(simple, pin('acme/large'));
      assert.deepEqual(found.ranked.map(({ id }) => id), ['acme/large']);
      assert.deepEqual(found.rejected.map(({ why }) => why), ['notRequested', 'notRequested']);
      assert.equal(found.reasons[0], 'large was asked for by name');
    });
    it('an unproven one, a cooling one, one that may cost more than is left', () => {
      assert.equal(first(routed(simple, { ...pin('acme/new'), arms: [arm({ model: 'new' })] })), 'acme/new');
      assert.equal(first(routed(simple, pin('acme/small'), { isAvailable: () => false })), 'acme/small');
      assert.equal(first(routed(simple, { ...pin('acme/large'), room: nano(1) })), 'acme/large');
    });
    it('says when it is below the bar', () => {
      assert.equal(routed(complex, pin('acme/small')).belowBar, true);
      assert.equal(routed(simple, pin('acme/large')).belowBar, false);
    });
    const refusals: [string, Partial<RouteInput>, Failure][] = [
      ['not there', pin('acme/gone'), { kind: 'noCandidate', reason: 'acme/gone cannot be asked now: no provider that is set up offers it.' }],
      ['excluded', { ...pin('acme/mid'), excluded: ['*/mid'] }, { kind: 'noCandidate', reason: 'mid is on the list of excluded models.' }],
      ['not allowed', { ...pin('acme/mid'), allowed: ['acme/small'] }, { kind: 'noCandidate', reason: 'mid is not on the list of allowed models.' }],
      ['too short', { ...pin('acme/tiny'), arms: [arm({ model: 'tiny', z: 1, context: 4_000 })] }, { kind: 'contextTooLong', neededTokens: 8_210, availableTokens: 4_000 }],
      ['too short, while another is not', { ...pin('acme/tiny'), arms: [arm({ model: 'tiny', z: 1, context: 4_000 }), arm({ model: 'large', z: 1 })] }, { kind: 'contextTooLong', neededTokens: 8_210, availableTokens: 4_000, longer: true }],
      ['too short, while another is so too', { ...pin('acme/tiny'), arms: [arm({ model: 'tiny', z: 1, context: 4_000 }), arm({ model: 'small', z: 1, context: 8_000 })] }, { kind: 'contextTooLong', neededTokens: 8_210, availableTokens: 4_000 }],
      ['of unknown price under a budget', { ...pin('acme/dark'), arms: [arm({ model: 'dark', z: 1, price: 'unknown' })] }, { kind: 'priceUnknown', provider: 'acme', model: 'dark' }],
      ['without eyes', { ...pin('acme/blind'), arms: [arm({ model: 'blind', z: 1, capabilities: ['json'] })], request: { messages: [{ role: 'user', text: 'look', images: [{ mediaType: 'image/png', base64: '' }] }] } }, { kind: 'noCandidate', reason: 'blind does not see images, which this request needs.' }],
    ];
    for (const [name, more, expected] of refusals) {
      it(`refuses one that is ${name}`, () => {
        assert.deepEqual(failed(simple, more), expected);
      });
    }
  });

  describe('better', () => {
    it('takes the cheapest that is clearly likelier to succeed', () => {
      const found = routed(simple, step('better', 'acme/small'));
      assert.equal(first(found), 'acme/mid');
      assert.match(found.reasons[0] ?? '', /^mid is the cheapest that is clearly likelier to succeed than small \(\d\d % instead of \d\d %\)$/);
      assert.ok(found.ranked.every(({ id }) => id !== 'acme/small'));
    });
    it('says when there is none', () => {
      assert.deepEqual(failed(simple, step('better', 'acme/large')), { kind: 'noCandidate', reason: 'No model that can be asked now is clearly likelier to succeed than large.' });
    });
    it('does not offer the same model elsewhere', () => {
      assert.equal(failed(simple, { ...step('better', 'a/m'), arms: [arm({ model: 'm', provider: 'a', z: 1 }), arm({ model: 'm', provider: 'b', z: 1 })] }).kind, 'noCandidate');
    });
    it('works from an arm that is gone', () => {
      assert.equal(first(routed(simple, step('better', 'gone/model'))), 'acme/small');
    });
    it('wins over a lasting pin', () => {
      assert.equal(first(routed(simple, { ...step('better', 'acme/mid'), pinned: asArmId('acme/mid') })), 'acme/large');
    });
    it('keeps to the lists', () => {
      assert.equal(first(routed(simple, { ...step('better', 'acme/small'), excluded: ['acme/mid'] })), 'acme/large');
    });
  });

  describe('cheaper', () => {
    it('takes the ablest that is clearly cheaper, also below the bar', () => {
      const found = routed(complex, step('cheaper', 'acme/large', complex));
      assert.equal(first(found), 'acme/mid');
      assert.equal(found.belowBar, true);
      assert.match(found.reasons[0] ?? '', /^mid is the ablest that is clearly cheaper than large \(\$0\.\d+ instead of \$0\.\d+\)$/);
    });
    it('says when there is none', () => {
      assert.deepEqual(failed(simple, step('cheaper', 'acme/small')), { kind: 'noCandidate', reason: 'No model that can be asked now is clearly cheaper than small.' });
    });
    it('does not take one that saves little', () => {
      assert.equal(failed(simple, { ...step('cheaper', 'acme/a'), arms: [arm({ model: 'a', z: 0, price: [1, 4] }), arm({ model: 'b', z: 0, price: [0.9, 3.6] })] }).kind, 'noCandidate');
    });
  });

  describe('nobody', () => {
    const rows: [string, Partial<RouteInput>, Failure][] = [
      ['no arm at all', { arms: [] }, { kind: 'noProvider' }],
      ['all excluded', { excluded: ['*'] }, { kind: 'noCandidate', reason: 'Your lists of allowed and excluded models leave none to ask.' }],
      ['none allowed', { allowed: ['else/*'] }, { kind: 'noCandidate', reason: 'Your lists of allowed and excluded models leave none to ask.' }],
      ['all over budget', { room: fromUsd(0.0001) }, { kind: 'noCandidate', reason: 'Every model that could answer might cost more than the $0.00010 left in the budget.' }],
      ['all unpriced under a budget', { arms: [arm({ model: 'dark', z: 1, price: 'unknown' })] }, { kind: 'priceUnknown', provider: 'acme', model: 'dark' }],
      ['all too short', { arms: [arm({ model: 'a', z: 1, context: 3_000 }), arm({ model: 'b', z: 1, context: 4_000 })] }, { kind: 'contextTooLong', neededTokens: 8_210, availableTokens: 4_000 }],
      ['all too short but one that is excluded', { arms: [arm({ model: 'a', z: 1, context: 3_000 }), arm({ model: 'b', z: 1 })], excluded: ['*/b'] }, { kind: 'contextTooLong', neededTokens: 8_210, availableTokens: 3_000, longer: true }],
      ['all too short but one that is not allowed', { arms: [arm({ model: 'a', z: 1, context: 3_000 }), arm({ model: 'b', z: 1 })], allowed: ['*/a'] }, { kind: 'contextTooLong', neededTokens: 8_210, availableTokens: 3_000, longer: true }],
      ['none calls tools', { arms: [arm({ model: 'a', z: 1, capabilities: ['json'] })], request: { messages: [{ role: 'user', text: 'hi' }], tools: [{ name: 't', description: '', parameters: {} }] } }, { kind: 'noCandidate', reason: 'None of the models that can be asked calls tools.' }],
    ];
    for (const [name, more, expected] of rows) {
      it(name, () => {
        assert.deepEqual(failed(simple, more), expected);
      });
    }
  });

  describe('in a conversation', () => {
    const task = (difficulty: number, inputTokens: number): TaskProfile => ({ domains: { code: 1 }, difficulty, difficultySd: 0, tier: 'moderate', needs: [], inputTokens, outputTokens: { p50: 300, p90: 700 }, reasons: [] });
    const able: ArmSketch = { model: 'able', z: 1.5, price: [2, 8, 0.2] };
    const cheap: ArmSketch = { model: 'cheap', z: 0.8, price: [0.5, 2, 0.05] };
    const chosen = (profile: TaskProfile, cachedTokens: number): string | undefined => {
      const found = routeTask(dependencies, { profile, arms: [arm(able), arm(cheap)], quality: 'balanced', pinned: undefined, maxOutputTokens: 4_000, worstInputTokens: 100_000, now: 0, knownPriceOnly: true, room: undefined, allowed: [], excluded: [], ...(cachedTokens > 0 ? { warm: { arm: asArmId('acme/able'), cachedTokens } } : {}) });
      assert.ok(!('kind' in found));
      return first(found);
    };
    const rows: [string, TaskProfile, number, string][] = [
      ['begins with the cheapest that is able', task(-3, 20_000), 0, 'acme/cheap'],
      ['stays where the prompt is kept, because a switch would read it all anew', task(-3, 20_000), 19_500, 'acme/able'],
      ['leaves when the switch saves more than that', task(-3, 20_000), 10_000, 'acme/cheap'],
      ['leaves a short one, of which little is kept', task(-3, 600), 500, 'acme/cheap'],
    ];
    for (const [name, profile, cachedTokens, expected] of rows) it(name, () => assert.equal(chosen(profile, cachedTokens), expected));

    it('goes to an abler model when a follow-up is harder, however much is kept', () => {
      const found = routeTask(dependencies, { profile: task(0.3, 20_000), arms: [arm(able), arm(cheap)], quality: 'balanced', pinned: undefined, maxOutputTokens: 4_000, worstInputTokens: 100_000, now: 0, knownPriceOnly: true, room: undefined, allowed: [], excluded: [], warm: { arm: asArmId('acme/cheap'), cachedTokens: 19_500 } });
      assert.ok(!('kind' in found));
      assert.equal(first(found), 'acme/able');
    });
  });

  describe('alternatives', () => {
    it('are the ablest, the cheapest and the pinned one, with chance and cost', () => {
      const { alternatives } = routed(moderate);
      assert.deepEqual([alternatives.ablest?.id, alternatives.cheapest?.id, alternatives.pinned], ['acme/large', 'acme/small', undefined]);
      for (const one of [alternatives.ablest, alternatives.cheapest]) assert.ok(one?.capable && (one.estimate?.likely ?? 0) > 0);
      assert.equal(routed(moderate, { pinned: asArmId('acme/mid') }).alternatives.pinned?.id, 'acme/mid');
    });
    it('are only those that could have been asked', () => {
      const { alternatives } = routed(moderate, { excluded: ['acme/large'], arms: [...three, arm({ model: 'new', price: [0.001, 0.001] })] });
      assert.deepEqual([alternatives.ablest?.id, alternatives.cheapest?.id], ['acme/mid', 'acme/small']);
    });
  });

  describe('of models that nobody measured', () => {
    const unknown = (model: string, z: number, price: readonly [number, number]) => {
      const made = arm({ model, price });
      return { ...made, effort: { ...made.effort, estimated: { code: { z, sd: 0.7 } } } };
    };
    it('takes the better buy by price and age, and says what it is', () => {
      const found = routed(moderate, { arms: [unknown('weak', -2, [0.1, 0.4]), unknown('likely', 1.5, [0.2, 0.8])] });
      assert.equal(first(found), 'acme/likely');
      assert.match(found.reasons[0] ?? '', /^likely is all that can be asked; how able it is has not been measured, only estimated from price and age \(\d\d %\)$/);
      assert.equal(found.ranked[0]?.capable, undefined);
      assert.ok((found.ranked[0]?.estimated?.p ?? 0) > 0.5);
    });
    it('never takes one before a measured one', () => {
      assert.equal(first(routed(complex, { arms: [unknown('likely', 3, [0.01, 0.04]), arm({ ...small, z: -3 })] })), 'acme/small');
    });
  });

  it('asks a model that has just failed when nobody else is left', () => {
    assert.equal(first(routed(simple, {}, { isAvailable: () => false })), first(routed(simple)));
  });

  it('degrades to what the budget still allows', () => {
    // 2,000 in and 8,192 out: small may cost 0.0035, mid 0.0384, large 0.215 USD.
    assert.equal(first(routed(complex, { room: fromUsd(0.05) })), 'acme/mid');
    assert.equal(first(routed(complex, { room: fromUsd(0.01) })), 'acme/small');
  });

  it('uses an own server of unknown price when no budget is set, and not under one', () => {
    const own = arm({ model: 'own', provider: 'local', price: 'unknown', capabilities: [] });
    assert.equal(first(routed(simple, { arms: [own], knownPriceOnly: false })), 'local/own');
    assert.equal(failed(simple, { arms: [own], knownPriceOnly: true }).kind, 'priceUnknown');
  });
});
