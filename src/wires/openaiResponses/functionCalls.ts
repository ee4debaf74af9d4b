import type { ToolCall } from '../../core/model/message';
import { withIds } from '../http/withIds';
import type { CallPart } from './fromChunk';

interface OpenCall {
  readonly item: CallPart['item'];
  id: string | undefined;
  readonly name: string;
  whole: string | undefined;
  joined: string;
}

/** Puts function calls together. What is sent whole, at the end of a call or of the answer, counts more than the pieces. */
export class FunctionCalls {
  /** Characters held; the caller sets the bound. */
  length = 0;
  readonly #calls: OpenCall[] = [];

  add({ item, id, name, whole, partial }: CallPart): void {
    const open = this.#calls.findLast((call) => (item !== undefined && call.item === item) || (id !== undefined && call.id === id));
    if (open === undefined) {
      // A piece of an item that is no call of ours belongs to none.
      if (name !== undefined) this.#calls.push({ item, id, name, whole, joined: partial });
    } else {
      open.id ??= id;
      open.whole = whole ?? open.whole;
      open.joined += partial;
    }
    this.length += partial.length + (open === undefined ? (whole?.length ?? 0) : 0);
  }

  /** The finished calls, in order. A missing or repeated id is replaced by one from `makeId`. */
  calls(makeId: () => string): readonly ToolCall[] {
    return withIds(
      this.#calls.map(({ id, name, whole, joined }) => ({ id, name, arguments: whole ?? (joined === '' ? '{}' : joined) })),
      makeId,
    );
  }
}
