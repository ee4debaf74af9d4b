import type * as vscode from 'vscode';

const name = 'farthing.agentRuns';

/** The runs of agents in this folder's terminals, by client: the process of the terminal. A window that is loaded again knows them by it. */
export function keptRuns(state: vscode.Memento): Readonly<Record<string, number>> {
  const kept = state.get<unknown>(name);
  if (typeof kept !== 'object' || kept === null) return {};
  return Object.fromEntries(Object.entries(kept).filter((entry): entry is [string, number] => typeof entry[1] === 'number'));
}

export function keepRuns(state: vscode.Memento, runs: Readonly<Record<string, number>>): Thenable<void> {
  return state.update(name, Object.keys(runs).length === 0 ? undefined : runs);
}
