import type { Failure } from '../../core/model/failure';
import type { Endpoint } from '../../core/model/provider';

export type Fetch = typeof globalThis.fetch;

/**
 * One HTTP request. Holds no key, because Ollama on one's own machine asks for none. A redirect is not followed: the
 * prompt is meant for this machine.
 *
 * The `ollama` client (0.6.4) is not used: it skips a line it cannot read and writes it, with what the model said, to the
 * console; holds a line of any length; makes every error in a stream the same `Error`; follows redirects; and lists
 * models without a way to stop it. What would be left of it are three addresses.
 */
export function request(fetch: Fetch, { provider, baseUrl }: Endpoint, path: string, signal: AbortSignal, body?: object): Promise<Response> {
  const headers = new Headers({ 'user-agent': 'Farthing', ...provider.extraHeaders, accept: body === undefined ? 'application/json' : 'application/x-ndjson, application/json' });
  if (body !== undefined) headers.set('content-type', 'application/json');
  return fetch(`${baseUrl}${path}`, { method: body === undefined ? 'GET' : 'POST', headers, redirect: 'manual', signal, ...(body === undefined ? {} : { body: JSON.stringify(body) }) });
}

/** What is wrong with an address before anything is sent; undefined when nothing is. */
export function unsendable({ provider, baseUrl }: Endpoint): Failure | undefined {
  const address = URL.parse(baseUrl);
  if (address !== null && (address.protocol === 'https:' || address.protocol === 'http:')) return undefined;
  return { kind: 'badRequest', provider: provider.id, elsewhere: true, detail: 'The base URL is not a web address.' };
}
