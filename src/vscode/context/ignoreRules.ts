import ignore from 'ignore';
import { leftOutByName } from '../../core/editorTasks/leftOut';

/** Why a file does not go to a model. `rule` is undefined for what is left out by its name alone. */
export interface Ignored {
  readonly rule?: { readonly pattern: string; /** Path of the file it stands in. */ readonly file: string; /** From 1. */ readonly line: number };
}

const ignoreFileNames = ['.gitignore', '.farthingignore'] as const;
type IgnoreFileName = (typeof ignoreFileNames)[number];

/**
 * The rules of `.gitignore` and `.farthingignore` in a folder and below it, each for what is under it, the deeper before the
 * higher. `.farthingignore` has the last word: what it allows with `!` goes, also what git ignores or what looks like a secret.
 * Paths are from the folder, with `/`. A rule that cannot be read ignores nothing.
 */
export class IgnoreRules {
  readonly #files: Readonly<Record<IgnoreFileName, Map<string, ReturnType<typeof ignore>>>> = { '.gitignore': new Map(), '.farthingignore': new Map() };
  /** What was found of folders: all files of one ask the same of it. */
  readonly #folders: Readonly<Record<IgnoreFileName, Map<string, Verdict>>> = { '.gitignore': new Map(), '.farthingignore': new Map() };

  /** `path`: of a `.gitignore` or `.farthingignore`. Undefined text: it is gone. */
  set(path: string, text: string | undefined): void {
    const name = ignoreFileNames.find((one) => path === one || path.endsWith(`/${one}`));
    if (!name) return;
    const folder = path.slice(0, -name.length).replace(/\/$/, '');
    for (const known of Object.values(this.#folders)) known.clear();
    if (text === undefined) {
      this.#files[name].delete(folder);
      return;
    }
    const rules = ignore({ allowRelativePaths: true });
    for (const [index, line] of text.replace(/^\ufeff/, '').split(/\r?\n/).entries()) {
      if (line.trim() === '' || line.startsWith('#')) continue;
      rules.add({ pattern: line, mark: String(index + 1) });
    }
    this.#files[name].set(folder, rules);
  }

  /** Undefined: it may go to a model. A path that ends with `/` is a folder. */
  check(path: string): Ignored | undefined {
    const own = this.#verdict('.farthingignore', path);
    if (own === 'allowed') return undefined;
    const found = own ?? this.#verdict('.gitignore', path);
    if (found && found !== 'allowed') return found;
    return leftOutByName(path) === 'secret' ? {} : undefined;
  }

  #verdict(name: IgnoreFileName, path: string): Verdict {
    if (this.#files[name].size === 0) return undefined;
    const slash = path.lastIndexOf('/');
    const above = slash < 0 ? undefined : this.#folderVerdict(name, path.slice(0, slash));
    // As in git: what is in an ignored folder cannot be allowed by itself.
    if (above && above !== 'allowed') return above;
    return this.#decide(name, path) ?? above;
  }

  #folderVerdict(name: IgnoreFileName, folder: string): Verdict {
    const known = this.#folders[name];
    if (known.has(folder)) return known.get(folder);
    const slash = folder.lastIndexOf('/');
    const above = slash < 0 ? undefined : this.#folderVerdict(name, folder.slice(0, slash));
    const verdict = above && above !== 'allowed' ? above : (this.#decide(name, `${folder}/`) ?? above);
    known.set(folder, verdict);
    return verdict;
  }

  /** What the deepest file says that says anything of this path itself. */
  #decide(name: IgnoreFileName, path: string): Verdict {
    const files = this.#files[name];
    for (let folder = parentOf(path); ; folder = parentOf(folder)) {
      const rules = files.get(folder);
      const result = rules?.test(folder === '' ? path : path.slice(folder.length + 1));
      if (result?.ignored && result.rule) return { rule: { pattern: result.rule.pattern, file: folder === '' ? name : `${folder}/${name}`, line: Number(result.rule.mark ?? 0) } };
      if (result?.unignored) return 'allowed';
      if (folder === '') return undefined;
    }
  }
}

/** Undefined: no rule says anything. */
type Verdict = Ignored | 'allowed' | undefined;

function parentOf(path: string): string {
  const end = path.endsWith('/') ? path.length - 1 : path.length;
  const slash = path.lastIndexOf('/', end - 1);
  return slash < 0 ? '' : path.slice(0, slash);
}
