import type { Citation } from '../../core/model/ask';
import { readCitations } from '../http/readCitations';
import { type JsonObject, listOf, numberOf, objectOf, textOf } from '../http/jsonValue';
import type { ThoughtPart } from './sealedThoughts';

/** What one event of the stream, or one whole answer, says. */
export interface Chunk {
  /** A message begins. A second one in a stream is another answer. */
  readonly begins: boolean;
  readonly text: string;
  readonly reasoning: string;
  /** The same, as it must go back: with its signatures, and with what nobody may read. */
  readonly thoughts: readonly ThoughtPart[];
  readonly tools: readonly ToolPart[];
  readonly citations: readonly Citation[];
  readonly stopReason: string | undefined;
  /** As sent: figures so far, never to be added up. */
  readonly usage: unknown;
  /** The message is over. */
  readonly ends: boolean;
  /** As sent, when the event is an error and not an answer. */
  readonly error: unknown;
}

/** A part of a tool call. The first has id and name, and may have the whole input; the others text to be joined. */
export interface ToolPart {
  readonly index: number;
  readonly id: string | undefined;
  readonly name: string | undefined;
  /** The input in one piece, as JSON text. */
  readonly input: string | undefined;
  readonly partial: string;
}

/**
 * Reads a parsed event. Total: what is missing or of another type is absent. Events nobody knows say nothing, as the
 * vendor asks of clients: new ones are added without notice. The provider's own tools are never offered, so their blocks
 * say nothing either.
 */
export function fromChunk(value: unknown): Chunk {
  const event = objectOf(value);
  if (event === undefined) return nothing;
  const index = numberOf(event['index']) ?? 0;
  switch (event['type']) {
    case 'message_start':
      return { ...nothing, begins: true, usage: objectOf(event['message'])?.['usage'] };
    case 'content_block_start':
      return { ...nothing, ...fromBlock(objectOf(event['content_block']), index) };
    case 'content_block_delta':
      return { ...nothing, ...fromDelta(objectOf(event['delta']), index) };
    case 'message_delta':
      return { ...nothing, stopReason: textOf(objectOf(event['delta'])?.['stop_reason']), usage: event['usage'] };
    case 'message_stop':
      return { ...nothing, ends: true };
    case 'error':
      return { ...nothing, error: event };
    case 'message':
      return fromMessage(event);
    default:
      // A gateway's error without the type.
      return event['error'] === undefined || event['error'] === null ? nothing : { ...nothing, error: event };
  }
}

const nothing: Chunk = { begins: false, text: '', reasoning: '', thoughts: [], tools: [], citations: [], stopReason: undefined, usage: undefined, ends: false, error: undefined };

/** An answer in one piece, of a server that ignores `stream`. */
function fromMessage(message: JsonObject): Chunk {
  const blocks = listOf(message['content']).map((block, index) => fromBlock(objectOf(block), index));
  return {
    ...nothing,
    begins: true,
    text: blocks.map((block) => block.text ?? '').join(''),
    reasoning: blocks.map((block) => block.reasoning ?? '').join(''),
    thoughts: blocks.flatMap((block) => block.thoughts ?? []),
    tools: blocks.flatMap((block) => block.tools ?? []),
    citations: blocks.flatMap((block) => block.citations ?? []),
    stopReason: textOf(message['stop_reason']),
    usage: message['usage'],
    ends: true,
  };
}

function fromBlock(block: JsonObject | undefined, index: number): Partial<Chunk> {
  switch (block?.['type']) {
    case 'text':
      return { text: textOf(block['text']) ?? '', citations: readCitations(block['citations']) };
    case 'thinking': {
      const text = textOf(block['thinking']);
      return { reasoning: text ?? '', thoughts: [{ index, text, signature: textOf(block['signature']) }] };
    }
    case 'redacted_thinking':
      return { thoughts: [{ index, redacted: textOf(block['data']) }] };
    case 'tool_use': {
      const input = objectOf(block['input']);
      // Empty where the input follows in pieces.
      const whole = input === undefined || Object.keys(input).length === 0 ? undefined : JSON.stringify(input);
      return { tools: [{ index, id: textOf(block['id']), name: textOf(block['name']), input: whole, partial: '' }] };
    }
    default:
      return {};
  }
}

function fromDelta(delta: JsonObject | undefined, index: number): Partial<Chunk> {
  switch (delta?.['type']) {
    case 'text_delta':
      return { text: textOf(delta['text']) ?? '' };
    case 'thinking_delta': {
      const text = textOf(delta['thinking']);
      return { reasoning: text ?? '', thoughts: [{ index, text }] };
    }
    case 'signature_delta':
      return { thoughts: [{ index, signature: textOf(delta['signature']) }] };
    case 'citations_delta':
      return { citations: readCitations([delta['citation']]) };
    case 'input_json_delta':
      return { tools: [{ index, id: undefined, name: undefined, input: undefined, partial: textOf(delta['partial_json']) ?? '' }] };
    default:
      return {};
  }
}
