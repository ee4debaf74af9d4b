import * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { ExperimentPlan, QuestionPlace, Side } from '../../core/model/experiment';
import { domains } from '../../core/model/modelCard';
import { formatPerMillion, formatUsd, fromUsd, nano } from '../../core/model/money';
import { commands } from '../../shared/contributions';
import { t } from '../../shared/l10n';
import { domainText, tell } from '../failureTexts';
import { tellNobody, untilStopped } from '../keyCommands';
import { plainText } from '../plainText';
import { readUsd } from '../providers/usdInput';
import { runCommand } from '../register';
import { begunText } from './begunText';
import { followExperiment } from './followExperiment';

function title(): string {
  return t('Farthing: New Experiment');
}

/** How many past questions are looked for at most, and how many new ones are taken in. */
const mostQuestions = 300;
const mostNewQuestions = 100;

type Sides = ExperimentPlan['sides'];

/**
 * Leads through an experiment in a few steps: what is compared, on which questions, who judges, what it may cost. Nothing
 * is asked before the last of them is agreed to. Without a provider it says how to get one.
 */
export async function newExperiment(app: App): Promise<void> {
  const models = await untilStopped(t('Reading the models'), () => app.models());
  if (models === undefined) return;
  if (models.length === 0) return tellNobody(app);
  const sides = await pickSides(models);
  const questions = sides && (await pickQuestions(app));
  const judge = questions && (await pickJudge());
  if (!sides || !questions || !judge) return;
  const plan = { sides, judge, questions: questions.places, withNew: questions.withNew, mostPairs: questions.withNew ? mostNewQuestions : questions.places.length };
  const estimate = await untilStopped(t('Working out the cost'), () => app.experiments().estimate(plan));
  if (!estimate) return;
  if (!estimate.ok) {
    void vscode.window.showWarningMessage(plainText(tell(estimate.failure, { nameOf: app.providerName, now: Date.now() }).sentence));
    return;
  }
  const { low, likely, high, judge: judgeName } = estimate;
  const figures = [plan.mostPairs, formatUsd(likely), formatUsd(low), formatUsd(high)] as const;
  const allowed = await vscode.window.showInputBox({
    title: title(),
    prompt: plainText([judgeName === undefined ? t('{0} pairs would likely cost {1}, between {2} and {3}; it stops sooner when it is decided.', ...figures) : t('{0} pairs would likely cost {1}, between {2} and {3}, with {4} as judge; it stops sooner when it is decided.', ...figures, judgeName), t('No pair is begun that would likely pass this amount, in US dollars:')].join(' ')),
    value: String(Math.max(0.01, Math.ceil(high / 1e7) / 100)),
    validateInput: (value) => allowanceProblem(value, high / plan.mostPairs),
    ignoreFocusOut: true,
  });
  const allowance = allowed === undefined ? undefined : readUsd(allowed);
  if (allowance === undefined) return;
  const begun = await app.experiments().begin({ ...plan, allowance: fromUsd(allowance) });
  if (!begun.ok) {
    void vscode.window.showWarningMessage(begunText(begun.why));
    return;
  }
  followExperiment(app, begun.id);
  await runCommand(commands.showExperiments);
}

/** An amount that is likely too little is taken, and said to be. `pair` is what one pair costs at most, in nano-dollars. */
function allowanceProblem(value: string, pair: number): string | vscode.InputBoxValidationMessage | undefined {
  const usd = readUsd(value);
  if (usd === undefined) return t('An amount such as 0.50, not below zero.');
  return fromUsd(usd) >= pair ? undefined : { message: t('Likely too little for a single pair, which may cost {0}: nothing would be asked.', formatUsd(nano(Math.ceil(pair)))), severity: vscode.InputBoxValidationSeverity.Warning };
}

type Models = Awaited<ReturnType<App['models']>>;

async function pickSides(models: Models): Promise<Sides | undefined> {
  const what = await vscode.window.showQuickPick(
    [
      { label: `$(symbol-namespace) ${t('Two models')}`, detail: t('Which of two models answers your questions better, and at what price?'), of: 'models' as const },
      { label: `$(note) ${t('Two instructions')}`, detail: t('Which of two system instructions makes a model answer better?'), of: 'instructions' as const },
    ],
    { title: title(), placeHolder: t('Compare what?') },
  );
  if (!what) return undefined;
  if (what.of === 'models') {
    if (models.filter(isPriced).length < 2) {
      void vscode.window.showInformationMessage(t('There are no two models with a known price to compare. Add a provider, set a price, or compare two instructions.'));
      return undefined;
    }
    const one = await pickModel(models, t('Model A'));
    const other = one && (await pickModel(models.filter(({ id }) => id !== one.arm), t('Model B')));
    return one && other && [one, other];
  }
  const on = await pickModel(models, t('On which model?'), true);
  const one = on && (await typeInstruction(t('Instruction A')));
  const other = one === undefined ? undefined : await typeInstruction(t('Instruction B'), one);
  if (!on || one === undefined || other === undefined) return undefined;
  return [{ ...on, name: t('Instruction A'), instruction: one }, { ...on, name: t('Instruction B'), instruction: other }];
}

async function pickModel(models: Models, placeHolder: string, mayBeChosen = false): Promise<Side | undefined> {
  const automatic = { label: `$(sparkle) ${t('Choose for each question')}`, detail: t('As usual'), side: { name: t('Chosen') } satisfies Side };
  const rows = models.filter(isPriced).map(({ id, arm }) => {
    const { price, free } = arm.offer;
    const cost = price && !free ? t('{0} in, {1} out per 1M tokens', formatPerMillion(price.input), formatPerMillion(price.output)) : t('free');
    return { label: plainText(arm.card.name), detail: plainText(`${id} · ${cost}`), side: { name: arm.effort.isDefault ? arm.card.name : `${arm.card.name} (${arm.effort.effort})`, arm: id } satisfies Side };
  });
  const picked = await vscode.window.showQuickPick<vscode.QuickPickItem & { readonly side: Side }>(mayBeChosen ? [automatic, ...rows] : rows, { title: title(), placeHolder, matchOnDetail: true });
  return picked?.side;
}

/** Without a price nobody could say what it will cost. */
function isPriced({ arm: { offer } }: Models[number]): boolean {
  return offer.price !== undefined || offer.free;
}

/** @param other what it must not be the same as */
function typeInstruction(what: string, other?: string): Thenable<string | undefined> {
  return vscode.window.showInputBox({ title: `${title()}: ${what}`, prompt: t('{0}: what the model is told before your question, in place of the usual words.', what), validateInput: (value) => (value.trim() === '' ? t('Type an instruction.') : value.trim() === other?.trim() ? t('This is Instruction A. Type another one.') : undefined), ignoreFocusOut: true });
}

async function pickQuestions(app: App): Promise<{ readonly places: readonly QuestionPlace[]; readonly withNew: boolean } | undefined> {
  const past = await untilStopped(t('Looking through your conversations'), () => app.experiments().pastQuestions(mostQuestions));
  if (past === undefined) return undefined;
  const counts = [20, 50, 100].filter((count) => count < past.length);
  const rows: readonly (vscode.QuickPickItem & { readonly take: number | 'domain' | 'new' })[] = [
    ...counts.map((count) => ({ label: `$(history) ${t('Your newest {0} questions', count)}`, take: count })),
    ...(past.length > 0 ? [{ label: `$(history) ${past.length === 1 ? t('Your one past question') : t('All {0} past questions', past.length)}`, description: past.length === mostQuestions ? t('the newest') : '', take: past.length }, { label: `$(filter) ${t('Past questions of one kind…')}`, take: 'domain' as const }] : []),
    { label: `$(comment) ${t('New questions, as you ask them')}`, detail: t('Each of your next questions is also put to both, in the background, up to {0}', mostNewQuestions), take: 'new' as const },
  ];
  const picked = await vscode.window.showQuickPick(rows, { title: title(), placeHolder: t('On which questions? They are sent to both models and to the judge') });
  if (!picked) return undefined;
  if (picked.take === 'new') return { places: [], withNew: true };
  if (typeof picked.take === 'number') return { places: past.slice(0, picked.take), withNew: false };
  const kind = await vscode.window.showQuickPick(domains.map((domain) => ({ label: domainText(domain), domain })), { title: title(), placeHolder: t('Questions of which kind?') });
  const places = kind && (await untilStopped(t('Looking through your conversations'), () => app.experiments().pastQuestions(mostQuestions, kind.domain)));
  if (places?.length === 0) void vscode.window.showInformationMessage(t('None of your past questions is of that kind.'));
  return places && places.length > 0 ? { places, withNew: false } : undefined;
}

async function pickJudge(): Promise<'model' | 'person' | undefined> {
  const picked = await vscode.window.showQuickPick(
    [
      { label: `$(law) ${t('A third model')}`, detail: t('Sees both answers in both orders, without names'), judge: 'model' as const },
      { label: `$(person) ${t('You')}`, detail: t('You see two answers without names, three pairs ahead at most'), judge: 'person' as const },
    ],
    { title: title(), placeHolder: t('Who judges?') },
  );
  return picked?.judge;
}
