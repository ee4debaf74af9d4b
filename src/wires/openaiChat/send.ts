import { OpenAI } from 'openai';
import type { Sender } from '../http/sender';
import { requestHeaders } from '../http/requestHeaders';

/** What is asked: a POST where there is a body, else a GET. `path` is below the base URL, or a whole URL. */
interface Question {
  readonly path: string;
  readonly body?: object;
}

/** Makes one request and gives the reply as it came, also when it is an error. */
export type Send = (sender: Sender, question: Question, signal: AbortSignal) => Promise<Response>;

/**
 * Makes requests with the `openai` client, of which there is one for each base URL.
 *
 * The client builds the address and the body; the reply is read by our own reader, because the client's (7.55) ends the
 * stream without an error when it is aborted, cut off, or a web page, throws away a last event without its blank line,
 * reads error bodies without a bound, and keeps of them only what is under `error`. The headers are made here: the
 * client would add whatever OPENAI_CUSTOM_HEADERS, OPENAI_ORG_ID and OPENAI_PROJECT_ID hold, to every address, and say
 * which system it runs on. It never sees the key, so nothing it throws or logs can hold it.
 */
export function sending(): Send {
  const clients = new Map<string, OpenAI>();
  return async (sender, { path, body }, signal) => {
    const { baseUrl } = sender.endpoint;
    const client = clients.get(baseUrl) ?? new OpenAI({ baseURL: baseUrl, apiKey: 'kept-out', adminAPIKey: null, organization: null, project: null, webhookSecret: null, logLevel: 'off' });
    clients.set(baseUrl, client);
    const { url, req } = await client.buildRequest(body === undefined ? { method: 'get', path } : { method: 'post', path, body });
    return sender.fetch(url, {
      method: body === undefined ? 'GET' : 'POST',
      ...(req.body === undefined ? {} : { body: req.body }),
      headers: requestHeaders({ ...sender, hasBody: body !== undefined }),
      // A redirect is not followed: fetch would drop the key only for another origin, and the body would go there.
      redirect: 'manual',
      signal,
    });
  };
}
