import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Failure } from '../../../../src/core/model/failure';
import { readErrorInReply, readFailure } from '../../../../src/wires/anthropicMessages/readFailure';
import { fakeKey } from '../../../support/wireFixtures';

const context = { provider: 'p', model: 'm', key: fakeKey, nowMs: Date.parse('2026-11-21T10:00:00Z') };
type Expected = Failure['kind'] | (Partial<Failure> & { readonly kind: Failure['kind'] });

const error = (type: string, message: string) => ({ type: 'error', error: { type, message }, request_id: 'req_011CSHoEeqs5C35K2UUqR7Fy' });

function check(name: string, status: number, body: unknown, expected: Expected, headers: Record<string, string> = {}): void {
  it(name, () => {
    const failure = readFailure(context, { status, headers: new Headers(headers), body: typeof body === 'string' ? body : JSON.stringify(body) });
    assert.partialDeepStrictEqual(failure, typeof expected === 'string' ? { kind: expected } : expected);
  });
}

function inStream(name: string, value: unknown, expected: Expected): void {
  it(name, () => assert.partialDeepStrictEqual(readErrorInReply(context, value), typeof expected === 'string' ? { kind: expected } : expected));
}

describe('anthropicMessages readFailure', () => {
  describe('by status and type', () => {
    check('401', 401, error('authentication_error', 'invalid x-api-key'), { kind: 'keyRejected', provider: 'p', detail: 'invalid x-api-key' });
    check('401 for a browser’s header', 401, error('authentication_error', 'CORS requests are not allowed for this Organization because of its settings.'), 'badRequest');
    check('402', 402, error('billing_error', 'Check your payment details.'), 'noCredit');
    check('403', 403, error('permission_error', 'Your API key does not have permission to use the specified resource.'), 'keyRejected');
    check('403 for a model', 403, error('permission_error', 'Your organization does not have access to this model.'), { kind: 'modelGone', model: 'm' });
    check('404 for a model', 404, error('not_found_error', 'model: claude-9'), { kind: 'modelGone', provider: 'p', model: 'm', detail: 'model: claude-9' });
    check('404 for a path', 404, error('not_found_error', 'Not Found'), 'badReply');
    check('404 of a web server', 404, '<html><title>Nothing here</title></html>', { kind: 'badReply', detail: 'HTTP 404, a web page: Nothing here' });
    check('409', 409, error('conflict_error', 'The resource was modified.'), { kind: 'providerDown', status: 409 });
    check('413', 413, error('request_too_large', 'Request exceeds the maximum size'), 'contextTooLong');
    check('413 of what stands before it', 413, '<html><title>413 Request Entity Too Large</title></html>', 'badReply');
    check('429', 429, error('rate_limit_error', "This request would exceed your organization's rate limit of 30,000 input tokens per minute."), { kind: 'rateLimited', provider: 'p' });
    check('500', 500, error('api_error', 'Internal server error'), { kind: 'providerDown', status: 500, detail: 'Internal server error' });
    check('504', 504, error('timeout_error', 'Request timeout'), { kind: 'providerDown', status: 504 });
    check('529', 529, error('overloaded_error', 'Overloaded'), { kind: 'providerDown', status: 529, detail: 'Overloaded' });
    check('529 without words', 529, '', { kind: 'providerDown', status: 529 });
    check('502 as a web page', 502, '<html><title>Bad gateway</title></html>', { kind: 'providerDown', status: 502, detail: 'Bad gateway' });
    check('407', 407, '', 'offline');
    check('302', 302, 'https://other.example', { kind: 'badReply', detail: 'HTTP 302: the address redirects elsewhere (https://other.example).' });
    check('405', 405, error('invalid_request_error', 'Method Not Allowed'), 'badReply');
    check('418', 418, 'teapot', { kind: 'badRequest', detail: 'teapot' });
  });

  describe('400 says many things', () => {
    const bad = (message: string) => error('invalid_request_error', message);
    check('no credit', 400, bad('Your credit balance is too low to access the Anthropic API. Please go to Plans & Billing to upgrade or purchase credits.'), { kind: 'noCredit', provider: 'p' });
    check('a limit of the customer’s own', 400, bad('You have reached your specified API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.'), 'noCredit');
    check('a limit of the workspace', 400, bad('You have reached your specified workspace API usage limits. You will regain access on 2026-12-01 at 00:00 UTC.'), 'noCredit');
    check('too long', 400, bad('prompt is too long: 210000 tokens > 200000 maximum'), { kind: 'contextTooLong', neededTokens: 210_000, availableTokens: 200_000 });
    check('too long with its answer', 400, bad('input length and `max_tokens` exceed context limit: 199000 + 8192 > 200000, decrease input length or `max_tokens` and try again'), { kind: 'contextTooLong', neededTokens: 207_192, availableTokens: 200_000 });
    check('a limit of output that is too high', 400, bad('max_tokens: 128001 > 64000, which is the maximum allowed number of output tokens for claude-haiku-4-5-20251001'), 'badRequest');
    check('an account that was closed', 400, bad('This organization has been disabled.'), 'keyRejected');
    check('held back', 400, bad('Output blocked by content filtering policy'), { kind: 'refused', provider: 'p' });
    check('a field', 400, bad('messages.0.content: text content blocks must be non-empty'), { kind: 'badRequest', detail: 'messages.0.content: text content blocks must be non-empty' });
    check('a word of thinking', 400, bad('"thinking.type.disabled" is not supported for this model. Use "thinking.type.adaptive" and "output_config.effort" to control thinking behavior.'), 'badRequest');
    check('an image', 400, bad('messages.0.content.0.image.source.base64: image exceeds 5 MB maximum: 6000000 bytes > 5242880 bytes'), 'badRequest');
    check('nothing', 400, '', { kind: 'badRequest', detail: 'HTTP 400' });
  });

  describe('how long to wait', () => {
    const limited = error('rate_limit_error', 'Slow down.');
    check('Retry-After', 429, limited, { kind: 'rateLimited', retryAfterMs: 20_000 }, { 'retry-after': '20' });
    check('until the limit that is used up is new', 429, limited, { kind: 'rateLimited', retryAfterMs: 45_000 }, {
      'anthropic-ratelimit-requests-remaining': '40',
      'anthropic-ratelimit-requests-reset': '2026-11-21T10:00:02Z',
      'anthropic-ratelimit-input-tokens-remaining': '0',
      'anthropic-ratelimit-input-tokens-reset': '2026-11-21T10:00:45Z',
    });
    check('a spend limit of the tier has none', 429, limited, { kind: 'rateLimited' });
    check('overloaded', 529, error('overloaded_error', 'Overloaded'), { kind: 'providerDown', retryAfterMs: 5000 }, { 'retry-after': '5' });
  });

  describe('in the stream', () => {
    inStream('overloaded', error('overloaded_error', 'Overloaded'), { kind: 'providerDown', status: 529, detail: 'Overloaded' });
    inStream('rate limit', error('rate_limit_error', 'Slow down.'), 'rateLimited');
    inStream('api error', error('api_error', 'Internal server error'), 'providerDown');
    inStream('timeout', error('timeout_error', 'Timed out'), 'providerDown');
    inStream('a bad request', error('invalid_request_error', 'no'), 'badRequest');
    inStream('too long', error('invalid_request_error', 'prompt is too long: 2 tokens > 1 maximum'), 'contextTooLong');
    inStream('held back', error('invalid_request_error', 'Output blocked by content filtering policy'), 'refused');
    inStream('of a kind nobody knows', error('strange_error', 'boom'), { kind: 'providerDown', detail: 'boom' });
    inStream('plain words', 'boom', { kind: 'providerDown', detail: 'boom' });
  });

  it('never throws, and never tells the key', () => {
    fc.assert(
      fc.property(fc.integer({ min: 300, max: 599 }), fc.oneof(fc.string(), fc.json()), (status, body) => {
        const failure = readFailure(context, { status, headers: new Headers(), body: `${body}${fakeKey}` });
        assert.ok(!JSON.stringify(failure).includes(fakeKey.slice(0, 12)));
      }),
      { numRuns: 300 },
    );
  });
});
