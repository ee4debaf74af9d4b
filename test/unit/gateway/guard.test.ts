import assert from 'node:assert/strict';
import { IncomingMessage } from 'node:http';
import { Socket } from 'node:net';
import { describe, it } from 'mocha';
import { guardHead } from '../../../src/gateway/guard';
import { usualLimits } from '../../../src/gateway/limits';

/** What sockets cannot show: a port that a test may not bind. The rest is in test/contract/gatewaySecurity.test.ts. */
const rows: readonly (readonly [host: string, port: number, isOurs: boolean])[] = [
  ['127.0.0.1', 80, true],
  ['localhost:80', 80, true],
  ['[::1]', 80, true],
  ['evil.example', 80, false],
  ['127.0.0.1', 8080, false],
  ['[::1]:8080', 8080, true],
];

describe('the Host of a request', () => {
  for (const [host, port, isOurs] of rows) {
    it(`${host} is ${isOurs ? '' : 'not '}ours on port ${port}`, () => {
      const request = new IncomingMessage(new Socket());
      Object.assign(request, { method: 'GET', url: '/v1/models', headers: { host }, rawHeaders: ['Host', host] });
      assert.equal('path' in guardHead(request, port, usualLimits), isOurs);
    });
  }
});
