import { listOf, objectOf, textOf } from '../http/jsonValue';

/** What one line of an answer says. */
export interface Chunk {
  readonly text: string;
  readonly reasoning: string;
  readonly toolCalls: readonly WholeToolCall[];
  /** The last line, which also holds the counts. */
  readonly done: boolean;
  readonly doneReason: string | undefined;
  /** As sent, when the line is an error and not an answer. */
  readonly error: unknown;
}

/** Ollama sends each tool call whole, in one line. Only newer versions give it an id. */
export interface WholeToolCall {
  readonly id: string | undefined;
  readonly name: string;
  /** JSON text. */
  readonly arguments: string;
}

/** Reads a parsed line. Total: what is missing or of another type is absent. */
export function fromChunk(value: unknown): Chunk {
  const line = objectOf(value);
  const message = objectOf(line?.['message']);
  return {
    text: textOf(message?.['content']) ?? '',
    // Servers that imitate Ollama keep the name their own model uses.
    reasoning: textOf(message?.['thinking']) ?? textOf(message?.['reasoning_content']) ?? '',
    toolCalls: listOf(message?.['tool_calls']).flatMap(readToolCall),
    done: line?.['done'] === true,
    doneReason: textOf(line?.['done_reason']),
    error: textOf(line?.['error']) ?? objectOf(line?.['error']),
  };
}

function readToolCall(value: unknown): readonly WholeToolCall[] {
  const call = objectOf(value);
  const named = objectOf(call?.['function']);
  const name = textOf(named?.['name']);
  // A call without a name cannot be made.
  if (name === undefined) return [];
  const given = named?.['arguments'];
  const text = typeof given === 'string' ? given : JSON.stringify(given ?? {});
  return [{ id: textOf(call?.['id']), name, arguments: text === '' ? '{}' : text }];
}
