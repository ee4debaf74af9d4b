import type { AnswerHead, Dialect, WholeAnswer } from '../../dialect';
import { GenerateWriter } from './generateWriter';
import { read } from './read';
import { toCall, toProblem, toReply } from './said';
import { toSignature } from './thoughtSignature';

/** Google's `generateContent`, as Gemini CLI speaks it. The path says which model, and whether and how the answer is streamed. */
export function geminiGenerate(model: string, form: 'whole' | 'events' | 'list'): Dialect {
  return {
    read: (body) => read(model, form !== 'whole', body),
    stream: (head) => new GenerateWriter(head, form === 'list' ? 'list' : 'events'),
    whole,
    problem: toProblem,
  };
}

function whole(head: AnswerHead, { text, reasoning, reasoningParts, toolCalls, stop, receipt: { usage } }: WholeAnswer): object {
  const parts = [
    ...(reasoning !== '' && head.request.repeated?.['thoughts'] === true ? [{ text: reasoning, thought: true }] : []),
    ...(text === '' ? [] : [{ text }]),
    ...toolCalls.map((call, index) => toCall(call, index === 0 ? toSignature(reasoningParts) : undefined)),
  ];
  return toReply(head, parts, { stop, usage });
}
