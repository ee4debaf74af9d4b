import * as vscode from 'vscode';
import type { App } from '../../core/app';
import { fromUsd, type NanoDollars } from '../../core/model/money';
import { t } from '../../shared/l10n';
import type { SettingValues } from '../../shared/settings';
import { readLimit } from '../gateway/gatewayTexts';
import { tellNobody } from '../keyCommands';
import { priceClass } from '../languageModels/offers';
import { plainText } from '../plainText';
import { writeSetting } from '../settings';
import type { AgentRuns } from './agentRuns';
import type { Agent } from './agents';
import { findAgents, type FoundAgent } from './findAgents';
import { isOlder } from './version';

interface RunDependencies {
  readonly app: App;
  readonly runs: AgentRuns;
  readonly settings: () => SettingValues;
  /** Of the gateway; asks to start it. Undefined: it is not there, and the person knows. */
  readonly address: () => Promise<string | undefined>;
}

/** Model name for titles, summaries and other side jobs. */
const smallModel = 'auto:economy';

/** Asks which agent, with which model and for how much, and starts it in a terminal of its own. Escape at any question starts nothing. */
export async function runAgent({ app, runs, settings, address }: RunDependencies): Promise<void> {
  if ((await app.models()).length === 0) return tellNobody(app);
  const found = await chooseAgent();
  if (found === undefined) return;
  const { agent, file } = found;
  const folder = await chooseFolder();
  if (folder === 'left') return;
  const model = await chooseModel(app, agent);
  if (model === undefined) return;
  const limit = await askLimit(agent, settings());
  if (limit === 'left') return;
  const gateway = await address();
  if (gateway === undefined) return;
  const rule = await offerRule(agent, settings());
  if (rule === 'left') return;
  await runs.start({ agent, file, folder, limit, model, small: smallModel, address: gateway });
  if (agent.once === 'geminiKey' && rule === 'asked') void vscode.window.showInformationMessage(t('If Gemini CLI asks how to sign in, or was signed in with Google before, choose "Use Gemini API Key" (/auth): otherwise it does not go through the gateway.'));
}

async function chooseAgent(): Promise<{ readonly agent: Agent; readonly file: string } | undefined> {
  const abort = new AbortController();
  const rows = findAgents(terminalPath(), abort.signal).then((all): (vscode.QuickPickItem & { readonly found?: FoundAgent })[] => {
    const there = all.filter(({ file }) => file !== undefined);
    const missing = all.filter(({ file }) => file === undefined);
    return [
      ...there.map((found) => ({ ...foundRow(found), found })),
      ...(missing.length === 0 ? [] : [{ label: t('Not found on the PATH'), kind: vscode.QuickPickItemKind.Separator }]),
      ...missing.map((found) => ({ label: found.agent.name, description: t('not installed'), detail: found.agent.install, found })),
    ];
  });
  const picked = await vscode.window.showQuickPick(rows, { title: t('Farthing: Run Agent in Terminal'), placeHolder: t('Which agent?'), matchOnDescription: true });
  abort.abort();
  if (picked?.found === undefined) return undefined;
  const { agent, file } = picked.found;
  if (file !== undefined) return { agent, file };
  const copy = t('Copy the Command');
  if ((await vscode.window.showInformationMessage(t('{0} is not on the PATH. Its maker says to install it with: {1}', agent.name, agent.install), copy)) === copy) await vscode.env.clipboard.writeText(agent.install);
  return undefined;
}

function foundRow({ agent, file, version }: FoundAgent): vscode.QuickPickItem {
  const health = version === undefined ? t('did not say its version') : isOlder(version, agent.oldest) ? t('{0}, older than {1}, the oldest that has all that is needed', version.join('.'), agent.oldest.join('.')) : version.join('.');
  const isWell = version !== undefined && !isOlder(version, agent.oldest);
  return { label: `$(${isWell ? agent.icon : 'warning'}) ${agent.name}`, description: health, detail: plainText(file ?? '') };
}

/** The PATH as a terminal has it: that of the editor, or what the person's settings give to terminals. */
function terminalPath(): string {
  const platform = process.platform === 'win32' ? 'windows' : process.platform === 'darwin' ? 'osx' : 'linux';
  const own = process.env['PATH'] ?? '';
  const all = vscode.workspace.getConfiguration('terminal.integrated').inspect<Readonly<Record<string, unknown>>>(`env.${platform}`)?.globalValue;
  const name = Object.keys(all ?? {}).find((one) => one.toUpperCase() === 'PATH');
  const set = name === undefined ? undefined : all?.[name];
  return typeof set === 'string' ? set.replaceAll(/\$\{env:(\w+)\}/g, (_all, variable: string) => process.env[variable] ?? '') : own;
}

async function chooseFolder(): Promise<vscode.WorkspaceFolder | undefined | 'left'> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  if (folders.length <= 1) return folders[0];
  return (await vscode.window.showWorkspaceFolderPick({ placeHolder: t('In which folder?') })) ?? 'left';
}

async function chooseModel(app: App, agent: Agent): Promise<string | undefined> {
  const own = { economy: t('the cheapest that will probably do'), balanced: t('the cheapest that will very likely do'), quality: t('a stronger one when in doubt') };
  const rows: (vscode.QuickPickItem & { readonly model?: string })[] = [
    { label: '$(sparkle) auto', description: t('chosen for each turn, as your setting says: {0}', app.settings().quality), model: 'auto' },
    ...(['economy', 'balanced', 'quality'] as const).map((quality) => ({ label: `$(sparkle) auto:${quality}`, description: own[quality], model: `auto:${quality}` })),
    { label: t('Always the same model'), kind: vscode.QuickPickItemKind.Separator },
    ...(await app.models()).map(({ id, arm }) => ({ label: plainText(arm.card.name), description: plainText(`${app.providerName(arm.offer.provider)} · ${priceClass(arm)}`), detail: plainText(id), model: id })),
  ];
  return (await vscode.window.showQuickPick(rows, { title: plainText(agent.name), placeHolder: t('Which model?'), matchOnDescription: true, matchOnDetail: true }))?.model;
}

async function askLimit(agent: Agent, { 'gateway.agents.limit': usual }: SettingValues): Promise<NanoDollars | undefined | 'left'> {
  const typed = await vscode.window.showInputBox({
    title: plainText(agent.name),
    prompt: t('The most that this run may cost, in US dollars. Empty: no limit of its own; your budgets hold in any case.'),
    value: usual === null ? '' : String(usual),
    validateInput: (value) => (readLimit(value) === false ? t('An amount such as 5 or 0.50, not below zero.') : undefined),
  });
  if (typed === undefined) return 'left';
  const limit = readLimit(typed);
  return limit === false ? fromUsd(0) : limit;
}

/** Some agents ask for models by names of their own, whatever they are told: refused, unless the person says what they mean. */
async function offerRule({ name, asksFor }: Agent, { 'gateway.models': rules }: SettingValues): Promise<'asked' | 'left' | undefined> {
  if (asksFor === undefined || rules[asksFor] !== undefined || rules['*'] !== undefined) return undefined;
  const add = t('Use {0} for Them', smallModel);
  const detail = t('Without a rule those requests are refused; most of its work goes on. The rule is kept in your setting {0}.', 'farthing.gateway.models');
  const choice = await vscode.window.showInformationMessage(t('{0} also asks for models named {1} for side jobs.', name, asksFor), { modal: true, detail }, add, t('Refuse Them'));
  if (choice === add) await writeSetting('gateway.models', { ...rules, [asksFor]: smallModel });
  return choice === undefined ? 'left' : 'asked';
}
