import assert from 'node:assert/strict';
import { request as httpRequest } from 'node:http';
import { connect } from 'node:net';
import { type DemoServer, startDemoServer } from '../../../src/node/demoServer';

/** Chunks of a streamed answer, as far as the tests look. */
interface Chunk {
  readonly choices: readonly { readonly delta: { readonly role?: string; readonly content?: string; readonly tool_calls?: readonly { readonly index: number; readonly id?: string; readonly function: { readonly name?: string; readonly arguments: string } }[] }; readonly finish_reason: string | null }[];
  readonly usage?: { readonly prompt_tokens: number; readonly completion_tokens: number; readonly total_tokens: number } | null;
}

describe('startDemoServer', () => {
  let server: DemoServer;
  before(async () => {
    server = await startDemoServer({ speed: 5000 });
  });
  after(() => server.stop());

  const post = (body: unknown, signal?: AbortSignal) =>
    fetch(`${server.baseUrl}/chat/completions`, { method: 'POST', body: typeof body === 'string' ? body : JSON.stringify(body), ...(signal ? { signal } : {}) });
  const chat = (prompt: string, more: object = {}) => ({ model: 'demo-small', messages: [{ role: 'user', content: prompt }], ...more });
  const streamed = { stream: true, stream_options: { include_usage: true } };

  async function framesOf(response: Response): Promise<{ readonly chunks: readonly Chunk[]; readonly done: boolean }> {
    const frames = (await response.text()).split('\n\n').filter((frame) => frame !== '');
    for (const frame of frames) assert.match(frame, /^data: /);
    return { chunks: frames.filter((frame) => frame !== 'data: [DONE]').map((frame): Chunk => JSON.parse(frame.slice(6))), done: frames.at(-1) === 'data: [DONE]' };
  }

  it('streams role, text, finish, usage and the end, in this order', async () => {
    const response = await post(chat('Write a function in Python', streamed));
    assert.equal(response.status, 200);
    assert.match(response.headers.get('content-type') ?? '', /^text\/event-stream/);
    const { chunks, done } = await framesOf(response);
    assert.ok(done);
    assert.equal(chunks[0]?.choices[0]?.delta.role, 'assistant');
    assert.match(chunks.map((chunk) => chunk.choices[0]?.delta.content ?? '').join(''), /^> \*\*Simulated answer\*\*: no real model[^]*```python/);
    assert.deepEqual(chunks.map((chunk) => chunk.choices[0]?.finish_reason).filter(Boolean), ['stop']);
    assert.equal(chunks.at(-2)?.choices[0]?.finish_reason, 'stop');
    assert.deepEqual(chunks.at(-1)?.choices, []);
    const usage = chunks.at(-1)?.usage;
    assert.ok(usage && usage.prompt_tokens > 0 && usage.completion_tokens > 20);
    assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
    assert.ok(chunks.slice(0, -1).every((chunk) => chunk.usage === null));
  });

  it('sends no usage unasked', async () => {
    const { chunks, done } = await framesOf(await post(chat('hello', { stream: true })));
    assert.ok(done && chunks.every((chunk) => chunk.usage === undefined));
    assert.equal(chunks.at(-1)?.choices[0]?.finish_reason, 'stop');
  });

  it('streams the same text for the same prompt', async () => {
    const [one, two] = await Promise.all([0, 1].map(async () => (await framesOf(await post(chat('Why?', streamed)))).chunks.map((chunk) => chunk.choices[0]?.delta.content)));
    assert.deepEqual(one, two);
  });

  it('answers whole when not asked to stream', async () => {
    const response = await post(chat('hello'));
    const body = await response.json();
    assert.equal(body.object, 'chat.completion');
    assert.match(body.choices[0].message.content, /Hello!/);
    assert.equal(body.choices[0].finish_reason, 'stop');
    assert.ok(body.usage.total_tokens > 0);
  });

  it('streams a tool call in pieces that are one JSON', async () => {
    const tools = [{ type: 'function', function: { name: 'find', parameters: { type: 'object', properties: { text: { type: 'string' } }, required: ['text'] } } }];
    const { chunks } = await framesOf(await post(chat('use the tool to find caching', { ...streamed, tools })));
    const calls = chunks.flatMap((chunk) => chunk.choices[0]?.delta.tool_calls ?? []);
    assert.equal(calls[0]?.function.name, 'find');
    assert.match(calls[0]?.id ?? '', /^call_/);
    assert.equal(calls.filter((call) => call.id !== undefined).length, 1);
    assert.deepEqual(Object.keys(JSON.parse(calls.map((call) => call.function.arguments).join(''))), ['text']);
    assert.ok(chunks.some((chunk) => chunk.choices[0]?.finish_reason === 'tool_calls'));
  });

  it('lists its models', async () => {
    const body = await (await fetch(`${server.baseUrl}/models`)).json();
    assert.deepEqual(body.data.map((model: { id: string }) => model.id), ['demo-small', 'demo-medium', 'demo-large']);
  });

  const errors: readonly (readonly [string, () => Promise<Response>, number, string | null])[] = [
    ['an unknown model', () => post({ ...chat('x'), model: 'gpt-9' }), 404, 'model_not_found'],
    ['bad JSON', () => post('{"model":'), 400, null],
    ['no messages', () => post({ model: 'demo-small' }), 400, null],
    ['a prompt longer than its context', () => post(chat('x '.repeat(300_000))), 400, 'context_length_exceeded'],
    ['a body of 17 MB', () => post('x'.repeat(17_000_000)), 413, null],
    ['another path', () => fetch(`${server.baseUrl}/embeddings`, { method: 'POST', body: '{}' }), 404, null],
    ['demo:rate-limit', () => post(chat('demo:rate-limit', streamed)), 429, 'rate_limit_exceeded'],
    ['demo:server-error', () => post(chat('demo:server-error', streamed)), 500, null],
    ['demo:bad-key', () => post(chat('demo:bad-key', streamed)), 401, 'invalid_api_key'],
    ['demo:no-credit', () => post(chat('demo:no-credit', streamed)), 429, 'insufficient_quota'],
    ['demo:gone', () => post(chat('demo:gone', streamed)), 404, 'model_not_found'],
    ['demo:too-long', () => post(chat('demo:too-long', streamed)), 400, 'context_length_exceeded'],
  ];
  for (const [name, send, status, code] of errors) {
    it(`answers ${name} with ${status} in OpenAI's form`, async () => {
      const response = await send();
      const body = await response.json();
      assert.equal(response.status, status);
      assert.equal(body.error.code, code);
      assert.ok(body.error.message.length > 5);
    });
  }

  it('says when to come again', async () => {
    assert.equal((await post(chat('demo:rate-limit'))).headers.get('retry-after'), '3');
  });

  it('gives a page for demo:html', async () => {
    const response = await post(chat('demo:html', streamed));
    assert.equal(response.status, 200);
    assert.match(await response.text(), /^<!doctype html>/);
  });

  it('loses the connection at demo:cut, after some text', async () => {
    const reader = (await post(chat('Write a long text demo:cut', streamed))).body?.getReader();
    let text = '';
    await assert.rejects(async () => {
      for (;;) {
        const part = await reader?.read();
        assert.ok(part && !part.done, 'the stream ended properly');
        text += Buffer.from(part.value).toString();
      }
    }, TypeError);
    assert.match(text, /"content":"/);
    assert.doesNotMatch(text, /\[DONE\]|"finish_reason":"/);
  });

  it('only breaks the model that is named', async () => {
    assert.equal((await post({ ...chat('demo:server-error@demo-small'), model: 'demo-large' })).status, 200);
    assert.equal((await post(chat('demo:server-error@demo-small'))).status, 500);
  });

  const finishes: readonly (readonly [string, string])[] = [
    ['demo:length', 'length'],
    ['demo:refuse', 'content_filter'],
  ];
  for (const [word, finish] of finishes) {
    it(`ends ${word} with ${finish}`, async () => {
      const { chunks, done } = await framesOf(await post(chat(`Write a long text ${word}`, streamed)));
      assert.ok(done);
      assert.deepEqual(chunks.map((chunk) => chunk.choices[0]?.finish_reason).filter(Boolean), [finish]);
    });
  }

  it('keeps the output limit', async () => {
    const { chunks } = await framesOf(await post(chat('Write a long text', { ...streamed, max_tokens: 25 })));
    assert.equal(chunks.at(-1)?.usage?.completion_tokens, 25);
    assert.equal(chunks.at(-2)?.choices[0]?.finish_reason, 'length');
  });

  it('sends no usage at demo:no-usage', async () => {
    const { chunks } = await framesOf(await post(chat('hello demo:no-usage', streamed)));
    assert.ok(chunks.every((chunk) => chunk.usage === undefined));
  });

  /** A request with headers that fetch does not let one set. */
  function statusWith(path: string, headers: Record<string, string>): Promise<number | undefined> {
    const url = new URL(server.baseUrl);
    return new Promise((resolve, reject) => {
      httpRequest({ host: url.hostname, port: url.port, path, headers }, (response) => {
        response.resume();
        resolve(response.statusCode);
      })
        .on('error', reject)
        .end();
    });
  }

  it('answers nobody who does not know its path, nor a page', async () => {
    const { host, pathname, port } = new URL(server.baseUrl);
    const doors: readonly (readonly [string, Record<string, string>, number])[] = [
      [`${pathname}/models`, { host }, 200],
      ['/v1/models', { host }, 404],
      ['/', { host }, 404],
      [`${pathname.slice(0, -5)}x/v1/models`, { host }, 404],
      [`${pathname}/models`, { host, origin: 'https://evil.example' }, 403],
      [`${pathname}/models`, { host: `evil.example:${port}` }, 403],
    ];
    for (const [path, headers, status] of doors) assert.equal(await statusWith(path, headers), status, `${path.length} ${JSON.stringify(headers)}`);
  });

  it('listens on loopback only, under a long random path', () => {
    const url = new URL(server.baseUrl);
    assert.equal(url.hostname, '127.0.0.1');
    assert.match(url.pathname, /^\/[\w-]{32}\/v1$/);
  });

  it('survives clients that send nonsense or leave', async () => {
    const { hostname, port } = new URL(server.baseUrl);
    await new Promise<void>((resolve) => {
      const socket = connect(Number(port), hostname, () => socket.end('NONSENSE\r\n\r\n'));
      socket.on('close', () => resolve());
      socket.resume();
    });
    const leaving = new AbortController();
    const reader = (await post(chat('Write a long text demo:stall', streamed), leaving.signal)).body?.getReader();
    await reader?.read();
    leaving.abort();
    await assert.rejects(async () => {
      for (;;) if ((await reader?.read())?.done !== false) return;
    });
    assert.equal((await post(chat('hello'))).status, 200);
  });
});

describe('DemoServer.stop', () => {
  it('ends answers under way at once and frees the port', async () => {
    const server = await startDemoServer({ speed: 5000 });
    const response = await fetch(`${server.baseUrl}/chat/completions`, { method: 'POST', body: JSON.stringify({ model: 'demo-small', stream: true, messages: [{ role: 'user', content: 'Write a long text demo:stall' }] }) });
    const [, ending] = await Promise.all([server.stop(), response.text().then(() => 'ended', () => 'broken')]);
    assert.equal(ending, 'broken');
    await assert.rejects(fetch(`${server.baseUrl}/models`));
    await server.stop();
  });
});
