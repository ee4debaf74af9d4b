import assert from 'node:assert/strict';
import type { FailureKind } from '../../../../src/core/model/failure';
import type { ProviderDefinition } from '../../../../src/core/model/provider';
import { pathBelow } from '../../../../src/wires/http/pathBelow';
import { unsendable } from '../../../../src/wires/http/unsendable';
import { endpointAt, fakeKey } from '../../../support/wireFixtures';

function check(baseUrl: string, key: string | undefined, expected: FailureKind | undefined, provider: Partial<ProviderDefinition> = {}): void {
  it(`${JSON.stringify(baseUrl)}, key ${JSON.stringify(key?.replace(fakeKey, '(good)'))}: ${expected ?? 'may be sent'}`, () => assert.equal(unsendable(endpointAt(baseUrl, provider), key)?.kind, expected));
}

describe('unsendable', () => {
  check('https://a.example/v1', fakeKey, undefined);
  check('https://a.example/v1', ` ${fakeKey}\n`, undefined);
  check('https://a.example/v1', undefined, 'keyMissing');
  check('https://a.example/v1', ' ', 'keyMissing');
  check('https://a.example/v1', undefined, undefined, { auth: 'none' });
  for (const key of ['sk-fäke', 'sk-“x”', 'sk-a b', 'sk-a\nb', 'sk-\0']) check('https://a.example/v1', key, 'keyRejected');
  for (const url of ['', ' ', 'a.example/v1', 'file:///etc', 'javascript:1']) check(url, fakeKey, 'badRequest');
  for (const url of ['http://127.0.0.1:1234/v1', 'http://localhost:11434/v1', 'http://[::1]:80/v1']) check(url, fakeKey, undefined);
  for (const url of ['http://a.example/v1', 'http://192.168.1.5/v1', 'http://127.0.0.1.evil.example/v1', 'http://localhost.evil.example/v1']) check(url, fakeKey, 'badRequest');
  check('http://192.168.1.5/v1', undefined, undefined, { auth: 'none' });
});

describe('pathBelow', () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ['https://a.example/v1', '/models', '/models'],
    ['https://a.example/v1', 'models', '/models'],
    ['https://router.a.example/v1', 'https://a.example/api/whoami', 'https://a.example/api/whoami'],
    ['https://a.example/v1', 'https://a.example/api/whoami', 'https://a.example/api/whoami'],
    ['https://a.example/v1', 'https://evil.example/api', '/models'],
    ['https://a.example/v1', 'https://router.a.example/api', '/models'],
    ['https://a.example/v1', 'http://a.example/api', '/models'],
    ['https://a.example/v1', 'https://example/api', '/models'],
  ];
  for (const [base, path, expected] of rows) it(`${base} + ${path}`, () => assert.equal(pathBelow(endpointAt(base), path), expected));
  it('does not leave an address that was edited', () => {
    const { provider } = endpointAt('https://router.a.example/v1');
    assert.equal(pathBelow({ provider, baseUrl: 'https://b.a.example/v1' }, 'https://a.example/api'), '/models');
  });
});
