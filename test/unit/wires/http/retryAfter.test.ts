import assert from 'node:assert/strict';
import { type RetryAdvice, retryAdvice, retryAfterMs } from '../../../../src/wires/http/retryAfter';

const now = Date.parse('2026-11-21T10:00:00Z');

function check(name: string, headers: Record<string, string>, expected: number | undefined): void {
  it(name, () => assert.equal(retryAfterMs(new Headers(headers), now), expected));
}

describe('retryAfterMs', () => {
  check('nothing', {}, undefined);
  check('milliseconds', { 'retry-after-ms': '250' }, 250);
  check('milliseconds before seconds', { 'retry-after-ms': '250', 'retry-after': '9' }, 250);
  check('seconds', { 'retry-after': '20' }, 20_000);
  check('zero', { 'retry-after': '0' }, 0);
  check('a fraction', { 'retry-after': '1.5' }, 1500);
  check('a date', { 'retry-after': 'Sat, 21 Nov 2026 10:00:02 GMT' }, 2000);
  check('a date gone by', { 'retry-after': 'Sat, 21 Nov 2026 09:00:00 GMT' }, 0);
  check('negative', { 'retry-after': '-3' }, 0);
  check('words', { 'retry-after': 'soon' }, undefined);
  check('empty', { 'retry-after': '', 'retry-after-ms': '' }, undefined);
  check('a year', { 'retry-after': '31536000' }, undefined);
  check('Go: seconds', { 'x-ratelimit-reset-tokens': '1.2s' }, 1200);
  check('Go: minutes', { 'x-ratelimit-reset-requests': '1m2.5s' }, 62_500);
  check('Go: hours', { 'x-ratelimit-reset-requests': '1h2m0s' }, 3_720_000);
  check('Go: milliseconds', { 'x-ratelimit-reset-requests': '300ms' }, 300);
  check('the longer when none is said to be used up', { 'x-ratelimit-reset-tokens': '1.2s', 'x-ratelimit-reset-requests': '300ms' }, 1200);
  check('the one that is used up', { 'x-ratelimit-reset-tokens': '1.2s', 'x-ratelimit-remaining-tokens': '0', 'x-ratelimit-reset-requests': '8h0m0s', 'x-ratelimit-remaining-requests': '9000' }, 1200);
  check('tokens when some of all are left', { 'x-ratelimit-reset-tokens': '1.2s', 'x-ratelimit-remaining-tokens': '5', 'x-ratelimit-reset-requests': '8h0m0s', 'x-ratelimit-remaining-requests': '9000' }, 1200);
  check('Cerebras: seconds by period', { 'x-ratelimit-reset-requests-day': '33011.38', 'x-ratelimit-remaining-requests-day': '100', 'x-ratelimit-reset-tokens-minute': '11.38', 'x-ratelimit-remaining-tokens-minute': '0' }, 11_380);
  check('OpenRouter: epoch milliseconds', { 'x-ratelimit-reset': String(now + 1500) }, 1500);
  check('epoch seconds', { 'x-ratelimit-reset': String(now / 1000 + 2) }, 2000);
  check('Together: seconds', { 'x-ratelimit-reset': '3' }, 3000);
  check('Anthropic: a date', { 'anthropic-ratelimit-requests-reset': '2026-11-21T10:00:02Z' }, 2000);
  check('the draft standard', { 'ratelimit-reset': '5' }, 5000);
  check('retry-after before resets', { 'retry-after': '2', 'x-ratelimit-reset-tokens': '9s' }, 2000);
});

describe('retryAdvice', () => {
  const rows: readonly (readonly [string, Record<string, string> | undefined, RetryAdvice])[] = [
    ['nothing', {}, {}],
    ['no headers at all', undefined, {}],
    ['not again', { 'x-should-retry': 'false', 'retry-after': '2' }, { retryAfterMs: 2000, mayRetry: false }],
    ['again', { 'x-should-retry': ' True ' }, { mayRetry: true }],
    ['another word', { 'x-should-retry': 'maybe' }, {}],
  ];
  for (const [name, headers, expected] of rows) it(name, () => assert.deepEqual(retryAdvice(headers && new Headers(headers), now), expected));
});
