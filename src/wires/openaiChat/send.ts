import { OpenAI } from 'openai';
import type { Failure } from '../../core/model/failure';
import type { Endpoint } from '../../core/model/provider';

export type Fetch = typeof globalThis.fetch;

export interface Sender {
  readonly fetch: Fetch;
  readonly endpoint: Endpoint;
  readonly key: string | undefined;
  readonly accept: string;
}

/** Longest delay of a timer. The waits that matter are in `Silence`. */
const neverMs = 2 ** 31 - 1;

/**
 * Makes one request with the `openai` client and gives the reply as it came, also when it is an error. `ask` says which.
 *
 * The client builds the address and the body; the reply is read by our own reader, because the client's (7.55) ends the
 * stream without an error when it is aborted, cut off, or a web page, throws away a last event without its blank line,
 * reads error bodies without a bound, and keeps of them only what is under `error`. The headers are made here: the
 * client would add whatever OPENAI_CUSTOM_HEADERS, OPENAI_ORG_ID and OPENAI_PROJECT_ID hold, to every address, and say
 * which system it runs on. It never sees the key, so nothing it throws or logs can hold it.
 */
export async function send(sender: Sender, ask: (client: OpenAI) => { asResponse(): Promise<Response> }): Promise<Response> {
  let reply: Response | undefined;
  const client = new OpenAI({
    baseURL: sender.endpoint.baseUrl,
    apiKey: 'kept-out',
    adminAPIKey: null,
    organization: null,
    project: null,
    webhookSecret: null,
    maxRetries: 0,
    timeout: neverMs,
    logLevel: 'off',
    fetch: async (address, init) => {
      reply = await sender.fetch(address, {
        ...(init?.method === undefined ? {} : { method: init.method }),
        ...(init?.body === undefined ? {} : { body: init.body }),
        ...(init?.signal === undefined ? {} : { signal: init.signal }),
        headers: headersOf(sender, init?.body !== undefined && init.body !== null),
        // A redirect is not followed: fetch would drop the key only for another origin, and the body would go there.
        redirect: 'manual',
      });
      // Anything but a success would make the client read the body and throw; it gets an empty success instead.
      return reply.ok ? reply : new Response(null, { status: 204 });
    },
  });
  await ask(client).asResponse();
  if (reply === undefined) throw new TypeError('the client made no request');
  return reply;
}

function headersOf({ endpoint, key, accept }: Sender, hasBody: boolean): Headers {
  const headers = new Headers({ 'user-agent': 'Farthing', ...endpoint.provider.extraHeaders });
  headers.set('accept', accept);
  if (hasBody) headers.set('content-type', 'application/json');
  if (endpoint.provider.auth === 'bearer' && key !== undefined) headers.set('authorization', `Bearer ${key.trim()}`);
  return headers;
}

/** What is wrong with a request before it is sent; undefined when nothing is. */
export function unsendable({ provider, baseUrl }: Endpoint, key: string | undefined): Failure | undefined {
  const address = URL.parse(baseUrl);
  // An empty base URL would make the client send to OpenAI.
  if (address === null || (address.protocol !== 'https:' && address.protocol !== 'http:')) return { kind: 'badRequest', provider: provider.id, detail: 'The base URL is not a web address.' };
  if (provider.auth === 'none') return undefined;
  const trimmed = key?.trim();
  if (trimmed === undefined || trimmed === '') return { kind: 'keyMissing', provider: provider.id };
  // A header cannot hold anything else, and the error that says so quotes the header.
  if (!/^[\x21-\x7e]+$/.test(trimmed)) return { kind: 'keyRejected', provider: provider.id, detail: 'The key holds a character that no key has, such as a space or an accent.' };
  if (address.protocol === 'http:' && !isLoopback(address.hostname)) return { kind: 'badRequest', provider: provider.id, detail: 'The address is plain http: a key is only sent over https, or to this machine.' };
  return undefined;
}

function isLoopback(host: string): boolean {
  return host === 'localhost' || host.endsWith('.localhost') || host === '[::1]' || /^127(?:\.\d{1,3}){3}$/.test(host);
}

/**
 * A definition's path below a base URL. A whole https URL is taken only for the host of the base URL or a domain above
 * it, and only when the base URL is the definition's own: a key does not leave its vendor because of an edited address.
 */
export function pathBelow({ provider, baseUrl }: Endpoint, path: string): string {
  const whole = URL.parse(path);
  if (whole === null) return path.startsWith('/') ? path : `/${path}`;
  const base = URL.parse(baseUrl);
  const related = base !== null && baseUrl === provider.baseUrl && whole.protocol === 'https:' && (base.host === whole.host || (whole.host.includes('.') && base.host.endsWith(`.${whole.host}`)));
  return related ? path : '/models';
}
