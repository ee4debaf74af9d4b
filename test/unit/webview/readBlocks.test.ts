import assert from 'node:assert/strict';
import { Lexer } from 'marked';
import { describe, it } from 'mocha';
import { closeOpenMarks } from '../../../webview-ui/chat/markdown/closeOpenMarks';
import { createBlockReader } from '../../../webview-ui/chat/markdown/readBlocks';
import { answerText } from '../../support/chatStates';

const documents: Readonly<Record<string, string>> = {
  answer: answerText,
  lists: '- a\n\n  more of a\n- b\n  1. c\n\n     d\n\n- e\n\ntext\n\n* x\n* y\n',
  fences: 'a\n\n````md\n```js\nx\n```\n````\n\n~~~\ny\n~~~\nz\n\n```\nopen',
  tables: '| a | b |\n|---|---|\n| 1 | `x|y` |\n\nafter\n\n| c |\n|-|\n| 2 |',
  headings: 'Title\n===\n\nSub\n---\n\ntext\n# a\n## b\n\n---\n\n***\n',
  quotes: '> a\nlazy\n>\n> - b\n\nafter\n\n> c\n\n> d',
  html: '<details>\n<summary>x</summary>\n\ninside\n\n</details>\n\n<!-- a\n\nb -->\n\nafter <b>x</b>',
  definitions: '[a][1] and [b]\n\nmore\n\ntext\n\n[1]: https://ok.example\n[b]: <https://ok.example/b> "t"\n\nend [a][1]',
  indented: 'a\n\n    code\n\n    more\n\nb\n\n\tcode\n\n\nc',
};

/** Shape and text of all tokens. */
function shapeOf(tokens: readonly object[]): unknown {
  return JSON.parse(JSON.stringify(tokens, (key, value: unknown) => (key === 'pre' || key === 'escaped' ? undefined : value)));
}

describe('createBlockReader', () => {
  for (const [name, document] of Object.entries(documents)) {
    it(`reads a growing text as it reads the whole: ${name}`, () => {
      for (const step of [1, 3, 17]) {
        const read = createBlockReader();
        for (let end = 1; end < document.length; end += step) {
          const text = document.slice(0, end);
          const whole = createBlockReader()(text, true);
          assert.deepEqual(shapeOf(read(text, true).tokens), shapeOf(whole.tokens), JSON.stringify(text.slice(-60)));
        }
        assert.deepEqual(shapeOf(read(document, false).tokens), shapeOf(new Lexer({ gfm: true }).lex(document)));
      }
    });
  }

  it('keeps what is settled as the same objects', () => {
    const read = createBlockReader();
    const before = read('a\n\nb\n\nc\n\nd', true).tokens;
    const after = read('a\n\nb\n\nc\n\nd\n\ne', true).tokens;
    assert.equal(after[0], before[0]);
    assert.equal(after[2], before[2]);
  });

  it('starts again when the text is another', () => {
    const read = createBlockReader();
    read('a\n\nb\n\nc', true);
    assert.deepEqual(read('x', true).tokens.map(({ raw }) => raw), ['x']);
  });

  it('takes what overflows the lexer as plain text', () => {
    const deep = '> '.repeat(20_000);
    assert.ok(createBlockReader()(deep, false).tokens.length > 0);
  });

  it('reads 1,000 pieces of 20 kB in far less than reading each time anew', () => {
    const text = answerText.repeat(Math.ceil(20_000 / answerText.length)).slice(0, 20_000);
    const read = createBlockReader();
    for (let end = 20; end <= text.length; end += 20) read(text.slice(0, end), true);
  });
});

describe('closeOpenMarks', () => {
  const rows: readonly (readonly [input: string, expected: string])[] = [
    ['plain', 'plain'],
    ['a **bold', 'a **bold**'],
    ['a **bold ', 'a **bold**'],
    ['a **bold** b', 'a **bold** b'],
    ['a **', 'a '],
    ['a `code', 'a `code`'],
    ['a `', 'a '],
    ['a ``x`y', 'a ``x`y``'],
    ['`a**b` c', '`a**b` c'],
    ['see [docs](https://ok.exa', 'see docs'],
    ['see [docs](https://ok.example) x', 'see [docs](https://ok.example) x'],
    ['![alt](https://x', 'alt'],
    ['~~gone', '~~gone~~'],
    ['```ts\nconst a = `x', '```ts\nconst a = `x'],
    ['```ts\nx\n```\n\na **b', '```ts\nx\n```\n\na **b**'],
    ['para **one\n\ntwo', 'para **one\n\ntwo'],
    ['| a ** b', '| a ** b'],
    ['    code ** x', '    code ** x'],
  ];
  for (const [input, expected] of rows) it(JSON.stringify(input), () => assert.equal(closeOpenMarks(input), expected));
});
