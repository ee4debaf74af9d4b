import assert from 'node:assert/strict';
import type { AnswerEvent, Receipt } from '../../../../src/core/model/ask';
import { asArmId } from '../../../../src/core/model/modelCard';
import { anthropicMessages } from '../../../../src/gateway/dialects/anthropicMessages/anthropicMessages';
import type { AnswerHead, ProblemKind, WholeAnswer } from '../../../../src/gateway/dialect';
import { unwrapSealed } from '../../../../src/gateway/dialects/sealed';

const head: AnswerHead = { id: 'a1', request: { model: 'claude-x', stream: true, ask: { messages: [] } }, answering: 'openai/gpt-x', inputTokens: 40, createdAt: 0 };
const receipt: Receipt = {
  callId: 'c',
  arm: asArmId('openai/gpt-x'),
  usage: { inputTokens: 100, cachedInputTokens: 60, cacheWriteTokens: 10, outputTokens: 20, reasoningTokens: 5, estimated: false },
  charge: { amount: undefined, source: 'unknown', estimatedUsage: false },
  timing: { firstTokenMs: 1, totalMs: 2 },
};
const usage = { input_tokens: 30, cache_creation_input_tokens: 10, cache_read_input_tokens: 60, output_tokens: 20 };
const part = { place: 'openai/gpt-x', text: 'hm', sealed: 'c2ln' };

const text = (words: string): AnswerEvent => ({ type: 'text-delta', text: words });
const thought = (words: string): AnswerEvent => ({ type: 'reasoning-delta', text: words });
const call = (id: string, json = '{"x":1}'): AnswerEvent => ({ type: 'tool-call', call: { id, name: 'f', arguments: json } });
const end = (stop: Extract<AnswerEvent, { type: 'answer-end' }>['stop'] = 'stop'): AnswerEvent => ({ type: 'answer-end', stop, receipt });

/** The stream's events; what is sealed as what it is. */
function events(written: string): readonly object[] {
  return written.split('\n\n').filter((one) => one !== '').map((one) => {
    const [, name, data] = /^event: (\w+)\ndata: (.*)$/.exec(one) ?? [];
    const value: object = JSON.parse(data ?? '', (key, field: unknown) => (typeof field === 'string' && field !== '' && (key === 'signature' || key === 'data') ? unwrapSealed(field, 'shown') : field));
    assert.equal('type' in value ? value.type : undefined, name);
    return value;
  });
}

/** What follows the beginning, each block in short: its index and type, what it began with, and its deltas. */
function check(name: string, given: readonly AnswerEvent[], expected: readonly object[], stopReason = 'end_turn'): void {
  it(name, () => {
    const writer = anthropicMessages.stream(head);
    const [start, ...rest] = events(writer.begin() + given.map((event) => writer.event(event)).join(''));
    assert.deepEqual(start, { type: 'message_start', message: { id: 'msg_a1', type: 'message', role: 'assistant', model: 'openai/gpt-x', content: [], stop_reason: null, stop_sequence: null, usage: { input_tokens: 40, cache_creation_input_tokens: 0, cache_read_input_tokens: 0, output_tokens: 0 } } });
    assert.deepEqual(rest, [...expected, { type: 'message_delta', delta: { stop_reason: stopReason, stop_sequence: null }, usage }, { type: 'message_stop' }]);
  });
}

const block = (index: number, content_block: object, ...deltas: readonly object[]) => [{ type: 'content_block_start', index, content_block }, ...deltas.map((delta) => ({ type: 'content_block_delta', index, delta })), { type: 'content_block_stop', index }];
const textBlock = (index: number, ...pieces: readonly string[]) => block(index, { type: 'text', text: '' }, ...pieces.map((words) => ({ type: 'text_delta', text: words })));
const thinkingBlock = (index: number, pieces: readonly string[], ...more: readonly object[]) => block(index, { type: 'thinking', thinking: '', signature: '' }, ...pieces.map((thinking) => ({ type: 'thinking_delta', thinking })), ...more);
const callBlock = (index: number, id: string, json = '{"x":1}') => block(index, { type: 'tool_use', id, name: 'f', input: {} }, { type: 'input_json_delta', partial_json: json });

describe('anthropicMessages stream', () => {
  check('text', [text('Hel'), text(''), text('lo'), end()], textBlock(0, 'Hel', 'lo'));
  check('nothing', [end('length')], [], 'max_tokens');
  check('held back', [text('a'), end('contentFilter')], textBlock(0, 'a'), 'refusal');
  check('thinking, then text', [thought('h'), thought('m'), text('Yes'), end()], [...thinkingBlock(0, ['h', 'm']), ...textBlock(1, 'Yes')]);
  check('calls', [text('I look.'), call('a'), call('b', ''), end('toolCalls')], [...textBlock(0, 'I look.'), ...callBlock(1, 'a'), ...callBlock(2, 'b', '{}')], 'tool_use');
  check('a call whose input is no object', [call('a', '{"x":'), end('toolCalls')], callBlock(0, 'a', '{}'), 'tool_use');
  check('thinking that led to a call is signed', [thought('hm'), { type: 'reasoning-part', part }, call('a'), end('toolCalls')], [...thinkingBlock(0, ['hm'], { type: 'signature_delta', signature: { ...part, text: 'shown' } }), ...callBlock(1, 'a')], 'tool_use');
  check(
    'where text came in between, or it was not shown as it is, the signed part is apart',
    [thought('hm'), text('I look.'), { type: 'reasoning-part', part }, { type: 'reasoning-part', part: { ...part, text: '' } }, call('a'), end('toolCalls')],
    [...thinkingBlock(0, ['hm']), ...textBlock(1, 'I look.'), ...block(2, { type: 'redacted_thinking', data: part }), ...block(3, { type: 'redacted_thinking', data: { ...part, text: '' } }), ...callBlock(4, 'a')],
    'tool_use',
  );
  check('sources have no place here', [text('a'), { type: 'citations', citations: [{ url: 'https://a.example' }] }, end('unknown')], textBlock(0, 'a'));

  it('a sign of life', () => assert.deepEqual(events(anthropicMessages.stream(head).heartbeat?.() ?? ''), [{ type: 'ping' }]));

  it('an error', () => {
    const writer = anthropicMessages.stream(head);
    assert.deepEqual(events(writer.fail({ kind: 'overloaded', status: 529, message: 'Busy.' })), [{ type: 'error', error: { type: 'overloaded_error', message: 'Busy.' } }]);
  });
});

describe('anthropicMessages whole', () => {
  const answer: WholeAnswer = { text: 'Yes.', reasoning: '', reasoningParts: [], toolCalls: [], citations: [], stop: 'stop', receipt };
  const content = (name: string, given: Partial<WholeAnswer>, expected: readonly object[], stopReason = 'end_turn') =>
    it(name, () => {
      assert.deepEqual(JSON.parse(JSON.stringify(anthropicMessages.whole(head, { ...answer, ...given })), (key, field: unknown) => (typeof field === 'string' && field !== '' && (key === 'signature' || key === 'data') ? unwrapSealed(field, 'shown') : field)), { id: 'msg_a1', type: 'message', role: 'assistant', model: 'openai/gpt-x', content: expected, stop_reason: stopReason, stop_sequence: null, usage });
    });
  content('text', {}, [{ type: 'text', text: 'Yes.' }]);
  content('calls', { text: '', toolCalls: [{ id: 'a', name: 'f', arguments: '{"x":1}' }], stop: 'toolCalls' }, [{ type: 'tool_use', id: 'a', name: 'f', input: { x: 1 } }], 'tool_use');
  content('what was shown of thinking', { reasoning: 'hm' }, [{ type: 'thinking', thinking: 'hm', signature: '' }, { type: 'text', text: 'Yes.' }]);
  content('signed thinking, shown and hidden', { reasoning: 'hm', reasoningParts: [part, { ...part, text: '' }] }, [{ type: 'thinking', thinking: 'hm', signature: { ...part, text: 'shown' } }, { type: 'redacted_thinking', data: { ...part, text: '' } }, { type: 'text', text: 'Yes.' }]);
});

describe('anthropicMessages problem', () => {
  const rows: readonly (readonly [ProblemKind, string])[] = [['badRequest', 'invalid_request_error'], ['unauthorized', 'authentication_error'], ['notFound', 'not_found_error'], ['tooLarge', 'request_too_large'], ['budget', 'billing_error'], ['rateLimited', 'rate_limit_error'], ['timedOut', 'timeout_error'], ['internal', 'api_error']];
  for (const [kind, type] of rows) it(kind, () => assert.deepEqual(anthropicMessages.problem({ kind, status: 400, message: 'Why.' }), { type: 'error', error: { type, message: 'Why.' } }));
});
