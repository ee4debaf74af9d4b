import assert from 'node:assert/strict';
import { takenRow } from '../../../../src/vscode/context/takenRow';

type Row = { readonly label: string };

/** A list of the editor as far as it is used: what it shows, and the keys of a person. */
class FakePicker {
  busy = false;
  items: readonly Row[] = [];
  selectedItems: readonly Row[] = [];
  enter = (): void => undefined;
  leave = (): void => undefined;
  onDidAccept(listener: () => void): { dispose(): void } {
    this.enter = listener;
    return { dispose: () => undefined };
  }
  onDidHide(listener: () => void): { dispose(): void } {
    this.leave = listener;
    return { dispose: () => undefined };
  }
}

describe('the row that is taken in a searched list', () => {
  const taking = (picker: FakePicker, filled: () => Promise<unknown> = () => Promise.resolve()) => takenRow<Row>(picker, filled);

  it('is the one that is active once the rows are those of what was typed', async () => {
    const picker = new FakePicker();
    picker.items = [{ label: 'one' }, { label: 'two' }];
    picker.selectedItems = [{ label: 'two' }];
    const taken = taking(picker);
    picker.enter();
    assert.deepEqual(await taken, { label: 'two' });
  });

  it('is the first of what was typed where Enter comes before its rows', async () => {
    const picker = new FakePicker();
    picker.busy = true;
    picker.items = picker.selectedItems = [{ label: 'of the words before' }];
    const found = Promise.withResolvers<void>();
    const taken = taking(picker, () => found.promise);
    picker.enter();
    picker.busy = false;
    picker.items = [{ label: 'found' }, { label: 'found as well' }];
    found.resolve();
    assert.deepEqual(await taken, { label: 'found' });
  });

  it('is none where nothing was found: the list stays until it is left', async () => {
    const picker = new FakePicker();
    const taken = taking(picker);
    picker.enter();
    picker.items = picker.selectedItems = [{ label: 'later' }];
    picker.enter();
    assert.deepEqual(await taken, { label: 'later' });
    const left = taking(picker);
    picker.leave();
    assert.equal(await left, undefined);
  });

  it('is an error where the rows cannot be found', async () => {
    const picker = new FakePicker();
    picker.busy = true;
    const taken = taking(picker, () => Promise.reject(new Error('no folder')));
    picker.enter();
    await assert.rejects(taken, /no folder/);
  });
});
