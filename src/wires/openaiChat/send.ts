import { OpenAI } from 'openai';
import type { Sender } from '../http/sender';
import { requestHeaders } from '../http/requestHeaders';

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
        headers: requestHeaders({ ...sender, hasBody: init?.body !== undefined && init.body !== null }),
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
