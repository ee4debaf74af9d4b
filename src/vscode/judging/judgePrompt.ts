import * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { JudgedPrompt } from '../../core/model/judged';
import { t } from '../../shared/l10n';
import { MarkdownPage } from '../markdownPage';
import { plainText } from '../plainText';
import { choiceLines, judgedLines, judgedPage, labelLines, reasonLines, type Told } from './judgedText';

/** What the editor calls a document whose text may be a prompt as well as anything. */
const proseLanguages: ReadonlySet<string> = new Set(['plaintext', 'markdown', 'git-commit', 'scminput', 'search-result', 'log']);

/** Of very much the editor's list shows no rows: it makes a pattern of what is typed to search them. In characters. */
const mostTyped = 2_000;

/** "Show How a Prompt Is Judged": the selection as a page, or what is typed, judged with every key; what is pasted and long as a page, too. */
export class PromptJudge {
  readonly #page: MarkdownPage;
  /** What was typed last, to go on from. */
  #typed = '';

  constructor(private readonly app: App) {
    this.#page = new MarkdownPage('farthing-judged', t('How a prompt is judged'));
  }

  async show(): Promise<void> {
    const editor = vscode.window.activeTextEditor;
    const selected = editor?.document.getText(editor.selection) ?? '';
    if (editor && selected.trim() !== '') return this.#open(selected, proseLanguages.has(editor.document.languageId) ? undefined : editor.document.languageId);
    const typed = await this.#type();
    if (typed !== undefined) await this.#open(typed, undefined);
  }

  async #open(text: string, language: string | undefined): Promise<void> {
    const judged = await this.app.judgePrompt(text, language, new AbortController().signal);
    if (judged) await this.#page.show(judgedPage(judged, this.app.settings().quality, this.#context()));
  }

  /** Resolves with the prompt when its page is wanted. */
  #type(): Promise<string | undefined> {
    const picker = vscode.window.createQuickPick();
    picker.title = t('Farthing: Show How a Prompt Is Judged');
    picker.placeholder = t('Type or paste a prompt. One that is selected in an editor keeps its lines');
    picker.value = this.#typed;
    const edit: vscode.QuickInputButton = { iconPath: new vscode.ThemeIcon('gear'), tooltip: t('Edit your classifiers') };
    picker.buttons = [edit];
    let judging = new AbortController();
    let accept = (): void => undefined;
    const judge = async (): Promise<void> => {
      judging.abort();
      judging = new AbortController();
      const { signal } = judging;
      const { value } = picker;
      if (value.length > mostTyped) {
        this.#typed = '';
        accept();
        return;
      }
      this.#typed = value;
      if (value.trim() === '') {
        picker.items = [];
        return;
      }
      const judged = await this.app.judgePrompt(value, undefined, signal);
      if (judged && !signal.aborted) picker.items = this.#rows(judged);
    };
    return new Promise((resolve, reject) => {
      accept = () => {
        resolve(picker.value.trim() === '' ? undefined : picker.value);
        picker.hide();
      };
      const follow = (): void => void judge().catch((error: unknown) => {
        reject(error);
        picker.hide();
      });
      picker.onDidChangeValue(follow);
      picker.onDidTriggerButton(() => void vscode.commands.executeCommand('workbench.action.openSettings', 'farthing.classifiers'));
      picker.onDidAccept(accept);
      picker.onDidHide(() => {
        judging.abort();
        resolve(undefined);
        picker.dispose();
      });
      picker.show();
      follow();
    });
  }

  #rows(judged: JudgedPrompt): readonly vscode.QuickPickItem[] {
    const shown = (title: string, lines: readonly Told[]): readonly vscode.QuickPickItem[] => [
      { label: title, kind: vscode.QuickPickItemKind.Separator },
      ...lines.map(({ what, is }) => ({ label: plainText(what), description: plainText(is), alwaysShow: true })),
    ];
    return [
      { label: `$(book) ${t('Open all of this as a page')}`, alwaysShow: true },
      ...shown(t('Judged'), judgedLines(judged)),
      ...shown(t('Your classifiers'), labelLines(judged)),
      ...shown(t('Who would be asked'), choiceLines(judged, this.app.settings().quality, this.#context())),
      ...shown(t('Why'), reasonLines(judged)),
    ];
  }

  #context() {
    return { nameOf: this.app.providerName, now: Date.now() };
  }
}
