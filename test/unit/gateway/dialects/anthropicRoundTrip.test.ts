import assert from 'node:assert/strict';
import * as fc from 'fast-check';
import type { AnswerEvent, Receipt } from '../../../../src/core/model/ask';
import { asArmId } from '../../../../src/core/model/modelCard';
import { anthropicMessages } from '../../../../src/gateway/dialects/anthropicMessages/anthropicMessages';
import { unwrapSealed, wrapSealed } from '../../../../src/gateway/dialects/sealed';
import { AnswerReader } from '../../../../src/wires/anthropicMessages/answerReader';
import { toRequest } from '../../../../src/wires/anthropicMessages/toRequest';
import { endpointAt, heard, requestTo } from '../../../support/wireFixtures';

const place = 'plain/m';
const words = fc.string({ minLength: 1, maxLength: 20 }).filter((text) => text.trim() !== '');
const base64 = fc.constantFrom('aGk=', 'c2ln', 'ZGF0YQ==');
const id = fc.stringMatching(/^toolu_[A-Za-z0-9]{1,6}$/);
const json = fc.dictionary(fc.stringMatching(/^[a-z]{1,5}$/), fc.oneof(words, fc.integer(), fc.boolean()), { maxKeys: 3 });

const text = words.map((one) => ({ type: 'text', text: one }));
const image = base64.map((data) => ({ type: 'image', source: { type: 'base64', media_type: 'image/png', data } }));
const call = fc.record({ type: fc.constant('tool_use'), id, name: fc.constantFrom('f', 'g'), input: json });
const result = fc.tuple(id, fc.oneof(words, fc.tuple(text, image)), fc.boolean()).map(([tool_use_id, content, failed]) => ({ type: 'tool_result', tool_use_id, content, ...(failed ? { is_error: true } : {}) }));
/** As the vendor sends it, which is what must come back. */
const thinking = fc.oneof(fc.tuple(words, base64).map(([thought, signature]) => ({ type: 'thinking', thinking: thought, signature })), base64.map((data) => ({ type: 'redacted_thinking', data })));

const user = fc.tuple(fc.array(result, { maxLength: 2 }), fc.array(image, { maxLength: 1 }), text).map((parts) => ({ role: 'user', content: parts.flat() }));
const assistant = fc.tuple(fc.array(thinking, { maxLength: 2 }), text, fc.array(call, { maxLength: 2 })).map((parts) => ({ role: 'assistant', content: parts.flat() }));
const conversation = fc.tuple(user, fc.array(fc.tuple(assistant, user), { maxLength: 3 })).map(([first, more]) => [first, ...more.flat()]);

/** Thinking as a client has it: in our wrapping. */
function throughClient(block: object): object {
  if ('signature' in block) return { ...block, signature: wrapSealed({ place, sealed: String(block.signature) }) };
  return 'data' in block ? { ...block, data: wrapSealed({ place, sealed: `redacted:${String(block.data)}`, text: '' }) } : block;
}

describe('anthropicMessages, there and back', () => {
  it('what is read and sent on in the same protocol is the same', () => {
    fc.assert(
      fc.property(conversation, fc.array(words, { maxLength: 1 }), fc.array(fc.record({ name: words, description: words, input_schema: json.map((properties) => ({ type: 'object', properties })) }), { maxLength: 2 }), (messages, system, tools) => {
        const body = {
          model: 'm',
          max_tokens: 100,
          ...(system.length === 0 ? {} : { system: system.map((one) => ({ type: 'text', text: one })) }),
          ...(tools.length === 0 ? {} : { tools }),
          stop_sequences: ['END'],
        };
        const read = anthropicMessages.read({ ...body, messages: messages.map(({ role, content }) => ({ role, content: content.map(throughClient) })) });
        assert.ok(read.ok);
        const { ask } = read.value;
        const sent = toRequest(requestTo(endpointAt('https://a.example/v1'), { ...ask, tools: ask.tools ?? [], maxOutputTokens: ask.maxOutputTokens ?? 0 }));
        assert.deepEqual(JSON.parse(JSON.stringify(sent)), JSON.parse(JSON.stringify({ ...body, stream: true, messages })));
      }),
    );
  });

  it('what is said is heard by the wire of the same protocol', () => {
    const usage = { inputTokens: 100, cachedInputTokens: 60, cacheWriteTokens: 10, outputTokens: 20, reasoningTokens: 0, estimated: false };
    const receipt: Receipt = { callId: 'c', arm: asArmId(place), usage, charge: { amount: undefined, source: 'unknown', estimatedUsage: false }, timing: { firstTokenMs: 1, totalMs: 2 } };
    const delta = fc.tuple(fc.constantFrom('text-delta' as const, 'reasoning-delta' as const), words).map(([type, one]): AnswerEvent => ({ type, text: one }));
    const part = fc.tuple(fc.oneof(words, fc.constant('')), base64).map(([shown, sealed]) => ({ place, text: shown, sealed }));
    const said = fc.tuple(fc.array(delta, { minLength: 1, maxLength: 6 }), fc.array(part, { maxLength: 2 }), fc.uniqueArray(fc.record({ id, name: words, arguments: json.map((input) => JSON.stringify(input)) }), { selector: (one) => one.id, minLength: 1, maxLength: 3 }));
    fc.assert(
      fc.property(said, ([deltas, parts, calls]) => {
        const writer = anthropicMessages.stream({ id: 'a', request: { model: 'm', stream: true, ask: { messages: [] } }, answering: place, inputTokens: 1, createdAt: 0 });
        const events: readonly AnswerEvent[] = [...deltas, ...parts.map((one): AnswerEvent => ({ type: 'reasoning-part', part: one })), ...calls.map((one): AnswerEvent => ({ type: 'tool-call', call: one })), { type: 'answer-end', stop: 'toolCalls', receipt }];
        const reader = new AnswerReader({ context: () => ({ provider: 'plain', model: 'm', key: undefined, nowMs: 0 }), makeId: () => 'made' });
        const all = heard([...reader.push(Buffer.from(writer.begin() + events.map((event) => writer.event(event)).join(''))), ...(reader.final ? [reader.final] : [])]);
        const joined = (type: string) => deltas.map((event) => (event.type === type && 'text' in event ? event.text : '')).join('');
        assert.equal(all.text, joined('text-delta'));
        assert.equal(all.reasoning, joined('reasoning-delta'));
        assert.partialDeepStrictEqual(all.final, { type: 'end', stop: 'toolCalls', toolCalls: calls, usage });
        const sealed = all.final?.type === 'end' ? (all.final.reasoning ?? []) : [];
        assert.deepEqual(sealed.map((one) => unwrapSealed(one.sealed.replace(/^redacted:/, ''), one.text)), parts);
      }),
    );
  });
});
