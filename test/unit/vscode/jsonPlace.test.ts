import assert from 'node:assert/strict';
import { jsonPlace } from '../../../src/vscode/jsonPlace';

const text = '\uFEFF { "a" : "x\\"}]" ,\n "list":[ 1, {"b": [true , null]} ,-2.5e3],\n"c\\u0064": {}, "a": "last" } ';

describe('jsonPlace', () => {
  const rows: readonly (readonly [path: readonly (string | number)[], found: string])[] = [
    [['list', 0], '1'],
    [['list', 1, 'b', 0], 'true'],
    [['list', 1, 'b', 1], 'null'],
    [['list', 2], '-2.5e3'],
    [['cd'], '{'],
    [['a'], '"last"'],
    // What is not there is where it would belong.
    [[], '{'],
    [['nowhere', 3], '{'],
    [['list', 7], '['],
    [['list', 1, 'nowhere'], '{'],
  ];
  for (const [path, found] of rows) {
    it(`finds ${JSON.stringify(path)}`, () => {
      const { start, end } = jsonPlace(text, path);
      assert.equal(text.slice(start, end), found);
    });
  }

  it('finds what stands behind and inside of lists deeper than any stack', () => {
    const deep = `{"a": ${'["]",'.repeat(100_000)}1${']'.repeat(100_000)}, "b": 2}`;
    assert.deepEqual(jsonPlace(deep, ['b']), { start: deep.length - 2, end: deep.length - 1 });
    assert.deepEqual(jsonPlace(deep, ['a', 1, 1]), { start: 16, end: 17 });
  });

  it('finds a value that is the whole text', () => assert.deepEqual(jsonPlace(' 12 ', []), { start: 1, end: 3 }));
});
