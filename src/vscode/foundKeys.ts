import * as vscode from 'vscode';
import type { App } from '../core/app';
import type { ProviderDefinition } from '../core/model/provider';
import type { KeySource } from '../core/ports/keySources';
import { t } from '../shared/l10n';
import { plainText } from './plainText';

const declinedKey = 'farthing.foundKeys.declined';

/** Larger files than this are no `.env`. */
const mostEnvBytes = 256 * 1024;

/**
 * Offers keys found in environment variables and, in a trusted folder, in its `.env` files. A key is never taken
 * without an answer, and a declined offer is not repeated.
 */
export class FoundKeys {
  constructor(
    private readonly app: App,
    private readonly memory: vscode.Memento,
    private readonly parseEnv: (text: string) => Readonly<Record<string, string | undefined>>,
    private readonly environment: Readonly<Record<string, string | undefined>>,
    private readonly keep: (provider: ProviderDefinition, key: string) => Promise<void>,
  ) {}

  /** Looks once, quietly; offers what is found for providers that have no key yet. */
  async offer(): Promise<void> {
    if (!this.app.settings()['keys.offerFound']) return;
    const sources = await this.#sources();
    const declined = this.memory.get<readonly string[]>(declinedKey) ?? [];
    const found = (await this.app.foundKeys(sources)).filter((key) => !declined.includes(`${key.provider} ${key.where}`));
    const first = found[0];
    if (!first) return;
    const providers = new Map((await this.app.providers()).map(({ provider }) => [provider.id, provider]));
    const places = found.map(({ provider, variable, where }) => {
      const definition = providers.get(provider);
      // Where a key of a plug-in's provider goes is not for a name to say.
      return definition?.origin ? t('{0} in {1}, to be sent to {2}', variable, where, new URL(definition.baseUrl).host) : t('{0} in {1}', variable, where);
    });
    const names = found.map((key, index) => `${this.app.providerName(key.provider)} (${places[index] ?? ''})`);
    const use = found.length === 1 ? t('Check and use it') : t('Choose');
    const never = t('Do not ask again');
    const choice = await vscode.window.showInformationMessage(plainText(t(found.length === 1 ? 'Found an API key for {0}. Use it with Farthing?' : 'Found API keys for {0}. Use one with Farthing?', names.join(', '))), use, never);
    if (choice === never) await this.memory.update(declinedKey, [...declined, ...found.map((key) => `${key.provider} ${key.where}`)]);
    if (choice !== use) return;
    const picked = found.length === 1 ? found : ((await vscode.window.showQuickPick(found.map((key, index) => ({ label: plainText(this.app.providerName(key.provider)), description: plainText(places[index] ?? ''), key, picked: index === 0 })), { canPickMany: true, title: t('Keys to check and use') })) ?? []).map((item) => item.key);
    for (const key of picked) {
      const value = this.app.readFoundKey(key, sources);
      const provider = providers.get(key.provider);
      if (value && provider) await this.keep(provider, value);
    }
  }

  /** The key found for one provider, read only when it is chosen. */
  async find(provider: ProviderDefinition): Promise<{ readonly variable: string; readonly where: string; readonly read: () => string | undefined } | undefined> {
    const sources = await this.#sources();
    const found = (await this.app.foundKeys(sources)).find((key) => key.provider === provider.id);
    return found && { variable: found.variable, where: found.where, read: () => this.app.readFoundKey(found, sources) };
  }

  async #sources(): Promise<readonly KeySource[]> {
    const sources: KeySource[] = [{ where: t('the environment'), values: this.environment }];
    if (!vscode.workspace.isTrusted) return sources;
    for (const folder of vscode.workspace.workspaceFolders ?? []) {
      for (const name of ['.env', '.env.local']) {
        try {
          const file = vscode.Uri.joinPath(folder.uri, name);
          const { size, type } = await vscode.workspace.fs.stat(file);
          // A pipe never ends, and a link may point to a device.
          if ((type & vscode.FileType.File) === 0 || size > mostEnvBytes) continue;
          sources.push({ where: `${folder.name}/${name}`, values: this.parseEnv(new TextDecoder().decode(await vscode.workspace.fs.readFile(file))) });
        } catch {
          // No such file is the usual case; one that cannot be read has no keys to offer.
        }
      }
    }
    return sources;
  }
}
