import type { StoredMessage } from '../../core/model/thread';
import type { Log } from '../../core/ports/log';
import type { ChatState } from '../../shared/protocol';

/** What a desk sees of its chat. */
export interface ContextDoor {
  readonly log: Log;
  /** The conversation as it is shown. */
  messages(): readonly StoredMessage[];
  /** Shows fields of the state anew. */
  change(state: Partial<Pick<ChatState, 'context' | 'completions' | 'contextProposal'>>): void;
  /** What went with the draft when the window was closed; the desk itself says what it is. */
  readonly kept: {
    keptContext(): unknown;
    keepContext(kept: unknown): PromiseLike<void>;
    /** Characters of it that can be kept. */
    contextRoom(): number;
  };
  /** Works out anew what asking the draft would cost. */
  preview(): void;
}
