import type * as vscode from 'vscode';
import type { App } from '../core/app';
import type { Log } from '../core/ports/log';
import { commands } from '../shared/contributions';
import type { Actions } from './actions';
import { checkConfiguration } from './checkConfiguration';
import { importProviders } from './importProviders';
import { PromptJudge } from './judging/judgePrompt';
import { LearntPage, resetLearnt } from './learning/learntCommands';
import { ExperimentsPanel } from './experiments/experimentsPanel';
import { newExperiment } from './experiments/newExperiment';
import { findLocalServers, pullModel } from './localModels';
import { installPlugin, openPluginsFolder, removePlugin } from './pluginCommands';
import { addProvider } from './providers/addProvider';
import { ProviderActions } from './providers/providerActions';
import type { RareHandlers } from './register';
import { ReportPanel } from './report/reportPanel';
import type { SettingsRead } from './settings';

export interface RareDependencies {
  readonly app: App;
  readonly actions: Actions;
  readonly log: Log;
  readonly extensionUri: vscode.Uri;
  readonly parseYaml: (text: string) => unknown;
  /** What was wrong with the settings when they were last read. */
  readonly settingsRead: () => Pick<SettingsRead, 'problems' | 'byVariable'>;
}

/** What the commands of `rareCommands` do: the entry of their bundle. */
export function rareHandlers({ app, actions, log, extensionUri, parseYaml, settingsRead }: RareDependencies): RareHandlers {
  const providers = new ProviderActions(app, actions);
  const report = new ReportPanel(app, log, extensionUri);
  const experiments = new ExperimentsPanel(app, log, extensionUri);
  const judge = new PromptJudge(app);
  const learnt = new LearntPage(app);
  return {
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
    [commands.showRoutingReport]: () => report.show(),
    [commands.newExperiment]: () => newExperiment(app),
    [commands.showExperiments]: () => experiments.show(),
    [commands.showLearnt]: () => learnt.show(),
    [commands.resetLearnt]: () => resetLearnt(app),
  };
}
