import type { StopReason } from '../../../core/model/ask';
import type { CallContent } from '../../../core/model/call';
import type { Message, ToolCall } from '../../../core/model/message';

/** Of what was asked and of what was answered not more than so many characters each: a span is no place for a whole conversation. */
const mostCharacters = 16_000;

/** A piece of a message as the semantic conventions for generative AI have it (gen-ai-input-messages.json). Images are left out. */
type Part =
  | { readonly type: 'text' | 'reasoning'; readonly content: string }
  | { readonly type: 'tool_call'; readonly id: string; readonly name: string; readonly arguments: unknown }
  | { readonly type: 'tool_call_response'; readonly id: string; readonly response: string };

/**
 * What was asked and answered, as attributes of a span: JSON texts, because not every collector takes what is nested. Cut
 * from the front, so that the newest is there; `farthing.content.cut` says that something is missing.
 */
export function contentOf({ messages, text, toolCalls, stop }: CallContent): Readonly<Record<string, string | boolean>> {
  const asked = new Room();
  const input = messages.toReversed().flatMap((message) => {
    const parts = partsOf(message, asked);
    return parts.length === 0 ? [] : [{ role: message.role, parts }];
  });
  const said = new Room();
  const parts = [...textPart('text', text, said), ...toolCalls.flatMap((call) => callPart(call, said))];
  return {
    'gen_ai.input.messages': JSON.stringify(input.toReversed()),
    'gen_ai.output.messages': JSON.stringify([{ role: 'assistant', parts, finish_reason: finishReasons[stop] }]),
    ...(asked.isCut || said.isCut ? { 'farthing.content.cut': true } : {}),
  };
}

const finishReasons: Readonly<Record<StopReason, string>> = { stop: 'stop', length: 'length', toolCalls: 'tool_call', contentFilter: 'content_filter', unknown: 'error' };

/** What is left of the characters. */
class Room {
  #left = mostCharacters;
  isCut = false;

  /** As much of the text as there is room for. */
  take(text: string): string {
    const taken = text.slice(0, this.#left).toWellFormed();
    this.#left -= taken.length;
    this.isCut ||= taken.length < text.length;
    return taken;
  }

  /** Whether there is room for all of these words, which make no sense in part. */
  holds(...words: readonly string[]): boolean {
    const length = words.reduce((sum, word) => sum + word.length, 0);
    const fits = length <= this.#left;
    if (fits) this.#left -= length;
    this.isCut ||= !fits;
    return fits;
  }
}

function partsOf(message: Message, room: Room): readonly Part[] {
  if (message.role === 'tool') {
    if (!room.holds(message.toolCallId)) return [];
    const response = room.take(message.text);
    return response === '' && message.text !== '' ? [] : [{ type: 'tool_call_response', id: message.toolCallId, response }];
  }
  const { reasoning = [], toolCalls = [] } = message.role === 'assistant' ? message : {};
  return [...textPart('text', message.text, room), ...reasoning.flatMap((part) => textPart('reasoning', part.text, room)), ...toolCalls.flatMap((call) => callPart(call, room))];
}

function textPart(type: 'text' | 'reasoning', text: string, room: Room): readonly Part[] {
  const content = room.take(text);
  return content === '' ? [] : [{ type, content }];
}

function callPart({ id, name, arguments: written }: ToolCall, room: Room): readonly Part[] {
  if (!room.holds(id, name)) return [];
  const given = room.take(written);
  return given === '' && written !== '' ? [] : [{ type: 'tool_call', id, name, arguments: given === written ? readArguments(given) : given }];
}

/** A model's words: what is no JSON stays text. */
function readArguments(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}
