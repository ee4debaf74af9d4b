import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import { inputTokenBound, utf8Bytes } from '../../../../src/core/budget/tokenBound';
import type { Message } from '../../../../src/core/model/message';

const image = { mediaType: 'image/png', base64: 'AAAA' } as const;

describe('utf8Bytes', () => {
  const rows: readonly (readonly [string, number])[] = [
    ['', 0],
    ['plain', 5],
    ['é', 2],
    ['€', 3],
    ['👋', 4],
    ['\ud83d', 3],
    ['\udc4b', 3],
    ['\udc4b\ud83d', 6],
    ['a\ud83d', 4],
  ];
  for (const [text, expected] of rows) {
    it(`counts ${expected} for ${JSON.stringify(text)}`, () => assert.equal(utf8Bytes(text), expected));
  }

  it('counts what an encoder writes, for any text', () => {
    fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => utf8Bytes(text) === new TextEncoder().encode(text).length));
    fc.assert(fc.property(fc.array(fc.integer({ min: 0xd700, max: 0xe100 })), (units) => utf8Bytes(String.fromCharCode(...units)) === new TextEncoder().encode(String.fromCharCode(...units)).length));
  });
});

describe('inputTokenBound', () => {
  const user = (text: string): Message => ({ role: 'user', text });
  const empty = inputTokenBound([user('')], []);
  const rows: readonly { readonly why: string; readonly messages: readonly Message[]; readonly tools?: Parameters<typeof inputTokenBound>[1]; readonly format?: Parameters<typeof inputTokenBound>[2]; readonly atLeast: number }[] = [
    { why: 'every byte of a text', messages: [user('🙂'.repeat(1_000))], atLeast: empty + 4_000 },
    { why: 'every message', messages: [user(''), { role: 'system', text: '' }, { role: 'assistant', text: '' }], atLeast: empty + 2 },
    { why: 'an image at its dearest', messages: [{ role: 'user', text: '', images: [image, image] }], atLeast: empty + 2 * 48_169 },
    { why: 'tool calls', messages: [{ role: 'assistant', text: '', toolCalls: [{ id: 'call-1', name: 'read', arguments: '{"path":"a"}' }] }], atLeast: empty + 20 },
    { why: 'tool results with their id', messages: [{ role: 'tool', toolCallId: 'call-1', text: 'result' }], atLeast: empty + 12 },
    { why: 'images of tools', messages: [{ role: 'tool', toolCallId: 'call-1', text: '', images: [image] }], atLeast: empty + 48_169 },
    { why: 'what was thought, shown and sealed', messages: [{ role: 'assistant', text: '', reasoning: [{ place: 'a/b', text: 'hm'.repeat(50), sealed: 'x'.repeat(500) }] }], atLeast: empty + 600 },
    { why: 'the schema of an answer', messages: [user('')], format: { name: 'a', schema: { description: 'x'.repeat(500) } }, atLeast: empty + 600 },
    { why: 'offered tools', messages: [user('')], tools: [{ name: 'read', description: 'Reads.', parameters: { type: 'object' } }], atLeast: empty + 530 + 40 },
  ];
  for (const { why, messages, tools = [], format, atLeast } of rows) {
    it(`counts ${why}`, () => {
      const bound = inputTokenBound(messages, tools, format);
      assert.ok(bound >= atLeast, `${bound} < ${atLeast}`);
    });
  }

  it('is whole and grows with every message', () => {
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 5 }), (texts) => {
        const all = inputTokenBound(texts.map(user), []);
        return Number.isSafeInteger(all) && all > inputTokenBound(texts.slice(1).map(user), []);
      }),
    );
  });
});
