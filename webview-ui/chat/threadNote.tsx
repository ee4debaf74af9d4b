import { t } from '../../src/shared/l10n';
import type { CurrentThread } from '../../src/shared/protocol';
import { usePage } from './page';

/** Says of a conversation that it is archived, or was made from another, with the way back. */
export function ThreadNote({ thread: { id, archived = false, origin } }: { thread: CurrentThread }) {
  const { perform } = usePage();
  if (!archived && origin === undefined) return null;
  return (
    <aside class="thread-note muted" aria-label={t('About this chat')}>
      <span>{archived ? (origin === undefined ? t('This chat is archived.') : t('An earlier version, archived.')) : t('Forked from another chat.')}</span>
      {origin === undefined ? null : (
        <button type="button" class="text-button" onClick={() => perform({ type: 'open-thread', threadId: origin })}>
          {archived ? t('Open the newest') : t('Open that one')}
        </button>
      )}
      {archived ? (
        <button type="button" class="text-button" onClick={() => perform({ type: 'history', request: { type: 'archive-thread', threadId: id, archived: false } }, t('Back in the list of chats'))}>
          {t('Unarchive')}
        </button>
      ) : null}
    </aside>
  );
}
