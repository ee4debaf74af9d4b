import assert from 'node:assert/strict';
import type { WireEvent } from '../../../../src/core/ports/wire';
import { AnswerReader } from '../../../../src/wires/ollama/answerReader';
import { heard } from '../../../support/wireFixtures';

const line = (value: object) => `${JSON.stringify(value)}\n`;
const says = (content: string, more: object = {}) => line({ model: 'm', message: { role: 'assistant', content, ...more }, done: false });
const calls = (...functions: readonly object[]) => says('', { tool_calls: functions.map((one) => ({ function: one })) });
const done = (more: object = {}) => line({ model: 'm', message: { role: 'assistant', content: '' }, done: true, done_reason: 'stop', prompt_eval_count: 11, eval_count: 7, ...more });
const call = (name: string) => ({ name, arguments: { a: 1 } });
const usage = { inputTokens: 11, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 7, reasoningTokens: 0, estimated: false };

function read(text: string, size: number): ReturnType<typeof heard> {
  let ids = 0;
  const reader = new AnswerReader({ context: { provider: 'ollama', model: 'm' }, estimatedInput: 42, makeId: () => `id${++ids}` });
  const bytes = new TextEncoder().encode(text);
  const events: WireEvent[] = [];
  for (let at = 0; at < bytes.length; at += size) events.push(...reader.push(bytes.subarray(at, at + size)));
  if (reader.final === undefined) events.push(...reader.end());
  assert.ok(reader.final);
  return heard([...events, reader.final]);
}

/** Each row in one piece and byte by byte. */
function check(name: string, reply: string, expected: { readonly text?: string; readonly reasoning?: string; readonly final: object }): void {
  for (const size of [1, 1_000_000]) {
    it(`${name}${size === 1 ? ', byte by byte' : ''}`, () => {
      const { text, reasoning, final } = read(reply, size);
      assert.deepEqual([text, reasoning], [expected.text ?? '', expected.reasoning ?? '']);
      assert.partialDeepStrictEqual(final, expected.final);
    });
  }
}

describe('ollama AnswerReader', () => {
  check('text', says('Hel') + says('lo 😀') + done(), { text: 'Hello 😀', final: { type: 'end', stop: 'stop', toolCalls: [], usage } });
  check('thinking', says('', { thinking: 'hm' }) + says('Hello') + done(), { text: 'Hello', reasoning: 'hm', final: { type: 'end', stop: 'stop' } });
  check('thoughts left in the text', says('<think>h') + says('m</think>\n\nHello') + done(), { text: 'Hello', reasoning: 'hm', final: { type: 'end', stop: 'stop' } });
  check('a tag in an answer whose thoughts came apart', says('', { thinking: 'hm' }) + says('<think> is a tag') + done(), { text: '<think> is a tag', reasoning: 'hm', final: { type: 'end', stop: 'stop' } });
  check('tool calls, which get ids', calls(call('f')) + calls(call('f')) + done(), { final: { type: 'end', stop: 'toolCalls', toolCalls: [{ id: 'id1', name: 'f', arguments: '{"a":1}' }, { id: 'id2', name: 'f', arguments: '{"a":1}' }] } });
  check('several tool calls in one line', calls(call('f'), call('g')) + done(), { final: { type: 'end', stop: 'toolCalls', toolCalls: [{ id: 'id1', name: 'f' }, { id: 'id2', name: 'g' }] } });
  check('ids that repeat', says('', { tool_calls: [{ id: 'c', function: call('f') }, { id: 'c', function: call('g') }] }) + done(), { final: { toolCalls: [{ id: 'c', name: 'f' }, { id: 'id1', name: 'g' }] } });
  check('what was thought before a tool call', says('', { thinking: 'h' }) + says('<think>') + says('', { thinking: 'm' }) + calls(call('f')) + done(), { reasoning: 'hm', text: '<think>', final: { reasoning: [{ text: 'hm', sealed: 'thinking' }] } });
  check('an answer as long as allowed', says('Once') + done({ done_reason: 'length' }), { text: 'Once', final: { type: 'end', stop: 'length' } });
  check('tool calls cut off by the length, which are not made', calls(call('f')) + done({ done_reason: 'length' }), { final: { type: 'end', stop: 'length', toolCalls: [] } });
  check('a prompt that was still in memory', says('Hi') + done({ prompt_eval_count: undefined }), { text: 'Hi', final: { type: 'end', usage: { inputTokens: 42, estimated: true } } });
  check('an end without counts', says('Hi') + line({ done: true }), { text: 'Hi', final: { type: 'end', stop: 'stop', usage: undefined } });
  check('a whole answer in one piece', line({ message: { content: 'Hi' }, done: true, done_reason: 'stop' }), { text: 'Hi', final: { type: 'end', stop: 'stop' } });
  check('a last line without its end', says('Hi') + done().trim(), { text: 'Hi', final: { type: 'end', stop: 'stop', usage } });
  check('an error on its way', says('Hel') + line({ error: 'an error was encountered while running the model: unexpected EOF' }), { text: 'Hel', final: { type: 'failed', failure: { kind: 'providerDown', detail: 'an error was encountered while running the model: unexpected EOF' } } });
  check('an error at once', line({ error: "model 'm' not found" }), { final: { type: 'failed', failure: { kind: 'modelGone', model: 'm' } } });
  check('an answer without its end', says('Hel'), { text: 'Hel', final: { type: 'failed', failure: { kind: 'truncated' } } });
  check('a line that is cut', says('Hel') + says('lo').slice(0, 30), { text: 'Hel', final: { type: 'failed', failure: { kind: 'truncated' } } });
  check('a model that was only loaded', line({ message: { content: '' }, done: true, done_reason: 'load' }), { final: { type: 'failed', failure: { kind: 'badReply', detail: 'The answer is empty.' } } });
  check('a model that was unloaded meanwhile', says('Hel') + done({ done_reason: 'unload' }), { text: 'Hel', final: { type: 'failed', failure: { kind: 'truncated' }, usage } });
  check('an empty answer', done(), { final: { type: 'failed', failure: { kind: 'badReply' }, usage } });
  check('an empty reply', '', { final: { type: 'failed', failure: { kind: 'badReply', detail: 'The answer is empty.' } } });
  check('a reply of another kind', '{"id":1}\n', { final: { type: 'failed', failure: { kind: 'badReply', detail: 'No answer in the reply: {"id":1}' } } });
  check('a web page', '<html><title>Login</title></html>', { final: { type: 'failed', failure: { kind: 'badReply', detail: 'A web page came instead of an answer: Login' } } });
  check('a part that is not JSON', says('Hel') + 'oops\n' + says('lo') + done(), { text: 'Hel', final: { type: 'failed', failure: { kind: 'badReply' } } });

  it('reads nothing after its end', () => {
    const reader = new AnswerReader({ context: { provider: 'ollama', model: 'm' }, estimatedInput: 1, makeId: () => 'x' });
    const events = reader.push(new TextEncoder().encode(says('Hi') + done() + says('more')));
    assert.equal(heard(events).text, 'Hi');
  });
});
