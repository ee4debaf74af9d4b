import { isUtf8 } from 'node:buffer';
import type { IncomingMessage } from 'node:http';
import type { Clock } from '../core/ports/clock';
import { refused, type Refused, tooLarge } from './guard';
import type { GatewayLimits } from './limits';

/** What the bodies of all requests hold at once. */
export interface BodyRoom {
  bytes: number;
}

export type ReadBody = { readonly ok: true; readonly value: unknown } | Unread;

/** `refused` undefined: the client is gone. */
interface Unread {
  readonly ok: false;
  readonly refused: Refused | undefined;
}

/** What a value takes in memory at least, however few bytes it has in a body: `{},` has three. */
const bytesOfValue = 64;

/**
 * Reads JSON of a bounded size, depth and number of values, counted before anything is made of them. Whoever sends nothing
 * for long is given up. What it takes in memory is taken from `room` and given back when `free` is called.
 */
export async function readJson(request: IncomingMessage, { clock, limits, room }: { readonly clock: Clock; readonly limits: GatewayLimits; readonly room: BodyRoom }): Promise<{ readonly body: ReadBody; readonly free: () => void }> {
  let taken = 0;
  const free = (): void => {
    room.bytes -= taken;
    taken = 0;
  };
  const take = (more: number): Refused | undefined => {
    taken += more;
    room.bytes += more;
    return room.bytes > limits.bodyBytesAtOnce ? refused('tooMany', 'overloaded', 503, 'The gateway is reading too much at once.', { retryAfterMs: 1000 }) : undefined;
  };
  const bytes = await collect(request, clock, limits, (more) => {
    const full = take(more);
    return taken > limits.bodyBytes ? tooLarge(limits) : full;
  });
  return { body: 'ok' in bytes ? bytes : parse(bytes, limits, take), free };
}

function collect(request: IncomingMessage, clock: Clock, { bodyIdleMs }: GatewayLimits, count: (bytes: number) => Refused | undefined): Promise<Buffer | Unread> {
  return new Promise((resolve) => {
    const chunks: Buffer[] = [];
    let heardAt = clock.elapsed();
    const end = (result: Buffer | Unread): void => {
      stopWatch();
      request.off('data', take).off('end', done).off('close', lost).off('error', lost);
      resolve(result);
    };
    const take = (chunk: Buffer): void => {
      heardAt = clock.elapsed();
      chunks.push(chunk);
      const trouble = count(chunk.length);
      if (trouble) end({ ok: false, refused: trouble });
    };
    const done = (): void => end(chunks.length === 1 && chunks[0] ? chunks[0] : Buffer.concat(chunks));
    const lost = (): void => end({ ok: false, refused: undefined });
    // One timer that looks again, not one for every chunk.
    let stopWatch = (): void => undefined;
    const watch = (ms: number): void => {
      stopWatch = clock.after(ms, () => {
        const left = heardAt + bodyIdleMs - clock.elapsed();
        if (left > 0) watch(left);
        else end({ ok: false, refused: refused('slow', 'timedOut', 408, 'The body of the request did not come.') });
      });
    };
    watch(bodyIdleMs);
    request.on('data', take).on('end', done).on('close', lost).on('error', lost);
  });
}

function parse(bytes: Buffer, limits: GatewayLimits, take: (bytes: number) => Refused | undefined): ReadBody {
  const bad = (message: string): ReadBody => ({ ok: false, refused: refused('malformed', 'badRequest', 400, message) });
  if (!isUtf8(bytes)) return bad('The body is not UTF-8.');
  const { depth, values } = shapeOf(bytes, limits);
  if (depth > limits.jsonDepth) return bad(`The body is nested more than ${limits.jsonDepth} deep.`);
  if (values > limits.jsonValues) return { ok: false, refused: refused('tooLarge', 'tooLarge', 413, `The body may have ${limits.jsonValues} values.`) };
  const full = take(values * bytesOfValue);
  if (full) return { ok: false, refused: full };
  try {
    const value: unknown = JSON.parse(bytes.toString('utf8'));
    return { ok: true, value };
  } catch {
    return bad('The body is not JSON.');
  }
}

const [quote, backslash, open, openList, close, closeList, comma] = [0x22, 0x5c, 0x7b, 0x5b, 0x7d, 0x5d, 0x2c];

/**
 * How deep brackets are within brackets, and how many values there are (an empty list counts for two), before anything is
 * made of them; stops at the first that is too deep or one too many. Texts are leapt over.
 */
function shapeOf(bytes: Buffer, { jsonDepth, jsonValues }: Pick<GatewayLimits, 'jsonDepth' | 'jsonValues'>): { readonly depth: number; readonly values: number } {
  let depth = 0;
  let deepest = 0;
  let values = 1;
  for (let at = 0; at < bytes.length; at += 1) {
    const byte = bytes[at];
    if (byte === quote) at = endOfText(bytes, at);
    else if (byte === comma) values += 1;
    else if (byte === open || byte === openList) {
      depth += 1;
      values += 1;
      deepest = Math.max(deepest, depth);
    } else if (byte === close || byte === closeList) depth -= 1;
    if (deepest > jsonDepth || values > jsonValues) break;
  }
  return { depth: deepest, values };
}

function endOfText(bytes: Buffer, start: number): number {
  for (let end = bytes.indexOf(quote, start + 1); end !== -1; end = bytes.indexOf(quote, end + 1)) {
    let slashes = 0;
    while (bytes[end - 1 - slashes] === backslash) slashes += 1;
    if (slashes % 2 === 0) return end;
  }
  return bytes.length;
}
