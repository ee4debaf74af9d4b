import type { ToolCall } from '../../core/model/message';
import { withIds } from '../http/withIds';
import type { ToolPart } from './fromChunk';

interface OpenCall {
  readonly index: number;
  readonly id: string | undefined;
  readonly name: string;
  readonly whole: string | undefined;
  joined: string;
}

/** Puts the inputs of tool calls together. A block's index tells which call a piece belongs to. */
export class ToolInputs {
  /** Characters held; the caller sets the bound. */
  length = 0;
  readonly #calls: OpenCall[] = [];

  add({ index, id, name, input, partial }: ToolPart): void {
    this.length += partial.length + (input?.length ?? 0);
    if (name !== undefined) this.#calls.push({ index, id, name, whole: input, joined: partial });
    else {
      // A piece of a block that is no call of ours, such as the provider's own search, belongs to none.
      const open = this.#calls.findLast((call) => call.index === index);
      if (open !== undefined) open.joined += partial;
    }
  }

  /** The finished calls, in order. A missing or repeated id is replaced by one from `makeId`. */
  calls(makeId: () => string): readonly ToolCall[] {
    return withIds(
      this.#calls.map(({ id, name, whole, joined }) => ({ id, name, arguments: joined === '' ? (whole ?? '{}') : joined })),
      makeId,
    );
  }
}
