import { useLayoutEffect, useRef, useState } from 'preact/hooks';
import type { ChatState } from '../../src/shared/protocol';
import type { WorkWishView } from '../../src/shared/workProtocol';
import type { Page } from './page';
import type { Save, SavedView } from './savedView';
import { sendingFrom } from './sending';

interface DraftOptions {
  readonly state: ChatState | undefined;
  readonly request: Page['request'];
  readonly saved: () => SavedView;
  readonly save: Save;
  /** The question is back in the field; what it was to be asked of is not. */
  readonly onRefused: (error: unknown, work: WorkWishView | undefined) => void;
}

/** Typing is told to the host after a pause this long: it computes the price range and keeps the draft. */
const draftPauseMs = 150;

/**
 * The question being written belongs to the page until it is sent. The host keeps a copy and may replace it (a question
 * given back, one asked from elsewhere), but never while there is typing that it does not know yet.
 */
export function useDraft({ state, request, saved, save, onRefused }: DraftOptions) {
  const [text, setText] = useState(() => saved().draft);
  const textNow = useRef(text);
  const told = useRef(text);
  const turn = useRef(saved().draftTurn ?? 0);
  /** The last turn that the host was told or has told. */
  const known = useRef(0);
  /** What the host tells of an earlier turn is from before it heard what was told, or took the question that was sent. */
  const oldest = useRef(0);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const before = useRef<ChatState>(undefined);
  /** What was in the field before anybody typed, once somebody did so before the host's first word. */
  const typedOver = useRef<string>(undefined);

  const show = (next: string, ofTurn: number) => {
    textNow.current = next;
    turn.current = ofTurn;
    setText(next);
    save({ draft: next, draftTurn: ofTurn });
  };
  const showOfHost = ({ draft, draftTurn = 0 }: ChatState) => {
    clearTimeout(timer.current);
    told.current = draft;
    show(draft, Math.max(turn.current, draftTurn));
  };
  const tellNow = () => {
    clearTimeout(timer.current);
    if (told.current === textNow.current) return;
    told.current = textNow.current;
    known.current = turn.current;
    oldest.current = turn.current;
    // A draft that could not be kept is kept here all the same; there is nothing to tell.
    request({ type: 'draft', text: textNow.current, turn: turn.current }).catch(() => undefined);
  };
  const write = (next: string) => {
    if (before.current === undefined) typedOver.current ??= textNow.current;
    show(next, turn.current + 1);
    clearTimeout(timer.current);
    timer.current = setTimeout(tellNow, draftPauseMs);
  };
  const sending = sendingFrom({
    request,
    saved,
    save,
    messages: () => before.current?.messages ?? [],
    giveBack: (question, error) => {
      write(joined(question.text, textNow.current));
      onRefused(error, question.work);
    },
  });

  // Before anything is seen: an Enter that comes as soon as the page is there must find the draft in the field.
  useLayoutEffect(() => {
    const last = before.current;
    before.current = state;
    if (state === undefined) return;
    const { draftTurn: hostTurn = 0 } = state;
    known.current = Math.max(known.current, hostTurn);
    if (last === undefined) {
      sending.resume();
      // The editor keeps the page's own state a moment later than the host keeps what it was told: either may be older.
      const isOlder = turn.current < hostTurn || (turn.current === hostTurn && textNow.current === '');
      if (typedOver.current !== undefined) {
        // The newest of all, however old what the page began with was; the host took none of it for newer than its own.
        told.current = state.draft;
        show(isOlder && typedOver.current === '' ? joined(state.draft, textNow.current) : textNow.current, Math.max(turn.current, hostTurn + 1));
        tellNow();
      } else if (isOlder) showOfHost(state);
      else if (textNow.current !== state.draft) {
        told.current = state.draft;
        tellNow();
      }
      return;
    }
    // Asked without this page: the host has emptied the draft that it was told.
    const isEmptied = hostTurn > turn.current && state.draft === last.draft;
    // What is typed next is newer than what the host has.
    turn.current = Math.max(turn.current, hostTurn);
    if (state.draft === last.draft && !isEmptied) return;
    // Also where another conversation comes: it was read while somebody typed on.
    if (textNow.current === told.current && hostTurn >= oldest.current) showOfHost(state);
  }, [state]);

  const send = (question: string, work: WorkWishView | undefined) => {
    clearTimeout(timer.current);
    if (question === textNow.current) {
      told.current = '';
      oldest.current = known.current + 1;
      show('', turn.current + 1);
    }
    sending.send(question, work);
  };

  return { text, write, send, tellNow };
}

/** A question that comes back goes before what has been typed meanwhile. */
function joined(question: string, typed: string): string {
  if (question === '') return typed;
  return typed.trim() === '' || typed === question ? question : `${question}\n${typed}`;
}
