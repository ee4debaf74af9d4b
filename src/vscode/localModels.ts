import * as vscode from 'vscode';
import type { App } from '../core/app';
import type { Failure } from '../core/model/failure';
import type { PullProgress } from '../core/ports/wire';
import { commands } from '../shared/contributions';
import { decimal, t } from '../shared/l10n';
import { tell } from './failureTexts';
import { untilStopped } from './keyCommands';
import { plainText } from './plainText';
import { addServer } from './providers/addProvider';
import { usersOwn } from './providers/usersOwn';
import { runCommand } from './register';
import { writeSetting } from './settings';

const ollama = 'ollama';
const libraryPage = 'https://ollama.com/library';
const downloadPage = 'https://ollama.com/download';

/** Looks for servers that run models on this machine, and sets up those that are chosen. */
export async function findLocalServers(app: App): Promise<void> {
  const looked = await untilStopped(t('Looking for models on this machine'), (signal) => Promise.all([app.findLocalServers(signal), app.settings()['ollama.enabled'] ? undefined : app.checkKey(ollama, undefined, signal)]));
  if (looked === undefined) return;
  const [servers, ollamaCheck] = looked;
  const rows = [
    ...(ollamaCheck?.ok ? [{ label: 'Ollama', description: plainText(ollamaCheck.note ?? ''), detail: '127.0.0.1:11434', server: undefined, picked: true }] : []),
    ...servers.map((server) => ({
      label: plainText(server.entry.name),
      description: server.entry.auth === 'bearer' ? t('asks for a key') : t(server.models.length === 1 ? '{0} model' : '{0} models', server.models.length),
      detail: plainText([new URL(server.entry.baseUrl).host, ...server.models.slice(0, 5)].join(' · ')),
      server,
      picked: true,
    })),
  ];
  if (rows.length === 0) {
    const [again, byHand, pull] = [t('Look Again'), t('Add by Hand'), t('Get Ollama')];
    const choice = await vscode.window.showInformationMessage(t('No new server answers on this machine. Looked for Ollama, {0} at their usual ports. Start one, or add its address by hand.', app.localServerNames.join(', ')), again, byHand, pull);
    if (choice === again) await findLocalServers(app);
    else if (choice === byHand) await addServer(app);
    else if (choice === pull) await vscode.env.openExternal(vscode.Uri.parse(downloadPage));
    return;
  }
  const picked = await vscode.window.showQuickPick(rows, { canPickMany: true, title: t('Farthing: Models on This Machine'), placeHolder: t('Ask these servers from now on') });
  if (!picked || picked.length === 0) return;
  const entries = picked.flatMap(({ server }) => (server ? [server.entry] : []));
  if (entries.length > 0) await writeSetting('providers.custom', [...usersOwn.customProviders(), ...entries]);
  if (picked.some(({ server }) => server === undefined)) await writeSetting('ollama.enabled', true);
  const withKey = entries.filter(({ auth }) => auth === 'bearer');
  void vscode.window.showInformationMessage(plainText(t('{0} can be asked from now on.', picked.map(({ label }) => label).join(', '))));
  for (const { id } of withKey) await runCommand(commands.setApiKey, id);
}

/** Asks for a model's name and gets it onto this machine through Ollama, with progress that can be stopped. */
export async function pullModel(app: App, argument: unknown): Promise<void> {
  // In the status bar: it is over in a moment, and the notification of a moment would be in the way of the next ones.
  const reach = await vscode.window.withProgress({ location: vscode.ProgressLocation.Window, title: t('Asking Ollama') }, () => app.checkKey(ollama, undefined, new AbortController().signal));
  if (!reach.ok) return tellTrouble(app, reach.failure, argument);
  const model = await askForModel(typeof argument === 'string' ? argument : '');
  if (model === undefined) return;
  const failure = await vscode.window.withProgress({ location: vscode.ProgressLocation.Notification, title: plainText(t('Pulling {0}', model)), cancellable: true }, (progress, token) => {
    const abort = new AbortController();
    token.onCancellationRequested(() => abort.abort());
    return app.pullModel(ollama, model, reporter(progress), abort.signal);
  });
  if (failure) return tellTrouble(app, failure, model);
  if (app.settings()['ollama.enabled']) {
    const pin = t('Pin it');
    if ((await vscode.window.showInformationMessage(plainText(t('{0} is on this machine and can be asked. It costs nothing.', model)), pin)) === pin) await writeSetting('models.pinned', `${ollama}/${model.includes(':') ? model : `${model}:latest`}`);
    return;
  }
  const use = t('Use Ollama');
  if ((await vscode.window.showInformationMessage(plainText(t('{0} is on this machine. Ollama is not asked yet.', model)), use)) === use) await writeSetting('ollama.enabled', true);
}

function askForModel(value: string): Promise<string | undefined> {
  const input = vscode.window.createInputBox();
  input.title = t('Farthing: Pull a Model');
  input.prompt = t('Name and size as in the library of Ollama, for example qwen3:8b. It may be several gigabytes.');
  input.placeholder = 'qwen3:8b';
  input.value = value;
  const library: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('link-external'), tooltip: t('Open the library') };
  input.buttons = [library];
  input.onDidTriggerButton(() => void vscode.env.openExternal(vscode.Uri.parse(libraryPage)));
  return new Promise((resolve) => {
    input.onDidChangeValue(() => {
      input.validationMessage = undefined;
    });
    input.onDidAccept(() => {
      const name = input.value.trim();
      // Names of the library and of Hugging Face, e.g. hf.co/user/repository:Q4_K_M.
      if (!/^[\w.-]{1,100}(?:\/[\w.-]{1,100}){0,3}(?::[\w.-]{1,100})?$/.test(name)) {
        input.validationMessage = t('A name such as qwen3:8b, without spaces.');
        return;
      }
      resolve(name);
      input.dispose();
    });
    input.onDidHide(() => {
      resolve(undefined);
      input.dispose();
    });
    input.show();
  });
}

/** The bar goes by bytes; parts that are found later make it stand still, never go back. */
function reporter(progress: vscode.Progress<{ readonly message?: string; readonly increment?: number }>): (told: PullProgress) => void {
  let shown = 0;
  return ({ status, completedBytes, totalBytes }) => {
    if (completedBytes === undefined || totalBytes === undefined) {
      progress.report({ message: plainText(status) });
      return;
    }
    const percent = Math.floor((100 * completedBytes) / totalBytes);
    const increment = Math.max(0, percent - shown);
    shown += increment;
    progress.report({ message: plainText(t('{0}: {1} of {2} GB ({3} %)', status, gigabytes(completedBytes), gigabytes(totalBytes), percent)), increment });
  };
}

function gigabytes(bytes: number): string {
  return decimal(bytes / 1e9, bytes < 1e10 ? 2 : 1);
}

async function tellTrouble(app: App, failure: Failure, model: unknown): Promise<void> {
  const again = t('Try Again');
  const [sentence, page, label] = troubleOf(app, failure, typeof model === 'string' ? model : '');
  if (sentence === undefined) return;
  const choice = await vscode.window.showErrorMessage(plainText(sentence), again, ...(label === undefined ? [] : [label]));
  if (choice === again) await runCommand(commands.pullModel, model);
  else if (choice !== undefined && page !== undefined) await vscode.env.openExternal(vscode.Uri.parse(page));
}

function troubleOf(app: App, failure: Failure, model: string): readonly [sentence?: string, page?: string, label?: string] {
  switch (failure.kind) {
    case 'cancelled':
      return model === '' ? [] : [t('Pulling {0} was stopped. What was loaded is kept, and pulling it again goes on from there.', model)];
    case 'offline':
      return [t('Ollama is not running on this machine. Start it, or install it.'), downloadPage, t('Get Ollama')];
    case 'modelGone':
      return [t('The library of Ollama has no model called {0}. Look up its exact name.', model), libraryPage, t('Open the Library')];
    case 'truncated':
    case 'timedOut':
      return [t('Pulling {0} broke off. What was loaded is kept, and pulling it again goes on from there.', model)];
    default: {
      const { sentence, detail } = tell(failure, { nameOf: app.providerName, now: Date.now() });
      return [detail === undefined ? sentence : t('{0} could not be pulled: {1}', model, detail)];
    }
  }
}
