import { t } from '../../src/shared/l10n';
import type { ChatDelta, ChatRequest, ChatState, ToPage } from '../../src/shared/protocol';
import { applyDelta } from './applyDelta';

/** The page's side of the conversation with the host. */
export interface Connection<State = ChatState, Request = ChatRequest> {
  /** Undefined until the first snapshot. */
  readonly state: () => State | undefined;
  /** Settles exactly once: with the host's reply, or with an error when the connection is closed. `onId` is told its id before it is posted. */
  readonly request: (request: Request, onId?: (id: number) => void) => Promise<void>;
  /** Asks for everything, again and again until it comes. */
  readonly refresh: () => void;
  /** Takes whatever arrives in the window; what is not of the host's shape is ignored. */
  readonly receive: (data: unknown) => void;
  readonly close: () => void;
}

export interface ConnectionOptions<Request = ChatRequest> {
  readonly post: (message: { readonly id: number; readonly request: Request }) => void;
  /** Called after every change of the state; many calls may come between two frames. */
  readonly onChange: (change: 'snapshot' | 'delta') => void;
  readonly onFocus: () => void;
  /** Ids of requests are unlike those of other pages: a late reply to the page before this one settles nothing here. */
  readonly firstId?: number;
  /** Runs it when there was time enough for a snapshot to come. */
  readonly later?: (run: () => void) => void;
}

/** A host that is still starting, or whose snapshot got lost, is asked again after so many milliseconds. */
const askAgainAfterMs = 2000;

/** The connection of the chat. */
export function connect(options: ConnectionOptions): Connection {
  return connectTo<ChatState, ChatDelta, ChatRequest>(options, { apply: applyDelta, snapshot: { type: 'snapshot' } });
}

/** What differs from page to page. */
interface Protocol<State, Delta, Request> {
  /** Undefined when the delta does not fit. */
  readonly apply: (state: State, delta: Delta) => State | undefined;
  /** Asks for everything. */
  readonly snapshot: Request;
}

type FromHost<State, Delta> =
  | { readonly type: 'snapshot'; readonly sequence: number; readonly state: State }
  | { readonly type: 'delta'; readonly sequence: number; readonly delta: Delta }
  | { readonly type: 'reply'; readonly id: number; readonly error?: string }
  | { readonly type: 'focus' };

/**
 * Holds the state as the host tells it: a snapshot, then deltas numbered without gaps. A missing number, or a delta that
 * does not fit, asks for a new snapshot once; what arrives until then is covered by it.
 */
export function connectTo<State, Delta, Request>({ post, onChange, onFocus, firstId = Math.floor(Math.random() * 2 ** 48), later = (run) => void setTimeout(run, askAgainAfterMs) }: ConnectionOptions<Request>, { apply, snapshot }: Protocol<State, Delta, Request>): Connection<State, Request> {
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  let nextId = firstId;
  let state: State | undefined;
  let sequence = -1;
  let asking = false;
  let asks = 0;
  let closed = false;

  const request = (message: Request, onId?: (id: number) => void): Promise<void> =>
    new Promise((resolve, reject) => {
      if (closed) {
        reject(new Error(t('The page is closed.')));
        return;
      }
      const id = nextId++;
      waiting.set(id, { resolve, reject });
      onId?.(id);
      post({ id, request: message });
    });

  const askForSnapshot = () => {
    if (asking || closed) return;
    asking = true;
    const turn = ++asks;
    // A refused snapshot leaves the old state on the screen; the next delta asks again.
    const settle = () => {
      if (turn === asks) asking = false;
    };
    request(snapshot).then(settle, settle);
    later(() => {
      if (turn !== asks || (!asking && state !== undefined)) return;
      asking = false;
      askForSnapshot();
    });
  };

  const receive = (data: unknown): void => {
    if (closed || !isFromHost<State, Delta>(data)) return;
    switch (data.type) {
      case 'snapshot':
        state = data.state;
        sequence = data.sequence;
        asking = false;
        onChange('snapshot');
        return;
      case 'delta': {
        if (state !== undefined && data.sequence <= sequence) return;
        const next = state !== undefined && data.sequence === sequence + 1 ? apply(state, data.delta) : undefined;
        if (next === undefined) {
          askForSnapshot();
          return;
        }
        state = next;
        sequence = data.sequence;
        onChange('delta');
        return;
      }
      case 'reply': {
        const one = waiting.get(data.id);
        waiting.delete(data.id);
        if (data.error === undefined) one?.resolve();
        else one?.reject(new Error(data.error));
        return;
      }
      case 'focus':
        onFocus();
    }
  };

  return {
    state: () => state,
    request,
    refresh: askForSnapshot,
    receive,
    close: () => {
      closed = true;
      for (const one of waiting.values()) one.reject(new Error(t('The page was closed before the answer came.')));
      waiting.clear();
    },
  };
}

const kinds: ReadonlySet<unknown> = new Set<ToPage['type']>(['snapshot', 'delta', 'reply', 'focus']);

/** The host is our own code and parses nothing twice; this only keeps out messages that are not for us. */
function isFromHost<State, Delta>(data: unknown): data is FromHost<State, Delta> {
  return typeof data === 'object' && data !== null && 'type' in data && kinds.has(data.type);
}
