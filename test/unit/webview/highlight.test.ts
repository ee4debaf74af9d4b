import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { highlightCode, type Piece } from '../../../webview-ui/chat/markdown/highlight';

function textOf(pieces: readonly Piece[]): string {
  return pieces.map((piece) => (typeof piece === 'string' ? piece : textOf(piece.pieces))).join('');
}

describe('highlightCode', () => {
  const samples: Readonly<Record<string, string>> = {
    typescript: 'export const f = (a: string): string => `x ${a + `y${1}`} z`; // end',
    tsx: 'const a = <div class="x">{b}</div>;',
    html: '<style>a { color: red }</style><script>const x = "</b>";</script>',
    php: '<?php echo "a $b"; ?><p>x</p>',
    python: 'def f(x: int) -> str:\n    return f"{x!r}"  # end',
    bash: 'for x in "$@"; do echo "$(cat <<E\n$x\nE\n)"; done',
    markdown: '# a\n\n```js\nx\n```\n*b*',
    diff: '@@ -1 +1 @@\n-a\n+b',
    yaml: 'a: &b [1, "x"]\nc: *b',
    sql: "select 'a''b' from t -- end",
    json: '{"a": [1, true, null]}',
    rust: "fn main<'a>(x: &'a str) { println!(\"{x}\"); }",
    powershell: 'Get-Item $x | % { "$($_.Name)" }',
    scss: '.a { &:hover { color: $b; } }',
    shell: '$ ls -la',
  };
  for (const [language, code] of Object.entries(samples)) {
    it(`loses no character of ${language}`, () => {
      const pieces = highlightCode(code, language);
      assert.ok(pieces);
      assert.equal(textOf(pieces), code);
      assert.ok(pieces.some((piece) => typeof piece !== 'string') || language === 'shell');
    });
  }

  it('knows no other language and takes no endless code', () => {
    assert.equal(highlightCode('x', 'brainfuck'), undefined);
    assert.equal(highlightCode('x', ''), undefined);
    assert.equal(highlightCode('x'.repeat(100_001), 'ts'), undefined);
  });
});
