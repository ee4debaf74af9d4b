import type { Message, ReasoningPart, ToolCall } from '../../core/model/message';
import { toolCallKey } from '../../core/model/toolCallKey';

/** Tool calls whose thoughts are remembered: more than an agent makes in a turn. */
const mostCalls = 500;

/**
 * What models thought before they called tools, until the results come back. The editor's API has no place for what a vendor
 * has sealed, and without it some models cannot go on; it is kept here, in memory, as long as this window.
 */
export class KeptReasoning {
  readonly #parts = new Map<string, readonly ReasoningPart[]>();

  /** `messages` are those that the call answered. */
  keep(messages: readonly Message[], call: ToolCall, parts: readonly ReasoningPart[]): void {
    const key = toolCallKey(messages, call);
    // Put at the end, or gone: ids of small servers come again.
    this.#parts.delete(key);
    if (parts.length === 0) return;
    this.#parts.set(key, parts);
    for (const oldest of this.#parts.keys()) {
      if (this.#parts.size <= mostCalls) break;
      this.#parts.delete(oldest);
    }
  }

  readonly of = (messages: readonly Message[], call: ToolCall): readonly ReasoningPart[] => this.#parts.get(toolCallKey(messages, call)) ?? [];
}
