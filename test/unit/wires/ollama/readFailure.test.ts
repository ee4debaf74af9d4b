import assert from 'node:assert/strict';
import type { Failure } from '../../../../src/core/model/failure';
import { readErrorInReply, readFailure, readUnreached } from '../../../../src/wires/ollama/readFailure';

const context = { provider: 'ollama', model: 'qwen3:8b' };
const said = (error: unknown) => JSON.stringify({ error });

describe('ollama readFailure', () => {
  const rows: readonly (readonly [string, number, string, Partial<Failure>])[] = [
    ['a model that is not pulled', 404, said("model 'qwen3:8b' not found"), { kind: 'modelGone', model: 'qwen3:8b', detail: 'The model is not on this machine. Get it with: ollama pull qwen3:8b' }],
    ['the same in older words', 404, said('model "qwen3:8b" not found, try pulling it first'), { kind: 'modelGone' }],
    ['an address that is not Ollama', 404, '404 page not found', { kind: 'badReply' }],
    ['a model without tools', 400, said('registry.ollama.ai/library/gemma3:4b does not support tools'), { kind: 'badRequest', detail: 'registry.ollama.ai/library/gemma3:4b does not support tools' }],
    ['a model without thoughts', 400, said('"gemma3:4b" does not support thinking'), { kind: 'badRequest' }],
    ['a prompt that is too long', 400, said('the input length exceeds the context length'), { kind: 'contextTooLong' }],
    ['a prompt that is too long, wrapped', 400, said(JSON.stringify({ error: { code: 400, message: 'request (8889 tokens) exceeds the available context size (4096 tokens), try increasing it', type: 'exceed_context_size_error', n_prompt_tokens: 8889, n_ctx: 4096 } })), { kind: 'contextTooLong', neededTokens: 8889, availableTokens: 4096 }],
    ['a prompt that is longer, in other words', 400, said('the prompt is longer than the context length currently available to the model'), { kind: 'contextTooLong' }],
    ['too little memory', 500, said('model requires more system memory (5.6 GiB) than is available (2.1 GiB)'), { kind: 'providerDown', status: 500, detail: 'model requires more system memory (5.6 GiB) than is available (2.1 GiB)' }],
    ['a runner that ended', 500, said('llama runner process has terminated: exit status 2'), { kind: 'providerDown', status: 500 }],
    ['a busy server', 503, said('server busy, please try again.  maximum pending requests exceeded'), { kind: 'rateLimited' }],
    ['a sign-in', 401, said('unauthorized'), { kind: 'badRequest', detail: 'unauthorized. Sign in with: ollama signin' }],
    ['a redirect', 302, '', { kind: 'badReply' }],
    ['a web page', 200, '<html><title>Router</title></html>', { kind: 'badReply', detail: 'HTTP 200, a web page: Router' }],
    ['nothing at all', 500, '', { kind: 'providerDown', status: 500 }],
    ['nothing at all, as our fault', 400, '', { kind: 'badRequest', detail: 'HTTP 400' }],
  ];
  for (const [name, status, body, expected] of rows) it(`reads ${name}`, () => assert.partialDeepStrictEqual(readFailure(context, status, body), expected));
});
describe('ollama readFailure, of trying again', () => {
  it('passes on what the headers say', () => assert.deepEqual(readFailure(context, 503, said('server busy, please try again.  maximum pending requests exceeded'), { retryAfterMs: 2000 }), { kind: 'rateLimited', provider: 'ollama', retryAfterMs: 2000, detail: 'server busy, please try again. maximum pending requests exceeded' }));
  it('knows a runner that ended', () => assert.partialDeepStrictEqual(readFailure(context, 500, said('llama runner process has terminated: exit status 2')), { kind: 'providerDown', mayRetry: false }));
});


describe('ollama readErrorInReply', () => {
  it('is the server that failed', () => assert.deepEqual(readErrorInReply(context, 'an error was encountered while running the model: unexpected EOF'), { kind: 'providerDown', provider: 'ollama', detail: 'an error was encountered while running the model: unexpected EOF' }));
  it('may be a model that is gone', () => assert.equal(readErrorInReply(context, "model 'x' not found, try pulling it first").kind, 'modelGone'));
});

describe('ollama readUnreached', () => {
  const refused = Object.assign(new TypeError('fetch failed'), { cause: Object.assign(new Error('connect'), { code: 'ECONNREFUSED' }) });
  it('says that Ollama is not running', () => assert.deepEqual(readUnreached('ollama', refused, 3), { kind: 'offline', provider: 'ollama', detail: 'Ollama is not running. Start it with "ollama serve" or its app, or install it from ollama.com.' }));
  it('says so under the network of the editor, too', () => assert.equal(readUnreached('ollama', new Error('net::ERR_CONNECTION_REFUSED'), 3).kind, 'offline'));
  it('leaves the rest to what holds for every server', () => assert.equal(readUnreached('ollama', Object.assign(new Error('x'), { code: 'ECONNRESET' }), 3).kind, 'providerDown'));
});
