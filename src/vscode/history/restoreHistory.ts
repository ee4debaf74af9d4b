import * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { BackupChat, HistoryBackup } from '../../core/ports/historyBackups';
import { storageFailure } from '../../core/ports/ledgerStore';
import { t } from '../../shared/l10n';
import { tell } from '../failureTexts';
import { untilStopped, withProgress } from '../keyCommands';
import { plainText } from '../plainText';
import { dayOf, namedDay } from './days';

/** So many chats can be looked at one by one; of more all come back or none. */
const mostListed = 2_000;

/** Shows the backups, then what of one is missing or older here, and brings back what the person chooses. */
export async function restoreHistory(app: App): Promise<void> {
  const backups = await app.backups();
  const found = await backups.list();
  if (found.length === 0) {
    void vscode.window.showInformationMessage(t('There is no backup yet. One is made each day, a minute after the first window has used Farthing.'));
    return;
  }
  const chosen = await vscode.window.showQuickPick(found.map(backupRow), { title: t('Farthing: Restore History'), placeHolder: t('The chats of which day? What is in the backup is shown first.') });
  if (!chosen) return;
  const day = namedDay(chosen.backup.day);
  if (chosen.backup.chats === undefined) {
    void vscode.window.showErrorMessage(t('The backup of {0} cannot be read.', day));
    return;
  }
  const differences = await untilStopped(t('Reading the backup of {0}', day), () => backups.differences(chosen.backup.name));
  if (!differences) return;
  if (differences.length === 0) {
    void vscode.window.showInformationMessage(t('All chats of {0} are here, as new as in the backup or newer.', day));
    return;
  }
  const wanted = await chooseChats(day, differences);
  if (!wanted || wanted.length === 0) return;
  const restored = await withProgress(t('Restoring chats'), (signal) => backups.restore(chosen.backup.name, wanted, signal));
  const { threadIds, problem } = restored;
  const done = threadIds.length === 1 ? t('1 chat of {0} is restored.', day) : t('{0} chats of {1} are restored.', threadIds.length, day);
  const takeBack = t('Undo');
  const offered = threadIds.length === 0 ? [] : [takeBack];
  const choice = await (problem ? vscode.window.showWarningMessage(plainText(t('{0} The others could not be. {1}', done, tell(storageFailure(problem), { nameOf: app.providerName, now: Date.now() }).sentence)), ...offered) : vscode.window.showInformationMessage(done, ...offered));
  if (choice === takeBack) await restored.undo();
}

function backupRow(backup: HistoryBackup): vscode.QuickPickItem & { readonly backup: HistoryBackup } {
  const { day, chats } = backup;
  const before = /-before-\d+\.db$/.test(backup.name) ? t('before an update') : undefined;
  const count = chats === undefined ? t('cannot be read') : chats === 1 ? t('1 chat') : t('{0} chats', chats);
  return { label: namedDay(day), description: [count, before].filter((part) => part !== undefined).join(' · '), backup };
}

async function chooseChats(day: string, differences: readonly BackupChat[]): Promise<readonly string[] | undefined> {
  if (differences.length > mostListed) {
    const restore = t('Restore Them');
    const question = t('{0} chats of {1} are missing or older here. Restore all of them?', differences.length, day);
    return (await vscode.window.showInformationMessage(question, { modal: true, detail: t('Nothing that is newer here is changed.') }, restore)) === restore ? differences.map(({ threadId }) => threadId) : undefined;
  }
  const rows = differences.map(({ threadId, title, updatedAt, messages, here }) => ({
    label: plainText(title),
    description: here === 'missing' ? t('not here') : t('older here'),
    detail: `${dayOf(updatedAt)} · ${messages === 1 ? t('1 message') : t('{0} messages', messages)}`,
    picked: true,
    threadId,
  }));
  const picked = await vscode.window.showQuickPick(rows, { title: t('Farthing: Restore History of {0}', day), placeHolder: t('Which chats? Nothing that is newer here is changed.'), canPickMany: true, matchOnDetail: true });
  return picked?.map(({ threadId }) => threadId);
}

/** Looks at the whole database and says what was found. A damaged one was replaced then, which the chat tells. */
export async function checkHistory(app: App): Promise<void> {
  const backups = await app.backups();
  const found = await untilStopped(t('Checking the database'), () => backups.check());
  if (found === undefined) return;
  if (found === 'replaced') {
    void vscode.window.showWarningMessage(t('The database was damaged. It was replaced by the last backup and all that could still be read; the damaged file is kept beside it.'));
    return;
  }
  const [last] = await backups.list();
  const restore = t('Restore History');
  const sentence = last === undefined ? t('The database is sound. There is no backup of it yet; one is made each day.') : t('The database is sound. Its last backup is of {0}.', namedDay(last.day));
  if ((await vscode.window.showInformationMessage(sentence, ...(last === undefined ? [] : [restore]))) === restore) await restoreHistory(app);
}
