import type { ToolCall } from '../../core/model/message';
import type { ToolCallDelta } from './fromChunk';
import { type JsonObject, parseJson } from '../http/jsonValue';
import { withIds } from '../http/withIds';

interface OpenCall {
  readonly index: number | undefined;
  id: string | undefined;
  name: string | undefined;
  arguments: string;
  extra: JsonObject | undefined;
}

/**
 * Puts tool calls together from their parts. The protocol says that `index` tells which call a part belongs to, that the
 * first part has id and name, and that arguments are text to be joined. Seen otherwise: no index at all (Ollama), index 0
 * for every call of several (Gemini), a new id in every part (vLLM), the name again in every part or late, no id, and
 * arguments as one object.
 */
export class ToolCallAssembly {
  /** Characters of arguments held; the caller sets the bound. */
  length = 0;
  /** What the finished calls carry for their vendor, by their ids. */
  extras: ReadonlyMap<string, JsonObject> = new Map();
  readonly #calls: OpenCall[] = [];

  add(delta: ToolCallDelta): void {
    this.length += delta.arguments.length;
    const open = this.#open(delta);
    if (open === undefined || startsAnother(open, delta)) {
      this.#calls.push({ index: delta.index, id: delta.id, name: delta.name, arguments: delta.arguments, extra: delta.extra });
      return;
    }
    open.id ??= delta.id;
    open.extra ??= delta.extra;
    if (open.name === undefined) open.name = delta.name;
    // A name in pieces comes before the arguments; a name again is only an echo.
    else if (delta.name !== undefined && delta.name !== open.name && open.arguments === '') open.name += delta.name;
    open.arguments += delta.arguments;
  }

  /**
   * The finished calls, in order. A call that never got a name cannot be made and is left out; a missing or repeated id
   * is replaced by one from `makeId`, because the answer to a call is found by its id.
   */
  calls(makeId: () => string): readonly ToolCall[] {
    const named = this.#calls.flatMap(({ id, name, arguments: text, extra }) => (name === undefined ? [] : [{ call: { id, name, arguments: text === '' ? '{}' : text }, extra }]));
    const made = withIds(named.map(({ call }) => call), makeId);
    this.extras = new Map(made.flatMap(({ id }, index): [string, JsonObject][] => {
      const extra = named[index]?.extra;
      return extra === undefined ? [] : [[id, extra]];
    }));
    return made;
  }

  #open(delta: ToolCallDelta): OpenCall | undefined {
    if (delta.index !== undefined) return this.#calls.findLast((call) => call.index === delta.index);
    return this.#calls.findLast((call) => delta.id !== undefined && call.id === delta.id) ?? this.#calls.at(-1);
  }
}

function startsAnother(open: OpenCall, delta: ToolCallDelta): boolean {
  if (delta.name === undefined || open.name === undefined) return false;
  if (delta.id !== undefined && open.id !== undefined) return delta.id !== open.id;
  // Without ids: another part can only be a new call once the arguments of the open one are whole.
  return delta.arguments !== '' && open.arguments !== '' && parseJson(open.arguments) !== undefined;
}
