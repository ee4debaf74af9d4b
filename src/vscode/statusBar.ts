import * as vscode from 'vscode';
import type { App } from '../core/app';
import { type BudgetOverview, type BudgetStatus, percentSpent } from '../core/model/budget';
import type { CallRecord } from '../core/model/call';
import { formatTotalUsd, formatUsd } from '../core/model/money';
import type { Log } from '../core/ports/log';
import { commands, statusBarItemId } from '../shared/contributions';
import { budgetView } from './chat/chatViews';
import { costText } from './costText';
import { duration } from './failureTexts';

const names = { day: 'Today', week: 'This week', month: 'This month', conversation: 'This chat' } as const;

/** The budget meter in the status bar: the tightest budget, coloured at 75, 90 and 100 %, with a table on hover. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem(statusBarItemId, vscode.StatusBarAlignment.Right, 90);
  readonly #subscriptions: readonly vscode.Disposable[];

  #looking = false;
  #lookAgain = false;

  constructor(
    private readonly app: App,
    private readonly log: Log,
  ) {
    this.#item.name = 'Farthing Budget';
    this.#item.command = commands.showActions;
    this.#subscriptions = [
      this.#item,
      new vscode.Disposable(app.onBudgetChanged(() => this.refresh())),
      new vscode.Disposable(app.onSetupChanged(() => this.refresh())),
    ];
  }

  dispose(): void {
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** One look at the books at a time; all that change meanwhile are one more look. */
  refresh(): void {
    this.#lookAgain = true;
    if (!this.#looking) void this.#look();
  }

  async #look(): Promise<void> {
    this.#looking = true;
    while (this.#lookAgain) {
      this.#lookAgain = false;
      await this.#draw().catch((error: unknown) => this.log.error('the status bar could not be drawn', error));
    }
    this.#looking = false;
  }

  async #draw(): Promise<void> {
    if (!this.app.settings()['statusBar.visible']) return this.#item.hide();
    const overview = await this.app.budgets(undefined);
    if (!overview) {
      this.#item.text = '$(credit-card) —';
      this.#item.tooltip = 'Farthing: the ledger cannot be read. Click for actions.';
      this.#item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
      return this.#item.show();
    }
    const { tightest, realm } = overview;
    const view = budgetView(tightest, Date.now());
    const demo = realm === 'demo' ? 'demo ' : '';
    this.#item.text = `$(credit-card) ${demo}${view.text}`;
    this.#item.accessibilityInformation = { label: `Farthing ${demo}budget ${view.label}: ${tightest.limit === undefined ? formatUsd(tightest.spent) : `${formatUsd(tightest.spent)} of ${formatUsd(tightest.limit)}`}`, role: 'button' };
    const colours = { ok: undefined, warn: undefined, high: 'statusBarItem.warningBackground', over: 'statusBarItem.errorBackground' } as const;
    const background = colours[view.level];
    this.#item.backgroundColor = background === undefined ? undefined : new vscode.ThemeColor(background);
    this.#item.color = view.level === 'warn' ? new vscode.ThemeColor('editorWarning.foreground') : undefined;
    this.#item.tooltip = tooltip(overview, await this.app.lastCall(), Date.now());
    this.#item.show();
  }
}

function tooltip(overview: BudgetOverview, last: CallRecord | undefined, now: number): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  text.appendMarkdown(overview.realm === 'demo' ? '**Farthing** – demo, play money\n\n' : '**Farthing**\n\n');
  text.appendMarkdown('| | Spent | Limit | Used | Resets |\n|:--|--:|--:|--:|:--|\n');
  for (const status of overview.statuses) text.appendMarkdown(`${row(status, now)}\n`);
  if (overview.monthForecast !== undefined && overview.monthForecast > 0) text.appendMarkdown(`\nAt this pace the month will cost about ${formatTotalUsd(overview.monthForecast).replaceAll('$', '\\$')}.\n`);
  const held = overview.statuses.reduce((most, status) => Math.max(most, status.held), 0);
  if (held > 0) text.appendMarkdown('\nAn answer under way is held on top of this.\n');
  const unknown = overview.statuses.find(({ scope }) => scope === 'month')?.unknownCalls ?? 0;
  if (unknown > 0) text.appendMarkdown(`\n${unknown} ${unknown === 1 ? 'call' : 'calls'} of unknown price this month.\n`);
  if (last) {
    text.appendMarkdown('\nLast call: ');
    // Model ids come from providers: text, never Markdown.
    text.appendText(`${last.model}, ${costText(last.charge.amount, last.charge.source)}, ${(last.timing.totalMs / 1000).toFixed(1)} s`);
  }
  return text;
}

function row(status: BudgetStatus, now: number): string {
  const percent = percentSpent(status);
  const cells = [names[status.scope], formatUsd(status.spent), status.limit === undefined ? 'none' : formatUsd(status.limit), percent === undefined ? '' : `${Math.floor(percent)} %`, status.resetsAt === undefined ? '' : `in ${duration(status.resetsAt - now)}`];
  return `| ${cells.map((cell) => cell.replaceAll('$', '\\$')).join(' | ')} |`;
}
