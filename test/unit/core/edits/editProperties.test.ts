import assert from 'node:assert/strict';
import { createTwoFilesPatch } from 'diff';
import * as fc from 'fast-check';
import { carryOver, countLines } from '../../../../src/core/edits/countLines';
import { hunkBetween } from '../../../../src/core/edits/hunks';
import { proposeChange } from '../../../../src/core/edits/proposeChange';
import { readLines, splice } from '../../../../src/core/edits/textLines';

/** A text of lines that are all different, and the same with some lines changed, added and taken away. */
const edited = fc
  .tuple(fc.integer({ min: 1, max: 40 }), fc.array(fc.record({ at: fc.nat(39), kind: fc.constantFrom('change', 'add', 'remove'), indent: fc.nat(3) }), { minLength: 1, maxLength: 8 }))
  .map(([count, edits]) => {
    const before = Array.from({ length: count }, (_, index) => `${'  '.repeat(index % 3)}line ${index} of the file;`);
    const after = [...before];
    for (const [index, { at, kind, indent }] of edits.entries()) {
      const place = at % (after.length + 1);
      const line = `${'  '.repeat(indent)}edit ${index} (${at});`;
      if (kind === 'add') after.splice(place, 0, line);
      else if (place < after.length) after.splice(place, 1, ...(kind === 'change' ? [line] : []));
    }
    return { before, after };
  })
  .filter(({ before, after }) => before.join('\n') !== after.join('\n') && after.length > 0);

const joined = (lines: readonly string[], end = '\n') => lines.map((line) => line + end).join('');
const wish = (code: string) => ({ code, language: 'diff', path: 'a.ts' });

describe('properties of edits', () => {
  it('a diff made by the package diff gives the text it was made for', () => {
    fc.assert(
      fc.property(edited, fc.constantFrom('\n', '\r\n'), ({ before, after }, end) => {
        const change = proposeChange(joined(before, end), wish(createTwoFilesPatch('a.ts', 'a.ts', joined(before), joined(after))));
        assert.ok(change.kind === 'change');
        assert.equal(change.text, joined(after, end));
        assert.ok(change.sure);
      }),
    );
  });

  it('so does one with wrong numbers and counts, in a file in which other lines have come before', () => {
    fc.assert(
      fc.property(edited, fc.nat(90), fc.nat(20), ({ before, after }, wrong, more) => {
        const patch = createTwoFilesPatch('a.ts', 'a.ts', joined(before), joined(after)).replace(/^@@ -\d+,?\d* \+\d+,?\d* @@/gm, `@@ -${wrong + 1},${wrong} +1,1 @@`);
        const above = Array.from({ length: more }, (_, index) => `other ${index}`);
        const change = proposeChange(joined([...above, ...before]), wish(patch));
        // Taking lines in at a place that holds on to nothing is never sure.
        if (before.length === 0 || change.kind !== 'change' || !change.sure) return;
        assert.equal(change.text, joined([...above, ...after]));
      }),
    );
  });

  it('never changes a line outside of its hunks, to the last byte', () => {
    fc.assert(
      fc.property(edited, fc.array(fc.constantFrom('\n', '\r\n'), { minLength: 60, maxLength: 60 }), fc.boolean(), ({ before, after }, ends, last) => {
        const text = before.map((line, index) => line + (index === before.length - 1 && !last ? '' : ends[index])).join('');
        const change = proposeChange(text, wish(createTwoFilesPatch('a.ts', 'a.ts', joined(before), joined(after), '', '', { context: 2 })));
        if (change.kind !== 'change') return;
        const kept = new Set(before.filter((line) => after.includes(line)));
        const [was, is] = [readLines(text), readLines(change.text)];
        for (const [index, line] of was.lines.entries()) {
          if (!kept.has(line) || index === was.lines.length - 1) continue;
          const now = is.lines.indexOf(line);
          assert.ok(now >= 0, line);
          if (now < is.lines.length - 1) assert.equal(is.ends[now], was.ends[index]);
        }
        assert.equal(change.text.endsWith('\n'), text.endsWith('\n'));
      }),
    );
  });

  it('code that nobody knows changes nothing', () => {
    fc.assert(
      fc.property(edited, fc.array(fc.integer({ min: 0, max: 999 }), { minLength: 1, maxLength: 12 }), ({ before }, numbers) => {
        const change = proposeChange(joined(before), { code: numbers.map((number) => `unknown${number}.call(${number});`).join('\n'), language: 'ts', path: 'a.ts' });
        assert.deepEqual(change, { kind: 'unplaced', why: 'unknownPlace' });
      }),
    );
  });

  it('reading a text as lines and joining them is the text', () => {
    fc.assert(fc.property(fc.array(fc.constantFrom('a', ' ', '\n', '\r\n', '\r', '\t', '\uFEFF', 'é')), (parts) => assert.equal(splice(readLines(parts.join('')), []), parts.join(''))));
  });

  it('an edit is taken out again from a text that was changed elsewhere', () => {
    fc.assert(
      fc.property(edited, fc.array(fc.nat(9), { minLength: 1, maxLength: 5 }), ({ before, after }, numbers) => {
        const above = [...numbers.map((number) => `later ${number}`), 'a line between', 'another', 'and one more'];
        assert.equal(carryOver(joined(after), joined(before), joined([...above, ...after])), joined([...above, ...before]));
      }),
    );
  });

  it('counts as many lines as the texts differ in length', () => {
    fc.assert(
      fc.property(edited, ({ before, after }) => {
        const { added, removed } = countLines(joined(before), joined(after));
        assert.equal(added - removed, after.length - before.length);
        assert.equal(hunkBetween(before, after).lines.filter(({ kind }) => kind === '+').length, added);
      }),
    );
  });

  it('never throws, whatever the answer is, and leaves a file that it does not understand', () => {
    const piece = fc.constantFrom('{', '}', '@@', '@@ -1,2 +1,2 @@', '--- a', '+++ b', '-x', '+y', ' z', '', '// ...', '...', '<<<<<<< SEARCH', '=======', '>>>>>>> REPLACE', 'function f() {', '  return 1;', '# a', '"k": 1,', '\t', 'import x', '```');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 14 }), fc.array(piece, { maxLength: 14 }), fc.constantFrom('a.ts', 'a.py', 'a.md', 'a.json', 'a.css', 'a'), (file, block, path) => {
        const text = file.join('\n');
        const change = proposeChange(text, { code: block.join('\n'), language: '', path });
        assert.ok(change.kind !== 'change' || change.text !== text);
      }),
      { numRuns: 2000 },
    );
  });
});
