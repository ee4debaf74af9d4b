import assert from 'node:assert/strict';
import { demoCards } from '../../../src/core/catalog/demo';
import { demoAnswer } from '../../../src/node/demo/answer';
import { codeIn, commentIn, declaredNames, languageOf, markedCode } from '../../../src/node/demo/code';
import { completionOf } from '../../../src/node/demo/completion';
import { demoFaults, faultOf, faultReply } from '../../../src/node/demo/faults';
import { demoModels } from '../../../src/node/demo/models';
import { paceOf } from '../../../src/node/demo/pace';
import { type DemoRequest, isRequest, readRequest } from '../../../src/node/demo/request';
import { cachedTokens, promptTokens, tokenPieces } from '../../../src/node/demo/tokens';

const [small, medium, large] = demoModels;
assert.ok(small && medium && large);

function ask(prompt: string, more: Partial<DemoRequest> = {}): DemoRequest {
  return { model: small?.id ?? '', messages: [{ role: 'user', text: prompt }], tools: [], stream: true, includeUsage: true, maxTokens: undefined, ...more };
}

describe('demoModels', () => {
  it('are those of the catalogue, with the same limits', () => {
    assert.deepEqual(
      demoModels.map(({ id, contextTokens, maxOutputTokens }) => ({ id, contextTokens, maxOutputTokens })),
      demoCards.map(({ id, contextTokens, maxOutputTokens }) => ({ id, contextTokens, maxOutputTokens })),
    );
  });

  it('get dearer and abler in order', () => {
    const figures = demoCards.map((card) => [card.offers[0]?.price?.output ?? 0, card.efforts[0]?.abilities.code?.z ?? 0]);
    assert.deepEqual(figures, figures.toSorted((a, b) => (a[0] ?? 0) - (b[0] ?? 0)));
    assert.deepEqual(figures, figures.toSorted((a, b) => (a[1] ?? 0) - (b[1] ?? 0)));
  });
});

describe('demoAnswer', () => {
  const code = '```typescript\n  export function add(a: number, b: number) {\n    return a - b;\n  }\n```';

  it('names no button, because the same words are shown in chats, terminals and files', () => {
    for (const model of demoModels) {
      for (const question of ['Hello', 'What is the capital of France?', 'How do I learn Rust?', `Fix this\n\n${code}`, `Improve this\n\n${code}`]) assert.doesNotMatch(demoAnswer(ask(question), model).text, /(Cheaper|Better) model|Replace selection/i);
    }
  });

  const rows: readonly (readonly [string, string, RegExp])[] = [
    ['says that it is simulated', 'What is the capital of France?', /^> \*\*Simulated answer\*\*: no real model/],
    ['echoes the question', 'What is the capital of France?', /What is the capital of France\?/],
    ['writes Python when asked for it', 'Write a function that removes duplicates in Python', /```python\ndef removes_duplicates\(/],
    ['writes TypeScript when no language is named', 'Write a function to parse dates', /```typescript\n[^]*export function parseDates/],
    ['writes SQL', 'Give me a SQL query for the best customers', /```sql\n/],
    ['gives the code back with a fix marked', `Fix this code:\n\n${code}`, /```typescript\n {2}\/\/ Simulated fix[^\n]*\n {2}export function add\(a: number, b: number\) \{\n {4}return a - b;\n {2}\}\n```/],
    ['gives the code back improved', `Improve this:\n\n${code}`, /\/\/ Simulated improvement/],
    ['explains code by what it declares', `Explain this:\n\n${code}`, /Declares:\*\* `add`/],
    ['writes tests for the code', `Write tests for this:\n\n${code}`, /```typescript\n[^]*describe\('add'/],
    // As the editor command asks, with what it adds below the code.
    ['understands Explain', `Explain what this code does, and anything in it that is surprising.\n\nFrom \`src/a.ts:1-3\`:\n${code}`, /Declares:\*\* `add`/],
    ['understands Fix', `Find and fix what is wrong in this code. Give the whole corrected code in one block, then say briefly what was wrong.\n\nFrom \`src/a.ts:1-3\`:\n${code}\n\nProblems the editor reports there:\n- line 2: explain yourself`, /\/\/ Simulated fix/],
    ['understands Improve', `Improve this code: clearer, simpler, faster where it matters, with the same behaviour. Give the whole improved code in one block, then say briefly what changed.\n\nFrom \`src/a.ts:1-3\`:\n${code}\n\nProblems the editor reports there:\n- line 2: this is an error`, /\/\/ Simulated improvement/],
    ['understands Write tests', `Write tests for this code, in the test framework that its project most likely uses. Cover the edge cases.\n\nFrom \`src/a.ts:1-3\`:\n${code}`, /describe\('add'/],
    ['compares in a table', 'Compare tabs and spaces', /\| \| tabs \| spaces \|\n\|---\|---\|---\|\n/],
    ['lists steps', 'How do I learn Rust?', /^1\. \*\*/m],
    ['greets', 'hello', /Hello!/],
    ['answers long when asked', 'Write a long text about caching', /^## /m],
    ['answers an empty prompt', '', /Simulated answer/],
  ];
  for (const [name, prompt, expected] of rows) it(name, () => assert.match(demoAnswer(ask(prompt), small).text, expected));

  it('is the same for the same prompt, and longer from a larger model', () => {
    for (const prompt of ['Write a long text about caching', 'Compare tabs and spaces', 'How do I learn Rust?', 'Why is the sky blue?']) {
      const answers: readonly string[] = [small, medium, large].map((model) => demoAnswer(ask(prompt), model).text);
      const [one = '', two = '', three = ''] = answers;
      assert.equal(demoAnswer(ask(prompt), small).text, one);
      assert.ok(one.length < two.length && two.length < three.length, prompt);
    }
  });

  it('is really long when asked for long', () => {
    assert.ok(demoAnswer(ask('Write a very long story about a lighthouse'), large).text.length > 6000);
  });

  it('keeps fences in the code inside its own', () => {
    const text = demoAnswer(ask('Fix this:\n\n````markdown\n# Title\n\n```js\nlet a = 1;\n```\n````'), small).text;
    assert.match(text, /````markdown\n<!-- Simulated fix[^\n]*\n# Title\n\n```js\nlet a = 1;\n```\n````/);
  });

  it('does not let the question break its Markdown', () => {
    assert.doesNotMatch(demoAnswer(ask('What is <img src=x onerror=alert(1)> **bold** [x](command:y)?'), small).text, /<img|\*\*bold|\]\(/);
  });

  it('answers a title call with a title alone', () => {
    const request = ask('Write a function that removes duplicates', { messages: [{ role: 'system', text: 'Give this conversation a short title.' }, { role: 'user', text: 'Write a function that removes duplicates' }] });
    assert.equal(demoAnswer(request, small).text, 'Function removes duplicates');
  });

  const weather = { name: 'get_weather', parameters: { type: 'object', properties: { city: { type: 'string' }, unit: { enum: ['c', 'f'] }, days: { type: 'integer', minimum: 2 }, note: { type: 'string' } }, required: ['city', 'unit', 'days'] } };
  const toolRows: readonly (readonly [string, string, number])[] = [
    ['calls a tool it is asked to use', 'use the tool to see the weather in Paris', 1],
    ['calls a tool that is named', 'get_weather for Paris, please', 1],
    ['calls none when it is not asked to', 'What is the weather in Paris?', 0],
  ];
  for (const [name, prompt, calls] of toolRows) it(name, () => assert.equal(demoAnswer(ask(prompt, { tools: [weather] }), small).toolCalls.length, calls));

  it('fills the arguments by their schema', () => {
    const [call] = demoAnswer(ask('use the tool to see the weather in Paris', { tools: [weather] }), small).toolCalls;
    assert.deepEqual(JSON.parse(call?.arguments ?? ''), { city: 'tool weather paris', unit: 'c', days: 2 });
  });

  it('answers the result of a tool with it', () => {
    const answer = demoAnswer(ask('', { tools: [weather], messages: [{ role: 'user', text: 'use the tool' }, { role: 'assistant', text: '' }, { role: 'tool', text: '21 degrees' }] }), small);
    assert.match(answer.text, /21 degrees/);
    assert.deepEqual(answer.toolCalls, []);
  });

  it('does not need long for a strange prompt', () => {
    for (const prompt of ['`'.repeat(50_000), '```\n'.repeat(10_000), 'a '.repeat(100_000), '- '.repeat(50_000), 'compare '.repeat(10_000), '~~~js\n'.repeat(5000)]) {
      demoAnswer(ask(prompt), large);
    }
  });
});

describe('codeIn', () => {
  const rows: readonly (readonly [string, string, { language: string; code: string } | undefined])[] = [
    ['nothing', 'no code', undefined],
    ['a block', 'x\n```py\na = 1\n```\ny', { language: 'py', code: 'a = 1' }],
    ['the larger of two', '```js\na\n```\n```ts\nlonger\n```', { language: 'ts', code: 'longer' }],
    ['a block that is not closed', '```js\na\nb', { language: 'js', code: 'a\nb' }],
    ['a block in tildes', '~~~\na\n~~~', { language: '', code: 'a' }],
    ['a block with more on its first line', '```ts title="x"\na\n```', { language: 'ts', code: 'a' }],
  ];
  for (const [name, text, expected] of rows) it(`finds ${name}`, () => assert.deepEqual(codeIn(text), expected));
});

describe('markedCode', () => {
  const rows: readonly (readonly [string, string, string])[] = [
    ['python', '    x = 1', '    # hi\n    x = 1'],
    ['sql', 'SELECT 1', '-- hi\nSELECT 1'],
    ['html', '<p>', '<!-- hi -->\n<p>'],
    ['css', 'a {}', '/* hi */\na {}'],
    ['rust', 'fn a() {}', '// hi\nfn a() {}'],
    ['sh', '#!/bin/sh\nls', '#!/bin/sh\n# hi\nls'],
    ['json', '{}', '{}'],
    ['', 'text', 'text'],
  ];
  for (const [language, code, expected] of rows) it(`marks ${language || 'plain text'}`, () => assert.equal(markedCode({ language, code }, 'hi'), expected));
});

describe('commentIn', () => it('is undefined for a language without comments', () => assert.equal(commentIn('json', 'x'), undefined)));

describe('declaredNames', () => it('lists each name once', () => assert.deepEqual(declaredNames('class A {}\nfunction b() {}\nconst c = 1; let c2; def d():\nfn e() {}\nclass A {}'), ['A', 'b', 'c', 'c2', 'd', 'e'])));

describe('languageOf', () => {
  const rows: readonly (readonly [string, string])[] = [
    ['a Python script', 'python'],
    ['in Go, please', 'go'],
    ['let it go', 'typescript'],
    ['a C++ class', 'cpp'],
    ['JavaScript', 'javascript'],
    ['Java', 'java'],
  ];
  for (const [prompt, expected] of rows) it(`takes ${JSON.stringify(prompt)} for ${expected}`, () => assert.equal(languageOf(prompt), expected));
});

describe('faultOf', () => {
  const rows: readonly (readonly [string, string, string | undefined])[] = [
    ['hello', 'demo-small', undefined],
    ['demo:cut', 'demo-small', 'cut'],
    ['please demo:rate-limit now', 'demo-large', 'rate-limit'],
    ['demo:server-error@demo-small', 'demo-small', 'server-error'],
    ['demo:server-error@demo-small', 'demo-large', undefined],
    ['demo:server-error@demo-small.', 'demo-small', 'server-error'],
    ['demo:cut@demo-small demo:stall@demo-medium', 'demo-medium', 'stall'],
    ['demo:unheard-of', 'demo-small', undefined],
    ['mydemo:cut', 'demo-small', undefined],
  ];
  for (const [prompt, model, expected] of rows) it(`reads ${JSON.stringify(prompt)} at ${model} as ${expected}`, () => assert.equal(faultOf(prompt, model), expected));
});

describe('faultReply', () => {
  const statuses = { 'rate-limit': 429, 'server-error': 500, 'bad-key': 401, 'no-credit': 429, gone: 404, 'too-long': 400, html: 200 };
  it('is an HTTP answer for those that come instead of one', () => {
    assert.deepEqual(Object.fromEntries(demoFaults.flatMap((fault) => (faultReply(fault, 'demo-small') ? [[fault, faultReply(fault, 'demo-small')?.status]] : []))), statuses);
  });
});

describe('readRequest', () => {
  const refused: readonly (readonly [string, unknown])[] = [
    ['a text', 'x'],
    ['a list', []],
    ['null', null],
    ['no model', { messages: [{ role: 'user', content: 'x' }] }],
    ['no messages', { model: 'demo-small' }],
    ['empty messages', { model: 'demo-small', messages: [] }],
    ['messages that are none', { model: 'demo-small', messages: ['x'] }],
  ];
  for (const [name, body] of refused) it(`refuses ${name}`, () => assert.ok(!isRequest(readRequest(body))));

  it('reads what it needs', () => {
    const read = readRequest({
      model: 'demo-small',
      messages: [{ role: 'user', content: [{ type: 'text', text: 'a' }, { type: 'image_url' }] }, { role: 'assistant', content: null }],
      tools: [{ type: 'function', function: { name: 't', parameters: {} } }, { type: 'other' }],
      stream: true,
      stream_options: { include_usage: true },
      max_completion_tokens: 10,
      temperature: 1,
    });
    assert.deepEqual(read, { model: 'demo-small', messages: [{ role: 'user', text: 'a\n' }, { role: 'assistant', text: '' }], tools: [{ name: 't', parameters: {} }], stream: true, includeUsage: true, maxTokens: 10 });
  });
});

describe('completionOf', () => {
  it('adds up', () => {
    const request = ask('Write a long text about caching');
    const { usage, pieces, finish } = completionOf(request, demoAnswer(request, small), 10_000);
    assert.equal(usage.completion_tokens, pieces.length);
    assert.equal(usage.prompt_tokens, promptTokens(request.messages));
    assert.equal(usage.total_tokens, usage.prompt_tokens + usage.completion_tokens);
    assert.equal(finish, 'stop');
  });

  it('cuts at the limit and makes no call then', () => {
    const request = ask('use the tool', { tools: [{ name: 't', parameters: {} }] });
    assert.equal(completionOf(request, demoAnswer(request, small), 1000).finish, 'tool_calls');
    const { usage, pieces, finish, toolCalls } = completionOf(request, demoAnswer(request, small), 7);
    assert.deepEqual([usage.completion_tokens, pieces.length, finish, toolCalls.length], [7, 7, 'length', 0]);
  });
});

describe('cachedTokens', () => {
  it('is the prefix of a conversation, in steps, from 1024 tokens on', () => {
    const message = (role: string, length: number) => ({ role, text: 'x'.repeat(length) });
    assert.equal(cachedTokens([message('user', 40_000)]), 0);
    assert.equal(cachedTokens([message('user', 400), message('assistant', 400), message('user', 40)]), 0);
    assert.equal(cachedTokens([message('user', 8000), message('assistant', 400), message('user', 40)]), 2048);
  });
});

describe('tokenPieces', () => {
  const texts = ['', ' ', 'a', 'one two  three\n\nfour', 'averyverylongwordindeed', 'émigré 日本語のテキスト 👩‍👩‍👧‍👦 🎉🎉🎉', '```ts\n\tlet a = 1;\n```\n', '\n\n\n'];
  for (const text of texts) {
    it(`puts ${JSON.stringify(text)} together again`, () => {
      const pieces = tokenPieces(text);
      assert.equal(pieces.join(''), text);
      for (const piece of pieces) assert.ok(piece.isWellFormed());
    });
  }
});

describe('paceOf', () => {
  it('is the same for the same prompt and differs by model', () => {
    const gaps = (model: typeof small, prompt: string) => {
      const pace = paceOf(model, prompt, false);
      return [pace.firstTokenMs, ...Array.from({ length: 400 }, (_, index) => pace.gapMs(index))];
    };
    assert.deepEqual(gaps(small, 'a'), gaps(small, 'a'));
    assert.notDeepEqual(gaps(small, 'a'), gaps(small, 'b'));
    for (const model of demoModels) {
      const [first = 0, ...rest] = gaps(model, 'hello');
      assert.ok(first >= 190 && first <= 620, `${model.id} first token ${first}`);
      const perSecond = 1000 / (rest.reduce((sum, gap) => sum + gap, 0) / rest.length);
      assert.ok(perSecond > 40 && perSecond < 180, `${model.id} ${perSecond} tokens a second`);
    }
  });
});
