import type { ChatState, PreviewView } from '../../src/shared/protocol';
import { useEffect, useRef, useState } from 'preact/hooks';
import { makeVisible } from '../../src/shared/visibleText';
import { IconButton } from './iconButton';
import { usePage } from './page';

interface ComposerProps {
  readonly text: string;
  readonly onText: (text: string) => void;
  readonly onSend: (text: string) => void;
  readonly running: boolean;
  /** Why nothing can be asked now; undefined when it can. */
  readonly blocked: string | undefined;
  readonly quality: ChatState['quality'];
  readonly preview: PreviewView | undefined;
  /** Earlier questions of this conversation, oldest first. */
  readonly earlier: readonly string[];
  /** Changes when the caret is wanted here. */
  readonly focusRequests: number;
}

const qualities = [
  { value: 'economy', label: 'Economy', title: 'The cheapest model that will probably do' },
  { value: 'balanced', label: 'Balanced', title: 'The cheapest model that will very likely do' },
  { value: 'quality', label: 'Quality', title: 'A stronger model when in doubt' },
] as const;

/** Where a question is written. Enter sends, Shift+Enter breaks the line, Up in the empty field brings back earlier questions. */
export function Composer({ text, onText, onSend, running, blocked, quality, preview, earlier, focusRequests }: ComposerProps) {
  const { perform } = usePage();
  const field = useRef<HTMLTextAreaElement>(null);
  const [recalled, setRecalled] = useState<number>();

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
  const chosen = qualities.find((one) => one.value === quality);

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
          <select aria-label="Quality" title={chosen?.title} value={quality} onChange={(event) => changeQuality(event.currentTarget.value)}>
            {qualities.map((one) => (
              <option key={one.value} value={one.value} title={one.title}>
                {one.label}
              </option>
            ))}
          </select>
          <span class="spacer" />
          {running ? (
            <IconButton icon="debug-stop" label="Stop (Escape)" class="send" onPress={() => perform({ type: 'stop' })} />
          ) : (
            <IconButton icon="send" label="Send (Enter)" class="send" disabled={mayNotSend !== undefined || text.trim() === ''} onPress={send} />
          )}
        </div>
      </div>
      <p class={blocked === undefined ? 'composer-line muted' : 'composer-line reason muted'} id="composer-line">
        {lineFor({ text, blocked, running, preview })}
      </p>
    </section>
  );

  function changeQuality(value: string): void {
    const next = qualities.find((one) => one.value === value);
    if (next !== undefined) perform({ type: 'quality', quality: next.value });
  }
}

function lineFor({ text, blocked, running, preview }: Pick<ComposerProps, 'text' | 'blocked' | 'running' | 'preview'>) {
  const empty = text.trim() === '';
  if (blocked !== undefined) return blocked;
  if (running && !empty) return 'Wait for the answer or stop it, then send.';
  if (preview !== undefined && !empty && preview.model === '') return makeVisible(preview.note);
  if (preview !== undefined && !empty) {
    return (
      <span class="preview" title={makeVisible(preview.note)}>
        <span class="preview-range">{makeVisible(preview.range)}</span> with {makeVisible(preview.model)}
        {preview.note === '' ? null : <span class="for-screen-readers">. {makeVisible(preview.note)}</span>}
      </span>
    );
  }
  return running ? 'Escape stops the answer' : 'Enter sends, Shift+Enter starts a new line';
}
