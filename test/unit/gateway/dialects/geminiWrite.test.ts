import assert from 'node:assert/strict';
import type { AnswerEvent, Receipt } from '../../../../src/core/model/ask';
import { asArmId } from '../../../../src/core/model/modelCard';
import type { AnswerHead } from '../../../../src/gateway/dialect';
import { geminiGenerate } from '../../../../src/gateway/dialects/geminiGenerate/geminiGenerate';
import { toSignature } from '../../../../src/gateway/dialects/geminiGenerate/thoughtSignature';

const head = (repeated?: AnswerHead['request']['repeated']): AnswerHead => ({ id: 'a1', request: { model: 'gemini-x', stream: true, ask: { messages: [] }, ...(repeated === undefined ? {} : { repeated }) }, answering: 'openai/gpt-x', inputTokens: 40, createdAt: 0 });
const receipt: Receipt = {
  callId: 'c',
  arm: asArmId('openai/gpt-x'),
  usage: { inputTokens: 100, cachedInputTokens: 60, cacheWriteTokens: 10, outputTokens: 20, reasoningTokens: 5, estimated: false },
  charge: { amount: undefined, source: 'unknown', estimatedUsage: false },
  timing: { firstTokenMs: 1, totalMs: 2 },
};
const usageMetadata = { promptTokenCount: 100, cachedContentTokenCount: 60, candidatesTokenCount: 15, thoughtsTokenCount: 5, totalTokenCount: 120 };
const part = { place: 'openai/gpt-x', text: 'hm', sealed: 'c2ln' };
const end = (stop: Extract<AnswerEvent, { type: 'answer-end' }>['stop'] = 'stop'): AnswerEvent => ({ type: 'answer-end', stop, receipt });
const call: AnswerEvent = { type: 'tool-call', call: { id: 'c1', name: 'f', arguments: '{"x":1}' } };
const called = { functionCall: { id: 'c1', name: 'f', args: { x: 1 } } };

const piece = (...parts: readonly object[]) => ({ candidates: [{ content: { role: 'model', parts }, index: 0 }], modelVersion: 'openai/gpt-x', responseId: 'a1' });
const last = (finishReason: string) => ({ candidates: [{ content: { role: 'model', parts: [{ text: '' }] }, finishReason, index: 0 }], usageMetadata, modelVersion: 'openai/gpt-x', responseId: 'a1' });

function check(name: string, given: readonly AnswerEvent[], expected: readonly object[], repeated?: AnswerHead['request']['repeated']): void {
  it(name, () => {
    for (const form of ['events', 'list'] as const) {
      const writer = geminiGenerate('gemini-x', form).stream(head(repeated));
      const written = writer.begin() + given.map((event) => writer.event(event)).join('');
      const pieces: unknown = form === 'list' ? JSON.parse(written) : written.split('\n\n').filter((one) => one !== '').map((one): unknown => JSON.parse(one.replace(/^data: /, '')));
      assert.deepEqual(pieces, expected);
    }
  });
}

describe('geminiGenerate stream', () => {
  check('text', [{ type: 'text-delta', text: 'Hel' }, { type: 'text-delta', text: '' }, { type: 'text-delta', text: 'lo' }, end()], [piece({ text: 'Hel' }), piece({ text: 'lo' }), last('STOP')]);
  check('cut off', [end('length')], [last('MAX_TOKENS')]);
  check('held back', [end('contentFilter')], [last('SAFETY')]);
  check('thoughts are for those who asked', [{ type: 'reasoning-delta', text: 'hm' }, end()], [last('STOP')]);
  check('and then said to be such', [{ type: 'reasoning-delta', text: 'hm' }, end()], [piece({ text: 'hm', thought: true }), last('STOP')], { thoughts: true });
  check('what must come back with calls is with the first', [{ type: 'reasoning-part', part }, { type: 'reasoning-part', part: { ...part, text: '' } }, call, call, end('toolCalls')], [piece({ ...called, thoughtSignature: toSignature([part, { ...part, text: '' }]) }), piece(called), last('STOP')]);
  check('a call whose arguments are no object', [{ type: 'tool-call', call: { id: 'c1', name: 'f', arguments: '[1' } }, end('toolCalls')], [piece({ functionCall: { id: 'c1', name: 'f', args: {} } }), last('STOP')]);

  it('a failure ends it', () => {
    const problem = { kind: 'rateLimited', status: 429, message: 'Later.', retryAfterMs: 1500 } as const;
    const error = { error: { code: 429, message: 'Later.', status: 'RESOURCE_EXHAUSTED', details: [{ '@type': 'type.googleapis.com/google.rpc.RetryInfo', retryDelay: '2s' }] } };
    const events = geminiGenerate('gemini-x', 'events').stream(head());
    assert.equal(events.begin() + events.fail(problem), `data: ${JSON.stringify(error)}\n\n`);
    const list = geminiGenerate('gemini-x', 'list').stream(head());
    assert.deepEqual(JSON.parse(list.begin() + (list.heartbeat?.() ?? '') + list.event({ type: 'text-delta', text: 'a' }) + (list.heartbeat?.() ?? '') + list.fail(problem)), [piece({ text: 'a' }), error]);
  });
});

describe('geminiGenerate whole', () => {
  const answer = { text: 'Yes.', reasoning: 'hm', reasoningParts: [part], toolCalls: [{ id: 'c1', name: 'f', arguments: '{"x":1}' }], citations: [], stop: 'toolCalls', receipt } as const;
  const whole = (repeated?: AnswerHead['request']['repeated']) => geminiGenerate('gemini-x', 'whole').whole(head(repeated), answer);
  const parts = [{ text: 'Yes.' }, { ...called, thoughtSignature: toSignature([part]) }];
  it('has all of it', () => assert.deepEqual(whole(), { ...piece(), candidates: [{ content: { role: 'model', parts }, finishReason: 'STOP', index: 0 }], usageMetadata }));
  it('with thoughts for who asked', () => assert.partialDeepStrictEqual(whole({ thoughts: true }), { candidates: [{ content: { parts: [{ text: 'hm', thought: true }, ...parts] } }] }));
});

describe('geminiGenerate problem', () => {
  it('names the field', () => {
    assert.deepEqual(geminiGenerate('gemini-x', 'whole').problem({ kind: 'badRequest', status: 400, message: 'a is missing.', field: 'a' }), {
      error: { code: 400, message: 'a is missing.', status: 'INVALID_ARGUMENT', details: [{ '@type': 'type.googleapis.com/google.rpc.BadRequest', fieldViolations: [{ field: 'a', description: 'a is missing.' }] }] },
    });
  });
});
