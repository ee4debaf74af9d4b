import * as vscode from 'vscode';
import { imageType } from '../../core/context/imageType';
import { notebookText } from '../../core/context/notebookText';
import { bounded } from '../../core/editorTasks/bounded';
import { piecesOf } from '../../core/editorTasks/changedFiles';
import { problemLine } from '../../core/editorTasks/selectionText';
import { readable } from '../../core/editorTasks/terminalText';
import type { ContextItem } from '../../core/model/contextItem';
import { t } from '../../shared/l10n';
import { untrackedFiles } from '../editor/git';
import { diffOf, diffRepositories } from './gitDiffs';
import { type IgnoredFiles, ignoredSentence } from './ignoredFiles';
import type { ContextWish, WishOf } from './wish';

/** What reading a wish came to. */
export type Read =
  | { readonly state: 'fresh'; readonly item: Omit<ContextItem, 'id' | 'readAt' | 'tokens'>; readonly note: string }
  | { readonly state: 'missing' | 'refused'; readonly note: string };

/** Bytes of a file that are read at most, and of an image. */
const mostFileBytes = 5_000_000;
const mostImageBytes = 10_000_000;
/** Files of a folder that are named, and those that are read: the small ones, up to so many characters together. */
const mostNamed = 1_000;
const mostRead = 80;
const mostSmallBytes = 20_000;
const mostFolderText = 150_000;
/** Folders that are looked into. */
const mostFolders = 3_000;
const mostProblems = 200;
const mostDiff = 300_000;
const mostEditors = 40;
const mostEditorsText = 300_000;
const mostOutputs = 16_000;

/** Reads what a person wants to go with a question. Never rejects for expected trouble. */
export class ContextReaders {
  constructor(private readonly ignored: IgnoredFiles) {}

  async read(wish: ContextWish): Promise<Read> {
    switch (wish.kind) {
      case 'file':
        return this.#file(wish);
      case 'folder':
        return this.#folder(vscode.Uri.parse(wish.uri));
      case 'selection':
      case 'symbol':
        return this.#lines(wish);
      case 'problems':
        return this.#problems(wish.uri === undefined ? undefined : vscode.Uri.parse(wish.uri));
      case 'diff':
        return this.#diff(wish);
      case 'terminal':
        return terminal(wish);
      case 'openEditors':
        return this.#openEditors();
      case 'page':
        if (wish.text === undefined) return { state: 'missing', note: t('The page was too large to be kept over a reload. Attach it again.') };
        return { state: 'fresh', item: { kind: 'page', label: wish.title === '' ? hostOf(wish.url) : wish.title, detail: wish.url, source: wish.url, language: 'markdown', text: wish.text }, note: wish.note };
      case 'image':
        return this.#image(wish);
      case 'notebook':
        return this.#cell(vscode.Uri.parse(wish.uri));
    }
  }

  /** Why a file does not go with a question; undefined: it may. */
  async refusal(uri: vscode.Uri): Promise<string | undefined> {
    const ignored = await this.ignored.why(uri);
    return ignored && ignoredSentence(vscode.workspace.asRelativePath(uri, false), ignored);
  }

  async #file({ uri: address, lines }: WishOf<'file'>): Promise<Read> {
    const uri = vscode.Uri.parse(address);
    const refused = await this.refusal(uri);
    if (refused !== undefined) return { state: 'refused', note: refused };
    const read = await textOf(uri);
    if (read.state !== 'text') return read.state === 'image' ? this.#image({ kind: 'image', uri: address, name: nameOf(uri) }) : read;
    const cells = !lines && uri.path.toLowerCase().endsWith('.ipynb') ? notebookText(read.text) : undefined;
    if (cells !== undefined) return { state: 'fresh', item: { ...placed(uri, 'text'), kind: 'file', text: cells }, note: t('Its cells, without their outputs.') };
    const whole = read.text.split('\n');
    if (!lines) return { state: 'fresh', item: { ...placed(uri, read.language), kind: 'file', text: read.text }, note: '' };
    const to = Math.min(lines.to, whole.length - 1);
    return { state: 'fresh', item: { ...placed(uri, read.language), kind: 'file', label: `${nameOf(uri)}:${lines.from + 1}-${to + 1}`, lines: { from: lines.from, to }, text: whole.slice(lines.from, to + 1).join('\n') }, note: t('Lines {0} to {1} of {2}.', lines.from + 1, to + 1, whole.length) };
  }

  async #lines(wish: WishOf<'selection'> | WishOf<'symbol'>): Promise<Read> {
    const uri = vscode.Uri.parse(wish.uri);
    const refused = await this.refusal(uri);
    if (refused !== undefined) return { state: 'refused', note: refused };
    const read = await textOf(uri);
    if (read.state === 'image') return { state: 'missing', note: t('{0} is no text any more.', nameOf(uri)) };
    if (read.state !== 'text') return read;
    const whole = read.text.split('\n');
    const { from } = wish.lines;
    const to = Math.min(wish.lines.to, whole.length - 1);
    if (from > to) return { state: 'missing', note: t('{0} is shorter now: these lines are gone.', nameOf(uri)) };
    const label = wish.kind === 'symbol' ? wish.name : `${nameOf(uri)}:${from + 1}-${to + 1}`;
    return { state: 'fresh', item: { ...placed(uri, read.language), kind: wish.kind, label, lines: { from, to }, text: whole.slice(from, to + 1).join('\n') }, note: '' };
  }

  async #folder(uri: vscode.Uri): Promise<Read> {
    const why = await this.ignored.rulesFor(uri);
    const refused = why(uri, true);
    if (refused) return { state: 'refused', note: ignoredSentence(vscode.workspace.asRelativePath(uri, false), refused) };
    const files: { readonly uri: vscode.Uri; readonly path: string }[] = [];
    let ignored = 0;
    let more = 0;
    const open = [uri];
    for (let looked = 0; open.length > 0 && looked < mostFolders; looked += 1) {
      const folder = open.shift();
      if (!folder) break;
      let entries: readonly [string, vscode.FileType][];
      try {
        entries = await vscode.workspace.fs.readDirectory(folder);
      } catch {
        if (folder === uri) return { state: 'missing', note: t('{0} is no longer there.', nameOf(uri)) };
        continue;
      }
      for (const [name, type] of entries.toSorted(([one], [other]) => (one < other ? -1 : 1))) {
        const child = vscode.Uri.joinPath(folder, name);
        // A link may lead out of the folder, or round in a circle.
        if (type & vscode.FileType.SymbolicLink || name === '.git' || name === 'node_modules' || why(child, (type & vscode.FileType.Directory) !== 0)) ignored += 1;
        else if (type & vscode.FileType.Directory) open.push(child);
        else if (files.length < mostNamed) files.push({ uri: child, path: child.path.slice(uri.path.replace(/\/$/, '').length + 1) });
        else more += 1;
      }
    }
    const texts: string[] = [];
    let size = 0;
    let unread = 0;
    for (const file of files) {
      const text = texts.length < mostRead && size < mostFolderText ? await smallText(file.uri) : undefined;
      if (text === undefined || size + text.length > mostFolderText) {
        unread += 1;
        continue;
      }
      size += text.length;
      texts.push(`=== ${file.path} ===\n${text}`);
    }
    const listing = files.map(({ path }) => path).join('\n');
    const notes = [t('Files: {0}, with their text: {1}.', files.length + more, texts.length), ...(unread + more > 0 ? [t('Only named or left out, because they are large, many or no text: {0}.', unread + more)] : []), ...(ignored > 0 ? [t('Left out by ignore files, or as links: {0}.', ignored)] : [])];
    return { state: 'fresh', item: { ...placed(uri, undefined), kind: 'folder', label: `${nameOf(uri)}/`, text: ['Files:', listing, ...(more > 0 ? [`… and ${more} more`] : []), '', ...texts].join('\n') }, note: notes.join(' ') };
  }

  async #problems(uri: vscode.Uri | undefined): Promise<Read> {
    const all: readonly (readonly [vscode.Uri, readonly vscode.Diagnostic[]])[] = uri ? [[uri, vscode.languages.getDiagnostics(uri)]] : vscode.languages.getDiagnostics();
    const rows: { readonly severity: number; readonly path: string; readonly line: string }[] = [];
    for (const [file, diagnostics] of all) {
      if (diagnostics.length === 0 || (await this.ignored.why(file))) continue;
      const path = vscode.workspace.asRelativePath(file);
      for (const { range, severity, message, source, code } of diagnostics) {
        const told = typeof code === 'object' ? String(code.value) : code === undefined ? undefined : String(code);
        rows.push({ severity, path, line: problemLine({ line: range.start.line + 1, severity: severity === vscode.DiagnosticSeverity.Error ? 'error' : severity === vscode.DiagnosticSeverity.Warning ? 'warning' : 'note', message, ...(source === undefined ? {} : { source }), ...(told === undefined ? {} : { code: told }) }) });
      }
    }
    const sorted = rows.toSorted((one, other) => one.severity - other.severity || (one.path < other.path ? -1 : one.path > other.path ? 1 : 0));
    const shown = sorted.slice(0, mostProblems);
    const lines: string[] = [];
    let last = '';
    for (const { path, line } of shown) {
      if (path !== last) lines.push(`${path}:`);
      last = path;
      lines.push(line);
    }
    const label = uri ? t('Problems of {0}', nameOf(uri)) : t('Problems');
    const note = rows.length === 0 ? t('The editor reports none now.') : rows.length > shown.length ? t('The first {0} of {1}, errors before warnings.', shown.length, rows.length) : '';
    return { state: 'fresh', item: { kind: 'problems', label, detail: uri ? vscode.workspace.asRelativePath(uri) : t('{0} in the workspace', rows.length), text: lines.length === 0 ? 'The editor reports no problems.' : lines.join('\n'), ...(uri ? { source: uri.toString() } : {}) }, note };
  }

  async #diff({ root, what, branch }: WishOf<'diff'>): Promise<Read> {
    const repositories = await diffRepositories();
    if (typeof repositories === 'string') return { state: 'refused', note: repositories };
    const repository = repositories.find(({ rootUri }) => rootUri.toString() === root);
    if (!repository) return { state: 'missing', note: t('The repository is no longer open.') };
    const label = what === 'staged' ? t('Staged changes') : what === 'unstaged' ? t('Changes not staged') : t('Changes against {0}', branch ?? '');
    try {
      const { diff, leftOut } = await diffOf(repository, what, branch);
      const files = piecesOf(diff);
      const kept: string[] = [];
      let size = 0;
      let ignored = 0;
      let tooLarge = leftOut;
      for (const file of files) {
        // Of one that was moved, what is taken away stood in the other.
        const reasons = await Promise.all(file.paths.map((path) => this.ignored.why(vscode.Uri.joinPath(repository.rootUri, path))));
        if (reasons.length === 0 || reasons.some((why) => why)) ignored += 1;
        else if (size + file.diff.length > mostDiff) tooLarge += 1;
        else {
          kept.push(file.diff);
          size += file.diff.length;
        }
      }
      const fresh = what === 'staged' ? 0 : untrackedFiles(repository).length;
      const notes = [...(files.length === 0 ? [t('Nothing has changed.')] : []), ...(fresh > 0 ? [t('New files that git does not know yet are not in it: {0}.', fresh)] : []), ...(ignored > 0 ? [t('Files left out by ignore files: {0}.', ignored)] : []), ...(tooLarge > 0 ? [t('Files left out, because the changes are too many: {0}.', tooLarge)] : [])];
      return { state: 'fresh', item: { kind: 'diff', label, detail: vscode.workspace.asRelativePath(repository.rootUri), language: 'diff', text: kept.length === 0 ? 'No changes.' : kept.join('') }, note: notes.join(' ') };
    } catch (error) {
      return { state: 'missing', note: t('Git could not show the changes: {0}', error instanceof Error ? error.message : String(error)) };
    }
  }

  async #openEditors(): Promise<Read> {
    const seen = new Set<string>();
    const texts: string[] = [];
    let leftOut = 0;
    let size = 0;
    for (const { input } of vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs)) {
      const uri = input instanceof vscode.TabInputText ? input.uri : undefined;
      if (!uri || seen.has(uri.toString()) || !isReadable(uri)) continue;
      seen.add(uri.toString());
      const isIgnored = (await this.ignored.why(uri)) !== undefined;
      const read = isIgnored || texts.length >= mostEditors ? undefined : await textOf(uri);
      if (read?.state !== 'text' || size + read.text.length > mostEditorsText) {
        leftOut += 1;
        continue;
      }
      size += read.text.length;
      texts.push(`=== ${vscode.workspace.asRelativePath(uri)} ===\n${read.text}`);
    }
    const notes = [...(texts.length === 0 ? [t('No file is open.')] : []), ...(leftOut > 0 ? [t('Left out, because they are ignored, too large or no text: {0}.', leftOut)] : [])];
    return { state: 'fresh', item: { kind: 'openEditors', label: t('Open editors'), detail: t('files: {0}', texts.length), text: texts.join('\n\n') }, note: notes.join(' ') };
  }

  async #image({ uri: address, name, base64, mediaType }: WishOf<'image'>): Promise<Read> {
    if (base64 !== undefined && mediaType !== undefined) return { state: 'fresh', item: { kind: 'image', label: name, text: '', image: { mediaType, base64 } }, note: '' };
    if (address === undefined) return { state: 'missing', note: t('The image was too large to be kept over a reload. Paste it again.') };
    const uri = vscode.Uri.parse(address);
    const refused = await this.refusal(uri);
    if (refused !== undefined) return { state: 'refused', note: refused };
    try {
      if ((await vscode.workspace.fs.stat(uri)).size > mostImageBytes) return { state: 'refused', note: t('The image is larger than {0} MB.', mostImageBytes / 1_000_000) };
      const bytes = await vscode.workspace.fs.readFile(uri);
      const type = imageType(bytes);
      if (!type) return { state: 'refused', note: t('{0} is no PNG, JPEG, WebP or GIF.', name) };
      return { state: 'fresh', item: { kind: 'image', label: name, detail: vscode.workspace.asRelativePath(uri), source: address, text: '', image: { mediaType: type, base64: Buffer.from(bytes).toString('base64') } }, note: '' };
    } catch {
      return gone(uri);
    }
  }

  async #cell(uri: vscode.Uri): Promise<Read> {
    const cell = vscode.workspace.notebookDocuments.flatMap((notebook) => notebook.getCells()).find(({ document }) => document.uri.toString() === uri.toString());
    if (!cell) return { state: 'missing', note: t('The notebook is closed, or the cell is gone.') };
    const refused = await this.refusal(cell.notebook.uri);
    if (refused !== undefined) return { state: 'refused', note: refused };
    const outputs = cell.outputs.flatMap(({ items }) => items.filter(({ mime }) => /^text\/plain$|vscode\.notebook\.(stdout|stderr|error)$/.test(mime)).slice(0, 1)).map(({ data }) => readable(new TextDecoder().decode(data.subarray(0, mostSmallBytes))));
    const output = outputs.join('\n');
    return { state: 'fresh', item: { kind: 'notebook', label: t('{0}, cell {1}', nameOf(cell.notebook.uri), cell.index + 1), detail: `${vscode.workspace.asRelativePath(cell.notebook.uri)}, ${t('cell {0}', cell.index + 1)}`, source: uri.toString(), language: cell.document.languageId, text: [cell.document.getText(), ...(output === '' ? [] : [`\n[Output]\n${bounded(output, mostOutputs)}`])].join('\n') }, note: '' };
  }
}

function terminal({ label, text }: WishOf<'terminal'>): Read {
  if (!vscode.workspace.isTrusted) return { state: 'refused', note: t('This folder is not trusted, so terminals are not read.') };
  if (text === undefined) return { state: 'missing', note: t('The output was too large to be kept over a reload. Attach it again.') };
  return { state: 'fresh', item: { kind: 'terminal', label, detail: t('terminal'), text }, note: '' };
}

type FileText = { readonly state: 'text'; readonly text: string; readonly language: string | undefined } | { readonly state: 'image' } | { readonly state: 'missing' | 'refused'; readonly note: string };

/** As it stands in the editor, with what is not saved; else as it stands on the disk. */
export async function textOf(uri: vscode.Uri): Promise<FileText> {
  const open = vscode.workspace.textDocuments.find((document) => document.uri.toString() === uri.toString() && !document.isClosed);
  if (open) return { state: 'text', text: open.getText(), language: open.languageId };
  if (!isReadable(uri)) return { state: 'refused', note: t('{0} is not a place that files are read from.', uri.scheme) };
  try {
    const { size, type } = await vscode.workspace.fs.stat(uri);
    if (type & vscode.FileType.Directory) return { state: 'refused', note: t('{0} is a folder.', nameOf(uri)) };
    if (size > mostFileBytes) {
      const isImage = /\.(png|jpe?g|gif|webp)$/i.test(uri.path);
      return isImage ? { state: 'image' } : { state: 'refused', note: t('{0} is larger than {1} MB. Select the part that matters and attach the selection.', nameOf(uri), mostFileBytes / 1_000_000) };
    }
    const bytes = await vscode.workspace.fs.readFile(uri);
    if (imageType(bytes)) return { state: 'image' };
    return await decoded(uri, bytes);
  } catch {
    return gone(uri);
  }
}

/** In the encoding that the editor finds for it. */
async function decoded(uri: vscode.Uri, bytes: Uint8Array): Promise<FileText> {
  const text = await vscode.workspace.decode(bytes, { uri }).then(
    (read) => read,
    // What the editor takes for no text at all.
    () => '\u0000',
  );
  return text.includes('\u0000') ? { state: 'refused', note: t('{0} is not a text.', nameOf(uri)) } : { state: 'text', text, language: undefined };
}

function gone(uri: vscode.Uri): { readonly state: 'missing'; readonly note: string } {
  return { state: 'missing', note: t('{0} is no longer there, or cannot be read.', nameOf(uri)) };
}

async function smallText(uri: vscode.Uri): Promise<string | undefined> {
  try {
    if ((await vscode.workspace.fs.stat(uri)).size > mostSmallBytes) return undefined;
    const read = await textOf(uri);
    return read.state === 'text' ? read.text : undefined;
  } catch {
    return undefined;
  }
}

/** Places of files; not pages of the editor, outputs or what a command makes up. */
export function isReadable(uri: vscode.Uri): boolean {
  return ['file', 'vscode-remote', 'vscode-vfs', 'untitled', 'vscode-userdata', 'vscode-notebook-cell', 'memfs', 'vscode-test-web'].includes(uri.scheme);
}

function placed(uri: vscode.Uri, language: string | undefined): Pick<ContextItem, 'label' | 'detail' | 'source' | 'language'> {
  const known = language ?? extensionOf(uri);
  return { label: nameOf(uri), detail: vscode.workspace.asRelativePath(uri), source: uri.toString(), ...(known === undefined ? {} : { language: known }) };
}

/** The ending is what people write behind a fence. */
function extensionOf(uri: vscode.Uri): string | undefined {
  return /\.([a-z0-9]{1,12})$/i.exec(uri.path)?.[1]?.toLowerCase();
}

export function nameOf(uri: vscode.Uri): string {
  return uri.path.replace(/\/$/, '').split('/').at(-1) ?? uri.path;
}

function hostOf(url: string): string {
  return URL.parse(url)?.host ?? url;
}
