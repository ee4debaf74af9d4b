import assert from 'node:assert/strict';
import { type ChangedFile, changedFiles, piecesOf } from '../../../../src/core/editorTasks/changedFiles';

/** One file of a diff, its hunks by their number of lines. */
type Told = Pick<ChangedFile, 'path' | 'how' | 'added' | 'removed' | 'from'> & { readonly hunks: readonly number[] };

function check(name: string, diff: readonly string[], expected: readonly Told[]): void {
  it(name, () => {
    const files = changedFiles(diff.join('\n')).map(({ hunks, ...file }) => ({ ...file, hunks: hunks.map((hunk) => hunk.split('\n').length) }));
    assert.deepEqual(files, expected);
  });
}

const changed = ['diff --git a/src/app.ts b/src/app.ts', 'index 1..2 100644', '--- a/src/app.ts', '+++ b/src/app.ts', '@@ -1,3 +1,4 @@ function start()', ' one', '-two', '+2', '+two and a half', ' three'];

describe('changedFiles', () => {
  check('counts the lines of a changed file', changed, [{ path: 'src/app.ts', how: 'changed', added: 2, removed: 1, hunks: [6] }]);
  check('keeps the hunks apart', [...changed, '@@ -9 +10 @@', '-nine', '+ten', ''], [{ path: 'src/app.ts', how: 'changed', added: 3, removed: 2, hunks: [6, 3] }]);
  check('a new file', ['diff --git a/n.md b/n.md', 'new file mode 100644', 'index 0..1', '--- /dev/null', '+++ b/n.md', '@@ -0,0 +1 @@', '+# n', '\\ No newline at end of file'], [{ path: 'n.md', how: 'added', added: 1, removed: 0, hunks: [2] }]);
  check('a deleted file', ['diff --git a/o.md b/o.md', 'deleted file mode 100644', '--- a/o.md', '+++ /dev/null', '@@ -1,2 +0,0 @@', '-a', '-b'], [{ path: 'o.md', how: 'deleted', added: 0, removed: 2, hunks: [3] }]);
  check('a moved file, without and with changes', ['diff --git a/a.ts b/b.ts', 'similarity index 100%', 'rename from a.ts', 'rename to b.ts', ...changed], [
    { path: 'b.ts', from: 'a.ts', how: 'moved', added: 0, removed: 0, hunks: [] },
    { path: 'src/app.ts', how: 'changed', added: 2, removed: 1, hunks: [6] },
  ]);
  check('a binary file', ['diff --git a/img/a b.png b/img/a b.png', 'index 1..2 100644', 'Binary files a/img/a b.png and b/img/a b.png differ'], [{ path: 'img/a b.png', how: 'changed', added: 0, removed: 0, hunks: [] }]);
  check('names that git quotes', ['diff --git "a/gr\\303\\274n \\"x\\".txt" "b/gr\\303\\274n \\"x\\".txt"', '--- "a/gr\\303\\274n \\"x\\".txt"', '+++ "b/gr\\303\\274n \\"x\\".txt"', '@@ -1 +1 @@', '-a', '+b'], [{ path: 'grün "x".txt', how: 'changed', added: 1, removed: 1, hunks: [3] }]);
  check('other letters before the names', ['diff --git i/src/a.ts w/src/a.ts', '--- i/src/a.ts', '+++ w/src/a.ts', '@@ -1 +1 @@', '-a', '+b'], [{ path: 'src/a.ts', how: 'changed', added: 1, removed: 1, hunks: [3] }]);
  check('no letters before the names', ['diff --git b/a.ts b/a.ts', '--- b/a.ts', '+++ b/a.ts', '@@ -1 +1 @@', '-a', '+b'], [{ path: 'b/a.ts', how: 'changed', added: 1, removed: 1, hunks: [3] }]);
  check('lines that look like headers are content', ['diff --git a/p.diff b/p.diff', '--- a/p.diff', '+++ b/p.diff', '@@ -1,2 +1,2 @@', '--- a/other.ts', '-diff --git a/x b/x', '+++ b/other.ts', '+@@ -1 +1 @@', 'diff --git a/z b/z', 'new file mode 100644'], [
    { path: 'p.diff', how: 'changed', added: 2, removed: 2, hunks: [5] },
    { path: 'z', how: 'added', added: 0, removed: 0, hunks: [] },
  ]);
  check('a diff of another program gives nothing', ['src/app.ts --- TypeScript', '1 const a = 1;     1 const a = 2;'], []);
  check('nothing gives nothing', [''], []);

  it('tells which files a piece is about, whatever git writes before and around their names', () => {
    const hunk = ['@@ -1 +1 @@', '-diff --git a/no b/no', '+rename to no'];
    const rows: readonly [readonly string[], readonly (readonly string[])[]][] = [
      [[...changed, ...changed], [['src/app.ts'], ['src/app.ts']]],
      [['diff --git i/.env w/.env', '--- i/.env', '+++ w/.env', ...hunk], [['.env']]],
      [['diff --git .env .env', '--- .env', '+++ .env', ...hunk], [['.env']]],
      [['diff --git .env .env', 'new file mode 100644', '--- /dev/null', '+++ .env', ...hunk], [['.env']]],
      [['diff --git "a/pr\\303\\274fung/x" "b/pr\\303\\274fung/x"', '--- "a/pr\\303\\274fung/x"', '+++ "b/pr\\303\\274fung/x"', ...hunk], [['prüfung/x']]],
      [['diff --git a/secret.txt b/public.txt', 'similarity index 90%', 'rename from secret.txt', 'rename to public.txt', '--- a/secret.txt', '+++ b/public.txt', ...hunk], [['public.txt', 'secret.txt']]],
      [['diff --git a/x b/x', '--- a/x', '+++ b/x', ...hunk, 'diff --cc secret.txt', 'index 1,2..3', '--- a/secret.txt', '+++ b/secret.txt', '@@@ -1,1 -1,1 +1,2 @@@', '++<<<<<<< HEAD'], [['x'], ['secret.txt']]],
      [['diff --git a/o b/o', 'deleted file mode 100644', '--- a/o', '+++ /dev/null', ...hunk], [['o']]],
    ];
    for (const [diff, expected] of rows) assert.deepEqual(piecesOf(diff.join('\n')).map(({ paths }) => paths), expected, diff[0]);
    assert.equal(piecesOf([...changed, ...changed].join('\n')).map(({ diff }) => diff).join(''), [...changed, ...changed].join('\n'));
  });

  it('counts on where it no longer keeps', () => {
    const lines = Array.from({ length: 10_000 }, (_, index) => `+${String(index).padStart(99, ' ')}`);
    const [file] = changedFiles(['diff --git a/big b/big', '--- a/big', '+++ b/big', '@@ -0,0 +1,10000 @@', ...lines].join('\n'));
    assert.equal(file?.added, 10_000);
    assert.ok((file?.hunks.join('').length ?? Infinity) <= 200_000);
  });
});
