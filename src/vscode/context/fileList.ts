import { setImmediate as pause } from 'node:timers/promises';
import * as vscode from 'vscode';
import { FuzzyIndex } from '../../core/context/fuzzy';
import { excluded, type IgnoredFiles, pathIn } from './ignoredFiles';

/** A file or a folder of the workspace, as it is looked for. */
export interface Listed {
  readonly uri: vscode.Uri;
  /** The same as a text, made once: it is compared with every key. */
  readonly address: string;
  /** From the folder of the workspace, with its name before it where there are several. */
  readonly path: string;
  readonly isFolder: boolean;
}

/** Files that are listed at most: more take too long to look through with every key. */
const mostFiles = 100_000;
/** Files looked at before others get a turn. */
const atOnce = 2_000;

/**
 * The files of the workspace that may go to a model. Nothing is listed before the first that asks; then it is listed again
 * when files have come or gone. While it is, the last list stands.
 */
export class FileList implements vscode.Disposable {
  readonly #touched = new vscode.EventEmitter<{ readonly uri: vscode.Uri; readonly how: 'changed' | 'created' | 'deleted' }>();
  /** A file came, went or changed, once somebody has asked for the list or for this. */
  readonly onDidTouch = this.#touched.event;
  #watching: vscode.Disposable | undefined;
  #index: FuzzyIndex<Listed> | undefined;
  #listing: Promise<FuzzyIndex<Listed>> | undefined;
  #isStale = true;

  constructor(private readonly ignored: IgnoredFiles) {}

  dispose(): void {
    this.#watching?.dispose();
    this.#touched.dispose();
  }

  /** What was listed last, however old. */
  get listed(): FuzzyIndex<Listed> | undefined {
    return this.#index;
  }

  /** Whether `listed` is all there is to know. */
  get isFresh(): boolean {
    return this.#index !== undefined && !this.#isStale;
  }

  async list(): Promise<FuzzyIndex<Listed>> {
    this.watch();
    if (this.#index && !this.#isStale) return this.#index;
    this.#listing ??= this.#list().finally(() => {
      this.#listing = undefined;
    });
    return this.#listing;
  }

  watch(): void {
    if (this.#watching) return;
    const watcher = vscode.workspace.createFileSystemWatcher('**/*');
    const outdated = (): void => {
      this.#isStale = true;
    };
    this.#watching = vscode.Disposable.from(
      watcher,
      watcher.onDidChange((uri) => this.#touched.fire({ uri, how: 'changed' })),
      watcher.onDidCreate((uri) => {
        outdated();
        this.#touched.fire({ uri, how: 'created' });
      }),
      watcher.onDidDelete((uri) => {
        outdated();
        this.#touched.fire({ uri, how: 'deleted' });
      }),
      this.ignored.onDidChange(outdated),
      vscode.workspace.onDidChangeWorkspaceFolders(outdated),
    );
  }

  async #list(): Promise<FuzzyIndex<Listed>> {
    this.#isStale = false;
    const listed: Listed[] = [];
    const folders = vscode.workspace.workspaceFolders ?? [];
    for (const folder of folders) {
      const why = await this.ignored.rulesFor(folder.uri);
      const found = await vscode.workspace.findFiles(new vscode.RelativePattern(folder, '**/*'), excluded((path) => why(vscode.Uri.joinPath(folder.uri, path), true) !== undefined), mostFiles - listed.length);
      const parents = new Set<string>();
      const prefix = folders.length > 1 ? `${folder.name}/` : '';
      for (const [index, uri] of found.entries()) {
        if (index % atOnce === atOnce - 1) await pause();
        if (why(uri)) continue;
        const path = pathIn(folder, uri);
        listed.push({ uri, address: uri.toString(), path: `${prefix}${path}`, isFolder: false });
        for (let at = path.lastIndexOf('/'); at > 0; at = path.lastIndexOf('/', at - 1)) {
          const parent = path.slice(0, at);
          if (parents.has(parent)) break;
          parents.add(parent);
        }
      }
      for (const parent of parents) {
        const uri = vscode.Uri.joinPath(folder.uri, parent);
        listed.push({ uri, address: uri.toString(), path: `${prefix}${parent}`, isFolder: true });
      }
    }
    this.#index = new FuzzyIndex(listed);
    return this.#index;
  }
}
