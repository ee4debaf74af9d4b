import { useState } from 'preact/hooks';
import { t } from '../../src/shared/l10n';
import type { AnswerView, MessageView, StepsView } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';
import { codicon } from './codicon';
import { Disclosure } from './disclosure';
import { IconButton } from './iconButton';
import { usePage } from './page';
import { Fork, Regenerate } from './question';
import { RatingRow, Thumbs } from './rating';
import { WhyThisModel } from './whyThisModel';

export interface AnswerProps {
  readonly message: MessageView;
  readonly answer: AnswerView;
  /** Another answer is under way, so none can be asked for. */
  readonly busy: boolean;
  /** Only the last answer's question can be asked again: a later one was asked knowing the answer. */
  readonly last: boolean;
  /** What asking again would choose, where that is known. */
  readonly steps: StepsView | undefined;
}

/** What an answer cost and what can be done with it. */
export function AnswerFooter({ message, answer, busy, last, steps }: AnswerProps) {
  const { perform, request } = usePage();
  const [ratingOpen, setRatingOpen] = useState(false);
  if (answer.state === 'streaming') return answer.model === undefined || message.text === '' ? null : <Facts answer={answer} />;
  const again = (how: 'same' | 'better' | 'cheaper', event?: Event) => {
    // The buttons go when another answer comes; the focus stays in the conversation.
    if (event?.currentTarget instanceof HTMLElement) event.currentTarget.closest<HTMLElement>('.messages')?.focus({ preventScroll: true });
    perform({ type: 'again', messageId: message.id, how });
  };
  const { why, rating, ratingNote } = answer;
  // Worked out for whoever is about to press: it is there before the tooltip is.
  const askSteps = () => {
    if (steps === undefined && (answer.canCheaper || answer.canBetter)) request({ type: 'steps' }).catch(() => undefined);
  };
  const canRate = ratingNote !== undefined && message.text.trim() !== '';
  return (
    <footer class="answer-footer">
      <Facts answer={answer} />
      <div class="answer-actions" role="group" aria-label={t('About this answer')} onPointerEnter={askSteps} onFocusCapture={askSteps}>
        {answer.canCheaper ? <OtherModel icon="arrow-down" label={t('Cheaper model')} short={t('Cheaper')} does={t('Ask a cheaper model the same question')} step={steps?.cheaper} disabled={busy} onPress={(event) => again('cheaper', event)} /> : null}
        {answer.canBetter ? <OtherModel icon="arrow-up" label={t('Better model')} short={t('Better')} does={t('Ask a better model the same question')} step={steps?.better} disabled={busy} onPress={(event) => again('better', event)} /> : null}
        {answer.canCheaper || answer.canBetter ? (
          <>
            <span class="spacer" />
            {last ? <IconButton icon="split-horizontal" label={t('Compare with other models')} disabled={busy} onPress={() => perform({ type: 'work', request: { type: 'compare-with-others', messageId: message.id } })} /> : null}
            {last ? <IconButton icon="refresh" label={t('Ask again')} disabled={busy} onPress={() => again('same')} /> : null}
          </>
        ) : (
          <>
            {last ? (
              <button type="button" class="text-button" disabled={busy} onClick={(event) => again('same', event)}>
                {codicon('refresh')}
                {t('Ask again')}
              </button>
            ) : null}
            <span class="spacer" />
          </>
        )}
        <span class="together">
          {canRate ? <Thumbs messageId={message.id} note={ratingNote} rating={rating} onOpen={setRatingOpen} /> : null}
          {message.text === '' ? null : <IconButton icon="copy" label={t('Copy answer')} done={t('Copied')} onPress={() => perform({ type: 'copy', text: makeVisible(message.text) }, t('Copied'))} />}
          {last ? null : <Regenerate messageId={message.id} busy={busy} />}
          <Fork messageId={message.id} />
        </span>
      </div>
      {canRate && ratingOpen && rating !== undefined ? <RatingRow messageId={message.id} rating={rating} note={ratingNote} onClose={() => setRatingOpen(false)} /> : null}
      {why === undefined ? null : (
        <Disclosure name={`why ${message.id}`} label={t('Why this model')} class="why-disclosure">
          {() => (
            <>
              <WhyThisModel why={why} />
              <FigureNotes answer={answer} />
            </>
          )}
        </Disclosure>
      )}
    </footer>
  );
}

interface OtherModelProps {
  readonly icon: string;
  readonly label: string;
  /** What is shown of the label where there is little room. */
  readonly short: string;
  readonly does: string;
  /** What would be asked and what it would cost, once that is known. */
  readonly step: string | undefined;
  readonly disabled: boolean;
  readonly onPress: (event: Event) => void;
}

function OtherModel({ icon, label, short, does, step, disabled, onPress }: OtherModelProps) {
  const known = step === undefined ? undefined : makeVisible(step);
  return (
    <button type="button" class="text-button" disabled={disabled} aria-label={label} title={known === undefined ? does : `${does}: ${known}`} aria-description={known} onClick={onPress}>
      {codicon(icon)}
      <span class="wide-only">{label}</span>
      <span class="narrow-only">{short}</span>
    </button>
  );
}

/** Model, cost, tokens and time in one line; where each figure comes from is in its tooltip and, for the keyboard, under "Why this model". */
function Facts({ answer }: { answer: AnswerView }) {
  const facts = [
    { name: 'model', text: answer.model, note: answer.provider === undefined ? undefined : t('Served by {0}', answer.provider) },
    { name: 'cost', text: answer.cost, note: answer.costNote },
    { name: 'tokens', text: answer.tokens, note: answer.tokensNote },
    { name: 'time', text: answer.time, note: answer.timeNote },
  ].filter((fact) => fact.text !== undefined && fact.text !== '');
  if (facts.length === 0) return null;
  return (
    <ul class="facts muted" aria-label={t('Model, cost, tokens and time')}>
      {answer.demo ? <li class="tag">{t('demo')}</li> : null}
      {facts.map((fact) => (
        <li key={fact.name} class={`fact-${fact.name}`} title={fact.note === undefined ? undefined : makeVisible(fact.note)}>
          {makeVisible(fact.text ?? '')}
        </li>
      ))}
    </ul>
  );
}

function FigureNotes({ answer }: { answer: AnswerView }) {
  const notes = [
    { term: t('Cost'), figure: answer.cost, note: answer.costNote },
    { term: t('Tokens'), figure: answer.tokens, note: answer.tokensNote },
    { term: t('Time'), figure: answer.time, note: answer.timeNote },
  ].filter((one) => one.note !== undefined && one.note !== '');
  if (notes.length === 0) return null;
  return (
    <dl class="figure-notes">
      {notes.map(({ term, figure, note }) => (
        <div key={term}>
          <dt>
            {term} {makeVisible(figure ?? '')}
          </dt>
          <dd class="muted">{makeVisible(note ?? '')}</dd>
        </div>
      ))}
    </dl>
  );
}
