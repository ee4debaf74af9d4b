import * as vscode from 'vscode';
import { unreachable } from '../../core/model/failure';
import type { Outbound, OutboundTrouble } from '../../core/ports/outbound';
import { commands } from '../../shared/contributions';
import { t } from '../../shared/l10n';
import type { SettingValues } from '../../shared/settings';
import { plainText } from '../plainText';
import { runCommand } from '../register';
import { onSettingsChanged, readSettings } from '../settings';

/** Webhooks and spans of this window: nothing is loaded, listened to or sent while neither is set. */
export function followOutbound(open: (onTrouble: (trouble: OutboundTrouble) => void) => Outbound, settings: SettingValues): vscode.Disposable & { close(): Promise<void> } {
  let opened: Outbound | undefined;
  /** Each is told once, until the settings change. */
  const told = new Set<string>();
  const onTrouble = (trouble: OutboundTrouble): void => {
    const key = JSON.stringify([trouble.kind, trouble.kind === 'secretMissing' ? trouble.secretName : trouble.host]);
    if (!told.has(key)) void tellTrouble(trouble);
    told.add(key);
  };
  const apply = ({ webhooks, 'telemetry.otlpUrl': otlpUrl, 'telemetry.content': content }: SettingValues): void => {
    if (!opened && webhooks.length === 0 && otlpUrl === '') return;
    opened ??= open(onTrouble);
    opened.configure({ webhooks, otlpUrl, content });
  };
  apply(settings);
  let before = wishOf(settings);
  const changed = (): void => {
    const { values } = readSettings();
    if (wishOf(values) === before) return;
    before = wishOf(values);
    told.clear();
    apply(values);
  };
  const changes = vscode.Disposable.from(onSettingsChanged(changed), vscode.workspace.onDidGrantWorkspaceTrust(changed));
  return { dispose: () => void changes.dispose(), close: async () => opened?.close() };
}

function wishOf({ webhooks, 'telemetry.otlpUrl': otlpUrl, 'telemetry.content': content }: SettingValues): string {
  return JSON.stringify([webhooks, otlpUrl, content]);
}

async function tellTrouble(trouble: OutboundTrouble): Promise<void> {
  const settings = t('Open Settings');
  const secret = t('Set Secret');
  const log = t('Show Log');
  const [sentence, ...buttons] = words(trouble, { settings, secret, log });
  const choice = await vscode.window.showWarningMessage(plainText(sentence), ...buttons);
  if (choice === settings) await vscode.commands.executeCommand('workbench.action.openSettings', trouble.kind === 'spansGivenUp' ? 'farthing.telemetry.otlpUrl' : 'farthing.webhooks');
  if (choice === secret) await runCommand(commands.setOutboundSecret, trouble.kind === 'secretMissing' ? trouble.secretName : undefined);
  if (choice === log) await runCommand(commands.showLog);
}

/** The sentence, and the buttons that help. */
function words(trouble: OutboundTrouble, { settings, secret, log }: Readonly<Record<'settings' | 'secret' | 'log', string>>): readonly [string, ...string[]] {
  switch (trouble.kind) {
    case 'secretMissing':
      return [t('Webhooks that are signed with the secret {0} wait, because there is no secret of this name.', trouble.secretName), secret, settings];
    case 'webhookGivenUp':
      return [t('{0} did not take a webhook in five tries ({1}), so it was given up.', trouble.host, trouble.why), settings, log];
    case 'spansGivenUp':
      return [t('The collector at {0} does not take the spans of your calls ({1}). They are dropped; your requests go on as usual.', trouble.host, trouble.why), settings, log];
    default:
      return unreachable(trouble);
  }
}
