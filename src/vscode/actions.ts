import * as vscode from 'vscode';
import type { App } from '../core/app';
import { type BudgetScope, type BudgetStatus, percentSpent } from '../core/model/budget';
import type { Failure } from '../core/model/failure';
import { globMatcher } from '../core/model/glob';
import type { Arm, ArmId } from '../core/model/modelCard';
import { formatPerMillion, formatUsd, fromUsd } from '../core/model/money';
import type { Quality } from '../core/model/route';
import { commands } from '../shared/contributions';
import { t } from '../shared/l10n';
import { type ActionId, count, duration } from './failureTexts';
import { tellNobody, untilStopped } from './keyCommands';
import { plainText } from './plainText';
import { runCommand } from './register';
import { settingsWritten, writeSetting } from './settings';

/** What an action needs to know about where it was clicked. */
export interface ActionContext {
  readonly failure: Failure | undefined;
  readonly threadId: string | undefined;
}

/** What the buttons and the status bar menu do. Loaded with the rarely used commands. */
export class Actions {
  constructor(
    private readonly app: App,
    private readonly storageFolder: vscode.Uri,
  ) {}

  /** Returns `retry` when the trouble is gone and the question should be asked again, or the one model it is to be asked of. */
  async run(action: ActionId, { failure, threadId }: ActionContext): Promise<'retry' | { readonly ask: ArmId } | undefined> {
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
          const check = t('Check Provider');
          const choice = await vscode.window.showInformationMessage(plainText(t('{0} has no page for that.', definition?.name ?? t('This provider'))), ...(definition ? [check] : []));
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
      case 'longerModel':
        return this.#chooseLonger(failure);
      case 'showFiles':
        await vscode.commands.executeCommand('revealFileInOS', this.storageFolder);
        return undefined;
      case 'restoreHistory':
        await runCommand(commands.restoreHistory);
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
        if ((await untilStopped(t('Trying to reach the providers'), (signal) => this.app.tryConnection(signal))) === false) void vscode.window.showInformationMessage(t('Still nobody can be reached.'));
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
    const yes = t('Allow {0} more', formatUsd(failure.needed));
    const until = failure.resetsAt === undefined ? t('for this conversation') : t('until the budget resets');
    const choice = await vscode.window.showWarningMessage(t('Raise the limit of {0} by up to {1} {2}?', formatUsd(failure.limit), formatUsd(failure.needed), until), { modal: true }, yes);
    if (choice !== yes) return false;
    await this.app.allow(failure, threadId);
    return true;
  }

  async chooseQuality(): Promise<void> {
    const rows: readonly (vscode.QuickPickItem & { readonly quality: Quality })[] = [
      { quality: 'economy', label: t('Economy'), detail: t('The cheapest model that will probably do.') },
      { quality: 'balanced', label: t('Balanced'), detail: t('The cheapest model that will very likely do.') },
      { quality: 'quality', label: t('Quality'), detail: t('A stronger model when in doubt.') },
    ];
    await settingsWritten();
    const current = this.app.settings().quality;
    const picked = await vscode.window.showQuickPick(rows.map((row) => (row.quality === current ? { ...row, description: t('now') } : row)), { title: t('Farthing: Choose Quality') });
    if (picked) await writeSetting('quality', picked.quality);
  }

  /** Asks for a period and an amount; empty removes the limit. */
  async setBudget(): Promise<void> {
    await settingsWritten();
    const settings = this.app.settings();
    const scopes = [
      { label: t('Day'), key: 'budget.day' },
      { label: t('Week'), key: 'budget.week' },
      { label: t('Month'), key: 'budget.month' },
      { label: t('Conversation'), key: 'budget.conversation' },
    ] as const;
    const show = (limit: number | null) => (limit === null ? t('no limit') : formatUsd(fromUsd(limit)));
    const picked = await vscode.window.showQuickPick(
      scopes.map((scope) => ({ ...scope, description: show(settings[scope.key]) })),
      { title: t('Farthing: Set Budget'), placeHolder: t('Limit of what?') },
    );
    if (!picked) return;
    const current = settings[picked.key];
    const typed = await vscode.window.showInputBox({
      title: t('Most to spend per {0}, in US dollars', picked.label.toLowerCase()),
      prompt: t('Empty: no limit.'),
      value: current === null ? '' : String(current),
      validateInput: (value) => (value.trim() === '' || parseAmount(value) !== undefined ? undefined : t('An amount such as 5 or 0.50, not below zero.')),
    });
    if (typed === undefined) return;
    await writeSetting(picked.key, typed.trim() === '' ? null : (parseAmount(typed) ?? null));
  }

  async pinModel(): Promise<void> {
    const models = await untilStopped(t('Reading the models'), () => this.app.models());
    if (models === undefined) return;
    if (models.length === 0) return tellNobody(this.app);
    await settingsWritten();
    const pinned = this.app.settings()['models.pinned'];
    const automatic = { label: `$(sparkle) ${t('Choose for each question')}`, description: pinned === '' ? t('now') : '', id: '' };
    const rows = models.map(({ arm, id }) => ({ label: plainText(arm.card.name), description: plainText(`${this.app.providerName(arm.offer.provider)}${id === pinned ? ` · ${t('now')}` : ''}`), detail: plainText(`${id} · ${priceText(arm)}`), id }));
    const picked = await vscode.window.showQuickPick([automatic, ...rows], { title: t('Farthing: Pin or Unpin a Model'), placeHolder: t('Always ask this model'), matchOnDetail: true, matchOnDescription: true });
    if (picked) await writeSetting('models.pinned', picked.id === '' ? undefined : picked.id);
  }

  /** A model that reads so much, for one question. One that the person's own lists leave out leads to them. */
  async #chooseLonger(failure: Failure | undefined): Promise<{ readonly ask: ArmId } | undefined> {
    const { neededTokens = 0 } = failure?.kind === 'contextTooLong' ? failure : {};
    const models = await untilStopped(t('Reading the models'), () => this.app.models());
    if (models === undefined) return undefined;
    const { 'models.allowed': allowed, 'models.excluded': excluded } = this.app.settings();
    const [isAllowed, isExcluded] = [globMatcher(allowed), globMatcher(excluded)];
    const priceOf = ({ offer }: Arm): number => offer.price?.input ?? Number.MAX_SAFE_INTEGER;
    const rows = models
      .filter(({ arm }) => arm.effort.isDefault && arm.card.contextTokens >= neededTokens)
      .toSorted((one, other) => priceOf(one.arm) - priceOf(other.arm) || other.arm.card.contextTokens - one.arm.card.contextTokens)
      .map(({ arm, id }) => {
        const isListed = !isExcluded(id) && (allowed.length === 0 || isAllowed(id));
        const described = [this.app.providerName(arm.offer.provider), isListed ? '' : t('left out by your lists')].filter(Boolean).join(' · ');
        return { label: plainText(arm.card.name), description: plainText(described), detail: plainText(`${t('reads {0} tokens', count(arm.card.contextTokens))} · ${priceText(arm)}`), id, isListed };
      });
    if (rows.length === 0) {
      const add = t('Add a provider');
      if ((await vscode.window.showInformationMessage(t('None of the models that can be asked reads so much.'), add)) === add) await runCommand(commands.addProvider);
      return undefined;
    }
    const picked = await vscode.window.showQuickPick(rows, { title: t('Farthing: Choose a Model with a Longer Context'), placeHolder: t('Asked this question only, the cheapest first'), matchOnDescription: true });
    if (!picked) return undefined;
    if (picked.isListed) return { ask: picked.id };
    await vscode.commands.executeCommand('workbench.action.openSettings', 'farthing.models');
    return undefined;
  }

  async refreshModels(): Promise<void> {
    const read = await untilStopped(t('Reading models and prices from the providers'), (signal) => this.app.refreshModels(signal));
    if (read === undefined) return;
    const { models, failed } = read;
    if (models === 0 && failed.length === 0) return tellNobody(this.app);
    const trouble = failed.length === 0 ? '' : ` ${t('No list from {0}; what was known of them stays.', failed.map(this.app.providerName).join(', '))}`;
    void vscode.window.showInformationMessage(plainText(`${models === 1 ? t('1 model can be asked.') : t('{0} models can be asked.', models)}${trouble}`));
  }

  /** The menu behind the status bar item: what is needed often, few enough to be seen at once. */
  async show(): Promise<void> {
    const overview = await this.app.budgets(undefined);
    const demo = this.app.realm() === 'demo';
    const now = Date.now();
    const rows: (vscode.QuickPickItem & { readonly command?: (typeof commands)[keyof typeof commands] })[] = [
      ...(overview?.statuses ?? []).map((status) => budgetRow(status, now)),
      { label: '', kind: vscode.QuickPickItemKind.Separator },
      { label: `$(comment-discussion) ${t('Open Chat')}`, command: commands.openChat },
      { label: `$(edit) ${t('Set Budget')}`, command: commands.setBudget },
      { label: `$(settings) ${t('Choose Quality')}`, description: this.app.settings().quality, command: commands.chooseQuality },
      { label: `$(pin) ${t('Pin or Unpin a Model')}`, description: plainText(this.app.settings()['models.pinned']), command: commands.pinModel },
      { label: `$(add) ${t('Add Provider')}`, description: t('key, sign-in, this machine, plug-in'), command: commands.addProvider },
      { label: `$(broadcast) ${t('Gateway')}`, description: t('agents in terminals, other programs'), command: commands.showGateway },
      { label: `$(graph) ${t('Show Routing Report')}`, description: t('what was saved, how good predictions were'), command: commands.showRoutingReport },
      { label: `$(checklist) ${t('Check Configuration')}`, command: commands.checkConfiguration },
      demo ? { label: `$(sign-out) ${t('Leave Demo')}`, command: commands.leaveDemo } : { label: `$(play) ${t('Start Demo')}`, command: commands.startDemo },
      { label: `$(gear) ${t('Open Settings')}`, command: commands.openSettings },
      { label: `$(output) ${t('Show Log')}`, command: commands.showLog },
    ];
    const picked = await vscode.window.showQuickPick(rows, { title: demo ? t('Farthing – demo, play money') : 'Farthing', placeHolder: t('Budgets and actions') });
    if (picked?.command) await runCommand(picked.command);
  }
}

function priceText({ offer: { price, free } }: Arm): string {
  if (price?.source === 'subscription') return t('included in your subscription');
  if (free) return t('free');
  return price ? t('{0} in, {1} out per 1M tokens', formatPerMillion(price.input), formatPerMillion(price.output)) : t('price unknown');
}

function periodName(scope: BudgetScope): string {
  return { day: t('Today'), week: t('This week'), month: t('This month'), conversation: t('This chat'), client: t('This client') }[scope];
}

function budgetRow(status: BudgetStatus, now: number): vscode.QuickPickItem & { readonly command: typeof commands.setBudget } {
  const percent = percentSpent(status);
  const limit = status.limit === undefined ? t('no limit') : `${t('of {0}', formatUsd(status.limit))}${percent === undefined ? '' : ` (${Math.floor(percent)} %)`}`;
  const reset = status.resetsAt === undefined ? '' : ` · ${t('resets in {0}', duration(status.resetsAt - now))}`;
  // In one line each, so that the actions below are seen without scrolling.
  const calls = `${status.calls === 1 ? t('1 call') : t('{0} calls', status.calls)}${status.unknownCalls > 0 ? t(', {0} of unknown price', status.unknownCalls) : ''}`;
  return { label: `$(credit-card) ${periodName(status.scope)}: ${formatUsd(status.spent)}`, description: `${limit} · ${calls}${reset}`, command: commands.setBudget };
}

function parseAmount(text: string): number | undefined {
  const amount = Number(text.trim().replace(/^\$/, '').replace(',', '.'));
  return text.trim() !== '' && Number.isFinite(amount) && amount >= 0 && amount <= 1_000_000 ? amount : undefined;
}
