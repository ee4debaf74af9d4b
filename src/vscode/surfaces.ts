import { randomBytes } from 'node:crypto';
import { parseEnv } from 'node:util';
import * as vscode from 'vscode';
import type { App } from '../core/app';
import type { Log } from '../core/ports/log';
import { type CommandId, commands, walkthroughId } from '../shared/contributions';
import { t } from '../shared/l10n';
import type { Actions } from './actions';
import { ChatEditors } from './chat/chatEditors';
import { ChatView } from './chat/chatView';
import type { ContextRoom, OpenContext } from './context/openContext';
import type { EditorDependencies } from './editor/editorHandlers';
import { quickFixes } from './editor/quickFixes';
import { followEditorModels } from './editorModels';
import type { EditsDependencies } from './edits/answerEdits';
import type { Edits } from './edits/edits';
import { FoundKeys } from './foundKeys';
import type { GatewayRoom } from './gateway/gatewayRoom';
import type { LanguageModelDependencies, LanguageModelRoom } from './languageModels/openLanguageModels';
import { ProvidersView } from './providers/providersView';
import type { RareDependencies, RareParts } from './rareCommands';
import { type EditorHandlers, isOfEditor, isOfGateway, isRare, runCommand, runHandler, setContextKey, type UsualHandlers } from './register';
import { pluginNotices } from './pluginNotices';
import { pluginDiagnostics } from './pluginDiagnostics';
import { Replacements } from './replaceSelection';
import { plainText } from './plainText';
import { onSettingsChanged, readSettings, type SettingProblem, type SettingsRead, settingWrites, writeSetting } from './settings';
import { StatusBar } from './statusBar';
import { keptRuns } from './terminalAgents/keptRuns';
import { TerminalCommands } from './terminalCommands';

export interface SurfaceDependencies {
  readonly app: App;
  readonly context: vscode.ExtensionContext;
  readonly settings: SettingsRead;
  readonly log: Log;
  readonly channel: vscode.LogOutputChannel;
  readonly parseYaml: (text: string) => unknown;
  /** Loads what reads and offers what goes with questions. */
  readonly openContext: OpenContext;
  /** Loads what puts the code of answers into files. */
  readonly edits: (dependencies: EditsDependencies) => Edits;
  /** Loads what the commands in the menus of editors do. */
  readonly editorHandlers: (dependencies: EditorDependencies) => EditorHandlers;
  /** Loads what Farthing is to the editor's own chat. */
  readonly openLanguageModels: (dependencies: LanguageModelDependencies) => LanguageModelRoom;
  /** Loads the gateway and the agents in terminals. `changed`: what the status bar's tooltip says of them is no longer so. */
  readonly openGatewayRoom: (changed: () => void) => GatewayRoom;
  /** Loads what the rarely used commands do. */
  readonly openRareParts: (dependencies: RareDependencies) => RareParts;
}

/** What the entry of the extension hands on to. */
export interface Surfaces {
  readonly chat: vscode.WebviewViewProvider;
  /** Brings the chats in tabs back in a window that was loaded again. */
  readonly chatEditors: vscode.WebviewPanelSerializer;
  /** Addresses of this extension that the browser or another program opens. */
  readonly uris: vscode.UriHandler;
  /** What Farthing is to the editor's own chat. The first caller's `offersChanged` is told of changes. */
  languageModels(offersChanged: () => void): LanguageModelRoom;
  /** Runs a command of ours; never rejects. */
  run(id: CommandId, argument: unknown): Promise<unknown>;
  /** Gives what only one window can have to another one. */
  close(): Promise<void>;
  readonly mounted: vscode.Disposable;
}

/** Mounts every surface. Each owns its widget and listens to the app; they do not know one another. */
export function mountSurfaces({ app, context, settings, log, channel, parseYaml, edits: openEdits, openContext, openLanguageModels, editorHandlers, openGatewayRoom, openRareParts }: SurfaceDependencies): Surfaces {
  const replacements = new Replacements((answerId, fate) => void app.noteEdit(answerId, fate));
  let settingsRead: Pick<SettingsRead, 'problems' | 'byVariable'> = settings;
  const applySettings = ({ values, problems, byVariable }: SettingsRead) => {
    if (byVariable.length > 0) log.info(`in force by the environment: ${byVariable.map(({ variable }) => variable).join(', ')}`);
    const fields = app.applySettings(values);
    setContextKey('demo', app.realm() === 'demo');
    settingsRead = { byVariable, problems: [...problems, ...fields.map(({ field, message }) => ({ key: field, sentence: t('The setting {0} is not valid ({1}). It is ignored.', field, message) }))] };
    tellProblems(log, settingsRead.problems);
  };
  // Before anybody listens: at start nobody opens the books.
  applySettings(settings);
  let opened: Edits | undefined;
  const edits = () => (opened ??= openEdits({ replacements, log, storage: context.globalStorageUri, now: Date.now }));
  const terminals = new TerminalCommands();
  let room: ContextRoom | undefined;
  const contextRoom = () => (room ??= openContext({ terminals: () => terminals.list(), countTokens: app.estimateTokens }));
  const actions = { run: (...action: Parameters<Actions['run']>) => rareOnes().actions.run(...action) };
  const chatDependencies = { app, actions, replacements, edits, log, context: contextRoom, extensionUri: context.extensionUri, state: context.workspaceState, createNonce: () => randomBytes(16).toString('hex') };
  const chat = new ChatView(chatDependencies);
  const chatEditors = new ChatEditors(chatDependencies, chat);
  let gateway: GatewayRoom | undefined;
  const gatewayRoom = () => (gateway ??= openGatewayRoom(() => statusBar.refresh()));
  const statusBar = new StatusBar(app, log, async (tooltip) => gateway?.describe(tooltip));
  const providersView = new ProvidersView((surface) => rareOnes().providerTree(surface));
  const foundKeys = new FoundKeys(app, context.globalState, parseEnv, process.env, (provider, key) => rareOnes().keepKey(provider, key));

  let ofEditor: EditorHandlers | undefined;
  const editorOnes = () => (ofEditor ??= editorHandlers({ app, actions, chat: chat.session, replacements, log, terminals, isIgnored: (uri) => contextRoom().isIgnored(uri) }));
  let rare: RareParts | undefined;
  const rareOnes = () => (rare ??= openRareParts({ app, foundKeys, chat: chat.session, replacements, log, extension: context, parseYaml, settingsRead: () => settingsRead, settingWrites: settingWrites() }));

  let models: LanguageModelRoom | undefined;
  const languageModels = (offersChanged: () => void) => (models ??= openLanguageModels({ app, actions, log, contextRoom, offersChanged }));

  const handlers: UsualHandlers = {
    [commands.openChat]: () => chat.session.focus(),
    [commands.addToChat]: (argument) => chat.session.addContext(argument),
    [commands.newChat]: () => chat.session.newThread(),
    [commands.openChatInEditor]: (argument) => chatEditors.open(typeof argument === 'string' ? argument : chat.session.threadId),
    [commands.newChatInEditor]: () => chatEditors.open(undefined),
    [commands.applyProposal]: () => edits().accept(),
    [commands.discardProposal]: () => edits().discard(),
    [commands.undoEdits]: () => edits().undoLatest(),
    [commands.stopAnswer]: () => chatEditors.stop(),
    [commands.showProviders]: () => providersView.focus(),
    [commands.startDemo]: async () => {
      await writeSetting('demo.enabled', true);
      await chat.session.focus();
    },
    [commands.leaveDemo]: async () => {
      await writeSetting('demo.enabled', undefined);
      if (!(await app.providers()).some(({ askable }) => askable)) await runCommand(commands.setApiKey);
    },
    [commands.openSettings]: () => vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${context.extension.id}`),
    [commands.openWalkthrough]: () => vscode.commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#${walkthroughId}`),
    [commands.showLog]: () => channel.show(),
    // Buttons are offered by what is open.
    [commands.pressChatButton]: (argument) => models?.pressButton(argument),
  };

  const offerKeys = () => void foundKeys.offer().catch((error: unknown) => log.error('looking for keys failed', error));
  // Only where somebody started it: everybody else loads none of it.
  const followGateway = (): unknown => (gateway ? gateway.settingsChanged() : (readSettings().values['gateway.enabled'] || Object.keys(keptRuns(context.workspaceState)).length > 0) && gatewayRoom());
  statusBar.refresh();
  offerKeys();
  followGateway();

  const mounted = vscode.Disposable.from(
    { dispose: () => opened?.dispose() },
    { dispose: () => void rare?.dispose() },
    { dispose: () => void models?.dispose() },
    replacements,
    chat,
    chatEditors,
    terminals,
    { dispose: () => room?.dispose() },
    { dispose: () => gateway?.dispose() },
    statusBar,
    providersView,
    quickFixes(),
    // Comparisons come back with the window.
    vscode.window.registerWebviewPanelSerializer('farthing.compare', { deserializeWebviewPanel: async (panel, saved: unknown) => void rareOnes().handlers[commands.compareModels](typeof saved === 'object' ? { ...saved, panel } : { panel }) }),
    pluginNotices(app, log),
    pluginDiagnostics(app),
    followEditorModels(app),
    onSettingsChanged(() => applySettings(readSettings())),
    onSettingsChanged(followGateway),
    vscode.workspace.onDidGrantWorkspaceTrust(followGateway),
    vscode.workspace.onDidGrantWorkspaceTrust(() => applySettings(readSettings())),
    vscode.workspace.onDidGrantWorkspaceTrust(offerKeys),
  );
  return { chat, chatEditors, languageModels, uris: { handleUri: (uri) => rareOnes().uris.handleUri(uri) }, run: (id, argument) => runHandler(log, id, () => (isRare(id) ? rareOnes().handlers[id] : isOfEditor(id) ? editorOnes()[id] : isOfGateway(id) ? gatewayRoom().handlers[id] : handlers[id])(argument)), close: async () => gateway?.close(), mounted };
}

const told = new WeakMap<Log, Set<string>>();

/** How many problems are told at once. */
const mostTold = 3;

/** Each problem is told once a window, several in one notification with a way to the first; all of them are in the log. */
function tellProblems(log: Log, problems: readonly SettingProblem[]): void {
  const before = told.get(log) ?? new Set<string>();
  told.set(log, before);
  const fresh = problems.filter(({ sentence }) => !before.has(sentence));
  const [first] = fresh;
  if (!first) return;
  for (const { sentence } of fresh) {
    log.warn(sentence);
    before.add(sentence);
  }
  const sentences = [...fresh.slice(0, mostTold).map(({ sentence }) => sentence), ...(fresh.length > mostTold ? [t('The log names {0} more.', fresh.length - mostTold)] : [])];
  const open = t('Open Settings');
  void vscode.window.showWarningMessage(plainText(sentences.join(' ')), open).then((choice) => choice === open && vscode.commands.executeCommand('workbench.action.openSettings', first.key.replace(/\[.*$/, '')));
}
