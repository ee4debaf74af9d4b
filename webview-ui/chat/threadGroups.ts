import type { ThreadGroup, ThreadView } from '../../src/shared/historyProtocol';

/** A row that has just been taken out of the list, and may come back. */
export interface Gone {
  readonly thread: ThreadView;
  /** Its place among the rows. */
  readonly index: number;
  readonly how: 'deleted' | 'archived';
}

/** A row that was taken out of the list. */
export interface TakenRow {
  readonly how: Gone['how'];
  /** The host has done it. Its list may still be one from before. */
  isDone: boolean;
}

export type Row = { readonly type: 'thread'; readonly thread: ThreadView } | { readonly type: 'gone'; readonly gone: Gone };

/** In the order in which they are shown. */
const groups: readonly ThreadGroup[] = ['pinned', 'today', 'yesterday', 'earlier', 'archived'];

/**
 * The rows under their headings, empty groups left out. In the place of the one that is gone stands what brings it back;
 * until the host has heard of it, the row itself must not be seen as well.
 */
export function groupRows(threads: readonly ThreadView[], gone: Gone | undefined, howTaken: (id: string) => Gone['how'] | undefined = () => undefined): readonly { readonly group: ThreadGroup; readonly rows: readonly Row[] }[] {
  const isGone = (thread: ThreadView) => isTaken(thread, thread.id === gone?.thread.id ? gone.how : howTaken(thread.id));
  const rows: Row[] = threads.filter((thread) => !isGone(thread)).map((thread) => ({ type: 'thread', thread }));
  if (gone) rows.splice(gone.index, 0, { type: 'gone', gone });
  const groupOf = (row: Row) => (row.type === 'thread' ? row.thread.group : row.gone.thread.group);
  return groups.map((group) => ({ group, rows: rows.filter((row) => groupOf(row) === group) })).filter(({ rows: some }) => some.length > 0);
}

/** An archived one is not gone: it is among the archived. */
function isTaken({ group }: ThreadView, how: Gone['how'] | undefined): boolean {
  return how === 'deleted' || (how === 'archived' && group !== 'archived');
}

/** Forgets what is done and no longer in the host's list: should it be there again, somebody has put it back. */
export function forgetTaken(taken: Map<string, TakenRow>, threads: readonly ThreadView[]): void {
  for (const [id, { how, isDone }] of taken) if (isDone && !threads.some((thread) => thread.id === id && isTaken(thread, how))) taken.delete(id);
}
