import assert from 'node:assert/strict';
import type { AnswerEvent, StopReason } from '../../../../src/core/model/ask';
import type { Message } from '../../../../src/core/model/message';
import { asArmId, idOfArm } from '../../../../src/core/model/modelCard';
import { nano } from '../../../../src/core/model/money';
import { noUsage } from '../../../../src/core/model/usage';
import type { EditorParts } from '../../../../src/vscode/languageModels/editorParts';
import { KeptReasoning } from '../../../../src/vscode/languageModels/keptReasoning';
import { reportAnswer } from '../../../../src/vscode/languageModels/reportAnswer';
import { arm } from '../../../support/cards';
import { FakeEditor } from '../../../support/fakeEditor';

class PromptTsxPart {
  constructor(public value: unknown) {}
}
class ThinkingPart {
  constructor(public value: string) {}
}
const editor = new FakeEditor();
const parts: EditorParts = { LanguageModelTextPart: editor.LanguageModelTextPart, LanguageModelToolCallPart: editor.LanguageModelToolCallPart, LanguageModelToolResultPart: editor.LanguageModelToolResultPart, LanguageModelDataPart: editor.LanguageModelDataPart, LanguageModelPromptTsxPart: PromptTsxPart };

const m = arm({ model: 'm' });
const start: AnswerEvent = { type: 'answer-start', candidate: { id: idOfArm(m), arm: m, capable: undefined, estimate: undefined, expected: undefined }, realm: 'real', callId: 'c', held: undefined };
const end = (stop: StopReason): AnswerEvent => ({ type: 'answer-end', stop, receipt: { callId: 'c', arm: asArmId('acme/m'), usage: noUsage, charge: { amount: nano(1), source: 'snapshot', estimatedUsage: false }, timing: { firstTokenMs: 1, totalMs: 2 } } });
const said = (text: string): AnswerEvent => ({ type: 'text-delta', text });
const calls = (id: string, name: string, args: string): AnswerEvent => ({ type: 'tool-call', call: { id, name, arguments: args } });

const asked: readonly Message[] = [{ role: 'user', text: 'Read x.' }];

async function report(events: readonly AnswerEvent[], { editorParts = parts, kept = new KeptReasoning() }: { readonly editorParts?: EditorParts; readonly kept?: KeptReasoning } = {}) {
  const reported: unknown[] = [];
  async function* all(): AsyncGenerator<AnswerEvent> {
    yield* events;
  }
  const failure = await reportAnswer({ parts: editorParts, progress: { report: (part) => void reported.push(part) }, tools: new Set(['read']), kept, messages: asked }, all());
  return { reported, failure, text: reported.map((part) => (part instanceof parts.LanguageModelTextPart ? part.value : '')).join('') };
}

describe('reportAnswer', () => {
  it('hands text on as it comes', async () => {
    const { reported, failure } = await report([start, said('a'), said('b'), end('stop')]);
    assert.deepEqual(reported, [new parts.LanguageModelTextPart('a'), new parts.LanguageModelTextPart('b')]);
    assert.equal(failure, undefined);
  });

  it('hands tool calls on, and keeps what was thought before them', async () => {
    const kept = new KeptReasoning();
    const part = { place: 'acme/m', text: 'hm', sealed: 's' };
    const { reported } = await report([start, { type: 'reasoning-part', part }, calls('1', 'read', '{"path":"x"}'), calls('2', 'read', ' '), end('toolCalls')], { kept });
    assert.deepEqual(reported, [new parts.LanguageModelToolCallPart('1', 'read', { path: 'x' }), new parts.LanguageModelToolCallPart('2', 'read', {})]);
    assert.deepEqual(['1', '2'].map((id) => kept.of(asked, { id, name: 'read', arguments: '' })), [[part], [part]]);
  });

  const unfit: readonly [string, AnswerEvent][] = [
    ['a tool that was not offered', calls('1', 'erase', '{}')],
    ['arguments that are cut off', calls('1', 'read', '{"path":')],
    ['arguments that are a list', calls('1', 'read', '[]')],
    ['arguments that are a text', calls('1', 'read', '"x"')],
  ];
  for (const [name, event] of unfit) {
    it(`hands on no call of ${name}`, async () => {
      const { reported, failure } = await report([start, event, end('toolCalls')]);
      assert.deepEqual(reported, []);
      assert.deepEqual([failure?.kind, failure && 'provider' in failure && failure.provider], ['badReply', 'acme']);
    });
  }

  it('shows thoughts where the editor has a place for them, and nowhere else', async () => {
    const events: readonly AnswerEvent[] = [start, { type: 'reasoning-delta', text: 'hm' }, said('a'), end('stop')];
    assert.deepEqual((await report(events)).reported, [new parts.LanguageModelTextPart('a')]);
    const editorParts = Object.assign({ LanguageModelThinkingPart: ThinkingPart }, parts);
    assert.deepEqual((await report(events, { editorParts })).reported, [new ThinkingPart('hm'), new parts.LanguageModelTextPart('a')]);
  });

  it('says that an answer was cut off at its length', async () => assert.match((await report([start, said('a'), end('length')])).text, /^a\n\n\*The answer reached the longest length allowed/));

  it('names sources as links that cannot be more than that', async () => {
    const { text } = await report([start, said('a'), { type: 'citations', citations: [{ url: 'https://x.test/1', title: 'A](command:x) [b' }, { url: 'https://x.test/2' }] }, end('stop')]);
    assert.match(text, /Sources:\n- \[A\\\]\\\(command\\:x\\\) \\\[b\]\(<https:\/\/x\.test\/1>\)\n- \[https\\:\/\/x\.test\/2\]\(<https:\/\/x\.test\/2>\)$/);
  });

  it('tells a filter and a failure, what came before them first', async () => {
    assert.deepEqual((await report([start, said('a'), end('contentFilter')])).failure, { kind: 'refused', provider: 'acme' });
    const failed = await report([start, said('a'), { type: 'answer-failed', failure: { kind: 'truncated', provider: 'acme' }, receipt: undefined }]);
    assert.deepEqual([failed.text, failed.failure?.kind], ['a', 'truncated']);
  });
});
