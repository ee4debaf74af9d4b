import * as vscode from 'vscode';
import { commandsIn, readable, terminalText } from '../../core/editorTasks/terminalText';
import { tasks } from '../../core/editorTasks/tasks';
import { t } from '../../shared/l10n';
import type { ChatSession } from '../chat/chatSession';
import { plainText } from '../plainText';
import type { TerminalCommand } from '../terminalCommands';

interface TerminalDependencies {
  readonly chat: ChatSession;
  /** The last command of a terminal, as far as the shell told the editor of it. */
  readonly lastCommand: (terminal: vscode.Terminal) => TerminalCommand | undefined;
}

type TerminalTask = 'explainTerminal' | 'fixTerminal';

/** Asks about the last command of a terminal: the one whose menu it was, else the one in front. */
export async function askTerminal({ chat, lastCommand }: TerminalDependencies, task: TerminalTask, argument: unknown): Promise<void> {
  const terminal = terminalOf(argument);
  if (!terminal) return tellNoTerminal();
  const last = lastCommand(terminal);
  if (!last) {
    const learn = t('About Shell Integration');
    const choice = await vscode.window.showInformationMessage(t('Farthing knows of no command in this terminal. Run one first; if you have, the shell does not tell the editor of its commands: select the text in the terminal and ask again.'), learn);
    if (choice === learn) await vscode.env.openExternal(vscode.Uri.parse('https://code.visualstudio.com/docs/terminal/shell-integration'));
    return;
  }
  await ask(chat, task, terminal, { ...last, output: await outputOf(terminal, last) });
}

/** The same about what is selected in the terminal; the menu offers it only when something is. */
export async function askTerminalSelection({ chat }: Pick<TerminalDependencies, 'chat'>, task: TerminalTask, argument: unknown): Promise<void> {
  const terminal = terminalOf(argument);
  if (!terminal) return tellNoTerminal();
  const selected = await copiedBy('workbench.action.terminal.copySelection');
  if (selected.trim() === '') {
    void vscode.window.showInformationMessage(t('Nothing is selected in the terminal.'));
    return;
  }
  await ask(chat, task, terminal, { output: selected });
}

async function ask(chat: ChatSession, task: TerminalTask, terminal: vscode.Terminal, about: Partial<TerminalCommand> & { readonly output: string }): Promise<void> {
  const shell = terminal.state.shell;
  const [said = ''] = (about.command ?? about.output).trim().split('\n', 1);
  await chat.askInNewThread({ text: terminalText({ ask: tasks[task], ...about, ...(shell === undefined ? {} : { shell }) }), shown: `${task === 'fixTerminal' ? t('Fix command') : t('Explain')}: ${said}`, purpose: 'terminal' });
}

/**
 * Puts a command of an answer into the line of a terminal, where the person reads it and presses Enter or not. Nothing is
 * ever run: what could not stand in one line goes onto the clipboard instead.
 */
export async function putIntoTerminal(code: string): Promise<void> {
  const commands = commandsIn(code);
  const [first] = commands;
  if (first === undefined) {
    const copy = t('Copy');
    const choice = await vscode.window.showInformationMessage(t('This is a script of several lines, or holds signs that would act by themselves, so it is not put into the terminal.'), copy);
    if (choice === copy) await vscode.env.clipboard.writeText(code);
    return;
  }
  const chosen = commands.length === 1 ? first : await chooseCommand(commands);
  if (chosen === undefined) return;
  const terminal = vscode.window.activeTerminal ?? vscode.window.createTerminal();
  terminal.show();
  terminal.sendText(chosen, false);
}

async function chooseCommand(commands: readonly string[]): Promise<string | undefined> {
  const rows = commands.map((command) => ({ label: plainText(command), command }));
  return (await vscode.window.showQuickPick(rows, { title: t('Put into the Terminal'), placeHolder: t('Which command? It is not run.') }))?.command;
}

/** The editor gives the terminal to the commands of its menu. */
function terminalOf(argument: unknown): vscode.Terminal | undefined {
  return vscode.window.terminals.find((terminal) => terminal === argument) ?? vscode.window.activeTerminal;
}

async function tellNoTerminal(): Promise<void> {
  const open = t('New Terminal');
  if ((await vscode.window.showInformationMessage(t('No terminal is open.'), open)) === open) await vscode.commands.executeCommand('workbench.action.terminal.new');
}

/** The output of a command that ends at once is lost on its way to extensions (seen with VS Code 1.139); the terminal in front still knows it. */
async function outputOf(terminal: vscode.Terminal, { output }: TerminalCommand): Promise<string> {
  return readable(output) === '' && terminal === vscode.window.activeTerminal ? copiedBy('workbench.action.terminal.copyLastCommandOutput') : output;
}

/** What a command of the terminal in front copies: some of it extensions are told in no other way. The clipboard gets its text back. */
async function copiedBy(command: string): Promise<string> {
  const { clipboard } = vscode.env;
  const before = await clipboard.readText();
  try {
    await clipboard.writeText('');
    await vscode.commands.executeCommand(command);
    return await clipboard.readText();
  } finally {
    await clipboard.writeText(before);
  }
}
