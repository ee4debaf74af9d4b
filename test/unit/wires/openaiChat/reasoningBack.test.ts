import assert from 'node:assert/strict';
import type { ProviderDefinition } from '../../../../src/core/model/provider';
import { AnswerReader } from '../../../../src/wires/openaiChat/answerReader';
import { chunk, doneChunk, plainProvider } from '../../../support/wireFixtures';

/** What of a reply goes back with its tool calls. */
function check(name: string, reasoningBack: ProviderDefinition['reasoningBack'], reply: string, expected: readonly object[] | undefined): void {
  it(name, () => {
    const reader = new AnswerReader({ provider: reasoningBack === undefined ? plainProvider : { ...plainProvider, reasoningBack }, context: () => ({ provider: 'plain', model: 'm', key: undefined, nowMs: 0 }), makeId: () => 'made' });
    reader.push(Buffer.from(reply + doneChunk));
    reader.end();
    assert.ok(reader.final?.type === 'end', JSON.stringify(reader.final));
    assert.deepEqual(reader.final.reasoning?.map(({ text, sealed }) => ({ text, sealed: sealed.startsWith('[') || sealed.startsWith('{') ? JSON.parse(sealed) : sealed })), expected);
  });
}

const call = (id: string | undefined, extra: object = {}, index = 0) => chunk({ tool_calls: [{ index, ...(id === undefined ? {} : { id }), type: 'function', function: { name: 'f', arguments: '{}' }, ...extra }] });
const stop = chunk({}, 'tool_calls');
const signed = { extra_content: { google: { thought_signature: 'sig' } } };
const details = (...list: readonly object[]) => chunk({ reasoning_details: list });

describe('what goes back with tool calls', () => {
  check('is nothing where nobody asks', undefined, chunk({ reasoning_content: 'hm' }) + call('c') + stop, undefined);
  check('is nothing without calls', 'reasoning_content', chunk({ reasoning_content: 'hm' }) + chunk({ content: 'Hi' }) + chunk({}, 'stop'), undefined);
  check('is the text that was thought', 'reasoning_content', chunk({ reasoning_content: 'h' }) + chunk({ reasoning_content: 'm' }) + call('c') + stop, [{ text: 'hm', sealed: 'reasoning_content' }]);
  check(
    'is the vendor’s list, its pieces put together',
    'reasoning_details',
    details({ type: 'reasoning.text', index: 0, text: 'h', format: 'f' }) + details({ type: 'reasoning.text', index: 0, text: 'm', signature: null }) + details({ type: 'reasoning.text', index: 0, signature: 's' }) + details({ type: 'reasoning.encrypted', index: 1, data: 'x' }, 5 as never) + call('c') + stop,
    [{ text: '', sealed: [{ type: 'reasoning.text', index: 0, text: 'hm', format: 'f', signature: 's' }, { type: 'reasoning.encrypted', index: 1, data: 'x' }] }],
  );
  check('keeps entries without an index apart', 'reasoning_details', details({ type: 'reasoning.encrypted', data: 'x' }) + details({ type: 'reasoning.encrypted', data: 'y' }) + call('c') + stop, [{ text: '', sealed: [{ type: 'reasoning.encrypted', data: 'x' }, { type: 'reasoning.encrypted', data: 'y' }] }]);
  check('is in the calls, by their ids', 'extra_content', call('c', signed) + call('d', {}, 1) + stop, [{ text: '', sealed: { c: signed.extra_content } }]);
  check('is in a call that got its id here', 'extra_content', call(undefined, signed) + stop, [{ text: '', sealed: { made: signed.extra_content } }]);
  check('is nothing where calls carry none', 'extra_content', call('c') + stop, undefined);
});
