import * as vscode from 'vscode';
import { type CommandId, contextKeys } from '../shared/contributions';
import type { Log } from '../core/ports/log';
import { plainText } from './plainText';

/** What each command does with its argument. */
export type CommandHandlers = Readonly<Record<CommandId, (argument: unknown) => unknown>>;

/** Runs a command. A handler that throws is logged and told to the person in one sentence, so that no command fails in silence. */
export async function runHandler(log: Log, handlers: CommandHandlers, id: CommandId, argument: unknown): Promise<unknown> {
  try {
    return await handlers[id](argument);
  } catch (error) {
    log.error(`command ${id} failed`, error);
    const choice = await vscode.window.showErrorMessage(plainText(vscode.l10n.t('Farthing could not do that: {0}', error instanceof Error ? error.message : String(error))), vscode.l10n.t('Show Log'));
    if (choice) await runCommand('farthing.showLog');
    return undefined;
  }
}

export function runCommand(id: CommandId, ...rest: readonly unknown[]): Thenable<unknown> {
  return vscode.commands.executeCommand(id, ...rest);
}

export function setContextKey(key: keyof typeof contextKeys, value: boolean): void {
  void vscode.commands.executeCommand('setContext', contextKeys[key], value);
}
