import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import { t } from '../../src/shared/l10n';
import type { MessageView } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';
import { codicon } from './codicon';
import { SentContext } from './context/sentContext';
import { IconButton } from './iconButton';
import { memo } from './memo';
import { usePage } from './page';
import './question.css';

/** What was asked, with what can be done with it: shown when the pointer or the focus is there, in room that is always kept. */
export const Question = memo(function Question({ message, busy }: { message: MessageView; busy: boolean }) {
  const { perform, edited, keepEdited } = usePage();
  const root = useRef<HTMLElement>(null);
  const [editing, setEditing] = useState(() => edited()?.messageId === message.id);
  const text = makeVisible(message.text);
  const end = () => {
    keepEdited(undefined);
    setEditing(false);
  };
  useLayoutEffect(() => {
    // Taken back: the focus was in what is gone.
    if (!editing && document.hasFocus() && document.activeElement === document.body) root.current?.querySelector<HTMLElement>('.question-tools button')?.focus();
  }, [editing]);
  return (
    <article class="question" data-message-id={message.id} ref={root}>
      <h2 class="for-screen-readers">{t('You asked')}</h2>
      {editing ? <Editor message={message} busy={busy} onEnd={end} /> : <div class="bubble">{text}</div>}
      {message.context === undefined ? null : <SentContext messageId={message.id} items={message.context} />}
      {editing ? null : (
        <div class="question-tools" role="group" aria-label={t('About this question')}>
          {message.earlier === undefined ? null : <Earlier threadId={message.earlier} />}
          <IconButton icon="edit" label={t('Edit')} description={t('What followed is kept as an earlier version')} onPress={() => setEditing(true)} />
          <IconButton icon="copy" label={t('Copy question')} done={t('Copied')} onPress={() => perform({ type: 'copy', text: makeVisible(message.sent ?? message.text) }, t('Copied'))} />
          <Fork messageId={message.id} />
        </div>
      )}
    </article>
  );
});

function Earlier({ threadId }: { threadId: string }) {
  const { perform } = usePage();
  return (
    <button type="button" class="text-button earlier" title={t('This question was edited. What stood here before is kept, and is opened by this.')} onClick={() => perform({ type: 'open-thread', threadId })}>
      {codicon('history')}
      {t('Earlier version')}
    </button>
  );
}

/** A new chat with the messages up to this one. */
export function Fork({ messageId }: { messageId: string }) {
  const { perform } = usePage();
  return <IconButton icon="repo-forked" label={t('Fork from here')} description={t('A new chat with the messages up to this one')} onPress={() => perform({ type: 'history', request: { type: 'fork', messageId } }, t('A new chat with the messages up to here is open'))} />;
}

/** Asks the question of an answer that is not the last anew. */
export function Regenerate({ messageId, busy }: { messageId: string; busy: boolean }) {
  const { perform } = usePage();
  return <IconButton icon="refresh" label={t('Regenerate from here')} description={t('What followed is kept as an earlier version')} disabled={busy} onPress={() => perform({ type: 'history', request: { type: 'regenerate', messageId } })} />;
}

/** Changes a question in its place: Enter sends it, Escape keeps it as it was. */
function Editor({ message, busy, onEnd }: { message: MessageView; busy: boolean; onEnd: () => void }) {
  const { request, report, edited, keepEdited } = usePage();
  const field = useRef<HTMLTextAreaElement>(null);
  const [text, setText] = useState(() => {
    const kept = edited();
    return kept?.messageId === message.id ? kept.text : makeVisible(message.sent ?? message.text);
  });
  useLayoutEffect(() => {
    const element = field.current;
    element?.focus({ preventScroll: true });
    element?.setSelectionRange(element.value.length, element.value.length);
    element?.closest('.question')?.scrollIntoView({ block: 'nearest' });
  }, []);
  const write = (next: string) => {
    setText(next);
    keepEdited({ messageId: message.id, text: next });
  };
  const send = () => {
    const element = field.current;
    const written = element?.value ?? text;
    if (busy || element === null || written.trim() === '') return;
    // The field goes when the question is asked; the focus stays in the conversation.
    element.closest<HTMLElement>('.messages')?.focus({ preventScroll: true });
    request({ type: 'history', request: { type: 'edit', messageId: message.id, text: written } }).then(
      () => keepEdited(undefined),
      (error: unknown) => {
        report(error);
        if (element.isConnected) element.focus();
      },
    );
  };
  return (
    <div class="question-editor">
      <textarea
        ref={field}
        class="growing-field"
        rows={1}
        value={text}
        aria-label={t('Edit your question')}
        onInput={(event) => write(event.currentTarget.value)}
        onKeyDown={(event) => {
          if (event.isComposing || event.keyCode === 229) return;
          if (event.key === 'Enter' && !event.shiftKey && !event.altKey) send();
          else if (event.key === 'Escape') onEnd();
          else return;
          event.preventDefault();
        }}
      />
      <p class="muted small">{busy ? t('Wait for the answer or stop it, then send.') : t('What followed is kept as an earlier version.')}</p>
      <p class="buttons">
        <button type="button" class="button" disabled={busy || text.trim() === ''} onClick={send}>
          {t('Send')}
        </button>
        <button type="button" class="button secondary" onClick={onEnd}>
          {t('Cancel')}
        </button>
      </p>
    </div>
  );
}
