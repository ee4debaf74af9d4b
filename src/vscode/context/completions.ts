import * as vscode from 'vscode';
import { matchesIn } from '../../core/context/fuzzy';
import { webAddress } from '../../core/context/webAddress';
import type { CompletionsView, CompletionView } from '../../shared/contextProtocol';
import { t } from '../../shared/l10n';
import { contextIcons } from '../chat/contextViews';
import type { FileList, Listed } from './fileList';
import type { IgnoredFiles } from './ignoredFiles';
import { nameOf } from './readers';

/** What choosing a completion does. */
export type Choice =
  | { readonly kind: 'file' | 'folder'; readonly uri: vscode.Uri }
  | { readonly kind: 'symbol'; readonly uri: vscode.Uri; readonly range: vscode.Range; readonly name: string }
  | { readonly kind: 'page'; readonly url: string }
  /** One of the kinds themselves: what of it is chosen next, in a list of the editor where it is not clear. */
  | { readonly kind: 'some'; readonly of: SomeKind };

const someKinds = ['file', 'folder', 'selection', 'problems', 'diff', 'terminal', 'openEditors', 'symbol', 'page', 'image', 'notebook'] as const;
export type SomeKind = (typeof someKinds)[number];

interface Offered {
  readonly view: CompletionView;
  readonly choice: Choice;
}

const mostShown = 50;
const mostSymbols = 12;
/** Symbols are asked for when nothing was typed for so long, in milliseconds: a language server takes its time. */
const symbolsAfterMs = 120;

/** What fits what was typed after `@`, for one chat. Only what was offered last can be chosen. */
export class Completions {
  #offered = new Map<string, Choice>();
  #turn = 0;

  constructor(
    private readonly files: FileList,
    private readonly ignored: IgnoredFiles,
    private readonly show: (completions: CompletionsView | undefined) => void,
  ) {}

  chosen(id: string): Choice | undefined {
    return this.#offered.get(id);
  }

  /** Shows what fits; undefined: nothing is looked for any more. What is not listed yet comes later, for the newest query. */
  async complete(query: string | undefined): Promise<void> {
    const turn = ++this.#turn;
    if (query === undefined) return this.show(undefined);
    const { kind, wanted } = asked(query);
    const address = kind === undefined || kind === 'page' ? pageOffer(wanted) : [];
    const wantsFiles = kind === undefined || kind === 'file' || kind === 'folder' || kind === 'image';
    const wantsSymbols = wanted.length >= 2 && address.length === 0 && (kind === undefined || kind === 'symbol');
    let symbols: readonly Offered[] = [];
    const offer = (searching: boolean): void => {
      const kinds = kind === undefined ? kindOffers(wanted) : [];
      const found = wantsFiles && address.length === 0 ? this.#files(wanted, kind) : { offers: [], more: false };
      // Names that are typed whole come before files that only nearly fit.
      const all = [...address, ...kinds, ...found.offers.slice(0, mostShown - symbols.length - kinds.length), ...symbols];
      this.#offered = new Map(all.map(({ view, choice }) => [view.id, choice]));
      this.show({ query, items: all.map(({ view }) => view), more: found.more, searching });
    };
    const listing = wantsFiles && !this.files.isFresh ? this.files.list() : undefined;
    offer(listing !== undefined || wantsSymbols);
    if (!listing && !wantsSymbols) return;
    await listing?.catch(() => undefined);
    if (turn !== this.#turn) return;
    if (listing) offer(wantsSymbols);
    if (!wantsSymbols) return;
    await new Promise<void>((resolve) => {
      setTimeout(resolve, symbolsAfterMs);
    });
    if (turn !== this.#turn) return;
    symbols = await this.#symbols(wanted);
    if (turn === this.#turn) offer(false);
  }

  /** Open files first, then by how well they fit. */
  #files(wanted: string, kind: SomeKind | undefined): { readonly offers: readonly Offered[]; readonly more: boolean } {
    const index = this.files.listed;
    if (!index) return { offers: [], more: false };
    const open = new Set(vscode.window.tabGroups.all.flatMap(({ tabs }) => tabs.flatMap(({ input }) => (input instanceof vscode.TabInputText ? [input.uri.toString()] : []))));
    const active = vscode.window.activeTextEditor?.document.uri.toString();
    const boost = (listed: Listed): number => {
      if (kind !== undefined && listed.isFolder !== (kind === 'folder')) return -5_000;
      if (kind === 'image' && !/\.(png|jpe?g|gif|webp)$/i.test(listed.path)) return -5_000;
      if (listed.isFolder) return -40;
      if (open.size === 0) return 0;
      return listed.address === active ? 260 : open.has(listed.address) ? 240 : 0;
    };
    const { found, fitting } = index.search(wanted, mostShown, boost);
    const fit = found.filter(({ score }) => score > -1_000);
    return {
      offers: fit.map(({ item: { uri, address, path, isFolder } }): Offered => {
        const label = isFolder ? `${nameOf(uri)}/` : nameOf(uri);
        const detail = path.slice(0, Math.max(0, path.lastIndexOf('/')));
        const found = isFolder ? 'folder' : 'file';
        return { view: { id: `${found}:${address}`, kind: found, icon: contextIcons[found], label, detail, matches: matchesIn(label, wanted) }, choice: { kind: found, uri } };
      }),
      more: fitting > fit.length,
    };
  }

  async #symbols(wanted: string): Promise<readonly Offered[]> {
    try {
      const found = await vscode.commands.executeCommand<readonly vscode.SymbolInformation[] | undefined>('vscode.executeWorkspaceSymbolProvider', wanted);
      const offers: Offered[] = [];
      for (const { name, location, containerName } of found ?? []) {
        if (offers.length >= mostSymbols) break;
        if (!vscode.workspace.getWorkspaceFolder(location.uri) || (await this.ignored.why(location.uri))) continue;
        const place = `${vscode.workspace.asRelativePath(location.uri)}:${location.range.start.line + 1}`;
        offers.push({ view: { id: `symbol:${location.uri.toString()}:${location.range.start.line}:${name}`.slice(0, 2_000), kind: 'symbol', icon: contextIcons.symbol, label: name, detail: containerName === '' ? place : `${containerName} · ${place}`, matches: matchesIn(name, wanted) }, choice: { kind: 'symbol', uri: location.uri, range: location.range, name } });
      }
      return offers;
    } catch {
      // A language server that is not there yet finds nothing.
      return [];
    }
  }
}

/** `file:app` asks for files only. */
function asked(query: string): { readonly kind: SomeKind | undefined; readonly wanted: string } {
  const found = /^([a-z]+):(?!\/\/)(.*)$/i.exec(query);
  const kind = found && someKinds.find((one) => one.toLowerCase() === found[1]?.toLowerCase());
  return kind ? { kind, wanted: found[2] ?? '' } : { kind: undefined, wanted: query };
}

function pageOffer(wanted: string): readonly Offered[] {
  if (!/^https?:\/\/./i.test(wanted)) return [];
  const address = webAddress(wanted);
  return address.ok ? [{ view: { id: 'page', kind: 'page', icon: contextIcons.page, label: address.host, detail: address.url, matches: [] }, choice: { kind: 'page', url: address.url } }] : [];
}

/** The kinds whose name begins like this; with nothing typed all that have something now. */
function kindOffers(wanted: string): readonly Offered[] {
  const names = kindNames();
  return someKinds
    .filter((kind) => (wanted === '' ? kind !== 'image' && (kind !== 'notebook' || vscode.window.activeNotebookEditor !== undefined) : kind.toLowerCase().startsWith(wanted.toLowerCase()) || names[kind].label.toLowerCase().startsWith(wanted.toLowerCase())))
    .map((kind) => ({ view: { id: `some:${kind}`, kind, icon: contextIcons[kind], ...names[kind], matches: matchesIn(names[kind].label, wanted) }, choice: { kind: 'some', of: kind } }));
}

function kindNames(): Readonly<Record<SomeKind, { readonly label: string; readonly detail: string }>> {
  const editor = vscode.window.activeTextEditor;
  const selected = editor && !editor.selection.isEmpty ? `${nameOf(editor.document.uri)}:${editor.selection.start.line + 1}-${editor.selection.end.line + 1}` : t('nothing is selected');
  return {
    file: { label: t('File'), detail: t('choose one') },
    folder: { label: t('Folder'), detail: t('names and small files') },
    selection: { label: t('Selection'), detail: selected },
    problems: { label: t('Problems'), detail: t('of a file or of all') },
    diff: { label: t('Diff'), detail: t('changes in git') },
    terminal: { label: t('Terminal'), detail: t('a command and what it put out') },
    openEditors: { label: t('Open editors'), detail: t('all files that are open') },
    symbol: { label: t('Symbol'), detail: t('a function or a class') },
    page: { label: t('Web page'), detail: t('an address is asked for') },
    image: { label: t('Image'), detail: t('from a file') },
    notebook: { label: t('Notebook cell'), detail: t('the selected one') },
  };
}
