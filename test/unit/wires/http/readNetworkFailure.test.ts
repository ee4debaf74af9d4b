import assert from 'node:assert/strict';
import type { Failure } from '../../../../src/core/model/failure';
import { readNetworkFailure } from '../../../../src/wires/http/readNetworkFailure';

/** As `fetch` throws it, inside what the client makes of it. */
function thrown(code: string): Error {
  const inner = Object.assign(new Error('inner'), { code });
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
  check('UND_ERR_HEADERS_TIMEOUT', thrown('UND_ERR_HEADERS_TIMEOUT'), { kind: 'timedOut', phase: 'firstToken' });
  check('UND_ERR_BODY_TIMEOUT', thrown('UND_ERR_BODY_TIMEOUT'), { kind: 'timedOut', phase: 'stall' });
  check('several addresses tried', new TypeError('fetch failed', { cause: new AggregateError([Object.assign(new Error('a'), { code: 'ENETUNREACH' })]) }), { kind: 'offline' });
  check("Electron's own words", new TypeError('fetch failed', { cause: new Error('net::ERR_INTERNET_DISCONNECTED') }), { kind: 'offline', detail: 'The address could not be reached (ERR_INTERNET_DISCONNECTED).' });
  check('no code', new TypeError('terminated'), { kind: 'providerDown', detail: 'The connection failed.' });
  check('no error', 'boom', { kind: 'providerDown' });
  it('ends at a circle of causes', () => {
    const circle = new Error('a');
    circle.cause = circle;
    assert.equal(readNetworkFailure('p', circle, 0).kind, 'providerDown');
  });
});
