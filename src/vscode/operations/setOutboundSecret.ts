import { randomBytes } from 'node:crypto';
import * as vscode from 'vscode';
import { t } from '../../shared/l10n';
import { plainText } from '../plainText';
import { outboundSecrets } from '../secretKeys';
import { readSettings } from '../settings';

/** What the headers of the collector are kept under. */
const telemetryName = 'telemetry';

/** Asks whose secret it is, unless `chosen` names one of the setting, and keeps one that is entered or made here; or removes it. */
export async function setOutboundSecret(storage: vscode.SecretStorage, chosen: unknown): Promise<void> {
  const secrets = outboundSecrets(storage);
  const { webhooks } = readSettings().values;
  const names = [...new Set(webhooks.map(({ secretName }) => secretName))].filter((name) => name !== telemetryName);
  const rows = [...names.map((name) => ({ label: `$(broadcast) ${plainText(name)}`, description: t('signs webhooks'), name })), { label: `$(telescope) ${telemetryName}`, description: t('headers for the OpenTelemetry collector'), name: telemetryName }];
  const name = rows.find((row) => row.name === chosen)?.name ?? (await vscode.window.showQuickPick(rows, { title: t('Set Secret for Webhooks or Telemetry'), placeHolder: names.length === 0 ? t('Webhooks are listed here once the setting farthing.webhooks names their secrets') : t('Whose secret?') }))?.name;
  if (name === undefined) return;
  const title = plainText(t('Secret {0}', name));
  const isStored = (await secrets.get(name)) !== undefined;
  const make = { label: `$(sparkle) ${t('Make a new one and copy it')}`, description: t('256 random bits, for the receiver to check signatures with') };
  const enter = { label: `$(edit) ${t('Enter one')}` };
  const remove = { label: `$(trash) ${t('Remove it')}` };
  const how = await vscode.window.showQuickPick([...(name === telemetryName ? [] : [make]), enter, ...(isStored ? [remove] : [])], { title, placeHolder: isStored ? t('There is a secret of this name') : t('There is no secret of this name yet') });
  if (how === make) {
    const made = randomBytes(32).toString('base64url');
    await secrets.set(name, made);
    await vscode.env.clipboard.writeText(made);
    void vscode.window.showInformationMessage(plainText(t('A new secret {0} is kept and in the clipboard. Give it to the receiver now: it is not shown again.', name)));
  } else if (how === enter) {
    const entered = await vscode.window.showInputBox({
      title,
      password: true,
      ignoreFocusOut: true,
      prompt: name === telemetryName ? t('Headers as name=value, separated by commas, values percent-encoded: authorization=Bearer%20…') : t('At least 16 characters; the receiver needs the same'),
      validateInput: (text) => (name === telemetryName ? (/^[^=\s]+=[^,]+/.test(text) ? undefined : t('Write name=value')) : text.length < 16 ? t('At least 16 characters') : undefined),
    });
    if (entered === undefined) return;
    await secrets.set(name, entered);
    void vscode.window.showInformationMessage(plainText(t("The secret {0} is kept in the editor's secret storage.", name)));
  } else if (how === remove) {
    await secrets.delete(name);
    void vscode.window.showInformationMessage(plainText(t('The secret {0} is removed.', name)));
  }
}
