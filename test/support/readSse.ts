import { type SseEvent, SseReader } from '../../src/wires/http/sseReader';

/** All that a stream of events said. */
export interface ReadSse {
  readonly events: readonly SseEvent[];
  readonly tail: SseEvent | undefined;
  readonly retryMs: number | undefined;
}

export function readSse(pieces: readonly Uint8Array[]): ReadSse {
  const reader = new SseReader();
  const events = pieces.flatMap((piece) => [...reader.push(piece)]);
  const tail = reader.end();
  return { events, tail, retryMs: reader.retryMs };
}
