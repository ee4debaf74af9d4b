import assert from 'node:assert/strict';
import { commitText, growingCommitText } from '../../../../src/core/editorTasks/commitText';

const rows: readonly (readonly [name: string, answer: string, expected: string])[] = [
  ['as it should be', 'Fix the price of a ride', 'Fix the price of a ride'],
  ['with a body', 'Fix the price\n\nIt was rounded twice.  \n- once at the start\n', 'Fix the price\n\nIt was rounded twice.\n- once at the start'],
  ['in a fence', '```\nFix the price\n\nBody\n```\n', 'Fix the price\n\nBody'],
  ['in a fence with a name, and a closing remark', '```text\nFix the price\n```\nTell me if you want it shorter.', 'Fix the price'],
  ['in a fence that is still open', '```\nFix the pr', 'Fix the pr'],
  ['after a sentence', 'Here is the commit message:\n\nFix the price', 'Fix the price'],
  ['after a sentence, in a fence', 'Sure! Here’s a commit message:\n\n```\nfeat: add prices\n```', 'feat: add prices'],
  ['that begins like a sentence before it', 'Here is the new header', 'Here is the new header'],
  ['after a label', 'Commit message: Fix the price\n\nBody', 'Fix the price\n\nBody'],
  ['in quotes', '"Fix the price"', 'Fix the price'],
  ['in quotes that are still open', '"Fix the pr', 'Fix the pr'],
  ['in backticks', '`Fix the price`', 'Fix the price'],
  ['that begins with a quoted word', '"Close" closes the window', '"Close" closes the window'],
  ['that begins with a name in backticks', '`price` rounds once', '`price` rounds once'],
  ['in bold', '**Fix the price**\n\nBody', 'Fix the price\n\nBody'],
  ['as a heading', '# Fix the price', 'Fix the price'],
  ['that refers to an issue', '#12: fix the price', '#12: fix the price'],
  ['that begins like a preface', 'Here be dragons: warn of them', 'Here be dragons: warn of them'],
  ['after thoughts', '<think>\nThe diff…\n</think>\n\nFix the price', 'Fix the price'],
  ['still thinking', '<think>\nThe diff', ''],
  ['with what is not seen', 'Fix\u202e the\u200b price\u001b[31m\u0007', 'Fix the price[31m'],
  ['with ends of lines of Windows', 'Fix\r\n\r\nBody\r\n', 'Fix\n\nBody'],
  ['nothing', ' \n ', ''],
];

describe('commitText', () => {
  for (const [name, answer, expected] of rows) it(name, () => assert.equal(commitText(answer), expected));

  it('is bounded', () => assert.ok(commitText('x'.repeat(100_000)).length <= 4_000));

  it('never grows back while an answer comes', () => {
    const answer = 'Here is the commit message:\n\n```\nFix the price\n\nIt was rounded twice.\n```';
    const texts = Array.from({ length: answer.length }, (_, end) => growingCommitText(answer.slice(0, end + 1)));
    assert.deepEqual(texts.filter((text) => !'Fix the price\n\nIt was rounded twice.'.startsWith(text)), []);
  });
});
