import { type ExportFormat, type FromReportPage, type Period, type ReportRequest, type ReportView, toReportPage } from '../../src/shared/reportProtocol';

/** What the page knows. */
export interface PageState {
  readonly period: Period;
  /** The last report that came; of another period while this one is read. */
  readonly report: ReportView | undefined;
  /** Calls read so far; undefined when nothing is read. */
  readonly reading: number | undefined;
  readonly isSaving: boolean;
  /** Why the last request was refused. */
  readonly error: string | undefined;
  /** The host has said anything at all. */
  readonly isHeard: boolean;
}

interface Connection {
  readonly state: () => PageState;
  readonly show: (period: Period) => void;
  readonly stop: () => void;
  readonly save: (format: ExportFormat) => void;
  /** Takes whatever arrives in the window; what is not of the host's shape is ignored. */
  readonly receive: (data: unknown) => void;
}

interface ConnectionOptions {
  readonly post: (message: FromReportPage) => void;
  readonly period: Period;
  readonly onChange: () => void;
}

/** The page's side of the conversation with the host. Every request is settled by one reply; only the newest of a kind counts. */
export function connect({ post, period, onChange }: ConnectionOptions): Connection {
  let state: PageState = { period, report: undefined, reading: undefined, isSaving: false, error: undefined, isHeard: false };
  let lastId = 0;
  let showing: number | undefined;
  let saving: number | undefined;

  const change = (changes: Partial<PageState>): void => {
    state = { ...state, ...changes };
    onChange();
  };
  const send = (request: ReportRequest): number => {
    lastId += 1;
    post({ id: lastId, request });
    return lastId;
  };
  return {
    state: () => state,
    show: (wanted) => {
      showing = send({ type: 'show', period: wanted });
      change({ period: wanted, reading: 0, error: undefined });
    },
    stop: () => void send({ type: 'stop' }),
    save: (format) => {
      saving = send({ type: 'export', period: state.period, format });
      change({ isSaving: true, error: undefined });
    },
    receive: (data) => {
      const parsed = toReportPage.safeParse(data);
      if (!parsed.success) return;
      const message = parsed.data;
      switch (message.type) {
        case 'report':
          // One that was asked for before may still be under way.
          change({ isHeard: true, ...(message.report.period === state.period ? { report: message.report } : {}) });
          return;
        case 'progress':
          change({ isHeard: true, ...(state.reading === undefined ? {} : { reading: message.calls }) });
          return;
        case 'reply': {
          const settled = message.id === showing ? { reading: undefined } : message.id === saving ? { isSaving: false } : undefined;
          // Who gave way to a newer request has nothing to say any more.
          if (settled) change({ isHeard: true, ...settled, ...(message.error === undefined ? {} : { error: message.error }) });
        }
      }
    },
  };
}
