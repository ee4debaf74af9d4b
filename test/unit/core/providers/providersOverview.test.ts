import assert from 'node:assert/strict';
import type { Failure } from '../../../../src/core/model/failure';
import type { Arm } from '../../../../src/core/model/modelCard';
import type { CheckResult, ModelState, ProviderOverview, ProviderState } from '../../../../src/core/model/providerOverview';
import { openAiCompatible } from '../../../../src/core/providers/definitions';
import type { HealthFigures, HealthStatus, ProviderHealth } from '../../../../src/core/providers/healthReport';
import { maskedKey } from '../../../../src/core/providers/maskedKey';
import { type OverviewInput, providersOverview } from '../../../../src/core/providers/providersOverview';
import { arm, type ArmSketch } from '../../../support/cards';

const at = Date.UTC(2026, 10, 21, 12);
const acme = openAiCompatible({ id: 'acme', name: 'Acme', baseUrl: 'https://acme.example/v1', auth: 'bearer', local: false });
const bare = openAiCompatible({ id: 'bare', name: 'Bare', baseUrl: 'https://bare.example/v1', auth: 'bearer', local: false });
const nothing: HealthFigures = { calls: 0, successRate: undefined, p50Ms: undefined, p95Ms: undefined, totalP50Ms: undefined, totalP95Ms: undefined, lastFailure: undefined };

function overview(change: Partial<OverviewInput> = {}) {
  return providersOverview({
    at,
    realm: 'real',
    registered: [
      { provider: bare, askable: false },
      { provider: acme, askable: true },
    ],
    withKey: ['acme'],
    originOf: () => 'setting',
    arms: [arm({ model: 'one' })],
    health: [],
    checkOf: () => undefined,
    pinned: '',
    allowed: [],
    excluded: [],
    ...change,
  });
}

function acmeOf(change: Partial<OverviewInput>): ProviderOverview {
  const found = overview(change).providers.find(({ id }) => id === 'acme');
  assert.ok(found);
  return found;
}

function healthOf(status: HealthStatus, model: HealthStatus = { state: 'unknown' }): readonly ProviderHealth[] {
  return [{ ...nothing, provider: 'acme', status, models: [{ ...nothing, model: 'one', status: model }] }];
}

const names = (models: readonly { readonly name: string }[]) => models.map(({ name }) => name);

describe('providersOverview', () => {
  it('has those that can be asked first, and holds no key', () => {
    const { providers } = overview({ withKey: ['acme', 'sk-not-a-name'] });
    assert.deepEqual(names(providers), ['Acme', 'Bare']);
    assert.ok(!JSON.stringify(providers).includes('sk-not'));
  });

  const order: readonly { readonly of: string; readonly arms: readonly ArmSketch[]; readonly expected: readonly string[] }[] = [
    { of: 'three tokens in for one out', arms: [{ model: 'dear-in', price: [2, 1] }, { model: 'dear-out', price: [1, 3] }], expected: ['dear-out', 'dear-in'] },
    { of: 'free ones first, unknown ones last', arms: [{ model: 'unknown', price: 'unknown' }, { model: 'paid' }, { model: 'gift', price: 'unknown', free: true }], expected: ['gift', 'paid', 'unknown'] },
    { of: 'the name where the price is the same', arms: [{ model: 'b' }, { model: 'a' }, { model: 'd', price: 'unknown' }, { model: 'c', price: 'unknown' }], expected: ['a', 'b', 'c', 'd'] },
    { of: 'one row for all efforts of a model', arms: [{ model: 'one', effort: 'high', isDefault: false }, { model: 'one' }], expected: ['one'] },
    { of: 'the id where two have one name', arms: [{ model: 'x:1', card: 'X' }, { model: 'x:2', card: 'X' }], expected: ['x:1', 'x:2'] },
  ];
  for (const { of, arms, expected } of order) it(`lists models by ${of}`, () => assert.deepEqual(names(acmeOf({ arms: arms.map(arm) }).models), expected));

  const lists: readonly { readonly allowed?: readonly string[]; readonly excluded?: readonly string[]; readonly models: readonly string[]; readonly without: readonly string[]; readonly notAllowed: number; readonly by?: readonly string[] }[] = [
    { models: ['one', 'two'], without: [], notAllowed: 0 },
    { excluded: ['acme/one'], models: ['two'], without: ['one'], notAllowed: 0, by: ['acme/one'] },
    { excluded: ['other/*', ' ACME/O* ', '*one'], models: ['two'], without: ['one'], notAllowed: 0, by: [' ACME/O* ', '*one'] },
    { allowed: ['acme/two'], models: ['two'], without: [], notAllowed: 1 },
    { allowed: ['acme/two'], excluded: ['acme/*'], models: [], without: ['two'], notAllowed: 1, by: ['acme/*'] },
  ];
  for (const { allowed = [], excluded = [], models, without, notAllowed, by } of lists) {
    it(`allowed ${JSON.stringify(allowed)}, excluded ${JSON.stringify(excluded)}`, () => {
      const seen = acmeOf({ allowed, excluded, arms: [arm({ model: 'one' }), arm({ model: 'two' })] });
      assert.deepEqual([names(seen.models), names(seen.excluded), seen.notAllowed], [models, without, notAllowed]);
      if (by) assert.deepEqual(seen.excluded[0]?.excludedBy, by);
      for (const model of seen.excluded) assert.deepEqual(model.state, { kind: 'off', why: 'excluded' });
    });
  }

  const pins: readonly [pinned: string, seen: string | undefined][] = [['acme/one', 'acme/one'], ['acme/one#high', 'acme/one#high'], ['acme/one-more', undefined], ['', undefined]];
  for (const [pinned, seen] of pins) it(`knows the pin ${JSON.stringify(pinned)}`, () => assert.equal(acmeOf({ pinned }).models[0]?.pinned, seen));

  const down: Failure = { kind: 'providerDown', provider: 'acme', status: 503 };
  const limited: Failure = { kind: 'rateLimited', provider: 'acme' };
  const refused: Failure = { kind: 'keyRejected', provider: 'acme' };
  const checked = (failure?: Failure): CheckResult => ({ at, failure, note: undefined });
  const states: readonly { readonly health?: HealthStatus; readonly check?: CheckResult; readonly change?: Partial<OverviewInput>; readonly expected: ProviderState }[] = [
    { expected: { kind: 'untried' } },
    { health: { state: 'ok' }, expected: { kind: 'ok' } },
    { health: { state: 'slow' }, expected: { kind: 'slow' } },
    { health: { state: 'rateLimited', untilMs: at + 5, failure: limited }, expected: { kind: 'rateLimited', until: at + 5, failure: limited } },
    { health: { state: 'down', untilMs: at + 5, failure: down }, expected: { kind: 'down', until: at + 5, failure: down } },
    { health: { state: 'noKey', failure: refused }, expected: { kind: 'keyTrouble', failure: refused } },
    { check: checked(), expected: { kind: 'ok' } },
    { check: checked(refused), expected: { kind: 'keyTrouble', failure: refused } },
    { health: { state: 'ok' }, check: checked(down), expected: { kind: 'down', until: undefined, failure: down } },
    { health: { state: 'slow' }, check: checked(), expected: { kind: 'slow' } },
    { health: { state: 'rateLimited', untilMs: at + 5, failure: limited }, check: checked(down), expected: { kind: 'rateLimited', until: at + 5, failure: limited } },
    { change: { excluded: ['acme/*'] }, expected: { kind: 'off', why: 'excluded' } },
    { change: { registered: [{ provider: acme, askable: false }] }, expected: { kind: 'off', why: 'switch' } },
    { change: { registered: [{ provider: acme, askable: false }], realm: 'demo' }, expected: { kind: 'off', why: 'demo' } },
    { change: { registered: [{ provider: acme, askable: false }], withKey: [] }, expected: { kind: 'noKey' } },
  ];
  for (const { health, check, change, expected } of states) {
    it(`is ${JSON.stringify(expected)} with ${JSON.stringify({ health, check, ...change })}`.slice(0, 200), () => {
      assert.deepEqual(acmeOf({ ...(health ? { health: healthOf(health) } : {}), checkOf: () => check, ...change }).state, expected);
    });
  }

  it('takes the state and the figures of a model from its own calls', () => {
    const until = at + 600_000;
    const status: HealthStatus = { state: 'rateLimited', untilMs: until, failure: limited };
    const seen = overview({ arms: [arm({ model: 'one' }), arm({ model: 'two' })], health: [{ ...nothing, calls: 9, p50Ms: 300, provider: 'acme', status: { state: 'ok' }, models: [{ ...nothing, calls: 4, successRate: 0.75, model: 'one', status }] }] });
    const [one, two] = seen.providers[0]?.models ?? [];
    const expected: ModelState = { kind: 'rateLimited', until, failure: limited };
    assert.deepEqual([one?.state, one?.figures.successRate, two?.state, two?.figures.calls, seen.providers[0]?.figures.p50Ms], [expected, 0.75, { kind: 'untried' }, 0, 300]);
    assert.equal(seen.changesAt, until);
  });

  it('lets no provider rest that has a model nobody asked yet', () => {
    const status: HealthStatus = { state: 'rateLimited', untilMs: at + 5, failure: limited };
    const health: readonly ProviderHealth[] = [{ ...nothing, provider: 'acme', status, models: [{ ...nothing, model: 'one', status }] }];
    assert.equal(acmeOf({ health }).state.kind, 'rateLimited');
    assert.equal(acmeOf({ health, arms: [arm({ model: 'one' }), arm({ model: 'two' })] }).state.kind, 'untried');
    assert.equal(acmeOf({ health: healthOf(status, { state: 'ok' }), arms: [arm({ model: 'one' }), arm({ model: 'two' })] }).state.kind, 'rateLimited');
  });

  const ends: readonly [ends: readonly number[], next: number | undefined][] = [[[at + 9, at + 5], at + 5], [[at - 5, at + 9], at + 9], [[at], undefined], [[], undefined]];
  for (const [times, next] of ends) {
    it(`changes next at ${JSON.stringify(next)} of ${JSON.stringify(times)}`, () => {
      const arms: readonly Arm[] = times.map((_, index) => arm({ model: `m${index}` }));
      const models = times.map((untilMs, index) => ({ ...nothing, model: `m${index}`, status: { state: 'down', untilMs, failure: down } as const }));
      assert.equal(overview({ arms, health: [{ ...nothing, provider: 'acme', status: { state: 'ok' }, models }] }).changesAt, next);
    });
  }
});

describe('maskedKey', () => {
  const long = `sk-test-${'0123456789'.repeat(3)}-abcd`;
  const rows: readonly [key: string, prefix: string | undefined, shown: string][] = [
    [long, 'sk-', 'sk-…abcd'],
    [long, undefined, '…abcd'],
    [long, 'gsk_', '…abcd'],
    ['a-password-of-my-own', 'sk-', '…'],
    ['sk-12345678', 'sk-', '…'],
    ['', 'sk-', '…'],
  ];
  for (const [key, prefix, shown] of rows) it(`shows ${shown} of ${key.length} characters with ${prefix ?? 'no prefix'}`, () => assert.equal(maskedKey(key, prefix), shown));
});
