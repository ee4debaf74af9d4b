import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { Failure } from '../../../../src/core/model/failure';
import type { WireEvent } from '../../../../src/core/ports/wire';
import { AnswerReader } from '../../../../src/wires/openaiChat/answerReader';
import { answerRows, compare, type Expected } from '../../../support/answerRows';
import { chunk, doneChunk, fakeKey, plainProvider, usageChunk } from '../../../support/wireFixtures';

const stop = chunk({}, 'stop');
const hello = chunk({ content: 'Hello' });
const usage = usageChunk({ prompt_tokens: 100, completion_tokens: 20, total_tokens: 120 });
const told = { inputTokens: 100, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 20, reasoningTokens: 0, estimated: false };

function newReader(): AnswerReader {
  return new AnswerReader({ provider: plainProvider, context: () => ({ provider: 'plain', model: 'm', key: fakeKey, nowMs: 0 }), makeId: () => 'made' });
}

const { read, check } = answerRows(newReader);

const call = { index: 0, id: 't', type: 'function', function: { name: 'f', arguments: '{}' } };
const made = [{ id: 't', name: 'f', arguments: '{}' }];

describe('AnswerReader', () => {
  describe('ends', () => {
    check('finish reason, usage, [DONE]', hello + stop + usage + doneChunk, { text: 'Hello', stop: 'stop', usage: told });
    check('nothing after [DONE] counts', hello + stop + doneChunk + chunk({ content: 'more' }) + doneChunk, { text: 'Hello', stop: 'stop' });
    check('how it was served', hello + stop + usage.replace('"choices"', '"service_tier":"priority","choices"') + doneChunk, { text: 'Hello', stop: 'stop', usage: { ...told, served: ['priority'] } });
    check('[DONE] without its blank line', hello + stop + usage + 'data: [DONE]', { text: 'Hello', stop: 'stop', usage: told });
    check('[DONE] without a finish reason', hello + doneChunk, { text: 'Hello', stop: 'stop' });
    check('a finish reason without [DONE]', hello + stop + usage, { text: 'Hello', stop: 'stop', usage: told });
    check('a whole last chunk without its blank line', hello + stop + usage.trimEnd(), { text: 'Hello', stop: 'stop', usage: told });
    check('neither', hello, { text: 'Hello', failure: { kind: 'truncated' } });
    check('half a chunk', `${hello}data: {"choices":[{"del`, { text: 'Hello', failure: { kind: 'truncated' } });
    check('nothing at all', '', { failure: { kind: 'badReply', mayRetry: true, detail: 'The answer is empty.' } });
    check('only heartbeats', ': ping\n\n: ping\n\n', { failure: { kind: 'badReply' } });
    check('only [DONE]', doneChunk, { failure: { kind: 'badReply' } });
    check('stop without a word', stop + usage + doneChunk, { failure: { kind: 'badReply', detail: 'The answer is empty.' } });
    check('length', hello + chunk({}, 'length') + doneChunk, { text: 'Hello', stop: 'length' });
    check('length without a word: all went into hidden reasoning', chunk({}, 'length') + doneChunk, { stop: 'length' });
    check('content filter after some text', hello + chunk({}, 'content_filter') + doneChunk, { text: 'Hello', stop: 'contentFilter' });
    check('content filter before any', chunk({}, 'content_filter') + doneChunk, { failure: { kind: 'refused' } });
    check('finish reason error', hello + chunk({}, 'error') + doneChunk, { text: 'Hello', failure: { kind: 'providerDown', detail: 'The provider ended the answer with "error".' } });
    check('a reason nobody knows', hello + chunk({}, 'because') + doneChunk, { text: 'Hello', stop: 'unknown' });
  });

  describe('heartbeats', () => {
    check('comments', `: OPENROUTER PROCESSING\n\n:\n\n${hello}:\n${stop}${doneChunk}`, { text: 'Hello', stop: 'stop' });
    check('as data', `data: : keepalive\n\ndata: \n\ndata:\n\ndata: ping\n\n${hello}${stop}${doneChunk}`, { text: 'Hello', stop: 'stop' });
    check('as events', `event: ping\n\nevent: ping\ndata: {"type":"ping"}\n\n${hello}${stop}${doneChunk}`, { text: 'Hello', stop: 'stop' });
  });

  describe('chunks of odd shape', () => {
    check('choices null, no delta, delta null, content null', `data: {"choices":null}\n\ndata: {"choices":[{"index":0}]}\n\n${chunk(null)}${chunk({ content: null, role: 'assistant' })}${hello}${stop}${doneChunk}`, { text: 'Hello', stop: 'stop' });
    check('values that are no objects', `data: null\n\ndata: 7\n\ndata: []\n\n${hello}${stop}${doneChunk}`, { text: 'Hello', stop: 'stop' });
    check('wrong types everywhere', `data: {"choices":[7,{"index":0,"delta":{"content":5,"reasoning":{},"tool_calls":"x","refusal":[]},"finish_reason":3}],"usage":"x"}\n\n${hello}${stop}${doneChunk}`, { text: 'Hello', stop: 'stop' });
    check('a second choice', `data: {"choices":[{"index":1,"delta":{"content":"no"}},{"index":0,"delta":{"content":"yes"}}]}\n\n${stop}${doneChunk}`, { text: 'yes', stop: 'stop' });
    check('content in parts (Mistral)', chunk({ content: [{ type: 'thinking', thinking: [{ type: 'text', text: 'hm' }] }] }) + chunk({ content: [{ type: 'text', text: 'Hello' }] }) + stop + doneChunk, { text: 'Hello', reasoning: 'hm', stop: 'stop' });
    check('two values glued', `data: ${chunk({ content: 'Hel' }).slice(6).trim()}${chunk({ content: 'l}o"' }).slice(6)}${stop}${doneChunk}`, { text: 'Hell}o"', stop: 'stop' });
    check('two values on lines of one event', `data: ${chunk({ content: 'Hel' }).slice(6).trim()}\ndata: ${chunk({ content: 'lo' }).slice(6)}${stop}${doneChunk}`, { text: 'Hello', stop: 'stop' });
    check('a value over several lines', 'data: {"choices":\ndata: [{"delta":{"content":"Hello"},\ndata:\ndata: "finish_reason":"stop"}]}\n\n', { text: 'Hello', stop: 'stop' });
    check('what is not JSON', `${hello}data: {"choices":[{"delta":{"content":"BROKEN\n\n${chunk({ content: ' again' })}${stop}${doneChunk}`, { text: 'Hello', failure: { kind: 'badReply' } });
    check('half a character in each of two chunks', 'data: {"choices":[{"delta":{"content":"a\\ud83c"}}]}\n\ndata: {"choices":[{"delta":{"content":"\\udf0d"}}]}\n\n' + stop + doneChunk, { text: 'a🌍', stop: 'stop' });
    check('CRLF and a byte order mark', `\ufeff${(hello + stop + doneChunk).replaceAll('\n', '\r\n')}`, { text: 'Hello', stop: 'stop' });
    check('characters of several bytes', chunk({ content: 'Hé🌍' }) + stop + doneChunk, { text: 'Hé🌍', stop: 'stop' });
  });

  describe('reasoning', () => {
    check('OpenRouter, only as details', chunk({ reasoning_details: [{ type: 'reasoning.text', text: 'hm' }, { type: 'reasoning.encrypted', data: 'x' }] }) + hello + stop + doneChunk, { text: 'Hello', reasoning: 'hm', stop: 'stop' });
    check('OpenRouter, the plain field before details', chunk({ reasoning: 'hm', reasoning_details: [{ type: 'reasoning.text', text: 'hm' }] }) + hello + stop + doneChunk, { text: 'Hello', reasoning: 'hm', stop: 'stop' });
    check('reasoning_content (DeepSeek)', chunk({ reasoning_content: 'hm' }) + hello + stop + doneChunk, { text: 'Hello', reasoning: 'hm', stop: 'stop' });
    check('reasoning (OpenRouter)', chunk({ reasoning: 'hm', content: '' }) + hello + stop + doneChunk, { text: 'Hello', reasoning: 'hm', stop: 'stop' });
    check('both, with the same text', chunk({ reasoning: 'hm', reasoning_content: 'hm' }) + hello + stop + doneChunk, { text: 'Hello', reasoning: 'hm', stop: 'stop' });
    check('and nothing else', chunk({ reasoning: 'It is 4' }) + stop + doneChunk, { reasoning: 'It is 4', stop: 'stop' });
    check('left in the text', chunk({ content: '<thi' }) + chunk({ content: 'nk>hm</think>\n\nHello' }) + stop + doneChunk, { text: 'Hello', reasoning: 'hm', stop: 'stop' });
    check('written about', chunk({ content: 'Use `<think>`.' }) + stop + doneChunk, { text: 'Use `<think>`.', stop: 'stop' });
    check('in its own field, a tag in the text is text', chunk({ reasoning: 'hm' }) + chunk({ content: '<think>' }) + stop + doneChunk, { text: '<think>', reasoning: 'hm', stop: 'stop' });
    check('text held back is given at a cut', chunk({ content: '<th' }), { text: '<th', failure: { kind: 'truncated' } });
  });

  describe('tool calls', () => {
    check('finish tool_calls', chunk({ tool_calls: [call] }) + chunk({}, 'tool_calls') + doneChunk, { stop: 'toolCalls', toolCalls: made });
    check('finish stop', chunk({ tool_calls: [call] }) + stop + doneChunk, { stop: 'toolCalls', toolCalls: made });
    check('finish null', chunk({ tool_calls: [call] }) + doneChunk, { stop: 'toolCalls', toolCalls: made });
    check('finish function_call', chunk({ function_call: { name: 'f', arguments: '{}' } }) + chunk({}, 'function_call') + doneChunk, { stop: 'toolCalls', toolCalls: [{ id: 'made', name: 'f', arguments: '{}' }] });
    check('never after length', chunk({ tool_calls: [call] }) + chunk({}, 'length') + doneChunk, { stop: 'length' });
    check('never after a content filter', chunk({ tool_calls: [call] }) + chunk({}, 'content_filter') + doneChunk, { stop: 'contentFilter' });
    check('never after a cut', chunk({ tool_calls: [call] }), { failure: { kind: 'truncated' } });
    check('never after an error', `${chunk({ tool_calls: [call] })}data: {"error":{"message":"no"}}\n\n`, { failure: { kind: 'providerDown' } });
    check('promised and not made', hello + chunk({}, 'tool_calls') + doneChunk, { text: 'Hello', stop: 'unknown' });
  });

  describe('usage', () => {
    check('with the finish reason', hello + chunk({}, 'stop', { usage: { prompt_tokens: 100, completion_tokens: 20 } }) + doneChunk, { text: 'Hello', stop: 'stop', usage: told });
    check('in x_groq', hello + chunk({}, 'stop', { x_groq: { id: 'r', usage: { prompt_tokens: 100, completion_tokens: 20 } } }) + doneChunk, { text: 'Hello', stop: 'stop', usage: told });
    check('in the choice (Moonshot)', `${hello}data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop","usage":{"prompt_tokens":100,"completion_tokens":20}}]}\n\n${doneChunk}`, { text: 'Hello', stop: 'stop', usage: told });
    check('running totals: the last', chunk({ content: 'Hello' }, null, { usage: { prompt_tokens: 100, completion_tokens: 1 } }) + chunk({}, 'stop', { usage: { prompt_tokens: 100, completion_tokens: 20 } }) + doneChunk, { text: 'Hello', stop: 'stop', usage: told });
    check('twice the same', hello + stop + usage + usage + doneChunk, { text: 'Hello', stop: 'stop', usage: told });
    check('nonsense after sense', hello + stop + usage + usageChunk({ prompt_tokens: -1, completion_tokens: 0 }) + doneChunk, { text: 'Hello', stop: 'stop', usage: told });
    check('null on the way', chunk({ content: 'Hello' }, null, { usage: null }) + stop + usage + doneChunk, { text: 'Hello', stop: 'stop', usage: told });
    check('none', hello + stop + doneChunk, { text: 'Hello', stop: 'stop', usage: undefined });
    check('zeros', hello + stop + usageChunk({ prompt_tokens: 0, completion_tokens: 0 }) + doneChunk, { text: 'Hello', stop: 'stop', usage: undefined });
    check('no output beside output', hello + stop + usageChunk({ prompt_tokens: 100, completion_tokens: 0 }) + doneChunk, { text: 'Hello', stop: 'stop', usage: undefined });
    check('of a cut answer', chunk({ content: 'Hello' }, null, { usage: { prompt_tokens: 100, completion_tokens: 20 } }), { text: 'Hello', failure: { kind: 'truncated' }, usage: told });
    check('of an empty answer', `${JSON.stringify({ object: 'chat.completion', choices: [], usage: { prompt_tokens: 100, completion_tokens: 0 } })}`, { failure: { kind: 'badReply' }, usage: { ...told, outputTokens: 0 } });
  });

  describe('refusals', () => {
    check('the refusal field is shown', chunk({ refusal: 'I cannot ' }) + chunk({ refusal: 'help' }) + stop + doneChunk, { text: 'I cannot help', stop: 'contentFilter' });
  });

  describe('errors with status 200', () => {
    check('a body that is an error (OpenRouter)', '{"error":{"message":"Upstream provider error","code":502}}', { failure: { kind: 'providerDown', status: 502, detail: 'Upstream provider error' } });
    check('in the stream, after text', `${hello}data: {"id":"c1","error":{"code":502,"message":"Provider disconnected"},"choices":[{"index":0,"delta":{"content":""},"finish_reason":"error"}]}\n\n`, { text: 'Hello', failure: { kind: 'providerDown', status: 502, detail: 'Provider disconnected' } });
    check('in the choice', `${hello}data: {"choices":[{"index":0,"delta":{},"finish_reason":"error","error":{"code":429,"message":"slow down"}}]}\n\n`, { text: 'Hello', failure: { kind: 'rateLimited', detail: 'slow down' } });
    check('as an event of its own', `${hello}event: error\ndata: {"message":"boom"}\n\n`, { text: 'Hello', failure: { kind: 'providerDown', detail: 'boom' } });
    check('as an event in plain words', `event: error\ndata: boom\n\n`, { failure: { kind: 'providerDown', detail: 'boom' } });
    check('vLLM', 'data: {"object":"error","message":"boom","type":"InternalServerError","code":500}\n\n', { failure: { kind: 'providerDown', status: 500, detail: 'boom' } });
    check('Anthropic behind a compatible route', 'data: {"type":"error","error":{"type":"overloaded_error","message":"Overloaded"}}\n\n', { failure: { kind: 'providerDown', detail: 'Overloaded' } });
    check('FastAPI', '{"detail":"boom"}', { failure: { kind: 'providerDown', detail: 'boom' } });
    check('Gemini, in an array', '[{"error":{"code":429,"message":"Resource exhausted","status":"RESOURCE_EXHAUSTED"}}]', { failure: { kind: 'rateLimited', detail: 'Resource exhausted' } });
    check('a key in the stream', `data: {"error":{"message":"bad ${fakeKey}","code":401}}\n\n`, { failure: { kind: 'keyRejected', detail: 'bad [key removed]' } });
    check('an empty error is none', `data: {"error":{},"choices":[{"delta":{"content":"Hello"},"finish_reason":"stop"}]}\n\n`, { text: 'Hello', stop: 'stop' });
    check('error null is none', `data: {"error":null,"choices":[{"delta":{"content":"Hello"},"finish_reason":"stop"}]}\n\n`, { text: 'Hello', stop: 'stop' });
  });

  describe('replies that are no stream', () => {
    const message = { role: 'assistant', content: 'Hello' };
    check('one whole answer', JSON.stringify({ object: 'chat.completion', choices: [{ index: 0, message, finish_reason: 'stop' }], usage: { prompt_tokens: 100, completion_tokens: 20 } }), { text: 'Hello', stop: 'stop', usage: told });
    check('one whole answer with a tool call', JSON.stringify({ choices: [{ message: { content: null, tool_calls: [call] }, finish_reason: 'tool_calls' }] }), { stop: 'toolCalls', toolCalls: made });
    check('one whole answer, white space and a byte order mark before', `\ufeff\n ${JSON.stringify({ choices: [{ message, finish_reason: 'stop' }] })}`, { text: 'Hello', stop: 'stop' });
    check('one value a line', `${[hello, stop].map((event) => event.slice(6).trim()).join('\n')}\n`, { text: 'Hello', stop: 'stop' });
    check('one value a line, cut off', `${hello.slice(6).trim()}\n`, { text: 'Hello', failure: { kind: 'truncated' } });
    check('an array of chunks', `[${[hello, stop].map((event) => event.slice(6).trim()).join(',')}]`, { text: 'Hello', stop: 'stop' });
    check('half an answer', '{"choices":[{"message":{"content":"Hel', { failure: { kind: 'badReply', detail: 'The answer is not whole JSON.' } });
    check('a web page', '<html><head><title>503 Service Temporarily Unavailable</title></head></html>', { failure: { kind: 'providerDown', status: 503, detail: 'A web page came instead of an answer: 503 Service Temporarily Unavailable' } });
    check('a web page without a status', '<html><head><title>Sign in</title></head></html>', { failure: { kind: 'badReply', detail: 'A web page came instead of an answer: Sign in' } });
    check('plain words', 'upstream connect error', { failure: { kind: 'badReply', detail: 'No answer in the reply: upstream connect error' } });
  });

  describe('when it is stopped', () => {
    const down: Failure = { kind: 'providerDown', provider: 'plain', detail: 'gone' };
    const late: Failure = { kind: 'timedOut', provider: 'plain', waitedMs: 1, phase: 'stall' };
    const rows: readonly (readonly [string, string, (reader: AnswerReader) => readonly WireEvent[], Expected])[] = [
      ['lost before anything', '', (reader) => reader.lost(down), { failure: down }],
      ['lost after text', hello, (reader) => reader.lost(down), { text: 'Hello', failure: { kind: 'truncated', detail: 'gone' } }],
      ['lost in the middle of one whole answer, of which all may have been made', '{"choices":[{"message":{"content":"Hel', (reader) => reader.lost(down), { failure: { kind: 'truncated', detail: 'gone' } }],
      ['lost in the middle of a web page', '<html>', (reader) => reader.lost(down), { failure: down }],
      ['lost after the finish reason', hello + stop + usage, (reader) => reader.lost(down), { text: 'Hello', stop: 'stop', usage: told }],
      ['silent after text', hello, (reader) => reader.silent(late), { text: 'Hello', failure: late }],
      ['silent after the finish reason', hello + stop, (reader) => reader.silent(late), { text: 'Hello', stop: 'stop' }],
      ['cancelled', hello + usage, (reader) => reader.cancelled(), { text: 'Hello', failure: { kind: 'cancelled' }, usage: told }],
      ['cancelled after the finish reason', hello + stop, (reader) => reader.cancelled(), { text: 'Hello', failure: { kind: 'cancelled' } }],
    ];
    for (const [name, reply, ending, expected] of rows) it(name, () => compare(read([Buffer.from(reply)], ending), expected));
  });

  it('gives up on an event that is too long', () => {
    const piece = Buffer.from('x'.repeat(1024 * 1024));
    compare(read([Buffer.from(`${hello}data: {"x":"`), piece, piece, piece, piece, piece]), { text: 'Hello', failure: { kind: 'badReply' } });
  });

  it('gives up on a whole answer that is too long', () => {
    const piece = Buffer.from(' '.repeat(1024 * 1024));
    compare(read([Buffer.from('{'), piece, piece, piece, piece, piece]), { failure: { kind: 'badReply' } });
  });

  it('gives up on tool calls that are too long', () => {
    const part = Buffer.from(chunk({ tool_calls: [{ ...call, function: { name: 'f', arguments: 'x'.repeat(1024 * 1024) } }] }));
    compare(read([part, part, part, part, part]), { failure: { kind: 'badReply', detail: 'A tool call is too long.' } });
  });

  it('counts content as progress, and nothing else', () => {
    const reader = newReader();
    const progress = [chunk({ role: 'assistant', content: '' }), ': ping\n\n', hello, usage, chunk({ reasoning: 'hm' }), chunk({ tool_calls: [call] }), stop].map((piece) => {
      reader.push(Buffer.from(piece));
      return reader.progress;
    });
    assert.deepEqual(progress, [0, 0, 1, 1, 2, 3, 3]);
    assert.equal(reader.finished, true);
  });

  it('ends every reply with one event, whatever comes', () => {
    const anything = fc.jsonValue();
    const strange = fc.record({ choices: fc.oneof(anything, fc.array(fc.record({ index: fc.oneof(fc.constant(0), anything), delta: fc.oneof(anything, fc.record({ content: anything, reasoning: anything, tool_calls: fc.oneof(anything, fc.array(fc.record({ index: anything, id: anything, function: anything }))) })), finish_reason: anything }))), usage: anything });
    const piece = fc.oneof(strange.map((value) => `data: ${JSON.stringify(value)}\n\n`), fc.string(), fc.constantFrom(hello, stop, usage, doneChunk, '{', '<', '\r', 'data: {"choices":[', 'event: error\n'));
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
        const events = read(pieces.map((text) => Buffer.from(text)));
        assert.deepEqual(
          events.map((event) => event.type === 'end' || event.type === 'failed'),
          [...Array.from({ length: events.length - 1 }, () => false), true],
        );
        for (const event of events) if (event.type === 'text' || event.type === 'reasoning') assert.notEqual(event.text, '');
      }),
      { numRuns: 500 },
    );
  });
});
