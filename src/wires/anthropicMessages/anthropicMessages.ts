import type { KeyCheck, Wire } from '../../core/ports/wire';
import type { FailureContext } from '../http/failedReply';
import { httpWire, type HttpWireOptions } from '../http/httpWire';
import { sendJson } from '../http/sendJson';
import { AnswerReader } from './answerReader';
import { readErrorInReply, readFailure } from './readFailure';
import { readModels } from './readModels';
import { toRequest } from './toRequest';

/** The version of the protocol, which every request must name. There has been no other since. */
const extra = { 'anthropic-version': '2023-06-01' };

/** Anthropic's messages protocol. */
export function anthropicMessagesWire(options: HttpWireOptions = {}): Wire {
  return httpWire(
    {
      ask: (sender, request, signal) => sendJson(sender, { path: '/messages', body: toRequest(request), extra }, signal),
      answer: (_request, context) => new AnswerReader({ context, makeId: () => `toolu_${crypto.randomUUID().replaceAll('-', '')}` }),
      get: (sender, path, signal) => sendJson(sender, { path, extra }, signal),
      readFailure,
      readModels,
      readKeyCheck,
    },
    options,
  );
}

function readKeyCheck(body: unknown, context: FailureContext): KeyCheck {
  if (readModels(body) !== undefined) return { ok: true };
  const isError = typeof body === 'object' && body !== null && 'error' in body;
  return { ok: false, failure: isError ? readErrorInReply(context, body) : { kind: 'badReply', provider: context.provider, detail: 'The address answered with something else than a list of models.' } };
}
