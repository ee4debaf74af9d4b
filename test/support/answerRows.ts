import assert from 'node:assert/strict';
import type { Failure } from '../../src/core/model/failure';
import type { WireEvent } from '../../src/core/ports/wire';
import { heard } from './wireFixtures';

/** What every wire's reader of answers does. */
interface Reader {
  readonly final: WireEvent | undefined;
  push(piece: Uint8Array): readonly WireEvent[];
  end(): readonly WireEvent[];
}

export interface Expected {
  readonly text?: string;
  readonly reasoning?: string;
  readonly stop?: string;
  readonly failure?: Partial<Failure>;
  readonly usage?: object | undefined;
  readonly toolCalls?: readonly object[];
}

/** Rows of replies with what is read of them, for one wire's reader. */
export function answerRows<R extends Reader>(newReader: () => R) {
  function read(pieces: readonly Uint8Array[], ending: (reader: R) => readonly WireEvent[] = (reader) => reader.end()): readonly WireEvent[] {
    const reader = newReader();
    const events: WireEvent[] = [];
    for (const piece of pieces) if (reader.final === undefined) events.push(...reader.push(piece));
    if (reader.final === undefined) events.push(...ending(reader));
    if (reader.final !== undefined) events.push(reader.final);
    return events;
  }

  /** A reply of these bytes, whole and byte by byte. What a row does not name is not compared, except that text must match. */
  function check(name: string, reply: string | Uint8Array, expected: Expected): void {
    it(name, () => {
      const bytes = Buffer.from(reply);
      for (const pieces of [[bytes], [...bytes].map((byte) => Uint8Array.of(byte))]) compare(read(pieces), expected);
    });
  }
  return { read, check };
}

export function compare(events: readonly WireEvent[], expected: Expected): void {
  const { text, reasoning, final } = heard(events);
  assert.equal(text, expected.text ?? '');
  assert.equal(reasoning, expected.reasoning ?? '');
  assert.ok(final?.type === 'end' || final?.type === 'failed');
  assert.equal(final.type === 'end' ? final.stop : undefined, expected.stop, JSON.stringify(final));
  if (expected.failure !== undefined) assert.partialDeepStrictEqual(final.type === 'failed' ? final.failure : undefined, expected.failure);
  if ('usage' in expected) assert.deepEqual(final.usage, expected.usage);
  assert.deepEqual(final.type === 'end' ? final.toolCalls : [], expected.toolCalls ?? []);
}
