import * as vscode from 'vscode';
import type { App } from '../core/app';
import type { Log } from '../core/ports/log';
import { commands } from '../shared/contributions';
import { useBundle } from '../shared/l10n';
import { Actions } from './actions';
import type { ChatSession } from './chat/chatSession';
import { checkConfiguration } from './checkConfiguration';
import { Comparisons } from './compare/comparisons';
import { importProviders } from './importProviders';
import { PromptJudge } from './judging/judgePrompt';
import { useInEditorChat } from './languageModels/useInEditorChat';
import { LearntPage, resetLearnt } from './learning/learntCommands';
import { ExperimentsPanel } from './experiments/experimentsPanel';
import { newExperiment } from './experiments/newExperiment';
import type { FoundKeys } from './foundKeys';
import { exportChat, importChats } from './history/chatFileCommands';
import { checkHistory, restoreHistory } from './history/restoreHistory';
import { checkAndKeep, checkProviders, removeApiKey, setApiKey } from './keyCommands';
import { findLocalServers, pullModel } from './localModels';
import { installPlugin, openPluginsFolder, removePlugin } from './pluginCommands';
import type { ProviderDefinition } from '../core/model/provider';
import { setOutboundSecret } from './operations/setOutboundSecret';
import { addProvider } from './providers/addProvider';
import { targetOf } from './providers/nodes';
import { ProviderTree, type TreeSurface } from './providers/providerTree';
import type { Replacements } from './replaceSelection';
import { ProviderActions } from './providers/providerActions';
import type { RareHandlers } from './register';
import { ReportPanel } from './report/reportPanel';
import { shareSettingWrites, type SettingsRead, type SettingWrites } from './settings';
import { BrowserSignIn } from './signIn';

export interface RareDependencies {
  readonly app: App;
  readonly chat: ChatSession;
  readonly replacements: Replacements;
  readonly log: Log;
  /** The context of the extension. */
  readonly extension: Pick<vscode.ExtensionContext, 'extension' | 'extensionUri' | 'globalStorageUri' | 'secrets'>;
  readonly foundKeys: FoundKeys;
  readonly parseYaml: (text: string) => unknown;
  /** What was wrong with the settings when they were last read. */
  readonly settingsRead: () => Pick<SettingsRead, 'problems' | 'byVariable'>;
  readonly settingWrites: SettingWrites;
}

/** What is in the bundle of the rarely used commands. */
export interface RareParts extends vscode.Disposable {
  /** What the commands of `rareCommands` do. */
  readonly handlers: RareHandlers;
  readonly actions: Actions;
  /** Addresses of this extension that the browser or another program opens. */
  readonly uris: vscode.UriHandler;
  /** What the view of the providers shows. */
  providerTree(surface: TreeSurface): ProviderTree;
  /** Checks a key that was found and keeps it. */
  keepKey(provider: ProviderDefinition, key: string): Promise<void>;
}

/** The entry of the bundle. */
export function openRareParts({ app, chat, replacements, log, extension, foundKeys, parseYaml, settingsRead, settingWrites }: RareDependencies): RareParts {
  // A bundle of its own has its own copy of the texts.
  useBundle(vscode.l10n.bundle, vscode.env.language);
  shareSettingWrites(settingWrites);
  const { extensionUri } = extension;
  const actions = new Actions(app, extension.globalStorageUri);
  const signIn = new BrowserSignIn(app, extension.extension.id, log);
  const providers = new ProviderActions(app, actions);
  const report = new ReportPanel(app, log, extensionUri);
  const experiments = new ExperimentsPanel(app, log, extensionUri);
  const judge = new PromptJudge(app);
  const comparisons = new Comparisons({ app, log, extensionUri, replacements, actions, showThread: (threadId) => chat.goTo(threadId) });
  const learnt = new LearntPage(app);
  const handlers: RareHandlers = {
    [commands.setApiKey]: (argument) => setApiKey(app, foundKeys, targetOf(argument).providerId),
    [commands.signIn]: (argument) => signIn.start(targetOf(argument).providerId),
    [commands.removeApiKey]: (argument) => removeApiKey(app, targetOf(argument).providerId),
    [commands.checkProviders]: () => checkProviders(app),
    [commands.setBudget]: () => actions.setBudget(),
    [commands.chooseQuality]: () => actions.chooseQuality(),
    [commands.pinModel]: () => actions.pinModel(),
    [commands.refreshModels]: () => actions.refreshModels(),
    [commands.showActions]: () => actions.show(),
    [commands.addProvider]: () => addProvider(app),
    [commands.importProviders]: () => importProviders(app, parseYaml),
    [commands.findLocalServers]: () => findLocalServers(app),
    [commands.pullModel]: (model) => pullModel(app, model),
    [commands.checkConfiguration]: () => checkConfiguration(app, actions, settingsRead()),
    [commands.installPlugin]: () => installPlugin(app, log),
    [commands.removePlugin]: () => removePlugin(app),
    [commands.openPluginsFolder]: () => openPluginsFolder(app),
    [commands.checkProvider]: (argument) => providers.check(argument),
    [commands.rotateApiKey]: (argument) => providers.rotateKey(argument),
    [commands.switchOn]: (argument) => providers.switchTo(argument, true),
    [commands.switchOff]: (argument) => providers.switchTo(argument, false),
    [commands.openProviderPage]: (argument) => providers.openPage(argument),
    [commands.findModel]: (argument) => providers.find(argument),
    [commands.pinThisModel]: (argument) => providers.pin(argument),
    [commands.unpinModel]: () => providers.unpin(),
    [commands.excludeModel]: (argument) => providers.exclude(argument),
    [commands.includeModel]: (argument) => providers.include(argument),
    [commands.setPrice]: (argument) => providers.setPrice(argument),
    [commands.copyModelId]: (argument) => providers.copyId(argument),
    [commands.judgePrompt]: () => judge.show(),
    [commands.compareModels]: (argument) => comparisons.show(argument),
    [commands.exportChat]: (argument) => exportChat(app, chat, argument),
    [commands.importChats]: () => importChats(app, chat),
    [commands.restoreHistory]: () => restoreHistory(app),
    [commands.checkHistory]: () => checkHistory(app),
    [commands.showRoutingReport]: () => report.show(),
    [commands.newExperiment]: () => newExperiment(app),
    [commands.showExperiments]: () => experiments.show(),
    [commands.showLearnt]: () => learnt.show(),
    [commands.resetLearnt]: () => resetLearnt(app),
    [commands.useInEditorChat]: () => useInEditorChat(app, log),
    [commands.setOutboundSecret]: (argument) => setOutboundSecret(extension.secrets, argument),
  };
  return { handlers, actions, uris: signIn, providerTree: (surface) => new ProviderTree(app, log, surface), keepKey: (provider, key) => checkAndKeep(app, provider, key), dispose: () => signIn.dispose() };
}
