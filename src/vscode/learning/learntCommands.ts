import * as vscode from 'vscode';
import type { App } from '../../core/app';
import { untilStopped } from '../keyCommands';
import { MarkdownPage } from '../markdownPage';
import { plainText } from '../plainText';
import { learntText, outcomesText } from './learntText';

/** What was learnt, as a page that renews itself each time the command is run. */
export class LearntPage {
  readonly #page = new MarkdownPage('farthing-learnt', 'What Farthing learnt');

  constructor(private readonly app: App) {}

  async show(): Promise<void> {
    const report = await untilStopped('Reading what was learnt', () => this.app.learningReport());
    if (report) await this.#page.show(learntText(report, Date.now()));
  }
}

/** Forgets what was learnt of a model or of all, after asking; what was forgotten can be brought back as long as this window is open. */
export async function resetLearnt(app: App): Promise<void> {
  const report = await untilStopped('Reading what was learnt', () => app.learningReport());
  if (!report) return;
  const undo = { label: '$(discard) Bring back what was forgotten last', does: 'undo' as const };
  const everything = { label: '$(clear-all) Everything', description: `${report.models.length} ${report.models.length === 1 ? 'model' : 'models'}`, does: 'forget' as const };
  const rows: readonly (vscode.QuickPickItem & { readonly does: 'undo' | 'forget'; readonly card?: string; readonly name?: string })[] = [
    ...(app.canTakeBackForgetting ? [undo] : []),
    ...(report.models.length + report.ofOthers > 0 ? [everything] : []),
    ...report.models.map(({ card, name, outcomes }) => ({ label: plainText(name), description: outcomesText(outcomes), does: 'forget' as const, card, name })),
  ];
  if (rows.length === 0) {
    void vscode.window.showInformationMessage('Nothing was learnt yet, so there is nothing to forget.');
    return;
  }
  const picked = await vscode.window.showQuickPick(rows, { title: 'Farthing: Reset What Was Learnt', placeHolder: 'Forget what was learnt of which model?' });
  if (!picked) return;
  if (picked.does === 'undo') await bringBack(app);
  else await forget(app, picked.card, picked.name === undefined ? 'all models' : plainText(picked.name));
}

async function forget(app: App, card: string | undefined, what: string): Promise<void> {
  const yes = 'Forget';
  const detail = 'Models are chosen by what others measured again, until new outcomes come in. Conversations, their ratings and the ledger stay as they are.';
  if ((await vscode.window.showWarningMessage(`Forget what was learnt of ${what}?`, { modal: true, detail }, yes)) !== yes) return;
  await app.forgetLearnt(card);
  const undo = 'Undo';
  if ((await vscode.window.showInformationMessage(`What was learnt of ${what} is forgotten.`, undo)) === undo) await bringBack(app);
}

async function bringBack(app: App): Promise<void> {
  await app.takeBackForgetting();
  void vscode.window.showInformationMessage('What was forgotten last is back.');
}
