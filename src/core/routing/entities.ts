import type { Entities } from '../model/profile';
import { languageOfFile } from './languages';

/** Of each kind, and of one. */
const mostEntities = 12;
const longestEntity = 120;
/** People put names at the beginning and at the end; what is pasted between repeats itself. */
const readHead = 3_000;
const readTail = 1_500;

export interface Found extends Entities {
  /** Names after fences, in their order. */
  readonly fences: readonly string[];
}

/** Paths, identifiers and errors that a message names. Looks at each character of a sample a few times, whatever the text. */
export function entitiesOf(text: string): Found {
  const sample = text.length <= readHead + readTail ? text : `${text.slice(0, readHead)}\n${text.slice(-readTail)}`;
  const files = new Collection();
  const symbols = new Collection();
  const errors = new Collection();
  const fences = new Collection();
  let inFence = false;
  for (const line of sample.split('\n')) {
    const fence = fenceOf(line);
    if (fence !== undefined) {
      if (!inFence && fence !== '') fences.add(fence);
      inFence = !inFence;
      continue;
    }
    const message = errorMessage(line);
    if (message !== undefined) errors.add(message);
    readTokens(line, (token, after) => {
      // `response.json(` is a call.
      const file = after === '(' ? undefined : fileNamed(token);
      if (file !== undefined) files.add(file);
      else if (errorName.test(token)) {
        // The message says it already.
        if (message === undefined || !message.includes(token)) errors.add(token);
      } else if (isSymbol(token, after, inFence)) symbols.add(token);
    });
    if (!inFence) for (const name of quoted(line)) if (fileNamed(name) === undefined && !errorName.test(name)) symbols.add(name);
    if (inFence) {
      const defined = definition.exec(line.slice(0, 200))?.[1];
      if (defined !== undefined) symbols.add(defined);
    }
  }
  return { files: files.all, symbols: symbols.all, errors: errors.all, fences: fences.all };
}

class Collection {
  readonly #seen = new Set<string>();

  add(one: string): void {
    if (this.#seen.size < mostEntities && one.length <= longestEntity) this.#seen.add(one);
  }

  get all(): readonly string[] {
    return [...this.#seen];
  }
}

/** The name after a fence, empty for none; undefined when the line is no fence. */
function fenceOf(line: string): string | undefined {
  const trimmed = line.trim();
  if (!trimmed.startsWith('```') || trimmed.includes('`', trimmed.lastIndexOf('```') + 3) || (trimmed.length > 6 && trimmed.endsWith('```'))) return undefined;
  return /^`{3,}\s?([\w+#-]{0,30})/.exec(trimmed)?.[1] ?? '';
}

/** Pieces of a line between spaces, quotes and brackets, with the character that ends each. */
function readTokens(line: string, take: (token: string, after: string) => void): void {
  let start = 0;
  for (let at = 0; at <= line.length; at++) {
    const code = at < line.length ? line.charCodeAt(at) : 32;
    if (!isSeparator(code)) continue;
    if (at - start > 1 && at - start <= longestEntity) take(withoutEnd(line.slice(start, at)), line[at] ?? '');
    start = at + 1;
  }
}

function isSeparator(code: number): boolean {
  // Space, " ' ` ( ) , ; < > [ ] { | } =
  return code <= 32 || code === 34 || code === 39 || code === 96 || code === 40 || code === 41 || code === 44 || code === 59 || code === 60 || code === 61 || code === 62 || code === 91 || code === 93 || (code >= 123 && code <= 125);
}

/** Without the end of a sentence and without the place in a file. */
function withoutEnd(token: string): string {
  let end = token.length;
  while (end > 0 && '.:!?,'.includes(token[end - 1] ?? ' ')) end -= 1;
  return token.slice(0, end);
}

const place = /:\d{1,6}(?:[:-]\d{1,6})?$/;
const plainPath = /^[\w.@~:/\\+-]+$/;
/** Endings that belong to no language of the table but do to files. */
const otherEndings: ReadonlySet<string> = new Set('txt csv tsv log lock env ini cfg conf properties gradle sln vcxproj svg png jpg jpeg gif pdf zip db sqlite parquet ipynb wasm so dll exe jar'.split(' '));
/** Names without an ending, or a dot first. */
const knownFiles: ReadonlySet<string> = new Set(['dockerfile', 'makefile', 'gemfile', 'rakefile', 'procfile', 'jenkinsfile', '.gitignore', '.env', '.dockerignore', '.eslintrc', '.npmrc', '.editorconfig', '.bashrc', '.zshrc']);
/** Words that look like a file and are none. */
const noFiles: ReadonlySet<string> = new Set(['node.js', 'next.js', 'vue.js', 'express.js', 'three.js', 'd3.js', 'nuxt.js', 'react.js', 'socket.io', 'asp.net', 'e.g', 'i.e']);

function fileNamed(token: string): string | undefined {
  const bare = token.replace(place, '');
  if (bare.length < 3 || !plainPath.test(bare) || bare.includes('://') || bare.startsWith('//')) return undefined;
  const name = bare.slice(Math.max(bare.lastIndexOf('/'), bare.lastIndexOf('\\')) + 1).toLowerCase();
  if (knownFiles.has(name)) return bare;
  if (noFiles.has(name)) return undefined;
  const dot = name.lastIndexOf('.');
  const ending = name.slice(dot + 1);
  if (dot > 0 && !/^\d/.test(ending) && (otherEndings.has(ending) || languageOfFile(name) !== undefined)) {
    // `foo.c` and `data.r` are calls of a member as often as files, unless a folder or a place says so.
    return ending.length > 1 || bare.includes('/') || bare.length < token.length ? bare : undefined;
  }
  // A folder: at least two slashes, or one at the beginning of a path.
  return /^(?:\.{0,2}|~)[/\\][\w.@-]+[/\\]?[\w.@/\\-]*$/.test(bare) && bare.length > 4 ? bare : undefined;
}

/** Names and codes of errors: exceptions, compilers' codes, signals and those of the operating system. */
const errorName = /^(?:[\w.]{0,60}[a-z\d](?:Error|Exception|Panic)|TS\d{4,5}|CS\d{4}|E0\d{3}|C\d{4}|LNK\d{4}|ORA-\d{5}|SQLSTATE|E(?:NOENT|ACCES|PERM|EXIST|ADDRINUSE|CONNREFUSED|CONNRESET|TIMEDOUT|PIPE|MFILE|INVAL|AGAIN|NOTFOUND|ISDIR|RESOLVE)|SIG(?:SEGV|KILL|TERM|ABRT|BUS|FPE|PIPE)|ERR_\w{3,60}|OOMKilled|CrashLoopBackOff|NXDOMAIN)$/;
const messageStart = /(?:^|[\s([])((?:[\w.]{0,60}(?:Error|Exception|Panic)|error(?:\s?\[?\w{1,12}\]?)?|fatal|panic|FATAL|ERROR)\s?:\s?\S)/;

/** From where a line tells of an error, its sentence. */
function errorMessage(line: string): string | undefined {
  const found = messageStart.exec(line.length > 400 ? line.slice(0, 400) : line);
  if (!found) return undefined;
  const message = line.slice(found.index + found[0].length - (found[1]?.length ?? 0)).trim();
  return message.length > longestEntity ? `${message.slice(0, longestEntity - 1)}…` : message;
}

const identifier = /^[A-Za-z_$][\w$]*(?:(?:\.|::|->|#)[A-Za-z_$][\w$]*)*$/;
const named = /[a-z\d][A-Z]|[A-Za-z]_[A-Za-z]|[A-Za-z](?:::|->)[A-Za-z]|^[a-z]\w*\.[a-z]\w*$/;

/** In a sentence, what is called or written as no word is; in code too much is, and only what is defined counts. */
function isSymbol(token: string, after: string, inFence: boolean): boolean {
  if (inFence || token.length < 3 || !identifier.test(token) || noFiles.has(token.toLowerCase()) || token === 'e.g' || token === 'i.e') return false;
  return after === '(' || named.test(token);
}

const definition = /^\s{0,40}(?:export\s|public\s|private\s|protected\s|static\s|async\s|pub\s|default\s|abstract\s|final\s){0,4}(?:function|def|class|fn|func|interface|struct|enum|trait|type|module|impl)\s([A-Za-z_$][\w$]{1,60})/;

/** What stands between single backticks of a line and has no space. */
function* quoted(line: string): Generator<string> {
  for (let open = line.indexOf('`'); open !== -1; ) {
    const close = line.indexOf('`', open + 1);
    if (close === -1) return;
    const inside = line.slice(open + 1, close);
    if (inside.length > 1 && inside.length <= longestEntity && !/\s/.test(inside)) {
      const name = inside.replace(/\(\)?$/, '');
      if (identifier.test(name)) yield name;
    }
    open = line.indexOf('`', close + 1);
  }
}
