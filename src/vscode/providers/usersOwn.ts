import * as vscode from 'vscode';
import { type SettingKey, settings } from '../../shared/settings';

/** What the person's own settings say, without what a folder adds: only that can be written back. Not valid counts as not set. */
export const usersOwn = {
  excluded: (): readonly string[] => settings['models.excluded'].schema.safeParse(written('models.excluded')).data ?? settings['models.excluded'].default,
  prices: (): Readonly<Record<string, unknown>> => settings.prices.schema.safeParse(written('prices')).data ?? {},
  customProviders: (): readonly unknown[] => settings['providers.custom'].schema.safeParse(written('providers.custom')).data ?? [],
};

function written(key: SettingKey): unknown {
  return vscode.workspace.getConfiguration('farthing').inspect(key)?.globalValue;
}
