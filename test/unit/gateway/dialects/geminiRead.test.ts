import assert from 'node:assert/strict';
import type { DialectRequest } from '../../../../src/gateway/dialect';
import { geminiGenerate } from '../../../../src/gateway/dialects/geminiGenerate/geminiGenerate';
import { readCount } from '../../../../src/gateway/dialects/geminiGenerate/read';
import { toSignature } from '../../../../src/gateway/dialects/geminiGenerate/thoughtSignature';

const said = (...parts: readonly object[]) => ({ role: 'user', parts });
const base = { contents: [said({ text: 'hi' })] };
const hi = { role: 'user', text: 'hi' };

function check(name: string, body: object, ask: object, rest: Omit<DialectRequest, 'ask' | 'model' | 'stream'> = {}): void {
  it(name, () => assert.deepEqual(geminiGenerate('gemini-x', 'whole').read({ ...base, ...body }), { ok: true, value: { model: 'gemini-x', stream: false, ...rest, ask: { messages: [hi], ...ask } } }));
}

function contents(name: string, given: readonly object[], expected: readonly object[]): void {
  check(name, { contents: given }, { messages: expected });
}

function refuses(name: string, body: unknown, field: string | undefined, words: RegExp): void {
  it(name, () => {
    const read = geminiGenerate('gemini-x', 'whole').read(body);
    assert.ok(!read.ok);
    assert.equal(read.problem.field, field);
    assert.match(read.problem.message, words);
  });
}

const png = { inlineData: { mimeType: 'image/png', data: 'aGk=' } };
const image = { mediaType: 'image/png', base64: 'aGk=' };
const call = (name: string, more: object = {}) => ({ functionCall: { name, args: { x: 1 }, ...more } });
const result = (name: string, response: object, more: object = {}) => ({ functionResponse: { name, response, ...more } });
const called = (id: string, name = 'f') => ({ id, name, arguments: '{"x":1}' });
const part = { place: 'google/gemini-x', text: 'hm', sealed: 'c2ln' };

describe('geminiGenerate read', () => {
  describe('what is asked', () => {
    check('the least', {}, {});
    it('the path says whether it is streamed', () => {
      for (const [form, stream] of [['whole', false], ['events', true], ['list', true]] as const) {
        const read = geminiGenerate('gemini-x', form).read(base);
        assert.equal(read.ok && read.value.stream, stream);
      }
    });
    check('one content that is no list', { contents: { parts: [{ text: 'hi' }] } }, {});
    check('what the system says, in either case', { system_instruction: { parts: [{ text: 'a' }, { text: 'b' }] } }, { messages: [{ role: 'system', text: 'a\n\nb' }, hi] });
    check('and in one part', { systemInstruction: { text: 'a' } }, { messages: [{ role: 'system', text: 'a' }, hi] });
    check('how the answer is drawn', { generationConfig: { temperature: 1.5, topP: 0.9, topK: 64, seed: 3, stopSequences: ['END'], maxOutputTokens: 50, candidateCount: 1 } }, { sampling: { temperature: 1.5, topP: 0.9, seed: 3, stop: ['END'] }, maxOutputTokens: 50 });
    check('fields of Google’s own', { safetySettings: [{ category: 'x', threshold: 'y' }], labels: {}, generationConfig: { responseModalities: ['TEXT'], mediaResolution: 'HIGH' } }, {});
    check('JSON', { generationConfig: { responseMimeType: 'application/json' } }, { messages: [{ role: 'system', text: 'Answer with JSON only.' }, hi], format: 'json' });
    check('JSON of a schema in Google’s form', { generationConfig: { responseMimeType: 'application/json', responseSchema: { type: 'OBJECT', propertyOrdering: ['a'], properties: { a: { type: 'STRING', nullable: true }, type: { type: 'ARRAY', items: { type: 'INTEGER' }, minItems: '2' } } } } }, {
      format: { name: 'answer', schema: { type: 'object', properties: { a: { type: ['string', 'null'] }, type: { type: 'array', items: { type: 'integer' }, minItems: 2 } } } },
    });
    check('JSON of a JSON schema', { generationConfig: { responseMimeType: 'application/json', responseJsonSchema: { type: 'object', $defs: { A_b: {} } } } }, { format: { name: 'answer', schema: { type: 'object', $defs: { A_b: {} } } } });
  });

  describe('effort', () => {
    const rows: readonly (readonly [object, DialectRequest['effort']])[] = [[{ thinkingBudget: 0 }, 'none'], [{ thinkingBudget: -1 }, undefined], [{ thinkingBudget: 1024 }, 'low'], [{ thinkingBudget: 8192 }, 'medium'], [{ thinkingBudget: 24_576 }, 'xhigh'], [{ thinkingLevel: 'HIGH' }, 'high'], [{ thinkingLevel: 'MINIMAL' }, 'low'], [{ thinkingLevel: 'THINKING_LEVEL_UNSPECIFIED' }, undefined]];
    for (const [thinkingConfig, effort] of rows) check(JSON.stringify(thinkingConfig), { generationConfig: { thinkingConfig } }, {}, effort === undefined ? {} : { effort });
    check('thoughts are shown to who asks for them', { generationConfig: { thinkingConfig: { includeThoughts: true } } }, {}, { repeated: { thoughts: true } });
  });

  describe('contents', () => {
    contents('texts, images and files of text', [said({ text: 'a' }, png, { text: 'b' }, { inline_data: { mime_type: 'text/plain', data: 'bm90ZXM=' } })], [{ role: 'user', text: 'a\n\nb\n\nnotes', images: [image] }]);
    contents(
      'calls with ids, their results, and what is said besides',
      [said({ text: 'go' }), { role: 'model', parts: [{ text: 'I look.' }, call('f', { id: 'a' }), call('f', { id: 'b' })] }, said(result('f', { output: 'two' }, { id: 'b' }), result('f', { error: 'no' }, { id: 'a', parts: [png] }), { text: 'and?' })],
      [{ role: 'user', text: 'go' }, { role: 'assistant', text: 'I look.', toolCalls: [called('a'), called('b')] }, { role: 'tool', toolCallId: 'b', text: 'two' }, { role: 'tool', toolCallId: 'a', text: 'no', failed: true, images: [image] }, { role: 'user', text: 'and?' }],
    );
    contents(
      'calls without ids are answered in their order, by name',
      [said({ text: 'go' }), { role: 'model', parts: [call('f'), call('g'), call('f')] }, { role: 'function', parts: [result('f', { a: 1, b: 2 }), result('f', {}), result('g', { result: 'g' })] }],
      [{ role: 'user', text: 'go' }, { role: 'assistant', text: '', toolCalls: [called('gemini_1'), called('gemini_2', 'g'), called('gemini_3')] }, { role: 'tool', toolCallId: 'gemini_1', text: '{"a":1,"b":2}' }, { role: 'tool', toolCallId: 'gemini_3', text: '{}' }, { role: 'tool', toolCallId: 'gemini_2', text: 'g' }],
    );
    contents(
      'thoughts are left out, what was sealed here goes back',
      [said({ text: 'go' }), { role: 'model', parts: [{ text: 'hm', thought: true }, { ...call('f', { id: 'a' }), thoughtSignature: toSignature([part]) }, { ...call('f', { id: 'b' }), thoughtSignature: toSignature([part, { ...part, text: '' }]) }, { ...call('f', { id: 'c' }), thoughtSignature: 'CpwBAVSoXO4' }] }],
      [{ role: 'user', text: 'go' }, { role: 'assistant', text: '', reasoning: [part, part, { ...part, text: '' }], toolCalls: [called('a'), called('b'), called('c')] }],
    );
    contents(
      'what a tool brought and cannot be passed on is told to the model',
      [said(result('f', { output: 'one' }, { id: 'a', parts: [{ inlineData: { mimeType: 'application/pdf', data: 'aGk=' } }] }), { inlineData: { mimeType: 'audio/wav', data: 'aGk=' } })],
      [
        { role: 'tool', toolCallId: 'a', text: 'one\n\n[A file was here that cannot be passed on as it is. Its text can, when another tool reads it.]' },
        { role: 'user', text: '[A file was here that cannot be passed on as it is. Its text can, when another tool reads it.]' },
      ],
    );
    contents('what Google’s tools did is left out', [said({ text: 'go' }), { role: 'model', parts: [{ executableCode: { language: 'PYTHON', code: '1' } }, { text: 'Yes.' }] }, said({ text: 'on' })], [{ role: 'user', text: 'go' }, { role: 'assistant', text: 'Yes.' }, { role: 'user', text: 'on' }]);
  });

  describe('tools', () => {
    const f = { name: 'f', description: 'd', parametersJsonSchema: { type: 'object', properties: { a_b: {} } } };
    const readF = { name: 'f', description: 'd', parameters: { type: 'object', properties: { a_b: {} } } };
    const readG = { name: 'g', description: '', parameters: { type: 'object', properties: {} } };
    check('functions, and their schemas in either form', { tools: [{ functionDeclarations: [f] }, { function_declarations: [{ name: 'g', parameters: { type: 'OBJECT', properties: {} } }, { name: 'h' }] }] }, { tools: [readF, readG, { ...readG, name: 'h' }] });
    check('Google’s own are left out beside them', { tools: [{ googleSearch: {} }, { functionDeclarations: [f] }] }, { tools: [readF] });
    const both = [{ functionDeclarations: [f, { name: 'g' }] }];
    const chosen = (config: object, expected: object) => check(JSON.stringify(config), { tools: both, toolConfig: { functionCallingConfig: config } }, expected);
    chosen({ mode: 'AUTO' }, { tools: [readF, readG] });
    chosen({ mode: 'ANY' }, { tools: [readF, readG], toolChoice: 'required' });
    chosen({ mode: 'ANY', allowedFunctionNames: ['g'] }, { tools: [readG], toolChoice: { name: 'g' } });
    chosen({ mode: 'NONE' }, { tools: [readF, readG], toolChoice: 'none' });
  });

  describe('refuses by name', () => {
    refuses('no object', 7, undefined, /must be an object/);
    refuses('no contents', {}, 'contents', /is missing/);
    refuses('a file at an address', { contents: [said({ fileData: { fileUri: 'gs://x' } })] }, 'contents.0.parts.0.fileData', /send the file itself/);
    refuses('a PDF', { contents: [said({ inlineData: { mimeType: 'application/pdf', data: 'aGk=' } })] }, 'contents.0.parts.0.inlineData.mimeType', /must be an image/);
    refuses('a part nobody knows', { contents: [said({ video: 1 })] }, 'contents.0.parts.0', /not known here/);
    refuses('several answers', { ...base, generationConfig: { candidateCount: 2 } }, 'generationConfig.candidateCount', /must be 1/);
    refuses('what is kept at Google', { ...base, cachedContent: 'cachedContents/x' }, 'cachedContent', /send the content itself/);
    refuses('a request for Google’s search alone', { ...base, tools: [{ googleSearch: {} }] }, 'tools.0', /Google runs itself/);
    refuses('functions that are not there', { ...base, tools: [{ functionDeclarations: [{ name: 'f' }] }], toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: ['x'] } } }, 'toolConfig.functionCallingConfig.allowedFunctionNames', /none of the functions/);
  });

  it('counts a whole request as well', () => {
    const expected = { ok: true, value: { model: 'gemini-x', stream: false, ask: { messages: [hi] } } };
    assert.deepEqual(readCount('gemini-x', base), expected);
    assert.deepEqual(readCount('gemini-x', { generateContentRequest: { model: 'models/gemini-x', ...base } }), expected);
  });

  // Each would take minutes if it were searched through anew for each of them.
  describe('very many', () => {
    const count = 60_000;
    const numbers = Array.from({ length: count }, (_, index) => index);
    it('results in another order than their calls', () => {
      const read = geminiGenerate('gemini-x', 'whole').read({ contents: [{ role: 'model', parts: numbers.map((index) => call('f', { functionCall: { id: `a${index}`, name: 'f' } })) }, said(...numbers.toReversed().map((index) => ({ functionResponse: { id: `a${index}`, name: 'g', response: {} } })))] });
      assert.ok(read.ok);
      assert.deepEqual(read.value.ask.messages.slice(1, 3).map((message) => message.role === 'tool' && message.toolCallId), [`a${count - 1}`, `a${count - 2}`]);
    });
    it('results by name in another order than their calls', () => {
      const read = geminiGenerate('gemini-x', 'whole').read({ contents: [{ role: 'model', parts: numbers.map((index) => call(`f${index}`)) }, said(...numbers.toReversed().map((index) => result(`f${index}`, {})))] });
      assert.ok(read.ok);
      const last = read.value.ask.messages.at(-1);
      assert.equal(last?.role === 'tool' && last.toolCallId, 'gemini_1');
    });
    refuses('functions that are allowed and not there', { ...base, tools: [{ functionDeclarations: numbers.map((index) => ({ name: `f${index}` })) }], toolConfig: { functionCallingConfig: { mode: 'ANY', allowedFunctionNames: numbers.map((index) => `g${index}`) } } }, 'toolConfig.functionCallingConfig.allowedFunctionNames', /names none/);
  });
});
