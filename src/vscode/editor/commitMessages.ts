import * as vscode from 'vscode';
import type { App } from '../../core/app';
import { commitPrompt } from '../../core/editorTasks/commitPrompt';
import { commitText, growingCommitText } from '../../core/editorTasks/commitText';
import type { AskRequest } from '../../core/model/ask';
import type { Failure } from '../../core/model/failure';
import { nano, type NanoDollars } from '../../core/model/money';
import { t } from '../../shared/l10n';
import type { Log } from '../../core/ports/log';
import type { Actions } from '../actions';
import { costText } from '../costText';
import { type ActionId, tell } from '../failureTexts';
import { plainText } from '../plainText';
import { setContextKey } from '../register';
import { commitMaterial } from './commitMaterial';
import { type GitRepository, gitRepositories, repositoryOf } from './git';
import { MessageBox } from './messageBox';

/** A message is short, but models that reason spend tokens on it first. */
const mostOutputTokens = 2048;

/** How often a growing message is shown, and how long what it cost stands in the status bar. Milliseconds. */
const showEveryMs = 100;
const costShownMs = 15_000;

/** Buttons of failures that are about a page, not about a command. */
const ofPages: ReadonlySet<ActionId> = new Set(['cheaper', 'goOn', 'newChat', 'sendLater', 'dismiss']);

interface CommitDependencies {
  readonly app: App;
  readonly actions: Pick<Actions, 'run'>;
  readonly log: Log;
  /** Whether the person keeps a file from being sent. */
  readonly isIgnored: (uri: vscode.Uri) => Promise<boolean>;
}

interface Written {
  readonly text: string;
  readonly model: string;
  /** Undefined: the price of one of the calls is not known. */
  readonly cost: NanoDollars | undefined;
  readonly costSource: string | undefined;
  readonly failure: Failure | undefined;
}

/** Tells how it went, once the progress has gone. */
type Telling = () => Promise<'again' | undefined>;

/** "Write Commit Message": one at a time in a window. */
export class CommitMessages {
  #running: AbortController | undefined;

  constructor(private readonly dependencies: CommitDependencies) {}

  stop(): void {
    this.#running?.abort();
    // The window may remember the button of a host that ended in the middle.
    if (!this.#running) setContextKey('writingCommit', false);
  }

  /** `argument`: the source control whose button was pressed. */
  async write(argument: unknown): Promise<void> {
    if (this.#running) return;
    const running = new AbortController();
    this.#running = running;
    setContextKey('writingCommit', true);
    let tell: Telling;
    try {
      const repository = await chosenRepository(argument);
      if (!repository) return;
      const options = { location: vscode.ProgressLocation.SourceControl, title: t('Writing a commit message') };
      tell = await vscode.window.withProgress(options, () => this.#writeFor(repository, running.signal));
    } finally {
      this.#running = undefined;
      setContextKey('writingCommit', false);
    }
    // Not waited for: a notification stands until somebody looks at it.
    tell().then((next) => (next === 'again' ? this.write(argument) : undefined)).catch((error: unknown) => this.dependencies.log.error('what became of a commit message could not be told', error));
  }

  async #writeFor(repository: GitRepository, signal: AbortSignal): Promise<Telling> {
    const material = await commitMaterial(repository, this.dependencies.isIgnored);
    if (!material) return tellNoChanges;
    const box = new MessageBox(repository.inputBox);
    const written = await this.#ask({ messages: commitPrompt({ ...material, begun: box.before }), purpose: 'commit', maxOutputTokens: mostOutputTokens }, box, signal);
    if (written.text === '' || written.failure) box.restore();
    if (signal.aborted) return async () => tellCost(t('{0}, stopped', costOf(written)));
    const { failure } = written;
    if (failure) return () => this.#tellFailure(failure);
    if (written.text === '') return () => tellEmpty(written);
    return box.settle(written.text) ? () => tellDone(written, box) : () => tellTaken(written, box);
  }

  async #ask(request: AskRequest, box: MessageBox, signal: AbortSignal): Promise<Written> {
    let answer = '';
    let model = '';
    let cost: number | undefined = 0;
    let costSource: string | undefined;
    let failure: Failure | undefined;
    let shownAt = 0;
    for await (const event of this.dependencies.app.ask(request, signal)) {
      switch (event.type) {
        case 'answer-start':
          answer = '';
          model = event.candidate.arm.card.name;
          break;
        case 'text-delta':
          answer += event.text;
          if (performance.now() - shownAt < showEveryMs) break;
          shownAt = performance.now();
          box.show(growingCommitText(answer) || box.before);
          break;
        case 'answer-failed':
          failure = event.failure;
          break;
        default:
      }
      if (!('receipt' in event) || !event.receipt) continue;
      const { amount, source } = event.receipt.charge;
      cost = cost === undefined || amount === undefined ? undefined : cost + amount;
      costSource = source;
    }
    return { text: commitText(answer), model, cost: cost === undefined ? undefined : nano(cost), costSource, failure };
  }

  async #tellFailure(failure: Failure): Promise<'again' | undefined> {
    const { app, actions } = this.dependencies;
    const told = tell(failure, { nameOf: app.providerName, now: Date.now() });
    const offered = told.actions.filter(({ id }) => !ofPages.has(id));
    const choice = await vscode.window.showErrorMessage(plainText(t('No commit message was written. {0}', told.sentence)), ...offered.map(({ label }) => label));
    const chosen = offered.find(({ label }) => label === choice);
    if (!chosen) return undefined;
    return chosen.id === 'retry' || (await actions.run(chosen.id, { failure, threadId: undefined })) === 'retry' ? 'again' : undefined;
  }
}

/** Of several repositories the person chooses one. Undefined: there is none, which was told, or none was chosen. */
async function chosenRepository(argument: unknown): Promise<GitRepository | undefined> {
  const repositories = await gitRepositories();
  if (repositories === 'off') {
    const open = t('Open Settings');
    if ((await vscode.window.showWarningMessage(t('Git is switched off in this editor, so there are no changes to read.'), open)) === open) await vscode.commands.executeCommand('workbench.action.openSettings', 'git.enabled');
    return undefined;
  }
  if (repositories.length === 0) {
    const show = t('Show Source Control');
    if ((await vscode.window.showWarningMessage(t('There is no git repository in this folder yet.'), show)) === show) await vscode.commands.executeCommand('workbench.view.scm');
    return undefined;
  }
  const known = repositoryOf(repositories, argument);
  if (known) return known;
  const rows = repositories.map((repository) => ({ label: `$(repo) ${plainText(repository.rootUri.path.split('/').pop() ?? '')}`, description: plainText(repository.rootUri.fsPath), repository }));
  return (await vscode.window.showQuickPick(rows, { title: t('Write Commit Message'), placeHolder: t('For which repository?') }))?.repository;
}

async function tellNoChanges(): Promise<undefined> {
  const show = t('Show Source Control');
  const choice = await vscode.window.showInformationMessage(t('Nothing has changed, so there is nothing to write a commit message about.'), show);
  if (choice === show) await vscode.commands.executeCommand('workbench.view.scm');
}

function costOf({ model, cost, costSource }: Written): string {
  return model === '' ? t('Commit message') : t('Commit message by {0}, {1}', model, costText(cost, costSource));
}

function tellCost(text: string): undefined {
  vscode.window.setStatusBarMessage(`$(sparkle) ${plainText(text)}`, costShownMs);
}

async function tellEmpty(written: Written): Promise<'again' | undefined> {
  const again = t('Try again');
  return (await vscode.window.showWarningMessage(plainText(t('{0}: the model wrote none.', costOf(written))), again)) === again ? 'again' : undefined;
}

/** What was replaced can be brought back here as well as by undoing in the box. */
async function tellDone(written: Written, box: MessageBox): Promise<undefined> {
  tellCost(costOf(written));
  if (box.before.trim() === '') return;
  const undo = t('Undo');
  const choice = await vscode.window.showInformationMessage(plainText(t('{0}. It was written from what stood in the box.', costOf(written))), undo);
  if (choice === undo) box.restore();
}

/** The person has written into the box meanwhile: what stands there is theirs, until they say otherwise. */
async function tellTaken(written: Written, box: MessageBox): Promise<undefined> {
  const use = t('Use It');
  const choice = await vscode.window.showInformationMessage(plainText(t('{0}. You have written in the box meanwhile, so it was left alone.', costOf(written))), use);
  if (choice === use) box.replace(written.text);
}
