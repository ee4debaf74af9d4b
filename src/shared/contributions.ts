/**
 * The table of what the extension contributes: ids of commands and views, context keys; the settings are in settings.ts.
 * package.json says the same for the editor; a test compares the two both ways. Loaded at start, so it imports nothing.
 */
export const commands = {
  askSelection: 'farthing.askSelection',
  explainCode: 'farthing.explainCode',
  fixCode: 'farthing.fixCode',
  improveCode: 'farthing.improveCode',
  writeTests: 'farthing.writeTests',
  documentCode: 'farthing.documentCode',
  fixProblem: 'farthing.fixProblem',
  explainProblem: 'farthing.explainProblem',
  writeCommitMessage: 'farthing.writeCommitMessage',
  stopCommitMessage: 'farthing.stopCommitMessage',
  explainTerminal: 'farthing.explainTerminal',
  fixTerminal: 'farthing.fixTerminal',
  explainTerminalSelection: 'farthing.explainTerminalSelection',
  fixTerminalSelection: 'farthing.fixTerminalSelection',
  putIntoTerminal: 'farthing.putIntoTerminal',
  explainCell: 'farthing.explainCell',
  fixCell: 'farthing.fixCell',
  improveCell: 'farthing.improveCell',
  openChat: 'farthing.openChat',
  addToChat: 'farthing.addToChat',
  newChat: 'farthing.newChat',
  openChatInEditor: 'farthing.openChatInEditor',
  newChatInEditor: 'farthing.newChatInEditor',
  stopAnswer: 'farthing.stopAnswer',
  applyProposal: 'farthing.applyProposal',
  discardProposal: 'farthing.discardProposal',
  undoEdits: 'farthing.undoEdits',
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
  compareModels: 'farthing.compareModels',
  startDemo: 'farthing.startDemo',
  leaveDemo: 'farthing.leaveDemo',
  showLearnt: 'farthing.showLearnt',
  resetLearnt: 'farthing.resetLearnt',
  exportChat: 'farthing.exportChat',
  importChats: 'farthing.importChats',
  restoreHistory: 'farthing.restoreHistory',
  checkHistory: 'farthing.checkHistory',
  showRoutingReport: 'farthing.showRoutingReport',
  newExperiment: 'farthing.newExperiment',
  showExperiments: 'farthing.showExperiments',
  startGateway: 'farthing.startGateway',
  stopGateway: 'farthing.stopGateway',
  showGateway: 'farthing.showGateway',
  copyGateway: 'farthing.copyGateway',
  connectClient: 'farthing.connectClient',
  showGatewayClients: 'farthing.showGatewayClients',
  runAgent: 'farthing.runAgent',
  showActions: 'farthing.showActions',
  useInEditorChat: 'farthing.useInEditorChat',
  pressChatButton: 'farthing.pressChatButton',
  openSettings: 'farthing.openSettings',
  openWalkthrough: 'farthing.openWalkthrough',
  setOutboundSecret: 'farthing.setOutboundSecret',
  showLog: 'farthing.showLog',
} as const;

export type CommandId = (typeof commands)[keyof typeof commands];

export const views = { chat: 'farthing.chat', providers: 'farthing.providers', container: 'farthing' } as const;
/** Kind of the tabs that hold a chat. */
export const chatEditorType = 'farthing.chatEditor';
export const statusBarItemId = 'farthing.budget';
export const walkthroughId = 'start';

/** What the editor's own chat knows of us: who gives the models, whom one speaks to, and tools of agents. */
export const languageModelVendor = 'farthing';
export const chatParticipantId = 'farthing.chat.participant';
export const languageModelTools = { ask: 'farthing_ask', estimateCost: 'farthing_estimateCost', spend: 'farthing_spend' } as const;

/** Keys of `when` clauses. */
export const contextKeys = { running: 'farthing.running', demo: 'farthing.demo', writingCommit: 'farthing.writingCommit', proposing: 'farthing.proposing' } as const;
