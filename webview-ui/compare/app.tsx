import { useMemo, useState } from 'preact/hooks';
import type { CompareRequest, CompareState, ComparisonView } from '../../src/shared/compareProtocol';
import { t } from '../../src/shared/l10n';
import type { ChatRequest } from '../../src/shared/protocol';
import { makeVisible } from '../../src/shared/visibleText';
import { useAnnouncer } from '../chat/announcer';
import { Notice } from '../chat/notice';
import { type Page, PageContext, pageOf, performing } from '../chat/page';
import { sentenceOf } from '../chat/sentenceOf';
import { Starting } from '../chat/starting';
import { AskForm } from './askForm';
import { Comparison } from './comparison';
import type { Perform } from './perform';
import type { SavedPage } from './savedPage';

interface AppProps {
  /** Undefined until the host has answered for the first time. */
  readonly state: CompareState | undefined;
  readonly request: (request: CompareRequest) => Promise<void>;
  readonly saved: SavedPage;
  readonly save: (change: Partial<SavedPage>) => void;
}

/** The page of a comparison. What is drawn inside of answers is the chat's own. */
export function App({ state, request, saved, save }: AppProps) {
  const [problem, setProblem] = useState<string>();
  const { announce, said } = useAnnouncer();
  const [page, perform] = useMemo(() => {
    const report = (error: unknown) => setProblem(sentenceOf(error));
    const chat = pageOf({
      request: async (wish) => request(ofChat(wish)),
      announce,
      report,
      // No question is changed here.
      edited: () => undefined,
      keepEdited: () => undefined,
      unfolded: saved.unfolded,
      keepUnfolded: (unfolded) => save({ unfolded }),
    });
    const run: Perform = performing((wish) => request(wish).then(() => setProblem(undefined)), { announce, report });
    return [chat, run] as const;
  }, []);
  return (
    <PageContext.Provider value={page}>
      <div class="page compare">
        {problem === undefined ? null : <Notice notice={{ sentence: problem, level: 'error', actions: [] }} onDismiss={() => setProblem(undefined)} />}
        {state === undefined ? (
          <Starting />
        ) : (
          <Content state={state} comparison={state.comparison} perform={perform} request={request} announce={announce} saved={saved} save={save} />
        )}
        {said}
      </div>
    </PageContext.Provider>
  );
}

/** What answers ask of the chat's page and this one does as well. */
function ofChat(request: ChatRequest): CompareRequest {
  if (request.type === 'copy' || request.type === 'open-link' || request.type === 'insert') return request;
  throw new Error(t('Keep the answer in the chat first.'));
}

interface ContentProps extends Omit<AppProps, 'state'> {
  readonly state: CompareState;
  readonly comparison: ComparisonView;
  readonly perform: Perform;
  readonly announce: Page['announce'];
}

function Content({ state, comparison, perform, request, announce, saved, save }: ContentProps) {
  switch (comparison.phase) {
    case 'asking':
      return <AskForm comparison={comparison} forecast={state.forecast} arms={state.arms} perform={perform} request={request} saved={saved} save={save} />;
    case 'gone':
      return <main class="gone">{makeVisible(comparison.sentence)}</main>;
    case 'running':
    case 'ended':
      return <Comparison comparison={comparison} texts={state.texts} perform={perform} announce={announce} saved={saved} save={save} />;
  }
}
