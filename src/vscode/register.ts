import * as vscode from 'vscode';
import { type CommandId, contextKeys } from '../shared/contributions';
import type { Log } from '../core/ports/log';
import { plainText } from './plainText';

/**
 * The only caller of the raw command API. A handler that throws is logged and told to the person in one sentence, so
 * that no command fails in silence.
 */
export function registerCommand(log: Log, id: CommandId, handler: (argument: unknown) => unknown): vscode.Disposable {
  return vscode.commands.registerCommand(id, async (argument: unknown) => {
    try {
      return await handler(argument);
    } catch (error) {
      log.error(`command ${id} failed`, error);
      const choice = await vscode.window.showErrorMessage(plainText(vscode.l10n.t('Farthing could not do that: {0}', error instanceof Error ? error.message : String(error))), vscode.l10n.t('Show Log'));
      if (choice) await runCommand('farthing.showLog');
      return undefined;
    }
  });
}

export function runCommand(id: CommandId, ...rest: readonly unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(id, ...rest);
}

export function setContextKey(key: keyof typeof contextKeys, value: boolean): void {
  void vscode.commands.executeCommand('setContext', contextKeys[key], value);
}
