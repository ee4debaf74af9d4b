import { createContext } from 'preact';
import type { CodeRequest, EditsView, FilesView } from '../../src/shared/codeProtocol';
import { t } from '../../src/shared/l10n';
import { makeVisible } from '../../src/shared/visibleText';
import { codicon } from './codicon';
import { IconButton } from './iconButton';
import { memo } from './memo';
import { usePage } from './page';
import './edits.css';

/** What blocks of an answer's text know of it; undefined where code is only read, as in thoughts. `edits` comes with the end of the answer. */
export const AnswerEdits = createContext<{ readonly edits: EditsView | undefined } | undefined>(undefined);

/** What an answer would change or has changed, below its text. */
export const Edits = memo(function Edits({ messageId, edits }: { messageId: string; edits: EditsView }) {
  const { perform } = usePage();
  const ask = (type: Exclude<CodeRequest['type'], 'apply-code' | 'to-terminal' | 'open-edited'>, done?: string) => perform({ type: 'code', request: { type, messageId } }, done);
  const { proposed, changed, all } = edits;
  if (proposed !== undefined) {
    return (
      <section class="edits edits-proposed" aria-label={t('Proposed change')}>
        <p class="edits-line">
          {codicon('diff')}
          <span class="edits-words">
            <button type="button" class="edits-file" title={t('Show the difference')} onClick={() => ask('show-proposal')}>
              {proposed.files.map(({ label, created }) => (created ? t('{0} (new)', nameOf(label)) : nameOf(label))).join(', ')}
            </button>{' '}
            <Counts {...proposed} />
          </span>
        </p>
        {proposed.note === undefined ? null : (
          <p class="edits-note">
            {codicon('warning')}
            <span>{makeVisible(proposed.note)}</span>
          </p>
        )}
        <p class="buttons">
          <button type="button" class="button" onClick={() => ask('accept-proposal', t('Applied'))}>
            {t('Apply')}
          </button>
          <button type="button" class="button secondary" onClick={() => ask('discard-proposal', t('Discarded'))}>
            {t('Discard')}
          </button>
          {proposed.canPlace ? (
            <button type="button" class="text-button" title={t('Choose where in the file it goes')} onClick={() => ask('place-elsewhere')}>
              {t('Elsewhere…')}
            </button>
          ) : null}
        </p>
      </section>
    );
  }
  return (
    <>
      {changed === undefined ? null : (
        <section class="edits" aria-label={t('Changed files')}>
          <p class="edits-line">
            {codicon(changed.undone ? 'discard' : 'edit')}
            <span class={changed.undone ? 'edits-words undone' : 'edits-words'}>
              {changed.undone ? t('Undone:') : t('Changed')}{' '}
              {changed.files.map(({ label, created }, index) => (
                <span key={label}>
                  {index === 0 ? null : ', '}
                  <button type="button" class="edits-file" title={makeVisible(created ? t('{0}, a new file', label) : label)} onClick={() => perform({ type: 'code', request: { type: 'open-edited', messageId, index } })}>
                    {nameOf(label)}
                  </button>
                </span>
              ))}{' '}
              <Counts {...changed} />
            </span>
            <span class="edits-actions">
              <IconButton icon="diff" label={t('Show what was changed')} onPress={() => ask('show-edits')} />
              {changed.undone ? (
                <button type="button" class="text-button" title={t('Make these edits again')} onClick={() => ask('redo-edits', t('Made again'))}>
                  {t('Redo')}
                </button>
              ) : (
                <button type="button" class="text-button" title={t("Undo this answer's edits")} onClick={() => ask('undo-edits', t('Undone'))}>
                  {t('Undo')}
                </button>
              )}
            </span>
          </p>
        </section>
      )}
      {all > 1 && changed === undefined ? (
        <p class="edits-all">
          <button type="button" class="text-button" onClick={() => ask('apply-all')}>
            {codicon('check-all')}
            {t('Apply all to {0} files', all)}
          </button>
        </p>
      ) : null}
    </>
  );
});

function Counts({ added, removed }: FilesView) {
  return (
    <span class="edits-counts" role="img" aria-label={t('{0} lines added, {1} removed', added, removed)}>
      <span class="added">+{added}</span> <span class="removed">−{removed}</span>
    </span>
  );
}

/** The last part of a path, in either writing. */
export function nameOf(path: string): string {
  return makeVisible(path.split(/[/\\]/).at(-1) ?? path);
}
