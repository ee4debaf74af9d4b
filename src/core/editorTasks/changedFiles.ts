/** A file of a commit, as far as its message needs it. */
export interface ChangedFile {
  /** Relative to the repository, with forward slashes. */
  readonly path: string;
  /** Where it was before, when it was moved. */
  readonly from?: string;
  readonly how: 'added' | 'changed' | 'deleted' | 'moved';
  /** Lines added and removed. */
  readonly added: number;
  readonly removed: number;
  /** Its hunks, each with its header. None: a binary file, or one that was only moved. */
  readonly hunks: readonly string[];
}

/** Hunks of one file are kept up to this many characters together; of the rest only the lines are counted. A bound of memory. */
const mostKept = 200_000;

/**
 * The files of a diff as git writes it (`git diff`), in its order. Lines that are no part of one are passed over, so that
 * a diff written by another program gives no files rather than wrong ones.
 */
export function changedFiles(diff: string): readonly ChangedFile[] {
  const files: ChangedFile[] = [];
  let file: Reading | undefined;
  for (const line of linesOf(diff)) {
    if (file && file.hunkHas(line)) continue;
    if (line.startsWith('diff --')) {
      if (file) files.push(file.done());
      file = new Reading(line);
    } else file?.header(line);
  }
  if (file) files.push(file.done());
  return files;
}

/** A diff as git writes it, file by file, each with the paths that it names; one without any cannot be told. */
export function piecesOf(diff: string): readonly { readonly paths: readonly string[]; readonly diff: string }[] {
  return diff
    .split(/^(?=diff --(?:git|cc|combined) )/m)
    .filter((piece) => piece.startsWith('diff --'))
    .map((piece) => {
      const [header = ''] = piece.split(/\n@@/, 1);
      return { paths: changedFiles(header).flatMap(({ path, from }) => [path, ...(from === undefined ? [] : [from])]).filter((path) => path !== ''), diff: piece };
    });
}

/** One file while it is read. */
class Reading {
  #from: string | undefined;
  #to: string | undefined;
  #how: ChangedFile['how'] = 'changed';
  #added = 0;
  #removed = 0;
  readonly #hunks: string[] = [];
  #kept = 0;
  /** Lines of the hunk under way that are still to come, old and new. */
  #old = 0;
  #new = 0;

  constructor(private readonly first: string) {}

  /** Takes a line that belongs to the hunk under way. A removed line may look like a header, so that they are counted. */
  hunkHas(line: string): boolean {
    if (line.startsWith('\\') && this.#hunks.length > 0) return true;
    if (this.#old <= 0 && this.#new <= 0) return false;
    const sign = line[0];
    if (sign === '+') {
      this.#new -= 1;
      this.#added += 1;
    } else if (sign === '-') {
      this.#old -= 1;
      this.#removed += 1;
    } else if (sign === ' ' || sign === undefined) {
      this.#old -= 1;
      this.#new -= 1;
    } else return false;
    this.#keep(line);
    return true;
  }

  header(line: string): void {
    const hunk = /^@@ -\d+(?:,(\d+))? \+\d+(?:,(\d+))? @@/.exec(line);
    if (hunk) {
      this.#old = Number(hunk[1] ?? 1);
      this.#new = Number(hunk[2] ?? 1);
      this.#hunks.push('');
      this.#keep(line);
    } else if (line.startsWith('new file mode')) this.#how = 'added';
    else if (line.startsWith('deleted file mode')) this.#how = 'deleted';
    else if (line.startsWith('rename from ')) this.#move(line.slice('rename from '.length), undefined);
    else if (line.startsWith('rename to ')) this.#move(undefined, line.slice('rename to '.length));
    else if (line.startsWith('--- ')) this.#from ??= this.#named(line.slice(4));
    else if (line.startsWith('+++ ')) this.#to ??= this.#named(line.slice(4));
  }

  #move(from: string | undefined, to: string | undefined): void {
    this.#how = 'moved';
    if (from !== undefined) this.#from = unquoted(from);
    if (to !== undefined) this.#to = unquoted(to);
  }

  /** A name of the lines `---` and `+++`; undefined where there is no file on that side. */
  #named(text: string): string | undefined {
    const name = unquoted(text.replace(/\t.*$/, ''));
    if (name === '/dev/null') return undefined;
    return isPlain(this.first) ? name : withoutPrefix(name);
  }

  #keep(line: string): void {
    const last = this.#hunks.length - 1;
    this.#kept += line.length + 1;
    if (this.#kept <= mostKept) this.#hunks[last] = this.#hunks[last] === '' ? line : `${this.#hunks[last]}\n${line}`;
  }

  done(): ChangedFile {
    const path = this.#to ?? this.#from ?? pathOf(this.first);
    const hunks = this.#hunks.filter((hunk) => hunk !== '');
    return { path, how: this.#how, added: this.#added, removed: this.#removed, hunks, ...(this.#how === 'moved' && this.#from !== undefined && this.#from !== path ? { from: this.#from } : {}) };
  }
}

/** The lines of a text one after the other: a diff may be as large as memory allows, and must not be there twice. */
function* linesOf(text: string): Generator<string, void> {
  for (let at = 0; at < text.length; ) {
    const end = text.indexOf('\n', at);
    yield text.slice(at, end < 0 ? text.length : end);
    if (end < 0) return;
    at = end + 1;
  }
}

/** The name in `diff --git a/x b/x`, for a file without hunks: both halves are the same but for the letter. */
function pathOf(first: string): string {
  const names = namesIn(first);
  if (isPlain(first)) return unquoted(names.slice(0, (names.length - 1) / 2));
  const half = names.slice(0, (names.length - 1) / 2);
  return withoutPrefix(unquoted(names.startsWith('"') ? (/^"(?:[^"\\]|\\.)*"/.exec(names)?.[0] ?? names) : half));
}

function namesIn(first: string): string {
  return first.replace(/^diff --(git|cc|combined) /, '');
}

/** Whether the names have no letter before them (`diff.noprefix`): both halves of the first line are the same then. */
function isPlain(first: string): boolean {
  const names = namesIn(first);
  return names.length % 2 === 1 && names[(names.length - 1) / 2] === ' ' && names.slice(0, (names.length - 1) / 2) === names.slice((names.length + 1) / 2);
}

/** Without the letter before a name: `diff.mnemonicPrefix` has others than a and b. */
function withoutPrefix(name: string): string {
  return name.replace(/^[abciow12]\//, '');
}

/** Git quotes names with other than plain letters, their bytes as octal numbers. */
function unquoted(name: string): string {
  if (!name.startsWith('"') || !name.endsWith('"')) return name;
  const bytes: string[] = [];
  for (const [, octal, letter, plain = ''] of name.slice(1, -1).matchAll(/\\([0-7]{3})|\\(.)|([^\\]+)/g)) {
    if (octal !== undefined) bytes.push(`%${Number.parseInt(octal, 8).toString(16).padStart(2, '0')}`);
    else bytes.push(encodeURIComponent(letter === undefined ? plain : (escapes[letter] ?? letter)));
  }
  try {
    return decodeURIComponent(bytes.join(''));
  } catch {
    // Bytes that are no UTF-8: as git shows them.
    return name.slice(1, -1);
  }
}

const escapes: Readonly<Record<string, string>> = { n: '\n', t: '\t', r: '\r' };
