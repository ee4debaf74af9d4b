import * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { ProvidersOverview } from '../../core/model/providerOverview';
import type { Log } from '../../core/ports/log';
import { t } from '../../shared/l10n';
import type { TextContext } from '../failureTexts';
import { drawnOf, nodesBelow, topNodes, type TreeNode } from './nodes';
import { asMarkdown } from './asMarkdown';
import { type Detail, failureWords, modelRow, providerRow, type Row } from './rows';

/** Changes come in flocks: an answer is booked, its provider is well again, a list was read. Milliseconds. */
const gatherMs = 250;

/** Longest time a timer can be set for, in milliseconds. */
const longestTimerMs = 2 ** 31 - 1;

/** The view that shows it. */
export interface TreeSurface {
  /** Asks for all rows again. */
  changed(): void;
  isSeen(): boolean;
  /** A sentence in place of rows; empty: none. */
  say(sentence: string): void;
}

/**
 * The providers and their models as a tree, from the first look at it. All of it is text of providers, so tooltips are
 * put together from plain text and trusted with nothing.
 */
export class ProviderTree implements vscode.Disposable {
  readonly #subscriptions: readonly vscode.Disposable[];
  /** Providers whose lists were read on looking at them: once in the life of a window, then with the button. */
  readonly #looked = new Set<string>();
  /** What the rows show; undefined before there are any. */
  #drawn: string | undefined;
  #gathering: NodeJS.Timeout | undefined;
  #atChange: NodeJS.Timeout | undefined;

  constructor(
    private readonly app: App,
    private readonly log: Log,
    private readonly surface: TreeSurface,
  ) {
    this.#subscriptions = [
      new vscode.Disposable(app.onSetupChanged(() => this.refresh())),
      new vscode.Disposable(app.onBudgetChanged(() => this.refresh())),
    ];
  }

  dispose(): void {
    clearTimeout(this.#gathering);
    clearTimeout(this.#atChange);
    for (const subscription of this.#subscriptions) subscription.dispose();
  }

  /** Shows what is known now, soon. */
  refresh(): void {
    this.#gathering ??= setTimeout(() => {
      this.#gathering = undefined;
      void this.#redraw();
    }, gatherMs);
  }

  /**
   * Not where the rows would be the same: from being told to ask again until it has all of them, the editor knows no row,
   * and a click on one runs the command of its button as if there were none.
   */
  async #redraw(): Promise<void> {
    try {
      if (this.#drawn !== undefined && this.surface.isSeen() && this.#drawn === drawnOf(await this.#overview())) return;
    } catch {
      // Who asks for the rows is told.
    }
    this.surface.changed();
  }

  async getChildren(node?: TreeNode): Promise<TreeNode[]> {
    try {
      if (node === undefined) return [...(await this.#top())];
      return [...nodesBelow(node.kind === 'provider' ? await this.#listed(node) : node)];
    } catch (error) {
      this.log.error('the providers could not be shown', error);
      this.#drawn = undefined;
      this.surface.say(t('The providers could not be read. The log says why.'));
      return [];
    }
  }

  /** A list that was never read, or not today, is read when somebody looks at it; waited for only where nothing is known. */
  async #listed(node: Extract<TreeNode, { kind: 'provider' }>): Promise<TreeNode> {
    const { providerId, provider } = node;
    if (this.#looked.has(providerId) || !provider.askable) return node;
    this.#looked.add(providerId);
    const read = this.app.listModels(providerId).then((isNew) => {
      if (isNew) this.refresh();
    });
    if (provider.models.length + provider.excluded.length > 0) {
      read.catch((error: unknown) => this.log.error(`the models of ${providerId} could not be read`, error));
      return node;
    }
    await read;
    return { ...node, provider: (await this.app.providersOverview()).providers.find(({ id }) => id === providerId) ?? provider };
  }

  async #top(): Promise<readonly TreeNode[]> {
    const overview = await this.#overview();
    this.surface.say('');
    this.#drawn = drawnOf(overview);
    return topNodes(overview);
  }

  async #overview(): Promise<ProvidersOverview> {
    const overview = await this.app.providersOverview();
    clearTimeout(this.#atChange);
    if (overview.changesAt !== undefined) this.#atChange = setTimeout(() => this.refresh(), Math.min(Math.max(overview.changesAt - overview.at, gatherMs), longestTimerMs));
    return overview;
  }

  getTreeItem(node: TreeNode): vscode.TreeItem {
    switch (node.kind) {
      case 'provider': {
        const { askable } = node.provider;
        return this.#item(`provider ${node.providerId}`, this.#rowOf(node), askable ? (node.opened ? vscode.TreeItemCollapsibleState.Expanded : vscode.TreeItemCollapsibleState.Collapsed) : vscode.TreeItemCollapsibleState.None);
      }
      case 'model':
        return this.#item(`model ${node.arm}`, this.#rowOf(node), vscode.TreeItemCollapsibleState.None);
      case 'models':
        return plainItem(node.id, node.label, node.description, node.icon, vscode.TreeItemCollapsibleState.Collapsed);
      case 'notSetUp':
        return plainItem('not set up', t('Not set up'), String(node.providers.length), 'plug', vscode.TreeItemCollapsibleState.Collapsed);
      case 'note':
        return plainItem(node.id, node.label, node.description, 'info', vscode.TreeItemCollapsibleState.None);
    }
  }

  /** The tooltip is made when somebody waits for it; only then is the key looked at, for its last characters. */
  async resolveTreeItem(item: vscode.TreeItem, node: TreeNode): Promise<vscode.TreeItem> {
    if (node.kind !== 'provider' && node.kind !== 'model') return item;
    const row = this.#rowOf(node);
    const keys = node.kind === 'provider' && node.provider.takesKey ? await this.#keys(node.providerId) : [];
    const text = new vscode.MarkdownString();
    text.isTrusted = false;
    text.supportHtml = false;
    text.appendMarkdown(`**${asMarkdown(row.label)}**\n\n`);
    for (const [about, words] of [...row.details, ...keys]) text.appendMarkdown(`- ${about}: ${asMarkdown(words)}\n`);
    item.tooltip = text;
    return item;
  }

  async #keys(providerId: string): Promise<readonly Detail[]> {
    const provider = (await this.app.providers()).find((one) => one.provider.id === providerId)?.provider;
    const keys = provider ? await this.app.keysOf(provider) : [];
    if (keys.length === 0) return [];
    return [[keys.length === 1 ? t('Key') : t('Keys'), keys.map(({ shown, trouble }) => (trouble === undefined ? shown : `${shown} (${failureWords(trouble)})`)).join(', ')]];
  }

  #rowOf(node: Extract<TreeNode, { kind: 'provider' | 'model' }>): Row {
    const context: TextContext = { nameOf: this.app.providerName, now: Date.now() };
    return node.kind === 'provider' ? providerRow(node.provider, context) : modelRow(node.model, context);
  }

  #item(id: string, row: Row, collapsible: vscode.TreeItemCollapsibleState): vscode.TreeItem {
    const item = plainItem(id, row.label, row.description, row.icon, collapsible);
    item.iconPath = new vscode.ThemeIcon(row.icon, row.colour === undefined ? undefined : new vscode.ThemeColor(row.colour));
    item.contextValue = row.flags;
    item.accessibilityInformation = { label: row.spoken };
    return item;
  }
}

function plainItem(id: string, label: string, description: string, icon: string, collapsible: vscode.TreeItemCollapsibleState): vscode.TreeItem {
  const item = new vscode.TreeItem(label, collapsible);
  item.id = id;
  item.description = description;
  item.iconPath = new vscode.ThemeIcon(icon);
  return item;
}
