import { t } from '../../src/shared/l10n';
import type { MenuItem } from './menu';
import type { Page } from './page';

interface ThreadItems {
  readonly id: string;
  readonly pinned: boolean;
  readonly archived: boolean;
  readonly perform: Page['perform'];
  readonly onRename: () => void;
  readonly onDelete: () => void;
  /** Where more has to be done than to tell the host. */
  readonly onArchive?: () => void;
}

/** What can be done with a conversation as a whole. */
export function threadItems({ id: threadId, pinned, archived, perform, onRename, onDelete, onArchive }: ThreadItems): readonly MenuItem[] {
  const archive = () => perform({ type: 'history', request: { type: 'archive-thread', threadId, archived: !archived } }, archived ? t('Back in the list of chats') : t('Archived'));
  return [
    { icon: 'edit', label: t('Rename'), shortcut: 'F2', onPress: onRename },
    { icon: pinned ? 'pinned' : 'pin', label: pinned ? t('Unpin') : t('Pin'), onPress: () => perform({ type: 'history', request: { type: 'pin-thread', threadId, pinned: !pinned } }, pinned ? t('Unpinned') : t('Pinned')) },
    { icon: archived ? 'inbox' : 'archive', label: archived ? t('Unarchive') : t('Archive'), onPress: onArchive ?? archive },
    { icon: 'go-to-file', label: t('Open in editor'), onPress: () => perform({ type: 'history', request: { type: 'open-in-editor', threadId } }) },
    { icon: 'export', label: t('Export…'), onPress: () => perform({ type: 'history', request: { type: 'export-thread', threadId } }) },
    { icon: 'trash', label: t('Delete'), onPress: onDelete },
  ];
}
