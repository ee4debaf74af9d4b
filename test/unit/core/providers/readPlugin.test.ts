import assert from 'node:assert/strict';
import { pathText } from '../../../../src/core/model/plugin';
import { parsePluginText } from '../../../../src/core/providers/pluginText';
import { readPlugin } from '../../../../src/core/providers/readPlugin';

const source = { kind: 'file', file: 'acme.json' } as const;
const least = { farthing: 1, id: 'acme', name: 'Acme', wire: 'openaiChat', baseUrl: 'https://api.acme.example/v1', auth: 'bearer' };
const whole = {
  ...least,
  $schema: 'https://example.com/provider.schema.json',
  keyUrl: 'https://acme.example/keys',
  billingUrl: 'https://acme.example/billing',
  statusUrl: 'https://status.acme.example',
  keyPrefix: 'ac_',
  environmentKeys: ['ACME_API_KEY'],
  quirks: {
    outputLimitField: 'max_completion_tokens',
    reasoningTokensIncluded: false,
    streamUsage: false,
    effortField: 'reasoning.effort',
    effortWithTools: false,
    extraHeaders: { 'X-Title': 'Farthing' },
    extraBody: { top_k: 40, stop_token_ids: [1], options: { cache: true } },
    modelsPath: '/models?limit=100',
    keyCheckPath: '/me',
    excludedModels: ['*-embed*', 'old-*'],
  },
  pricesSeen: '2026-11-20',
  models: [{ id: 'maker/big-1', name: 'Big 1', contextTokens: 100_000, maxOutputTokens: 8000, capabilities: ['tools'], efforts: ['none', 'low'], knownAs: ['big-one'], price: { input: 0.55, output: 2.19, cacheRead: 0.14, cacheWrite: 0.7, perCall: 0.005 } }],
};

function definitionOf(value: unknown) {
  const read = readPlugin(value, source);
  assert.ok(read.ok, read.ok ? '' : JSON.stringify(read.problems));
  return read.plugin.definition;
}

describe('readPlugin', () => {
  it('takes the least, with what most servers take', () => {
    assert.deepEqual(definitionOf(least), {
      id: 'acme',
      name: 'Acme',
      wire: 'openaiChat',
      baseUrl: 'https://api.acme.example/v1',
      auth: 'bearer',
      origin: source,
      keyName: 'acme@api.acme.example',
      environmentKeys: [],
      local: false,
      realm: 'real',
      outputLimitField: 'max_tokens',
      reasoningTokensIncluded: true,
      streamUsage: true,
      effortField: 'none',
      extraHeaders: {},
      extraBody: {},
      modelsPath: '/models',
      livePrices: 'none',
      keyCheckPath: '/models',
    });
  });

  it('takes every field', () => {
    const read = readPlugin(whole, source);
    assert.ok(read.ok, read.ok ? '' : JSON.stringify(read.problems));
    const { otherWireModels, ...definition } = read.plugin.definition;
    assert.deepEqual(definition, {
      ...definitionOf(least),
      keyUrl: whole.keyUrl,
      billingUrl: whole.billingUrl,
      statusUrl: whole.statusUrl,
      keyPrefix: 'ac_',
      environmentKeys: ['ACME_API_KEY'],
      outputLimitField: 'max_completion_tokens',
      reasoningTokensIncluded: false,
      streamUsage: false,
      effortField: 'reasoning.effort',
      effortWithTools: false,
      extraHeaders: { 'X-Title': 'Farthing' },
      extraBody: { top_k: 40, stop_token_ids: [1], options: { cache: true } },
      modelsPath: '/models?limit=100',
      keyCheckPath: '/me',
    });
    assert.deepEqual(['big-embed-2', 'old-1', 'big-1'].map((id) => otherWireModels?.test(id)), [true, true, false]);
    assert.deepEqual(read.plugin.models, [
      { id: 'maker/big-1', name: 'Big 1', contextTokens: 100_000, maxOutputTokens: 8000, capabilities: ['tools'], efforts: ['none', 'low'], knownAs: ['big-one'], price: { input: 550_000_000, output: 2_190_000_000, cacheRead: 140_000_000, cacheWrite: 700_000_000, perCall: 5_000_000, asOf: '2026-11-20', source: 'snapshot' } },
    ]);
  });

  it('takes a server of this machine that is free, and one that needs no key', () => {
    const { local, free, auth, keyName } = definitionOf({ ...least, baseUrl: 'http://127.0.0.1:8080/v1', auth: 'none', free: true });
    assert.deepEqual({ local, free, auth, keyName }, { local: true, free: true, auth: 'none', keyName: 'acme@127.0.0.1:8080' });
  });

  it('has no model list where models are named and none is told', () => {
    assert.equal(definitionOf({ ...least, models: [{ id: 'a' }] }).modelsPath, undefined);
    assert.equal(definitionOf({ ...least, models: [{ id: 'a' }], quirks: { modelsPath: '/models' } }).modelsPath, '/models');
    assert.equal(definitionOf({ ...least, models: [{ id: 'a' }], quirks: { modelsPath: null } }).modelsPath, undefined);
  });

  /** What is wrong, where it is said to be, and what the message must hold. */
  const refused: readonly (readonly [string, unknown, string, RegExp])[] = [
    ['no object', [], '', /an object/],
    ['nothing', null, '', /an object/],
    ['another format', { ...least, farthing: 2 }, 'farthing', /must be 1/],
    ['no format', { ...least, farthing: undefined }, 'farthing', /missing|must be 1/],
    ['no id', { ...least, id: undefined }, 'id', /is missing/],
    ['an id with capitals', { ...least, id: 'Acme' }, 'id', /lower-case letters/],
    ['an id with a slash', { ...least, id: 'acme/openai' }, 'id', /lower-case letters/],
    ['an id with an at sign', { ...least, id: 'openai@api' }, 'id', /lower-case letters/],
    ['no name', { ...least, name: undefined }, 'name', /is missing/],
    ['an empty name', { ...least, name: '  ' }, 'name', />=1|at least|small/i],
    ['a name that turns the line around', { ...least, name: 'Acme\u202E' }, 'name', /invisible/],
    ['a name with a line break', { ...least, name: 'Acme\nis trusted' }, 'name', /invisible/],
    ['another protocol', { ...least, wire: 'ollama' }, 'wire', /"openaiChat" or/],
    ['another auth', { ...least, auth: 'basic' }, 'auth', /"bearer" or "xApiKey" or "none"/],
    ['half an address', { ...least, baseUrl: 'api.acme.example' }, 'baseUrl', /whole URL/],
    ['http elsewhere', { ...least, baseUrl: 'http://api.acme.example/v1' }, 'baseUrl', /https/],
    ['http to a name that looks local', { ...least, baseUrl: 'http://localhost.acme.example/v1' }, 'baseUrl', /https/],
    ['a script', { ...least, baseUrl: 'javascript:alert(1)' }, 'baseUrl', /https/],
    ['a password in the address', { ...least, baseUrl: 'https://me:hunter2@acme.example/v1' }, 'baseUrl', /password/],
    ['a query in the address', { ...least, baseUrl: 'https://acme.example/v1?key=1' }, 'baseUrl', /query/],
    ['the whole endpoint', { ...least, baseUrl: 'https://acme.example/v1/chat/completions' }, 'baseUrl', /before/],
    ['an unknown field', { ...least, apiKey: 'x' }, 'apiKey', /not a field.*baseUrl/],
    ['code', { ...least, main: './index.js' }, 'main', /not a field/],
    ['an unknown quirk', { ...least, quirks: { retry: 3 } }, 'quirks.retry', /not a field.*outputLimitField/],
    ['an unknown field of a model', { ...least, models: [{ id: 'a' }, { id: 'b', cost: 1 }] }, 'models[1].cost', /not a field.*contextTokens/],
    ['an unknown field of a price', { ...least, models: [{ id: 'a', price: { input: 1, output: 1, image: 1 } }] }, 'models[0].price.image', /not a field.*cacheRead/],
    ['a field of objects themselves', JSON.parse('{"__proto__":{"x":1}}'), '__proto__', /not a field/],
    ['a page without https', { ...least, keyUrl: 'http://acme.example/keys' }, 'keyUrl', /https:/],
    ['a command for a page', { ...least, statusUrl: 'command:workbench.action.quit' }, 'statusUrl', /https:/],
    ['the key of another provider', { ...least, environmentKeys: ['ACME_API_KEY', 'OPENAI_API_KEY'] }, 'environmentKeys[1]', /begin with ACME_/],
    ['the key of a built-in provider under another id of its', { ...least, id: 'gemini', environmentKeys: ['GEMINI_API_KEY'] }, 'environmentKeys[0]', /built-in provider/],
    ['the key of an Azure resource', { ...least, id: 'azure-openai', environmentKeys: ['AZURE_OPENAI_API_KEY'] }, 'environmentKeys[0]', /built-in provider/],
    ['a secret that is no key of a provider', { ...least, environmentKeys: ['ACME_SECRET'] }, 'environmentKeys[0]', /_API_KEY/],
    ['keys to be found for a server without keys', { ...least, auth: 'none', environmentKeys: ['ACME_API_KEY'] }, 'environmentKeys', /auth is none/],
    ['too many keys', { ...least, environmentKeys: ['A', 'B', 'C', 'D'].map((letter) => `ACME_${letter}_API_KEY`) }, 'environmentKeys', /3/],
    ['free far away', { ...least, free: true }, 'free', /this machine/],
    ['a header with a key', { ...least, quirks: { extraHeaders: { Authorization: 'x' } } }, 'quirks.extraHeaders.Authorization', /key/],
    ['a header with a key of another name', { ...least, quirks: { extraHeaders: { 'x-goog-api-key': 'x' } } }, 'quirks.extraHeaders.x-goog-api-key', /key/],
    ['a cookie', { ...least, quirks: { extraHeaders: { Cookie: 'x' } } }, 'quirks.extraHeaders.Cookie', /key/],
    ['another host', { ...least, quirks: { extraHeaders: { host: 'evil.example' } } }, 'quirks.extraHeaders.host', /set by Farthing/],
    ['another host for a proxy', { ...least, quirks: { extraHeaders: { 'X-Forwarded-Host': 'evil.example' } } }, 'quirks.extraHeaders.X-Forwarded-Host', /set by Farthing/],
    ['another path for a proxy', { ...least, quirks: { extraHeaders: { 'X-Original-Url': '/admin' } } }, 'quirks.extraHeaders.X-Original-Url', /set by Farthing/],
    ['one answer for every question', { ...least, quirks: { extraHeaders: { 'Idempotency-Key': 'a' } } }, 'quirks.extraHeaders.Idempotency-Key', /set by Farthing/],
    ['plain http to a name that only browsers know', { ...least, baseUrl: 'http://acme.localhost/v1' }, 'baseUrl', /https/],
    ['another length', { ...least, quirks: { extraHeaders: { 'content-length': '0' } } }, 'quirks.extraHeaders.content-length', /set by Farthing/],
    ['a header of two lines', { ...least, quirks: { extraHeaders: { 'x-a': 'b\r\nauthorization: c' } } }, 'quirks.extraHeaders.x-a', /plain characters/],
    ['a name that is no header', { ...least, quirks: { extraHeaders: { 'x a': 'b' } } }, 'quirks.extraHeaders["x a"]', /not the name/],
    ['a key as the value of a header', { ...least, quirks: { extraHeaders: { 'x-a': 'Bearer abcdefghijkl' } } }, 'quirks.extraHeaders.x-a', /looks like a key/],
    ['a number for a header', { ...least, quirks: { extraHeaders: { 'x-a': 1 } } }, 'quirks.extraHeaders.x-a', /must be text/],
    ...['model', 'models', 'messages', 'stream', 'tools', 'max_tokens', 'n', 'service_tier', 'plugins', 'provider', 'reasoning', 'mcp_servers', 'search_parameters', 'enable_search', 'speed', 'context_management'].map((field): readonly [string, unknown, string, RegExp] => [`${field} in the body`, { ...least, quirks: { extraBody: { [field]: 1 } } }, `quirks.extraBody.${field}`, /set by Farthing/]),
    ['a key in the body', { ...least, quirks: { extraBody: { options: { api_key: 'x' } } } }, 'quirks.extraBody.options.api_key', /key/],
    ['a token in the body', { ...least, quirks: { extraBody: { accessToken: 'x' } } }, 'quirks.extraBody.accessToken', /key/],
    ['a key as a value in the body', { ...least, quirks: { extraBody: { options: [{ a: 'x'.repeat(40) }] } } }, 'quirks.extraBody.options[0].a', /looks like a key/],
    ['a body of many levels', { ...least, quirks: { extraBody: { a: { a: { a: { a: { a: { a: { a: 1 } } } } } } } } }, 'quirks.extraBody.a.a.a.a.a.a.a', /levels/],
    ['a body deeper than any program reads', JSON.parse(`{"farthing":1,"id":"acme","name":"Acme","wire":"openaiChat","baseUrl":"https://a.example","auth":"none","quirks":{"extraBody":{"a":${'['.repeat(50_000)}${']'.repeat(50_000)}}}}`), 'quirks.extraBody.a[0][0][0][0][0][0]', /levels/],
    ['a long body', { ...least, quirks: { extraBody: { text: 'a b '.repeat(2000) } } }, 'quirks.extraBody', /4096/],
    ['a field of objects in the body', { ...least, quirks: { extraBody: JSON.parse('{"a":{"__proto__":1}}') } }, 'quirks.extraBody.a.__proto__', /not the name/],
    ['a whole address for the list', { ...least, quirks: { modelsPath: 'https://evil.example/models' } }, 'quirks.modelsPath', /path below/],
    ['a list on another host', { ...least, quirks: { modelsPath: '//evil.example/models' } }, 'quirks.modelsPath', /\/\//],
    ['a list above', { ...least, quirks: { modelsPath: '/../models' } }, 'quirks.modelsPath', /\.\./],
    ['a list above, escaped', { ...least, quirks: { modelsPath: '/%2e%2E/models' } }, 'quirks.modelsPath', /\.\./],
    ['a key in a path', { ...least, quirks: { keyCheckPath: '/me?api_key=1' } }, 'quirks.keyCheckPath', /key/],
    ['a backslash in a path', { ...least, quirks: { keyCheckPath: '/\\evil.example' } }, 'quirks.keyCheckPath', /path below/],
    ['a limit of no field', { ...least, quirks: { outputLimitField: 'limit' } }, 'quirks.outputLimitField', /"max_tokens" or "max_completion_tokens"/],
    ['text for true', { ...least, quirks: { streamUsage: 'yes' } }, 'quirks.streamUsage', /true or false/],
    ['neither a list nor models', { ...least, quirks: { modelsPath: null } }, 'models', /must name a model/],
    ['a price of nothing', { ...least, pricesSeen: '2026-11-20', models: [{ id: 'a', price: { input: 0, output: 1 } }] }, 'models[0].price.input', />0/],
    ['a price below nothing', { ...least, pricesSeen: '2026-11-20', models: [{ id: 'a', price: { input: 1, output: -1 } }] }, 'models[0].price.output', />0/],
    ['a price in another unit', { ...least, pricesSeen: '2026-11-20', models: [{ id: 'a', price: { input: 1, output: 2_000_000 } }] }, 'models[0].price.output', /100000/],
    ['half a price', { ...least, pricesSeen: '2026-11-20', models: [{ id: 'a', price: { input: 1 } }] }, 'models[0].price.output', /is missing/],
    ['a price as text', { ...least, pricesSeen: '2026-11-20', models: [{ id: 'a', price: { input: '1', output: 1 } }] }, 'models[0].price.input', /a number/],
    ['prices of no day', { ...least, models: [{ id: 'a', price: { input: 1, output: 1 } }] }, 'pricesSeen', /is missing/],
    ['a day that is none', { ...least, pricesSeen: '2026-02-30' }, 'pricesSeen', /date/],
    ['a model twice', { ...least, models: [{ id: 'a' }, { id: 'a' }] }, 'models[1].id', /above/],
    ['an id with an effort', { ...least, models: [{ id: 'a#low' }] }, 'models[0].id', /#/],
    ['an id with a space', { ...least, models: [{ id: 'a b' }] }, 'models[0].id', /spaces/],
    ['a context that is no number of tokens', { ...least, models: [{ id: 'a', contextTokens: 1.5 }] }, 'models[0].contextTokens', /whole number/],
    ['an unknown capability', { ...least, models: [{ id: 'a', capabilities: ['magic'] }] }, 'models[0].capabilities[0]', /"tools" or/],
    ['an unknown effort', { ...least, models: [{ id: 'a', efforts: ['max'] }] }, 'models[0].efforts[0]', /"none" or/],
    ['more models than anybody has', { ...least, models: Array.from({ length: 501 }, (_, index) => ({ id: `m${index}` })) }, 'models', /500/],
  ];
  for (const [name, value, place, message] of refused) {
    it(`refuses ${name}`, () => {
      const read = readPlugin(value, source);
      assert.ok(!read.ok);
      const problem = read.problems.find(({ path }) => pathText(path) === place);
      assert.ok(problem, JSON.stringify(read.problems));
      assert.match(problem.message, message);
    });
  }

  it('names every problem of its fields at once', () => {
    const read = readPlugin({ farthing: 1, id: 'A', name: 1, wire: 'x', baseUrl: 'x', auth: 'x', more: 1, models: [{ id: 'a b' }] }, source);
    assert.deepEqual(!read.ok && read.problems.map(({ path }) => pathText(path)).toSorted(), ['auth', 'baseUrl', 'id', 'models[0].id', 'more', 'name', 'wire']);
  });

  it('names only the first of a thousand problems', () => {
    const read = readPlugin({ ...least, ...Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`x${index}`, 1])) }, source);
    assert.ok(!read.ok);
    assert.deepEqual([read.problems.length, read.problems.at(-1)?.message], [21, 'has 980 more problems']);
  });

  it('repeats no secret of a file', () => {
    const read = readPlugin({ ...least, baseUrl: 'https://me:hunter2@acme.example/v1', quirks: { extraHeaders: { Authorization: 'hunter2', 'x-a': 'Bearer hunter2hunter2' }, extraBody: { api_key: 'hunter2' } }, key: 'hunter2' }, source);
    assert.ok(!read.ok);
    assert.doesNotMatch(JSON.stringify(read.problems), /hunter2/);
  });

  it('does not hang on a pattern made for it', () => {
    const { otherWireModels } = definitionOf({ ...least, quirks: { excludedModels: ['*a'.repeat(100)] } });
    assert.equal(otherWireModels?.test(`${'a'.repeat(299)}b`), false);
  });
});

describe('parsePluginText', () => {
  it('reads JSON with a byte order mark, and nothing but JSON', () => {
    assert.deepEqual(parsePluginText('\uFEFF{"a":1}'), { value: { a: 1 } });
    for (const text of ['', '{', '{"a":1,}', '// no\n{}', '{"a":1}\u0000']) assert.equal(parsePluginText(text), undefined, text);
  });
});
