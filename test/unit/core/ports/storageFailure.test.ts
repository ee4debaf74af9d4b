import assert from 'node:assert/strict';
import type { Failure } from '../../../../src/core/model/failure';
import { StorageError, storageFailure } from '../../../../src/core/ports/ledgerStore';

/** What the database's own bundle throws: the same class to the eye, another to `instanceof`. */
class ForeignStorageError extends Error {
  override readonly name = 'StorageError';
  constructor(
    readonly problem: string,
    message: string,
  ) {
    super(message);
  }
}

describe('storageFailure', () => {
  const check = (name: string, thrown: unknown, expected: Failure) => it(name, () => assert.deepEqual(storageFailure(thrown), expected));

  check('tells the problem of a store', new StorageError('locked', 'in use'), { kind: 'storage', problem: 'locked', detail: 'in use' });
  check('tells that of another bundle', new ForeignStorageError('full', 'no room'), { kind: 'storage', problem: 'full', detail: 'no room' });
  check('takes a problem of a newer version for some other', new ForeignStorageError('melted', 'hot'), { kind: 'storage', problem: 'other', detail: 'hot' });
  check('does not take every error for one', new TypeError('no'), { kind: 'unexpected', detail: 'no' });
  check('nor something with a problem', { name: 'StorageError', problem: 'full' }, { kind: 'unexpected', detail: '[object Object]' });
});
