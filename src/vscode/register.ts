import * as vscode from 'vscode';
import { type CommandId, commands, contextKeys } from '../shared/contributions';
import type { Log } from '../core/ports/log';
import { t } from '../shared/l10n';
import { plainText } from './plainText';

/** What each command does with its argument. */
type CommandHandlers = Readonly<Record<CommandId, (argument: unknown) => unknown>>;

/** Commands of the menus of editors, terminals, notebooks and the source control: a bundle of their own (editor/editorHandlers.ts), small, because a light bulb should not wait for it. */
const editorCommands = [
  commands.askSelection,
  commands.explainCode,
  commands.fixCode,
  commands.improveCode,
  commands.writeTests,
  commands.documentCode,
  commands.fixProblem,
  commands.explainProblem,
  commands.writeCommitMessage,
  commands.stopCommitMessage,
  commands.explainTerminal,
  commands.fixTerminal,
  commands.explainTerminalSelection,
  commands.fixTerminalSelection,
  commands.putIntoTerminal,
  commands.explainCell,
  commands.fixCell,
  commands.improveCell,
] as const;

/** Commands that few people run often: what they do is a bundle of its own (rareCommands.ts), loaded by the first of them. */
const rareCommands = [
  commands.setApiKey,
  commands.signIn,
  commands.removeApiKey,
  commands.checkProviders,
  commands.setBudget,
  commands.chooseQuality,
  commands.pinModel,
  commands.refreshModels,
  commands.showActions,
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
  commands.compareModels,
  commands.exportChat,
  commands.importChats,
  commands.restoreHistory,
  commands.checkHistory,
  commands.showRoutingReport,
  commands.newExperiment,
  commands.showExperiments,
  commands.showLearnt,
  commands.resetLearnt,
  commands.useInEditorChat,
  commands.setOutboundSecret,
] as const;

/** Commands of the gateway and the agents in terminals: a bundle of its own (gateway/gatewayRoom.ts), loaded at start only where the gateway is on. */
const gatewayCommands = [commands.startGateway, commands.stopGateway, commands.showGateway, commands.copyGateway, commands.connectClient, commands.showGatewayClients, commands.runAgent] as const;

type EditorCommand = (typeof editorCommands)[number];
type RareCommand = (typeof rareCommands)[number];
type GatewayCommand = (typeof gatewayCommands)[number];
export type EditorHandlers = Pick<CommandHandlers, EditorCommand>;
export type RareHandlers = Pick<CommandHandlers, RareCommand>;
export type GatewayHandlers = Pick<CommandHandlers, GatewayCommand>;
export type UsualHandlers = Omit<CommandHandlers, EditorCommand | RareCommand | GatewayCommand>;

const editorIds: ReadonlySet<CommandId> = new Set(editorCommands);
const rareIds: ReadonlySet<CommandId> = new Set(rareCommands);
const gatewayIds: ReadonlySet<CommandId> = new Set(gatewayCommands);

export function isOfEditor(id: CommandId): id is EditorCommand {
  return editorIds.has(id);
}

export function isRare(id: CommandId): id is RareCommand {
  return rareIds.has(id);
}

export function isOfGateway(id: CommandId): id is GatewayCommand {
  return gatewayIds.has(id);
}

/** Runs a command. A handler that throws is logged and told to the person in one sentence, so that no command fails in silence. */
export async function runHandler(log: Log, id: CommandId, handler: () => unknown): Promise<unknown> {
  try {
    return await handler();
  } catch (error) {
    log.error(`command ${id} failed`, error);
    const choice = await vscode.window.showErrorMessage(plainText(t('Farthing could not do that: {0}', error instanceof Error ? error.message : String(error))), t('Show Log'));
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
