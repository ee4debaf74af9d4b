import type { SealedReasoning } from '../../core/ports/wire';
import { maxEventLength } from '../http/sseReader';

/** A piece of a block of thinking: what was shown, its signature, or, of a block that nobody may read, its data. */
export interface ThoughtPart {
  readonly index: number;
  readonly text?: string | undefined;
  readonly signature?: string | undefined;
  readonly redacted?: string | undefined;
}

/** Signatures are base64, which has no colon. */
const redactedMark = 'redacted:';

/** Puts signed thinking together, as it must go back with the tool calls that it led to. */
export class SealedThoughts {
  #length = 0;
  readonly #blocks = new Map<number, { text: string; sealed: string }>();

  add({ index, text = '', signature = '', redacted }: ThoughtPart): void {
    this.#length += text.length + signature.length + (redacted?.length ?? 0);
    const block = this.#blocks.get(index) ?? { text: '', sealed: '' };
    if (this.#length <= maxEventLength) this.#blocks.set(index, { text: block.text + text, sealed: block.sealed + (redacted === undefined ? signature : redactedMark + redacted) });
  }

  /** In their order. One without a signature would be refused; of thinking that is too long to be held nothing is told. */
  get parts(): readonly SealedReasoning[] {
    return this.#length > maxEventLength ? [] : [...this.#blocks.values()].filter(({ sealed }) => sealed !== '');
  }
}

/** The block that goes back, exactly as it came. */
export function toThought({ text, sealed }: SealedReasoning): { type: 'thinking'; thinking: string; signature: string } | { type: 'redacted_thinking'; data: string } {
  if (sealed.startsWith(redactedMark)) return { type: 'redacted_thinking', data: sealed.slice(redactedMark.length) };
  return { type: 'thinking', thinking: text, signature: sealed };
}
