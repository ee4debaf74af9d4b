import * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { Log } from '../../core/ports/log';
import { languageModelVendor } from '../../shared/contributions';
import { t } from '../../shared/l10n';
import { tellNobody } from '../keyCommands';

/**
 * Opens the editor's own chat with Farthing as its model. A chat nobody is signed in to asks for a sign-in until the person
 * has added models of another vendor; this adds ours, as "Add Models" does for those that have something to configure.
 */
export async function useInEditorChat(app: App, log: Log): Promise<void> {
  if (vscode.workspace.getConfiguration('chat').get('disableAIFeatures') === true) {
    const open = t('Open settings');
    const choice = await vscode.window.showInformationMessage(t("The editor's chat is switched off by the setting chat.disableAIFeatures. Switch that off, then try again."), open);
    if (choice === open) await vscode.commands.executeCommand('workbench.action.openSettings', 'chat.disableAIFeatures');
    return;
  }
  if (!(await app.providers()).some(({ askable }) => askable)) return tellNobody(app);
  const model = { vendor: languageModelVendor, id: `auto:${app.settings().quality}`, family: 'farthing-auto' };
  // Where nobody is signed in, the editor's own chat asks for a sign-in until its list of models was opened once: that starts it.
  const before = new Set(tabs().map(({ label }) => label));
  await vscode.commands.executeCommand('workbench.action.chat.manage');
  await vscode.commands.executeCommand('workbench.action.chat.open');
  const shown = vscode.window.tabGroups.activeTabGroup.activeTab;
  try {
    await vscode.commands.executeCommand('workbench.action.chat.changeModel', model);
  } catch (error) {
    log.info(`the editor did not change the model: ${error instanceof Error ? error.message : String(error)}`);
  }
  // The list has done its work, and nobody asked to see it.
  const list = tabs().find(({ label, input }) => label === shown?.label && input === undefined && !before.has(label));
  if (list) await vscode.window.tabGroups.close(list);
}

function tabs(): readonly vscode.Tab[] {
  return vscode.window.tabGroups.all.flatMap((group) => group.tabs);
}
