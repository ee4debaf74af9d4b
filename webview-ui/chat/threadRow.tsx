import { useState } from 'preact/hooks';
import type { ThreadView } from '../../src/shared/historyProtocol';
import { t } from '../../src/shared/l10n';
import { makeVisible } from '../../src/shared/visibleText';
import { IconButton } from './iconButton';
import { Menu } from './menu';
import { usePage } from './page';
import type { Gone } from './threadGroups';
import { threadItems } from './threadItems';
import { TitleField } from './titleField';

interface ThreadRowProps {
  readonly thread: ThreadView;
  /** It is the one that is open. */
  readonly current: boolean;
  /** The Tab key stops here. */
  readonly stop: boolean;
  readonly renaming: boolean;
  readonly onFocus: () => void;
  readonly onOpen: () => void;
  readonly onTake: (how: Gone['how']) => void;
  readonly onUnarchive: () => void;
  readonly onRename: (begin: boolean) => void;
}

/** One conversation of the list. In a narrow view its buttons are in its menu alone, which a right click opens as well. */
export function ThreadRow({ thread, current, stop, renaming, onFocus, onOpen, onTake, onUnarchive, onRename }: ThreadRowProps) {
  const { perform } = usePage();
  const [menuRequests, setMenuRequests] = useState(0);
  const title = makeVisible(thread.title);
  const pinned = thread.group === 'pinned';
  const tabIndex = stop ? 0 : -1;
  const rename = () => onRename(true);
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Delete' || (event.key === 'Backspace' && event.metaKey)) onTake('deleted');
    else if (event.key === 'F2') rename();
    else return;
    event.preventDefault();
  };
  const end = (next: string | undefined) => {
    onRename(false);
    if (next !== undefined) perform({ type: 'history', request: { type: 'rename-thread', threadId: thread.id, title: next } }, t('Renamed'));
  };
  return (
    <li
      class="thread"
      data-thread-id={thread.id}
      onFocusCapture={onFocus}
      onContextMenu={(event) => {
        event.preventDefault();
        setMenuRequests(menuRequests + 1);
      }}
    >
      {renaming ? (
        <TitleField title={title} label={t('New title of “{0}”', title)} onEnd={end} />
      ) : (
        <button type="button" class="thread-open" aria-current={current} tabIndex={tabIndex} onClick={onOpen} onKeyDown={onKeyDown}>
          <span class="thread-title">{title}</span>
          <span class="thread-when muted">
            {thread.running ? <span class="codicon codicon-loading spin" role="img" aria-label={t('Answering')} /> : null}
            {thread.demo ? <span class="tag">{t('demo')}</span> : null}
            <span>{makeVisible(thread.when)}</span>
          </span>
        </button>
      )}
      {renaming ? null : (
        <span class="thread-tools">
          <IconButton icon={pinned ? 'pinned' : 'pin'} label={pinned ? t('Unpin “{0}”', title) : t('Pin “{0}”', title)} class="if-wide" tabIndex={tabIndex} onPress={() => perform({ type: 'history', request: { type: 'pin-thread', threadId: thread.id, pinned: !pinned } }, pinned ? t('Unpinned') : t('Pinned'))} />
          <IconButton icon="trash" label={t('Delete “{0}”', title)} class="if-wide" tabIndex={tabIndex} onPress={() => onTake('deleted')} />
          <Menu label={t('More about “{0}”', title)} tabIndex={tabIndex} openRequests={menuRequests} items={threadItems({ id: thread.id, pinned, archived: thread.group === 'archived', perform, onRename: rename, onDelete: () => onTake('deleted'), onArchive: thread.group === 'archived' ? onUnarchive : () => onTake('archived') })} />
        </span>
      )}
    </li>
  );
}
