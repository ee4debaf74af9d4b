import * as vscode from 'vscode';
import type { App } from '../../core/app';
import { t } from '../../shared/l10n';
import { type ChatState, qualityNames } from '../../shared/protocol';
import { loosest } from '../settings';
import { budgetView } from './chatViews';

/** What is left of the budgets, the tightest first. */
export async function budgetViews(app: App, threadId: string | undefined): Promise<ChatState['budgets']> {
  const overview = await app.budgets(threadId);
  if (!overview) return [];
  const now = Date.now();
  const rest = overview.statuses.filter((status) => status !== overview.tightest);
  return [overview.tightest, ...rest].map((status) => budgetView(status, now));
}

export async function setupView(app: App): Promise<ChatState['setup']> {
  const providers = await app.providers();
  return { providers: providers.filter(({ askable }) => askable).map(({ provider }) => provider.name), demo: app.realm() === 'demo', trusted: vscode.workspace.isTrusted };
}

export function qualityState(app: App): Pick<ChatState, 'quality' | 'qualityLimit'> {
  const { value, by } = loosest('quality', 'quality');
  const most = qualityNames.find((name) => name === value);
  const { quality } = app.settings();
  if (most === undefined || most === 'quality') return { quality, qualityLimit: undefined };
  return { quality, qualityLimit: { most, why: by === 'folder' ? t('The settings of this folder allow {0} at most.', most) : t('An environment variable sets the quality to {0}.', most) } };
}
