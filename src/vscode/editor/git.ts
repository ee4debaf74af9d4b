import * as vscode from 'vscode';

/** The part of the built-in git extension's API (version 1) that is used here. */
export interface GitRepository {
  readonly rootUri: vscode.Uri;
  readonly inputBox: { value: string };
  readonly state: { readonly indexChanges: readonly GitChange[]; readonly workingTreeChanges: readonly GitChange[]; readonly untrackedChanges?: readonly GitChange[] };
  readonly ui: { readonly selected: boolean };
  diff(cached?: boolean): Promise<string>;
  log(options?: { readonly maxEntries?: number }): Promise<readonly { readonly message: string; readonly parents: readonly string[] }[]>;
}

interface GitChange {
  readonly uri: vscode.Uri;
  /** `Status` of the API. */
  readonly status: number;
}

interface GitExtension {
  readonly enabled: boolean;
  getAPI(version: 1): { readonly repositories: readonly GitRepository[] };
}

/** `Status.UNTRACKED`. */
const untracked = 7;

/** The repositories that are open. `off`: git is switched off in this editor, or the extension is not there. */
export async function gitRepositories(): Promise<readonly GitRepository[] | 'off'> {
  const extension = vscode.extensions.getExtension<GitExtension>('vscode.git');
  if (!extension) return 'off';
  const git = await extension.activate();
  return git.enabled ? git.getAPI(1).repositories : 'off';
}

/** The repository that a button of the source-control view is for; its argument is the editor's `SourceControl`. */
export function repositoryOf(repositories: readonly GitRepository[], argument: unknown): GitRepository | undefined {
  const root = typeof argument === 'object' && argument !== null && 'rootUri' in argument && argument.rootUri instanceof vscode.Uri ? argument.rootUri.toString() : undefined;
  if (root !== undefined) return repositories.find(({ rootUri }) => rootUri.toString() === root);
  return repositories.length === 1 ? repositories[0] : repositories.find(({ ui }) => ui.selected);
}

/** Files that git does not know yet: they are in no diff, and a commit of everything takes them along. */
export function untrackedFiles({ state }: GitRepository): readonly vscode.Uri[] {
  return [...state.workingTreeChanges, ...(state.untrackedChanges ?? [])].filter(({ status }) => status === untracked).map(({ uri }) => uri);
}
