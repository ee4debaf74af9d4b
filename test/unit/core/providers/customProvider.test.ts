import assert from 'node:assert/strict';
import { customProvider, customProviders, isLoopback } from '../../../../src/core/providers/customProvider';

describe('customProvider', () => {
  const accepted: readonly (readonly [string, unknown, Readonly<Record<string, unknown>>])[] = [
    ['the least', { id: 'mine', baseUrl: 'https://models.example/v1' }, { id: 'mine', name: 'mine', baseUrl: 'https://models.example/v1', auth: 'bearer', local: false }],
    ['slashes at the end', { id: 'mine', baseUrl: 'https://models.example/v1///' }, { baseUrl: 'https://models.example/v1' }],
    ['no path', { id: 'mine', baseUrl: 'https://models.example' }, { baseUrl: 'https://models.example' }],
    ['http on this machine', { id: 'lm-studio', baseUrl: 'http://localhost:1234/v1', auth: 'none' }, { baseUrl: 'http://localhost:1234/v1', auth: 'none', local: true }],
    ['http on 127.0.0.1', { id: 'vllm', baseUrl: 'http://127.0.0.1:8000/v1' }, { local: true }],
    ['http on IPv6 loopback', { id: 'vllm', baseUrl: 'http://[::1]:8000/v1' }, { local: true }],
    ['a name', { id: 'mine', name: ' My server ', baseUrl: 'https://models.example/v1' }, { name: 'My server' }],
    ['a sign-in on its own host', { id: 'mine', baseUrl: 'https://models.example/v1', signIn: { authorizeUrl: 'https://app.models.example/auth/', exchangeUrl: 'https://models.example/keys' } }, { signIn: { authorizeUrl: 'https://app.models.example/auth', exchangeUrl: 'https://models.example/keys' } }],
    ['a page that only a browser opens, below localhost', { id: 'mine', baseUrl: 'http://127.0.0.1:1234/v1', signIn: { authorizeUrl: 'http://broker.localhost:1234/auth', exchangeUrl: 'http://127.0.0.1:1234/keys' } }, { signIn: { authorizeUrl: 'http://broker.localhost:1234/auth', exchangeUrl: 'http://127.0.0.1:1234/keys' } }],
    ['a sign-in on this machine', { id: 'mine', baseUrl: 'http://127.0.0.1:1234/v1', signIn: { authorizeUrl: 'http://localhost:1234/auth', exchangeUrl: 'http://127.0.0.1:1234/keys' } }, { signIn: { authorizeUrl: 'http://localhost:1234/auth', exchangeUrl: 'http://127.0.0.1:1234/keys' } }],
  ];
  for (const [name, value, expected] of accepted) {
    it(`takes ${name}`, () => {
      const read = customProvider(value);
      assert.ok(read.ok, read.ok ? '' : JSON.stringify(read.problems));
      const { definition } = read.value;
      assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, Object.entries(definition).find(([field]) => field === key)?.[1]])), expected);
    });
  }

  const refused: readonly (readonly [string, unknown, string, RegExp])[] = [
    ['an id of a built-in', { id: 'openai', baseUrl: 'https://models.example/v1' }, 'provider.id', /built-in/],
    ['the id of Ollama', { id: 'ollama', baseUrl: 'http://127.0.0.1:11434/v1' }, 'provider.id', /built-in/],
    ['the id of the demo', { id: 'demo', baseUrl: 'https://models.example/v1' }, 'provider.id', /built-in/],
    ['an id with capitals', { id: 'Mine', baseUrl: 'https://models.example/v1' }, 'provider.id', /lower-case/],
    ['no id', { baseUrl: 'https://models.example/v1' }, 'provider.id', /./],
    ['no URL', { id: 'mine' }, 'provider.baseUrl', /./],
    ['half a URL', { id: 'mine', baseUrl: 'models.example/v1' }, 'provider.baseUrl', /whole URL/],
    ['another protocol', { id: 'mine', baseUrl: 'ftp://models.example/v1' }, 'provider.baseUrl', /https/],
    ['http elsewhere', { id: 'mine', baseUrl: 'http://models.example/v1' }, 'provider.baseUrl', /unprotected/],
    ['http on a name that only begins like loopback', { id: 'mine', baseUrl: 'http://localhost.evil.example/v1' }, 'provider.baseUrl', /unprotected/],
    ['http on a name that only looks like loopback', { id: 'mine', baseUrl: 'http://127.0.0.1.evil.example/v1' }, 'provider.baseUrl', /unprotected/],
    ['a password in the URL', { id: 'mine', baseUrl: 'https://me:secret@models.example/v1' }, 'provider.baseUrl', /password/],
    ['a query', { id: 'mine', baseUrl: 'https://models.example/v1?key=1' }, 'provider.baseUrl', /query/],
    ['the whole endpoint', { id: 'mine', baseUrl: 'https://models.example/v1/chat/completions' }, 'provider.baseUrl', /before \/chat\/completions/],
    ['an unknown field', { id: 'mine', baseUrl: 'https://models.example/v1', key: 'sk-1' }, 'provider', /key/],
    ['another auth', { id: 'mine', baseUrl: 'https://models.example/v1', auth: 'basic' }, 'provider.auth', /./],
    ['an empty model', { id: 'mine', baseUrl: 'https://models.example/v1', models: ['a', ''] }, 'provider.models[1]', /./],
    ['no object', 'https://models.example/v1', 'provider', /object/],
    ['the id of the editor\'s models', { id: 'editor', baseUrl: 'https://models.example/v1' }, 'provider.id', /built-in/],
    ['a key over plain http to a name that only browsers know', { id: 'mine', baseUrl: 'http://models.localhost/v1' }, 'provider.baseUrl', /https/],
    ['a sign-in that hands out keys elsewhere', { id: 'mine', baseUrl: 'https://models.example/v1', signIn: { authorizeUrl: 'https://models.example/auth', exchangeUrl: 'https://evil.example/keys' } }, 'provider.signIn.exchangeUrl', /on the host of the base URL/],
    ['a sign-in over plain http', { id: 'mine', baseUrl: 'https://models.example/v1', signIn: { authorizeUrl: 'http://models.example/auth', exchangeUrl: 'https://models.example/keys' } }, 'provider.signIn.authorizeUrl', /https/],
    ['half a sign-in', { id: 'mine', baseUrl: 'https://models.example/v1', signIn: { authorizeUrl: 'https://models.example/auth' } }, 'provider.signIn.exchangeUrl', /./],
    ['a sign-in for no key', { id: 'mine', baseUrl: 'https://models.example/v1', auth: 'none', signIn: { authorizeUrl: 'https://models.example/auth', exchangeUrl: 'https://models.example/keys' } }, 'provider.signIn', /asks for a key/],
    ['other ports of a sign-in', { id: 'mine', baseUrl: 'https://models.example/v1', signIn: { authorizeUrl: 'https://models.example/auth', exchangeUrl: 'https://models.example/keys', callbackPorts: [1] } }, 'provider.signIn', /callbackPorts/],
  ];
  for (const [name, value, field, message] of refused) {
    it(`refuses ${name}`, () => {
      const read = customProvider(value);
      assert.ok(!read.ok);
      assert.equal(read.problems[0]?.field, field);
      assert.match(read.problems[0]?.message ?? '', message);
    });
  }

  it('does not repeat a password in its message', () => {
    assert.doesNotMatch(JSON.stringify(customProvider({ id: 'mine', baseUrl: 'https://me:hunter2@models.example/v1' })), /hunter2/);
  });
});

describe('customProviders', () => {
  it('keeps the good entries and names the bad', () => {
    const { providers, problems } = customProviders([
      { id: 'mine', baseUrl: 'https://models.example/v1', models: ['one'] },
      { id: 'openai', baseUrl: 'https://models.example/v1' },
      { id: 'mine', baseUrl: 'https://other.example/v1' },
    ]);
    assert.deepEqual(providers.map((provider) => [provider.definition.id, provider.models]), [['mine', ['one']]]);
    assert.deepEqual(problems.map((problem) => problem.field), ['farthing.providers.custom[1].id', 'farthing.providers.custom[2].id']);
  });

  it('takes nothing for none, and reports what is no list', () => {
    assert.deepEqual(customProviders(undefined), { providers: [], problems: [] });
    assert.equal(customProviders({}).problems[0]?.field, 'farthing.providers.custom');
  });
});

describe('isLoopback', () => {
  const rows: readonly (readonly [string, boolean])[] = [
    ['localhost', true],
    ['api.localhost', false],
    ['127.0.0.1', true],
    ['127.8.9.10', true],
    ['[::1]', true],
    ['0.0.0.0', false],
    ['10.0.0.1', false],
    ['127.0.0.1.example', false],
    ['notlocalhost', false],
  ];
  for (const [hostname, expected] of rows) it(`says ${expected} of ${hostname}`, () => assert.equal(isLoopback(hostname), expected));
});
