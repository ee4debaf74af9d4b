import * as vscode from 'vscode';
import { t } from '../../shared/l10n';
import { type GitRepository, gitRepositories } from '../editor/git';

/** What of the built-in git extension is used beyond what a commit message needs. */
export interface DiffRepository extends GitRepository {
  status(): Promise<void>;
  diffWith(ref: string): Promise<readonly { readonly uri: vscode.Uri }[]>;
  diffWith(ref: string, path: string): Promise<string>;
  getBranches(query: { readonly remote?: boolean; readonly count?: number }): Promise<readonly { readonly name?: string }[]>;
}

/** Repositories, or why there are none, in a sentence. */
export async function diffRepositories(): Promise<readonly DiffRepository[] | string> {
  if (!vscode.workspace.isTrusted) return t('This folder is not trusted, so git is not asked. Trust it to attach changes.');
  const repositories = await gitRepositories();
  if (repositories === 'off') return t('Git is switched off in this editor, or its extension is not there.');
  const able = repositories.filter(isDiffRepository);
  return able.length > 0 ? able : t('No git repository is open here.');
}

function isDiffRepository(repository: GitRepository): repository is DiffRepository {
  return 'diffWith' in repository && 'getBranches' in repository && 'status' in repository;
}

/** Files whose changes against a branch are read: git is asked for each. */
const mostFiles = 150;

/** The text of a diff, as git writes it. Throws what the git extension throws. */
export async function diffOf(repository: DiffRepository, what: 'staged' | 'unstaged' | 'branch', branch: string | undefined): Promise<{ readonly diff: string; readonly leftOut: number }> {
  if (what !== 'branch' || branch === undefined) return { diff: await repository.diff(what === 'staged'), leftOut: 0 };
  const changes = await repository.diffWith(branch);
  const pieces = [];
  for (const { uri } of changes.slice(0, mostFiles)) pieces.push(await repository.diffWith(branch, uri.fsPath));
  return { diff: pieces.join(''), leftOut: Math.max(0, changes.length - mostFiles) };
}
