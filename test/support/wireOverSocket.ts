import assert from 'node:assert/strict';
import type { Failure } from '../../src/core/model/failure';
import type { Endpoint } from '../../src/core/model/provider';
import type { Wire, WireEvent, WireRequest } from '../../src/core/ports/wire';
import { FaultServer, type FaultStep } from './faultServer';
import { fakeKey, type Heard, listen, requestTo } from './wireFixtures';

export const stream: FaultStep = { do: 'head', status: 200, headers: { 'content-type': 'text/event-stream' } };
export const lines: FaultStep = { do: 'head', status: 200, headers: { 'content-type': 'application/x-ndjson' } };
export const json = (status: number, headers: Record<string, string> = {}): FaultStep => ({ do: 'head', status, headers: { 'content-type': 'application/json', ...headers } });
export const send = (data: string | Uint8Array): FaultStep => ({ do: 'send', data });
export const end: FaultStep = { do: 'end' };

interface WireOverSocket {
  readonly server: FaultServer;
  /** The one request of a test: whatever the server does with it, there is no second one, and the answer ends once. */
  readonly ask: (steps: readonly FaultStep[], request?: Partial<WireRequest>, signal?: AbortSignal, onEvent?: (event: WireEvent) => void) => Promise<Heard>;
}

/** A wire and a server that misbehaves, for the tests of the suite that calls this. */
export function wireOverSocket(wire: Wire, endpoint: () => Endpoint): WireOverSocket {
  const server = new FaultServer();
  before(() => server.start());
  after(() => server.stop());
  beforeEach(() => server.reset());
  return {
    server,
    async ask(steps, request, signal, onEvent) {
      server.script(...steps);
      const heard = await listen(wire, requestTo(endpoint(), request), signal, onEvent);
      assert.equal(server.requests.length, 1, 'exactly one request');
      assert.equal(heard.events.filter((event) => event.type === 'end' || event.type === 'failed').length, 1, 'exactly one end');
      return heard;
    },
  };
}

export function assertFailure({ text, final }: Heard, failure: Partial<Failure>, shown = ''): void {
  assert.equal(text, shown);
  assert.ok(final?.type === 'failed', JSON.stringify(final));
  assert.partialDeepStrictEqual(final.failure, failure);
}

/** What the vendors' own clients would take from the environment, while something is asked: each value has `leak` in it. */
export async function withLeaks<Result>(leaks: Readonly<Record<string, string>>, work: () => Promise<Result>): Promise<Result> {
  const old = Object.keys(leaks).map((name) => [name, process.env[name]] as const);
  Object.assign(process.env, leaks);
  try {
    return await work();
  } finally {
    for (const [name, value] of old) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  }
}

/** The headers of the only request, without those of the connection. */
export function chosenHeaders({ requests: [seen] }: FaultServer): object {
  const { host: _host, connection: _connection, 'content-length': _length, ...headers } = seen?.headers ?? {};
  return headers;
}

/** What a request to a provider has in its head, with the key in one place. */
export const usualHeaders = {
  accept: 'text/event-stream, application/json',
  'accept-encoding': 'gzip, deflate',
  'accept-language': '*',
  authorization: `Bearer ${fakeKey}`,
  'content-type': 'application/json',
  'sec-fetch-mode': 'cors',
  'user-agent': 'Farthing',
};
