import { isDeepStrictEqual } from 'node:util';
import type { SseEvent } from '../../src/wires/http/sseReader';
import { readSse, type ReadSse } from '../support/readSse';
import { type EvalRow, type Evaluation, textField } from './evaluation';

/**
 * The reader of event streams that every wire of ours uses, against the rows of `sse/cases.json`. Each row is read
 * whole, byte by byte, in pieces of 16 kB, in pieces of odd sizes, cut in two at every place and at the row's own places;
 * what comes must be the same each time. `expected` is compared after reading.
 */
export const evaluation: Evaluation = {
  inputs: ['../shared/data/sse/cases.json'],
  target: 'all pass',
  open: async () => ({
    row: async (row) => {
      const bytes = bytesOf(row['input']);
      const startedAt = performance.now();
      const whole = readSse([bytes]);
      const ms = performance.now() - startedAt;
      const observed = { events: whole.events.length, tail: whole.tail ?? null, retry: whole.retryMs ?? null, micros: Math.round(ms * 1000) };
      const uneven = waysToCut(row, bytes).find(([, pieces]) => !isDeepStrictEqual(readSse(pieces), whole));
      const wrong = uneven === undefined ? wrongOf(row, whole) : `cut ${uneven[0]}, something else is read`;
      return { id: textField(row, 'id'), pass: wrong === undefined, observed: wrong === undefined ? observed : { ...observed, wrong } };
    },
    sum: (done) => {
      const passed = done.filter(({ result }) => result['pass'] === true).length;
      return { passed, figure: `${passed} of ${done.length} pass` };
    },
  }),
};

/** Rows longer than this are not read byte by byte, nor cut everywhere. */
const longestCutEverywhere = 5000;

function waysToCut(row: EvalRow, bytes: Uint8Array): readonly (readonly [string, readonly Uint8Array[]])[] {
  const ways: [string, readonly Uint8Array[]][] = [
    ['into 16 kB', inPieces(bytes, () => 16_384)],
    // Odd sizes, the same in each run.
    ['into odd pieces', inPieces(bytes, (index) => 1 + ((index * 7919) % 997))],
  ];
  for (const chunks of listOf(row['chunks'])) ways.push(['at its own places', listOf(chunks).map((chunk) => Buffer.from(String(chunk)))]);
  if (bytes.length > longestCutEverywhere) return ways;
  ways.push(['byte by byte', inPieces(bytes, () => 1)]);
  for (let at = 0; at <= bytes.length; at += 1) ways.push([`at ${at}`, [bytes.subarray(0, at), bytes.subarray(at)]]);
  return ways;
}

function inPieces(bytes: Uint8Array, size: (index: number) => number): readonly Uint8Array[] {
  const pieces: Uint8Array[] = [];
  for (let at = 0; at < bytes.length; ) {
    const end = at + size(pieces.length);
    pieces.push(bytes.subarray(at, end));
    at = end;
  }
  return pieces;
}

/** What differs from what the row says must be read. */
function wrongOf(row: EvalRow, { events, tail, retryMs }: ReadSse): string | undefined {
  const expected = listOf(row['events']).flatMap(eventsOf);
  if (!isDeepStrictEqual(events.map(({ event, data, lastEventId }) => ({ event, data, lastEventId })), expected)) {
    const at = expected.findIndex((event, index) => !isDeepStrictEqual({ ...events[index] }, event));
    return `${events.length} events instead of ${expected.length}, the first that differs is ${at === -1 ? expected.length : at}: ${JSON.stringify(events[at])?.slice(0, 200)}`;
  }
  const pending = objectOf(row['tail_at_eof']);
  if (pending === undefined ? tail !== undefined : tail?.event !== pending['event'] || tail?.data !== pending['data']) return `pending at the end: ${JSON.stringify(tail)}`;
  const retry = row['retry'];
  // A wait that no timer can hold is cut to the longest one.
  const expectedRetry = typeof retry === 'number' ? Math.min(retry, 2 ** 31 - 1) : undefined;
  return retryMs === expectedRetry ? undefined : `retry ${retryMs} instead of ${expectedRetry}`;
}

function eventsOf(value: unknown): readonly SseEvent[] {
  const event = objectOf(value) ?? {};
  const repeated = objectOf(event['data_repeat']);
  const data = repeated === undefined ? String(event['data']) : Array.from({ length: Number(repeated['n']) }, () => String(repeated['repeat'])).join(String(repeated['join'] ?? ''));
  return Array.from({ length: Number(event['times'] ?? 1) }, () => ({ event: String(event['event']), data, lastEventId: String(event['lastEventId']) }));
}

/** Parts to be joined: `text`, `b64`, or `repeat` with `n`. Throws a sentence for what is none of them. */
function bytesOf(input: unknown): Uint8Array {
  if (!Array.isArray(input)) throw new Error('the field input is not a list');
  return Buffer.concat(
    input.map((value: unknown) => {
      const part = objectOf(value);
      if (typeof part?.['text'] === 'string') return Buffer.from(part['text']);
      if (typeof part?.['b64'] === 'string') return Buffer.from(part['b64'], 'base64');
      if (typeof part?.['repeat'] === 'string' && typeof part['n'] === 'number') return Buffer.from(part['repeat'].repeat(part['n']));
      throw new Error('a part of input is neither text nor b64 nor repeat');
    }),
  );
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function objectOf(value: unknown): EvalRow | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : undefined;
}
