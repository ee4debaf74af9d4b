import type { AnswerHead, Dialect, WholeAnswer } from '../../dialect';
import { openaiProblem } from '../openai/problem';
import { finishReason, isLegacy, toAnnotations, toCall, toDetails, toUsage } from './answer';
import { ChatStream } from './chatStream';
import { readChat } from './readChat';

/** OpenAI's chat completions, as OpenAI's clients and everybody else's speak them. */
export const openaiChat: Dialect = { read: readChat, stream: (head) => new ChatStream(head), whole, problem: openaiProblem };

function whole({ id, createdAt, answering, request: { toolForms } }: AnswerHead, answer: WholeAnswer): object {
  const legacy = answer.toolCalls.find((call) => isLegacy(call, toolForms));
  const calls = answer.toolCalls.filter((call) => !isLegacy(call, toolForms)).map((call) => toCall(call, toolForms));
  const message = {
    role: 'assistant',
    content: answer.text === '' && answer.toolCalls.length > 0 ? null : answer.text,
    refusal: null,
    annotations: toAnnotations(answer.citations),
    ...(answer.reasoning === '' ? {} : { reasoning_content: answer.reasoning }),
    ...(answer.reasoningParts.length === 0 ? {} : { reasoning_details: toDetails(answer.reasoningParts) }),
    ...(calls.length === 0 ? {} : { tool_calls: calls }),
    ...(legacy === undefined ? {} : { function_call: { name: legacy.name, arguments: legacy.arguments } }),
  };
  return {
    id: `chatcmpl-${id}`,
    object: 'chat.completion',
    created: Math.floor(createdAt / 1000),
    model: answering,
    choices: [{ index: 0, message, logprobs: null, finish_reason: finishReason(answer.stop, legacy !== undefined) }],
    usage: toUsage(answer.receipt.usage),
  };
}
