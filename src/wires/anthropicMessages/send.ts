import { requestHeaders } from '../http/requestHeaders';
import type { Sender } from '../http/sender';
import type { RequestBody } from './toRequest';

/** The version of the protocol, which every request must name. There has been no other since. */
const version = '2023-06-01';

/** What is asked: a POST where there is a body, else a GET. `path` is below the base URL, or a whole URL. */
export interface Question {
  readonly path: string;
  readonly body?: RequestBody;
}

/** Makes one request and gives the reply as it came, also when it is an error. */
export function send(sender: Sender, { path, body }: Question, signal: AbortSignal): Promise<Response> {
  const address = path.startsWith('/') ? sender.endpoint.baseUrl.replace(/\/+$/, '') + path : path;
  return sender.fetch(address, {
    method: body === undefined ? 'GET' : 'POST',
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    headers: requestHeaders({ ...sender, hasBody: body !== undefined, extra: { 'anthropic-version': version } }),
    // A redirect is not followed: fetch takes away only `authorization` for another origin, not this key's header.
    redirect: 'manual',
    signal,
  });
}
