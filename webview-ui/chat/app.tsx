import { useEffect, useLayoutEffect, useMemo, useRef, useState } from 'preact/hooks';
import type { ChatState, MessageView } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';
import { BudgetBar } from './budgetBar';
import { Composer } from './composer';
import { EmptyState } from './emptyState';
import { Header } from './header';
import { History } from './history';
import { MessageList, type Place } from './messageList';
import { Notice } from './notice';
import { type Page, PageContext } from './page';
import type { SavedView } from './savedView';

interface AppProps {
  /** Undefined until the host has answered for the first time. */
  readonly state: ChatState | undefined;
  readonly request: Page['request'];
  /** What was kept, up to the last change. */
  readonly saved: () => SavedView;
  readonly save: (change: { readonly [K in keyof SavedView]?: SavedView[K] | undefined }) => void;
  /** Counts the host's wishes to have the caret in the composer. */
  readonly focusRequests: number;
}

/** Typing is told to the host after a pause this long: it computes the price range and keeps the draft. */
const draftPauseMs = 150;

export function App({ state, request, saved, save, focusRequests }: AppProps) {
  const [historyOpen, setHistoryOpen] = useState(() => saved().historyOpen);
  const [problem, setProblem] = useState<string>();
  const [said, setSaid] = useState('');
  const [ownFocusRequests, setOwnFocusRequests] = useState(0);
  const draft = useDraft({ state, request, saved, save });

  const page = useMemo<Page>(() => {
    const announce = (sentence: string) => setSaid((before) => (before === sentence ? `${sentence}\u00a0` : sentence));
    const unfolded = new Set(saved().unfolded);
    return {
      request,
      announce,
      perform: (wish, done) => {
        request(wish).then(
          () => {
            if (done !== undefined) announce(done);
          },
          (error: unknown) => setProblem(sentenceOf(error)),
        );
      },
      isUnfolded: (key) => unfolded.has(key),
      setUnfolded: (key, isOpen) => {
        if (isOpen) unfolded.add(key);
        else unfolded.delete(key);
        // The newest folds are the ones that matter; the list must not grow with the conversation.
        save({ unfolded: [...unfolded].slice(-100) });
      },
    };
  }, []);

  const showHistory = (open: boolean) => {
    setHistoryOpen(open);
    save({ historyOpen: open });
    if (!open) setOwnFocusRequests((count) => count + 1);
  };
  const running = state?.running;
  useAnnouncements(state, page.announce);
  useLayoutEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.isComposing || event.defaultPrevented) return;
      if (historyOpen) showHistory(false);
      else if (running !== undefined) page.perform({ type: 'stop' });
      else return;
      event.preventDefault();
    };
    window.addEventListener('keydown', onKeyDown);
    return () => window.removeEventListener('keydown', onKeyDown);
  }, [running, historyOpen]);

  const canAsk = state !== undefined && (state.setup.demo || state.setup.providers.length > 0);
  const blocked = state === undefined ? 'Starting…' : canAsk ? undefined : 'Choose how to begin above, then send.';
  const send = (text: string) => {
    draft.send(text, (error) => setProblem(`Your question was not sent: ${sentenceOf(error)}`));
    setProblem(undefined);
  };
  const earlier = useMemo(() => (state?.messages ?? []).filter((message) => message.role === 'user').map((message) => message.text), [state?.messages]);

  return (
    <PageContext.Provider value={page}>
      <div class="page">
        <Header
          title={state?.thread?.title}
          historyOpen={historyOpen}
          onHistory={() => showHistory(!historyOpen)}
          onNew={() => {
            draft.tellNow();
            page.perform({ type: 'new-thread' });
            showHistory(false);
          }}
        />
        {state === undefined ? null : <BudgetBar budgets={state.budgets} />}
        {state?.setup.demo === true ? <DemoBanner /> : null}
        {state?.banner === undefined ? null : <Notice notice={state.banner} />}
        {problem === undefined || isToldBy(state?.notice, problem) ? null : <Notice notice={{ sentence: problem, level: 'error', actions: [] }} onDismiss={() => setProblem(undefined)} />}
        {state?.notice === undefined ? null : <Notice notice={state.notice} />}
        {state === undefined ? (
          <main class="starting">
            <span class="codicon codicon-loading spin" role="img" aria-label="Starting" />
          </main>
        ) : historyOpen ? (
          <History threads={state.threads} currentId={state.thread?.id} onClose={() => showHistory(false)} onLeave={draft.tellNow} onProblem={(error) => setProblem(sentenceOf(error))} />
        ) : state.messages.length === 0 ? (
          <EmptyState
            setup={state.setup}
            canAsk={canAsk}
            onExample={(text) => {
              send(text);
              setOwnFocusRequests((count) => count + 1);
            }}
          />
        ) : (
          <MessageList
            key={state.thread?.id ?? 'new'}
            messages={state.messages}
            busy={running !== undefined}
            steps={state.steps}
            place={placeFor(saved(), state.thread?.id)}
            onPlace={(place) => save({ ...(state.thread === undefined ? {} : { threadId: state.thread.id }), ...place })}
          />
        )}
        {historyOpen ? null : (
          <Composer
            text={draft.text}
            onText={draft.write}
            onSend={send}
            running={running !== undefined}
            blocked={blocked}
            quality={state?.quality ?? 'balanced'}
            qualityLimit={state?.qualityLimit}
            preview={state?.preview}
            earlier={earlier}
            focusRequests={focusRequests + ownFocusRequests}
          />
        )}
        <div class="for-screen-readers" role="status" aria-live="polite">
          {said}
        </div>
      </div>
    </PageContext.Provider>
  );
}

/** A refusal often comes as a notice with buttons as well; once is enough. */
function isToldBy(notice: ChatState['notice'], problem: string): boolean {
  return notice !== undefined && problem.includes(makeVisible(notice.sentence));
}

function DemoBanner() {
  return (
    <Notice notice={{ sentence: 'Demo: answers are simulated, nothing is spent.', level: 'info', actions: [{ id: 'leaveDemo', label: 'Use a real key' }] }} />
  );
}

function placeFor(saved: SavedView, threadId: string | undefined): Place {
  if (saved.threadId !== threadId || saved.anchor === undefined) return { following: true };
  return { following: saved.following, anchor: saved.anchor };
}

/**
 * The question being written belongs to the page until it is sent. The host keeps a copy and may replace it (another
 * conversation, a question given back), but never while there is typing that it does not know yet.
 */
function useDraft({ state, request, saved, save }: Pick<AppProps, 'state' | 'request' | 'saved' | 'save'>) {
  const [text, setText] = useState(() => saved().draft);
  const textNow = useRef(text);
  const told = useRef(text);
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const before = useRef<ChatState>(undefined);

  const show = (next: string) => {
    textNow.current = next;
    setText(next);
    save({ draft: next });
  };
  const tellNow = () => {
    clearTimeout(timer.current);
    if (told.current === textNow.current) return;
    told.current = textNow.current;
    // A draft that could not be kept is kept here all the same; there is nothing to tell.
    request({ type: 'draft', text: textNow.current }).catch(() => undefined);
  };
  const write = (next: string) => {
    show(next);
    clearTimeout(timer.current);
    timer.current = setTimeout(tellNow, draftPauseMs);
  };

  useEffect(() => {
    const last = before.current;
    before.current = state;
    if (state === undefined) return;
    if (last === undefined) {
      const inFlight = saved().sending;
      save({ sending: undefined });
      if (inFlight !== undefined && lastQuestion(state.messages) !== inFlight) write(joined(inFlight, textNow.current));
      else if (textNow.current === '' && state.draft !== '') {
        told.current = state.draft;
        show(state.draft);
      } else if (textNow.current !== state.draft) {
        told.current = state.draft;
        tellNow();
      }
      return;
    }
    if (state.draft === last.draft) return;
    const otherThread = state.thread?.id !== last.thread?.id;
    if (!otherThread && textNow.current !== told.current) return;
    clearTimeout(timer.current);
    told.current = state.draft;
    show(state.draft);
  }, [state]);

  const send = (question: string, onRefused: (error: unknown) => void) => {
    clearTimeout(timer.current);
    if (question === textNow.current) {
      told.current = '';
      show('');
    }
    save({ sending: question });
    request({ type: 'send', text: question }).then(
      () => save({ sending: undefined }),
      (error: unknown) => {
        save({ sending: undefined });
        write(joined(question, textNow.current));
        onRefused(error);
      },
    );
  };

  return { text, write, send, tellNow };
}

/** A question that comes back goes before what has been typed meanwhile. */
function joined(question: string, typed: string): string {
  return typed.trim() === '' || typed === question ? question : `${question}\n${typed}`;
}

function lastQuestion(messages: readonly MessageView[]): string | undefined {
  return messages.findLast((message) => message.role === 'user')?.text;
}

/** Says when an answer begins and how it ended; never each word of it. */
function useAnnouncements(state: ChatState | undefined, announce: (sentence: string) => void): void {
  const before = useRef<string>(undefined);
  useEffect(() => {
    const last = before.current;
    before.current = state?.running;
    if (state === undefined || state.running === last) return;
    if (state.running !== undefined) announce('Answering');
    else announce(endInWords(state.messages.find((message) => message.id === last)));
  }, [state?.running]);
  useEffect(() => {
    if (state?.notice !== undefined) announce(makeVisible(state.notice.sentence));
  }, [state?.notice?.sentence]);
  useEffect(() => {
    if (state?.banner !== undefined) announce(makeVisible(state.banner.sentence));
  }, [state?.banner?.sentence]);
}

function endInWords(message: MessageView | undefined): string {
  switch (message?.answer?.state) {
    case 'failed':
      return `The answer failed. ${makeVisible(message.answer.failure?.sentence ?? '')}`;
    case 'cancelled':
      return 'Answer stopped';
    case 'truncated':
      return 'Answer cut off';
    case 'interrupted':
      return 'Answer interrupted';
    case 'complete':
    case 'streaming':
    case undefined:
      return 'Answer finished';
  }
}

function sentenceOf(error: unknown): string {
  return makeVisible(error instanceof Error ? error.message : String(error));
}
