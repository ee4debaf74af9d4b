import type { ChatDelta, ChatState, ToPage } from '../../shared/protocol';

interface OutboxOptions {
  readonly post: (message: ToPage) => void;
  /** Runs it a moment later: what comes until then is posted together. */
  readonly soon: (run: () => void) => void;
  /** Greater than any number of the outbox before it for the same page, so that a page which outlived that one sees a gap. */
  readonly sequence: number;
}

/** What goes to one page: deltas without gaps in their numbers, and never a delta beside a snapshot that has it already. */
export class Outbox {
  readonly #options: OutboxOptions;
  #sequence: number;
  #pending: ChatDelta[] = [];
  #isFlushing = false;
  #isDisposed = false;
  /** Only the newest snapshot counts; an older one that comes late is dropped. */
  #turn = 0;
  #done = 0;

  constructor(options: OutboxOptions) {
    this.#options = options;
    this.#sequence = options.sequence;
  }

  queue(delta: ChatDelta): void {
    const last = this.#pending.at(-1);
    const merged = last && together(last, delta);
    if (merged) this.#pending[this.#pending.length - 1] = merged;
    else this.#pending.push(delta);
    if (this.#isFlushing) return;
    this.#isFlushing = true;
    this.#options.soon(() => this.#flush());
  }

  /**
   * Posts everything: `read` gets it ready and returns what makes the state of it, which is called at the moment of posting.
   * Undefined: there is a newer one. Returns whether it was posted. Rejects as `read` does; the page then keeps what it has.
   */
  async snapshot(read: (isNewest: () => boolean) => Promise<(() => ChatState) | undefined>): Promise<boolean> {
    const turn = ++this.#turn;
    const isNewest = () => turn === this.#turn;
    try {
      const state = await read(isNewest);
      if (!state || !isNewest()) return false;
      // What was queued meanwhile about the conversation is in the snapshot; what was read of the rest may be newer.
      this.#pending = this.#pending.filter((delta) => delta.type === 'state' && ['threads', 'budgets', 'arms'].some((name) => name in delta.state));
      this.#post({ type: 'snapshot', sequence: ++this.#sequence, state: state() });
      return true;
    } finally {
      if (isNewest()) this.#done = turn;
      this.#flush();
    }
  }

  dispose(): void {
    this.#isDisposed = true;
    this.#pending = [];
  }

  #flush(): void {
    this.#isFlushing = false;
    // A piece posted before the snapshot that it belongs to would fit nothing there; they go together.
    if (this.#done !== this.#turn) return;
    const pending = this.#pending;
    this.#pending = [];
    for (const delta of pending) this.#post({ type: 'delta', sequence: ++this.#sequence, delta });
  }

  #post(message: ToPage): void {
    if (!this.#isDisposed) this.#options.post(message);
  }
}

/** One delta that does what two do; undefined where there is none. */
function together(one: ChatDelta, next: ChatDelta): ChatDelta | undefined {
  if ((next.type === 'text-appended' || next.type === 'reasoning-appended') && one.type === next.type && one.messageId === next.messageId) return { ...one, text: one.text + next.text };
  if (next.type === 'step-appended' && one.type === next.type && one.messageId === next.messageId && one.stepId === next.stepId) return { ...one, text: one.text + next.text };
  // Only the newest state of an answer is worth posting.
  return next.type === 'answer-changed' && one.type === next.type && one.messageId === next.messageId ? next : undefined;
}
