import assert from 'node:assert/strict';
import { ThinkingSplitter } from '../../../../src/wires/http/thinkingSplitter';

/** Whole and character by character. */
function check(name: string, whole: string, text: string, reasoning: string): void {
  it(name, () => {
    for (const pieces of [[whole], [...whole]]) {
      const splitter = new ThinkingSplitter();
      const parts = [...pieces.map((piece) => splitter.push(piece)), splitter.end()];
      assert.deepEqual({ text: parts.map((part) => part.text).join(''), reasoning: parts.map((part) => part.reasoning).join('') }, { text, reasoning });
    }
  });
}

describe('ThinkingSplitter', () => {
  check('text alone', 'Hello', 'Hello', '');
  check('reasoning, then text', '<think>hm</think>\n\nHello', 'Hello', 'hm');
  check('white space before', '\n<think>hm</think>Hello', 'Hello', 'hm');
  check('a tag later is text', 'Use `<think>x</think>`.', 'Use `<think>x</think>`.', '');
  check('a second tag is text', '<think>a</think>b<think>c</think>', 'b<think>c</think>', 'a');
  check('what only begins like the tag', '<thing>', '<thing>', '');
  check('what may still become the tag at the end', '<thi', '<thi', '');
  check('reasoning without an end', '<think>a </thin', '', 'a </thin');
  check('white space alone', ' \n', ' \n', '');
});
