import type * as vscode from 'vscode';

/**
 * The row that a person takes in a list that is searched while they type; undefined where they went away. Where Enter comes before the rows of what was
 * typed are there, it is the first of those: what stands there until then was found for other words, or is nothing at all.
 * @param picker `busy` while rows are looked for
 * @param filled until the rows of what was typed last are there
 */
export function takenRow<Row extends vscode.QuickPickItem>(picker: Pick<vscode.QuickPick<Row>, 'busy' | 'items' | 'selectedItems' | 'onDidAccept' | 'onDidHide'>, filled: () => Promise<unknown>): Promise<Row | undefined> {
  return new Promise((resolve, reject) => {
    const take = async (): Promise<void> => {
      const isEarly = picker.busy;
      if (isEarly) await filled();
      const [row] = isEarly ? picker.items : picker.selectedItems;
      if (row) resolve(row);
    };
    picker.onDidAccept(() => void take().catch(reject));
    picker.onDidHide(() => resolve(undefined));
  });
}
