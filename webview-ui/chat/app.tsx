import { useEffect, useLayoutEffect, useMemo, useState } from 'preact/hooks';
import { t } from '../../src/shared/l10n';
import type { ChatState, CurrentThread } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';
import { useAnnouncer } from './announcer';
import { BudgetBar } from './budgetBar';
import { Composer } from './composer';
import { EmptyState } from './emptyState';
import { Header } from './header';
import { History } from './history';
import { MessageList } from './messageList';
import { Notice } from './notice';
import { type Page, PageContext, pageOf } from './page';
import type { Find, Place } from './places';
import { type Save, type SavedView, withPicture } from './savedView';
import { sentenceOf } from './sentenceOf';
import { Starting } from './starting';
import { useWork, WorkContext } from './strategyPicker';
import { ThreadNote } from './threadNote';
import { useAnnouncements } from './useAnnouncements';
import { useDraft } from './useDraft';
import { useTaken } from './useTaken';
import { StepTexts } from './workStep';

interface AppProps {
  /** Undefined until the host has answered for the first time. */
  readonly state: ChatState | undefined;
  readonly request: Page['request'];
  /** What was kept, up to the last change. */
  readonly saved: () => SavedView;
  readonly save: Save;
  /** Counts the host's wishes to have the caret in the composer. */
  readonly focusRequests: number;
}

export function App({ state, request, saved, save, focusRequests }: AppProps) {
  const [historyOpen, setHistoryOpen] = useState(() => saved().historyOpen);
  const [problem, setProblem] = useState<string>();
  const { announce, said } = useAnnouncer();
  const [find, setFind] = useState<Find>();
  const [deleted, setDeleted] = useState<CurrentThread>();
  const [ownFocusRequests, setOwnFocusRequests] = useState(0);
  const taken = useTaken(state?.threads);
  const draft = useDraft({
    state,
    request,
    saved,
    save,
    onRefused: (error, wish) => {
      setProblem(t('Your question was not sent: {0}', sentenceOf(error)));
      if (wish !== undefined) work.choose(wish);
    },
  });
  const work = useWork({ state, request, text: draft.text, saved, save });

  const page = useMemo(
    () =>
      pageOf({
        request,
        announce,
        report: (error) => setProblem(sentenceOf(error)),
        edited: () => saved().edited,
        keepEdited: (edited) => save({ edited }),
        unfolded: saved().unfolded,
        keepUnfolded: (unfolded) => save({ unfolded }),
      }),
    [],
  );

  const showHistory = (open: boolean, focusComposer = !open) => {
    setHistoryOpen(open);
    save({ historyOpen: open });
    if (focusComposer) setOwnFocusRequests((count) => count + 1);
  };
  const threadId = state?.thread?.id;
  useEffect(() => {
    // Where this page was in another conversation says nothing of this one.
    if (state !== undefined && saved().threadId !== threadId) save({ threadId, following: true, anchor: undefined });
  }, [threadId, state === undefined]);
  // A conversation that is being left stops nobody from asking in the next, however late the host is.
  const [left, setLeft] = useState<string>();
  useEffect(() => setLeft(undefined), [threadId]);
  const running = threadId !== undefined && threadId === left ? undefined : state?.running;
  useAnnouncements(state, announce);
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
  const blocked = state === undefined ? t('Starting…') : canAsk ? undefined : t('Choose how to begin above, then send.');
  const send = (text: string) => {
    draft.send(text, work.sent());
    setProblem(undefined);
    setDeleted(undefined);
  };
  const earlier = useMemo(() => (state?.messages ?? []).filter((message) => message.role === 'user').map((message) => message.text), [state?.messages]);

  return (
    <PageContext.Provider value={page}>
    <WorkContext.Provider value={work}>
    <StepTexts.Provider value={state?.stepTexts}>
      <div class="page">
        <Header
          thread={state?.thread}
          historyOpen={historyOpen}
          onHistory={() => showHistory(!historyOpen)}
          onNew={() => {
            draft.tellNow();
            setLeft(threadId);
            request({ type: 'new-thread' }).catch((error: unknown) => {
              setLeft(undefined);
              page.report(error);
            });
            showHistory(false);
          }}
          onDelete={(thread) => {
            draft.tellNow();
            request({ type: 'delete-thread', threadId: thread.id }).then(() => setDeleted(thread), page.report);
            setOwnFocusRequests((count) => count + 1);
          }}
        />
        {historyOpen || state?.thread === undefined ? null : <ThreadNote thread={state.thread} />}
        {state === undefined ? null : <BudgetBar budgets={state.budgets} />}
        {state?.setup.demo === true ? <DemoBanner /> : null}
        {state?.banner === undefined ? null : <Notice notice={state.banner} />}
        {problem === undefined || isToldBy(state?.notice, problem) ? null : <Notice notice={{ sentence: problem, level: 'error', actions: [] }} onDismiss={() => setProblem(undefined)} />}
        {state?.notice === undefined ? null : <Notice notice={state.notice} />}
        {deleted === undefined ? null : (
          <Notice
            notice={{ sentence: t('Deleted “{0}”', deleted.title), level: 'info', actions: [{ id: 'undo', label: t('Undo') }] }}
            onAction={() => {
              setDeleted(undefined);
              request({ type: 'restore-thread', threadId: deleted.id }).then(() => page.perform({ type: 'open-thread', threadId: deleted.id }), page.report);
              setOwnFocusRequests((count) => count + 1);
            }}
            onDismiss={() => setDeleted(undefined)}
          />
        )}
        {state === undefined ? (
          <Starting />
        ) : historyOpen ? (
          <History
            threads={state.threads}
            history={state.history}
            search={state.search}
            currentId={threadId}
            taken={taken}
            onClose={() => showHistory(false)}
            onLeave={draft.tellNow}
            onFound={(found) => {
              setFind(found);
              showHistory(false, false);
            }}
            onProblem={page.report}
          />
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
            find={find?.threadId === threadId ? find : undefined}
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
            context={state?.context}
            completions={state?.completions}
            proposal={state?.contextProposal}
            pictures={saved().pictures ?? noPictures}
            onPicture={(label, small) => save({ pictures: withPicture(saved().pictures, label, small) })}
          />
        )}
        {said}
      </div>
    </StepTexts.Provider>
    </WorkContext.Provider>
    </PageContext.Provider>
  );
}

const noPictures: NonNullable<SavedView['pictures']> = {};

/** A refusal often comes as a notice with buttons as well; once is enough. */
function isToldBy(notice: ChatState['notice'], problem: string): boolean {
  return notice !== undefined && problem.includes(makeVisible(notice.sentence));
}

function DemoBanner() {
  return (
    <Notice notice={{ sentence: t('Demo: answers are simulated, nothing is spent.'), level: 'info', actions: [{ id: 'leaveDemo', label: t('Use a real key') }] }} />
  );
}

function placeFor(saved: SavedView, threadId: string | undefined): Place {
  if (saved.threadId !== threadId || saved.anchor === undefined) return { following: true };
  return { following: saved.following, anchor: saved.anchor };
}
