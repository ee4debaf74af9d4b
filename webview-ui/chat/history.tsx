import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ThreadView } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';
import { IconButton } from './iconButton';
import { usePage } from './page';

interface HistoryProps {
  readonly threads: readonly ThreadView[];
  readonly currentId: string | undefined;
  readonly onClose: () => void;
  /** Called before another conversation is opened. */
  readonly onLeave: () => void;
  readonly onProblem: (error: unknown) => void;
}

interface Deleted {
  readonly thread: ThreadView;
  readonly index: number;
}

/** The stored conversations, newest first. Up and Down move, Enter opens, Delete deletes, Escape goes back. */
export function History({ threads, currentId, onClose, onLeave, onProblem }: HistoryProps) {
  const { request, perform, announce } = usePage();
  const [deleted, setDeleted] = useState<Deleted>();
  const list = useRef<HTMLUListElement>(null);
  // While the host has not yet taken the deleted one out of its list, or has put it back, it must not be seen twice.
  const shown = deleted === undefined ? threads : threads.filter((thread) => thread.id !== deleted.thread.id);

  useLayoutEffect(() => {
    const rows = rowsOf(list.current);
    (rows.find((row) => row.getAttribute('aria-current') === 'true') ?? rows[0])?.focus();
  }, []);

  /** What loses its row hands the focus on: to Undo, and from there to the chat that comes back. */
  const focusNext = useRef<'undo' | { readonly threadId: string }>(undefined);
  useLayoutEffect(() => {
    const wanted = focusNext.current;
    if (wanted === undefined) return;
    const target = wanted === 'undo' ? list.current?.querySelector<HTMLElement>('.undo') : rowsOf(list.current).find((row) => row.dataset['threadId'] === wanted.threadId);
    if (target) focusNext.current = undefined;
    (target ?? rowsOf(list.current)[0])?.focus();
  });

  const open = (thread: ThreadView) => {
    onLeave();
    perform({ type: 'open-thread', threadId: thread.id });
    onClose();
  };
  const remove = (thread: ThreadView) => {
    const index = shown.indexOf(thread);
    focusNext.current = 'undo';
    setDeleted({ thread, index });
    request({ type: 'delete-thread', threadId: thread.id }).then(
      () => announce('Chat deleted. Undo is available.'),
      (error: unknown) => {
        setDeleted(undefined);
        onProblem(error);
      },
    );
  };
  const restore = ({ thread }: Deleted) => {
    focusNext.current = { threadId: thread.id };
    setDeleted(undefined);
    perform({ type: 'restore-thread', threadId: thread.id }, 'Chat restored');
  };
  const move = (event: KeyboardEvent) => {
    const step = event.key === 'ArrowDown' ? 1 : event.key === 'ArrowUp' ? -1 : 0;
    if (step === 0) return;
    const stops = [...(list.current?.querySelectorAll<HTMLElement>('.thread-open, .undo') ?? [])];
    const row = event.target instanceof Element ? event.target.closest('li') : null;
    const at = stops.findIndex((stop) => row?.contains(stop));
    stops[Math.min(stops.length - 1, Math.max(0, at + step))]?.focus();
    event.preventDefault();
  };

  const rows = shown.map((thread) => (
    <li key={thread.id} class="thread">
      <button
        type="button"
        class="thread-open"
        aria-current={thread.id === currentId}
        data-thread-id={thread.id}
        onClick={() => open(thread)}
        onKeyDown={(event) => {
          if (event.key === 'Delete' || (event.key === 'Backspace' && event.metaKey)) remove(thread);
        }}
      >
        <span class="thread-title">{makeVisible(thread.title)}</span>
        <span class="thread-when muted">
          {thread.running ? <span class="codicon codicon-loading spin" role="img" aria-label="Answering" /> : null}
          {thread.demo ? <span class="tag">demo</span> : null}
          <span>{makeVisible(thread.when)}</span>
        </span>
      </button>
      <IconButton icon="trash" label={`Delete “${makeVisible(thread.title)}”`} class="thread-delete" onPress={() => remove(thread)} />
    </li>
  ));
  if (deleted !== undefined) {
    rows.splice(
      deleted.index,
      0,
      <li key="deleted" class="thread thread-deleted">
        <span class="thread-title muted">Deleted “{makeVisible(deleted.thread.title)}”</span>
        <button type="button" class="text-button undo" onClick={() => restore(deleted)}>
          Undo
        </button>
      </li>,
    );
  }
  return (
    <main class="history">
      {rows.length === 0 ? (
        <p class="muted history-empty">No chats yet. Your first question starts one.</p>
      ) : (
        <ul ref={list} aria-label="Chats" onKeyDown={move}>
          {rows}
        </ul>
      )}
    </main>
  );
}

function rowsOf(list: HTMLElement | null): HTMLElement[] {
  return [...(list?.querySelectorAll<HTMLElement>('.thread-open') ?? [])];
}
