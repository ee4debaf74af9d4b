import assert from 'node:assert/strict';
import { StorageError } from '../../../../src/core/ports/ledgerStore';
import { isBusy, storageError } from '../../../../src/node/sqlite/sqliteFailure';

const sqlite = (errcode: number): Error => Object.assign(new Error('said by SQLite'), { code: 'ERR_SQLITE_ERROR', errcode });
const system = (code: string): Error => Object.assign(new Error(`${code}: failed, open '/srv/somebody/farthing.db'`), { code });

describe('storageError', () => {
  const rows: readonly { readonly why: string; readonly error: unknown; readonly problem: StorageError['problem'] }[] = [
    { why: 'SQLITE_BUSY', error: sqlite(5), problem: 'locked' },
    { why: 'SQLITE_BUSY_RECOVERY', error: sqlite(261), problem: 'locked' },
    { why: 'SQLITE_LOCKED', error: sqlite(6), problem: 'locked' },
    { why: 'SQLITE_PROTOCOL', error: sqlite(15), problem: 'locked' },
    { why: 'SQLITE_READONLY', error: sqlite(8), problem: 'readonly' },
    { why: 'SQLITE_READONLY_DBMOVED', error: sqlite(1032), problem: 'readonly' },
    { why: 'SQLITE_CORRUPT', error: sqlite(11), problem: 'corrupt' },
    { why: 'SQLITE_CORRUPT_INDEX', error: sqlite(779), problem: 'corrupt' },
    { why: 'SQLITE_NOTADB', error: sqlite(26), problem: 'corrupt' },
    { why: 'SQLITE_IOERR_CORRUPTFS', error: sqlite(8458), problem: 'corrupt' },
    { why: 'SQLITE_FULL', error: sqlite(13), problem: 'full' },
    { why: 'SQLITE_IOERR_SHMSIZE', error: sqlite(4874), problem: 'full' },
    { why: 'SQLITE_IOERR_READ', error: sqlite(266), problem: 'other' },
    { why: 'SQLITE_CANTOPEN', error: sqlite(14), problem: 'other' },
    { why: 'SQLITE_CONSTRAINT', error: sqlite(19), problem: 'other' },
    { why: 'a full disk of the system', error: system('ENOSPC'), problem: 'full' },
    { why: 'a used-up quota', error: system('EDQUOT'), problem: 'full' },
    { why: 'missing rights', error: system('EACCES'), problem: 'readonly' },
    { why: 'a read-only disk', error: system('EROFS'), problem: 'readonly' },
    { why: 'another error of the system', error: system('EIO'), problem: 'other' },
    { why: 'a bug', error: new TypeError('x is not a function'), problem: 'other' },
    { why: 'something that is no error', error: 'text', problem: 'other' },
  ];
  for (const { why, error, problem } of rows) {
    it(`calls ${why} ${problem}`, () => {
      const found = storageError(error);
      assert.ok(found instanceof StorageError);
      assert.equal(found.problem, problem);
      assert.equal(found.cause, error);
      assert.doesNotMatch(found.message, /somebody/);
      assert.match(found.message, /^The .*\. \(.+\)$/);
    });
  }

  it('leaves its own kind as it is', () => {
    const error = new StorageError('full', 'The disk is full.');
    assert.equal(storageError(error), error);
  });
});

describe('isBusy', () => {
  const rows: readonly (readonly [unknown, boolean])[] = [
    [sqlite(5), true],
    [sqlite(517), true],
    [sqlite(11), false],
    [new StorageError('locked', 'x'), true],
    [new StorageError('full', 'x'), false],
    [system('EACCES'), false],
  ];
  for (const [error, expected] of rows) it(`is ${expected} for ${String(error)} ${error instanceof Error && 'errcode' in error ? String(error.errcode) : ''}`, () => assert.equal(isBusy(error), expected));
});
