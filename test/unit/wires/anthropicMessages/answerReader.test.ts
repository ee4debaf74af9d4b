import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import * as fc from 'fast-check';
import * as z from 'zod';
import type { Failure } from '../../../../src/core/model/failure';
import type { WireEvent } from '../../../../src/core/ports/wire';
import { AnswerReader } from '../../../../src/wires/anthropicMessages/answerReader';
import { answerRows, compare, type Expected } from '../../../support/answerRows';
import { root } from '../../../../scripts/node24.mjs';
import { block, event, messageDelta, messageStart, messageStop, ping, textBlock, thinkingBlock, toolBlock } from '../../../support/anthropicStream';
import { fakeKey, heard } from '../../../support/wireFixtures';

const end = messageDelta('end_turn') + messageStop;
const hello = textBlock(['Hel', 'lo']);
const told = { inputTokens: 100, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 20, reasoningTokens: 0, estimated: false };

function newReader(): AnswerReader {
  return new AnswerReader({ context: () => ({ provider: 'plain', model: 'm', key: fakeKey, nowMs: 0 }), makeId: () => 'made' });
}

const { read, check } = answerRows(newReader);

describe('anthropicMessages AnswerReader', () => {
  describe('ends', () => {
    check('message_stop', messageStart() + hello + end, { text: 'Hello', stop: 'stop', usage: told });
    check('nothing after it counts', messageStart() + hello + end + textBlock(['more']), { text: 'Hello', stop: 'stop' });
    check('a stop reason without message_stop', messageStart() + hello + messageDelta('end_turn'), { text: 'Hello', stop: 'stop', usage: told });
    check('message_stop without its blank line', (messageStart() + hello + end).trimEnd(), { text: 'Hello', stop: 'stop' });
    check('[DONE] of a gateway, after the stop reason', `${messageStart() + hello + messageDelta('end_turn')}data: [DONE]\n\n`, { text: 'Hello', stop: 'stop' });
    check('[DONE] of a gateway, without', `${messageStart() + hello}data: [DONE]\n\n`, { text: 'Hello', failure: { kind: 'truncated' } });
    check('neither', messageStart() + hello, { text: 'Hello', failure: { kind: 'truncated' } });
    check('only the beginning', messageStart(), { failure: { kind: 'truncated' }, usage: { ...told, outputTokens: 1, estimated: true } });
    check('half an event', `${messageStart() + hello}data: {"type":"mess`, { text: 'Hello', failure: { kind: 'truncated' } });
    check('nothing at all', '', { failure: { kind: 'badReply', detail: 'The answer is empty.' } });
    check('only heartbeats', ping + ping, { failure: { kind: 'badReply' } });
    check('an end without a word', messageStart() + end, { failure: { kind: 'badReply', detail: 'The answer is empty.' } });
    check('the limit', messageStart() + hello + messageDelta('max_tokens') + messageStop, { text: 'Hello', stop: 'length' });
    check('the limit, reached while thinking unseen', messageStart() + messageDelta('max_tokens') + messageStop, { stop: 'length' });
    check('the end of the context', messageStart() + hello + messageDelta('model_context_window_exceeded') + messageStop, { text: 'Hello', stop: 'length' });
    check('a stop sequence', messageStart() + hello + messageDelta('stop_sequence') + messageStop, { text: 'Hello', stop: 'stop' });
    check('a turn that is paused', messageStart() + hello + messageDelta('pause_turn') + messageStop, { text: 'Hello', stop: 'length' });
    check('a refusal', messageStart() + hello + messageDelta('refusal') + messageStop, { text: 'Hello', stop: 'contentFilter' });
    check('a refusal before a word', messageStart() + messageDelta('refusal') + messageStop, { failure: { kind: 'refused' } });
    check('a reason nobody knows', messageStart() + hello + messageDelta('because') + messageStop, { text: 'Hello', stop: 'unknown' });
  });

  describe('what says nothing', () => {
    check('ping, comments, events nobody knows', `: hi\n\n${ping + messageStart() + ping + event({ type: 'content_block_reset', index: 9 }) + hello + ping}event: new\ndata: {"type":"new"}\n\n${end}`, { text: 'Hello', stop: 'stop' });
    check('blocks nobody knows', messageStart() + block(0, { type: 'fallback', from: {}, to: {} }, []) + block(1, { type: 'redacted_thinking', data: 'x' }, []) + textBlock(['Hello'], 2) + end, { text: 'Hello', stop: 'stop' });
    check('the provider’s own tools', messageStart() + block(0, { type: 'server_tool_use', id: 's', name: 'web_search', input: {} }, [{ type: 'input_json_delta', partial_json: '{"query":"x"}' }]) + textBlock(['Hello'], 1) + end, { text: 'Hello', stop: 'stop' });
    check('deltas of a wrong shape', `${messageStart() + event({ type: 'content_block_delta', index: 'x', delta: null }) + event({ type: 'content_block_delta', index: 0, delta: { type: 'text_delta', text: 7 } }) + event({ type: 'message_delta', delta: 'x', usage: 'y' })}data: null\n\ndata: []\n\n${hello}${end}`, { text: 'Hello', stop: 'stop' });
  });

  describe('thinking', () => {
    check('is reasoning', messageStart() + thinkingBlock(['h', 'm']) + textBlock(['Hello'], 1) + end, { text: 'Hello', reasoning: 'hm', stop: 'stop' });
    check('that is left out says nothing', messageStart() + thinkingBlock([]) + textBlock(['Hello'], 1) + end, { text: 'Hello', stop: 'stop' });
    check('and nothing else', messageStart() + thinkingBlock(['hm']) + end, { reasoning: 'hm', stop: 'stop' });
    const sealedOf = (given: string) => {
      const reader = newReader();
      reader.push(Buffer.from(given));
      assert.equal(reader.final?.type, 'end');
      return reader.final?.type === 'end' ? reader.final.reasoning : undefined;
    };
    const called = (index: number) => toolBlock('t', 'f', ['{}'], index) + messageDelta('tool_use') + messageStop;
    const hidden = block(1, { type: 'redacted_thinking', data: 'ZGF0YQ==' }, []);
    it('that led to a call is told with its signature, and what nobody may read as well', () => assert.deepEqual(sealedOf(messageStart() + thinkingBlock(['h', 'm']) + hidden + textBlock(['I look.'], 2) + called(3)), [{ text: 'hm', sealed: 'c2ln' }, { text: '', sealed: 'redacted:ZGF0YQ==' }]));
    it('of which only the signature is told', () => assert.deepEqual(sealedOf(messageStart() + thinkingBlock([]) + called(1)), [{ text: '', sealed: 'c2ln' }]));
    it('without a signature could not go back', () => assert.equal(sealedOf(messageStart() + block(0, { type: 'thinking', thinking: '' }, [{ type: 'thinking_delta', thinking: 'hm' }]) + called(1)), undefined));
    it('of an answer without a call need not', () => assert.equal(sealedOf(messageStart() + thinkingBlock(['hm']) + hello + end), undefined));
  });

  describe('tool calls', () => {
    const made = { id: 't', name: 'f', arguments: '{"a":1}' };
    const use = messageDelta('tool_use') + messageStop;
    check('in pieces', messageStart() + toolBlock('t', 'f', ['', '{"a"', ':1}']) + use, { stop: 'toolCalls', toolCalls: [made] });
    check('after text', messageStart() + textBlock(['Hello']) + toolBlock('t', 'f', ['{"a":1}'], 1) + use, { text: 'Hello', stop: 'toolCalls', toolCalls: [made] });
    check('two, their pieces mixed', messageStart() + event({ type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 't', name: 'f', input: {} } }) + event({ type: 'content_block_start', index: 1, content_block: { type: 'tool_use', id: 'u', name: 'g', input: {} } }) + event({ type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '{"a":' } }) + event({ type: 'content_block_delta', index: 1, delta: { type: 'input_json_delta', partial_json: '{}' } }) + event({ type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: '1}' } }) + use, { stop: 'toolCalls', toolCalls: [made, { id: 'u', name: 'g', arguments: '{}' }] });
    check('without input', messageStart() + toolBlock('t', 'f', []) + use, { stop: 'toolCalls', toolCalls: [{ ...made, arguments: '{}' }] });
    check('the whole input at once', messageStart() + block(0, { type: 'tool_use', id: 't', name: 'f', input: { a: 1 } }, []) + use, { stop: 'toolCalls', toolCalls: [made] });
    check('the same id twice', messageStart() + toolBlock('t', 'f', ['{}']) + toolBlock('t', 'f', ['{}'], 1) + use, { stop: 'toolCalls', toolCalls: [{ id: 't', name: 'f', arguments: '{}' }, { id: 'made', name: 'f', arguments: '{}' }] });
    check('with another stop reason', messageStart() + toolBlock('t', 'f', ['{"a":1}']) + end, { stop: 'toolCalls', toolCalls: [made] });
    check('never after the limit', messageStart() + toolBlock('t', 'f', ['{"a":1}']) + messageDelta('max_tokens') + messageStop, { stop: 'length' });
    check('never after a refusal', messageStart() + toolBlock('t', 'f', ['{"a":1}']) + messageDelta('refusal') + messageStop, { stop: 'contentFilter' });
    check('never after a cut', messageStart() + toolBlock('t', 'f', ['{"a":1}']), { failure: { kind: 'truncated' } });
    check('promised and not made', messageStart() + hello + use, { text: 'Hello', stop: 'unknown' });
  });

  describe('usage', () => {
    check('of the cache', messageStart({ input_tokens: 100, cache_read_input_tokens: 40, cache_creation_input_tokens: 10, output_tokens: 4 }) + hello + messageDelta('end_turn', { input_tokens: 100, cache_read_input_tokens: 40, cache_creation_input_tokens: 10, output_tokens: 20 }) + messageStop, { text: 'Hello', stop: 'stop', usage: { ...told, inputTokens: 150, cachedInputTokens: 40, cacheWriteTokens: 10 } });
    check('of a cut answer: the prompt as told, the answer as far as it came', messageStart() + textBlock(['x'.repeat(70)]), { text: 'x'.repeat(70), failure: { kind: 'truncated' }, usage: { ...told, outputTokens: 20, estimated: true } });
    check('of an answer cut off after its figures', messageStart() + textBlock(['Hello']) + event({ type: 'message_delta', delta: { stop_reason: null }, usage: { output_tokens: 20 } }), { text: 'Hello', failure: { kind: 'truncated' }, usage: told });
    check('no output beside output', messageStart() + textBlock(['x'.repeat(70)]) + messageDelta('end_turn', { output_tokens: 0 }) + messageStop, { text: 'x'.repeat(70), stop: 'stop', usage: { ...told, estimated: true } });
    check('no figures at the end', messageStart() + textBlock(['x'.repeat(70)]) + messageDelta('end_turn', null) + messageStop, { text: 'x'.repeat(70), stop: 'stop', usage: { ...told, estimated: true } });
    check('none', messageStart(null) + hello + messageDelta('end_turn', null) + messageStop, { text: 'Hello', stop: 'stop', usage: undefined });
  });

  describe('errors with status 200', () => {
    const overloaded = `event: error\ndata: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n`;
    check('before the answer', overloaded, { failure: { kind: 'providerDown', status: 529, detail: 'Overloaded' } });
    check('after text', messageStart({ input_tokens: 50, output_tokens: 1 }) + textBlock(['Hel']) + overloaded, { text: 'Hel', failure: { kind: 'providerDown', detail: 'Overloaded' }, usage: { ...told, inputTokens: 50, outputTokens: 1, estimated: true } });
    check('as the whole body', '{"type":"error","error":{"type":"rate_limit_error","message":"Slow down."}}', { failure: { kind: 'rateLimited', detail: 'Slow down.' } });
    check('without the type, of a gateway', '{"error":{"message":"boom"}}', { failure: { kind: 'providerDown', detail: 'boom' } });
    check('in plain words', 'event: error\ndata: boom\n\n', { failure: { kind: 'providerDown', detail: 'boom' } });
    check('with a key in it', `event: error\ndata: {"type":"error","error":{"type":"authentication_error","message":"bad ${fakeKey}"}}\n\n`, { failure: { kind: 'keyRejected', detail: 'bad [key removed]' } });
    check('what is not JSON', `${messageStart() + hello}data: {"type":"BROKEN\n\n${end}`, { text: 'Hello', failure: { kind: 'badReply' } });
    check('a web page', '<html><title>Login</title></html>', { failure: { kind: 'badReply', detail: 'A web page came instead of an answer: Login' } });
  });

  describe('replies that are no stream', () => {
    const message = { id: 'msg_1', type: 'message', role: 'assistant', content: [{ type: 'thinking', thinking: 'hm' }, { type: 'text', text: 'Hello' }], stop_reason: 'end_turn', usage: { input_tokens: 100, output_tokens: 20 } };
    check('one whole answer', JSON.stringify(message), { text: 'Hello', reasoning: 'hm', stop: 'stop', usage: told });
    check('with a tool call', JSON.stringify({ ...message, content: [{ type: 'tool_use', id: 't', name: 'f', input: { a: 1 } }], stop_reason: 'tool_use' }), { stop: 'toolCalls', toolCalls: [{ id: 't', name: 'f', arguments: '{"a":1}' }] });
  });

  describe('two answers in one stream', () => {
    check('what was only thought or begun of the first is dropped', messageStart() + thinkingBlock(['a']) + toolBlock('t', 'f', ['{"x'], 1) + messageStart() + toolBlock('u', 'g', ['{}'], 1) + messageDelta('tool_use') + messageStop, { reasoning: 'a', stop: 'toolCalls', toolCalls: [{ id: 'u', name: 'g', arguments: '{}' }], usage: told });
    check('text that was shown is not mixed with another', messageStart() + hello + messageStart() + hello + end, { text: 'Hello', failure: { kind: 'badReply', detail: 'A second answer began within the first.' } });
  });

  describe('other endings', () => {
    const lost: Failure = { kind: 'providerDown', provider: 'plain', detail: 'The connection was lost (ECONNRESET).' };
    const rows: readonly (readonly [string, string, (reader: AnswerReader) => readonly WireEvent[], Expected])[] = [
      ['lost before anything', '', (reader) => reader.lost(lost), { failure: lost }],
      ['lost after text', messageStart() + hello, (reader) => reader.lost(lost), { text: 'Hello', failure: { kind: 'truncated', detail: 'The connection was lost (ECONNRESET).' } }],
      ['lost after the stop reason', messageStart() + hello + messageDelta('end_turn'), (reader) => reader.lost(lost), { text: 'Hello', stop: 'stop', usage: told }],
      ['silent after the stop reason', messageStart() + hello + messageDelta('end_turn'), (reader) => reader.silent(lost), { text: 'Hello', stop: 'stop' }],
      ['silent after text', messageStart() + hello, (reader) => reader.silent({ kind: 'timedOut', provider: 'plain', waitedMs: 1, phase: 'stall' }), { text: 'Hello', failure: { kind: 'timedOut' } }],
      ['cancelled', messageStart() + hello, (reader) => reader.cancelled(), { text: 'Hello', failure: { kind: 'cancelled' }, usage: { ...told, outputTokens: 2, estimated: true } }],
    ];
    for (const [name, reply, ending, expected] of rows) it(name, () => compare(read([Buffer.from(reply)], ending), expected));
  });

  it('waits for content, not for heartbeats or empty blocks', () => {
    const reader = newReader();
    reader.push(Buffer.from(messageStart() + ping + event({ type: 'content_block_start', index: 0, content_block: { type: 'thinking', thinking: '' } })));
    assert.equal(reader.progress, 0);
    reader.push(Buffer.from(event({ type: 'content_block_delta', index: 0, delta: { type: 'thinking_delta', thinking: 'hm' } })));
    assert.equal(reader.progress, 1);
  });

  it('holds a tool call of four million characters at most', () => {
    const reader = newReader();
    const piece = Buffer.from(event({ type: 'content_block_delta', index: 0, delta: { type: 'input_json_delta', partial_json: 'x'.repeat(1_000_000) } }));
    reader.push(Buffer.from(messageStart() + event({ type: 'content_block_start', index: 0, content_block: { type: 'tool_use', id: 't', name: 'f', input: {} } })));
    for (let count = 0; count < 6 && reader.final === undefined; count += 1) reader.push(piece);
    assert.partialDeepStrictEqual(reader.final, { type: 'failed', failure: { kind: 'badReply' } });
  });

  it('never throws and always ends, whatever comes', () => {
    const parts = fc.constantFrom(messageStart(), hello, thinkingBlock(['hm'], 1), toolBlock('t', 'f', ['{"a":', '1}'], 2), messageDelta('tool_use'), messageDelta('end_turn'), messageStop, ping, 'data: {"type":', 'data: [DONE]\n\n', '\n\n', 'event: error\ndata: no\n\n', '{', '<');
    fc.assert(
      fc.property(fc.array(fc.oneof(parts, fc.string()), { maxLength: 12 }), (pieces) => {
        const { final } = heard(read(pieces.map((piece) => Buffer.from(piece))));
        assert.ok(final?.type === 'end' || final?.type === 'failed');
        if (final.type === 'failed' || final.stop === 'length') assert.ok(!('toolCalls' in final) || final.toolCalls.length === 0);
      }),
      { numRuns: 400 },
    );
  });

  describe('recorded streams', () => {
    const call = z.object({ id: z.string(), name: z.string(), arguments: z.unknown() });
    const usage = z.object({ input_tokens: z.number(), output_tokens: z.number() });
    const row = z.object({ id: z.string(), chunks: z.array(z.looseObject({ type: z.string() })), expected: z.object({ tool_calls: z.array(call), content: z.string(), reasoning: z.string(), usage }).nullable() });
    const rows = readFileSync(path.join(root, 'test/fixtures/anthropicMessages/recorded.jsonl'), 'utf8').trim().split('\n').map((line) => row.parse(JSON.parse(line)));

    it('are all read', () => assert.equal(rows.length, 7));
    for (const { id, chunks, expected } of rows) {
      it(id, () => {
        const { text, reasoning, final } = heard(read(chunks.map((chunk) => Buffer.from(event(chunk)))));
        assert.ok(final?.type === 'end', JSON.stringify(final));
        // The one without an expectation is two answers spliced together: only the second is whole.
        if (expected === null) {
          assert.deepEqual(final.toolCalls, [{ id: 'toolu_second', name: 'test-tool', arguments: '{"value":"Sparkle Day"}' }]);
          assert.deepEqual([final.usage?.inputTokens, final.usage?.outputTokens], [17, 65]);
          return;
        }
        assert.deepEqual([text, reasoning], [expected.content, expected.reasoning]);
        assert.deepEqual(final.toolCalls.map((one) => ({ ...one, arguments: JSON.parse(one.arguments) })), expected.tool_calls);
        assert.deepEqual([final.usage?.inputTokens, final.usage?.outputTokens, final.usage?.estimated], [expected.usage.input_tokens, expected.usage.output_tokens, false]);
      });
    }
  });
});
