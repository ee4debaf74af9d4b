import { useEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../src/shared/l10n';
import type { CurrentThread } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';
import { IconButton } from './iconButton';
import { Menu, type MenuItem } from './menu';
import { usePage } from './page';
import { threadItems } from './threadItems';
import { TitleField } from './titleField';

interface HeaderProps {
  readonly thread: CurrentThread | undefined;
  readonly historyOpen: boolean;
  readonly onHistory: () => void;
  readonly onNew: () => void;
  readonly onDelete: (thread: CurrentThread) => void;
}

/** Title of the chat, which a double click or F2 changes, the way to the other chats, and what can be done with this one. */
export function Header({ thread, historyOpen, onHistory, onNew, onDelete }: HeaderProps) {
  const { perform } = usePage();
  const [renaming, setRenaming] = useState(false);
  const root = useRef<HTMLElement>(null);
  const canRename = thread !== undefined && !historyOpen;
  const rename = () => {
    if (canRename) setRenaming(true);
  };
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'F2' || event.defaultPrevented || !canRename) return;
      event.preventDefault();
      setRenaming(true);
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [canRename]);
  useEffect(() => setRenaming(false), [thread?.id, historyOpen]);

  const shown = historyOpen ? t('Chats') : makeVisible(thread === undefined || thread.title === '' ? t('New chat') : thread.title);
  const openInEditor: MenuItem = { icon: 'go-to-file', label: t('Open in editor'), onPress: () => perform({ type: 'history', request: { type: 'open-in-editor' } }) };
  const items = thread === undefined ? [openInEditor] : threadItems({ ...thread, pinned: thread.pinned ?? false, archived: thread.archived ?? false, perform, onRename: rename, onDelete: () => onDelete(thread) });
  return (
    <header class="header" ref={root}>
      {historyOpen ? <IconButton icon="arrow-left" label={t('Back to the chat')} onPress={onHistory} /> : null}
      {renaming && canRename ? (
        <TitleField
          title={makeVisible(thread.title)}
          label={t('Title of the chat')}
          onEnd={(title) => {
            setRenaming(false);
            root.current?.querySelector<HTMLElement>('[aria-haspopup="menu"]')?.focus();
            if (title !== undefined) perform({ type: 'history', request: { type: 'rename-thread', threadId: thread.id, title } }, t('Renamed'));
          }}
        />
      ) : (
        <h1 class="row-title" title={canRename ? `${shown}\n${t('Double click or F2 to rename')}` : shown} onDblClick={rename}>
          {shown}
        </h1>
      )}
      {historyOpen ? null : <IconButton icon="history" label={t('Chats')} expanded={historyOpen} onPress={onHistory} />}
      <IconButton icon="add" label={t('New chat')} onPress={onNew} />
      {historyOpen ? null : <Menu label={t('More about this chat')} items={items} />}
    </header>
  );
}
