import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { FuzzyIndex, matchesIn } from '../../../../src/core/context/fuzzy';

const paths = ['src/core/app.ts', 'src/application.ts', 'src/vscode/chat/chatViews.ts', 'src/vscode/chat/chatView.ts', 'webview-ui/chat/app.tsx', 'docs/app/readme.md', 'src/core/ask/ask.ts', 'src/mapper.ts', 'README.md', 'test/unit/core/app.test.ts', 'src/core'];
const index = () => new FuzzyIndex(paths.map((path) => ({ path })));
const best = (query: string, most = 3): readonly string[] => index().search(query, most).found.map(({ item }) => item.path);

describe('FuzzyIndex', () => {
  const rows: readonly (readonly [query: string, first: readonly string[]])[] = [
    ['app', ['src/core/app.ts', 'webview-ui/chat/app.tsx', 'test/unit/core/app.test.ts']],
    ['APP', ['src/core/app.ts', 'webview-ui/chat/app.tsx', 'test/unit/core/app.test.ts']],
    ['app.ts', ['src/core/app.ts', 'webview-ui/chat/app.tsx']],
    ['chatview', ['src/vscode/chat/chatView.ts', 'src/vscode/chat/chatViews.ts']],
    ['cv', ['src/vscode/chat/chatView.ts', 'src/vscode/chat/chatViews.ts']],
    ['core/app', ['src/core/app.ts', 'test/unit/core/app.test.ts']],
    ['core\\ask', ['src/core/ask/ask.ts']],
    ['src core', ['src/core']],
    ['readme', ['README.md', 'docs/app/readme.md']],
    ['zzz', []],
    ['😀', []],
  ];
  for (const [query, first] of rows) it(query, () => assert.deepEqual(best(query).slice(0, first.length), first));

  it('says how many fit', () => {
    assert.equal(index().search('', 2).fitting, paths.length);
    assert.equal(index().search('zzz', 2).fitting, 0);
  });

  it('finds the same letter by letter as at once', () => {
    const typed = index();
    for (const query of ['', 'c', 'ch', 'cha', 'chat', 'chatv', 'chat', 'a', 'ap']) {
      assert.deepEqual(typed.search(query, 5).found, index().search(query, 5).found, query);
    }
  });

  it('puts what is boosted first, but nothing that does not fit', () => {
    const boosted = index().search('app', 2, ({ path }) => (path === 'src/mapper.ts' || path === 'README.md' ? 1_000 : 0));
    assert.equal(boosted.found[0]?.item.path, 'src/mapper.ts');
    assert.ok(!boosted.found.some(({ item }) => item.path === 'README.md'));
  });
});

describe('matchesIn', () => {
  const rows: readonly (readonly [label: string, query: string, matches: readonly (readonly [number, number])[]])[] = [
    ['app.ts', 'app', [[0, 3]]],
    ['chatView.ts', 'cv', [[0, 1], [4, 5]]],
    ['app.ts', 'src/app', [[0, 3]]],
    ['app.ts', '', []],
    ['app.ts', 'core', []],
    ['App.ts', 'aPP', [[0, 3]]],
    ['a😀b', '😀', [[1, 3]]],
    ['İx', 'x', []],
  ];
  for (const [label, query, matches] of rows) it(`${query} in ${label}`, () => assert.deepEqual(matchesIn(label, query), matches));
});
