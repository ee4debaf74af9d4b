import assert from 'node:assert/strict';
import { AgentTurns } from '../../../../src/core/ask/agentTurns';
import type { AskRequest } from '../../../../src/core/model/ask';
import type { Message, ToolCall } from '../../../../src/core/model/message';
import { asArmId } from '../../../../src/core/model/modelCard';
import { nano } from '../../../../src/core/model/money';
import { noUsage } from '../../../../src/core/model/usage';
import type { WireEvent } from '../../../../src/core/ports/wire';
import { answer } from '../../../support/fakeWire';
import { FakeClock } from '../../../support/fakeClock';
import { collect, testApp, textOf } from '../../../support/testApp';

const never = new AbortController().signal;
const call = (id: string, name = 'read'): ToolCall => ({ id, name, arguments: '{}' });
const begun: readonly Message[] = [{ role: 'user', text: 'What does idempotent mean?' }];
const goingOn = (...toolCalls: readonly ToolCall[]): readonly Message[] => [...begun, { role: 'assistant', text: '', toolCalls }, ...toolCalls.map(({ id }): Message => ({ role: 'tool', toolCallId: id, text: 'ok' }))];
const request = (messages: readonly Message[], changes: Partial<AskRequest> = {}): AskRequest => ({ messages, purpose: 'gateway', ...changes });

describe('AgentTurns', () => {
  const arm = asArmId('acme/large');
  const other = asArmId('acme/small');
  function check(name: string, messages: readonly Message[], expected: Partial<AskRequest>, { made = [[[call('1')], arm, 2_000]], changes = {}, laterMs = 0 }: { readonly made?: readonly (readonly [readonly ToolCall[], typeof arm, number | undefined])[]; readonly changes?: Partial<AskRequest>; readonly laterMs?: number } = {}): void {
    it(name, () => {
      const clock = new FakeClock();
      const turns = new AgentTurns(clock);
      for (const one of made) turns.made({ messages: begun }, ...one);
      clock.advance(laterMs);
      const asked = request(messages, changes);
      assert.deepEqual(turns.continued(asked), { ...asked, ...expected });
    });
  }

  const warm = { arm, cachedTokens: 1_920 };
  check('leaves a question as it is', begun, {});
  check('goes on with the arm that made the call, whose cache is warm', goingOn(call('1')), { keep: arm, warm });
  check('goes on also when a person says something beside the results', [...goingOn(call('1')), { role: 'user', text: 'go on' }], { keep: arm, warm });
  check('counts no cache after five minutes', goingOn(call('1')), { keep: arm }, { laterMs: 5 * 60_000 + 1 });
  check('counts no cache of a prompt that is too short for one', goingOn(call('1')), { keep: arm }, { made: [[[call('1')], arm, 1_000]] });
  check('counts no cache where no usage was told', goingOn(call('1')), { keep: arm }, { made: [[[call('1')], arm, undefined]] });
  check('keeps nobody once the turn was answered, and counts its cache', [...goingOn(call('1')), { role: 'assistant', text: 'done' }, { role: 'user', text: 'thanks, and now?' }], { warm });
  check('knows nothing of calls that others made', goingOn(call('2')), {});
  check('knows nothing of a call of another name', goingOn(call('1', 'write')), {});
  check('keeps whom the request names', goingOn(call('1')), { warm }, { changes: { keep: other } });
  check('leaves the cache that the request tells of', goingOn(call('1')), { keep: arm }, { changes: { warm: { arm: other, cachedTokens: 1 } } });
  check('takes the last answer for an id that comes again', goingOn(call('1')), { keep: other }, { made: [[[call('1')], arm, 2_000], [[call('1')], other, undefined]] });
  check('keeps nobody where the calls are of two', goingOn(call('1'), call('2')), {}, { made: [[[call('1')], arm, 2_000], [[call('2')], other, 2_000]] });
  check('keeps nobody where one call is not known', goingOn(call('1'), call('2')), {});
  check('is another matter for another program', goingOn(call('1')), {}, { changes: { client: { id: 'c' } } });
  check('is another matter in another conversation', goingOn(call('1')), {}, { changes: { threadId: 't' } });

  const elsewhere: readonly (readonly [string, readonly Message[]])[] = [
    ['that began otherwise', [{ role: 'user', text: 'Rename it.' }, ...goingOn(call('1')).slice(1)]],
    ['that begins alike and was asked otherwise', [...begun, { role: 'assistant', text: 'Done.' }, { role: 'user', text: 'Rename it.' }, ...goingOn(call('1')).slice(1)]],
  ];
  for (const [name, messages] of elsewhere) check(`an id that counts is another matter in a conversation of the same program ${name}`, messages, {});
  for (const id of ['functions.read:0', 'call_0', '0']) {
    check(`${id} is an id that counts`, elsewhere[0]?.[1].map((message) => ('toolCalls' in message ? { ...message, toolCalls: [call(id)] } : message)) ?? [], {}, { made: [[[call(id)], arm, 2_000]] });
  }
  const unique = 'toolu_01A09q90qw90lq917835lq9';
  check('an id that no other call has is known also when the program writes its beginning anew', [{ role: 'user', text: 'Summary: …' }, ...goingOn(call(unique)).slice(1)], { keep: arm, warm }, { made: [[[call(unique)], arm, 2_000]] });

  it('forgets the oldest of more than two thousand', () => {
    const turns = new AgentTurns(new FakeClock());
    for (let id = 0; id <= 2_000; id++) turns.made({ messages: begun }, [call(`${id}`)], arm, undefined);
    assert.equal(turns.continued(request(goingOn(call('0')))).keep, undefined);
    assert.equal(turns.continued(request(goingOn(call('1')))).keep, arm);
  });
});

describe("an agent's turn", () => {
  const places = { cheap: 'own/cheap', able: 'own/able' } as const;
  const settings = {
    'demo.enabled': false,
    'providers.custom': [{ id: 'own', baseUrl: 'http://localhost:1/v1', auth: 'none', models: ['cheap', 'able'] }],
    prices: { [places.cheap]: { input: 1, output: 2 }, [places.able]: { input: 2, output: 4, cacheRead: 0.2 } },
  } as const;
  const calls = (...toolCalls: readonly ToolCall[]): readonly WireEvent[] => [{ type: 'end', stop: 'toolCalls', toolCalls, usage: { ...noUsage, inputTokens: 4_000, outputTokens: 20 } }];
  const tools = [{ name: 'read', description: '', parameters: {} }];
  const long = [{ role: 'user', text: 'What does idempotent mean? '.repeat(600) }] as const;
  const back = [...long, { role: 'assistant', text: '', toolCalls: [call('1')] }, { role: 'tool', toolCallId: '1', text: 'ok' }] as const;

  async function begin(changes: Partial<AskRequest> = {}) {
    const made = testApp({ settings });
    made.wire.will('able', calls(call('1')));
    await collect(made.app.ask(request(long, { tools, pin: asArmId(places.able), ...changes }), never));
    return made;
  }

  it('stays with its model, says so, and counts what is in the cache', async () => {
    const { app, wire, ledger } = await begin();
    const route = await app.route(request(back, { tools }));
    assert.ok('ranked' in route);
    assert.deepEqual([route.kept, route.ranked.map(({ id }) => id), route.spare.map(({ id }) => id), route.reasons[0]], [true, [places.able], [places.cheap], 'It stays with able, because it is in the middle of its work']);
    // 4,050 tokens or so, 3,968 of them from the cache.
    assert.ok((route.ranked[0]?.estimate?.likely ?? Infinity) < 4_000 * 2 * 1_000);
    wire.will('able', answer('done'));
    assert.equal(textOf(await collect(app.ask(request(back, { tools }), never))), 'done');
    const last = [...ledger.calls.values()].at(-1);
    assert.equal(last?.decided?.how, 'kept');
    assert.equal(last?.decided?.alternatives?.pinned, undefined);
  });

  it('goes on with another when its model fails', async () => {
    const { app, wire, ledger } = await begin();
    wire.will('able', [{ type: 'failed', failure: { kind: 'modelGone', provider: 'own', model: 'able' }, usage: undefined }]).will('cheap', answer('done'));
    assert.equal(textOf(await collect(app.ask(request(back, { tools }), never))), 'done');
    assert.deepEqual([...ledger.calls.values()].map(({ model, decided }) => [model, decided?.how]), [['able', 'pinned'], ['able', 'kept'], ['cheap', 'failover']]);
  });

  const moved: readonly (readonly [string, Partial<Parameters<typeof testApp>[0] & object>['settings'] & object, Partial<AskRequest>])[] = [
    ['is gone', { 'providers.custom': [{ id: 'own', baseUrl: 'http://localhost:1/v1', auth: 'none', models: ['cheap'] }], prices: { [places.cheap]: { input: 1, output: 2 } } }, {}],
    ['is excluded', { 'models.excluded': [places.able] }, {}],
    ['is not allowed', { 'models.allowed': [places.cheap] }, {}],
    ['is not among those that the client may ask', {}, { allow: ['own/cheap'] }],
    ['does not fit the budget', { 'budget.day': 0.038 }, {}],
    ['does not fit what the client may spend', {}, { client: { id: 'c', limit: nano(38_000_000) } }],
  ];
  for (const [name, changed, changes] of moved) {
    it(`goes on with another when its model ${name}`, async () => {
      const { app } = await begin(changes.client ? { client: { id: 'c' } } : {});
      app.applySettings({ ...app.settings(), ...changed });
      const route = await app.route(request(back, { tools, ...changes }));
      assert.ok('ranked' in route, JSON.stringify(route));
      assert.deepEqual([route.kept, route.ranked[0]?.id], [undefined, places.cheap]);
    });
  }

  it('is nothing to the demo, nor what the demo called to real models', async () => {
    const { app, wire } = await begin();
    app.applySettings({ ...app.settings(), 'demo.enabled': true, 'providers.custom': [] });
    const route = await app.route(request(back, { tools }));
    assert.ok('ranked' in route, JSON.stringify(route));
    assert.deepEqual([route.kept, route.ranked[0]?.id.startsWith('demo/')], [undefined, true]);
    wire.will('demo-large', calls(call('1')));
    await collect(app.ask(request(long, { tools, pin: asArmId('demo/demo-large') }), never));
    assert.ok('kept' in (await app.route(request(back, { tools }))));
    app.applySettings({ ...app.settings(), ...settings });
    const real = await app.route(request(back, { tools }));
    assert.ok('ranked' in real, JSON.stringify(real));
    assert.deepEqual([real.kept, real.ranked[0]?.id.startsWith('own/')], [undefined, true]);
  });

  it('does what the person says first: a model that is named now is asked', async () => {
    const { app } = await begin();
    const route = await app.route(request(back, { tools, pin: asArmId(places.cheap) }));
    assert.ok('ranked' in route);
    assert.deepEqual([route.kept, route.ranked[0]?.id], [undefined, places.cheap]);
  });
});

describe('what a client may ask', () => {
  const refused: readonly (readonly [string, Partial<AskRequest>, string])[] = [
    ['by name', { allow: ['demo/demo-small'], pin: asArmId('demo/demo-large') }, 'Demo Large is not among the models that this client may ask.'],
    ['of which there are none', { allow: ['openai/*'] }, 'None of the models that this client may ask can be asked now.'],
  ];
  for (const [name, changes, reason] of refused) {
    it(`is refused ${name}`, async () => {
      const { app } = testApp();
      assert.deepEqual(await app.route(request(begun, changes)), { kind: 'noCandidate', reason });
    });
  }

  it('narrows what the settings allow, and widens nothing', async () => {
    const { app } = testApp({ settings: { 'models.allowed': ['demo/demo-medium', 'demo/demo-large'] } });
    const route = await app.route(request(begun, { allow: ['demo/demo-small', 'demo/demo-large'] }));
    assert.ok('ranked' in route);
    assert.deepEqual([...route.ranked, ...route.spare].map(({ id }) => id), ['demo/demo-large']);
  });
});
