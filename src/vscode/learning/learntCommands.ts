import * as vscode from 'vscode';
import type { App } from '../../core/app';
import { t } from '../../shared/l10n';
import { untilStopped } from '../keyCommands';
import { MarkdownPage } from '../markdownPage';
import { plainText } from '../plainText';
import { learntText, outcomesText } from './learntText';

/** What was learnt, as a page that renews itself each time the command is run. */
export class LearntPage {
  readonly #page: MarkdownPage;

  constructor(private readonly app: App) {
    this.#page = new MarkdownPage('farthing-learnt', t('What Farthing learnt'));
  }

  async show(): Promise<void> {
    const report = await untilStopped(t('Reading what was learnt'), () => this.app.learningReport());
    if (report) await this.#page.show(learntText(report, Date.now()));
  }
}

/** Forgets what was learnt of a model or of all, after asking; what was forgotten can be brought back as long as this window is open. */
export async function resetLearnt(app: App): Promise<void> {
  const report = await untilStopped(t('Reading what was learnt'), () => app.learningReport());
  if (!report) return;
  const undo = { label: `$(discard) ${t('Bring back what was forgotten last')}`, does: 'undo' as const };
  const everything = { label: `$(clear-all) ${t('Everything')}`, description: t(report.models.length === 1 ? '{0} model' : '{0} models', report.models.length), does: 'forget' as const };
  const rows: readonly (vscode.QuickPickItem & { readonly does: 'undo' | 'forget'; readonly card?: string; readonly name?: string })[] = [
    ...(app.canTakeBackForgetting ? [undo] : []),
    ...(report.models.length + report.ofOthers > 0 ? [everything] : []),
    ...report.models.map(({ card, name, outcomes }) => ({ label: plainText(name), description: outcomesText(outcomes), does: 'forget' as const, card, name })),
  ];
  if (rows.length === 0) {
    void vscode.window.showInformationMessage(t('Nothing was learnt yet, so there is nothing to forget.'));
    return;
  }
  const picked = await vscode.window.showQuickPick(rows, { title: t('Farthing: Reset What Was Learnt'), placeHolder: t('Forget what was learnt of which model?') });
  if (!picked) return;
  if (picked.does === 'undo') await bringBack(app);
  else await forget(app, picked.card, picked.name === undefined ? undefined : plainText(picked.name));
}

async function forget(app: App, card: string | undefined, name: string | undefined): Promise<void> {
  const yes = t('Forget');
  const detail = t('Models are chosen by what others measured again, until new outcomes come in. Conversations, their ratings and the ledger stay as they are.');
  if ((await vscode.window.showWarningMessage(name === undefined ? t('Forget what was learnt of all models?') : t('Forget what was learnt of {0}?', name), { modal: true, detail }, yes)) !== yes) return;
  await app.forgetLearnt(card);
  const undo = t('Undo');
  if ((await vscode.window.showInformationMessage(name === undefined ? t('What was learnt of all models is forgotten.') : t('What was learnt of {0} is forgotten.', name), undo)) === undo) await bringBack(app);
}

async function bringBack(app: App): Promise<void> {
  await app.takeBackForgetting();
  void vscode.window.showInformationMessage(t('What was forgotten last is back.'));
}
