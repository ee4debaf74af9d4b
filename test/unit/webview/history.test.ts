import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import type { ThreadGroup, ThreadView } from '../../../src/shared/historyProtocol';
import { findWords } from '../../../webview-ui/chat/foundWords';
import { forgetTaken, type Gone, groupRows, type TakenRow } from '../../../webview-ui/chat/threadGroups';

const view = (id: string, group: ThreadGroup): ThreadView => ({ id, group, title: id, when: '', demo: false, running: false });

describe('groupRows', () => {
  const threads = [view('a', 'pinned'), view('b', 'today'), view('c', 'today'), view('d', 'earlier'), view('e', 'archived')];
  const gone = (thread: ThreadView, index: number): Gone => ({ thread, index, how: 'deleted' });
  const rows: readonly (readonly [name: string, threads: readonly ThreadView[], gone: Gone | undefined, expected: string])[] = [
    ['nothing', [], undefined, ''],
    ['groups in their order, none empty', threads, undefined, 'pinned a, today b c, earlier d, archived e'],
    ['one that is gone, and still in the list', threads, gone(view('b', 'today'), 1), 'pinned a, today -b c, earlier d, archived e'],
    ['one that is gone, and no longer in the list', threads.filter(({ id }) => id !== 'c'), gone(view('c', 'today'), 2), 'pinned a, today b -c, earlier d, archived e'],
    ['the only one of its group', threads, gone(view('a', 'pinned'), 0), 'pinned -a, today b c, earlier d, archived e'],
    ['archived, and listed there by now', [...threads.slice(0, 3), view('d', 'archived')], { ...gone(view('d', 'earlier'), 3), how: 'archived' }, 'pinned a, today b c, earlier -d, archived d'],
    ['the last there was', [], gone(view('a', 'today'), 0), 'today -a'],
  ];
  for (const [name, given, taken, expected] of rows) {
    it(name, () => {
      const groups = groupRows(given, taken).map(({ group, rows: some }) => `${group} ${some.map((row) => (row.type === 'gone' ? `-${row.gone.thread.id}` : row.thread.id)).join(' ')}`);
      assert.equal(groups.join(', '), expected);
    });
  }
});

describe('what was taken out of the list', () => {
  const threads = [view('a', 'today'), view('b', 'today'), view('c', 'today')];
  const ids = (given: readonly ThreadView[], taken: ReadonlyMap<string, TakenRow>) => groupRows(given, undefined, (id) => taken.get(id)?.how).flatMap(({ rows }) => rows.map((row) => (row.type === 'thread' ? row.thread.id : 'gone')));

  it('is not seen until the host has done it and its list is without it, and is when it is put back after that', () => {
    const rows: readonly TakenRow[] = [{ how: 'deleted', isDone: false }, { how: 'archived', isDone: false }];
    const taken = new Map(rows.map((row, index) => [index === 0 ? 'a' : 'b', row]));
    const without = [view('c', 'today'), view('b', 'archived')];
    // A list from before one was put back and taken out again.
    forgetTaken(taken, without);
    assert.deepEqual(ids(threads, taken), ['c']);
    for (const row of rows) row.isDone = true;
    forgetTaken(taken, threads);
    assert.deepEqual(ids(threads, taken), ['c']);
    forgetTaken(taken, without);
    assert.deepEqual(ids(without, taken), ['c', 'b']);
    assert.deepEqual(ids(threads, taken), ['a', 'b', 'c']);
  });
});

describe('findWords', () => {
  const rows: readonly (readonly [text: string, query: string, expected: string])[] = [
    ['a race', '', 'a race'],
    ['a race', '  -- ', 'a race'],
    ['A race, races and RACE', 'race', 'A [race], [race]s and [RACE]'],
    ['trace and race', 'race', 'trace and [race]'],
    ['lock locks', 'lock wait', '[lock] locks'],
    ['Straße und straßen', 'stras straß', '[Straß]e und [straß]en'],
    ['a.b*c', 'b*c', 'a.[b]*[c]'],
    ['日本語の本', '日本', '[日本]語の本'],
    ['x', '(?<a>', 'x'],
    ['Café, cafes', 'cafe', '[Café], [cafe]s'],
    ['the cafe', 'Café', 'the [cafe]'],
    ['no A in 日', 'Å', 'no [A] in 日'],
  ];
  for (const [text, query, expected] of rows) {
    it(`${query} in ${text}`, () => {
      let marked = text;
      for (const [from, to] of findWords(text, query).toReversed()) marked = `${marked.slice(0, from)}[${marked.slice(from, to)}]${marked.slice(to)}`;
      assert.equal(marked, expected);
    });
  }
});
