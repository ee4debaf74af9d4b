import assert from 'node:assert/strict';
import type { Failure } from '../../../../src/core/model/failure';
import { readNetworkFailure, withBilling } from '../../../../src/wires/http/readNetworkFailure';

/** As `fetch` throws it, inside what the client makes of it. */
function thrown(code: string | undefined, syscall?: string, message = 'inner'): Error {
  const inner = Object.assign(new Error(message), code === undefined ? {} : { code }, syscall === undefined ? {} : { syscall });
  return new Error('Connection error.', { cause: new TypeError('fetch failed', { cause: inner }) });
}

function check(name: string, error: unknown, expected: Partial<Failure>): void {
  it(name, () => assert.partialDeepStrictEqual(readNetworkFailure('p', error, 12.4), { provider: 'p', ...expected }));
}

describe('readNetworkFailure', () => {
  for (const code of ['ENOTFOUND', 'EAI_AGAIN', 'ENETUNREACH', 'EHOSTUNREACH']) check(code, thrown(code), { kind: 'offline', detail: `The address could not be reached (${code}).` });
  for (const code of ['DEPTH_ZERO_SELF_SIGNED_CERT', 'SELF_SIGNED_CERT_IN_CHAIN', 'UNABLE_TO_VERIFY_LEAF_SIGNATURE', 'CERT_HAS_EXPIRED', 'ERR_TLS_CERT_ALTNAME_INVALID', 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY', 'ERR_SSL_WRONG_VERSION_NUMBER', 'EPROTO']) {
    check(code, thrown(code), { kind: 'offline', detail: `No secure connection could be made (${code}).` });
  }
  for (const code of ['ECONNRESET', 'EPIPE', 'UND_ERR_SOCKET']) check(code, thrown(code), { kind: 'providerDown', detail: `The connection was lost (${code}).` });
  check('ECONNREFUSED', thrown('ECONNREFUSED'), { kind: 'providerDown', detail: 'Nothing answers at the address (ECONNREFUSED).' });
  for (const code of ['ETIMEDOUT', 'UND_ERR_CONNECT_TIMEOUT']) check(code, thrown(code), { kind: 'timedOut', phase: 'connect', waitedMs: 12 });
  check('a connection that stood and then fell silent', thrown('ETIMEDOUT', 'read'), { kind: 'providerDown', detail: 'The connection was lost (ETIMEDOUT).' });
  check('UND_ERR_HEADERS_TIMEOUT', thrown('UND_ERR_HEADERS_TIMEOUT'), { kind: 'timedOut', phase: 'firstToken' });
  check('UND_ERR_BODY_TIMEOUT', thrown('UND_ERR_BODY_TIMEOUT'), { kind: 'timedOut', phase: 'stall' });
  check('several addresses tried', new TypeError('fetch failed', { cause: new AggregateError([Object.assign(new Error('a'), { code: 'ENETUNREACH' })]) }), { kind: 'offline' });
  check("Electron's own words", new TypeError('fetch failed', { cause: new Error('net::ERR_INTERNET_DISCONNECTED') }), { kind: 'offline', detail: 'The address could not be reached (ERR_INTERNET_DISCONNECTED).' });
  for (const code of ['ERR_PROXY_AUTH_REQUESTED', 'ERR_PROXY_AUTH_UNSUPPORTED', 'ERR_UNEXPECTED_PROXY_AUTH']) check(code, thrown(undefined, undefined, `net::${code}`), { kind: 'offline', proxy: true });
  check('a proxy that asks for a sign-in', thrown('UND_ERR_ABORTED', undefined, 'Proxy response (407) !== 200 when HTTP Tunneling'), { kind: 'offline', proxy: true, detail: 'The proxy asks for a sign-in (HTTP 407).' });
  check("the same in the words of the editor's proxy", thrown('UND_ERR_ABORTED', undefined, 'Proxy response (407) ?.== 200 when HTTP Tunneling'), { kind: 'offline', proxy: true });
  check('a proxy that refuses', thrown('UND_ERR_ABORTED', undefined, 'Proxy response (502) !== 200 when HTTP Tunneling'), { kind: 'providerDown', detail: 'The proxy refused the connection (HTTP 502).' });
  check('no code', new TypeError('terminated'), { kind: 'providerDown', detail: 'The connection failed.' });
  check('no error', 'boom', { kind: 'providerDown' });
  it('ends at a circle of causes', () => {
    const circle = new Error('a');
    circle.cause = circle;
    assert.equal(readNetworkFailure('p', circle, 0).kind, 'providerDown');
  });
});

describe('withBilling', () => {
  const rows: readonly (readonly [name: string, error: unknown, mayBeBilled: boolean])[] = [
    ['reset while it was read', thrown('ECONNRESET', 'read'), true],
    ['closed while it was written', thrown('EPIPE', 'write'), true],
    ['closed by the other side', thrown('UND_ERR_SOCKET'), true],
    ['silent until the system gave up', thrown('ETIMEDOUT', 'read'), true],
    ['a network that went away meanwhile', thrown('ENETUNREACH', 'read'), true],
    ['a network that went away while it was written', thrown('ENETDOWN', 'write'), true],
    ['a reply that is no HTTP', thrown('HPE_INVALID_CONSTANT'), true],
    ["Electron's reset", thrown(undefined, undefined, 'net::ERR_CONNECTION_RESET'), true],
    ["Electron's empty reply", thrown(undefined, undefined, 'net::ERR_EMPTY_RESPONSE'), true],
    ["Electron's network that changed", thrown(undefined, undefined, 'net::ERR_NETWORK_CHANGED'), true],
    ['nothing that is known', thrown(undefined), true],
    ['no error', 'boom', true],
    ['refused', thrown('ECONNREFUSED', 'connect'), false],
    ['reset while it was made', thrown('ECONNRESET', 'connect'), false],
    ['a name that is not found', thrown('ENOTFOUND', 'getaddrinfo'), false],
    ['no way there', thrown('EHOSTUNREACH', 'connect'), false],
    ['no way there, without more', thrown('ENETUNREACH'), false],
    ['no address of several', new TypeError('fetch failed', { cause: new AggregateError([Object.assign(new Error('a'), { code: 'ECONNREFUSED', syscall: 'connect' })]) }), false],
    ['a bad certificate', thrown('CERT_HAS_EXPIRED'), false],
    ['no TLS, while its greeting was written', thrown('EPROTO', 'write'), false],
    ['a port that is never asked', thrown(undefined, undefined, 'bad port'), false],
    ['a header that the client refuses', thrown('UND_ERR_INVALID_ARG'), false],
    ['a proxy that lets nobody through', thrown('UND_ERR_ABORTED', undefined, 'Proxy response (502) !== 200 when HTTP Tunneling'), false],
    ['a proxy that asks for a sign-in', thrown('UND_ERR_ABORTED', undefined, 'Proxy response (407) !== 200 when HTTP Tunneling'), false],
    ["Electron's refusal", thrown(undefined, undefined, 'net::ERR_CONNECTION_REFUSED'), false],
    ["Electron's tunnel", thrown(undefined, undefined, 'net::ERR_TUNNEL_CONNECTION_FAILED'), false],
    ["Electron's proxy", thrown(undefined, undefined, 'net::ERR_PROXY_CONNECTION_FAILED'), false],
  ];
  for (const [name, error, mayBeBilled] of rows) {
    it(`${name}: ${mayBeBilled ? 'may be billed' : 'nothing had left'}`, () => {
      const failure = withBilling(readNetworkFailure('p', error, 0), error);
      assert.equal('mayBeBilled' in failure, mayBeBilled, JSON.stringify(failure));
    });
  }

  it('leaves a failure of another kind as it is', () => {
    const { kind } = withBilling({ kind: 'cancelled' }, thrown('ECONNRESET', 'read'));
    assert.equal(kind, 'cancelled');
  });
});
