import { applyDelta, type ChatRequest, type ChatState, type FromPage, type ToPage } from '../../src/shared/protocol';

/** The page's side of the conversation with the host. */
export interface Connection {
  /** Undefined until the first snapshot. */
  readonly state: () => ChatState | undefined;
  /** Settles exactly once: with the host's reply, or with an error when the connection is closed. */
  readonly request: (request: ChatRequest) => Promise<void>;
  /** Takes whatever arrives in the window; what is not of the host's shape is ignored. */
  readonly receive: (data: unknown) => void;
  readonly close: () => void;
}

export interface ConnectionOptions {
  readonly post: (message: FromPage) => void;
  /** Called after every change of the state; many calls may come between two frames. */
  readonly onChange: (change: 'snapshot' | 'delta') => void;
  readonly onFocus: () => void;
}

/**
 * Holds the state as the host tells it: a snapshot, then deltas numbered without gaps. A missing number, or a delta that
 * does not fit, asks for a new snapshot once; what arrives until then is covered by it.
 */
export function connect({ post, onChange, onFocus }: ConnectionOptions): Connection {
  const waiting = new Map<number, { resolve: () => void; reject: (error: Error) => void }>();
  let lastId = 0;
  let state: ChatState | undefined;
  let sequence = -1;
  let asking = false;
  let closed = false;

  const request = (message: ChatRequest): Promise<void> =>
    new Promise((resolve, reject) => {
      if (closed) {
        reject(new Error('The page is closed.'));
        return;
      }
      lastId += 1;
      waiting.set(lastId, { resolve, reject });
      post({ id: lastId, request: message });
    });

  const askForSnapshot = () => {
    if (asking) return;
    asking = true;
    // A refused snapshot leaves the old state on the screen; the next delta asks again.
    request({ type: 'snapshot' }).then(
      () => {
        asking = false;
      },
      () => {
        asking = false;
      },
    );
  };

  const receive = (data: unknown): void => {
    if (closed || !isToPage(data)) return;
    switch (data.type) {
      case 'snapshot':
        state = data.state;
        sequence = data.sequence;
        asking = false;
        onChange('snapshot');
        return;
      case 'delta': {
        if (state !== undefined && data.sequence <= sequence) return;
        const next = state !== undefined && data.sequence === sequence + 1 ? applyDelta(state, data.delta) : undefined;
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
        if (data.ok) one?.resolve();
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
    receive,
    close: () => {
      closed = true;
      for (const one of waiting.values()) one.reject(new Error('The page was closed before the answer came.'));
      waiting.clear();
    },
  };
}

const kinds: ReadonlySet<unknown> = new Set<ToPage['type']>(['snapshot', 'delta', 'reply', 'focus']);

/** The host is our own code and parses nothing twice; this only keeps out messages that are not for us. */
function isToPage(data: unknown): data is ToPage {
  return typeof data === 'object' && data !== null && 'type' in data && kinds.has(data.type);
}
