/** What of `Headers` is needed here. */
export interface ReplyHeaders {
  get(name: string): string | null;
  forEach(callback: (value: string, name: string) => void): void;
}

/** Longer than any limit of a provider lasts (a month). A figure above it is in another unit. */
const longestMs = 32 * 86_400_000;

/** What a reply says of asking again: `x-should-retry` (OpenAI, Anthropic) and how long to wait. What it does not say is absent. */
export interface RetryAdvice {
  readonly retryAfterMs?: number;
  readonly mayRetry?: boolean;
}

export function retryAdvice(headers: ReplyHeaders | undefined, nowMs: number): RetryAdvice {
  if (headers === undefined) return {};
  const waitMs = retryAfterMs(headers, nowMs);
  const said = headers.get('x-should-retry')?.trim().toLowerCase();
  return { ...(waitMs === undefined ? {} : { retryAfterMs: waitMs }), ...(said === 'true' || said === 'false' ? { mayRetry: said === 'true' } : {}) };
}

/**
 * How long to wait, in milliseconds, as the headers say. In order: `retry-after-ms`, `retry-after` (seconds, also
 * fractions, or an HTTP date), then the resets of the limits that are used up.
 */
export function retryAfterMs(headers: ReplyHeaders, nowMs: number): number | undefined {
  const exact = headers.get('retry-after-ms');
  const milliseconds = exact === null || exact.trim() === '' ? undefined : bounded(Number(exact));
  return milliseconds ?? waitOf(headers.get('retry-after'), nowMs) ?? resetMs(headers, nowMs);
}

/**
 * A wait as written: `20`, `1.5` (seconds), `1.2s`, `6m0s`, `300ms`, `1h2m`, epoch seconds, epoch milliseconds, an HTTP
 * date or an ISO date. Milliseconds, never negative; undefined when it is none of these.
 */
export function waitOf(written: string | null | undefined, nowMs: number): number | undefined {
  const text = written?.trim();
  if (text === undefined || text === '') return undefined;
  if (/^-?\d+(?:\.\d+)?$/.test(text)) {
    const number = Number(text);
    if (number > 1e11) return bounded(number - nowMs);
    return bounded(number > 1e9 ? number * 1000 - nowMs : number * 1000);
  }
  const duration = durationMs(text);
  if (duration !== undefined) return bounded(duration);
  const date = Date.parse(text);
  return Number.isNaN(date) ? undefined : bounded(date - nowMs);
}

const unitMs: ReadonlyMap<string, number> = new Map([
  ['d', 86_400_000],
  ['h', 3_600_000],
  ['m', 60_000],
  ['s', 1000],
  ['ms', 1],
  ['us', 0.001],
  ['µs', 0.001],
  ['ns', 0.000_001],
]);

/** Go's notation, which OpenAI, Groq and Google use. */
function durationMs(text: string): number | undefined {
  if (!/^(?:\d+(?:\.\d+)?(?:ms|us|µs|ns|[dhms]))+$/.test(text)) return undefined;
  let total = 0;
  for (const [, number, unit] of text.matchAll(/(\d+(?:\.\d+)?)(ms|us|µs|ns|[dhms])/g)) total += Number(number) * (unitMs.get(unit ?? '') ?? 0);
  return total;
}

function bounded(milliseconds: number): number | undefined {
  if (!Number.isFinite(milliseconds) || milliseconds > longestMs) return undefined;
  return Math.max(0, Math.ceil(milliseconds));
}

/**
 * `x-ratelimit-reset-tokens` (OpenAI, Groq), `x-ratelimit-reset-requests-day` (Cerebras), `x-ratelimit-reset`
 * (OpenRouter, Together), `anthropic-ratelimit-requests-reset`. With what remains beside them, only the limits that are
 * used up count; when none is, a request was too many tokens for what is left of theirs.
 */
function resetMs(headers: ReplyHeaders, nowMs: number): number | undefined {
  const limits: { readonly waitMs: number; readonly usedUp: boolean; readonly ofTokens: boolean }[] = [];
  headers.forEach((value, name) => {
    if (!name.toLowerCase().includes('ratelimit') || !/\breset\b/i.test(name)) return;
    const waitMs = waitOf(value, nowMs);
    if (waitMs === undefined) return;
    const remaining = headers.get(name.replace(/\breset\b/i, 'remaining'));
    limits.push({ waitMs, usedUp: remaining !== null && Number(remaining) <= 0, ofTokens: /token/i.test(name) && remaining !== null });
  });
  for (const wanted of [limits.filter((limit) => limit.usedUp), limits.filter((limit) => limit.ofTokens), limits]) {
    if (wanted.length > 0) return Math.max(...wanted.map((limit) => limit.waitMs));
  }
  return undefined;
}
