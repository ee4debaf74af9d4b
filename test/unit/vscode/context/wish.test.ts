import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type ContextWish, keptWishes, readWishes, wishKey } from '../../../../src/vscode/context/wish';

const file: ContextWish = { kind: 'file', uri: 'file:///w/a.ts' };

describe('wishes that are kept', () => {
  const each: readonly ContextWish[] = [
    file,
    { kind: 'file', uri: 'file:///w/a.ts', lines: { from: 0, to: 9 } },
    { kind: 'folder', uri: 'file:///w' },
    { kind: 'selection', uri: 'file:///w/a.ts', lines: { from: 1, to: 2 } },
    { kind: 'symbol', uri: 'file:///w/a.ts', lines: { from: 1, to: 2 }, name: 'f' },
    { kind: 'problems' },
    { kind: 'problems', uri: 'file:///w/a.ts' },
    { kind: 'diff', root: 'file:///w', what: 'branch', branch: 'main' },
    { kind: 'terminal', label: 'ls', text: 'a' },
    { kind: 'openEditors' },
    { kind: 'page', url: 'https://example.org/', title: '', text: 'a', note: '' },
    { kind: 'image', name: 'Pasted', mediaType: 'image/png', base64: 'iVBORw0KGgo=' },
    { kind: 'notebook', uri: 'vscode-notebook-cell:/w/n.ipynb#c' },
  ];

  it('come back as they were', () => assert.deepEqual(readWishes(JSON.parse(JSON.stringify(keptWishes(each, 2_000_000)))), each));

  it('all have keys of their own', () => assert.equal(new Set(each.map(wishKey)).size, each.length));

  for (const [name, kept] of [['nothing', undefined], ['no list', { kind: 'file' }], ['others', [1, null, { kind: 'file' }, { kind: 'virus', uri: 'x' }, { ...file, extra: 1 }]]] as const) it(`${name} is no wish`, () => assert.deepEqual(readWishes(kept), []));

  it('of an image that is too large it is kept that it was there, and the rest is kept', () => {
    const image: ContextWish = { kind: 'image', name: 'Pasted', mediaType: 'image/png', base64: 'x'.repeat(2_000_000) };
    assert.deepEqual(keptWishes([image, file], 2_000_000), [{ kind: 'image', name: 'Pasted' }, file]);
  });

  it('so it is of a page and of an output', () => {
    const large: readonly ContextWish[] = [{ kind: 'page', url: 'https://example.org/', title: 'Example', text: 'x'.repeat(900), note: 'cut' }, { kind: 'terminal', label: 'ls', text: 'x'.repeat(900) }];
    const kept = keptWishes([...large, file], 500);
    assert.deepEqual(kept, [{ kind: 'page', url: 'https://example.org/', title: 'Example', note: '' }, { kind: 'terminal', label: 'ls' }, file]);
    assert.deepEqual(readWishes(JSON.parse(JSON.stringify(kept))), kept);
  });
});
