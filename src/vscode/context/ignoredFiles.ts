import * as vscode from 'vscode';
import { t } from '../../shared/l10n';
import { type Ignored, IgnoreRules } from './ignoreRules';
import { linkTarget } from './linkTarget';

const ruleFiles = '**/{.gitignore,.farthingignore}';
/** Folders that are never looked into: they are huge and nobody's own. */
const never = ['node_modules', '.git', '.hg', '.svn', '__pycache__'];
const neverListed = globOf(never);
/** Folders that builds fill. Where they are ignored anyway they are not even listed. */
const often = ['dist', 'build', 'out', 'target', 'coverage', 'vendor', 'venv', '.venv', 'env', '.next', '.nuxt', '.output', '.gradle', '.cache', '.tox', '.terraform', 'Pods', 'bin', 'obj', 'tmp', 'logs'];

/** A pattern of what is not listed. `isIgnored` is asked of folders, at the top and further down. */
export function excluded(isIgnored: (path: string) => boolean): string {
  return globOf([...never, ...often.filter((name) => isIgnored(name) && isIgnored(`a/b/${name}`))]);
}

function globOf(folders: readonly string[]): string {
  return `{${folders.map((name) => `**/${name}/**`).join(',')}}`;
}
const mostRuleFiles = 2_000;

/** Which files of the workspace do not go to a model. The rules are read by the first that asks, and again when they change. */
export class IgnoredFiles implements vscode.Disposable {
  readonly #folders = new Map<string, Promise<IgnoreRules>>();
  readonly #changed = new vscode.EventEmitter<void>();
  readonly onDidChange = this.#changed.event;
  #watching: vscode.Disposable | undefined;

  dispose(): void {
    this.#watching?.dispose();
    this.#changed.dispose();
  }

  /** Undefined: it may go. Outside of every folder of the workspace only its name decides. Of a link both it and where it leads. */
  async why(uri: vscode.Uri): Promise<Ignored | undefined> {
    const here = (await this.rulesFor(uri))(uri);
    const linked = here ? undefined : await linkedFrom(uri);
    return linked ? (await this.rulesFor(linked.uri))(linked.uri) : here;
  }

  /** Whether it stands in no folder of the workspace, or is a link in one that leads out. */
  async isOutside(uri: vscode.Uri): Promise<boolean> {
    return !vscode.workspace.getWorkspaceFolder(uri) || (await linkedFrom(uri))?.leaves === true;
  }

  /** The same for many files of one folder of the workspace, without waiting for each. */
  async rulesFor(uri: vscode.Uri): Promise<(uri: vscode.Uri, isFolder?: boolean) => Ignored | undefined> {
    const folder = vscode.workspace.getWorkspaceFolder(uri);
    if (!folder) {
      const names = new IgnoreRules();
      return (one, isFolder = false) => names.check(`${one.path.replace(/^\/+/, '')}${isFolder ? '/' : ''}`);
    }
    const rules = await this.#rules(folder);
    return (one, isFolder = false) => {
      const path = pathIn(folder, one);
      return path === '' ? undefined : rules.check(isFolder ? `${path}/` : path);
    };
  }

  #rules(folder: vscode.WorkspaceFolder): Promise<IgnoreRules> {
    this.#watch();
    const key = folder.uri.toString();
    const known = this.#folders.get(key) ?? read(folder);
    this.#folders.set(key, known);
    return known;
  }

  #watch(): void {
    if (this.#watching) return;
    const watcher = vscode.workspace.createFileSystemWatcher(ruleFiles);
    const reread = async (uri: vscode.Uri): Promise<void> => {
      const folder = vscode.workspace.getWorkspaceFolder(uri);
      const rules = folder && (await this.#folders.get(folder.uri.toString()));
      if (!folder || !rules) return;
      rules.set(pathIn(folder, uri), await textOf(uri));
      this.#changed.fire();
    };
    this.#watching = vscode.Disposable.from(watcher, watcher.onDidChange(reread), watcher.onDidCreate(reread), watcher.onDidDelete(reread));
  }
}

/** Where a file of the workspace really is, when a link leads elsewhere. */
async function linkedFrom(uri: vscode.Uri): Promise<{ readonly uri: vscode.Uri; readonly leaves: boolean } | undefined> {
  const folder = uri.scheme === 'file' ? vscode.workspace.getWorkspaceFolder(uri) : undefined;
  const target = folder && (await linkTarget(folder.uri.fsPath, uri.fsPath));
  if (!folder || !target) return undefined;
  if ('inside' in target) return { uri: vscode.Uri.joinPath(folder.uri, target.inside), leaves: false };
  const there = vscode.Uri.file(target.outside);
  return { uri: there, leaves: !vscode.workspace.getWorkspaceFolder(there) };
}

/** Why an ignored file is refused, and what would allow it. */
export function ignoredSentence(name: string, { rule }: Ignored): string {
  if (!rule) return t('{0} looks like a file of keys or passwords, so it is not sent. A line !{0} in .farthingignore allows it.', name);
  return t('{0} is left out by “{1}” in {2}, line {3}. A line !{0} in .farthingignore allows it.', name, rule.pattern, rule.file, rule.line);
}

async function read(folder: vscode.WorkspaceFolder): Promise<IgnoreRules> {
  const rules = new IgnoreRules();
  const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, ruleFiles), neverListed, mostRuleFiles);
  await Promise.all(found.map(async (uri) => rules.set(pathIn(folder, uri), await textOf(uri))));
  return rules;
}

/** From the folder, with `/`. */
export function pathIn(folder: vscode.WorkspaceFolder, uri: vscode.Uri): string {
  return uri.path.slice(folder.uri.path.replace(/\/$/, '').length + 1);
}

async function textOf(uri: vscode.Uri): Promise<string | undefined> {
  try {
    return new TextDecoder().decode(await vscode.workspace.fs.readFile(uri));
  } catch {
    return undefined;
  }
}
