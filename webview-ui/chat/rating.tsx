import { useRef, useState } from 'preact/hooks';
import { t } from '../../src/shared/l10n';
import type { AnswerView, RatingView } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';
import { IconButton } from './iconButton';
import { usePage } from './page';

function reasons(): readonly { readonly value: NonNullable<RatingView['reason']>; readonly label: string }[] {
  return [
    { value: 'wrong', label: t('Wrong') },
    { value: 'incomplete', label: t('Incomplete') },
    { value: 'ignoredInstructions', label: t('Ignored what I asked') },
    { value: 'tooLong', label: t('Too long') },
    { value: 'tooSlow', label: t('Too slow') },
    { value: 'style', label: t('Style') },
    { value: 'other', label: t('Other') },
  ];
}

interface ThumbsProps {
  readonly messageId: string;
  readonly note: NonNullable<AnswerView['ratingNote']>;
  readonly rating: RatingView | undefined;
  /** The row below is to be shown, or no longer. */
  readonly onOpen: (open: boolean) => void;
}

/** Two thumbs. Pressing the pressed one takes the rating back. */
export function Thumbs({ messageId, note, rating, onOpen }: ThumbsProps) {
  const { perform } = usePage();
  const said = reasons().find(({ value }) => value === rating?.reason)?.label;
  const press = (value: 'up' | 'down') => {
    const undone = rating?.value === value;
    perform({ type: 'rate', messageId, rating: undone ? 'none' : value }, undone ? t('Rating taken back') : value === 'up' ? t('Rated good. {0}', makeVisible(note)) : t('Rated bad. {0}', makeVisible(note)));
    onOpen(!undone);
  };
  return (
    <>
      <IconButton icon={rating?.value === 'up' ? 'thumbsup-filled' : 'thumbsup'} label={t('Good answer')} description={makeVisible(note)} pressed={rating?.value === 'up'} onPress={() => press('up')} />
      <IconButton icon={rating?.value === 'down' ? 'thumbsdown-filled' : 'thumbsdown'} label={t('Bad answer')} description={makeVisible(said === undefined ? note : `${said}. ${note}`)} pressed={rating?.value === 'down'} onPress={() => press('down')} />
    </>
  );
}

/** What was wrong, if the person likes to say it, and what the rating does. Nothing waits for it. */
export function RatingRow({ messageId, rating, note, onClose: close }: { messageId: string; rating: RatingView; note: NonNullable<AnswerView['ratingNote']>; onClose: () => void }) {
  const { perform } = usePage();
  // Reason and note go together; what was said last may not be back from the host yet.
  const [reason, setReason] = useState(rating.reason);
  const [written, setWritten] = useState(rating.note ?? '');
  const said = useRef(written);
  const say = (next: RatingView['reason']) => {
    said.current = written.trim();
    setReason(next);
    perform({ type: 'rate', messageId, rating: 'down', ...(next === undefined ? {} : { reason: next }), ...(said.current === '' ? {} : { note: said.current }) });
  };
  // Enter says it and takes the field away, which leaves it once more.
  const keep = () => {
    if (written.trim() !== said.current) say(reason);
  };
  const row = useRef<HTMLDivElement>(null);
  const onClose = () => {
    row.current?.closest('.answer-footer')?.querySelector<HTMLElement>('[aria-pressed="true"]')?.focus();
    close();
  };
  return (
    <div
      ref={row}
      class="rating-row"
      role="group"
      aria-label={t('Your rating')}
      onKeyDown={(event) => {
        if (event.key !== 'Escape' || event.isComposing) return;
        event.preventDefault();
        onClose();
      }}
    >
      {rating.value === 'up' ? null : (
        <>
          <div class="rating-reasons" role="group" aria-label={t('What was wrong (optional)')}>
            {reasons().map(({ value, label }) => (
              <button key={value} type="button" class="chip chip-button" aria-pressed={reason === value} onClick={() => say(reason === value ? undefined : value)}>
                {label}
              </button>
            ))}
          </div>
          <input
            class="rating-note text-field"
            type="text"
            maxLength={500}
            value={written}
            aria-label={t('A note, optional')}
            placeholder={t('A note, optional')}
            onInput={(event) => setWritten(event.currentTarget.value)}
            onBlur={keep}
            onKeyDown={(event) => {
              if (event.key === 'Enter' && !event.isComposing) {
                // It would press the button that has the focus next.
                event.preventDefault();
                keep();
                onClose();
              }
            }}
          />
        </>
      )}
      <p class="rating-effect muted">
        <span>{makeVisible(note)}</span>
        <button type="button" class="text-button" onClick={() => perform({ type: 'action', action: 'learningSettings' })}>
          {t('Settings')}
        </button>
        <span class="spacer" />
        <IconButton icon="close" label={t('Close')} onPress={onClose} />
      </p>
    </div>
  );
}
