import * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { Log } from '../../core/ports/log';
import { commands } from '../../shared/contributions';
import { useBundle } from '../../shared/l10n';
import type { Actions } from '../actions';
import type { EditorHandlers } from '../register';
import type { TerminalCommands } from '../terminalCommands';
import { askCell } from './askCell';
import { askSelection, askTask, type AskingEditor } from './askCode';
import { askProblem } from './askProblem';
import { askTerminal, askTerminalSelection, putIntoTerminal } from './askTerminal';
import { CommitMessages } from './commitMessages';

export interface EditorDependencies extends AskingEditor {
  readonly app: App;
  readonly actions: Pick<Actions, 'run'>;
  readonly log: Log;
  readonly terminals: TerminalCommands;
  readonly isIgnored: (uri: vscode.Uri) => Promise<boolean>;
}

/** What the commands in the menus of editors, terminals, notebooks and the source control do: the entry of their bundle. */
export function editorHandlers({ app, actions, log, terminals, isIgnored, ...asking }: EditorDependencies): EditorHandlers {
  // A bundle of its own has its own copy of the texts.
  useBundle(vscode.l10n.bundle, vscode.env.language);
  const commits = new CommitMessages({ app, actions, log, isIgnored });
  const heard = { chat: asking.chat, lastCommand: terminals.lastOf };
  return {
    [commands.askSelection]: () => askSelection(asking),
    [commands.explainCode]: () => askTask(asking, 'explain'),
    [commands.fixCode]: () => askTask(asking, 'fix'),
    [commands.improveCode]: () => askTask(asking, 'improve'),
    [commands.writeTests]: () => askTask(asking, 'tests'),
    [commands.documentCode]: () => askTask(asking, 'document'),
    [commands.fixProblem]: (argument) => askProblem(asking, 'fixProblem', argument),
    [commands.explainProblem]: (argument) => askProblem(asking, 'explainProblem', argument),
    [commands.writeCommitMessage]: (argument) => commits.write(argument),
    [commands.stopCommitMessage]: () => commits.stop(),
    [commands.explainTerminal]: (argument) => askTerminal(heard, 'explainTerminal', argument),
    [commands.fixTerminal]: (argument) => askTerminal(heard, 'fixTerminal', argument),
    [commands.explainTerminalSelection]: (argument) => askTerminalSelection(heard, 'explainTerminal', argument),
    [commands.fixTerminalSelection]: (argument) => askTerminalSelection(heard, 'fixTerminal', argument),
    [commands.putIntoTerminal]: (argument) => (typeof argument === 'string' ? putIntoTerminal(argument) : undefined),
    [commands.explainCell]: (argument) => askCell(asking, 'explainCell', argument),
    [commands.fixCell]: (argument) => askCell(asking, 'fixCell', argument),
    [commands.improveCell]: (argument) => askCell(asking, 'improveCell', argument),
  };
}
