import { cachedTokensAfter } from '../conversation/warmPrefix';
import type { AskRequest } from '../model/ask';
import type { Message, ToolCall } from '../model/message';
import type { ArmId } from '../model/modelCard';
import { toolCallKey } from '../model/toolCallKey';
import type { Clock } from '../ports/clock';

/** Tool calls that are remembered: an agent makes some tens in a turn, and hardly ever goes back by more. */
const mostCalls = 2_000;

/** The answer that a tool call was part of. */
interface Answer {
  readonly arm: ArmId;
  /** Tokens of its prompt; undefined when the provider did not tell. */
  readonly inputTokens: number | undefined;
  /** When it ended, epoch milliseconds. */
  readonly at: number;
}

type Asked = Pick<AskRequest, 'client' | 'threadId' | 'messages'>;

/**
 * Who made which tool calls, in memory. Whoever comes back with their results is in the middle of its work, and goes on
 * with the model that began it: another would have to be paid for the whole prompt anew, and might begin again.
 */
export class AgentTurns {
  /** The latest last. */
  readonly #answers = new Map<string, Answer>();

  constructor(private readonly clock: Pick<Clock, 'now'>) {}

  /** An answer ended with these calls. */
  made(asked: Asked, toolCalls: readonly ToolCall[], arm: ArmId, inputTokens: number | undefined): void {
    const answer: Answer = { arm, inputTokens, at: this.clock.now() };
    for (const call of toolCalls) {
      const key = keyOf(asked, call);
      // Put at the end: ids of small servers come again.
      this.#answers.delete(key);
      this.#answers.set(key, answer);
    }
    for (const oldest of this.#answers.keys()) {
      if (this.#answers.size <= mostCalls) break;
      this.#answers.delete(oldest);
    }
  }

  /** The request with what is known of the turn that it goes on with; what it says itself stands. */
  continued(request: AskRequest): AskRequest {
    const last = lastWithCalls(request.messages);
    const answer = last && this.#answerOf({ ...request, messages: last.before }, last.toolCalls);
    if (!answer) return request;
    const cachedTokens = answer.inputTokens === undefined ? undefined : cachedTokensAfter(answer.inputTokens, this.clock.now() - answer.at);
    return {
      ...request,
      // Once it has answered, the next question is routed like any other: its cache is counted, no more.
      ...(last.isOpen && request.keep === undefined ? { keep: answer.arm } : {}),
      ...(cachedTokens === undefined || request.warm ? {} : { warm: { arm: answer.arm, cachedTokens } }),
    };
  }

  /** Undefined where a call is not known, or they are from several: then nobody is in the middle of it. */
  #answerOf(asked: Asked, toolCalls: readonly ToolCall[]): Answer | undefined {
    const [answer, ...others] = toolCalls.map((call) => this.#answers.get(keyOf(asked, call)));
    return others.every((other) => other?.arm === answer?.arm) ? answer : undefined;
  }
}

/** Ids are the providers' own: two programs may have the same, and two conversations. */
function keyOf({ client, threadId, messages }: Asked, call: ToolCall): string {
  return [client?.id ?? '', threadId ?? '', toolCallKey(messages, call)].join('\n');
}

interface Calling {
  readonly toolCalls: readonly ToolCall[];
  /** What the answer with them was to. */
  readonly before: readonly Message[];
  /** There is no answer after it, so that its calls are what the request goes on with. */
  readonly isOpen: boolean;
}

/** The last answer with tool calls. */
function lastWithCalls(messages: readonly Message[]): Calling | undefined {
  let isOpen = true;
  for (let at = messages.length - 1; at >= 0; at--) {
    const message = messages[at];
    if (message?.role !== 'assistant') continue;
    const { toolCalls = [] } = message;
    if (toolCalls.length > 0) return { toolCalls, before: messages.slice(0, at), isOpen };
    isOpen = false;
  }
  return undefined;
}
