import * as vscode from 'vscode';

/** A command of a terminal with what it put out, as the shell told the editor of it. */
export interface TerminalCommand {
  readonly command: string;
  /** With its colours and other sequences. */
  readonly output: string;
  /** Undefined: it is running, or the shell does not tell. */
  readonly exitCode?: number;
}

interface Heard extends TerminalCommand {
  readonly terminal: vscode.Terminal;
  output: string;
  exitCode?: number;
}

/** Commands that are remembered. */
const mostCommands = 30;
/** Characters of an output that are remembered: its beginning and its end. */
const mostStart = 16_000;
const mostOutput = 80_000;

/** The last commands of this window's terminals. It has to listen from the start: an output that has scrolled by cannot be asked for. */
export class TerminalCommands implements vscode.Disposable {
  readonly #heard: Heard[] = [];
  readonly #running = new Map<vscode.TerminalShellExecution, Heard>();
  readonly #subscriptions = vscode.Disposable.from(
    vscode.window.onDidStartTerminalShellExecution(({ terminal, execution }) => void this.#follow(terminal, execution)),
    vscode.window.onDidEndTerminalShellExecution(({ execution, exitCode }) => {
      const heard = this.#running.get(execution);
      if (heard && exitCode !== undefined) heard.exitCode = exitCode;
      this.#running.delete(execution);
    }),
  );

  dispose(): void {
    this.#subscriptions.dispose();
  }

  /** The newest first. */
  list(): readonly TerminalCommand[] {
    return this.#heard.toReversed();
  }

  readonly lastOf = (terminal: vscode.Terminal): TerminalCommand | undefined => this.#heard.findLast((heard) => heard.terminal === terminal);

  async #follow(terminal: vscode.Terminal, execution: vscode.TerminalShellExecution): Promise<void> {
    const command = execution.commandLine.value;
    if (command.trim() === '') return;
    const heard: Heard = { terminal, command, output: '' };
    this.#running.set(execution, heard);
    this.#heard.push(heard);
    if (this.#heard.length > mostCommands) this.#heard.shift();
    try {
      for await (const piece of execution.read()) heard.output = bounded(heard.output + piece);
    } catch {
      // The terminal went away under it: what came is kept.
    }
  }
}

function bounded(output: string): string {
  if (output.length <= mostOutput) return output;
  return `${output.slice(0, mostStart)}\n[…]\n${output.slice(mostStart - mostOutput + 8_000)}`;
}
