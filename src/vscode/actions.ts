import * as vscode from 'vscode';
import type { App } from '../core/app';
import { type BudgetStatus, type Period, percentSpent } from '../core/model/budget';
import type { Failure } from '../core/model/failure';
import { formatPerMillion, formatUsd, fromUsd } from '../core/model/money';
import type { Quality } from '../core/model/route';
import { commands } from '../shared/contributions';
import { includedText } from './costText';
import { type ActionId, duration } from './failureTexts';
import { tellNobody, untilStopped } from './keyCommands';
import { plainText } from './plainText';
import { runCommand } from './register';
import { writeSetting } from './settings';

/** What an action needs to know about where it was clicked. */
export interface ActionContext {
  readonly failure: Failure | undefined;
  readonly threadId: string | undefined;
}

/** What the buttons and the status bar menu do. */
export class Actions {
  constructor(
    private readonly app: App,
    private readonly storageFolder: vscode.Uri,
  ) {}

  /** Returns `retry` when the trouble is gone and the question should be asked again. */
  async run(action: ActionId, { failure, threadId }: ActionContext): Promise<'retry' | undefined> {
    const provider = failure && 'provider' in failure ? failure.provider : undefined;
    switch (action) {
      case 'setKey':
        await runCommand(commands.setApiKey, provider);
        return undefined;
      case 'signIn':
        await runCommand(commands.signIn, provider);
        return undefined;
      case 'allow':
        if (failure?.kind !== 'budgetReached') return undefined;
        return (await this.#allow(failure, threadId)) ? 'retry' : undefined;
      case 'openBilling':
      case 'openStatus': {
        const definition = (await this.app.providers()).find((state) => state.provider.id === provider)?.provider;
        const url = action === 'openBilling' ? definition?.billingUrl : definition?.statusUrl;
        // A server of one's own has no such page.
        if (url === undefined) {
          const check = 'Check Provider';
          const choice = await vscode.window.showInformationMessage(plainText(`${definition?.name ?? 'This provider'} has no page for that.`), ...(definition ? [check] : []));
          if (choice === check) await runCommand(commands.checkProvider, { providerId: provider });
        } else await vscode.env.openExternal(vscode.Uri.parse(url));
        return undefined;
      }
      case 'openPrices':
        await vscode.commands.executeCommand('workbench.action.openSettings', 'farthing.prices');
        return undefined;
      case 'learningSettings':
        await vscode.commands.executeCommand('workbench.action.openSettings', 'farthing.learning');
        return undefined;
      case 'unpin':
        await writeSetting('models.pinned', undefined);
        return 'retry';
      case 'showFiles':
        await vscode.commands.executeCommand('revealFileInOS', this.storageFolder);
        return undefined;
      case 'reload':
        await vscode.commands.executeCommand('workbench.action.reloadWindow');
        return undefined;
      case 'startDemo':
      case 'leaveDemo':
      case 'checkProviders':
      case 'addProvider':
      case 'findLocalServers':
      case 'openSettings':
      case 'setBudget':
      case 'refreshModels':
      case 'showLog':
        await runCommand(commands[action]);
        return undefined;
      case 'tryConnection':
        if ((await untilStopped('Trying to reach the providers', (signal) => this.app.tryConnection(signal))) === false) void vscode.window.showInformationMessage('Still nobody can be reached.');
        return undefined;
      case 'useLocal':
        await writeSetting('offline.localModels', true);
        return undefined;
      case 'sendWaiting':
        await this.app.sendWaiting();
        return undefined;
      case 'discardWaiting':
        await this.app.waiting.takeAll();
        return undefined;
      // These belong to the page they were clicked in.
      case 'sendLater':
      case 'retry':
      case 'cheaper':
      case 'goOn':
      case 'dismiss':
      case 'newChat':
        return undefined;
    }
  }

  /** Raises the limit of this one period by what the refused request may cost. Asked again in words, because it is money. */
  async #allow(failure: Extract<Failure, { kind: 'budgetReached' }>, threadId: string | undefined): Promise<boolean> {
    const yes = `Allow ${formatUsd(failure.needed)} more`;
    const until = failure.resetsAt === undefined ? 'for this conversation' : 'until the budget resets';
    const choice = await vscode.window.showWarningMessage(`Raise the limit of ${formatUsd(failure.limit)} by up to ${formatUsd(failure.needed)} ${until}?`, { modal: true }, yes);
    if (choice !== yes) return false;
    await this.app.allow(failure, threadId);
    return true;
  }

  async setQuality(quality: Quality): Promise<void> {
    await writeSetting('quality', quality);
  }

  async chooseQuality(): Promise<void> {
    const rows: readonly (vscode.QuickPickItem & { readonly quality: Quality })[] = [
      { quality: 'economy', label: 'Economy', detail: 'The cheapest model that will probably do.' },
      { quality: 'balanced', label: 'Balanced', detail: 'The cheapest model that will very likely do.' },
      { quality: 'quality', label: 'Quality', detail: 'A stronger model when in doubt.' },
    ];
    const current = this.app.settings().quality;
    const picked = await vscode.window.showQuickPick(rows.map((row) => (row.quality === current ? { ...row, description: 'now' } : row)), { title: 'Farthing: Choose Quality' });
    if (picked) await this.setQuality(picked.quality);
  }

  /** Asks for a period and an amount; empty removes the limit. */
  async setBudget(): Promise<void> {
    const settings = this.app.settings();
    const scopes = [
      { label: 'Day', key: 'budget.day' },
      { label: 'Week', key: 'budget.week' },
      { label: 'Month', key: 'budget.month' },
      { label: 'Conversation', key: 'budget.conversation' },
    ] as const;
    const show = (limit: number | null) => (limit === null ? 'no limit' : formatUsd(fromUsd(limit)));
    const picked = await vscode.window.showQuickPick(
      scopes.map((scope) => ({ ...scope, description: show(settings[scope.key]) })),
      { title: 'Farthing: Set Budget', placeHolder: 'Limit of what?' },
    );
    if (!picked) return;
    const current = settings[picked.key];
    const typed = await vscode.window.showInputBox({
      title: `Most to spend per ${picked.label.toLowerCase()}, in US dollars`,
      prompt: 'Empty: no limit.',
      value: current === null ? '' : String(current),
      validateInput: (value) => (value.trim() === '' || parseAmount(value) !== undefined ? undefined : 'An amount such as 5 or 0.50, not below zero.'),
    });
    if (typed === undefined) return;
    await writeSetting(picked.key, typed.trim() === '' ? null : (parseAmount(typed) ?? null));
  }

  async pinModel(): Promise<void> {
    const models = await untilStopped('Reading the models', () => this.app.models());
    if (models === undefined) return;
    if (models.length === 0) return tellNobody(this.app);
    const pinned = this.app.settings()['models.pinned'];
    const automatic = { label: '$(sparkle) Choose for each question', description: pinned === '' ? 'now' : '', id: '' };
    const rows = models.map(({ arm, id }) => {
      const { price } = arm.offer;
      const cost = price?.source === 'subscription' ? `${includedText} in your subscription` : arm.offer.free ? 'free' : price ? `${formatPerMillion(price.input)} in, ${formatPerMillion(price.output)} out per 1M tokens` : 'price unknown';
      return { label: plainText(arm.card.name), description: plainText(`${this.app.providerName(arm.offer.provider)}${id === pinned ? ' · now' : ''}`), detail: plainText(`${id} · ${cost}`), id };
    });
    const picked = await vscode.window.showQuickPick([automatic, ...rows], { title: 'Farthing: Pin or Unpin a Model', placeHolder: 'Always ask this model', matchOnDetail: true, matchOnDescription: true });
    if (picked) await writeSetting('models.pinned', picked.id === '' ? undefined : picked.id);
  }

  async refreshModels(): Promise<void> {
    const read = await untilStopped('Reading models and prices from the providers', (signal) => this.app.refreshModels(signal));
    if (read === undefined) return;
    const { models, failed } = read;
    if (models === 0 && failed.length === 0) return tellNobody(this.app);
    const trouble = failed.length === 0 ? '' : ` No list from ${failed.map(this.app.providerName).join(', ')}; what was known of them stays.`;
    void vscode.window.showInformationMessage(plainText(`${models} ${models === 1 ? 'model' : 'models'} can be asked.${trouble}`));
  }

  /** The menu behind the status bar item: what is needed often, few enough to be seen at once. */
  async show(): Promise<void> {
    const overview = await this.app.budgets(undefined);
    const demo = this.app.realm() === 'demo';
    const now = Date.now();
    const rows: (vscode.QuickPickItem & { readonly command?: (typeof commands)[keyof typeof commands] })[] = [
      ...(overview?.statuses ?? []).map((status) => budgetRow(status, now)),
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      { label: '$(comment-discussion) Open Chat', command: commands.openChat },
      { label: '$(edit) Set Budget', command: commands.setBudget },
      { label: '$(settings) Choose Quality', description: this.app.settings().quality, command: commands.chooseQuality },
      { label: '$(pin) Pin or Unpin a Model', description: plainText(this.app.settings()['models.pinned']), command: commands.pinModel },
      { label: '$(add) Add Provider', description: 'key, sign-in, this machine, plug-in', command: commands.addProvider },
      { label: '$(plug) Show Providers', command: commands.showProviders },
      { label: '$(graph) Show Routing Report', description: 'what was saved, how good predictions were', command: commands.showRoutingReport },
      { label: '$(checklist) Check Configuration', command: commands.checkConfiguration },
      demo ? { label: '$(sign-out) Leave Demo', command: commands.leaveDemo } : { label: '$(play) Start Demo', command: commands.startDemo },
      { label: '$(gear) Open Settings', command: commands.openSettings },
      { label: '$(output) Show Log', command: commands.showLog },
    ];
    const picked = await vscode.window.showQuickPick(rows, { title: demo ? 'Farthing – demo, play money' : 'Farthing', placeHolder: 'Budgets and actions' });
    if (picked?.command) await runCommand(picked.command);
  }
}

const periodNames: Readonly<Record<Period | 'conversation', string>> = { day: 'Today', week: 'This week', month: 'This month', conversation: 'This chat' };

function budgetRow(status: BudgetStatus, now: number): vscode.QuickPickItem & { readonly command: typeof commands.setBudget } {
  const percent = percentSpent(status);
  const limit = status.limit === undefined ? 'no limit' : `of ${formatUsd(status.limit)}${percent === undefined ? '' : ` (${Math.floor(percent)} %)`}`;
  const reset = status.resetsAt === undefined ? '' : ` · resets in ${duration(status.resetsAt - now)}`;
  // In one line each, so that the actions below are seen without scrolling.
  const calls = `${status.calls} ${status.calls === 1 ? 'call' : 'calls'}${status.unknownCalls > 0 ? `, ${status.unknownCalls} of unknown price` : ''}`;
  return { label: `$(credit-card) ${periodNames[status.scope]}: ${formatUsd(status.spent)}`, description: `${limit} · ${calls}${reset}`, command: commands.setBudget };
}

function parseAmount(text: string): number | undefined {
  const amount = Number(text.trim().replace(/^\$/, '').replace(',', '.'));
  return text.trim() !== '' && Number.isFinite(amount) && amount >= 0 && amount <= 1_000_000 ? amount : undefined;
}
