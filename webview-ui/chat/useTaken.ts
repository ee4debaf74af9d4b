import { useEffect, useMemo, useRef } from 'preact/hooks';
import type { ThreadView } from '../../src/shared/historyProtocol';
import { forgetTaken, type Gone, type TakenRow } from './threadGroups';

/** Rows that were taken out of the list of chats: not to be seen again until the host's list is without them, however late that is. */
export interface Taken {
  readonly howOf: (id: string) => Gone['how'] | undefined;
  /** `done` settles when the host has done it, or rejects when it has not. */
  readonly take: (id: string, how: Gone['how'], done: Promise<void>) => void;
  readonly putBack: (id: string) => void;
}

/** Outlives the list, which is opened and closed. */
export function useTaken(threads: readonly ThreadView[] | undefined): Taken {
  const now = useRef(threads);
  now.current = threads;
  const rows = useRef(new Map<string, TakenRow>()).current;
  const forget = () => forgetTaken(rows, now.current ?? []);
  useEffect(forget, [threads]);
  return useMemo(
    () => ({
      howOf: (id) => rows.get(id)?.how,
      take: (id, how, done) => {
        const row: TakenRow = { how, isDone: false };
        rows.set(id, row);
        done.then(
          () => {
            row.isDone = true;
            forget();
          },
          () => {
            if (rows.get(id) === row) rows.delete(id);
          },
        );
      },
      putBack: (id) => void rows.delete(id),
    }),
    [],
  );
}
