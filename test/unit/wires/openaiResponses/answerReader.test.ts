import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Failure } from '../../../../src/core/model/failure';
import type { WireEvent } from '../../../../src/core/ports/wire';
import { AnswerReader } from '../../../../src/wires/openaiResponses/answerReader';
import { answerRows, compare, type Expected } from '../../../support/answerRows';
import { callItem, messageItem, reasoningItem, refusalItem, responseCreated, responseEnd, responsesEvent, responsesUsage } from '../../../support/responsesStream';
import { fakeKey, heard } from '../../../support/wireFixtures';

const start = responseCreated();
const hello = messageItem(['Hel', 'lo']);
const end = responseEnd();
const told = { inputTokens: 100, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 20, reasoningTokens: 0, estimated: false };

function newReader(): AnswerReader {
  return new AnswerReader({ provider: { reasoningTokensIncluded: true }, context: () => ({ provider: 'plain', model: 'm', key: fakeKey, nowMs: 0 }), makeId: () => 'made' });
}

const { read, check } = answerRows(newReader);

describe('openaiResponses AnswerReader', () => {
  describe('ends', () => {
    const cutOff = responseEnd('incomplete', { incomplete_details: { reason: 'max_output_tokens' } });
    check('response.completed', start + hello + end, { text: 'Hello', stop: 'stop', usage: told });
    check('nothing after it counts', start + hello + end + messageItem(['more'], 1), { text: 'Hello', stop: 'stop' });
    check('how it was served', start + hello + responseEnd('completed', { service_tier: 'flex' }), { text: 'Hello', stop: 'stop', usage: { ...told, served: ['flex'] } });
    check('without its blank line', (start + hello + end).trimEnd(), { text: 'Hello', stop: 'stop', usage: told });
    check('[DONE] of a gateway, after it', `${start + hello + end}data: [DONE]\n\n`, { text: 'Hello', stop: 'stop' });
    check('[DONE] of a gateway, without it', `${start + hello}data: [DONE]\n\n`, { text: 'Hello', failure: { kind: 'truncated' } });
    check('none', start + hello, { text: 'Hello', failure: { kind: 'truncated' }, usage: undefined });
    check('only the beginning', start, { failure: { kind: 'truncated' } });
    check('half an event', `${start + hello}data: {"type":"respon`, { text: 'Hello', failure: { kind: 'truncated' } });
    check('nothing at all', '', { failure: { kind: 'badReply', detail: 'The answer is empty.' } });
    check('only heartbeats', ': keepalive\n\nevent: keepalive\ndata: {"type":"keepalive"}\n\n', { failure: { kind: 'badReply' } });
    check('an end without a word', start + end, { failure: { kind: 'badReply', detail: 'The answer is empty.' }, usage: told });
    check('the limit', start + hello + cutOff, { text: 'Hello', stop: 'length', usage: told });
    check('the limit, reached while thinking unseen', start + reasoningItem([]) + cutOff, { stop: 'length', usage: told });
    check('the limit, told as completed', start + hello + responseEnd('completed', { status: 'incomplete' }), { text: 'Hello', stop: 'length' });
    check('the filter', start + hello + responseEnd('incomplete', { incomplete_details: { reason: 'content_filter' } }), { text: 'Hello', stop: 'contentFilter' });
    check('the filter before a word', start + responseEnd('incomplete', { incomplete_details: { reason: 'content_filter' } }), { failure: { kind: 'refused' }, usage: told });
    check('a refusal', start + refusalItem(['I ', 'cannot.']) + end, { text: 'I cannot.', stop: 'contentFilter' });
    check('a reason nobody knows', start + hello + responseEnd('incomplete', { incomplete_details: { reason: 'because' } }), { text: 'Hello', stop: 'unknown' });
    check('a status nobody knows', start + hello + responseEnd('completed', { status: 'done' }), { text: 'Hello', stop: 'unknown' });
    check('no response in the last event', `${start + hello}data: {"type":"response.completed"}\n\n`, { text: 'Hello', stop: 'stop', usage: undefined });
  });

  describe('what says nothing', () => {
    check('comments, events nobody knows', `: hi\n\n${start}data: {"type":"response.new.delta","delta":"x"}\n\ndata: {"type":"other"}\n\n${hello}${responsesEvent('response.output_text.annotation.added', { annotation: {} })}${end}`, { text: 'Hello', stop: 'stop' });
    check('the provider’s own tools', start + responsesEvent('response.output_item.added', { output_index: 0, item: { type: 'web_search_call', id: 'ws' } }) + responsesEvent('response.web_search_call.searching', { output_index: 0 }) + messageItem(['Hello'], 1) + end, { text: 'Hello', stop: 'stop' });
    check('events of a wrong shape', `${start}data: null\n\ndata: []\n\ndata: {"type":7}\n\ndata: {"type":"response.output_text.delta","delta":7}\n\ndata: {"type":"response.output_item.added","item":"x"}\n\n${hello}${end}`, { text: 'Hello', stop: 'stop' });
  });

  describe('reasoning', () => {
    check('is the summary', start + reasoningItem([['h', 'm']]) + messageItem(['Hello'], 1) + end, { text: 'Hello', reasoning: 'hm', stop: 'stop' });
    check('of several paragraphs keeps them apart', start + reasoningItem([['a', 'b'], ['c']]) + messageItem(['Hello'], 1) + end, { text: 'Hello', reasoning: 'ab\n\nc', stop: 'stop' });
    check('is the thought itself, of an open model', start + responsesEvent('response.reasoning_text.delta', { delta: 'hm' }) + messageItem(['Hello'], 1) + end, { text: 'Hello', reasoning: 'hm', stop: 'stop' });
    check('that is not told says nothing', start + reasoningItem([]) + messageItem(['Hello'], 1) + end, { text: 'Hello', stop: 'stop' });
    check('and nothing else', start + reasoningItem([['hm']]) + end, { reasoning: 'hm', stop: 'stop' });
  });

  check('two messages are kept apart', start + messageItem(['I look.']) + messageItem(['It ', 'rains.'], 1) + end, { text: 'I look.\n\nIt rains.', stop: 'stop' });

  describe('function calls', () => {
    const made = { id: 'call_1', name: 'f', arguments: '{"a":1}' };
    const added = (index: number, id: string, name: string) => responsesEvent('response.output_item.added', { output_index: index, item: { type: 'function_call', id: `fc_${index}`, call_id: id, name, arguments: '' } });
    const delta = (index: number, text: string) => responsesEvent('response.function_call_arguments.delta', { output_index: index, item_id: `fc_${index}`, delta: text });
    check('in pieces', start + callItem('call_1', 'f', ['{"a"', ':1}']) + end, { stop: 'toolCalls', toolCalls: [made], usage: told });
    check('after text', start + hello + callItem('call_1', 'f', ['{"a":1}'], 1) + end, { text: 'Hello', stop: 'toolCalls', toolCalls: [made] });
    check('two, their pieces mixed', start + added(0, 'call_1', 'f') + added(1, 'call_2', 'g') + delta(0, '{"a":') + delta(1, '{}') + delta(0, '1}') + end, { stop: 'toolCalls', toolCalls: [made, { id: 'call_2', name: 'g', arguments: '{}' }] });
    check('with other ids of the item in every event', start + added(0, 'call_1', 'f') + responsesEvent('response.function_call_arguments.delta', { output_index: 0, item_id: 'x', delta: '{"a":1}' }) + end, { stop: 'toolCalls', toolCalls: [made] });
    check('told by the id of the item alone', start + responsesEvent('response.output_item.added', { item: { type: 'function_call', id: 'fc', call_id: 'call_1', name: 'f' } }) + responsesEvent('response.function_call_arguments.delta', { item_id: 'fc', delta: '{"a":1}' }) + end, { stop: 'toolCalls', toolCalls: [made] });
    check('without arguments', start + callItem('call_1', 'f', []) + end, { stop: 'toolCalls', toolCalls: [{ ...made, arguments: '{}' }] });
    check('only in the last event', start + responseEnd('completed', { output: [{ type: 'function_call', id: 'fc', call_id: 'call_1', name: 'f', arguments: '{"a":1}' }] }), { stop: 'toolCalls', toolCalls: [made] });
    check('in the stream and in the last event', start + callItem('call_1', 'f', ['{"a":1}'], 3) + responseEnd('completed', { output: [{ type: 'function_call', id: 'fc', call_id: 'call_1', name: 'f', arguments: '{"a":1}' }] }), { stop: 'toolCalls', toolCalls: [made] });
    check('the same id twice', start + added(0, 'call_1', 'f') + delta(0, '{}') + responsesEvent('response.output_item.added', { output_index: 1, item: { type: 'function_call', name: 'g', arguments: '{}' } }) + end, { stop: 'toolCalls', toolCalls: [{ id: 'call_1', name: 'f', arguments: '{}' }, { id: 'made', name: 'g', arguments: '{}' }] });
    check('never after the limit', start + callItem('call_1', 'f', ['{"a":1}']) + responseEnd('incomplete', { incomplete_details: { reason: 'max_output_tokens' } }), { stop: 'length' });
    check('never after a refusal', start + refusalItem(['No.']) + callItem('call_1', 'f', ['{"a":1}'], 1) + end, { text: 'No.', stop: 'contentFilter' });
    check('never after a cut', start + callItem('call_1', 'f', ['{"a":1}']), { failure: { kind: 'truncated' } });
    check('never of a response that failed', start + callItem('call_1', 'f', ['{"a":1}']) + responseEnd('failed', { error: { code: 'server_error', message: 'Boom' } }), { failure: { kind: 'providerDown', detail: 'Boom' } });
  });

  describe('usage', () => {
    const usage = responsesUsage({ input: 100, cached: 40, written: 10, output: 20, reasoning: 15 });
    check('of cache and reasoning', start + hello + responseEnd('completed', { usage }), { text: 'Hello', stop: 'stop', usage: { ...told, cachedInputTokens: 40, cacheWriteTokens: 10, reasoningTokens: 15 } });
    check('of a response that failed', start + hello + responseEnd('failed', { usage, error: { code: 'server_error', message: 'Boom' } }), { text: 'Hello', failure: { kind: 'providerDown' }, usage: { ...told, cachedInputTokens: 40, cacheWriteTokens: 10, reasoningTokens: 15 } });
    check('none', start + hello + responseEnd('completed', { usage: null }), { text: 'Hello', stop: 'stop', usage: undefined });
  });

  describe('errors with status 200', () => {
    const failing = responsesEvent('error', { code: 'server_error', message: 'Boom', param: null });
    check('before the answer', failing, { failure: { kind: 'providerDown', detail: 'Boom' } });
    check('after text', start + hello + failing, { text: 'Hello', failure: { kind: 'providerDown', detail: 'Boom' } });
    check('with the error in the event', `${start}data: {"type":"error","error":{"type":"tokens","code":"rate_limit_exceeded","message":"Slow down."}}\n\n`, { failure: { kind: 'rateLimited', detail: 'Slow down.' } });
    check('a failed response', start + hello + responseEnd('failed', { error: { code: 'rate_limit_exceeded', message: 'Please try again in 2s.' } }), { text: 'Hello', failure: { kind: 'rateLimited', retryAfterMs: 2000 } });
    check('a failed response without a reason', start + hello + responseEnd('failed'), { text: 'Hello', failure: { kind: 'providerDown', detail: 'The provider ended the answer with "failed".' } });
    check('a cancelled response', `${start + hello}data: {"type":"response.cancelled","response":{"status":"cancelled"}}\n\n`, { text: 'Hello', failure: { kind: 'providerDown' } });
    check('as the whole body', '{"error":{"message":"Slow down.","type":"tokens","code":"rate_limit_exceeded"}}', { failure: { kind: 'rateLimited' } });
    check('in plain words', 'event: error\ndata: boom\n\n', { failure: { kind: 'providerDown', detail: 'boom' } });
    check('with a key in it', responsesEvent('error', { code: 'invalid_api_key', message: `bad ${fakeKey}` }), { failure: { kind: 'keyRejected', detail: 'bad [key removed]' } });
    check('what is not JSON', `${start + hello}data: {"type":"BROKEN\n\n${end}`, { text: 'Hello', failure: { kind: 'badReply' } });
    check('a web page', '<html><title>Login</title></html>', { failure: { kind: 'badReply', detail: 'A web page came instead of an answer: Login' } });
  });

  describe('replies that are no stream', () => {
    const message = { type: 'message', role: 'assistant', content: [{ type: 'output_text', text: 'Hello', annotations: [] }] };
    const response = { id: 'resp_1', object: 'response', status: 'completed', error: null, incomplete_details: null, usage: responsesUsage() };
    check('one whole response', JSON.stringify({ ...response, output: [{ type: 'reasoning', summary: [{ type: 'summary_text', text: 'h' }, { type: 'summary_text', text: 'm' }] }, message] }), { text: 'Hello', reasoning: 'h\n\nm', stop: 'stop', usage: told });
    check('of two messages', JSON.stringify({ ...response, output: [message, message] }), { text: 'Hello\n\nHello', stop: 'stop' });
    check('with function calls', JSON.stringify({ ...response, output: [{ type: 'function_call', id: 'fc', call_id: 'call_1', name: 'f', arguments: '{"a":1}' }] }), { stop: 'toolCalls', toolCalls: [{ id: 'call_1', name: 'f', arguments: '{"a":1}' }] });
    check('a refusal', JSON.stringify({ ...response, output: [{ type: 'message', content: [{ type: 'refusal', refusal: 'No.' }] }] }), { text: 'No.', stop: 'contentFilter' });
    check('cut off', JSON.stringify({ ...response, status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, output: [message] }), { text: 'Hello', stop: 'length' });
    check('that failed', JSON.stringify({ ...response, status: 'failed', error: { code: 'server_error', message: 'Boom' }, output: [] }), { failure: { kind: 'providerDown', detail: 'Boom' } });
    check('that has only been queued', JSON.stringify({ ...response, status: 'queued', usage: null, output: [] }), { failure: { kind: 'badReply', detail: 'The answer is empty.' } });
    check('text only in the last event', start + responseEnd('completed', { output: [message] }), { text: 'Hello', stop: 'stop' });
  });

  describe('other endings', () => {
    const lost: Failure = { kind: 'providerDown', provider: 'plain', detail: 'The connection was lost (ECONNRESET).' };
    const rows: readonly (readonly [string, string, (reader: AnswerReader) => readonly WireEvent[], Expected])[] = [
      ['lost before anything', '', (reader) => reader.lost(lost), { failure: lost }],
      ['lost before a word', start, (reader) => reader.lost(lost), { failure: lost }],
      ['lost after text', start + hello, (reader) => reader.lost(lost), { text: 'Hello', failure: { kind: 'truncated', detail: 'The connection was lost (ECONNRESET).' } }],
      ['silent after text', start + hello, (reader) => reader.silent({ kind: 'timedOut', provider: 'plain', waitedMs: 1, phase: 'stall' }), { text: 'Hello', failure: { kind: 'timedOut' } }],
      ['cancelled', start + hello, (reader) => reader.cancelled(), { text: 'Hello', failure: { kind: 'cancelled' }, usage: undefined }],
    ];
    for (const [name, reply, ending, expected] of rows) it(name, () => compare(read([Buffer.from(reply)], ending), expected));
  });

  it('waits for content, not for heartbeats or items that are only begun', () => {
    const reader = newReader();
    reader.push(Buffer.from(start + reasoningItem([]) + responsesEvent('response.output_item.added', { output_index: 1, item: { type: 'message', content: [] } })));
    assert.equal(reader.progress, 0);
    reader.push(Buffer.from(responsesEvent('response.output_text.delta', { delta: 'H' })));
    assert.equal(reader.progress, 1);
  });

  it('holds a function call of four million characters at most', () => {
    const reader = newReader();
    const piece = Buffer.from(responsesEvent('response.function_call_arguments.delta', { output_index: 0, delta: 'x'.repeat(1_000_000) }));
    reader.push(Buffer.from(start + responsesEvent('response.output_item.added', { output_index: 0, item: { type: 'function_call', call_id: 'c', name: 'f', arguments: '' } })));
    for (let count = 0; count < 6 && reader.final === undefined; count += 1) reader.push(piece);
    assert.partialDeepStrictEqual(reader.final, { type: 'failed', failure: { kind: 'badReply' } });
  });

  it('never throws and always ends, whatever comes', () => {
    const parts = fc.constantFrom(start, hello, reasoningItem([['hm']], 1), refusalItem(['No'], 3), callItem('c', 'f', ['{"a":', '1}'], 2), end, responseEnd('failed'), responseEnd('incomplete'), 'data: {"type":', 'data: [DONE]\n\n', '\n\n', 'event: error\ndata: no\n\n', '{', '<');
    fc.assert(
      fc.property(fc.array(fc.oneof(parts, fc.string(), fc.jsonValue().map((value) => `data: ${JSON.stringify({ type: 'response.completed', response: value, item: value, output: value })}\n\n`)), { maxLength: 12 }), (pieces) => {
        const { final } = heard(read(pieces.map((piece) => Buffer.from(piece))));
        assert.ok(final?.type === 'end' || final?.type === 'failed');
        if (final.type === 'failed' || final.stop === 'length') assert.ok(!('toolCalls' in final) || final.toolCalls.length === 0);
      }),
      { numRuns: 400 },
    );
  });
});
