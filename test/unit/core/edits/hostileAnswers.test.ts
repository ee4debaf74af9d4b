import assert from 'node:assert/strict';
import { blocksIn } from '../../../../src/core/edits/blocksIn';
import { countLines } from '../../../../src/core/edits/countLines';
import { namedPath } from '../../../../src/core/edits/namedPath';
import { proposeChange } from '../../../../src/core/edits/proposeChange';

/** Answers and files that would take minutes if anything took the square of their length; mocha's own limit ends them. */
const long = 200_000;
const many = 20_000;
const lines = (count: number, line: (index: number) => string) => Array.from({ length: count }, (_, index) => line(index)).join('\n');

describe('answers that are made to be slow', () => {
  const blocks: Readonly<Record<string, string>> = {
    'a line of blanks in a comment': `// a${' '.repeat(long)}b\nx`,
    'a line of words': `${'a '.repeat(long / 2)}x`,
    'a chain of names': `${'this.'.repeat(long / 5)}x`,
    'open brackets': '('.repeat(long),
    'searches without an end': lines(many, () => '<<<<<<< SEARCH'),
    'hunks without lines': lines(many, () => '@@ -1,1 +1,1 @@'),
    'headers without hunks': lines(many, (index) => (index % 2 === 0 ? '--- a/x' : '+++ b/x')),
    'deep indentation': lines(400, (index) => `${' '.repeat(index)}x${index} {`),
    'searches that are in no file': lines(many, (index) => `<<<<<<< SEARCH\nx${index}\n=======\n>>>>>>> REPLACE`),
    'more hunks than are looked for': lines(many, (index) => `@@\n-export const name${index % 2_000} = ${index % 2_000};\n+x`),
    'quotes': `import ${'"'.repeat(long)}`,
  };
  const file = lines(2_000, (index) => `export const name${index} = ${index};`);
  for (const [name, code] of Object.entries(blocks)) {
    it(name, () => {
      assert.notEqual(proposeChange(file, { code, language: '', path: 'a.ts' }).kind, 'change');
      assert.equal(namedPath({ code, info: code, before: [code] }), undefined);
      assert.ok(blocksIn(code).length <= 1);
    });
  }

  it('lines that are all the same', () => {
    const same = (count: number): string => ' a\n'.repeat(count);
    assert.deepEqual(proposeChange(same(100_000), { code: `@@ -9 @@\n${same(50_000)}-b\n+c`, language: 'diff', path: 'a.ts' }), { kind: 'unplaced', why: 'unknownPlace' });
    // The nearest of a hundred thousand places.
    const change = proposeChange('a\n'.repeat(200_000), { code: '@@ -150000 @@\n-a\n+b', language: 'diff', path: 'a.ts' });
    assert.equal(change.kind === 'change' && change.text.indexOf('b'), 2 * 149_999);
  });

  it('two long texts without a line in common', () => {
    const [before, after] = [lines(many, (index) => `before ${index}`), lines(many, (index) => `after ${index}`)];
    assert.deepEqual(countLines(before, after), { added: many, removed: many });
  });

  it('a long file and a block of as many parts', () => {
    const long = lines(many, (index) => `export const name${index} = ${index};`);
    const change = proposeChange(long, { code: long.replaceAll('= 7', '= 8'), language: 'ts', path: 'a.ts' });
    assert.ok(change.kind === 'change' && change.how === 'whole' && change.sure);
  });
});
