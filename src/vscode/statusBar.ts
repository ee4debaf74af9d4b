import * as vscode from 'vscode';
import type { App } from '../core/app';
import { type BudgetOverview, type BudgetStatus, percentSpent } from '../core/model/budget';
import type { LastCall } from '../core/model/call';
import { formatTotalUsd, formatUsd } from '../core/model/money';
import type { Log } from '../core/ports/log';
import { commands, statusBarItemId } from '../shared/contributions';
import { t } from '../shared/l10n';
import { budgetView } from './chat/chatViews';
import { lastCallText } from './costText';
import { duration } from './failureTexts';

/** The budget meter in the status bar: the tightest budget, coloured at 75, 90 and 100 %, with a table on hover. */
export class StatusBar implements vscode.Disposable {
  readonly #item = vscode.window.createStatusBarItem(statusBarItemId, vscode.StatusBarAlignment.Right, 90);
  readonly #subscriptions: readonly vscode.Disposable[];

  #looking = false;
  #lookAgain = false;

  constructor(
    private readonly app: App,
    private readonly log: Log,
    /** Adds to the tooltip what the gateway has to say. */
    private readonly addGateway: (tooltip: vscode.MarkdownString) => Promise<void> = async () => undefined,
  ) {
    this.#item.name = t('Farthing Budget');
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
      this.#item.tooltip = t('Farthing: the ledger cannot be read. Click for actions.');
      this.#item.backgroundColor = new vscode.ThemeColor('statusBarItem.warningBackground');
      return this.#item.show();
    }
    // First, so that all changes at once: a tooltip that is changed after the text closes under the mouse.
    const text = tooltip(overview, await this.app.lastCall(), Date.now());
    await this.addGateway(text);
    const { tightest, realm } = overview;
    const view = budgetView(tightest, Date.now());
    const isDemo = realm === 'demo';
    this.#item.text = `$(credit-card) ${isDemo ? t('demo {0}', view.text) : view.text}`;
    this.#item.accessibilityInformation = { label: t(isDemo ? 'Farthing demo budget {0}: {1}' : 'Farthing budget {0}: {1}', view.label, tightest.limit === undefined ? formatUsd(tightest.spent) : t('{0} of {1}', formatUsd(tightest.spent), formatUsd(tightest.limit))), role: 'button' };
    const colours = { ok: undefined, warn: undefined, high: 'statusBarItem.warningBackground', over: 'statusBarItem.errorBackground' } as const;
    const background = colours[view.level];
    this.#item.backgroundColor = background === undefined ? undefined : new vscode.ThemeColor(background);
    this.#item.color = view.level === 'warn' ? new vscode.ThemeColor('editorWarning.foreground') : undefined;
    this.#item.tooltip = text;
    this.#item.show();
  }
}

function tooltip(overview: BudgetOverview, last: LastCall | undefined, now: number): vscode.MarkdownString {
  const text = new vscode.MarkdownString();
  // Links to these of our own commands, and to no others.
  text.isTrusted = { enabledCommands: [commands.startGateway, commands.stopGateway, commands.copyGateway, commands.showGateway] };
  text.appendMarkdown(`**Farthing**${overview.realm === 'demo' ? ` – ${t('demo, play money')}` : ''}\n\n`);
  text.appendMarkdown(`| | ${t('Spent')} | ${t('Limit')} | ${t('Used')} | ${t('Resets')} |\n|:--|--:|--:|--:|:--|\n`);
  for (const status of overview.statuses) text.appendMarkdown(`${row(status, now)}\n`);
  if (overview.monthForecast !== undefined && overview.monthForecast > 0) text.appendMarkdown(`\n${t('At this pace the month will cost about {0}.', formatTotalUsd(overview.monthForecast).replaceAll('$', '\\$'))}\n`);
  const held = overview.statuses.reduce((most, status) => Math.max(most, status.held), 0);
  if (held > 0) text.appendMarkdown(`\n${t('An answer under way is held on top of this.')}\n`);
  const unknown = overview.statuses.find(({ scope }) => scope === 'month')?.unknownCalls ?? 0;
  if (unknown > 0) text.appendMarkdown(`\n${t(unknown === 1 ? '{0} call of unknown price this month.' : '{0} calls of unknown price this month.', unknown)}\n`);
  if (last) {
    text.appendMarkdown('\n');
    // Models are called what providers call them: text, never Markdown.
    text.appendText(t('Last call: {0}', lastCallText(last, now)));
  }
  return text;
}

function scopeText(scope: BudgetStatus['scope']): string {
  return { day: t('Today'), week: t('This week'), month: t('This month'), conversation: t('This chat'), client: t('This client') }[scope];
}

function row(status: BudgetStatus, now: number): string {
  const percent = percentSpent(status);
  const cells = [scopeText(status.scope), formatUsd(status.spent), status.limit === undefined ? t('none') : formatUsd(status.limit), percent === undefined ? '' : `${Math.floor(percent)} %`, status.resetsAt === undefined ? '' : t('in {0}', duration(status.resetsAt - now))];
  return `| ${cells.map((cell) => cell.replaceAll('$', '\\$')).join(' | ')} |`;
}
