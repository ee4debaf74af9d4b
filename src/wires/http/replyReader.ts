import { listOf, objectOf, parseJson, parseJsonValues } from './jsonValue';
import { type SseEvent, SseReader, maxEventLength } from './sseReader';

/**
 * What a successful reply holds, whatever it is packed in. `done`: the server said that nothing follows. `garbage`: the
 * reply cannot be read any further, and what was read may lack something; `status` is the one that a page for a browser
 * names, of a server that sends it with 200.
 */
export type ReplyPart =
  | { readonly type: 'value'; readonly value: unknown; readonly isError: boolean }
  | { readonly type: 'done' }
  | { readonly type: 'garbage'; readonly problem: string; readonly status?: number };

/** How much of the beginning of a reply is kept, to quote it when it turns out to be nothing. */
const quotedLength = 300;

/**
 * Unpacks a reply by what it is, not by its content type, which servers get wrong: an event stream, or, when it begins
 * with a bracket, JSON in one piece (a server that ignores `stream`), one value a line, or an array of chunks, or, when
 * it begins with `<`, a web page.
 */
export class ReplyReader {
  /** The first characters of the reply. */
  beginning = '';

  readonly #maxLength: number;
  #kind: 'unknown' | 'events' | 'document' = 'unknown';
  readonly #events: SseReader;
  readonly #decoder = new TextDecoder();
  readonly #quoteDecoder = new TextDecoder();
  #document: string[] = [];
  #documentLength = 0;

  constructor(maxLength = maxEventLength) {
    this.#maxLength = maxLength;
    this.#events = new SseReader(maxLength);
  }

  /** JSON in one piece has begun, of which nothing is told before its end. */
  get isOnePiece(): boolean {
    return this.#kind === 'document' && /^\s*[{[]/.test(this.beginning);
  }

  push(bytes: Uint8Array): readonly ReplyPart[] {
    if (this.beginning.length < quotedLength) this.beginning += this.#quoteDecoder.decode(bytes.subarray(0, quotedLength), { stream: true });
    if (this.#kind === 'unknown') this.#kind = kindOf(bytes);
    // White space before the first character belongs to either; the event reader skips it.
    return this.#kind === 'document' ? this.#pushDocument(bytes) : this.#parts(this.#events.push(bytes));
  }

  /** What was pending when the body ended. */
  end(): readonly ReplyPart[] {
    if (this.#kind === 'document') return this.#endDocument();
    const tail = this.#events.end();
    if (this.#events.overflowed) return this.#parts([]);
    // A tail counts when it is whole; half a chunk means that the stream was cut off, which shows by itself.
    if (tail === undefined || (tail.data.trim() !== '[DONE]' && parseJson(tail.data) === undefined)) return [];
    return this.#parts([tail]);
  }

  #parts(events: readonly SseEvent[]): readonly ReplyPart[] {
    const parts = events.flatMap(partsOf);
    if (this.#events.overflowed) parts.push({ type: 'garbage', problem: `One event is longer than ${this.#maxLength} characters.` });
    return parts;
  }

  #pushDocument(bytes: Uint8Array): readonly ReplyPart[] {
    const text = this.#decoder.decode(bytes, { stream: true });
    this.#documentLength += text.length;
    if (this.#documentLength > this.#maxLength) {
      this.#document = [];
      return [{ type: 'garbage', problem: `The answer is longer than ${this.#maxLength} characters.` }];
    }
    this.#document.push(text);
    return [];
  }

  #endDocument(): readonly ReplyPart[] {
    const text = this.#document.join('') + this.#decoder.decode();
    this.#document = [];
    if (/^\s*</.test(text)) return [webPage(text)];
    const whole = parseJson(text);
    const values = whole === undefined ? parseJsonValues(text) : Array.isArray(whole.value) ? listOf(whole.value) : [whole.value];
    if (values === undefined) return [{ type: 'garbage', problem: 'The answer is not whole JSON.' }];
    const parts: ReplyPart[] = values.map((value) => ({ type: 'value', value, isError: false }));
    // One document that parses is whole. Chunks line by line, be it a single one, are only whole when the last says so.
    if (whole !== undefined && !isChunk(whole.value)) parts.push({ type: 'done' });
    return parts;
  }
}

function webPage(text: string): ReplyPart {
  const title = (/<title[^>]*>([^<]*)<\/title>/i.exec(text)?.[1] ?? /<h1[^>]*>([^<]*)<\/h1>/i.exec(text)?.[1])?.trim();
  const status = /(?:^|\D)(5\d\d)(?:\D|$)/.exec(title ?? '')?.[1];
  return { type: 'garbage', problem: `A web page came instead of an answer: ${title ?? 'without a title'}`, ...(status === undefined ? {} : { status: Number(status) }) };
}

/** A piece of an answer, in distinction from one whole answer or an array of all pieces. */
function isChunk(value: unknown): boolean {
  return objectOf(listOf(objectOf(value)?.['choices'])[0])?.['delta'] !== undefined;
}

/** Decided by the first byte that is not white space or of a byte order mark. */
function kindOf(bytes: Uint8Array): 'unknown' | 'events' | 'document' {
  for (const byte of bytes) {
    if (byte === 0x20 || byte === 0x09 || byte === 0x0a || byte === 0x0d || byte === 0xef || byte === 0xbb || byte === 0xbf) continue;
    return byte === 0x7b || byte === 0x5b || byte === 0x3c ? 'document' : 'events';
  }
  return 'unknown';
}

function partsOf({ event, data }: SseEvent): readonly ReplyPart[] {
  const text = data.trim();
  if (text === '[DONE]') return [{ type: 'done' }];
  const isError = event === 'error';
  if (!text.startsWith('{') && !text.startsWith('[')) {
    // A heartbeat sent as data, such as `: keepalive` or `ping`, is nobody's answer. An error in plain words is one.
    return isError && text !== '' ? [{ type: 'value', value: text, isError }] : [];
  }
  // One event may hold several values, glued or on lines of their own.
  const values = parseJsonValues(text);
  if (values === undefined) return [{ type: 'garbage', problem: 'A part of the answer is not JSON.' }];
  return values.flatMap((value): readonly ReplyPart[] => (objectOf(value) === undefined && !isError ? [] : [{ type: 'value', value, isError }]));
}
