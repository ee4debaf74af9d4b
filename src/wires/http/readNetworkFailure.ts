import type { Failure } from '../../core/model/failure';

/**
 * The failure that something thrown by the transport means, by the code at the end of its chain of causes. Its text is
 * never passed on: an invalid header is quoted in it, key and all.
 */
export function readNetworkFailure(provider: string, error: unknown, waitedMs: number): Failure {
  const code = codeOf(error);
  if (code === undefined) return { kind: 'providerDown', provider, detail: 'The connection failed.' };
  if (connectTimeouts.has(code)) return { kind: 'timedOut', provider, waitedMs: Math.round(waitedMs), phase: 'connect' };
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return { kind: 'timedOut', provider, waitedMs: Math.round(waitedMs), phase: 'firstToken' };
  if (code === 'UND_ERR_BODY_TIMEOUT') return { kind: 'timedOut', provider, waitedMs: Math.round(waitedMs), phase: 'stall' };
  if (unreachable.has(code)) return { kind: 'offline', provider, detail: `The address could not be reached (${code}).` };
  // A company's proxy or a wrong clock, far more often than a provider with a bad certificate.
  if (/CERT|TLS|SSL|SELF_SIGNED|ISSUER|ALTNAME|SIGNATURE|^EPROTO$/.test(code)) return { kind: 'offline', provider, detail: `No secure connection could be made (${code}).` };
  if (code === 'ERR_INVALID_URL') return { kind: 'badRequest', provider, elsewhere: true, detail: 'The base URL is not a web address.' };
  if (code === 'ECONNREFUSED') return { kind: 'providerDown', provider, detail: 'Nothing answers at the address (ECONNREFUSED).' };
  return { kind: 'providerDown', provider, detail: `The connection was lost (${code}).` };
}

const connectTimeouts: ReadonlySet<string> = new Set(['UND_ERR_CONNECT_TIMEOUT', 'ETIMEDOUT', 'ERR_CONNECTION_TIMED_OUT']);
const unreachable: ReadonlySet<string> = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_NODATA',
  'ENETUNREACH',
  'ENETDOWN',
  'EHOSTUNREACH',
  'EHOSTDOWN',
  'EADDRNOTAVAIL',
  'ERR_NAME_NOT_RESOLVED',
  'ERR_INTERNET_DISCONNECTED',
  'ERR_NETWORK_CHANGED',
  'ERR_PROXY_CONNECTION_FAILED',
  'ERR_TUNNEL_CONNECTION_FAILED',
]);

/** Longer chains of causes than any client makes. */
const longestChain = 8;

/** The innermost code. Several tried addresses fail as one AggregateError; the first of them speaks. */
export function codeOf(error: unknown): string | undefined {
  let code: string | undefined;
  let current: unknown = error;
  for (let depth = 0; depth < longestChain && typeof current === 'object' && current !== null; depth += 1) {
    if ('code' in current && typeof current.code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(current.code)) code = current.code;
    // Electron's network stack has no code, only `net::ERR_...` as the message.
    else if (current instanceof Error) code = /\bnet::(ERR_[A-Z_]+)/.exec(current.message)?.[1] ?? code;
    current = current instanceof AggregateError && current.errors.length > 0 ? current.errors[0] : 'cause' in current ? current.cause : undefined;
  }
  return code;
}
