import * as vscode from 'vscode';
import { type SettingKey, type SettingValues, settings, tighten } from '../shared/contributions';

const section = 'farthing';

/** A setting that is not in force, in words that name it. */
export interface SettingProblem {
  readonly key: string;
  readonly sentence: string;
}

export interface SettingsRead {
  readonly values: SettingValues;
  readonly problems: readonly SettingProblem[];
}

/** Reads every setting, the folder's only where it is stricter; a bad value is replaced by the default and reported by name. */
export function readSettings(): SettingsRead {
  const configuration = vscode.workspace.getConfiguration(section);
  const problems: SettingProblem[] = [];
  const values: Record<string, unknown> = {};
  for (const key of Object.keys(settings)) {
    if (isSettingKey(key)) values[key] = readOne(configuration, key, problems);
  }
  if (!areValid(values)) throw new Error('a default in the table of settings does not fit its own schema');
  return { values, problems };
}

export async function writeSetting<K extends SettingKey>(key: K, value: SettingValues[K] | undefined): Promise<void> {
  await vscode.workspace.getConfiguration(section).update(key, value, vscode.ConfigurationTarget.Global);
}

export function onSettingsChanged(listener: () => void): vscode.Disposable {
  return vscode.workspace.onDidChangeConfiguration((event) => {
    if (event.affectsConfiguration(section)) listener();
  });
}

function areValid(values: Record<string, unknown>): values is Record<string, unknown> & SettingValues {
  return Object.entries(settings).every(([key, row]) => row.schema.safeParse(values[key]).success);
}

function isSettingKey(key: string): key is SettingKey {
  return key in settings;
}

function readOne(configuration: vscode.WorkspaceConfiguration, key: SettingKey, problems: SettingProblem[]): unknown {
  const row = settings[key];
  const inspected = configuration.inspect(key);
  const user = checked(key, inspected?.globalValue, problems) ?? row.default;
  const folder = checked(key, inspected?.workspaceFolderValue ?? inspected?.workspaceValue, problems);
  const { value, ignored } = tighten('tightens' in row ? row.tightens : undefined, user, folder);
  if (ignored) problems.push({ key, sentence: vscode.l10n.t('This folder sets farthing.{0} to a looser value than yours. A folder may only make it stricter, so yours stays in force.', key) });
  return value;
}

/** The value if it is valid; otherwise undefined, with a problem that names the field. `null` is a value. */
function checked(key: SettingKey, value: unknown, problems: SettingProblem[]): unknown {
  if (value === undefined) return undefined;
  const parsed = settings[key].schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  const field = [`farthing.${key}`, ...(issue?.path ?? [])].join('.');
  problems.push({ key, sentence: vscode.l10n.t('The setting {0} is not valid ({1}). Its default is used instead.', field, issue?.message ?? 'unknown problem') });
  return undefined;
}
