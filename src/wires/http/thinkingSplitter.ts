export interface SplitText {
  readonly text: string;
  readonly reasoning: string;
}

const opening = '<think>';
const closing = '</think>';

/**
 * Takes reasoning that a server left in the text, as `<think>…</think>` at the very beginning of the answer (DeepSeek R1
 * and Qwen on plain servers). Anywhere else the tag is part of the answer: a model may write about it.
 */
export class ThinkingSplitter {
  #phase: 'beginning' | 'thinking' | 'gap' | 'answer' = 'beginning';
  #held = '';

  push(text: string): SplitText {
    if (this.#phase === 'answer' || text === '') return { text, reasoning: '' };
    const all = this.#held + text;
    this.#held = '';
    if (this.#phase === 'beginning') return this.#begin(all);
    return this.#phase === 'gap' ? this.#close(all) : this.#think(all);
  }

  /** What was held back, at the end of the answer. */
  end(): SplitText {
    const held = this.#held;
    this.#held = '';
    return this.#phase === 'thinking' ? { text: '', reasoning: held } : { text: held, reasoning: '' };
  }

  /** Reasoning came in its own field, so that a tag in the text is text. */
  skip(): SplitText {
    const held = this.end();
    this.#phase = 'answer';
    return held;
  }

  #begin(all: string): SplitText {
    const start = all.trimStart();
    if (start.startsWith(opening)) {
      this.#phase = 'thinking';
      return this.#think(start.slice(opening.length).replace(/^\s+/, ''));
    }
    if (opening.startsWith(start)) {
      this.#held = all;
      return { text: '', reasoning: '' };
    }
    this.#phase = 'answer';
    return { text: all, reasoning: '' };
  }

  #think(all: string): SplitText {
    const end = all.indexOf(closing);
    if (end !== -1) {
      return { text: this.#close(all.slice(end + closing.length)).text, reasoning: all.slice(0, end) };
    }
    const kept = partialSuffix(all);
    this.#held = all.slice(all.length - kept);
    return { text: '', reasoning: all.slice(0, all.length - kept) };
  }

  /** The blank lines between reasoning and answer belong to neither. */
  #close(all: string): SplitText {
    const text = all.trimStart();
    this.#phase = text === '' ? 'gap' : 'answer';
    return { text, reasoning: '' };
  }
}

/** Length of the longest end of `text` that may be the beginning of the closing tag. */
function partialSuffix(text: string): number {
  for (let length = Math.min(closing.length - 1, text.length); length > 0; length -= 1) {
    if (text.endsWith(closing.slice(0, length))) return length;
  }
  return 0;
}
