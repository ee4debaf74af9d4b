import assert from 'node:assert/strict';
import type { SignInTrouble } from '../../src/core/model/signIn';
import { codeExchange } from '../../src/wires/signIn/exchangeCode';
import { FaultServer, type FaultStep } from '../support/faultServer';

const code = 'the-code-of-0123456789-abcdef';
const verifier = 'v'.repeat(43);

describe('the exchange of a sign-in', () => {
  const server = new FaultServer();
  before(() => server.start());
  after(() => server.stop());
  beforeEach(() => server.reset());
  const exchange = (signal = new AbortController().signal, url = `${server.url}/v1/auth/keys`) => codeExchange()({ provider: 'broker', url, code, verifier }, signal);
  const reply = (status: number, body: string, headers: Readonly<Record<string, string>> = { 'content-type': 'application/json' }): readonly FaultStep[] => [{ do: 'head', status, headers }, { do: 'send', data: body }, { do: 'end' }];

  it('is one POST of code, verifier and method, without any key', async () => {
    server.script(...reply(200, '{"key":"sk-or-v1-abc","user_id":"user_1"}'));
    assert.deepEqual(await exchange(), { ok: true, value: 'sk-or-v1-abc' });
    const [seen, ...more] = server.requests;
    assert.deepEqual([seen?.method, seen?.path, JSON.parse(seen?.body ?? ''), more.length], ['POST', '/v1/auth/keys', { code, code_verifier: verifier, code_challenge_method: 'S256' }, 0]);
    assert.deepEqual([seen?.headers.authorization, seen?.headers['content-type']], [undefined, 'application/json']);
  });

  const failed = (failure: Extract<SignInTrouble, { kind: 'failed' }>['failure']): SignInTrouble => ({ kind: 'failed', provider: 'broker', failure });
  const cases: readonly [name: string, steps: readonly FaultStep[], expected: SignInTrouble][] = [
    ['a code that was used', reply(403, '{"error":{"code":403,"message":"Invalid code or code_verifier"}}'), { kind: 'codeRefused', provider: 'broker', detail: 'Invalid code or code_verifier' }],
    ['a code of another verifier', reply(400, '{"error":{"message":"bad code_verifier"}}'), { kind: 'codeRefused', provider: 'broker', detail: 'bad code_verifier' }],
    ['words that quote code and verifier', reply(400, JSON.stringify({ error: { message: `no ${code} with ${verifier}` } })), { kind: 'codeRefused', provider: 'broker', detail: 'no [key removed] with [key removed]' }],
    ['a pause', reply(429, '{"error":{"message":"slow down"}}'), failed({ kind: 'rateLimited', provider: 'broker', detail: 'slow down' })],
    ['trouble there', reply(502, ''), failed({ kind: 'providerDown', provider: 'broker', status: 502 })],
    ['another address', reply(404, '{"error":{"message":"Not Found"}}'), failed({ kind: 'badReply', provider: 'broker', detail: 'HTTP 404: Not Found' })],
    ['a redirect', reply(302, '', { location: 'http://127.0.0.1:9/keys' }), failed({ kind: 'badReply', provider: 'broker', detail: 'HTTP 302: the address redirects elsewhere.' })],
    ['a reply without a key', reply(200, '{"user_id":"user_1"}'), failed({ kind: 'badReply', provider: 'broker', detail: 'The reply to the sign-in holds no key.' })],
    ['a key that is none', reply(200, '{"key":"two words"}'), failed({ kind: 'badReply', provider: 'broker', detail: 'The reply to the sign-in holds no key.' })],
    ['a web page', reply(200, '<!doctype html>', { 'content-type': 'text/html' }), failed({ kind: 'badReply', provider: 'broker', detail: 'The reply to the sign-in holds no key.' })],
    ['half a reply', [{ do: 'head', status: 200, headers: {} }, { do: 'send', data: '{"key":"sk-or' }, { do: 'end' }], failed({ kind: 'badReply', provider: 'broker', detail: 'The reply to the sign-in holds no key.' })],
  ];
  for (const [name, steps, expected] of cases) {
    it(`tells ${name}`, async () => {
      server.script(...steps);
      assert.deepEqual(await exchange(), { ok: false, trouble: expected });
      assert.equal(server.requests.length, 1);
    });
  }

  it('tells that nothing answers', async () => {
    const result = await exchange(undefined, 'http://127.0.0.1:1/keys');
    assert.equal(!result.ok && result.trouble.kind === 'failed' && result.trouble.failure.kind, 'providerDown');
  });

  it('ends when it is stopped', async () => {
    const stop = new AbortController();
    server.script({ do: 'head', status: 200 }, { do: 'hang' });
    const fetchAndStop: typeof fetch = async (input, init) => {
      const response = await fetch(input, init);
      stop.abort();
      return response;
    };
    const result = codeExchange({ fetch: fetchAndStop })({ provider: 'broker', url: `${server.url}/keys`, code, verifier }, stop.signal);
    assert.deepEqual(await result, { ok: false, trouble: failed({ kind: 'cancelled' }) });
  });
});
