import type { Failure } from '../../core/model/failure';
import { neverConnected } from './neverConnected';

/**
 * The failure that something thrown by the transport means, by the code at the end of its chain of causes. Its text is
 * never passed on: an invalid header is quoted in it, key and all.
 */
export function readNetworkFailure(provider: string, error: unknown, waitedMs: number): Failure {
  const code = codeOf(error);
  const proxyStatus = proxyStatusOf(error);
  if (proxyStatus === '407' || (code !== undefined && proxySignIn.test(code))) return { kind: 'offline', provider, proxy: true, detail: 'The proxy asks for a sign-in (HTTP 407).' };
  if (proxyStatus !== undefined) return { kind: 'providerDown', provider, detail: `The proxy refused the connection (HTTP ${proxyStatus}).` };
  if (code === undefined) return { kind: 'providerDown', provider, detail: 'The connection failed.' };
  if (connectTimeouts.has(code) && !mayHaveLeft(error)) return { kind: 'timedOut', provider, waitedMs: Math.round(waitedMs), phase: 'connect' };
  if (code === 'UND_ERR_HEADERS_TIMEOUT') return { kind: 'timedOut', provider, waitedMs: Math.round(waitedMs), phase: 'firstToken' };
  if (code === 'UND_ERR_BODY_TIMEOUT') return { kind: 'timedOut', provider, waitedMs: Math.round(waitedMs), phase: 'stall' };
  if (unreachable.has(code)) return { kind: 'offline', provider, detail: `The address could not be reached (${code}).` };
  // A company's proxy or a wrong clock, far more often than a provider with a bad certificate.
  if (insecure.test(code)) return { kind: 'offline', provider, detail: `No secure connection could be made (${code}).` };
  if (code === 'ERR_INVALID_URL') return { kind: 'badRequest', provider, elsewhere: true, detail: 'The base URL is not a web address.' };
  if (code === 'ECONNREFUSED') return { kind: 'providerDown', provider, detail: 'Nothing answers at the address (ECONNREFUSED).' };
  return { kind: 'providerDown', provider, detail: `The connection was lost (${code}).` };
}

/**
 * The same failure of a question, which is marked where the question may be billed. Also on a connection that was kept
 * from an earlier request: a server that closes it at the same moment looks like one that had read the question.
 */
export function withBilling(failure: Failure, error: unknown): Failure {
  return (failure.kind === 'providerDown' || failure.kind === 'offline') && mayHaveLeft(error) ? { ...failure, mayBeBilled: true } : failure;
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
const insecure = /CERT|TLS|SSL|SELF_SIGNED|ISSUER|ALTNAME|SIGNATURE|^EPROTO$/;
const proxySignIn = /^ERR_(?:PROXY_AUTH|UNEXPECTED_PROXY_AUTH)/;

/** Codes from before anything was sent. What the client itself refuses to send is among them. */
const unsent: ReadonlySet<string> = new Set([...connectTimeouts, ...unreachable, 'ECONNREFUSED', 'ERR_CONNECTION_REFUSED', 'ERR_INVALID_URL', 'UND_ERR_INVALID_ARG', 'UND_ERR_NOT_SUPPORTED']);

/**
 * Whether anything of a request may have reached the other side before this was thrown. What is not known to be from
 * before counts as after: an estimate too many is marked as one, a bill too many would break a budget unseen.
 */
function mayHaveLeft(error: unknown): boolean {
  const links = chainOf(error);
  const systemCalls = new Set(links.map((link) => ('syscall' in link ? link.syscall : undefined)));
  if (links.some(neverConnected) || systemCalls.has('connect') || systemCalls.has('getaddrinfo') || proxyStatusOf(error) !== undefined) return false;
  const code = codeOf(error);
  // `fetch` refuses ports of other protocols by itself, and has no code for that.
  if (code === undefined) return !links.some((link) => 'message' in link && link.message === 'bad port');
  if (insecure.test(code) || /^ERR_.*(?:PROXY|TUNNEL)/.test(code)) return false;
  // A network that is gone while a reply is waited for has the codes of one that was never there; Electron has a word of its own.
  return systemCalls.has('read') || systemCalls.has('write') || code === 'ERR_NETWORK_CHANGED' || !unsent.has(code);
}

/** Longer chains of causes than any client makes. */
const longestChain = 8;

/** An error and its causes, the outermost first. Several tried addresses fail as one AggregateError; the first of them speaks. */
function chainOf(error: unknown): readonly object[] {
  const links: object[] = [];
  let current: unknown = error;
  while (links.length < longestChain && typeof current === 'object' && current !== null) {
    links.push(current);
    current = current instanceof AggregateError && current.errors.length > 0 ? current.errors[0] : 'cause' in current ? current.cause : undefined;
  }
  return links;
}

/** The innermost code. */
export function codeOf(error: unknown): string | undefined {
  let code: string | undefined;
  for (const link of chainOf(error)) {
    if ('code' in link && typeof link.code === 'string' && /^[A-Z][A-Z0-9_]{2,60}$/.test(link.code)) code = link.code;
    // Electron's network stack has no code, only `net::ERR_...` as the message.
    else if (link instanceof Error) code = /\bnet::(ERR_[A-Z_]+)/.exec(link.message)?.[1] ?? code;
  }
  return code;
}

/** What a proxy answered instead of letting a connection through. undici and the editor's proxy tell it in these words alone. */
function proxyStatusOf(error: unknown): string | undefined {
  for (const link of chainOf(error)) {
    const status = link instanceof Error ? /^Proxy response \((\d{3})\)/.exec(link.message)?.[1] : undefined;
    if (status !== undefined) return status;
  }
  return undefined;
}
