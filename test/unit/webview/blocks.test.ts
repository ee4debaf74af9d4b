import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { blockAt, blocksOf, firstDrawn, isDrawnUnasked } from '../../../webview-ui/chat/blocks';

const list = (length: number): string[] => Array.from({ length }, (_, index) => `m${index}`);

describe('blocksOf', () => {
  it('holds everything, in order', () => {
    for (const length of [0, 1, 15, 16, 17, 500]) assert.deepEqual(blocksOf(list(length), []).flat(), list(length));
  });

  it('keeps the arrays of what has not changed, and only those', () => {
    const before = blocksOf(list(40), []);
    const changed = blocksOf(list(40).with(39, 'other'), before);
    assert.deepEqual(changed.map((block, index) => block === before[index]), [true, true, false]);
    const grown = blocksOf([...list(40), 'm40'], before);
    assert.deepEqual(grown.map((block, index) => block === before[index]), [true, true, false]);
    assert.equal(grown.flat().at(-1), 'm40');
    const cut = blocksOf(list(17), before);
    assert.deepEqual(cut.map((block, index) => block === before[index]), [true, false]);
    assert.deepEqual(cut.flat(), list(17));
  });
});

describe('what is drawn of a long conversation', () => {
  it('is all of a short one, and the end or what is read of a long one, with what comes before it', () => {
    const rows = [
      [0, 0, 0],
      [32, 32, 0],
      [47, 47, 0],
      [48, 48, 1],
      [500, 500, 29],
      [500, 499, 29],
      [500, 250, blockAt(250) - 1],
      [500, 3, 0],
    ] as const;
    for (const [length, at, first] of rows) assert.equal(firstDrawn(length, at), first, `${length} at ${at}`);
  });

  it('grows by itself up to some five hundred, and never draws what is not there', () => {
    for (const length of [0, 20, 500, 5000]) {
      let first = firstDrawn(length, length);
      while (isDrawnUnasked(first, length)) first -= 1;
      assert.ok(first >= 0);
      const drawn = length - first * 16;
      assert.ok(drawn >= Math.min(length, 512) && drawn < 512 + 16, `${drawn} of ${length}`);
    }
  });
});
