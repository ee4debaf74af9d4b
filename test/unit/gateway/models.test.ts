import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { GatewayClient } from '../../../src/core/model/client';
import { asArmId, type Effort } from '../../../src/core/model/modelCard';
import type { GatewayDoor } from '../../../src/gateway/door';
import { type Meant, modelNames, resolveModel } from '../../../src/gateway/models';
import { arm } from '../../support/cards';

const arms = [
  arm({ provider: 'acme', model: 'swift', price: [1, 4] }),
  arm({ provider: 'acme', model: 'thinker', effort: 'low', price: [2, 8] }),
  arm({ provider: 'acme', model: 'thinker', effort: 'high', isDefault: false, price: [2, 8] }),
  // The same model at three hosts, one of them much dearer, one of unknown price.
  arm({ provider: 'broker', model: 'vendor/open-9b', card: 'open-9b', price: [1, 1] }),
  arm({ provider: 'cheap', model: 'open-9b', card: 'open-9b', price: [1, 1.05] }),
  arm({ provider: 'dear', model: 'Open-9B', card: 'open-9b', price: [3, 3] }),
  arm({ provider: 'dark', model: 'open-9b-dark', card: 'open-9b', price: 'unknown' }),
  arm({ provider: 'broker', model: 'a/twin', card: 'twin-a', price: [1, 1] }),
  arm({ provider: 'broker', model: 'b/twin', card: 'twin-b', price: [1, 1] }),
  arm({ provider: 'here', model: 'local', free: true, price: 'unknown' }),
  arm({ provider: 'elsewhere', model: 'local', price: [1, 1] }),
  arm({ provider: 'anthropic', model: 'claude-opus-5', price: [5, 25] }),
];

const client = (more: Partial<GatewayClient>): GatewayClient => ({ id: 'c', name: 'C', tokenHash: '', createdAt: 0, ...more });
const id = (text: string) => asArmId(text);

interface Row {
  readonly name: string;
  readonly rules?: Readonly<Record<string, string>>;
  readonly effort?: Effort;
  readonly client?: GatewayClient;
  /** What it means, or the status of the refusal and a part of its sentence. */
  readonly is: Meant | { readonly status: number; readonly says: RegExp };
}

const rows: readonly Row[] = [
  { name: 'auto', is: {} },
  { name: ' auto ', is: {} },
  { name: 'auto:economy', is: { quality: 'economy' } },
  { name: 'auto:quality', is: { quality: 'quality' } },
  { name: 'auto:best', is: { status: 404, says: /"farthing.gateway.models": \{ "auto:best": "auto" \}/ } },
  { name: 'acme/swift', is: { pin: id('acme/swift') } },
  { name: 'acme/thinker', is: { pin: id('acme/thinker') } },
  { name: 'acme/thinker', effort: 'high', is: { pin: id('acme/thinker#high') } },
  { name: 'acme/thinker', effort: 'xhigh', is: { pin: id('acme/thinker') } },
  { name: 'acme/thinker#high', is: { pin: id('acme/thinker#high') } },
  { name: 'acme/thinker#high', effort: 'low', is: { pin: id('acme/thinker#high') } },
  { name: 'acme/thinker#xhigh', is: { status: 404, says: /No model is named/ } },
  { name: 'other/swift', is: { status: 404, says: /No model is named/ } },
  { name: 'swift', is: { pin: id('acme/swift') } },
  { name: 'SWIFT', is: { pin: id('acme/swift') } },
  { name: 'models/swift', is: { pin: id('acme/swift') } },
  { name: 'thinker', effort: 'high', is: { pin: id('acme/thinker#high') } },
  { name: 'open-9b', is: { allow: [id('broker/vendor/open-9b'), id('cheap/open-9b')] } },
  { name: 'vendor/open-9b', is: { pin: id('broker/vendor/open-9b') } },
  { name: 'open-9b-dark', is: { pin: id('dark/open-9b-dark') } },
  { name: 'local', is: { pin: id('here/local') } },
  { name: 'twin', is: { status: 404, says: /any of twin-a, twin-b/ } },
  { name: 'twin-a', is: { pin: id('broker/a/twin') } },
  { name: '', is: { status: 404, says: /No model/ } },
  { name: '__proto__', is: { status: 404, says: /No model/ } },
  { name: 'constructor', is: { status: 404, says: /No model/ } },
  { name: 'x'.repeat(5000), is: { status: 404, says: /^.{0,700}$/ } },

  // Rules of the person's: the first that fits, before any name of a model, never before auto.
  { name: 'gpt-99', rules: { 'gpt-*': 'auto' }, is: {} },
  { name: 'gpt-99', rules: { 'GPT-*': 'acme/swift', '*': 'auto' }, is: { pin: id('acme/swift') } },
  { name: 'claude-opus-5', rules: { 'claude-*': 'auto:economy' }, is: { quality: 'economy' } },
  { name: 'gpt-99', rules: { 'gpt-*': 'acme/thinker' }, effort: 'high', is: { pin: id('acme/thinker#high') } },
  { name: 'gpt-99', rules: { 'gpt-*': 'acme/gone' }, is: { status: 404, says: /"gpt-\*" means "acme\/gone"/ } },
  { name: 'auto', rules: { '*': 'acme/swift' }, is: {} },
  { name: 'anthropic/claude-opus-5', rules: { 'anthropic/*': 'acme/swift' }, is: { pin: id('acme/swift') } },
  { name: 'nothing', rules: { 'some-*': 'auto' }, is: { status: 404, says: /No model/ } },

  // What a client may.
  { name: 'auto', client: client({ quality: 'economy' }), is: { quality: 'economy' } },
  { name: 'auto:quality', client: client({ quality: 'economy' }), is: { quality: 'quality' } },
  { name: 'auto', client: client({ arm: id('acme/swift') }), is: { pin: id('acme/swift') } },
  { name: 'auto', client: client({ arm: id('acme/gone') }), is: { status: 404, says: /acme\/gone, the model of this client/ } },
  { name: 'auto', client: client({ models: ['acme/*'] }), is: { allow: ['acme/*'] } },
  { name: 'auto', client: client({ models: [] }), is: {} },
  { name: 'acme/swift', client: client({ models: ['acme/*'] }), is: { pin: id('acme/swift') } },
  { name: 'acme/thinker#high', client: client({ models: ['acme/thinker'] }), is: { pin: id('acme/thinker#high') } },
  { name: 'anthropic/claude-opus-5', client: client({ models: ['acme/*'] }), is: { status: 403, says: /may use acme\/\*/ } },
  { name: 'open-9b', client: client({ models: ['cheap/*'] }), is: { allow: [id('cheap/open-9b')] } },
  { name: 'open-9b', client: client({ models: ['dear/*'] }), is: { status: 403, says: /may not use/ } },
  { name: 'gpt-99', rules: { '*': 'anthropic/claude-opus-5' }, client: client({ models: ['acme/*'] }), is: { status: 403, says: /may not use/ } },
];

describe('model names of clients', () => {
  for (const { name, rules = {}, effort, client: of, is } of rows) {
    const under = [...Object.entries(rules).map(([pattern, target]) => `${pattern} → ${target}`), ...(effort ? [`effort ${effort}`] : []), ...(of ? [JSON.stringify({ models: of.models, quality: of.quality, arm: of.arm })] : [])];
    it(`${JSON.stringify(name.slice(0, 40))}${under.length > 0 ? ` with ${under.join(', ')}` : ''} is ${'status' in is ? `refused (${is.status})` : JSON.stringify(is)}`, () => {
      const read = resolveModel({ arms, open: arms }, rules, { name, effort, client: of });
      if (!('status' in is)) return assert.deepEqual(read, { ok: true, value: is });
      assert.ok(!read.ok);
      assert.equal(read.problem.status, is.status);
      assert.match(read.problem.message, is.says);
      assert.equal(read.problem.field, 'model');
    });
  }

  it('leaves out what the person excludes, so that a model is asked where it may be', async () => {
    const hosts = [arm({ provider: 'broker', model: 'vendor/open-9b:free', card: 'open-9b', free: true }), arm({ provider: 'broker', model: 'vendor/open-9b', card: 'open-9b' }), arm({ provider: 'here', model: 'open-9b', card: 'open-9b', free: true })];
    const of = async (lists: Partial<ReturnType<GatewayDoor['settings']>>) => {
      const names = modelNames({ askable: async () => ({ realm: 'real', arms: hosts }), settings: () => ({ 'models.allowed': [], 'models.excluded': [], ...lists }) }, () => ({}));
      return { means: await names.resolve('open-9b', undefined, undefined), listed: (await names.list(undefined)).flatMap((name) => (name.arm ? [name.id] : [])) };
    };
    assert.deepEqual(await of({ 'models.excluded': ['*:free', 'here/*'] }), { means: { ok: true, value: { pin: id('broker/vendor/open-9b') } }, listed: ['broker/vendor/open-9b'] });
    assert.deepEqual(await of({ 'models.allowed': ['here/*'] }), { means: { ok: true, value: { pin: id('here/open-9b') } }, listed: ['here/open-9b'] });
    assert.equal((await of({})).listed.length, 3);
  });

  it('lists what a client may use', async () => {
    const names = modelNames({ askable: async () => ({ realm: 'real', arms }), settings: () => ({ 'models.allowed': [], 'models.excluded': [] }) }, () => ({}));
    const of = async (one: GatewayClient | undefined) => (await names.list(one)).map((each) => each.id);
    assert.equal((await of(undefined)).length, 4 + arms.length);
    assert.deepEqual(await of(client({ models: ['acme/thinker'] })), ['auto', 'auto:economy', 'auto:balanced', 'auto:quality', 'acme/thinker', 'acme/thinker#high']);
  });
});
