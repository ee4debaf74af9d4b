import type { AnswerEvent } from '../../../core/model/ask';
import type { AnswerHead, Dialect, WholeAnswer } from '../../dialect';
import { openaiProblem } from '../openai/problem';
import { readResponses } from './readResponses';
import { ResponseStream } from './responseStream';

/** OpenAI's responses, as its clients and Codex speak them. Nothing is stored: every request has its whole conversation. */
export const openaiResponses: Dialect = { read: readResponses, stream: (head) => new ResponseStream(head), whole, problem: openaiProblem };

/** A response is what its stream ends with. */
function whole(head: AnswerHead, { reasoning, reasoningParts, text, citations, toolCalls, stop, receipt }: WholeAnswer): object {
  const stream = new ResponseStream(head);
  const events: readonly AnswerEvent[] = [
    ...(reasoning === '' ? [] : [{ type: 'reasoning-delta', text: reasoning } as const]),
    ...reasoningParts.map((part) => ({ type: 'reasoning-part', part }) as const),
    ...(text === '' ? [] : [{ type: 'text-delta', text } as const]),
    { type: 'citations', citations },
    ...toolCalls.map((call) => ({ type: 'tool-call', call }) as const),
    { type: 'answer-end', stop, receipt },
  ];
  for (const event of events) stream.event(event);
  return stream.response;
}
