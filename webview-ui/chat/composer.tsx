import type { ChatState } from '../../src/shared/protocol';
import { useEffect, useRef, useState } from 'preact/hooks';
import { makeVisible } from '../../src/shared/visibleText';
import { IconButton } from './iconButton';
import { usePage } from './page';
import { qualities, QualitySwitch, useQuality } from './qualitySwitch';

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
}

/** Where a question is written. Enter sends, Shift+Enter breaks the line, Up in the empty field brings back earlier questions. */
export function Composer({ text, onText, onSend, running, blocked, quality: setQuality, qualityLimit, preview, earlier, focusRequests }: ComposerProps) {
  const { perform } = usePage();
  const field = useRef<HTMLTextAreaElement>(null);
  const [recalled, setRecalled] = useState<number>();
  const [quality, chooseQuality] = useQuality(setQuality);

  useEffect(() => {
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
  const mayNotSend = blocked ?? (running ? 'Wait for the answer or stop it, then send.' : undefined);
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
    if (event.key === 'Enter' && !event.shiftKey && !event.altKey) {
      event.preventDefault();
      send();
    } else if ((event.key === 'ArrowUp' && recall(-1)) || (event.key === 'ArrowDown' && recall(1))) {
      event.preventDefault();
    }
  };
  // What was computed for a draft that is gone says nothing.
  const shown = text.trim() === '' ? undefined : preview;

  return (
    <section class="composer" aria-label="Your question">
      <div class="composer-box">
        <textarea
          ref={field}
          rows={1}
          value={text}
          aria-label="Your question"
          aria-describedby="composer-line"
          placeholder={blocked === undefined ? 'Ask about code, or anything else' : 'Write your question; it can be sent once set-up is done'}
          onInput={(event) => write(event.currentTarget.value)}
          onKeyDown={onKeyDown}
        />
        <div class="composer-tools">
          <QualitySwitch quality={quality} onChoose={chooseQuality} limit={qualityLimit} preview={shown} />
          <span class="spacer" />
          {running ? (
            <IconButton icon="debug-stop" label="Stop (Escape)" class="send" onPress={() => perform({ type: 'stop' })} />
          ) : (
            <IconButton icon="send" label="Send (Enter)" class="send" disabled={mayNotSend !== undefined || text.trim() === ''} onPress={send} />
          )}
        </div>
      </div>
      <div class="composer-lines muted" id="composer-line">
        <Lines text={text} blocked={blocked} running={running} quality={quality} qualityLimit={qualityLimit} preview={shown} />
      </div>
    </section>
  );
}

/** Two lines that are always there, so that nothing moves while the figures come and go. */
function Lines({ text, blocked, running, quality, qualityLimit, preview }: Pick<ComposerProps, 'text' | 'blocked' | 'running' | 'quality' | 'qualityLimit' | 'preview'>) {
  const empty = text.trim() === '';
  if (blocked !== undefined) return <p class="reason" title={blocked}>{blocked}</p>;
  const view = preview?.[quality];
  if (running && !empty) return <p>Wait for the answer or stop it, then send.</p>;
  if (view === undefined) {
    const meaning = qualityLimit?.why ?? qualities.find(({ value }) => value === quality)?.meaning ?? '';
    return (
      <>
        <p>{running ? 'Escape stops the answer' : 'Enter sends, Shift+Enter starts a new line'}</p>
        <p title={makeVisible(meaning)}>{makeVisible(meaning)}</p>
      </>
    );
  }
  if (view.model === '') return <p class="reason" title={makeVisible(view.note)}>{makeVisible(view.note)}</p>;
  return (
    <>
      <p class="preview" title={makeVisible(`Usually ${view.range}: one answer in ten is cheaper, one in ten dearer. ${view.tokens}`)}>
        Usually <span class="preview-range">{makeVisible(view.range)}</span> · {makeVisible(view.tokens)}
      </p>
      {view.short === undefined ? (
        <p title={makeVisible(`${view.model} · ${view.note}`)}>
          {makeVisible(view.model)} · {makeVisible(view.note)}
        </p>
      ) : (
        <p class="short" title={makeVisible(`${view.short}. ${view.model} · ${view.note}`)}>
          <span class="codicon codicon-warning" aria-hidden="true" /> {makeVisible(view.short)}
          <span class="for-screen-readers">. {makeVisible(view.model)}</span>
        </p>
      )}
    </>
  );
}
