import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { mentionAt, rangeOf } from '../../../webview-ui/chat/context/mention';

/** `|` is the caret. Expected: what is searched for, and the text without the mention; undefined: none is being written. */
const rows: readonly (readonly [string, string | undefined, string?])[] = [
  ['@|', '', ''],
  ['@app|', 'app', ''],
  ['why @app|', 'app', 'why '],
  ['why @app| so', 'app', 'why so'],
  ['why\n@src/a.ts|\nso', 'src/a.ts', 'why\n\nso'],
  ['(@app|)', 'app', '()'],
  ['`@app|`', 'app', '``'],
  ['@https://example.org/a?b=c|', 'https://example.org/a?b=c', ''],
  ['@ä😀é|', 'ä😀é', ''],
  ['@one @two|', 'two', '@one '],
  ['@o|ne', 'o', 'ne'],
  ['@@|', '@', ''],
  ['write to me@example.org|', undefined],
  ['@app |', undefined],
  ['|@app', undefined],
  ['app|', undefined],
  ['|', undefined],
  [`@${'x'.repeat(400)}|`, 'x'.repeat(400), ''],
  [`@${'x'.repeat(401)}|`, undefined],
];

describe('mentionAt', () => {
  for (const [written, query, without] of rows) {
    it(JSON.stringify(written.slice(0, 60)), () => {
      const text = written.replace('|', '');
      const mention = mentionAt(text, written.indexOf('|'));
      assert.equal(mention?.query, query);
      if (mention === undefined) return;
      const { from, to } = rangeOf(text, mention);
      assert.equal(text.slice(0, from) + text.slice(to), without);
    });
  }
});
