import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { routeTable } from '../../../src/gateway/routeTable';
import type { Row } from '../../../src/gateway/row';

const row = (method: Row['method'], path: string): Row => ({ method, path, problem: (problem) => ({ path, problem }), serve: { kind: 'reply', reply: async () => ({ status: 200, body: '' }) } });

const find = routeTable([
  row('POST', '/v1/messages'),
  row('POST', '/v1/messages/count_tokens'),
  row('GET', '/v1/models'),
  row('GET', '/v1/models/{id}'),
  row('POST', '/v1beta/models/{model}:generateContent'),
  row('POST', '/v1beta/models/{model}:streamGenerateContent'),
  row('GET', '/health'),
]);

/** What was asked, the row that answers, and what stood for its name. Undefined: none; a list: other methods. */
const rows: readonly (readonly [asked: string, found: string | readonly string[] | undefined, value?: string])[] = [
  ['POST /v1/messages', '/v1/messages'],
  ['POST /messages', '/v1/messages'],
  ['POST /v1/v1/messages', '/v1/messages'],
  ['POST /v1/v1/messages/count_tokens', '/v1/messages/count_tokens'],
  ['POST /v1/v1/v1/messages', undefined],
  ['POST /v1/messages/', undefined],
  ['POST /V1/messages', undefined],
  ['GET /v1/messages', ['POST']],
  ['DELETE /messages', ['POST']],
  ['GET /models', '/v1/models'],
  ['GET /v1/models/swift', '/v1/models/{id}', 'swift'],
  ['GET /v1/models/acme/swift', '/v1/models/{id}', 'acme/swift'],
  ['GET /v1/models/acme%2Fswift%23high', '/v1/models/{id}', 'acme/swift#high'],
  ['GET /v1/models/', undefined],
  ['GET /v1/models/%E0%A4', undefined],
  ['POST /v1/models/swift', ['GET']],
  ['POST /v1beta/models/auto:generateContent', '/v1beta/models/{model}:generateContent', 'auto'],
  ['POST /models/auto:generateContent', '/v1beta/models/{model}:generateContent', 'auto'],
  ['POST /v1/models/auto:generateContent', '/v1beta/models/{model}:generateContent', 'auto'],
  ['POST /v1/v1beta/models/auto:generateContent', '/v1beta/models/{model}:generateContent', 'auto'],
  ['POST /v1beta/models/auto:economy:streamGenerateContent', '/v1beta/models/{model}:streamGenerateContent', 'auto:economy'],
  ['POST /v1beta/models/acme/swift:generateContent', '/v1beta/models/{model}:generateContent', 'acme/swift'],
  ['POST /v1beta/models/:generateContent', undefined],
  ['POST /v1beta/models/auto:nothing', undefined],
  ['GET /health', '/health'],
  ['GET /v1/health', undefined],
];

describe('the row of an address', () => {
  for (const [asked, path, value] of rows) {
    it(`${asked} is ${value === undefined ? '' : `${value} at `}${String(path)}`, () => {
      const [method = '', address = ''] = asked.split(' ');
      const found = find(method, address);
      if (path === undefined) return assert.equal(found, undefined);
      assert.ok(found);
      if ('allow' in found) return assert.deepEqual(found.allow, path);
      assert.equal(found.row.path, path);
      assert.deepEqual(Object.values(found.path), value === undefined ? [] : [value]);
    });
  }
});
