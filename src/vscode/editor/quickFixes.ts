import * as vscode from 'vscode';
import { commands } from '../../shared/contributions';
import { t } from '../../shared/l10n';
import { plainText } from '../plainText';

/** What the commands behind the actions are told of a problem: plain data, because commands can be called by anybody. Lines and columns from 0. */
export interface ProblemArgument {
  readonly uri: string;
  readonly range: readonly [startLine: number, startCharacter: number, endLine: number, endCharacter: number];
  readonly message: string;
  readonly severity: number;
  readonly source?: string;
  readonly code?: string;
}

/** Problems at one place that get actions of their own; a longer list would hide the fixes of others. */
const mostProblems = 3;

/** Characters of a message in a title, which is one line of a menu. */
const mostTitle = 60;

/** Documents that are no code of the person's: outputs, the other side of a difference, the box of a commit message. */
const foreign = new Set(['output', 'git', 'farthing-proposal', 'vscode-scm', 'vscode', 'walkThrough', 'comment', 'vscode-chat-code-block']);

/** "Fix with Farthing" and "Explain with Farthing" on every problem that any language reports. Nothing is read or asked before one is chosen. */
export function quickFixes(): vscode.Disposable {
  const { QuickFix } = vscode.CodeActionKind;
  const provideCodeActions: vscode.CodeActionProvider['provideCodeActions'] = ({ uri }, _range, { diagnostics, only }) => {
    if ((only && !only.contains(QuickFix)) || foreign.has(uri.scheme)) return [];
    const problems = diagnostics.toSorted((one, other) => one.severity - other.severity).slice(0, mostProblems);
    return [
      ...problems.map((problem) => action(t('Fix with Farthing'), commands.fixProblem, uri, problem, problems.length > 1)),
      ...problems.map((problem) => action(t('Explain with Farthing'), commands.explainProblem, uri, problem, problems.length > 1)),
    ];
  };
  return vscode.languages.registerCodeActionsProvider({ pattern: '**' }, { provideCodeActions }, { providedCodeActionKinds: [QuickFix] });
}

function action(name: string, command: string, uri: vscode.Uri, problem: vscode.Diagnostic, isOneOfSeveral: boolean): vscode.CodeAction {
  const { range, message, severity, source, code } = problem;
  const value = typeof code === 'object' ? code.value : code;
  const argument: ProblemArgument = {
    uri: uri.toString(),
    range: [range.start.line, range.start.character, range.end.line, range.end.character],
    message,
    severity,
    ...(source === undefined ? {} : { source }),
    ...(value === undefined ? {} : { code: String(value) }),
  };
  const made = new vscode.CodeAction(isOneOfSeveral ? `${name}: ${plainText(shortened(message))}` : name, vscode.CodeActionKind.QuickFix);
  made.diagnostics = [problem];
  made.command = { title: name, command, arguments: [argument] };
  return made;
}

function shortened(message: string): string {
  const [line = ''] = message.trim().split('\n', 1);
  return line.length <= mostTitle ? line : `${line.slice(0, mostTitle - 1)}…`;
}
