import type { ToolCall } from '../../core/model/message';

/** Tool calls of an answer, each with an id of its own: the answer to a call is found by it. A missing or repeated one is replaced. */
export function withIds(calls: readonly (Omit<ToolCall, 'id'> & { readonly id: string | undefined })[], makeId: () => string): readonly ToolCall[] {
  const taken = new Set<string>();
  return calls.map((call) => {
    const id = call.id !== undefined && !taken.has(call.id) ? call.id : makeId();
    taken.add(id);
    return { ...call, id };
  });
}
