import * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { ModelOverview, ProviderOverview } from '../../core/model/providerOverview';
import { type CommandId, commands } from '../../shared/contributions';
import { t } from '../../shared/l10n';
import type { Actions } from '../actions';
import { tell, type TextContext } from '../failureTexts';
import { askForKey, tellNobody, withProgress } from '../keyCommands';
import { plainText } from '../plainText';
import { runCommand } from '../register';
import { writeSetting } from '../settings';
import { targetOf } from './nodes';
import { modelRow, providerRow, shortPrice } from './rows';
import { readUsd } from './usdInput';
import { usersOwn } from './usersOwn';

interface Choice<T> extends vscode.QuickPickItem {
  readonly value: T;
}

/**
 * What can be done with a provider or a model. Each takes the row it was chosen on; without one, from the Command
 * Palette or a key binding, it asks which. What is known of the row is read again, because it may be minutes old.
 */
export class ProviderActions {
  constructor(
    private readonly app: App,
    private readonly actions: Actions,
  ) {}

  /** Asks one provider whether it answers with the stored key. */
  async check(argument: unknown): Promise<void> {
    const provider = await this.#provider(argument, t('Farthing: Check Provider'), ({ askable }) => askable);
    if (!provider) return;
    const check = await withProgress(plainText(t('Asking {0} whether it answers', provider.name)), (signal) => this.app.checkKey(provider.id, undefined, signal));
    if (check.ok) {
      void vscode.window.showInformationMessage(plainText(check.note ? t('{0} answers ({1}).', provider.name, check.note) : t('{0} answers.', provider.name)));
      return;
    }
    const { failure } = check;
    if (failure.kind === 'cancelled') return;
    const told = tell(failure, this.#context());
    // Trying again is what this command does, and what stands on the left of its notification.
    const buttons = told.actions.map(({ id, label }) => ({ id, title: label }));
    const chosen = await vscode.window.showErrorMessage(plainText(told.sentence), ...buttons);
    if (!chosen) return;
    if (chosen.id === 'retry') await this.check({ providerId: provider.id });
    else await this.actions.run(chosen.id, { failure, threadId: undefined });
  }

  /** Puts a new key in the place of a stored one, once the provider has accepted it. */
  async rotateKey(argument: unknown): Promise<void> {
    const overview = await this.#provider(argument, t('Farthing: Rotate API Key'), ({ hasKey }) => hasKey);
    const provider = (await this.app.providers()).find((one) => one.provider.id === overview?.id)?.provider;
    if (!provider) return;
    const rows = (await this.app.keysOf(provider)).map((value, index): Choice<typeof value> => ({ label: `$(key) ${t('Key {0}', index + 1)}`, description: plainText(value.shown), value }));
    const old = rows.length < 2 ? rows[0]?.value : (await vscode.window.showQuickPick(rows, { title: plainText(t('API keys of {0}', provider.name)), placeHolder: t('Which one is replaced?') }))?.value;
    const key = old && (await askForKey(provider));
    if (!old || !key) return;
    const check = await withProgress(plainText(t('Checking the new key with {0}', provider.name)), (signal) => this.app.rotateKey(provider, key, signal, old.name));
    const page = t('Open the key page');
    const again = t('Enter it again');
    const pages = provider.keyUrl === undefined ? [] : [page];
    if (!check.ok && check.failure.kind === 'cancelled') return;
    const choice = check.ok
      ? await vscode.window.showInformationMessage(plainText(t('{0} accepted the new key. The old one ({1}) is forgotten here; it stays valid until it is revoked at the provider.', provider.name, old.shown)), ...pages)
      : await vscode.window.showErrorMessage(plainText(t('The old key stays. {0}', tell(check.failure, this.#context()).sentence)), again, ...pages);
    if (choice === page && provider.keyUrl !== undefined) await vscode.env.openExternal(vscode.Uri.parse(provider.keyUrl));
    if (choice === again) await this.rotateKey({ providerId: provider.id });
  }

  /** Switches a provider on or off that a setting of its own switches. */
  async switchTo(argument: unknown, on: boolean): Promise<void> {
    const provider = await this.#provider(argument, on ? t('Farthing: Switch On') : t('Farthing: Switch Off'), ({ switchedOnBy, askable }) => switchedOnBy !== undefined && askable !== on);
    if (provider?.switchedOnBy) await writeSetting(provider.switchedOnBy, on ? true : undefined);
  }

  async pin(argument: unknown): Promise<void> {
    const model = await this.#model(argument, t('Farthing: Pin Model'), ({ excludedBy }) => excludedBy.length === 0);
    if (model) await writeSetting('models.pinned', model.arm);
  }

  async unpin(): Promise<void> {
    await writeSetting('models.pinned', undefined);
  }

  /** Leaves out one model, or all of a provider. */
  async exclude(argument: unknown): Promise<void> {
    const chosen = await this.#modelOrProvider(argument, t('Farthing: Exclude from Choice'), ({ excludedBy }) => excludedBy.length === 0);
    if (!chosen) return;
    const pattern = patternOf(chosen);
    const own = usersOwn.excluded();
    if (!own.includes(pattern)) await writeSetting('models.excluded', [...own, pattern]);
    // A pin on what is excluded would leave nothing to ask.
    const models = 'arm' in chosen ? [chosen] : chosen.models;
    if (models.some(({ pinned }) => pinned !== undefined)) await this.unpin();
  }

  /** Takes the patterns that leave out a model or a provider back; one that leaves out others as well only when the person says so. */
  async include(argument: unknown): Promise<void> {
    const chosen = await this.#modelOrProvider(argument, t('Farthing: Include Again'), ({ excludedBy }) => excludedBy.length > 0);
    if (!chosen) return;
    const exact = patternOf(chosen);
    const own = usersOwn.excluded();
    const mine = chosen.excludedBy.filter((pattern) => own.includes(pattern));
    if (mine.length < chosen.excludedBy.length) {
      void vscode.window.showInformationMessage(plainText(t("{0} is excluded by this folder's settings or by an environment variable. It can only be included again there.", chosen.name)));
      return;
    }
    const wide = mine.filter((pattern) => pattern.toLowerCase() !== exact.toLowerCase());
    if (wide.length > 0) {
      const others = (await this.app.providersOverview()).providers.flatMap(({ excluded }) => excluded).filter(({ arm: other, excludedBy }) => other !== exact && excludedBy.some((pattern) => wide.includes(pattern))).length;
      const patterns = wide.map((pattern) => `"${pattern}"`).join(', ');
      const question = others === 0 ? t('{0} is excluded by {1}. Take that back?', chosen.name, patterns) : t(others === 1 ? '{0} is excluded by {1}, together with {2} other. Take that back?' : '{0} is excluded by {1}, together with {2} others. Take that back?', chosen.name, patterns, others);
      const remove = t('Take It Back');
      const settings = t('Open Settings');
      const choice = await vscode.window.showWarningMessage(plainText(question), { modal: true }, remove, settings);
      if (choice === settings) await vscode.commands.executeCommand('workbench.action.openSettings', 'farthing.models.excluded');
      if (choice !== remove) return;
    }
    await writeSetting('models.excluded', own.filter((pattern) => !mine.includes(pattern)));
  }

  /** Asks for the two prices of a model and keeps them as the person's own; empty forgets them. */
  async setPrice(argument: unknown): Promise<void> {
    const model = await this.#model(argument, t('Farthing: Set Price'), ({ price }) => price?.source !== 'subscription');
    if (!model) return;
    const now = (nanoPerMillion: number | undefined): string => (nanoPerMillion === undefined ? '' : String(nanoPerMillion / 1e9));
    const input = await this.#usd(model, 'input', now(model.price?.input));
    if (input === undefined) return;
    const own = usersOwn.prices();
    if (input === '') {
      const { [model.arm]: _forgotten, ...others } = own;
      await writeSetting('prices', others);
      return;
    }
    let output: number | '' | undefined = '';
    // Empty is no price; a box that is red before anything is typed would be no welcome either.
    while (output === '') output = await this.#usd(model, 'output', now(model.price?.output));
    if (output === undefined) return;
    const before = own[model.arm];
    await writeSetting('prices', { ...own, [model.arm]: { ...(typeof before === 'object' ? before : {}), input, output } });
  }

  /** Undefined: the person changed their mind. */
  async #usd(model: ModelOverview, what: 'input' | 'output', value: string): Promise<number | '' | undefined> {
    const typed = await vscode.window.showInputBox({
      title: plainText(what === 'input' ? t('Input price of {0} (1 of 2)', model.name) : t('Output price of {0} (2 of 2)', model.name)),
      prompt: what === 'input' ? t('US dollars per 1 million input tokens. Empty: forget your price and use the one that is known.') : t('US dollars per 1 million output tokens.'),
      value,
      validateInput: (text) => (text.trim() === '' || readUsd(text) !== undefined ? undefined : t('An amount such as 0.15 or 3, not below zero.')),
    });
    return typed === undefined ? undefined : typed.trim() === '' ? '' : readUsd(typed);
  }

  async copyId(argument: unknown): Promise<void> {
    const model = await this.#model(argument, t('Farthing: Copy Model Id'), () => true);
    if (!model) return;
    await vscode.env.clipboard.writeText(model.arm);
    vscode.window.setStatusBarMessage(plainText(t('Copied {0}', model.arm)), 3000);
  }

  /** Opens a page of the provider's website; asks which when it has several. */
  async openPage(argument: unknown): Promise<void> {
    const provider = await this.#provider(argument, t("Farthing: Open Provider's Website"), ({ pages }) => Object.keys(pages).length > 0);
    if (!provider) return;
    const { key, billing, status } = provider.pages;
    const rows = [
      { label: `$(key) ${t('API keys')}`, value: key },
      { label: `$(credit-card) ${t('Billing and credit')}`, value: billing },
      { label: `$(pulse) ${t('Status')}`, value: status },
    ].flatMap(({ label, value }) => (value === undefined ? [] : [{ label, description: new URL(value).host, value }]));
    const picked = rows.length === 1 ? rows[0] : await vscode.window.showQuickPick(rows, { title: plainText(t('Website of {0}', provider.name)) });
    if (picked) await vscode.env.openExternal(vscode.Uri.parse(picked.value));
  }

  /** Finds one of hundreds of models and offers what can be done with it. */
  async find(argument: unknown): Promise<void> {
    const { providerId } = targetOf(argument);
    const model = await this.#model(undefined, t('Farthing: Find Model'), ({ provider }) => providerId === undefined || provider === providerId);
    if (!model) return;
    const excluded = model.excludedBy.length > 0;
    const rows: readonly Choice<CommandId>[] = [
      ...(excluded ? [] : [model.pinned === undefined ? { label: `$(pin) ${t('Pin Model')}`, value: commands.pinThisModel } : { label: `$(pinned) ${t('Unpin Model')}`, value: commands.unpinModel }]),
      excluded ? { label: `$(add) ${t('Include Again')}`, value: commands.includeModel } : { label: `$(circle-slash) ${t('Exclude from Choice')}`, value: commands.excludeModel },
      { label: `$(credit-card) ${t('Set Price')}`, description: shortPrice(model, Date.now()), value: commands.setPrice },
      { label: `$(copy) ${t('Copy Model Id')}`, description: plainText(model.arm), value: commands.copyModelId },
    ];
    const picked = await vscode.window.showQuickPick(rows, { title: plainText(model.name) });
    if (picked) await runCommand(picked.value, { providerId: model.provider, arm: model.arm });
  }

  /** A row of a provider stands for all of its models; without a row, one model is chosen. */
  #modelOrProvider(argument: unknown, title: string, accepts: (model: ModelOverview) => boolean): Promise<ModelOverview | ProviderOverview | undefined> {
    const { providerId, arm } = targetOf(argument);
    return providerId !== undefined && arm === undefined ? this.#provider(argument, title, () => true) : this.#model(argument, title, accepts);
  }

  async #provider(argument: unknown, title: string, accepts: (provider: ProviderOverview) => boolean): Promise<ProviderOverview | undefined> {
    const { providerId } = targetOf(argument);
    const { providers } = await this.app.providersOverview();
    if (providerId !== undefined) return found(providers, ({ id }) => id === providerId);
    const rows = providers.filter(accepts).map((value): Choice<ProviderOverview> => {
      const { label, description, icon } = providerRow(value, this.#context());
      return { label: `$(${icon}) ${label}`, description, value };
    });
    return chosen(rows, title, t('Which provider?'), t('There is no provider for this yet. Add one first.'));
  }

  async #model(argument: unknown, title: string, accepts: (model: ModelOverview) => boolean): Promise<ModelOverview | undefined> {
    const { arm } = targetOf(argument);
    const { providers } = await this.app.providersOverview();
    const models = providers.flatMap(({ models: open, excluded }) => [...open, ...excluded]);
    if (arm !== undefined) return found(models, (model) => model.arm === arm);
    const rows = models.filter(accepts).map((value): Choice<ModelOverview> => {
      const { label, description, icon } = modelRow(value, this.#context());
      return { label: `$(${icon}) ${label}`, description, detail: plainText(`${this.app.providerName(value.provider)} · ${value.arm}`), value };
    });
    if (models.length === 0) {
      await tellNobody(this.app);
      return undefined;
    }
    return chosen(rows, title, t('Which model?'), t('There is no model for this.'));
  }

  #context(): TextContext {
    return { nameOf: this.app.providerName, now: Date.now() };
  }
}

/** What excludes just this, in the words of the setting. */
function patternOf(one: ModelOverview | ProviderOverview): string {
  return 'arm' in one ? one.arm : `${one.id}/*`;
}

/** The one a row was about. A row may be older than what it shows. */
function found<T>(all: readonly T[], isIt: (one: T) => boolean): T | undefined {
  const one = all.find(isIt);
  if (one === undefined) void vscode.window.showInformationMessage(t('This is no longer in the list.'));
  return one;
}

async function chosen<T>(rows: readonly Choice<T>[], title: string, placeHolder: string, none: string): Promise<T | undefined> {
  if (rows.length > 0) return (await vscode.window.showQuickPick(rows, { title, placeHolder, matchOnDetail: true, matchOnDescription: true }))?.value;
  void vscode.window.showInformationMessage(none);
  return undefined;
}
