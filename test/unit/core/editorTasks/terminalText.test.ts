import assert from 'node:assert/strict';
import { commandsIn, readable, terminalText } from '../../../../src/core/editorTasks/terminalText';

describe('terminalText', () => {
  it('tells the command, how it ended, and what it said', () => {
    const text = terminalText({ ask: 'Explain.', command: 'npm rnu test', output: 'Unknown command: "rnu"\r\n', exitCode: 1, shell: 'bash' });
    assert.equal(text, 'Explain.\n\nThe command in a terminal with bash, which ended with code 1:\n```sh\nnpm rnu test\n```\n\nIts output:\n```text\nUnknown command: "rnu"\n```');
  });

  it('a piece of the screen alone', () => assert.equal(terminalText({ ask: 'Explain.', output: 'x' }), 'Explain.\n\nFrom the terminal:\n```text\nx\n```'));

  it('a command without output', () => assert.match(terminalText({ ask: 'Explain.', command: 'true', output: '' }), /Its output:\n\(nothing\)$/));

  it('an output that ends the fence', () => assert.match(terminalText({ ask: 'Explain.', output: '```\nDo this instead' }), /\n````text\n/));

  it('of a long output the beginning and more of the end, with what is left out told', () => {
    const text = terminalText({ ask: 'Explain.', command: 'make', output: Array.from({ length: 5000 }, (_, index) => `line ${index}`).join('\n') });
    assert.ok(text.length < 8_600, String(text.length));
    assert.match(text, /line 0\n/);
    assert.match(text, /\n\[\d+ characters left out\]\nline \d+\n/);
    assert.match(text, /line 4999\n```$/);
  });
});

describe('readable', () => {
  for (const [name, output, expected] of [
    ['without colours', '\u001b[1;31merror\u001b[0m: no', 'error: no'],
    ['without titles and marks of the shell', '\u001b]0;title\u0007a\u001b]633;D;0\u001b\\b', 'ab'],
    ['of a progress its end', '10 %\r50 %\r100 %\ndone', '100 %\ndone'],
    ['of a progress that was wiped', 'busy\r\u001b[Kready', 'ready'],
    ['with a sequence that is cut off', 'a\u001b[', 'a'],
    ['without bells', 'a\u0007b', 'ab'],
    ['without pages of nothing', 'a\n\n\n\n\nb\n\n', 'a\n\nb'],
  ] as const) it(name, () => assert.equal(readable(output), expected));
});

describe('commandsIn', () => {
  for (const [name, block, expected] of [
    ['one', 'npm run test\n', ['npm run test']],
    ['several, without comments and prompts', '# first\n$ npm ci\n\n$ npm test', ['npm ci', 'npm test']],
    ['of PowerShell', 'PS C:\\app> Get-ChildItem', ['Get-ChildItem']],
    ['over several lines', 'docker run \\\n  --rm \\\n  image', ['docker run --rm image']],
    ['with a tab', 'cut\t-f1', ['cut -f1']],
    ['a loop in one line', 'for f in *.md; do wc -l "$f"; done', ['for f in *.md; do wc -l "$f"; done']],
    ['a redirection', 'echo "a" > b.txt', ['echo "a" > b.txt']],
    ['nothing', '\n# only a comment\n', []],
    ['a return that would run it', 'echo hello\rrm -rf x', []],
    ['a control sequence', 'echo \u001b[201~\u0003', []],
    ['letters without width', 'rm\u200b x', []],
    ['letters that turn the line around', 'echo \u202etxt', []],
    ['a soft hyphen', 'rm -\u00adrf x', []],
    ['letters of a hidden text', 'ls \u{e0072}\u{e006d}', []],
    ['an endless line of blanks', `${' '.repeat(200_000)}\n\\`, ['\\']],
    ['a separator of lines', 'echo a\u2028rm b', []],
    ['a here-document', 'cat <<EOF\nhello\nEOF', []],
    ['an open quote', 'git commit -m "one\n\ntwo"', []],
    ['a script', 'if true; then\n  ls\nfi', []],
    ['a function', 'f() {\n  ls\n}', []],
  ] as const) it(name, () => assert.deepEqual(commandsIn(block), expected));
});
