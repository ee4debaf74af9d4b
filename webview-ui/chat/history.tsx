import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { HistoryView, HitView, SearchView, ThreadGroup, ThreadView } from '../../src/shared/historyProtocol';
import { t } from '../../src/shared/l10n';
import { makeVisible } from '../../src/shared/visibleText';
import { codicon } from './codicon';
import { rowOf, stopsOf, useFocusKeeper } from './focusKeeper';
import './history.css';
import { IconButton } from './iconButton';
import { usePage } from './page';
import type { Find } from './places';
import { SearchHits } from './searchHits';
import { Seen } from './seen';
import { type Gone, groupRows } from './threadGroups';
import { ThreadRow } from './threadRow';
import type { Taken } from './useTaken';

interface HistoryProps {
  readonly threads: readonly ThreadView[];
  readonly history: HistoryView;
  readonly search: SearchView | undefined;
  readonly currentId: string | undefined;
  readonly taken: Taken;
  readonly onClose: () => void;
  /** Called before another conversation is opened. */
  readonly onLeave: () => void;
  /** A message was found: it is to be shown. */
  readonly onFound: (find: Find) => void;
  readonly onProblem: (error: unknown) => void;
}

/** While somebody types, the host is asked this long after the last letter, in milliseconds. */
const searchPauseMs = 100;

function groupName(group: ThreadGroup): string {
  switch (group) {
    case 'pinned':
      return t('Pinned');
    case 'today':
      return t('Today');
    case 'yesterday':
      return t('Yesterday');
    case 'earlier':
      return t('Earlier');
    case 'archived':
      return t('Archived');
  }
}

/**
 * The stored conversations in groups, the archived by themselves, and a search in all of them. Up and Down move, Enter opens, F2 renames, Delete
 * deletes, Escape ends the search or goes back. One row at a time is a stop of the Tab key, with its buttons.
 */
export function History({ threads, history, search, currentId, taken, onClose, onLeave, onFound, onProblem }: HistoryProps) {
  const { request, perform, announce } = usePage();
  const { query, write, found, isNew } = useSearch(search, onProblem);
  const [gone, setGone] = useState<Gone>();
  const [renaming, setRenaming] = useState<string>();
  const [active, setActive] = useState(currentId);
  const root = useRef<HTMLElement>(null);
  const field = useRef<HTMLInputElement>(null);

  const ofArchived = history.archived === 'unfolded';
  const groups = groupRows(threads, gone, taken.howOf).filter(({ group }) => (group === 'archived') === ofArchived);
  const ids = groups.flatMap(({ rows }) => rows.flatMap((row) => (row.type === 'thread' ? [row.thread.id] : [])));
  const stop = active !== undefined && ids.includes(active) ? active : ids[0];

  // The row that is open, else the first; where nothing is, the search.
  useLayoutEffect(() => {
    (rowOf(root.current, currentId) ?? stopsOf(root.current)[0] ?? field.current)?.focus();
  }, []);
  const focusNext = useFocusKeeper(root);

  const open = (threadId: string) => {
    onLeave();
    perform({ type: 'open-thread', threadId });
    onClose();
  };
  const openHit = ({ threadId, messageId }: HitView) => {
    onLeave();
    if (threadId !== currentId) perform({ type: 'open-thread', threadId });
    if (messageId === undefined) onClose();
    else onFound({ threadId, messageId, query });
  };
  /** Takes a row out, with a way back in its place. */
  const take = (thread: ThreadView, how: Gone['how']) => {
    focusNext.current = 'undo';
    const done = request(how === 'deleted' ? { type: 'delete-thread', threadId: thread.id } : { type: 'history', request: { type: 'archive-thread', threadId: thread.id, archived: true } });
    taken.take(thread.id, how, done);
    setGone({ thread, index: ids.indexOf(thread.id), how });
    done.then(
      () => announce(how === 'deleted' ? t('Chat deleted. Undo is available.') : t('Chat archived. Undo is available.')),
      (error: unknown) => {
        setGone((now) => (now?.thread.id === thread.id ? undefined : now));
        onProblem(error);
      },
    );
  };
  const putBack = ({ thread, how }: Gone) => {
    focusNext.current = thread.id;
    taken.putBack(thread.id);
    setGone(undefined);
    if (how === 'deleted') perform({ type: 'restore-thread', threadId: thread.id }, t('Chat restored'));
    else perform({ type: 'history', request: { type: 'archive-thread', threadId: thread.id, archived: false } }, t('Chat restored'));
  };
  const move = (event: KeyboardEvent) => {
    const stops = stopsOf(root.current);
    const row = event.target instanceof Element ? event.target.closest('li') : null;
    const at = stops.findIndex((one) => row?.contains(one));
    const next = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: stops.length - 1 }[event.key];
    if (next === undefined || at === -1) return;
    event.preventDefault();
    if (next < 0) field.current?.focus();
    else stops[Math.min(stops.length - 1, next)]?.focus();
  };
  const onSearchKey = (event: KeyboardEvent) => {
    if (event.isComposing) return;
    if (event.key === 'ArrowDown') stopsOf(root.current)[0]?.focus();
    else if (event.key === 'Enter' && isNew && found?.hits[0]) openHit(found.hits[0]);
    else if (event.key === 'Escape' && query !== '') write('');
    else return;
    event.preventDefault();
  };
  const more = (of: 'list' | 'archived' | 'hits') => perform({ type: 'history', request: { type: 'more', of } });

  return (
    <main class="history" ref={root}>
      <div class="history-search" role="search">
        {codicon('search')}
        <input ref={field} type="text" role="searchbox" maxLength={500} value={query} aria-label={t('Search in all chats')} placeholder={t('Search in all chats')} onInput={(event) => write(event.currentTarget.value)} onKeyDown={onSearchKey} />
        {query === '' ? null : (
          <IconButton
            icon="close"
            label={t('Clear the search')}
            onPress={() => {
              write('');
              field.current?.focus();
            }}
          />
        )}
      </div>
      <div class="history-rows" onKeyDown={move}>
        {found !== undefined ? (
          <SearchHits found={found} onOpen={openHit} onMore={() => more('hits')} />
        ) : groups.length === 0 && history.archived === 'none' ? (
          <p class="muted history-empty">{history.unread === true ? t('The chats could not be read. The log says why.') : t('No chats yet. Your first question starts one.')}</p>
        ) : (
          <ul aria-label={t('Chats')}>
            {groups.map(({ group, rows }) => (
              <li key={group} class="thread-group">
                <h2>{groupName(group)}</h2>
                <ul aria-label={groupName(group)}>
                  {rows.map((row) =>
                    row.type === 'gone' ? (
                      <li key="gone" class="thread thread-gone">
                        <span class="thread-title muted">{row.gone.how === 'deleted' ? t('Deleted “{0}”', makeVisible(row.gone.thread.title)) : t('Archived “{0}”', makeVisible(row.gone.thread.title))}</span>
                        <button type="button" class="text-button undo" data-stop="undo" onClick={() => putBack(row.gone)}>
                          {t('Undo')}
                        </button>
                      </li>
                    ) : (
                      <ThreadRow
                        key={row.thread.id}
                        thread={row.thread}
                        current={row.thread.id === currentId}
                        stop={row.thread.id === stop}
                        renaming={row.thread.id === renaming}
                        onFocus={() => setActive(row.thread.id)}
                        onOpen={() => open(row.thread.id)}
                        onTake={(how) => take(row.thread, how)}
                        onUnarchive={() => putBack({ thread: row.thread, index: 0, how: 'archived' })}
                        onRename={(begin) => {
                          if (!begin) focusNext.current = row.thread.id;
                          setRenaming(begin ? row.thread.id : undefined);
                        }}
                      />
                    ),
                  )}
                </ul>
              </li>
            ))}
          </ul>
        )}
        {found === undefined && (ofArchived ? history.moreArchived : history.more) ? <Seen key={`${ofArchived} ${threads.length}`} onSeen={() => more(ofArchived ? 'archived' : 'list')} /> : null}
      </div>
      {found !== undefined || history.archived === 'none' ? null : (
        <p class="history-foot">
          <button type="button" class="disclosure-button" aria-expanded={ofArchived} onClick={() => perform({ type: 'history', request: { type: 'unfold-archived', unfolded: !ofArchived } })}>
            {codicon(ofArchived ? 'arrow-left' : 'archive')}
            {ofArchived ? t('All chats') : t('Archived')}
          </button>
        </p>
      )}
    </main>
  );
}

/** What is typed into the search, and what was found for it. The list is read anew before and after. */
function useSearch(search: SearchView | undefined, onProblem: (error: unknown) => void) {
  const { request, announce } = usePage();
  const [query, setQuery] = useState('');
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const write = (text: string) => {
    setQuery(text);
    clearTimeout(timer.current);
    timer.current = setTimeout(() => request({ type: 'history', request: { type: 'search', query: text } }).catch(onProblem), searchPauseMs);
  };
  useEffect(() => {
    const fromTheBeginning = () => void request({ type: 'history', request: { type: 'list' } }).catch(onProblem);
    fromTheBeginning();
    return () => {
      clearTimeout(timer.current);
      fromTheBeginning();
    };
  }, []);
  const found = query.trim() === '' ? undefined : search;
  const isNew = found?.query === query;
  useEffect(() => {
    if (isNew) announce(found.hits.length === 0 ? t('Nothing found') : found.more ? t('More than {0} found', found.hits.length) : t('{0} found', found.hits.length));
  }, [isNew, found?.hits.length]);
  return { query, write, found, isNew };
}
