import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Failure } from '../../../../../src/core/model/failure';
import { readErrorInReply, readFailure } from '../../../../../src/wires/http/openai/readFailure';
import { fakeKey } from '../../../../support/wireFixtures';

const context = { provider: 'p', model: 'm', key: fakeKey, nowMs: Date.parse('2026-11-21T10:00:00Z') };

/** `expected` is the kind, or the fields that matter. */
function check(name: string, status: number, body: unknown, expected: Failure['kind'] | (Partial<Failure> & { readonly kind: Failure['kind'] }), headers: Record<string, string> = {}): void {
  it(name, () => {
    const failure = readFailure(context, { status, headers: new Headers(headers), body: typeof body === 'string' ? body : JSON.stringify(body) });
    assert.partialDeepStrictEqual(failure, typeof expected === 'string' ? { kind: expected } : expected);
  });
}

const error = (message: string, more: object = {}) => ({ error: { message, ...more } });

describe('readFailure', () => {
  describe('keyRejected', () => {
    check('OpenAI', 401, error('Incorrect API key provided: sk-abc***.', { type: 'invalid_request_error', code: 'invalid_api_key' }), { kind: 'keyRejected', provider: 'p', detail: 'Incorrect API key provided: sk-abc***.' });
    check('OpenRouter', 401, error('No auth credentials found', { code: 401 }), 'keyRejected');
    check('Groq', 401, error('Invalid API Key', { type: 'invalid_request_error', code: 'invalid_api_key' }), 'keyRejected');
    check('Mistral', 401, { message: 'Unauthorized', request_id: 'r' }, { kind: 'keyRejected', detail: 'Unauthorized' });
    check('Mistral, as detail', 401, { detail: 'Unauthorized' }, { kind: 'keyRejected', detail: 'Unauthorized' });
    check('Gemini, with status 400', 400, { error: { code: 400, message: 'API key not valid. Please pass a valid API key.', status: 'INVALID_ARGUMENT', details: [{ '@type': 'type.googleapis.com/google.rpc.ErrorInfo', reason: 'API_KEY_INVALID' }] } }, 'keyRejected');
    check('Gemini, in an array', 400, [{ error: { code: 400, message: 'Please pass a valid API key.', status: 'INVALID_ARGUMENT', details: [{ reason: 'API_KEY_INVALID' }] } }], 'keyRejected');
    check('Hugging Face', 401, { error: 'Invalid credentials in Authorization header' }, { kind: 'keyRejected', detail: 'Invalid credentials in Authorization header' });
    check('Hugging Face, rights', 403, { error: 'This authentication method does not have sufficient permissions to call Inference Providers on behalf of user x' }, 'keyRejected');
    check('DeepSeek', 401, error('Authentication Fails, Your api key: ****abcd is invalid', { type: 'authentication_error', code: 'invalid_request_error' }), 'keyRejected');
    check('Together', 401, error('Invalid API key provided.', { type: 'invalid_request_error', code: 'invalid_api_key' }), 'keyRejected');
    check('xAI, with status 400', 400, { code: 'Client specified an invalid argument', error: 'Incorrect API key provided: xa***ab. You can obtain an API key from https://console.x.ai.' }, 'keyRejected');
    check('Cerebras', 401, { message: 'Wrong API Key', type: 'invalid_request_error', param: 'api_key', code: 'wrong_api_key' }, 'keyRejected');
    check('Azure', 401, error('Access denied due to invalid subscription key or wrong API endpoint. Make sure to provide a valid key for an active subscription and use a correct regional API endpoint for your resource.', { code: '401' }), 'keyRejected');
    check('403 without more', 403, '', 'keyRejected');
    check('no body', 401, '', { kind: 'keyRejected', provider: 'p' });
    check('the key echoed', 401, error(`Incorrect API key provided: ${fakeKey}`), { kind: 'keyRejected', detail: 'Incorrect API key provided: [key removed]' });
  });

  describe('noCredit', () => {
    check('OpenAI', 429, error('You exceeded your current quota, please check your plan and billing details.', { type: 'insufficient_quota', code: 'insufficient_quota' }), 'noCredit');
    check('OpenAI, without a code', 429, error('You exceeded your current quota, please check your plan and billing details.'), 'noCredit');
    check('OpenAI, hard limit', 400, error('Billing hard limit has been reached', { code: 'billing_hard_limit_reached' }), 'noCredit');
    check('OpenRouter', 402, error('This request requires more credits, or fewer max_tokens. You requested up to 65536 tokens, but can only afford 4000.', { code: 402 }), 'noCredit');
    check('DeepSeek', 402, error('Insufficient Balance', { type: 'unknown_error', code: 'invalid_request_error' }), 'noCredit');
    check('Hugging Face', 402, { error: 'You have exceeded your monthly included credits for Inference Providers.' }, 'noCredit');
    check('xAI', 403, { code: 'The caller does not have permission to execute the specified operation', error: "Your newly created team doesn't have any credits yet." }, 'noCredit');
    check('xAI, spent', 429, { code: 'Some resource has been exhausted', error: 'Your team x has either used all available credits or reached its monthly spending limit.' }, 'noCredit');
    check('Anthropic behind a compatible route', 400, error('Your credit balance is too low to access the API.'), 'noCredit');
  });

  describe('refused', () => {
    check('OpenRouter, moderation', 403, error('Input was flagged', { code: 403, metadata: { reasons: ['violence'], flagged_input: 'x' } }), { kind: 'refused', provider: 'p', detail: 'Input was flagged' });
    check('OpenAI, policy', 400, error('Your request was rejected as a result of our safety system.', { code: 'content_policy_violation' }), 'refused');
    check('OpenAI, reasoning prompt', 400, error('Invalid prompt: your prompt was flagged as potentially violating our usage policy.', { code: 'invalid_prompt' }), 'refused');
    check('Azure', 400, error("The response was filtered due to the prompt triggering Azure OpenAI's content management policy.", { code: 'content_filter', innererror: { code: 'ResponsibleAIPolicyViolation' } }), 'refused');
    check('OpenAI, biology', 400, error('This request has been refused.', { code: 'bio_policy' }), 'refused');
    check('DeepSeek', 400, error('Content Exists Risk', { type: 'invalid_request_error' }), 'refused');
    check('xAI', 403, { code: 'permission-denied', error: 'Content violates usage guidelines.' }, 'refused');
    check('Alibaba', 400, error('Input data may contain inappropriate content.', { code: 'data_inspection_failed' }), 'refused');
    check('OpenAI, region', 403, error('Country, region, or territory not supported', { code: 'unsupported_country_region_territory' }), { kind: 'refused', detail: 'Country, region, or territory not supported' });
    check('Gemini, region', 400, error('User location is not supported for the API use.', { code: 400, status: 'FAILED_PRECONDITION' }), 'refused');
  });

  describe('modelGone', () => {
    check('OpenAI', 404, error('The model `gpt-9` does not exist or you do not have access to it.', { code: 'model_not_found' }), { kind: 'modelGone', provider: 'p', model: 'm' });
    check('OpenAI, project', 403, error('Project `x` does not have access to model `y`', { code: 'model_not_found' }), 'modelGone');
    check('OpenRouter, wrong id', 400, error('foo/bar is not a valid model ID', { code: 400 }), 'modelGone');
    check('OpenRouter, no host', 404, error('No endpoints found for foo/bar.', { code: 404 }), 'modelGone');
    check('Groq, retired', 400, error('The model `x` has been decommissioned and is no longer supported.', { type: 'invalid_request_error', code: 'model_decommissioned' }), 'modelGone');
    check('Mistral', 400, { object: 'error', message: 'Invalid model: foo', type: 'invalid_model', param: null, code: '1500' }, { kind: 'modelGone', detail: 'Invalid model: foo' });
    check('Together', 404, error('Unable to access model foo. Please visit https://api.together.ai/models', { code: 'model_not_available' }), 'modelGone');
    check('Hugging Face', 400, error("The requested model 'foo' does not exist", { code: 'model_not_found' }), 'modelGone');
    check('Hugging Face, no host', 400, error("The requested model 'foo' is not supported by any provider you have enabled.", { code: 'model_not_supported' }), 'modelGone');
    check('xAI', 404, { code: 'Some requested entity was not found', error: 'The model foo does not exist or your team x does not have access to it.' }, 'modelGone');
    check('DeepSeek', 400, error('Model Not Exist', { type: 'invalid_request_error' }), 'modelGone');
    check('Cerebras', 404, { message: 'Model foo does not exist or you do not have access to it.', type: 'not_found_error', param: 'model', code: 'model_not_found' }, 'modelGone');
    check('Gemini', 404, [{ error: { code: 404, message: 'models/foo is not found for API version v1main, or is not supported for generateContent.', status: 'NOT_FOUND' } }], 'modelGone');
    check('Ollama', 404, error('model "foo" not found, try pulling it first', { type: 'not_found_error' }), 'modelGone');
    check('410', 410, error('gone'), 'modelGone');
    check('Azure, no deployment', 404, error('The API deployment for this resource does not exist. If you created the deployment within the last 5 minutes, please wait a moment and try again.', { code: 'DeploymentNotFound' }), { kind: 'modelGone', model: 'm' });
    check('Azure, not in this protocol', 400, error('The chatCompletion operation does not work with the specified model, gpt-5-codex. Please choose different model and try again.', { code: 'OperationNotSupported' }), 'modelGone');
  });

  describe('wrong address', () => {
    check('plain words', 404, '404 page not found', { kind: 'badReply', detail: 'HTTP 404: 404 page not found. The base URL may be wrong, or lack its /v1.' });
    check('FastAPI', 404, { detail: 'Not Found' }, 'badReply');
    check('OpenAI', 404, error('Invalid URL (POST /chat/completions)', { code: null }), 'badReply');
    check('Azure', 404, error('Resource not found', { code: '404' }), { kind: 'badReply', detail: 'HTTP 404: Resource not found. The base URL may be wrong, or lack its /v1.' });
    check('a web page', 404, '<!DOCTYPE html><html><head><title>Not Found</title></head></html>', { kind: 'badReply', detail: 'HTTP 404, a web page: Not Found' });
    check('a page that blocks', 403, '<html><title>Attention Required! | Cloudflare</title></html>', 'badReply');
    check('405', 405, 'Method Not Allowed', 'badReply');
    check('a redirect', 307, 'https://other.example', { kind: 'badReply', detail: 'HTTP 307: the address redirects elsewhere (https://other.example).' });
    check('a proxy that asks for a login', 407, '<html><title>Proxy</title></html>', 'offline');
  });

  describe('rateLimited', () => {
    check('OpenAI, words', 429, error('Rate limit reached for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Used 29000, Requested 2000. Please try again in 1.242s.', { type: 'tokens', code: 'rate_limit_exceeded' }), { kind: 'rateLimited', provider: 'p', retryAfterMs: 1242 });
    check('a header before words', 429, error('Please try again in 9s.'), { kind: 'rateLimited', retryAfterMs: 2000 }, { 'retry-after': '2' });
    check('OpenRouter, upstream', 429, error('Provider returned error', { code: 429, metadata: { raw: '{"error":{"message":"model is temporarily rate-limited upstream"}}', provider_name: 'Chutes' } }), { kind: 'rateLimited', detail: 'model is temporarily rate-limited upstream' });
    check('OpenRouter, upstream in plain words', 429, error('Provider returned error', { code: 429, metadata: { raw: 'foo is temporarily rate-limited upstream', provider_name: 'Chutes' } }), { kind: 'rateLimited', detail: 'foo is temporarily rate-limited upstream' });
    check('OpenRouter, free models a day', 429, error('Rate limit exceeded: free-models-per-day. Add 10 credits to unlock 1000 free model requests per day', { code: 429, metadata: { headers: { 'X-RateLimit-Limit': '50', 'X-RateLimit-Remaining': '0', 'X-RateLimit-Reset': String(context.nowMs + 60_000) } } }), { kind: 'rateLimited', retryAfterMs: 60_000 });
    check('Gemini', 429, [{ error: { code: 429, message: 'You exceeded your current quota, please check your plan and billing details.', status: 'RESOURCE_EXHAUSTED', details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '43s' }] } }], { kind: 'rateLimited', retryAfterMs: 43_000 });
    check('Mistral', 429, { object: 'error', message: 'Service tier capacity exceeded for this model.', type: 'service_tier_capacity_exceeded', code: '3505' }, 'rateLimited');
    check('Mistral, plain', 429, { message: 'Requests rate limit exceeded' }, 'rateLimited');
    check('Groq', 429, error('Rate limit reached for model `x` on requests per day (RPD): Limit 1000, Used 1000, Requested 1. Please try again in 1m26.4s.', { type: 'requests', code: 'rate_limit_exceeded' }), { kind: 'rateLimited', retryAfterMs: 86_400 });
    check('Azure', 429, error('Requests to the ChatCompletions_Create Operation under Azure OpenAI API version 2024-10-21 have exceeded token rate limit of your current OpenAI S0 pricing tier. Please retry after 12 seconds.', { code: '429' }), { kind: 'rateLimited', retryAfterMs: 12_000 });
    check('Azure, header', 429, error('Too Many Requests', { code: 'too_many_requests' }), { kind: 'rateLimited', retryAfterMs: 700 }, { 'retry-after-ms': '700', 'retry-after': '1' });
    check('no body', 429, '{}', { kind: 'rateLimited', provider: 'p' });
    check('a wait in the body, in seconds', 429, error('Slow down', { retry_after: 3 }), { kind: 'rateLimited', retryAfterMs: 3000 });
    check('a wait in the body, in milliseconds', 429, error('Slow down', { retry_after_ms: 250 }), { kind: 'rateLimited', retryAfterMs: 250 });
    check('a wait in the body, as text', 429, { message: 'Slow down', retryAfter: '1.5s' }, { kind: 'rateLimited', retryAfterMs: 1500 });
    check('not to be asked again', 429, error('Slow down'), { kind: 'rateLimited', mayRetry: false }, { 'x-should-retry': 'false' });
    check('a web page', 429, '<html><title>Too many</title></html>', 'rateLimited');
  });

  describe('contextTooLong', () => {
    const rows: readonly (readonly [string, number, unknown, number | undefined, number | undefined])[] = [
      ['OpenAI', 400, error("This model's maximum context length is 8192 tokens. However, your messages resulted in 9000 tokens.", { code: 'context_length_exceeded' }), 9000, 8192],
      ['OpenAI, with output', 400, error("This model's maximum context length is 8192 tokens. However, you requested 9500 tokens (8500 in the messages, 1000 in the completion)."), 9500, 8192],
      ['OpenAI, newer', 400, error('Input tokens exceed the configured limit of 272,000 tokens. Your messages resulted in 300,000 tokens.', { code: 'context_length_exceeded' }), 300_000, 272_000],
      ['OpenAI, larger than the limit a minute', 429, error('Request too large for gpt-4o in organization org-x on tokens per min (TPM): Limit 30000, Requested 40000.', { type: 'tokens', code: 'rate_limit_exceeded' }), 40_000, 30_000],
      ['OpenRouter', 400, error("This endpoint's maximum context length is 131072 tokens. However, you requested about 140000 tokens (130000 of text input, 10000 in the output)."), 140_000, 131_072],
      ['Groq', 413, error('Request too large for model `x` on tokens per minute (TPM): Limit 6000, Requested 9000, please reduce your message size and try again.', { type: 'tokens', code: 'rate_limit_exceeded' }), 9000, 6000],
      ['Mistral', 400, { object: 'error', message: 'Prompt contains 40000 tokens and 0 draft tokens, too large for model with 32768 maximum context length', type: 'invalid_request_error', code: '3051' }, 40_000, 32_768],
      ['Gemini', 400, [{ error: { code: 400, message: 'The input token count (1100000) exceeds the maximum number of tokens allowed (1048576).', status: 'INVALID_ARGUMENT' } }], 1_100_000, 1_048_576],
      ['xAI', 400, { code: 'Client specified an invalid argument', error: "This model's maximum prompt length is 131072 but the request contains 140000 tokens." }, 140_000, 131_072],
      ['Cerebras', 400, { message: 'Please reduce the length of the messages or completion. Current length is 9000 while limit is 8192', type: 'invalid_request_error', code: 'context_length_exceeded' }, 9000, 8192],
      ['Together', 403, error('The input token count exceeds the limit. `inputs` tokens + `max_new_tokens` must be <= 8193. Given: 9000 `inputs` tokens and 100 `max_new_tokens`'), 9000, 8193],
      ['Anthropic behind a compatible route', 400, error('prompt is too long: 210000 tokens > 200000 maximum'), 210_000, 200_000],
      ['llama.cpp', 400, error('the request exceeds the available context size. try increasing the context size', { type: 'exceed_context_size_error' }), undefined, undefined],
      ['plain words', 413, 'Payload Too Large', undefined, undefined],
    ];
    for (const [name, status, body, needed, available] of rows) {
      it(name, () => {
        const { kind, ...rest } = readFailure(context, { status, headers: new Headers(), body: typeof body === 'string' ? body : JSON.stringify(body) });
        assert.deepEqual({ kind, neededTokens: 'neededTokens' in rest ? rest.neededTokens : undefined, availableTokens: 'availableTokens' in rest ? rest.availableTokens : undefined }, { kind: 'contextTooLong', neededTokens: needed, availableTokens: available });
      });
    }
  });

  describe('providerDown', () => {
    for (const status of [408, 409, 425, 498, 500, 502, 503, 504, 520, 524, 529]) check(`HTTP ${status}`, status, error('Overloaded'), { kind: 'providerDown', provider: 'p', status, detail: 'Overloaded' });
    check('plain words', 504, 'upstream request timeout', { kind: 'providerDown', detail: 'upstream request timeout' });
    check('a web page', 502, '<html><head><title>502 Bad Gateway</title></head></html>', { kind: 'providerDown', status: 502, detail: '502 Bad Gateway' });
    check('a string', 500, { error: 'llama runner process has terminated: exit status 2' }, { kind: 'providerDown', detail: 'llama runner process has terminated: exit status 2' });
    check('Hugging Face, loading', 503, { error: 'Model foo is currently loading', estimated_time: 20.5 }, { kind: 'providerDown', retryAfterMs: 20_500 });
    check('with a wait', 503, '', { kind: 'providerDown', status: 503, retryAfterMs: 3000 }, { 'retry-after': '3' });
    check('an event stream', 500, 'event: error\ndata: {"error":{"message":"boom"}}\n\n', { kind: 'providerDown', detail: 'boom' });
    check('words of others do not change it', 500, error('maximum context length, rate limit, invalid api key'), 'providerDown');
  });

  describe('badRequest', () => {
    check('OpenAI', 400, error('Invalid value: messages', { type: 'invalid_request_error', code: null }), { kind: 'badRequest', provider: 'p', detail: 'Invalid value: messages' });
    check('OpenAI, output limit', 400, error('max_tokens is too large: 99999. This model supports at most 16384 completion tokens, whereas you provided 99999.', { type: 'invalid_request_error' }), 'badRequest');
    check('Mistral, list of details', 422, { detail: [{ loc: ['body', 'tools'], msg: 'field required', type: 'value_error.missing' }] }, { kind: 'badRequest', detail: 'tools: field required' });
    check('Mistral, object in a message', 422, { object: 'error', message: { detail: [{ type: 'extra_forbidden', loc: ['body', 'foo'], msg: 'Extra inputs are not permitted' }] }, type: 'invalid_request_error' }, { kind: 'badRequest', detail: 'foo: Extra inputs are not permitted' });
    check('vLLM', 400, { message: 'model is required', object: 'error', code: 40001 }, { kind: 'badRequest', detail: 'model is required' });
    check('Azure, from another network', 403, error('Access denied due to Virtual Network/Firewall rules.', { code: '403' }), { kind: 'badRequest', detail: 'Access denied due to Virtual Network/Firewall rules.' });
    check('half a body', 400, '{"error": {"message": "trunc', 'badRequest');
    check('no body', 418, '', { kind: 'badRequest', provider: 'p', detail: 'HTTP 418' });
    check('nested without end', 400, JSON.stringify({ error: Array.from({ length: 50 }).reduce<object>((inner) => ({ error: inner }), { message: 'deep' }) }), 'badRequest');
  });

  describe('in a reply with status 200', () => {
    const rows: readonly (readonly [string, unknown, Partial<Failure> & { readonly kind: Failure['kind'] }])[] = [
      ['an event', { type: 'error', code: 'server_error', message: 'Boom', param: null }, { kind: 'providerDown', detail: 'Boom' }],
      ['an event with the error in it', { type: 'error', error: { type: 'insufficient_quota', code: 'insufficient_quota', message: 'You exceeded your current quota, please check your plan and billing details.' } }, { kind: 'noCredit' }],
      ['a response that failed', { code: 'rate_limit_exceeded', message: 'Rate limit reached. Please try again in 1.5s.' }, { kind: 'rateLimited', retryAfterMs: 1500 }],
      ['a prompt that was flagged', { code: 'invalid_prompt', message: 'Invalid prompt.' }, { kind: 'refused' }],
      ['an image', { code: 'invalid_image_format', message: 'You uploaded an unsupported image.' }, { kind: 'badRequest', detail: 'You uploaded an unsupported image.' }],
      ['an image against the policy', { code: 'image_content_policy_violation', message: 'No.' }, { kind: 'refused' }],
      ['a request', { type: 'error', error: { type: 'invalid_request_error', code: 'context_length_exceeded', message: 'Your input exceeds the context window of this model. Please adjust your input and try again.' } }, { kind: 'contextTooLong' }],
      ['another request', { error: { type: 'invalid_request_error', message: 'Unknown parameter.' } }, { kind: 'badRequest', detail: 'Unknown parameter.' }],
    ];
    for (const [name, value, expected] of rows) it(name, () => assert.partialDeepStrictEqual(readErrorInReply(context, value), expected));
  });

  it('has an answer to every body', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.oneof(fc.string(), fc.json(), fc.jsonValue().map((error) => JSON.stringify({ error, message: error, metadata: error }))), (status, body) => {
        const failure = readFailure(context, { status, headers: new Headers(), body });
        assert.ok(!('detail' in failure) || failure.detail === undefined || failure.detail.length <= 600);
      }),
    );
  });

  it('takes no time for long words', () => {
    for (const piece of ['model ', 'exceeds ', 'api key ', 'a', '-_', 'try again in 1', '<title', '{"error":']) readFailure(context, { status: 400, headers: new Headers(), body: piece.repeat(8000) });
  });
});
