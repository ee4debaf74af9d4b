import assert from 'node:assert/strict';
import type { EditFate } from '../../../src/core/model/outcome';
import { FollowedEdits } from '../../../src/vscode/followedEdits';
import { FakeClock } from '../../support/fakeClock';

const second = 1000;
const minute = 60 * second;

/** A file with code in it that was just taken from an answer. */
function taken(code = 'let b = 2;\n') {
  const clock = new FakeClock();
  const told: string[] = [];
  const files = new Map([['a.ts', `let a = 1;\n${code}`]]);
  const edits = new FollowedEdits(clock, (answerId, fate) => told.push(`${answerId} ${words(fate)}`), (file) => files.get(file));
  edits.taken({ answerId: 'one', file: 'a.ts', code, before: 'let a = 1;\n', errorsBefore: 1 });
  return {
    clock,
    told,
    edits,
    write: (text: string, byUndo = false, file = 'a.ts') => {
      files.set(file, text);
      edits.changed(file, byUndo);
    },
    close: () => files.delete('a.ts'),
  };
}

function words(fate: EditFate): string {
  return fate.kind === 'diagnostics' ? `errors ${fate.errorsBefore} to ${fate.errorsAfter}` : fate.kind;
}

describe('what became of code that was taken from an answer', () => {
  const rows: readonly { readonly name: string; readonly happens: (test: ReturnType<typeof taken>) => void; readonly told: readonly string[] }[] = [
    { name: 'undone soon', happens: ({ write }) => write('let a = 1;\n', true), told: ['one undone'] },
    { name: 'undone before it was told of', happens: ({ edits }) => edits.taken({ answerId: 'two', file: 'a.ts', code: 'let c = 3;\n', before: 'let a = 1;\nlet b = 2;\n', errorsBefore: 0 }), told: ['two undone'] },
    { name: 'the same as what stood there', happens: ({ edits }) => edits.taken({ answerId: 'two', file: 'a.ts', code: 'let b = 2;\n', before: 'let a = 1;\nlet b = 2;\n', errorsBefore: 0 }), told: [] },
    {
      name: 'undone long after',
      happens: ({ clock, write }) => {
        clock.advance(3 * minute);
        write('let a = 1;\n', true);
      },
      told: [],
    },
    { name: 'deleted by hand', happens: ({ write }) => write('let a = 1;\n'), told: [] },
    {
      name: 'another step undone',
      happens: ({ write, edits }) => {
        write('let a = 1;\nlet b = 2;\nlet c = 3;\n');
        write('let a = 1;\nlet b = 2;\n', true);
        edits.saved('a.ts');
      },
      told: ['one kept'],
    },
    { name: 'saved', happens: ({ edits }) => edits.saved('a.ts'), told: ['one kept'] },
    {
      name: 'saved twice',
      happens: ({ edits, clock }) => {
        edits.saved('a.ts');
        edits.saved('a.ts');
        clock.advance(20 * minute);
      },
      told: ['one kept'],
    },
    {
      name: 'saved with other line ends and without the blanks at them',
      happens: ({ write, edits }) => {
        write('let a = 1;\r\nlet b = 2;   \r\n');
        edits.saved('a.ts');
      },
      told: ['one kept'],
    },
    {
      name: 'saved by the editor itself, then undone',
      happens: ({ edits, write }) => {
        edits.saved('a.ts');
        write('let a = 1;\n', true);
      },
      told: ['one kept', 'one undone'],
    },
    { name: 'another file saved', happens: ({ edits }) => edits.saved('b.ts'), told: [] },
    {
      name: 'saved without it',
      happens: ({ write, edits }) => {
        write('let a = 1;\n');
        edits.saved('a.ts');
      },
      told: [],
    },
    { name: 'still there later', happens: ({ clock }) => clock.advance(10 * minute), told: ['one kept'] },
    {
      name: 'the file closed',
      happens: ({ clock, close }) => {
        close();
        clock.advance(10 * minute);
      },
      told: [],
    },
    {
      name: 'errors after it, told in two goes',
      happens: ({ clock, edits }) => {
        edits.diagnosed('a.ts', () => 7);
        clock.advance(2 * second);
        edits.diagnosed('a.ts', () => 3);
        clock.advance(3 * second);
      },
      told: ['one errors 1 to 3'],
    },
    {
      name: 'errors after somebody typed',
      happens: ({ clock, edits, write }) => {
        edits.diagnosed('a.ts', () => 3);
        write('let a = 1;\nlet b = 2;\nlet c');
        edits.diagnosed('a.ts', () => 4);
        clock.advance(minute);
      },
      told: [],
    },
    {
      name: 'errors of another file',
      happens: ({ clock, edits }) => {
        edits.diagnosed('b.ts', () => 3);
        clock.advance(minute);
      },
      told: [],
    },
    {
      name: 'saved before the errors are counted',
      happens: ({ clock, edits }) => {
        edits.diagnosed('a.ts', () => 1);
        edits.saved('a.ts');
        clock.advance(minute);
      },
      told: ['one kept', 'one errors 1 to 1'],
    },
    {
      name: 'taken again from the same answer',
      happens: ({ edits }) => {
        edits.taken({ answerId: 'one', file: 'a.ts', code: 'let b = 2;', before: 'let a = 1;', errorsBefore: 0 });
        edits.saved('a.ts');
      },
      told: ['one kept'],
    },
    {
      name: 'the window closed',
      happens: ({ edits, clock }) => {
        edits.diagnosed('a.ts', () => 3);
        edits.dispose();
        edits.saved('a.ts');
        clock.advance(20 * minute);
      },
      told: [],
    },
  ];
  for (const { name, happens, told } of rows) {
    it(`${name}: ${told.join(', ') || 'nothing'}`, () => {
      const test = taken();
      happens(test);
      assert.deepEqual(test.told, told);
    });
  }

  it('is followed for the newest twenty', () => {
    const { edits, told, clock } = taken();
    for (let index = 0; index < 20; index++) edits.taken({ answerId: `more-${index}`, file: 'a.ts', code: 'let b = 2;', before: '', errorsBefore: 0 });
    edits.saved('a.ts');
    assert.equal(told.length, 20);
    assert.ok(!told.includes('one kept'));
    clock.advance(10 * minute);
    assert.equal(clock.pending, 0);
    assert.equal(told.length, 20);
  });
});
