import type { AnswerHead, Dialect, WholeAnswer } from '../../dialect';
import { MessageWriter } from './messageWriter';
import { read } from './read';
import { inputOf, stopReasons, toProblem, toThinking, toUsage } from './said';

/** Anthropic's messages protocol, as its clients speak it: `POST /v1/messages`. */
export const anthropicMessages: Dialect = {
  read,
  stream: (head) => new MessageWriter(head),
  whole,
  problem: toProblem,
};

function whole({ id, answering }: AnswerHead, { text, reasoning, reasoningParts, toolCalls, stop, receipt }: WholeAnswer): object {
  const thinking = reasoningParts.length > 0 ? reasoningParts.map(toThinking) : reasoning === '' ? [] : [{ type: 'thinking', thinking: reasoning, signature: '' }];
  return {
    id: `msg_${id}`,
    type: 'message',
    role: 'assistant',
    model: answering,
    content: [...thinking, ...(text === '' ? [] : [{ type: 'text', text }]), ...toolCalls.map((call) => ({ type: 'tool_use', id: call.id, name: call.name, input: inputOf(call) }))],
    stop_reason: stopReasons[stop],
    stop_sequence: null,
    usage: toUsage(receipt.usage),
  };
}
