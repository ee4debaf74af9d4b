/**
 * The table of what the extension contributes: ids of commands and views, context keys; the settings are in settings.ts.
 * package.json says the same for the editor; a test compares the two both ways. Loaded at start, so it imports nothing.
 */
export const commands = {
  askSelection: 'farthing.askSelection',
  openChat: 'farthing.openChat',
  newChat: 'farthing.newChat',
  stopAnswer: 'farthing.stopAnswer',
  setApiKey: 'farthing.setApiKey',
  signIn: 'farthing.signIn',
  removeApiKey: 'farthing.removeApiKey',
  checkProviders: 'farthing.checkProviders',
  checkConfiguration: 'farthing.checkConfiguration',
  importProviders: 'farthing.importProviders',
  findLocalServers: 'farthing.findLocalServers',
  pullModel: 'farthing.pullModel',
  setBudget: 'farthing.setBudget',
  chooseQuality: 'farthing.chooseQuality',
  pinModel: 'farthing.pinModel',
  refreshModels: 'farthing.refreshModels',
  installPlugin: 'farthing.installPlugin',
  removePlugin: 'farthing.removePlugin',
  openPluginsFolder: 'farthing.openPluginsFolder',
  showProviders: 'farthing.showProviders',
  addProvider: 'farthing.addProvider',
  checkProvider: 'farthing.checkProvider',
  rotateApiKey: 'farthing.rotateApiKey',
  switchOn: 'farthing.switchOn',
  switchOff: 'farthing.switchOff',
  openProviderPage: 'farthing.openProviderPage',
  findModel: 'farthing.findModel',
  pinThisModel: 'farthing.pinThisModel',
  unpinModel: 'farthing.unpinModel',
  excludeModel: 'farthing.excludeModel',
  includeModel: 'farthing.includeModel',
  setPrice: 'farthing.setPrice',
  copyModelId: 'farthing.copyModelId',
  judgePrompt: 'farthing.judgePrompt',
  startDemo: 'farthing.startDemo',
  leaveDemo: 'farthing.leaveDemo',
  showLearnt: 'farthing.showLearnt',
  resetLearnt: 'farthing.resetLearnt',
  showRoutingReport: 'farthing.showRoutingReport',
  newExperiment: 'farthing.newExperiment',
  showExperiments: 'farthing.showExperiments',
  showActions: 'farthing.showActions',
  openSettings: 'farthing.openSettings',
  openWalkthrough: 'farthing.openWalkthrough',
  showLog: 'farthing.showLog',
} as const;

export type CommandId = (typeof commands)[keyof typeof commands];

export const views = { chat: 'farthing.chat', providers: 'farthing.providers', container: 'farthing' } as const;
export const statusBarItemId = 'farthing.budget';
export const walkthroughId = 'start';

/** Keys of `when` clauses. */
export const contextKeys = { running: 'farthing.running', demo: 'farthing.demo' } as const;
