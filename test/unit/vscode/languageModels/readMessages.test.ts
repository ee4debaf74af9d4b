import assert from 'node:assert/strict';
import type { Message, ToolCall } from '../../../../src/core/model/message';
import type { EditorParts } from '../../../../src/vscode/languageModels/editorParts';
import { KeptReasoning } from '../../../../src/vscode/languageModels/keptReasoning';
import { readMessages } from '../../../../src/vscode/languageModels/readMessages';
import { FakeEditor } from '../../../support/fakeEditor';

class PromptTsxPart {
  constructor(public value: unknown) {}
}
const editor = new FakeEditor();
const parts: EditorParts = { LanguageModelTextPart: editor.LanguageModelTextPart, LanguageModelToolCallPart: editor.LanguageModelToolCallPart, LanguageModelToolResultPart: editor.LanguageModelToolResultPart, LanguageModelDataPart: editor.LanguageModelDataPart, LanguageModelPromptTsxPart: PromptTsxPart };
const text = (value: string) => new parts.LanguageModelTextPart(value);
const data = (bytes: Uint8Array, mime: string) => new parts.LanguageModelDataPart(bytes, mime);
const call = (id: string, input: object) => new parts.LanguageModelToolCallPart(id, 'read', input);
const made = (id: string): ToolCall => ({ id, name: 'read', arguments: '{}' });
const result = (id: string, ...content: readonly unknown[]) => new parts.LanguageModelToolResultPart(id, [...content]);

const png = Uint8Array.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a, 1]);
const pngImage = { mediaType: 'image/png', base64: Buffer.from(png).toString('base64') } as const;

const roles: Readonly<Record<string, number>> = { user: 1, assistant: 2, system: 3 };

function read(messages: readonly [role: 'user' | 'assistant' | 'system', content: readonly unknown[]][], reasoningOf?: Parameters<typeof readMessages>[2]): readonly Message[] {
  return readMessages(parts, messages.map(([role, content]) => ({ role: roles[role] ?? 0, content })), reasoningOf);
}

describe('readMessages', () => {
  const rows: readonly [string, Parameters<typeof read>[0], readonly Message[]][] = [
    ['texts of one message as one', [['user', [text('a'), text('b')]]], [{ role: 'user', text: 'ab' }]],
    ['system texts', [['system', [text('Be brief.')]], ['user', [text('hi')]]], [{ role: 'system', text: 'Be brief.' }, { role: 'user', text: 'hi' }]],
    ['images by how they begin', [['user', [text('look'), data(png, 'image/jpeg')]]], [{ role: 'user', text: 'look', images: [pngImage] }]],
    ['an image alone', [['user', [data(png, 'image/png')]]], [{ role: 'user', text: '', images: [pngImage] }]],
    ['data that is text', [['user', [data(new TextEncoder().encode('{"a":1}'), 'application/json'), data(new TextEncoder().encode('# x'), 'text/markdown')]]], [{ role: 'user', text: '{"a":1}# x' }]],
    ['nothing of notes that extensions make for themselves', [['user', [text('hi'), data(new TextEncoder().encode('ephemeral'), 'cache_control'), data(new Uint8Array(4), 'application/octet-stream'), { value: 1 }]]], [{ role: 'user', text: 'hi' }]],
    ['tool calls with their arguments as JSON', [['assistant', [text('I look.'), call('1', { path: 'x' })]]], [{ role: 'assistant', text: 'I look.', toolCalls: [{ id: '1', name: 'read', arguments: '{"path":"x"}' }] }]],
    ['results before what is said with them', [['user', [text('and now?'), result('1', text('one')), result('2', text('two'), data(png, 'image/png'))]]], [{ role: 'tool', toolCallId: '1', text: 'one' }, { role: 'tool', toolCallId: '2', text: 'two', images: [pngImage] }, { role: 'user', text: 'and now?' }]],
    ['a result without a word', [['user', [result('1')]]], [{ role: 'tool', toolCallId: '1', text: '' }]],
    ['the texts of a prompt tree', [['user', [result('1', new PromptTsxPart({ node: { type: 1, children: [{ type: 2, text: 'a', lineBreakBefore: true }, { type: 1, children: [{ type: 2, text: 'b' }] }] } }))]]], [{ role: 'tool', toolCallId: '1', text: 'a\nb' }]],
    ['no empty messages', [['assistant', []], ['user', []], ['system', []], ['user', [text('hi')]]], [{ role: 'user', text: 'hi' }]],
  ];
  for (const [name, given, expected] of rows) it(`reads ${name}`, () => assert.deepEqual(read(given), expected));

  it('survives a tree that goes round in a circle', () => {
    const node: { children: unknown[]; text: string } = { children: [], text: 'x' };
    node.children.push(node);
    assert.match(read([['user', [new PromptTsxPart({ node })]]])[0]?.text ?? '', /^x+$/);
  });

  it('puts what was thought back where tools were called, each part once', () => {
    const kept = new KeptReasoning();
    const part = { place: 'acme/m', text: 'hm', sealed: 's' };
    for (const id of ['1', '2']) kept.keep([], made(id), [part]);
    assert.deepEqual(read([['assistant', [call('1', {}), call('2', {})]], ['assistant', [call('3', {})]]], kept.of).map((message) => ('reasoning' in message ? message.reasoning : undefined)), [[part], undefined]);
  });
});

describe('KeptReasoning', () => {
  const part = { place: 'acme/m', text: 'hm', sealed: 's' };
  const asked = (text: string): readonly Message[] => [{ role: 'system', text: 's' }, { role: 'user', text }];

  it('gives no thoughts of another conversation to a call whose id counts', () => {
    const kept = new KeptReasoning();
    kept.keep(asked('Rename it.'), made('functions.read:0'), [part]);
    assert.deepEqual(kept.of(asked('Rename it.'), made('functions.read:0')), [part]);
    assert.deepEqual(kept.of(asked('Delete it.'), made('functions.read:0')), []);
  });

  it('knows an id that no other call has also when the beginning was written anew', () => {
    const kept = new KeptReasoning();
    kept.keep(asked('Rename it.'), made('toolu_01A09q90qw'), [part]);
    assert.deepEqual(kept.of(asked('Summary: …'), made('toolu_01A09q90qw')), [part]);
  });

  it('forgets what was thought when an id comes again without', () => {
    const kept = new KeptReasoning();
    kept.keep(asked('Rename it.'), made('call_0'), [part]);
    kept.keep(asked('Rename it.'), made('call_0'), []);
    assert.deepEqual(kept.of(asked('Rename it.'), made('call_0')), []);
  });

  it('forgets the oldest', () => {
    const kept = new KeptReasoning();
    for (let index = 0; index <= 500; index += 1) kept.keep([], made(String(index)), [{ place: 'p', text: '', sealed: String(index) }]);
    assert.deepEqual([kept.of([], made('0')), kept.of([], made('1')).length, kept.of([], made('500')).length], [[], 1, 1]);
  });
});
