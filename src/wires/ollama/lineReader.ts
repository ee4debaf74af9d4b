import { parseJsonValues } from '../http/jsonValue';

/** What one line of a reply holds. `garbage`: nothing after it can be trusted. */
export type LinePart = { readonly type: 'value'; readonly value: unknown } | { readonly type: 'garbage'; readonly problem: string };

/** Longest line that is held, in UTF-16 units: a line without an end must not fill the memory. */
export const maxLineLength = 4 * 1024 * 1024;

/** How much of the beginning of a reply is kept, to quote it when it turns out to be nothing. */
const quotedLength = 300;

/**
 * Reads JSON values, one a line, from bytes split anywhere. Blank lines are passed over; several values on one line are
 * read as several. Linear in its input.
 *
 * Invariant: never throws, and holds at most one line.
 */
export class LineReader {
  /** The first characters of the reply. */
  beginning = '';

  readonly #maxLength: number;
  readonly #decoder = new TextDecoder();
  #pieces: string[] = [];
  #length = 0;
  #ended = false;

  constructor(maxLength = maxLineLength) {
    this.#maxLength = maxLength;
  }

  push(bytes: Uint8Array): readonly LinePart[] {
    return this.#take(this.#decoder.decode(bytes, { stream: true }));
  }

  /** The last line may lack its end. Half a value means that the reply was cut off, which shows by itself. */
  end(): readonly LinePart[] {
    const parts = this.#take(this.#decoder.decode());
    const rest = this.#release();
    if (this.#ended || rest.trim() === '') return parts;
    const values = parseJsonValues(rest);
    if (values !== undefined) return [...parts, ...values.map((value) => ({ type: 'value', value }) as const)];
    return rest.trimStart().startsWith('<') ? [...parts, garbage(rest)] : parts;
  }

  #take(text: string): readonly LinePart[] {
    if (this.#ended) return [];
    if (this.beginning.length < quotedLength) this.beginning = (this.beginning + text).slice(0, quotedLength);
    const parts: LinePart[] = [];
    let start = 0;
    for (let feed = text.indexOf('\n'); feed !== -1; feed = text.indexOf('\n', start)) {
      this.#hold(text.slice(start, feed));
      start = feed + 1;
      if (this.#length > this.#maxLength) return [...parts, this.#overflow()];
      const line = this.#release().trim();
      if (line === '') continue;
      const values = parseJsonValues(line);
      if (values === undefined) {
        this.#ended = true;
        return [...parts, garbage(line)];
      }
      for (const value of values) parts.push({ type: 'value', value });
    }
    this.#hold(text.slice(start));
    return this.#length > this.#maxLength ? [...parts, this.#overflow()] : parts;
  }

  #hold(text: string): void {
    if (text === '') return;
    this.#pieces.push(text);
    this.#length += text.length;
  }

  #release(): string {
    const line = this.#pieces.join('');
    this.#pieces = [];
    this.#length = 0;
    return line;
  }

  #overflow(): LinePart {
    this.#ended = true;
    this.#release();
    return { type: 'garbage', problem: `One line is longer than ${this.#maxLength} characters.` };
  }
}

function garbage(line: string): LinePart {
  if (!line.trimStart().startsWith('<')) return { type: 'garbage', problem: 'A part of the answer is not JSON.' };
  return { type: 'garbage', problem: `A web page came instead of an answer: ${/<title[^>]*>([^<]*)<\/title>/i.exec(line)?.[1]?.trim() ?? 'without a title'}` };
}
