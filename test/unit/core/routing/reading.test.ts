import assert from 'node:assert/strict';
import { type Reading, readText } from '../../../../src/core/routing/reading';

const fence = '```';

function check(name: string, text: string, expected: Partial<Omit<Reading, 'words' | 'codeWords'>> & { readonly words?: readonly string[]; readonly codeWords?: readonly string[] }): void {
  it(name, () => {
    const reading = readText(text);
    const found = Object.fromEntries(
      Object.keys(expected).map((key) => {
        const value = { ...reading, codeWords: [...reading.codeWords] }[key as keyof Reading];
        return [key, value];
      }),
    );
    assert.deepEqual(found, expected);
  });
}

describe('readText', () => {
  check('reads nothing from nothing', '', { words: [], contentWords: 0, clauses: 0, codeLines: 0, logLines: 0 });
  check('leaves courtesies out of the length', 'Hi, could you please kindly rename this for me? thanks', { contentWords: 1 });
  check('lowers the case', 'Explain THIS', { words: ['explain', 'this'] });
  check('parts fenced code from what is said', `fix it\n${fence}ts\nconst a = 1;\nlet b;\n${fence}\nplease`, { words: ['fix', 'it', 'please'], codeWords: ['const', 'a', '1', 'let', 'b'], codeLines: 2 });
  check('takes an unclosed fence to the end', `why\n${fence}\none\ntwo`, { words: ['why'], codeLines: 2 });
  check('takes a fence without a line as no code', `use ${fence}`, { words: ['use'], codeLines: 0 });
  check('finds pasted code without a fence', 'why does this loop\nfor (;;) {\n  step();\n}', { words: ['why', 'does', 'this', 'loop'], codeLines: 3 });
  check('does not take a one-line question for code', 'select * from t; what does this do', { codeLines: 0 });
  check('finds a stack trace', 'help\nTypeError: x is not a function\n    at load (app.js:1:2)\n    at main (app.js:9:9)', { words: ['help'], logLines: 3 });
  check('finds compiler messages', 'what now\nerror[E0277]: no\n  --> src/main.rs:1:1\n   | x', { words: ['what', 'now'], logLines: 3 });
  check('counts bullets', 'do\n- one\n- two\n3. three', { bullets: 3 });
  check('counts quantities, not every number', 'p99 must stay under 10 ms for 40M rows on python 3.12', { quantities: 2 });
  check('counts questions', 'is it? or not?', { questions: 2 });
  check('reads scripts without spaces as words of two', 'この関数は何', { contentWords: 3 });
  check('joins words with apostrophes and marks', "can't c++ c# don’t", { words: ["can't", 'c++', 'c#', 'don’t'] });

  it('reads the head and the tail of a long text', () => {
    const { words } = readText(`first ${'filler '.repeat(5_000)} last`);
    assert.equal(words[0], 'first');
    assert.equal(words.at(-1), 'last');
    assert.ok(words.length < 600);
  });

  it('counts all lines of long fenced code', () => {
    assert.equal(readText(`${fence}\n${'x = 1\n'.repeat(1_000)}${fence}`).codeLines, 1_000);
  });
});
