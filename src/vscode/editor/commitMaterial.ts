import * as vscode from 'vscode';
import { type ChangedFile, changedFiles } from '../../core/editorTasks/changedFiles';
import type { CommitMaterial } from '../../core/editorTasks/commitPrompt';
import { leftOutByName } from '../../core/editorTasks/leftOut';
import { type GitRepository, untrackedFiles } from './git';

/** New files whose text is read, and the largest of them in bytes; of others the name is told. */
const mostNewFiles = 30;
const mostNewBytes = 64_000;
/** Subjects to take the style from: of so many commits, without merges. */
const mostCommits = 15;

/** What is staged, else everything that has changed; undefined: nothing has. Throws what the git extension throws. */
export async function commitMaterial(repository: GitRepository, isIgnored: (uri: vscode.Uri) => Promise<boolean>): Promise<Omit<CommitMaterial, 'begun'> | undefined> {
  const isStaged = repository.state.indexChanges.length > 0;
  const [diff, subjects] = await Promise.all([repository.diff(isStaged), subjectsOf(repository)]);
  const files = [...changedFiles(diff), ...(isStaged ? [] : await newFiles(repository))];
  if (files.length === 0) return undefined;
  const ignored = new Set<string>();
  // Of one that was moved, what is taken away stood in the other.
  for (const { path, from } of files) for (const one of from === undefined ? [path] : [path, from]) if (await isIgnored(vscode.Uri.joinPath(repository.rootUri, one))) ignored.add(path);
  return { files, subjects, isIgnored: (path) => ignored.has(path) };
}

async function subjectsOf(repository: GitRepository): Promise<readonly string[]> {
  try {
    const commits = await repository.log({ maxEntries: mostCommits });
    return commits.filter(({ parents }) => parents.length < 2).map(({ message }) => message.split('\n', 1)[0] ?? '');
  } catch {
    // A repository without a commit has no log.
    return [];
  }
}

async function newFiles(repository: GitRepository): Promise<readonly ChangedFile[]> {
  const uris = untrackedFiles(repository);
  return Promise.all(
    uris.map(async (uri, index): Promise<ChangedFile> => {
      const path = uri.path.slice(repository.rootUri.path.length).replace(/^\//, '');
      const text = index < mostNewFiles && leftOutByName(path) === undefined ? await textOf(uri) : undefined;
      const lines = text === undefined || text === '' ? [] : text.replace(/\n$/, '').split('\n');
      return { path, how: 'added', added: lines.length, removed: 0, hunks: lines.length === 0 ? [] : [`@@ -0,0 +1,${lines.length} @@\n${lines.map((line) => `+${line}`).join('\n')}`] };
    }),
  );
}

/** Undefined: too large, no text, a link or a folder, or gone. */
async function textOf(uri: vscode.Uri): Promise<string | undefined> {
  try {
    const { size, type } = await vscode.workspace.fs.stat(uri);
    if (size > mostNewBytes || type !== vscode.FileType.File) return undefined;
    const bytes = await vscode.workspace.fs.readFile(uri);
    return bytes.includes(0) ? undefined : new TextDecoder().decode(bytes);
  } catch {
    return undefined;
  }
}
