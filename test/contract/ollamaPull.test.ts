import assert from 'node:assert/strict';
import type { Failure } from '../../src/core/model/failure';
import type { PullProgress } from '../../src/core/ports/wire';
import { ollamaProvider } from '../../src/core/providers/definitions';
import { ollamaWire } from '../../src/wires/ollama/ollama';
import { FaultServer, type FaultStep } from '../support/faultServer';
import { end, lines as stream } from '../support/wireOverSocket';

const line = (value: object) => `${JSON.stringify(value)}\n`;
const send = (...values: readonly object[]): FaultStep => ({ do: 'send', data: values.map(line).join('') });
const first = 'sha256:6a0746a1ec1aef3e7ec53868f220ff6e389f6f8ef87a01d77c96807de94ca2aa';
const second = 'sha256:4fa551d4f938f68b8c1e6afa9d28befb70e3f33f75d0753248d530364aeea40f';

/** Lines as docs/api.md of Ollama shows them. */
describe('pulling a model', () => {
  const server = new FaultServer();
  const wire = ollamaWire();
  before(() => server.start());
  after(() => server.stop());
  beforeEach(() => server.reset());

  async function pull(steps: readonly FaultStep[], signal = new AbortController().signal, onProgress: (progress: PullProgress) => void = () => undefined) {
    server.script(...steps);
    const progress: PullProgress[] = [];
    const failure = await wire.pull?.({ provider: ollamaProvider, baseUrl: server.url }, 'qwen3:8b', (one) => {
      progress.push(one);
      onProgress(one);
    }, signal);
    return { failure, progress };
  }

  it('tells the bytes of all layers together until it is there', async () => {
    const { failure, progress } = await pull([
      stream,
      send({ status: 'pulling manifest' }, { status: 'pulling 6a0746a1ec1a', digest: first, total: 1000 }, { status: 'pulling 6a0746a1ec1a', digest: first, total: 1000, completed: 400 }),
      send({ status: 'pulling 6a0746a1ec1a', digest: first, total: 1000, completed: 1000 }, { status: 'pulling 4fa551d4f938', digest: second, total: 50, completed: 25 }, { status: 'verifying sha256 digest' }, { status: 'success' }),
      end,
    ]);
    assert.equal(failure, undefined);
    assert.deepEqual(progress, [
      { status: 'pulling manifest' },
      { status: 'loading', completedBytes: 0, totalBytes: 1000 },
      { status: 'loading', completedBytes: 400, totalBytes: 1000 },
      { status: 'loading', completedBytes: 1000, totalBytes: 1000 },
      { status: 'loading', completedBytes: 1025, totalBytes: 1050 },
      { status: 'verifying sha256 digest', completedBytes: 1025, totalBytes: 1050 },
    ]);
    assert.deepEqual([server.requests[0]?.method, server.requests[0]?.path, JSON.parse(server.requests[0]?.body ?? '')], ['POST', '/api/pull', { model: 'qwen3:8b', name: 'qwen3:8b', stream: true }]);
  });

  it('reads figures that cannot be', async () => {
    const { failure, progress } = await pull([stream, send({ status: 'pulling 6a0746a1ec1a', digest: first, total: 10, completed: 99 }, { status: 'pulling 4fa551d4f938', digest: second, total: -1, completed: 5 }, { status: 7 }, { status: 'success' }), end]);
    assert.equal(failure, undefined);
    assert.deepEqual(progress, [{ status: 'loading', completedBytes: 10, totalBytes: 10 }, { status: 'loading', completedBytes: 10, totalBytes: 10 }]);
  });

  it('is stopped by the person, and hangs up', async () => {
    const abort = new AbortController();
    const { failure } = await pull([stream, send({ status: 'pulling manifest' }), { do: 'hang' }], abort.signal, () => abort.abort());
    assert.deepEqual(failure, { kind: 'cancelled' });
    await server.requests[0]?.closed;
  });

  const rows: readonly (readonly [name: string, steps: readonly FaultStep[], failure: Partial<Failure>])[] = [
    ['a name that nobody knows', [stream, send({ status: 'pulling manifest' }, { error: 'pull model manifest: file does not exist' }), end], { kind: 'modelGone', model: 'qwen3:8b', detail: 'The library has no model of this name.' }],
    ['a full disk', [stream, send({ error: 'write /models/blobs/x: no space left on device' }), end], { kind: 'providerDown', detail: 'write /models/blobs/x: no space left on device' }],
    ['an error with a status', [{ do: 'head', status: 500 }, { do: 'send', data: '{"error":"dial tcp: lookup registry: no such host"}' }, end], { kind: 'providerDown', status: 500 }],
    ['a connection that ends early', [stream, send({ status: 'pulling manifest' }), end], { kind: 'truncated' }],
    ['a connection that is cut', [stream, send({ status: 'pulling manifest' }), { do: 'reset' }], { kind: 'providerDown' }],
    ['a web page', [stream, { do: 'send', data: '<html><title>Proxy</title></html>' }, end], { kind: 'badReply', detail: 'A web page came instead of an answer: Proxy' }],
  ];
  for (const [name, steps, expected] of rows) {
    it(`says what is wrong: ${name}`, async () => {
      const { failure } = await pull(steps);
      assert.ok(failure);
      assert.partialDeepStrictEqual(failure, expected);
    });
  }
});
