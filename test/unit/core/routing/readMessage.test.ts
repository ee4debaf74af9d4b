import assert from 'node:assert/strict';
import { entitiesOf } from '../../../../src/core/routing/entities';
import { featuresOf } from '../../../../src/core/routing/features';
import { type Reading, readMessage } from '../../../../src/core/routing/readMessage';

const fence = '```';

function check(name: string, text: string, expected: Partial<Reading>): void {
  it(name, () => {
    const reading = readMessage(text);
    assert.deepEqual(Object.fromEntries(Object.keys(expected).map((key) => [key, reading[key as keyof Reading]])), expected);
  });
}

describe('readMessage', () => {
  check('reads nothing from nothing', '', { said: '', shown: '', logged: '', codeLines: 0, logLines: 0 });
  check('parts fenced code from what is said', `fix it\n${fence}ts\nconst a = 1;\nlet b;\n${fence}\nplease`, { said: 'fix it\nplease\n', shown: 'const a = 1;\nlet b;\n\n', codeLines: 2 });
  check('takes an unclosed fence to the end', `why\n${fence}\none\ntwo`, { said: 'why\n', codeLines: 2 });
  check('finds pasted code without a fence', 'why does this loop\nfor (;;) {\n  step();\n}', { said: 'why does this loop\n', codeLines: 3 });
  check('does not take a one-line question for code', 'select * from t; what does this do', { codeLines: 0 });
  check('finds a stack trace', 'help\nTypeError: x is not a function\n    at load (app.js:1:2)\n    at main (app.js:9:9)', { said: 'help\n', logLines: 3 });
  check('finds compiler messages', 'what now\nerror[E0277]: no\n  --> src/main.rs:1:1\n   | x', { said: 'what now\n', logLines: 3 });
  check('leaves out where the chat took a selection from', 'fix\n\nFrom `a.ts:1-2`:\n```ts\nx();\n```', { said: 'fix\n', codeLines: 1 });

  it('reads the head and the tail of a long text', () => {
    const { said } = readMessage(`first ${'filler '.repeat(5_000)} last`);
    assert.ok(said.startsWith('first'));
    assert.ok(said.trimEnd().endsWith('last'));
  });

  it('counts all lines of long fenced code', () => {
    assert.equal(readMessage(`${fence}\n${'x = 1\n'.repeat(1_000)}${fence}`).codeLines, 1_000);
  });

  it('gives as much to look at whatever the length, so that time does not grow with what is pasted', () => {
    const shapes = [(n: number) => 'word '.repeat(n), (n: number) => `${fence}\n${'call(x);\n'.repeat(n)}${fence}`, (n: number) => `${'at x (a.js:1:1)\n'.repeat(n)}why`, (n: number) => `${fence}\nx\n${fence}\n`.repeat(n), (n: number) => 'x'.repeat(n), (n: number) => 'a/b.ts:1 loadAll() `x` E0308 '.repeat(n)];
    for (const shape of shapes) {
      for (const n of [1_000, 10_000, 100_000]) {
        const reading = readMessage(shape(n));
        const looked = reading.said.length + reading.shown.length + reading.logged.length;
        assert.ok(looked < 10_000, `${looked} characters of ${shape(n).length}`);
        const { said, shown } = featuresOf(reading);
        assert.ok([said, shown].every(({ words, pairs, triples, pieces }) => words.length + pairs.length + triples.length + pieces.length < 6_000));
        const { files, symbols, errors } = entitiesOf(shape(n));
        assert.ok(files.length + symbols.length + errors.length <= 36);
      }
    }
  });
});
