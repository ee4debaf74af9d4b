import * as vscode from 'vscode';
import type { App } from '../core/app';
import type { Finding, Severity } from '../core/model/finding';
import { t } from '../shared/l10n';
import type { Actions } from './actions';
import { tellFinding, type ToldFinding } from './findingTexts';
import { untilStopped } from './keyCommands';
import { plainText } from './plainText';
import type { SettingsRead } from './settings';

const icons: Readonly<Record<Severity, string>> = { error: 'error', warning: 'warning', note: 'info', ok: 'pass' };

/** Asks every provider whether it answers and looks at the settings; lists what is found, each with what mends it. */
export async function checkConfiguration(app: App, actions: Actions, { problems, byVariable }: Pick<SettingsRead, 'problems' | 'byVariable'>): Promise<void> {
  const found = await untilStopped(t('Checking the configuration'), (signal) => app.checkConfiguration(signal));
  if (found === undefined) return;
  const findings: readonly Finding[] = [
    ...found,
    ...problems.map(({ key, sentence }): Finding => ({ kind: 'setting', key, sentence })),
    ...byVariable.map(({ key, variable }): Finding => ({ kind: 'variable', key, variable })),
  ];
  const told = findings.map((finding) => tellFinding(finding, { nameOf: app.providerName, now: Date.now() }));
  const chosen = await choose(told);
  if (!chosen) return;
  if ('do' in chosen) await actions.run(chosen.do, { failure: failureOf(findings[told.findIndex(({ fix }) => fix === chosen)]), threadId: undefined });
  else if ('open' in chosen) await vscode.commands.executeCommand('workbench.action.openSettings', chosen.open.replace(/\[.*$/, ''));
  else await app.removeKey({ id: chosen.removeKey });
}

/** A list by severity; choosing a row does what mends it. The button in its title copies it, for asking somebody. */
function choose(told: readonly ToldFinding[]): Promise<ToldFinding['fix']> {
  const pick = vscode.window.createQuickPick<vscode.QuickPickItem & { readonly fix?: ToldFinding['fix'] }>();
  pick.title = t('Farthing: Check Configuration');
  pick.placeholder = told.some(({ fix }) => fix) ? t('Choose a line to mend it') : t('All is in order');
  pick.matchOnDetail = true;
  pick.items = (['error', 'warning', 'note', 'ok'] as const).flatMap((severity) => {
    const rows = told.filter((one) => one.severity === severity);
    if (rows.length === 0) return [];
    return [
      { label: headingOf(severity), kind: vscode.QuickPickItemKind.Separator },
      ...rows.map(({ subject, sentence, fix }) => ({ label: `$(${icons[severity]}) ${plainText(subject)}`, description: fix ? `→ ${fix.label}` : '', detail: plainText(sentence), ...(fix ? { fix } : {}) })),
    ];
  });
  const copy: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('copy'), tooltip: t('Copy this list') };
  pick.buttons = [copy];
  pick.onDidTriggerButton(() => void vscode.env.clipboard.writeText(told.map(({ severity, subject, sentence }) => `${headingOf(severity)}: ${subject}: ${sentence}`).join('\n')));
  return new Promise((resolve) => {
    pick.onDidAccept(() => {
      resolve(pick.selectedItems[0]?.fix);
      pick.dispose();
    });
    pick.onDidHide(() => {
      resolve(undefined);
      pick.dispose();
    });
    pick.show();
  });
}

function headingOf(severity: Severity): string {
  return { error: t('Does not work'), warning: t('Could be better'), note: t('Good to know'), ok: t('In order') }[severity];
}

function failureOf(finding: Finding | undefined) {
  return finding && 'failure' in finding ? finding.failure : undefined;
}
