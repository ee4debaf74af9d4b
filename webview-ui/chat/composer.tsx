import type { ChatState } from '../../src/shared/protocol';
import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ContextItemView } from '../../src/shared/contextProtocol';
import { t } from '../../src/shared/l10n';
import { makeVisible } from '../../src/shared/visibleText';
import { codicon } from './codicon';
import './context/context.css';
import { ContextRow } from './context/contextRow';
import { Proposal } from './context/proposal';
import { listAttributes, Suggestions } from './context/suggestions';
import { useAddedAnnounced } from './context/useAddedAnnounced';
import { useDropped } from './context/useDropped';
import { useMention } from './context/useMention';
import { filled } from './filled';
import { IconButton } from './iconButton';
import { usePage } from './page';
import { qualities, QualitySwitch, useQuality } from './qualitySwitch';
import { StrategyPicker, useAskingSeveral, WorkLines } from './strategyPicker';

interface ComposerProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onSend: (text: string) => void;
  readonly running: boolean;
  /** Why nothing can be asked now; undefined when it can. */
  readonly blocked: string | undefined;
  readonly quality: ChatState['quality'];
  readonly qualityLimit: ChatState['qualityLimit'];
  readonly preview: ChatState['preview'];
  /** Earlier questions of this conversation, oldest first. */
  readonly earlier: readonly string[];
  /** Changes when the caret is wanted here. */
  readonly focusRequests: number;
  /** What goes with the question; undefined until the host has said it. */
  readonly context: readonly ContextItemView[] | undefined;
  readonly completions: ChatState['completions'];
  readonly proposal: ChatState['contextProposal'];
  /** Small pictures of what was pasted, by the label of the item. */
  readonly pictures: Readonly<Record<string, string>>;
  readonly onPicture: (label: string, small: string) => void;
}

const noContext: readonly ContextItemView[] = [];

/**
 * Where a question is written. Enter sends, Shift+Enter breaks the line, Up in the empty field brings back earlier
 * questions, `@` adds what goes with it.
 */
export function Composer({ text, onText, onSend, running, blocked, quality: setQuality, qualityLimit, preview, earlier, focusRequests, context: known, completions, proposal, pictures, onPicture }: ComposerProps) {
  const { perform } = usePage();
  const field = useRef<HTMLTextAreaElement>(null);
  const [recalled, setRecalled] = useState<number>();
  const [quality, chooseQuality] = useQuality(setQuality);
  const context = known ?? noContext;
  const mention = useMention(field, completions);
  const [selectRequests, setSelectRequests] = useState(0);
  const { dragging, onPaste } = useDropped(context, onPicture);
  useAddedAnnounced(known);

  // Not later than what is drawn: whoever has begun to select or to type by then would find the caret moved.
  useLayoutEffect(() => {
    if (focusRequests === 0) return;
    const element = field.current;
    element?.focus();
    element?.setSelectionRange(element.value.length, element.value.length);
  }, [focusRequests]);

  const write = (next: string) => {
    setRecalled(undefined);
    onText(next);
  };
  const recall = (step: -1 | 1): boolean => {
    const untouched = recalled !== undefined && earlier[recalled] === text;
    if (text !== '' && !untouched) return false;
    const from = untouched ? recalled : earlier.length;
    const index = from + step;
    if (index < 0 || (step === 1 && !untouched)) return untouched;
    setRecalled(index >= earlier.length ? undefined : index);
    onText(earlier[index] ?? '');
    return true;
  };
  const mayNotSend = blocked ?? (running ? t('Wait for the answer or stop it, then send.') : undefined);
  const send = () => {
    // The field itself: the page is drawn once a frame, and a quick Enter comes before the last letter is drawn.
    const written = field.current?.value ?? text;
    if (mayNotSend !== undefined || written.trim() === '') return;
    setRecalled(undefined);
    onSend(written);
    // And a second Enter in the same frame must not send it twice.
    if (field.current) field.current.value = '';
    field.current?.focus();
  };
  const onKeyDown = (event: KeyboardEvent) => {
    // 229: the key belongs to an input method, also in the browsers that end the composition first.
    if (event.isComposing || event.keyCode === 229) return;
    if (mention.takeKey(event)) {
      event.preventDefault();
    } else if (event.key === 'Backspace' && context.length > 0 && field.current?.selectionStart === 0 && field.current.selectionEnd === 0) {
      event.preventDefault();
      setSelectRequests((count) => count + 1);
    } else if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      send();
    } else if ((event.key === 'ArrowUp' && recall(-1)) || (event.key === 'ArrowDown' && recall(1))) {
      event.preventDefault();
    }
  };
  // What was computed for a draft that is gone says nothing.
  const shown = text.trim() === '' ? undefined : preview;

  return (
    <section class="composer" aria-label={t('Your question')}>
      {proposal === undefined ? null : <Proposal proposal={proposal} items={context} onDone={() => field.current?.focus()} />}
      <div class="composer-box">
        <Suggestions list={mention} />
        <ContextRow items={context} pictures={pictures} field={field} onAdd={mention.begin} selectRequests={selectRequests} />
        <textarea
          ref={field}
          class="growing-field"
          rows={1}
          value={text}
          aria-label={t('Your question')}
          aria-describedby="composer-line"
          {...listAttributes(mention)}
          placeholder={blocked === undefined ? t('Ask about code, or anything else') : t('Write your question; it can be sent once set-up is done')}
          onInput={(event) => {
            write(event.currentTarget.value);
            mention.look();
          }}
          onKeyDown={onKeyDown}
          onKeyUp={mention.look}
          onClick={mention.look}
          onBlur={mention.blur}
          onPaste={onPaste}
        />
        <div class="composer-tools">
          <QualitySwitch quality={quality} onChoose={chooseQuality} limit={qualityLimit} preview={shown} />
          <StrategyPicker />
          <span class="spacer" />
          {running ? (
            <IconButton icon="debug-stop" label={t('Stop (Escape)')} class="send" onPress={() => perform({ type: 'stop' })} />
          ) : (
            <IconButton icon="send" label={t('Send (Enter)')} class="send" disabled={mayNotSend !== undefined || text.trim() === ''} onPress={send} />
          )}
        </div>
      </div>
      <div class="composer-lines muted" id="composer-line">
        <Lines text={text} blocked={blocked} running={running} quality={quality} qualityLimit={qualityLimit} preview={shown} />
      </div>
      {dragging ? (
        <div class="drop-place" aria-hidden="true">
          <span class="codicon codicon-add" /> {t('Drop to add to your question')}
        </div>
      ) : null}
    </section>
  );
}

/** Two lines that are always there, so that nothing moves while the figures come and go. */
function Lines({ text, blocked, running, quality, qualityLimit, preview }: Pick<ComposerProps, 'text' | 'blocked' | 'running' | 'quality' | 'qualityLimit' | 'preview'>) {
  const empty = text.trim() === '';
  const askingSeveral = useAskingSeveral();
  if (blocked !== undefined) return <p class="reason" title={blocked}>{blocked}</p>;
  const view = preview?.[quality];
  if (running && !empty) return <p>{t('Wait for the answer or stop it, then send.')}</p>;
  if (askingSeveral) return <WorkLines />;
  if (view === undefined) {
    const meaning = qualityLimit?.why ?? qualities().find(({ value }) => value === quality)?.meaning ?? '';
    return (
      <>
        <p>{running ? t('Escape stops the answer') : t('Enter sends, Shift+Enter starts a new line')}</p>
        <p title={makeVisible(meaning)}>{makeVisible(meaning)}</p>
      </>
    );
  }
  if (view.model === '') return <p class="reason" title={makeVisible(view.note)}>{makeVisible(view.note)}</p>;
  return (
    <>
      <p class="preview" title={makeVisible(`${t('Usually {0}: one answer in ten is cheaper, one in ten dearer.', view.range)} ${view.tokens}`)}>
        {filled(t('Usually {0}'), <span class="preview-range">{makeVisible(view.range)}</span>)} · {makeVisible(view.tokens)}
      </p>
      {view.short === undefined ? (
        <p title={makeVisible(`${view.model} · ${view.note}`)}>
          {makeVisible(view.model)} · {makeVisible(view.note)}
        </p>
      ) : (
        <p class="short" title={makeVisible(`${view.short}. ${view.model} · ${view.note}`)}>
          {codicon('warning')} {makeVisible(view.short)}
          <span class="for-screen-readers">. {makeVisible(view.model)}</span>
        </p>
      )}
    </>
  );
}
