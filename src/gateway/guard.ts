import type { IncomingMessage } from 'node:http';
import type { Problem } from './dialect';
import type { GatewayLimits } from './limits';

/** Why a request was refused, as the log counts it. Nothing of what was sent. */
export type Refusal = 'host' | 'browser' | 'url' | 'headers' | 'tokenInUrl' | 'noToken' | 'wrongToken' | 'expired' | 'notFound' | 'method' | 'contentType' | 'tooLarge' | 'slow' | 'malformed' | 'tooMany' | 'stopping' | 'unreadable';

export interface Refused {
  readonly why: Refusal;
  readonly problem: Problem;
}

export interface GuardedHead {
  /** As sent, without the query. */
  readonly path: string;
  readonly query: URLSearchParams;
}

/** Names under which clients put a secret into an address; addresses end in logs and histories. */
const secretNames = ['key', 'api_key', 'apikey', 'api-key', 'token', 'access_token', 'auth'];

/**
 * What can be said of a request before anything of it is believed: that it is no web page's (those reach loopback too, under
 * a name of their own that was pointed here, or with an Origin), and that its address is plain.
 */
export function guardHead(request: IncomingMessage, port: number, limits: Pick<GatewayLimits, 'headers' | 'urlLength'>): GuardedHead | Refused {
  const { headers, rawHeaders, url = '', method } = request;
  if (!isOwnHost(headers.host, port) || hostsIn(rawHeaders) !== 1) return refused('host', 'forbidden', 403, `The gateway answers at 127.0.0.1:${port} only, and the Host of this request is another.`);
  if (isBrowsers(request)) return refused('browser', 'forbidden', 403, 'Web pages may not use the gateway.');
  if (method === 'OPTIONS') return refused('browser', 'forbidden', 403, 'Web pages may not use the gateway, so there is nothing to ask beforehand.');
  if (rawHeaders.length / 2 > limits.headers) return refused('headers', 'badRequest', 431, `A request may have ${limits.headers} headers.`);
  if (url.length > limits.urlLength) return refused('url', 'badRequest', 414, `An address may have ${limits.urlLength} characters.`);
  const cut = url.indexOf('?');
  const path = cut === -1 ? url : url.slice(0, cut);
  if (!isPlainPath(path)) return refused('url', 'badRequest', 400, 'The address is not plain: no "..", "//", backslashes, fragments or control characters.');
  const query = new URLSearchParams(cut === -1 ? '' : url.slice(cut + 1));
  if (secretNames.some((name) => query.has(name))) return refused('tokenInUrl', 'unauthorized', 401, 'A token in an address ends in logs. Send it as a header: Authorization: Bearer, x-api-key or x-goog-api-key.');
  return { path, query };
}

export function refused(why: Refusal, kind: Problem['kind'], status: number, message: string, more: Pick<Problem, 'retryAfterMs'> = {}): Refused {
  return { why, problem: { kind, status, message, ...more } };
}

const ownNames = ['127.0.0.1', 'localhost', '[::1]'];

function isOwnHost(host: string | undefined, port: number): boolean {
  return ownNames.some((name) => host === `${name}:${port}` || (port === 80 && host === name));
}

/** Node keeps the first of several; others on the way may keep the last. */
function hostsIn(rawHeaders: readonly string[]): number {
  let count = 0;
  for (let at = 0; at < rawHeaders.length; at += 2) if (rawHeaders[at]?.toLowerCase() === 'host') count += 1;
  return count;
}

/** Browsers say so of every request that a page makes; programs do not. */
function isBrowsers({ headers }: IncomingMessage): boolean {
  const site = headers['sec-fetch-site'];
  return headers.origin !== undefined || (site !== undefined && site !== 'none') || headers['access-control-request-method'] !== undefined || headers['access-control-request-private-network'] !== undefined;
}

/** In origin form, of visible ASCII, with no segment that another reader could take for another path. */
function isPlainPath(path: string): boolean {
  if (!/^\/[\x21-\x7e]*$/.test(path) || /[\\#]|\/\//.test(path)) return false;
  // Twice encoded is refused as well: nobody's model has such a name.
  if (/%(?![0-9a-f]{2})|%25|%00|%5c|%0[0-9a-f]|%1[0-9a-f]|%7f/i.test(path)) return false;
  return path.split(/\/|%2f/i).every((segment) => !/^(\.|%2e){1,2}$/i.test(segment));
}

/** Only JSON is read, and only as it is. A web page cannot send this type without asking first. */
export function guardBody({ headers }: IncomingMessage, limits: Pick<GatewayLimits, 'bodyBytes'>): Refused | undefined {
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (type !== 'application/json') return refused('contentType', 'badRequest', 415, 'The body must be JSON, with the header content-type: application/json.');
  if (headers['content-encoding'] !== undefined && headers['content-encoding'] !== 'identity') return refused('contentType', 'badRequest', 415, 'The body must not be compressed.');
  if (Number(headers['content-length'] ?? 0) > limits.bodyBytes) return tooLarge(limits);
  return undefined;
}

export function tooLarge({ bodyBytes }: Pick<GatewayLimits, 'bodyBytes'>): Refused {
  return refused('tooLarge', 'tooLarge', 413, `The body may have ${Math.round(bodyBytes / (1024 * 1024))} MB.`);
}
