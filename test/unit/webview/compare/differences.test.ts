import assert from 'node:assert/strict';
import { differences } from '../../../../webview-ui/compare/differences';

/** In short: `-gone`, `+new`, `=same`; a block of code begins with `#`. */
function shown(left: string, right: string): string[] {
  const marks = { same: '=', removed: '-', added: '+' };
  return differences(left, right).blocks.flatMap(({ kind, pieces }) => [...(kind === 'code' ? ['#'] : []), ...pieces.map((piece) => `${marks[piece.kind]}${piece.text.trimEnd()}`)]);
}

describe('differences of two answers', () => {
  const rows: readonly { readonly name: string; readonly left: string; readonly right: string; readonly shows: readonly string[] }[] = [
    { name: 'of words stand in their line', left: 'Use a Set here.', right: 'Use a Map here.', shows: ['=Use a', '-Set', '+Map', '= here.'] },
    { name: 'of code are lines', left: '```ts\nlet a = 1;\nuse(a);\n```', right: '```ts\nconst a = 1;\nuse(a);\n```', shows: ['=```ts', '#', '-let a = 1;', '+const a = 1;', '=use(a);', '=```'] },
    { name: 'are none in the same text', left: 'Same.\n\n- one', right: 'Same.\n\n- one\n', shows: ['=Same.', '=', '=- one'] },
    { name: 'of text that became code are lines', left: 'x = 1', right: '```\nx = 1\n```', shows: ['-x = 1', '+```', '#', '+x = 1', '+```'] },
    { name: 'know a fence that is never closed', left: 'a\n```\nb', right: 'a\n```\nc', shows: ['=a', '=```', '#', '-b', '+c'] },
    { name: 'know a fence inside a longer one', left: '````\n```\nb\n````\nend', right: '````\n```\nb\n````\nthe end', shows: ['=````', '#', '=```', '=b', '=````', '+the', '=end'] },
    { name: 'with nothing are all of it', left: '', right: 'All.', shows: ['+All.', '='] },
  ];
  for (const { name, left, right, shows } of rows) it(name, () => assert.deepEqual(shown(left, right), shows));

  it('put together again give both texts', () => {
    const left = 'One two three.\n\n```js\na();\nb();\n```\nEnd of it.';
    const right = 'One two four.\nNew line.\n\n```js\na();\nc();\n```\nThe end.';
    const side = (drop: 'removed' | 'added') =>
      differences(left, right)
        .blocks.flatMap(({ kind, pieces }) => pieces.filter((piece) => piece.kind !== drop).map(({ text }) => (kind === 'code' ? `${text}\n` : text)))
        .join('');
    assert.equal(side('added').trimEnd(), left);
    assert.equal(side('removed').trimEnd(), right);
  });

  it('tell how much is the same', () => {
    assert.equal(differences('a b', 'a b').same, 1);
    assert.equal(differences('', '').same, 1);
    assert.equal(differences('a b', 'c d').same, 0);
    assert.equal(differences('a b', 'a c').same, 0.5);
  });

  it('of texts with nothing in common are shown one after the other, in bounded work', () => {
    const left = Array.from({ length: 4000 }, (_, place) => `left${place}`).join(' ');
    const right = Array.from({ length: 4000 }, (_, place) => `right${place}`).join(' ');
    assert.deepEqual(differences(left, right).blocks.flatMap(({ pieces }) => pieces.map(({ kind }) => kind)), ['removed', 'added']);
  });
});
