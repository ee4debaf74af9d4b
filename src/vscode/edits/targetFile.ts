import * as path from 'node:path';
import * as vscode from 'vscode';
import { placeOf, riskOf } from '../../core/edits/places';
import { t } from '../../shared/l10n';
import type { Concern } from './editTexts';
import { linkedPlace } from './linkedPlace';
import { proposalScheme } from './proposals';

/** A file that a change is for. */
export interface Target {
  readonly uri: vscode.Uri;
  /** For people: the path in the workspace, or the whole path. */
  readonly label: string;
  readonly exists: boolean;
  readonly concerns: readonly Concern[];
}

/** So many files of the same name are offered. */
const mostFound = 20;
const leftOut = '**/{node_modules,.git,dist,out,build,target,.venv}/**';

/**
 * The file that a written path means; undefined when the person was asked and chose none. Paths are often short: when there
 * is no such file, but one whose path ends so, that is the one.
 * @param near files that the question was about
 * @throws Error with a sentence, when it cannot be the path of a file here
 */
export async function targetOf(written: string, near: readonly vscode.Uri[]): Promise<Target | undefined> {
  const folders = vscode.workspace.workspaceFolders ?? [];
  const place = placeOf(written, { folders: folders.map(({ uri }) => (uri.scheme === 'file' ? uri.fsPath : uri.path)), platform: process.platform === 'win32' ? 'win32' : 'posix' });
  if (place.kind === 'unusable') throw new Error(t('"{0}" is not the path of a file that can be written here.', written));
  if (place.kind === 'outside') return withConcerns(vscode.Uri.file(place.path));
  const isIt = (uri: vscode.Uri) => `/${uri.path}`.endsWith(`/${place.path}`);
  const ofQuestion = near.filter(isIt);
  if (ofQuestion.length === 1 && ofQuestion[0]) return withConcerns(ofQuestion[0]);
  for (const { uri } of [...folders.slice(place.folder), ...folders.slice(0, place.folder)]) {
    const inFolder = vscode.Uri.joinPath(uri, place.path);
    if (await exists(inFolder)) return withConcerns(inFolder);
    // Written with the name of the folder itself.
    const [first = '', ...rest] = place.path.split('/');
    const short = vscode.Uri.joinPath(uri, ...rest);
    if (rest.length > 0 && first === uri.path.split('/').at(-1) && (await exists(short))) return withConcerns(short);
  }
  const open = openFiles().filter(isIt);
  const found = open.length === 1 ? open : await vscode.workspace.findFiles(`**/${place.path.replace(/[[\]{}*?!]/g, '[$&]')}`, leftOut, mostFound);
  const root = folders[place.folder];
  const fresh = root && vscode.Uri.joinPath(root.uri, place.path);
  const [only] = found;
  if (found.length === 0 && !fresh) throw new Error(t('Open a folder first: {0} has no place yet.', place.path));
  // A bare name may well be meant for a new file; a path with folders that ends like one file is that file.
  if (only && found.length === 1) return withConcerns(only);
  if (found.length === 0) return fresh && withConcerns(fresh);
  return choose(found, t('Several files end with {0}', place.path), fresh);
}

/** Lets the person choose the file. */
export async function chooseTarget(likely: readonly vscode.Uri[]): Promise<Target | undefined> {
  const files = unique([...likely, ...openFiles()]);
  return choose(files, t('Choose the file this code is for'), undefined);
}

type FileItem = vscode.QuickPickItem & { readonly uri?: vscode.Uri; readonly does?: 'find' | 'new' };

async function choose(files: readonly vscode.Uri[], title: string, fresh: vscode.Uri | undefined): Promise<Target | undefined> {
  const items: FileItem[] = [
    ...files.map((uri): FileItem => ({ label: path.posix.basename(uri.path), description: vscode.workspace.asRelativePath(uri), uri })),
    ...(fresh ? [{ label: `$(new-file) ${t('New file')}`, description: vscode.workspace.asRelativePath(fresh), uri: fresh }] : []),
    { label: `$(search) ${t('Another file…')}`, does: 'find' },
    { label: `$(new-file) ${t('A new file…')}`, does: 'new' },
  ];
  const chosen = await vscode.window.showQuickPick(items, { title, matchOnDescription: true });
  if (!chosen) return undefined;
  if (chosen.uri) return withConcerns(chosen.uri);
  const base = vscode.workspace.workspaceFolders?.[0]?.uri;
  if (chosen.does === 'find') {
    const [found] = (await vscode.window.showOpenDialog({ canSelectMany: false, title, ...(base ? { defaultUri: base } : {}) })) ?? [];
    return found && withConcerns(found);
  }
  const written = await vscode.window.showInputBox({ title: t('Path of the new file, in the folder that is open') });
  return written === undefined || written.trim() === '' ? undefined : targetOf(written.trim(), []);
}

function openFiles(): readonly vscode.Uri[] {
  const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri] : []));
  return unique([...(vscode.window.activeTextEditor ? [vscode.window.activeTextEditor.document.uri] : []), ...tabs]).filter(({ scheme }) => scheme !== proposalScheme && scheme !== 'output');
}

function unique(uris: readonly vscode.Uri[]): readonly vscode.Uri[] {
  return [...new Map(uris.map((uri) => [uri.toString(), uri])).values()];
}

export async function exists(uri: vscode.Uri): Promise<boolean> {
  try {
    await vscode.workspace.fs.stat(uri);
    return true;
  } catch {
    return false;
  }
}

/** Looks at where a file is and what it is. What is asked about is decided here, whoever named the file. */
export async function withConcerns(uri: vscode.Uri): Promise<Target> {
  const folder = vscode.workspace.getWorkspaceFolder(uri);
  const inFolder = folder && uri.path.slice(folder.uri.path.length).replace(/^\//, '');
  const label = folder ? vscode.workspace.asRelativePath(uri) : uri.scheme === 'untitled' ? uri.path : uri.fsPath;
  const concerns: Concern[] = [];
  if (!folder && uri.scheme !== 'untitled') concerns.push({ kind: 'outside', path: uri.fsPath });
  const risk = riskOf(inFolder ?? uri.path);
  if (risk) concerns.push({ kind: 'risk', risk });
  const linked = folder && uri.scheme === 'file' ? await linkedPlace(folder.uri.fsPath, uri.fsPath) : undefined;
  if (linked !== undefined) concerns.push(linked === uri.fsPath ? { kind: 'linked', path: t('another file') } : { kind: 'linked', path: linked });
  return { uri, label, exists: await exists(uri), concerns };
}
