import * as vscode from 'vscode';
import { type CommandId, commands, contextKeys } from '../shared/contributions';
import type { Log } from '../core/ports/log';
import { plainText } from './plainText';

/** What each command does with its argument. */
type CommandHandlers = Readonly<Record<CommandId, (argument: unknown) => unknown>>;

/** Commands that few people run often: what they do is a bundle of its own (rareCommands.ts), loaded by the first of them. */
const rareCommands = [
  commands.addProvider,
  commands.importProviders,
  commands.findLocalServers,
  commands.pullModel,
  commands.checkConfiguration,
  commands.installPlugin,
  commands.removePlugin,
  commands.openPluginsFolder,
  commands.checkProvider,
  commands.rotateApiKey,
  commands.switchOn,
  commands.switchOff,
  commands.openProviderPage,
  commands.findModel,
  commands.pinThisModel,
  commands.unpinModel,
  commands.excludeModel,
  commands.includeModel,
  commands.setPrice,
  commands.copyModelId,
  commands.judgePrompt,
  commands.showRoutingReport,
  commands.newExperiment,
  commands.showExperiments,
  commands.showLearnt,
  commands.resetLearnt,
] as const;

type RareCommand = (typeof rareCommands)[number];
export type RareHandlers = Pick<CommandHandlers, RareCommand>;
export type UsualHandlers = Omit<CommandHandlers, RareCommand>;

const rareIds: ReadonlySet<CommandId> = new Set(rareCommands);

export function isRare(id: CommandId): id is RareCommand {
  return rareIds.has(id);
}

/** Runs a command. A handler that throws is logged and told to the person in one sentence, so that no command fails in silence. */
export async function runHandler(log: Log, id: CommandId, handler: () => unknown): Promise<unknown> {
  try {
    return await handler();
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
