import type { Wire } from '../../core/ports/wire';
import { httpWire, type HttpWireOptions } from '../http/httpWire';
import { readFailure } from '../http/openai/readFailure';
import { readKeyCheck } from '../http/openai/readKeyCheck';
import { readModels } from '../http/openai/readModels';
import { sendJson } from '../http/sendJson';
import { AnswerReader } from './answerReader';
import { toRequest } from './toRequest';

/** The OpenAI Responses protocol, which OpenAI's newer models want and some answer alone. */
export function openaiResponsesWire(options: HttpWireOptions = {}): Wire {
  return httpWire(
    {
      ask: (sender, request, signal) => sendJson(sender, { path: '/responses', body: toRequest(request) }, signal),
      answer: ({ endpoint: { provider } }, context) => new AnswerReader({ provider, context, makeId: () => `call_${crypto.randomUUID().replaceAll('-', '')}` }),
      get: (sender, path, signal) => sendJson(sender, { path }, signal),
      readFailure,
      readModels: (body, { livePrices }) => readModels(body, livePrices),
      readKeyCheck,
    },
    options,
  );
}
