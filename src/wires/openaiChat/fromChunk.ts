import type { Citation } from '../../core/model/ask';
import { readCitations } from '../http/readCitations';
import { listOf, numberOf, objectOf, textOf, type JsonObject } from '../http/jsonValue';
import { extraOf } from './reasoningBack';

/** What one chunk, or one whole answer, says. */
export interface Chunk {
  readonly text: string;
  readonly reasoning: string;
  /** OpenRouter's list of it, as sent. */
  readonly details: readonly unknown[];
  /** The model's own words for declining. */
  readonly refusal: string;
  readonly toolCalls: readonly ToolCallDelta[];
  readonly citations: readonly Citation[];
  readonly finishReason: string | undefined;
  /** As sent; the last one that makes sense counts. */
  readonly usage: unknown;
  /** How the call is served, as sent. */
  readonly tier: unknown;
  /** As sent, when the chunk is an error and not an answer. */
  readonly error: unknown;
}

/** A part of a tool call, as sent. */
export interface ToolCallDelta {
  readonly index: number | undefined;
  readonly id: string | undefined;
  readonly name: string | undefined;
  readonly arguments: string;
  /** What it carries for its vendor. */
  readonly extra: JsonObject | undefined;
}

/**
 * Reads a parsed chunk of any vendor of this protocol. Total: what is missing or of another type is absent. Only the
 * first choice is read, because only one is ever asked for.
 */
export function fromChunk(value: unknown): Chunk {
  const chunk = objectOf(value);
  if (chunk === undefined) return nothing;
  const error = readError(chunk);
  const choice = firstChoice(chunk);
  // A server that ignores `stream` answers with `message`, one for plain completions with `text`.
  const delta = objectOf(choice?.['delta']) ?? objectOf(choice?.['message']);
  const content = readContent(delta?.['content'] ?? choice?.['text']);
  return {
    text: content.text,
    // DeepSeek and most say `reasoning_content`, OpenRouter, Groq and Together `reasoning`; some say both, with the same text.
    reasoning: textOf(delta?.['reasoning_content']) ?? textOf(delta?.['reasoning']) ?? (content.reasoning === '' ? detailsOf(delta?.['reasoning_details']) : content.reasoning),
    details: listOf(delta?.['reasoning_details']),
    refusal: textOf(delta?.['refusal']) ?? '',
    toolCalls: readToolCalls(delta),
    citations: readCitations(delta?.['annotations'], chunk['citations'], chunk['search_results']),
    finishReason: textOf(choice?.['finish_reason']),
    // Groq puts usage into `x_groq`, Moonshot into the choice.
    usage: chunk['usage'] ?? objectOf(chunk['x_groq'])?.['usage'] ?? choice?.['usage'],
    tier: chunk['service_tier'],
    error: error ?? choice?.['error'] ?? objectOf(chunk['x_groq'])?.['error'],
  };
}

const nothing: Chunk = { text: '', reasoning: '', details: [], refusal: '', toolCalls: [], citations: [], finishReason: undefined, usage: undefined, tier: undefined, error: undefined };

function firstChoice(chunk: JsonObject): JsonObject | undefined {
  for (const value of listOf(chunk['choices'])) {
    const choice = objectOf(value);
    if (choice !== undefined && (choice['index'] ?? 0) === 0) return choice;
  }
  return undefined;
}

/** vLLM says `object: "error"`, others send nothing but a `detail` or a `message`. */
function readError(chunk: JsonObject): unknown {
  const error = chunk['error'];
  // Some servers have an empty `error` in every chunk.
  if (textOf(error) !== undefined || listOf(error).length > 0 || Object.keys(objectOf(error) ?? {}).length > 0) return chunk;
  if (chunk['object'] === 'error' || chunk['type'] === 'error') return chunk;
  if (chunk['choices'] === undefined && (textOf(chunk['detail']) !== undefined || listOf(chunk['detail']).length > 0)) return chunk;
  return undefined;
}

/** Text, or Mistral's list of parts, in which reasoning is a part of type `thinking`. */
function readContent(content: unknown): { readonly text: string; readonly reasoning: string } {
  if (typeof content === 'string') return { text: content, reasoning: '' };
  let text = '';
  let reasoning = '';
  for (const value of listOf(content)) {
    const part = objectOf(value);
    if (part?.['type'] === 'thinking') reasoning += readContent(part['thinking']).text;
    else text += textOf(part?.['text']) ?? '';
  }
  return { text, reasoning };
}

/** OpenRouter's list of parts, which stands beside the plain field, or alone. What is encrypted says nothing. */
function detailsOf(details: unknown): string {
  return listOf(details).map((value) => textOf(objectOf(value)?.['text']) ?? textOf(objectOf(value)?.['summary']) ?? '').join('');
}

function readToolCalls(delta: JsonObject | undefined): readonly ToolCallDelta[] {
  const calls = listOf(delta?.['tool_calls']).flatMap((value) => {
    const call = objectOf(value);
    return call === undefined ? [] : [readToolCall(call, objectOf(call['function']) ?? call)];
  });
  if (calls.length > 0) return calls;
  // The field before tools: at most one call, without an id.
  const legacy = objectOf(delta?.['function_call']);
  return legacy === undefined ? [] : [readToolCall({ index: 0 }, legacy)];
}

function readToolCall(call: JsonObject, named: JsonObject): ToolCallDelta {
  const given = named['arguments'];
  return {
    index: numberOf(call['index']),
    id: textOf(call['id']),
    name: textOf(named['name']),
    arguments: typeof given === 'string' ? given : given === undefined || given === null ? '' : JSON.stringify(given),
    extra: extraOf(call),
  };
}
