import * as vscode from 'vscode';
import { t } from '../shared/l10n';
import { type Disregarded, inForce, type SettingKey, type SettingValues, settings, variableOf } from '../shared/settings';

const section = 'farthing';

/** A setting that is not in force, in words that name it. */
export interface SettingProblem {
  readonly key: string;
  readonly sentence: string;
}

export interface SettingsRead {
  readonly values: SettingValues;
  readonly problems: readonly SettingProblem[];
  /** Settings whose value is that of an environment variable. */
  readonly byVariable: readonly { readonly key: SettingKey; readonly variable: string }[];
}

/** Reads every setting, of the environment first, the folder's only where it is stricter; a bad value is replaced by the default and reported by name. */
export function readSettings(): SettingsRead {
  const configuration = vscode.workspace.getConfiguration(section);
  const problems: SettingProblem[] = [];
  const values: Record<string, unknown> = {};
  const byVariable: { key: SettingKey; variable: string }[] = [];
  const variableOfFolder = folderSaysVariables();
  for (const key of Object.keys(settings).filter(isSettingKey)) {
    const written = configuration.inspect(key);
    const variable = variableOf(key);
    const read = inForce(key, { user: written?.globalValue, folder: [written?.workspaceValue, written?.workspaceFolderValue], variable: variable && process.env[variable], variableOfFolder });
    const { disregarded } = read;
    values[key] = read.value;
    if (variable !== undefined && read.byVariable) byVariable.push({ key, variable });
    for (const one of disregarded) problems.push({ key, sentence: sentenceFor(key, one) });
  }
  // In a folder that is not trusted no key is used but for what the person asks, and nothing of it is told to others.
  if (!vscode.workspace.isTrusted) Object.assign(values, { 'shadow.share': 0, 'telemetry.content': false });
  if (!areComplete(values)) throw new Error('a setting of the table was not read');
  return { values, problems, byVariable };
}

/** The loosest value of a setting that the person could put into force here, and what keeps it there. */
export function loosest<K extends SettingKey>(key: K, value: SettingValues[K]): { readonly value: unknown; readonly by: 'folder' | 'variable' } {
  const written = vscode.workspace.getConfiguration(section).inspect(key);
  const variable = variableOf(key);
  const read = inForce(key, { user: value, folder: [written?.workspaceValue, written?.workspaceFolderValue], variable: variable && process.env[variable], variableOfFolder: folderSaysVariables() });
  return { value: read.value, by: read.byVariable ? 'variable' : 'folder' };
}

/** What runs in such a container is said by the folder, its environment included. */
function folderSaysVariables(): boolean {
  return /container|codespaces|gitpod/.test(vscode.env.remoteName ?? '');
}

/** What was begun last of writing settings. An object, so that bundles, which have copies of this file, can share one. */
export interface SettingWrites {
  last: Promise<unknown>;
}

let writes: SettingWrites = { last: Promise.resolve() };

export function settingWrites(): SettingWrites {
  return writes;
}

/** Takes the writings of another bundle for one's own. */
export function shareSettingWrites(shared: SettingWrites): void {
  writes = shared;
}

/** Resolves once what was chosen before is in force, or could not be written; never rejects. Over a slow connection that takes a moment. */
export async function settingsWritten(): Promise<void> {
  await writes.last;
}

export async function writeSetting<K extends SettingKey>(key: K, value: SettingValues[K] | undefined): Promise<void> {
  const written = vscode.workspace.getConfiguration(section).update(key, value, vscode.ConfigurationTarget.Global);
  writes.last = Promise.allSettled([writes.last, written]);
  await written;
  const overruled = readSettings().byVariable.find((one) => one.key === key);
  if (overruled) void vscode.window.showWarningMessage(t('Your setting is saved, but the environment variable {0} overrides it. Remove the variable and restart the editor to use the setting.', overruled.variable));
}

export function onSettingsChanged(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(section)) listener();
  });
}

/** Each value came out of `inForce`, which gives only what its schema takes. */
function areComplete(values: Record<string, unknown>): values is Record<string, unknown> & SettingValues {
  return Object.keys(settings).every((key) => key in values);
}

function isSettingKey(key: string): key is SettingKey {
  return key in settings;
}

function sentenceFor(key: SettingKey, one: Disregarded): string {
  if (one.why === 'invalid') return t('The setting {0} is not valid ({1}). Its default is used instead.', `farthing.${key}${one.field}`, one.message);
  if (one.why === 'variable') return t('The environment variable {0} is not a value of its setting ({1}). It is ignored.', variableOf(key) ?? key, one.message);
  return t('This folder sets farthing.{0} to a looser value than yours. A folder may only make it stricter, so yours stays in force.', key);
}
