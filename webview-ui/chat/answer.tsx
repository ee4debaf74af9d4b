import { useState } from 'preact/hooks';
import type { AnswerView, FailureView, MessageView, StepsView } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';
import { Disclosure } from './disclosure';
import { IconButton } from './iconButton';
import { Link } from './markdown/link';
import { Markdown } from './markdown/markdown';
import { memo } from './memo';
import { usePage } from './page';
import { Progress } from './progress';
import { RatingRow, Thumbs } from './rating';
import { WhyThisModel } from './whyThisModel';

interface AnswerProps {
  readonly message: MessageView;
  readonly answer: AnswerView;
  /** Another answer is under way, so none can be asked for. */
  readonly busy: boolean;
  /** Only the last answer's question can be asked again: a later one was asked knowing the answer. */
  readonly last: boolean;
  /** What asking again would choose, where that is known. */
  readonly steps: StepsView | undefined;
}

/** One answer: what was thought, what was said, how it ended, what it cost and why this model gave it. */
export const Answer = memo(function Answer({ message, answer, busy, last, steps }: AnswerProps) {
  const streaming = answer.state === 'streaming';
  const thinking = streaming && message.text === '';
  const reasoning = answer.reasoning ?? '';
  // Who stopped an answer knows it: one line says so, and nothing has gone wrong.
  const failure = answer.state === 'cancelled' ? undefined : answer.failure;
  return (
    <article class="answer" aria-busy={streaming} data-message-id={message.id}>
      <h2 class="for-screen-readers">Answer{answer.model === undefined ? '' : ` from ${makeVisible(answer.model)}`}</h2>
      {answer.switches.map((sentence, index) => (
        <p key={index} class="switch muted">
          <span class="codicon codicon-arrow-swap" aria-hidden="true" />
          <span>{makeVisible(sentence)}</span>
        </p>
      ))}
      {reasoning === '' ? null : (
        <Disclosure name={`reasoning ${message.id}`} label={thinking ? 'Thinking' : 'Thoughts'} class="reasoning">
          {() => <Markdown text={reasoning} growing={streaming} messageId={message.id} canReplace={false} />}
        </Disclosure>
      )}
      {thinking ? (
        <Progress text={makeVisible(answer.progress ?? 'Working')} inMs={answer.progressInMs} />
      ) : message.text === '' ? null : (
        <div class={streaming ? 'answer-text growing' : 'answer-text'}>
          <Markdown text={message.text} growing={streaming} messageId={message.id} canReplace={answer.canReplace && !streaming} />
        </div>
      )}
      {answer.citations === undefined ? null : <Sources citations={answer.citations} messageId={message.id} />}
      <Ending state={answer.state} failed={failure !== undefined} hasText={message.text !== ''} />
      {failure === undefined ? null : <Failure failure={failure} messageId={message.id} />}
      <Footer message={message} answer={answer} busy={busy} last={last} steps={steps} />
    </article>
  );
});

const endings: Readonly<Record<AnswerView['state'], string | undefined>> = {
  streaming: undefined,
  complete: undefined,
  truncated: 'Cut off: the answer ends before it is finished.',
  failed: undefined,
  cancelled: 'Stopped by you. What came is kept, and counted.',
  interrupted: 'Interrupted: the window was closed or restarted while this was being written.',
};

function Sources({ citations, messageId }: { citations: NonNullable<AnswerView['citations']>; messageId: string }) {
  return (
    <Disclosure name={`sources ${messageId}`} label={citations.length === 1 ? '1 source' : `${citations.length} sources`}>
      {() => (
        <ol class="sources">
          {citations.map(({ url, title }) => (
            <li key={url}>
              <Link href={url} label={title ?? url}>
                {makeVisible(title ?? url)}
              </Link>
            </li>
          ))}
        </ol>
      )}
    </Disclosure>
  );
}

function Ending({ state, failed, hasText }: { state: AnswerView['state']; failed: boolean; hasText: boolean }) {
  const sentence = state === 'failed' && hasText ? 'The answer broke off here. What had come is kept.' : endings[state];
  if (sentence === undefined || (failed && !hasText)) return null;
  return (
    <p class={`ending ending-${state}`}>
      <span class={`codicon codicon-${state === 'cancelled' ? 'circle-slash' : 'warning'}`} aria-hidden="true" />
      <span>{sentence}</span>
    </p>
  );
}

/** Failures whose details are this machine's and not a provider's. */
const nobodySaid: ReadonlySet<string> = new Set(['offline', 'timedOut', 'consentMissing', 'storage', 'keysUnavailable', 'unexpected']);

function Failure({ failure, messageId }: { failure: FailureView; messageId: string }) {
  const { perform } = usePage();
  return (
    <div class="failure" role="group" aria-label="What went wrong" data-kind={failure.kind}>
      <p class="failure-sentence">
        <span class="codicon codicon-error" aria-hidden="true" />
        <span>{makeVisible(failure.sentence)}</span>
      </p>
      {failure.detail === undefined ? null : (
        <Disclosure name={`failure ${messageId}`} label={nobodySaid.has(failure.kind) ? 'Details' : 'What the provider said'}>
          {() => <pre class="failure-detail">{makeVisible(failure.detail ?? '')}</pre>}
        </Disclosure>
      )}
      {failure.actions.length === 0 ? null : (
        <p class="buttons">
          {failure.actions.map((action, index) => (
            <button key={action.id} type="button" class={index === 0 ? 'button' : 'button secondary'} onClick={() => perform({ type: 'action', action: action.id, messageId })}>
              {makeVisible(action.label)}
            </button>
          ))}
        </p>
      )}
    </div>
  );
}

function Footer({ message, answer, busy, last, steps }: AnswerProps) {
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
      <div class="answer-actions" role="group" aria-label="About this answer" onPointerEnter={askSteps} onFocusCapture={askSteps}>
        {answer.canCheaper ? (
          <button type="button" class="text-button" disabled={busy} aria-label="Cheaper model" title={stepTitle('Ask a cheaper model the same question', steps?.cheaper)} aria-description={steps && makeVisible(steps.cheaper)} onClick={(event) => again('cheaper', event)}>
            <span class="codicon codicon-arrow-down" aria-hidden="true" />
            <span>
              Cheaper<span class="wide-only"> model</span>
            </span>
          </button>
        ) : null}
        {answer.canBetter ? (
          <button type="button" class="text-button" disabled={busy} aria-label="Better model" title={stepTitle('Ask a better model the same question', steps?.better)} aria-description={steps && makeVisible(steps.better)} onClick={(event) => again('better', event)}>
            <span class="codicon codicon-arrow-up" aria-hidden="true" />
            <span>
              Better<span class="wide-only"> model</span>
            </span>
          </button>
        ) : null}
        {answer.canCheaper || answer.canBetter ? (
          <>
            <span class="spacer" />
            {last ? <IconButton icon="refresh" label="Ask again" disabled={busy} onPress={() => again('same')} /> : null}
          </>
        ) : (
          <>
            {last ? (
              <button type="button" class="text-button" disabled={busy} onClick={(event) => again('same', event)}>
                <span class="codicon codicon-refresh" aria-hidden="true" />
                Ask again
              </button>
            ) : null}
            <span class="spacer" />
          </>
        )}
        <span class="together">
          {canRate ? <Thumbs messageId={message.id} note={ratingNote} rating={rating} onOpen={setRatingOpen} /> : null}
          {message.text === '' ? null : <IconButton icon="copy" label="Copy answer" done="Copied" onPress={() => perform({ type: 'copy', text: makeVisible(message.text) }, 'Copied')} />}
        </span>
      </div>
      {canRate && ratingOpen && rating !== undefined ? <RatingRow messageId={message.id} rating={rating} note={ratingNote} onClose={() => setRatingOpen(false)} /> : null}
      {why === undefined ? null : (
        <Disclosure name={`why ${message.id}`} label="Why this model" class="why-disclosure">
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

function stepTitle(does: string, step: string | undefined): string {
  return step === undefined ? does : `${does}: ${makeVisible(step)}`;
}

/** Model, cost, tokens and time in one line; where each figure comes from is in its tooltip and, for the keyboard, under "Why this model". */
function Facts({ answer }: { answer: AnswerView }) {
  const facts = [
    { name: 'model', text: answer.model, note: answer.provider === undefined ? undefined : `Served by ${answer.provider}` },
    { name: 'cost', text: answer.cost, note: answer.costNote },
    { name: 'tokens', text: answer.tokens, note: answer.tokensNote },
    { name: 'time', text: answer.time, note: answer.timeNote },
  ].filter((fact) => fact.text !== undefined && fact.text !== '');
  if (facts.length === 0) return null;
  return (
    <ul class="facts muted" aria-label="Model, cost, tokens and time">
      {answer.demo ? <li class="tag">demo</li> : null}
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
    { term: 'Cost', figure: answer.cost, note: answer.costNote },
    { term: 'Tokens', figure: answer.tokens, note: answer.tokensNote },
    { term: 'Time', figure: answer.time, note: answer.timeNote },
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
