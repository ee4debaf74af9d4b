import { type ExperimentsRequest, type ExperimentView, type FromExperimentsPage, toExperimentsPage } from '../../src/shared/experimentsProtocol';

/** What the page knows. */
export interface PageState {
  /** Undefined until the host has told. */
  readonly experiments: readonly ExperimentView[] | undefined;
  /** Requests under way. */
  readonly busy: number;
  /** Why the last request was refused. */
  readonly error: string | undefined;
}

interface Connection {
  readonly state: () => PageState;
  readonly send: (request: ExperimentsRequest) => void;
  /** Takes whatever arrives in the window; what is not of the host's shape is ignored. */
  readonly receive: (data: unknown) => void;
}

/** The page's side of the conversation with the host. Every request is settled by one reply. */
export function connect(post: (message: FromExperimentsPage) => void, onChange: () => void): Connection {
  let state: PageState = { experiments: undefined, busy: 0, error: undefined };
  let lastId = 0;
  const change = (changes: Partial<PageState>): void => {
    state = { ...state, ...changes };
    onChange();
  };
  return {
    state: () => state,
    send: (request) => {
      lastId += 1;
      post({ id: lastId, request });
      change({ busy: state.busy + 1, error: undefined });
    },
    receive: (data) => {
      const parsed = toExperimentsPage.safeParse(data);
      if (!parsed.success) return;
      const message = parsed.data;
      if (message.type === 'experiments') change({ experiments: message.experiments });
      else change({ busy: Math.max(0, state.busy - 1), ...(message.error === undefined ? {} : { error: message.error }) });
    },
  };
}
