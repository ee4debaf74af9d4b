import type { Wire, WireRequest } from '../../core/ports/wire';
import { httpWire, type HttpWireOptions } from '../http/httpWire';
import { readFailure } from '../http/openai/readFailure';
import { readKeyCheck } from '../http/openai/readKeyCheck';
import { readModels } from '../http/openai/readModels';
import type { Sender } from '../http/sender';
import { sendJson } from '../http/sendJson';
import { AnswerReader } from './answerReader';
import { embed } from './embed';
import { sending } from './send';
import { toRequest } from './toRequest';

/** The OpenAI chat completions protocol, as spoken by OpenAI and by everybody compatible with it. */
export function openaiChatWire(options: HttpWireOptions = {}): Wire {
  const send = sending();
  const wire = httpWire(
    {
      ask: (sender, request, signal) => send(sender, { path: pathOf(request), body: toRequest(request) }, signal),
      answer: ({ endpoint: { provider } }, context) => new AnswerReader({ provider, context, makeId }),
      get: (sender, path, signal) => send(sender, { path }, signal),
      readFailure,
      readModels: (body, { livePrices }) => readModels(body, livePrices),
      readKeyCheck,
    },
    options,
  );
  return {
    ...wire,
    embed: (request, signal) => {
      const sender: Sender = { fetch: (input, init) => (options.fetch ?? globalThis.fetch)(input, init), endpoint: request.endpoint, key: request.key, accept: 'application/json' };
      return embed(request, (body, stop) => sendJson(sender, { path: '/embeddings', body }, stop), signal);
    },
  };
}

function pathOf({ endpoint: { provider }, model }: Pick<WireRequest, 'endpoint' | 'model'>): string {
  return (provider.chatPath ?? '/chat/completions').replace('{model}', () => encodeURIComponent(model));
}

/** Nine letters and digits, the only form of id that Mistral takes back. */
function makeId(): string {
  return crypto.randomUUID().replaceAll('-', '').slice(0, 9);
}
