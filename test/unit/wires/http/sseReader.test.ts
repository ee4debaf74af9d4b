import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { type SseEvent, SseReader } from '../../../../src/wires/http/sseReader';
import { readSse, type ReadSse } from '../../../support/readSse';

const event = (data: string, name = 'message', lastEventId = ''): SseEvent => ({ event: name, data, lastEventId });

/** Whole, byte by byte, and cut in two at every place: what is read must be the same. */
function check(name: string, input: string | readonly number[], events: readonly SseEvent[], more: { readonly tail?: SseEvent; readonly retryMs?: number } = {}): void {
  it(name, () => {
    const bytes = typeof input === 'string' ? Buffer.from(input) : Uint8Array.from(input);
    const expected: ReadSse = { events, tail: more.tail, retryMs: more.retryMs };
    assert.deepEqual(readSse([bytes]), expected, 'whole');
    assert.deepEqual(readSse([...bytes].map((byte) => Uint8Array.of(byte))), expected, 'byte by byte');
    for (let at = 0; at <= bytes.length; at += 1) assert.deepEqual(readSse([bytes.subarray(0, at), bytes.subarray(at)]), expected, `cut at ${at}`);
  });
}

const bytesOf = (...parts: readonly (string | readonly number[])[]): readonly number[] => parts.flatMap((part) => (typeof part === 'string' ? [...Buffer.from(part)] : part));
const mark = [0xef, 0xbb, 0xbf];

describe('SseReader', () => {
  check('reads data with and without a colon', 'data:\n\ndata\ndata\n\ndata:test\n\n', [event(''), event('\n'), event('test')]);
  check('takes away one space after the colon', 'data:  x \n\n', [event(' x ')]);
  check('joins lines of data', 'data: a\ndata\ndata: b\n\n', [event('a\n\nb')]);
  check('ends lines at LF', 'data: a\n\ndata: b\n\n', [event('a'), event('b')]);
  check('ends lines at CR', 'data: a\rdata: b\r\rdata: c\r\r', [event('a\nb'), event('c')]);
  check('ends lines at CRLF', 'data: a\r\n\r\n: c\r\n\r\ndata: b\r\n\r\n', [event('a'), event('b')]);
  check('takes LF CR for two ends', 'data: a\n\rdata: b\n\r', [event('a'), event('b')]);
  check('names events, and forgets the name', 'event: a\nevent: b\ndata: x\n\ndata: y\n\n', [event('x', 'b'), event('y')]);
  check('takes an empty name for message', 'event: \ndata: x\n\n', [event('x')]);
  check('keeps ids, refuses one with NUL', 'id: 1\ndata: a\n\nid: \0\ndata: b\n\nid\ndata: c\n\n', [event('a', 'message', '1'), event('b', 'message', '1'), event('c')]);
  check('ignores comments and heartbeats', ':\n\n: OPENROUTER PROCESSING\n\n:\ndata: x\n\n', [event('x')]);
  check('ignores fields of other names', 'DATA: x\n data: y\ndata : z\nfoo: bar\njust text\ndata: a\n\n', [event('a')]);
  check('gives nothing for an event without data', 'event: ping\n\nid: 3\n\n', []);
  check('reads retry of digits only', 'retry: 10\nretry: -5\nretry: 1e3\nretry:  7\ndata: x\n\n', [event('x')], { retryMs: 10 });
  check('bounds retry', 'retry: 99999999999999999999\ndata: x\n\n', [event('x')], { retryMs: 2 ** 31 - 1 });
  check('takes away one byte order mark', bytesOf(mark, 'data:1\n\n', mark, 'data:2\n\ndata:3\n\n'), [event('1'), event('3')]);
  check('takes a second byte order mark for part of the name', bytesOf(mark, mark, 'data:1\n\ndata:2\n\n'), [event('2')]);
  check('keeps a byte order mark inside data', bytesOf('data: ', mark, 'x\n\n'), [event('\ufeffx')]);
  check('keeps characters of four bytes whole', 'data: 👨‍👩‍👧 𠮷\n\n', [event('👨‍👩‍👧 𠮷')]);
  check('replaces what is not UTF-8', bytesOf('data: a', [0xff], 'b\n\n'), [event('a\ufffdb')]);
  check('gives what was pending at the end apart', 'data: a\n\ndata: b', [event('a')], { tail: event('b') });
  check('ends a pending event in the middle of a character', bytesOf('data: ', [0xf0, 0x9f]), [], { tail: event('\ufffd') });

  it('reads the same however the bytes are cut', () => {
    const line = fc.constantFrom('data: a', 'data:', 'data', ': c', 'event: e', 'id: 7', '', 'data: é🌍', '\ufeffdata: x', 'nonsense');
    const end = fc.constantFrom('\n', '\r', '\r\n');
    fc.assert(
      fc.property(fc.array(fc.tuple(line, end), { maxLength: 12 }), fc.array(fc.nat(200), { maxLength: 6 }), (lines, cuts) => {
        const bytes = Buffer.from(lines.flat().join(''));
        const places = [0, ...cuts.map((cut) => Math.min(cut, bytes.length)).toSorted((a, b) => a - b), bytes.length];
        const pieces = places.slice(1).map((place, index) => bytes.subarray(places[index], place));
        assert.deepEqual(readSse(pieces), readSse([bytes]));
      }),
    );
  });

  it('stops at a line that is too long', () => {
    const reader = new SseReader(100);
    assert.deepEqual(reader.push(Buffer.from(`data: a\n\ndata: ${'x'.repeat(60)}`)), [event('a')]);
    assert.equal(reader.overflowed, false);
    assert.deepEqual(reader.push(Buffer.from('x'.repeat(60))), []);
    assert.equal(reader.overflowed, true);
    assert.deepEqual(reader.push(Buffer.from('\n\ndata: b\n\n')), []);
    assert.equal(reader.end(), undefined);
  });

  it('stops at an event of too many lines', () => {
    const reader = new SseReader(100);
    reader.push(Buffer.from('data: 123456789\n'.repeat(20)));
    assert.equal(reader.overflowed, true);
  });

  it('takes a line of a megabyte, a byte at a time, in linear time', () => {
    const reader = new SseReader();
    reader.push(Buffer.from('data: '));
    const piece = Buffer.from('y');
    for (let count = 0; count < 1_000_000; count += 1) reader.push(piece);
    const events = reader.push(Buffer.from('\n\n'));
    assert.equal(events[0]?.data.length, 1_000_000);
    // Quadratic, this takes minutes, and the runner's own limit ends it; linear, a fraction of a second.
  });
});
