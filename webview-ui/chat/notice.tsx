import { useId } from 'preact/hooks';
import { t } from '../../src/shared/l10n';
import type { NoticeView } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';
import { codicon } from './codicon';
import { IconButton } from './iconButton';
import { usePage } from './page';

const icons = { info: 'info', warning: 'warning', error: 'error' } as const;

/** A sentence above the conversation with what can be done about it. The host's notices go when the host takes them back; `onAction` does what the page itself offers. */
export function Notice({ notice, onAction, onDismiss }: { notice: NoticeView; onAction?: () => void; onDismiss?: () => void }) {
  const { perform } = usePage();
  const sentenceId = useId();
  return (
    <aside class={`notice notice-${notice.level}`} aria-labelledby={sentenceId}>
      {codicon(icons[notice.level])}
      <div class="notice-body">
        <span id={sentenceId}>{makeVisible(notice.sentence)}</span>
        {notice.actions.length === 0 ? null : (
          <span class="buttons">
            {notice.actions.map((action) => (
              <button key={action.id} type="button" class="button secondary" onClick={onAction ?? (() => perform({ type: 'action', action: action.id }))}>
                {makeVisible(action.label)}
              </button>
            ))}
          </span>
        )}
      </div>
      {onDismiss === undefined ? null : <IconButton icon="close" label={t('Dismiss')} onPress={onDismiss} />}
    </aside>
  );
}
