/** One event of an event stream. `event` is `message` when the server named none. */
export interface SseEvent {
  readonly event: string;
  readonly data: string;
  readonly lastEventId: string;
}

/**
 * Longest line and longest event that are held, in UTF-16 units. An answer of 2 MiB in one chunk has been seen; a line
 * without an end must not fill the memory.
 */
export const maxEventLength = 4 * 1024 * 1024;

/**
 * Reads an event stream as section 9.2.6 of the HTML standard says: UTF-8 with one byte order mark removed, lines ended
 * by LF, CR or CRLF, also when CR and LF come in different chunks. Bytes may be split anywhere. Linear in its input.
 *
 * Invariant: never throws, never calls anybody, and holds at most one event.
 */
export class SseReader {
  /** True once a line or an event was too long. Nothing is read after that. */
  overflowed = false;
  /** Reconnection time the server asked for, in milliseconds. */
  retryMs: number | undefined;

  readonly #maxLength: number;
  /** Keeps the mark: Node 24 takes away a second one as well when the first comes in pieces. */
  readonly #decoder = new TextDecoder('utf-8', { ignoreBOM: true });
  #atStart = true;
  #partial = '';
  #afterCarriageReturn = false;
  #event = '';
  #data: string[] = [];
  #dataLength = 0;
  #lastEventId = '';

  constructor(maxLength = maxEventLength) {
    this.#maxLength = maxLength;
  }

  /** The events that these bytes complete. */
  push(bytes: Uint8Array): readonly SseEvent[] {
    const text = this.#decoder.decode(bytes, { stream: true });
    if (text === '') return [];
    const unmarked = this.#atStart && text.startsWith('\uFEFF') ? text.slice(1) : text;
    this.#atStart = false;
    return this.#read(unmarked);
  }

  /**
   * What was pending when the stream ended. The standard drops it; a model's last chunk without its blank line is still
   * worth reading, so the caller gets it apart and decides.
   */
  end(): SseEvent | undefined {
    const line = this.#partial + this.#decoder.decode();
    this.#partial = '';
    if (line !== '') this.#line(line);
    return this.#dispatch();
  }

  #read(text: string): readonly SseEvent[] {
    const events: SseEvent[] = [];
    if (text === '' || this.overflowed) return events;
    let start = this.#afterCarriageReturn && text.startsWith('\n') ? 1 : 0;
    this.#afterCarriageReturn = false;
    let lineFeed = text.indexOf('\n', start);
    let carriageReturn = text.indexOf('\r', start);
    while (lineFeed !== -1 || carriageReturn !== -1) {
      const isReturn = carriageReturn !== -1 && (lineFeed === -1 || carriageReturn < lineFeed);
      const end = isReturn ? carriageReturn : lineFeed;
      const line = this.#partial + text.slice(start, end);
      this.#partial = '';
      if (line === '') {
        const event = this.#dispatch();
        if (event !== undefined) events.push(event);
      } else {
        this.#line(line);
        if (this.overflowed) return events;
      }
      start = end + 1;
      if (isReturn) {
        if (start === text.length) this.#afterCarriageReturn = true;
        else if (start === lineFeed) start += 1;
      }
      if (lineFeed !== -1 && lineFeed < start) lineFeed = text.indexOf('\n', start);
      if (carriageReturn !== -1 && carriageReturn < start) carriageReturn = text.indexOf('\r', start);
    }
    this.#partial += text.slice(start);
    if (this.#partial.length > this.#maxLength) this.#overflow();
    return events;
  }

  #line(line: string): void {
    if (line.length > this.#maxLength) return this.#overflow();
    const colon = line.indexOf(':');
    if (colon === 0) return;
    const field = colon === -1 ? line : line.slice(0, colon);
    const value = colon === -1 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') {
      this.#dataLength += value.length + 1;
      if (this.#dataLength > this.#maxLength + 1) return this.#overflow();
      this.#data.push(value);
    } else if (field === 'event') {
      this.#event = value;
    } else if (field === 'id') {
      if (!value.includes('\0')) this.#lastEventId = value;
    } else if (field === 'retry') {
      // Clamped to the longest timer there is, so that nobody overflows one with it.
      if (/^[0-9]+$/.test(value)) this.retryMs = Math.min(Number(value), 2 ** 31 - 1);
    }
  }

  #dispatch(): SseEvent | undefined {
    const event = this.#event;
    const data = this.#data;
    this.#event = '';
    this.#data = [];
    this.#dataLength = 0;
    if (data.length === 0) return undefined;
    return { event: event === '' ? 'message' : event, data: data.join('\n'), lastEventId: this.#lastEventId };
  }

  #overflow(): void {
    this.overflowed = true;
    this.#partial = '';
    this.#data = [];
  }
}
