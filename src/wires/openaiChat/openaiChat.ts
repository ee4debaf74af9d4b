import type { Wire, WireRequest } from '../../core/ports/wire';
import { httpWire, type HttpWireOptions } from '../http/httpWire';
import { readFailure } from '../http/openai/readFailure';
import { readKeyCheck } from '../http/openai/readKeyCheck';
import { readModels } from '../http/openai/readModels';
import { AnswerReader } from './answerReader';
import { send } from './send';
import { toRequest } from './toRequest';

/** The OpenAI chat completions protocol, as spoken by OpenAI and by everybody compatible with it. */
export function openaiChatWire(options: HttpWireOptions = {}): Wire {
  return httpWire(
    {
      ask: (sender, request, signal) => send(sender, (client) => client.post(pathOf(request), { body: toRequest(request), stream: true, signal })),
      answer: ({ endpoint: { provider } }, context) => new AnswerReader({ provider, context, makeId }),
      get: (sender, path, signal) => send(sender, (client) => client.get(path, { signal })),
      readFailure,
      readModels: (body, { livePrices }) => readModels(body, livePrices),
      readKeyCheck,
    },
    options,
  );
}

function pathOf({ endpoint: { provider }, model }: Pick<WireRequest, 'endpoint' | 'model'>): string {
  return (provider.chatPath ?? '/chat/completions').replace('{model}', () => encodeURIComponent(model));
}

/** Nine letters and digits, the only form of id that Mistral takes back. */
function makeId(): string {
  return crypto.randomUUID().replaceAll('-', '').slice(0, 9);
}
