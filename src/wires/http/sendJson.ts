import { requestHeaders } from './requestHeaders';
import type { Sender } from './sender';

/** What is asked: a POST where there is a body, else a GET. */
export interface Question {
  /** Below the base URL, or a whole URL. */
  readonly path: string;
  readonly body?: object;
  /** Headers that the protocol wants. */
  readonly extra?: Readonly<Record<string, string>>;
}

/** Makes one request and gives the reply as it came, also when it is an error. */
export function sendJson(sender: Sender, { path, body, extra = {} }: Question, signal: AbortSignal): Promise<Response> {
  const address = path.startsWith('/') ? sender.endpoint.baseUrl.replace(/\/+$/, '') + path : path;
  return sender.fetch(address, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: requestHeaders({ ...sender, hasBody: body !== undefined, extra }),
    // A redirect is not followed: fetch takes away only `authorization` for another origin, not a key's own header.
    redirect: 'manual',
    signal,
  });
}
