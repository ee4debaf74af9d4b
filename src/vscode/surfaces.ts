import { randomBytes } from 'node:crypto';
import { parseEnv } from 'node:util';
import * as vscode from 'vscode';
import type { App } from '../core/app';
import type { Log } from '../core/ports/log';
import { type CommandId, commands, walkthroughId } from '../shared/contributions';
import { Actions } from './actions';
import { askSelection } from './askSelection';
import { ChatView } from './chat/chatView';
import { followEditorModels } from './editorModels';
import { FoundKeys } from './foundKeys';
import { checkAndKeep, checkProviders, removeApiKey, setApiKey } from './keyCommands';
import { targetOf } from './providers/nodes';
import { ProvidersView } from './providers/providersView';
import type { RareDependencies } from './rareCommands';
import { isRare, type RareHandlers, runHandler, setContextKey, type UsualHandlers } from './register';
import { pluginNotices } from './pluginNotices';
import { pluginDiagnostics } from './pluginDiagnostics';
import { Replacements } from './replaceSelection';
import { plainText } from './plainText';
import { BrowserSignIn } from './signIn';
import { onSettingsChanged, readSettings, type SettingProblem, type SettingsRead, writeSetting } from './settings';
import { StatusBar } from './statusBar';

export interface SurfaceDependencies {
  readonly app: App;
  readonly context: vscode.ExtensionContext;
  readonly settings: SettingsRead;
  readonly log: Log;
  readonly channel: vscode.LogOutputChannel;
  readonly parseYaml: (text: string) => unknown;
  /** Loads what the rarely used commands do. */
  readonly rareHandlers: (dependencies: RareDependencies) => RareHandlers;
}

/** What the entry of the extension hands on to. */
export interface Surfaces {
  readonly chat: vscode.WebviewViewProvider;
  /** Addresses of this extension that the browser or another program opens. */
  readonly uris: vscode.UriHandler;
  /** Runs a command of ours; never rejects. */
  run(id: CommandId, argument: unknown): Promise<unknown>;
  readonly mounted: vscode.Disposable;
}

/** Mounts every surface. Each owns its widget and listens to the app; they do not know one another. */
export function mountSurfaces({ app, context, settings, log, channel, parseYaml, rareHandlers }: SurfaceDependencies): Surfaces {
  const replacements = new Replacements((answerId, fate) => void app.noteEdit(answerId, fate));
  let settingsRead: Pick<SettingsRead, 'problems' | 'byVariable'> = settings;
  const applySettings = ({ values, problems, byVariable }: SettingsRead) => {
    if (byVariable.length > 0) log.info(`in force by the environment: ${byVariable.map(({ variable }) => variable).join(', ')}`);
    const fields = app.applySettings(values);
    setContextKey('demo', app.realm() === 'demo');
    settingsRead = { byVariable, problems: [...problems, ...fields.map(({ field, message }) => ({ key: field, sentence: `The setting ${field} is not valid (${message}). It is ignored.` }))] };
    tellProblems(log, settingsRead.problems);
  };
  // Before anybody listens: at start nobody opens the books.
  applySettings(settings);
  const actions = new Actions(app, context.globalStorageUri);
  const chat = new ChatView({ app, actions, replacements, log, extensionUri: context.extensionUri, state: context.workspaceState, createNonce: () => randomBytes(16).toString('hex') });
  const statusBar = new StatusBar(app, log);
  const providersView = new ProvidersView(app, log);
  const signIn = new BrowserSignIn(app, context.extension.id, log);
  const foundKeys = new FoundKeys(app, context.globalState, parseEnv, process.env, (provider, key) => checkAndKeep(app, provider, key));

  let rare: RareHandlers | undefined;
  const rareOnes = () => (rare ??= rareHandlers({ app, actions, log, extensionUri: context.extensionUri, parseYaml, settingsRead: () => settingsRead }));

  const handlers: UsualHandlers = {
    [commands.askSelection]: () => askSelection({ chat, replacements }),
    [commands.openChat]: () => chat.focus(),
    [commands.newChat]: () => chat.newThread(),
    [commands.stopAnswer]: () => chat.stop(),
    [commands.setApiKey]: (argument) => setApiKey(app, foundKeys, targetOf(argument).providerId),
    [commands.signIn]: (argument) => signIn.start(targetOf(argument).providerId),
    [commands.removeApiKey]: (argument) => removeApiKey(app, targetOf(argument).providerId),
    [commands.checkProviders]: () => checkProviders(app),
    [commands.setBudget]: () => actions.setBudget(),
    [commands.chooseQuality]: () => actions.chooseQuality(),
    [commands.pinModel]: () => actions.pinModel(),
    [commands.refreshModels]: () => actions.refreshModels(),
    [commands.showProviders]: () => providersView.focus(),
    [commands.startDemo]: async () => {
      await writeSetting('demo.enabled', true);
      await chat.focus();
    },
    [commands.leaveDemo]: async () => {
      await writeSetting('demo.enabled', undefined);
      if (!(await app.providers()).some(({ askable }) => askable)) await setApiKey(app, foundKeys);
    },
    [commands.showActions]: () => actions.show(),
    [commands.openSettings]: () => vscode.commands.executeCommand('workbench.action.openSettings', `@ext:${context.extension.id}`),
    [commands.openWalkthrough]: () => vscode.commands.executeCommand('workbench.action.openWalkthrough', `${context.extension.id}#${walkthroughId}`),
    [commands.showLog]: () => channel.show(),
  };

  const offerKeys = () => void foundKeys.offer().catch((error: unknown) => log.error('looking for keys failed', error));
  statusBar.refresh();
  offerKeys();

  const mounted = vscode.Disposable.from(
    replacements,
    chat,
    statusBar,
    providersView,
    signIn,
    pluginNotices(app, log),
    pluginDiagnostics(app),
    followEditorModels(app),
    onSettingsChanged(() => applySettings(readSettings())),
    vscode.workspace.onDidGrantWorkspaceTrust(() => applySettings(readSettings())),
    vscode.workspace.onDidGrantWorkspaceTrust(offerKeys),
  );
  return { chat, uris: signIn, run: (id, argument) => runHandler(log, id, () => (isRare(id) ? rareOnes()[id] : handlers[id])(argument)), mounted };
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
  const sentences = [...fresh.slice(0, mostTold).map(({ sentence }) => sentence), ...(fresh.length > mostTold ? [`The log names ${fresh.length - mostTold} more.`] : [])];
  const open = 'Open Settings';
  void vscode.window.showWarningMessage(plainText(sentences.join(' ')), open).then((choice) => choice === open && vscode.commands.executeCommand('workbench.action.openSettings', first.key.replace(/\[.*$/, '')));
}
