import * as vscode from 'vscode';
import { heldLines } from '../../core/context/heldLines';
import { imageType } from '../../core/context/imageType';
import type { ContextItem } from '../../core/model/contextItem';
import { formatUsd, nano } from '../../core/model/money';
import type { Preview } from '../../core/model/preview';
import { ratesAt } from '../../core/model/price';
import type { ContextItemView, ContextProposal, ContextRequest } from '../../shared/contextProtocol';
import { t } from '../../shared/l10n';
import type { ChatState } from '../../shared/protocol';
import { contextIcons, tokensText } from '../chat/contextViews';
import { plainText } from '../plainText';
import { type ChoosingParts, chooseWish, fileWish, pageWish, selectionOf, symbolWish } from './choosing';
import { type Choice, Completions } from './completions';
import type { ContextDoor } from './contextDoor';
import type { IgnoredFiles } from './ignoredFiles';
import { openItem, openWish } from './openSource';
import { proposalFor } from './proposal';
import { ContextReaders, isReadable, nameOf } from './readers';
import { type ContextWish, keptWishes, readWishes, wishKey } from './wish';

/** What a model counts for an image, as the router does. */
const tokensPerImage = 1_000;
/** A question waits no longer than so many milliseconds for what goes with it: a disk may be away, a language server busy. */
const usualMostReadingMs = 20_000;
/** Items of one draft. */
const mostItems = 100;
const mostImageBytes = 10_000_000;
/** Changes are shown together when they come within so many milliseconds: a folder that is dropped is many. */
const showAfterMs = 30;

interface Held {
  readonly id: string;
  wish: ContextWish;
  state: ContextItemView['state'];
  note: string;
  item?: ContextItem;
  /** Only the newest reading counts. */
  turn: number;
  /** The reading during or after which it changed. */
  agedIn?: number;
  reading: Promise<void>;
}

/** What goes with the next question of one chat. */
export class ContextDesk implements vscode.Disposable {
  #held: Held[] = [];
  #sent: readonly string[] = [];
  /** What is chosen and not yet among them. */
  readonly #adding = new Set<Promise<void>>();
  #proposal: ContextProposal | undefined;
  /** What the last preview said of each item. */
  #shares = new Map<string, { readonly share: number; readonly cost: string }>();
  #timer: ReturnType<typeof setTimeout> | undefined;
  #nextId = 0;
  #shown = '';
  readonly #readers: ContextReaders;
  readonly #completions: Completions;
  readonly #subscriptions: vscode.Disposable;

  constructor(
    private readonly door: ContextDoor,
    private readonly parts: ChoosingParts & { readonly ignored: IgnoredFiles; readonly mostReadingMs?: number },
  ) {
    const { files, ignored } = parts;
    this.#readers = new ContextReaders(ignored);
    this.#completions = new Completions(files, ignored, (completions) => door.change({ completions }));
    files.watch();
    this.#subscriptions = vscode.Disposable.from(
      vscode.workspace.onDidChangeTextDocument((event) => this.#documentChanged(event)),
      files.onDidTouch(({ uri }) => this.#touched(uri)),
      ignored.onDidChange(() => void Promise.all(this.#held.map((held) => this.#read(held)))),
      vscode.languages.onDidChangeDiagnostics(() => this.#age(({ kind }) => kind === 'problems')),
      vscode.window.tabGroups.onDidChangeTabs(() => this.#age(({ kind }) => kind === 'openEditors')),
      vscode.workspace.onDidGrantWorkspaceTrust(() => void Promise.all(this.#held.map((held) => this.#read(held)))),
    );
    for (const wish of readWishes(door.kept.keptContext())) void this.#hold(wish);
  }

  dispose(): void {
    clearTimeout(this.#timer);
    this.#subscriptions.dispose();
  }

  async handle(request: ContextRequest): Promise<void> {
    return request.type === 'add-context' || request.type === 'add-files' || request.type === 'add-image' ? this.#adds(this.#handle(request)) : this.#handle(request);
  }

  /** A question that is sent meanwhile waits for it. */
  async #adds(adding: Promise<void>): Promise<void> {
    this.#adding.add(adding);
    try {
      await adding;
    } finally {
      this.#adding.delete(adding);
    }
  }

  async #handle(request: ContextRequest): Promise<void> {
    switch (request.type) {
      case 'complete-context':
        return this.#completions.complete(request.query);
      case 'add-context': {
        const choice = this.#completions.chosen(request.candidateId);
        if (!choice) throw new Error(t('That is no longer offered. Type @ again.'));
        return this.#choose(choice);
      }
      case 'add-files':
        return this.addFiles(request.uris);
      case 'add-image':
        return this.#addImage(request.base64, request.name);
      case 'remove-context':
        this.#held = this.#held.filter(({ id }) => id !== request.itemId);
        return this.#changed();
      case 'refresh-context':
        await Promise.all(this.#held.filter(({ id, state }) => (request.itemId === undefined ? state === 'stale' || state === 'missing' : id === request.itemId)).map((held) => this.#readAgain(held)));
        return;
      case 'open-context':
        return openWish(this.#held.find(({ id }) => id === request.itemId)?.wish);
      case 'open-sent-context':
        return openItem(this.door.messages().find(({ id }) => id === request.messageId)?.context?.[request.place]);
      case 'drop-proposed': {
        const drop = new Set(this.#proposal?.drop);
        this.#held = this.#held.filter(({ id }) => !drop.has(id));
        return this.#changed();
      }
    }
  }

  /** From the explorer, a tab or a command. What stands outside of the workspace is asked about once for all. */
  async addFiles(addresses: readonly string[]): Promise<void> {
    const uris = addresses.slice(0, mostItems).flatMap((address) => {
      try {
        return [vscode.Uri.parse(address, true)];
      } catch {
        return [];
      }
    }).filter(isReadable);
    if (uris.length === 0 && addresses.length > 0) throw new Error(t('That is no file that can be attached.'));
    const leaves = await Promise.all(uris.map(async (uri) => uri.scheme !== 'untitled' && uri.scheme !== 'vscode-notebook-cell' && this.parts.ignored.isOutside(uri)));
    const outside = uris.filter((_, place) => leaves[place]);
    const allowed = outside.length === 0 || (await mayReadOutside(outside));
    for (const uri of allowed ? uris : uris.filter((one) => !outside.includes(one))) {
      const wish = (await isFolder(uri)) ? ({ kind: 'folder', uri: uri.toString() } as const) : (await this.#readers.refusal(uri)) === undefined ? await fileWish(this.parts, uri) : ({ kind: 'file', uri: uri.toString() } as const);
      if (wish) await this.#add(wish);
    }
    if (addresses.length > mostItems) throw new Error(t('At most {0} things go with a question; the rest is not attached.', mostItems));
  }

  /** What is selected in an editor, or all of its file. */
  async addEditor(editor: vscode.TextEditor): Promise<void> {
    if (editor.selection.isEmpty) return this.addFiles([editor.document.uri.toString()]);
    await this.#add(selectionOf(editor));
  }

  async addProblems(): Promise<void> {
    await this.#add({ kind: 'problems' });
  }

  /** What is read by now, for a preview. */
  items(): readonly ContextItem[] {
    return this.#held.flatMap(({ item, state }) => (item && (state === 'fresh' || state === 'stale') ? [item] : []));
  }

  /** What goes with the question, read again where something else stands there by now. Throws a sentence when something is gone. */
  async forQuestion(): Promise<readonly ContextItem[]> {
    await this.#settled();
    // A change is not always told of in time, or at all: what can be read is read again.
    for (const held of this.#held) if (held.state !== 'refused' && isReadAgain(held.wish)) void this.#read(held);
    await this.#settled();
    const missing = this.#held.find(({ state }) => state === 'missing');
    if (missing) throw new Error(t('{0} cannot go with the question: {1} Remove it and send again.', labelOf(missing), missing.note));
    // What changed while the rest was read goes as it was read: better than not at all.
    const items = this.items();
    this.#sent = items.map(({ id }) => id);
    return items;
  }

  /** Until nothing is added or read any more, also what was begun meanwhile. Throws a sentence when that takes too long. */
  async #settled(): Promise<void> {
    const late = new AbortController();
    const { mostReadingMs = usualMostReadingMs } = this.parts;
    const timer = setTimeout(() => late.abort(), mostReadingMs);
    const tooLate = new Promise<void>((resolve) => late.signal.addEventListener('abort', () => resolve(), { once: true }));
    try {
      const open = (): readonly Promise<void>[] => [...this.#adding, ...this.#held.map(({ reading }) => reading)];
      for (let waited: readonly Promise<void>[] = []; open().length !== waited.length || open().some((one, place) => one !== waited[place]); ) {
        waited = open();
        await Promise.race([Promise.allSettled(waited), tooLate]);
        if (late.signal.aborted) throw new Error(t('What goes with the question could not be read within {0} seconds. Take out what is still being read, or send again.', mostReadingMs / 1000));
      }
    } finally {
      clearTimeout(timer);
    }
  }

  /** The question is stored with them. What was refused has been seen. */
  sent(): void {
    this.#held = this.#held.filter(({ id, state }) => !this.#sent.includes(id) && state !== 'refused');
    this.#sent = [];
    this.#changed();
  }

  /** What the draft would cost by now at the quality in force. */
  previewed(preview: Preview | undefined): void {
    const shares = new Map<string, { readonly share: number; readonly cost: string }>();
    let proposal: ContextProposal | undefined;
    if (preview?.ok) {
      const { profile, candidate, at } = preview;
      const { price } = candidate.arm.offer;
      const rates = price && price.source !== 'subscription' ? ratesAt(price, profile.inputTokens, at) : undefined;
      for (const { id, tokens = 0 } of this.items()) shares.set(id, { share: Math.min(1, tokens / Math.max(1, profile.inputTokens)), cost: rates ? formatUsd(nano(Math.round((tokens * rates.input) / 1_000_000))) : '' });
    } else if (preview?.failure.kind === 'contextTooLong') {
      const { neededTokens, availableTokens, longer } = preview.failure;
      if (neededTokens !== undefined && availableTokens !== undefined) proposal = proposalFor(this.items(), { needed: neededTokens, available: availableTokens, said: this.#said(), longer: longer ?? false });
    }
    this.#shares = shares;
    this.#proposal = proposal;
    this.#show();
  }

  state(): Pick<ChatState, 'context' | 'contextProposal'> {
    return { context: this.#held.map((held) => this.#view(held)), contextProposal: this.#proposal };
  }

  async #choose(choice: Choice): Promise<void> {
    switch (choice.kind) {
      case 'file':
      case 'folder':
        return this.addFiles([choice.uri.toString()]);
      case 'symbol':
        return this.#add(await symbolWish(choice.uri, choice.range, choice.name));
      case 'page':
        return this.#addIfAny(await pageWish(choice.url));
      case 'some': {
        const wish = await chooseWish(this.parts, choice.of);
        if (wish?.kind === 'file') return this.addFiles([wish.uri]);
        return this.#addIfAny(wish);
      }
    }
  }

  async #addIfAny(wish: ContextWish | undefined): Promise<void> {
    if (wish) await this.#add(wish);
  }

  async #addImage(base64: string, name = t('Pasted image')): Promise<void> {
    const bytes = Buffer.from(base64, 'base64');
    const mediaType = imageType(bytes);
    if (!mediaType) throw new Error(t('This is no PNG, JPEG, WebP or GIF.'));
    if (bytes.length > mostImageBytes) throw new Error(t('The image is larger than {0} MB.', mostImageBytes / 1_000_000));
    await this.#add({ kind: 'image', name: name.replace(/[\p{Cc}\p{Cf}]/gu, ' ').trim() || t('Pasted image'), mediaType, base64: bytes.toString('base64') });
  }

  /** What is there already is read again instead. */
  async #add(wish: ContextWish): Promise<void> {
    const known = this.#held.find((held) => wishKey(held.wish) === wishKey(wish));
    if (known) {
      known.wish = wish;
      return this.#read(known);
    }
    if (this.#held.length >= mostItems) throw new Error(t('At most {0} things go with a question; the rest is not attached.', mostItems));
    await this.#hold(wish);
  }

  #hold(wish: ContextWish): Promise<void> {
    this.#nextId += 1;
    const held: Held = { id: `context-${this.#nextId}`, wish, state: 'reading', note: '', turn: 0, reading: Promise.resolve() };
    this.#held.push(held);
    return this.#read(held);
  }

  #read(held: Held): Promise<void> {
    const turn = ++held.turn;
    if (!held.item) held.state = 'reading';
    this.#changed();
    held.reading = this.#readers.read(held.wish).then(
      (read) => {
        if (turn !== held.turn) return;
        // It changed while it was read, and which of the two was read nobody knows.
        held.state = read.state === 'fresh' && held.agedIn === turn ? 'stale' : read.state;
        held.note = read.note;
        if (read.state === 'fresh') held.item = { ...read.item, id: held.id, readAt: Date.now(), tokens: read.item.image ? tokensPerImage : this.parts.countTokens(read.item.text) };
        else delete held.item;
        this.#changed();
      },
      (error: unknown) => {
        if (turn !== held.turn) return;
        this.door.log.error('something that goes with a question could not be read', error);
        held.state = 'missing';
        held.note = t('It could not be read.');
        delete held.item;
        this.#changed();
      },
    );
    return held.reading;
  }

  /** A page is asked about again. */
  async #readAgain(held: Held): Promise<void> {
    if (held.wish.kind === 'page') {
      const wish = await pageWish(held.wish.url);
      if (!wish) return;
      held.wish = wish;
    }
    await this.#read(held);
  }

  #documentChanged({ document, contentChanges }: vscode.TextDocumentChangeEvent): void {
    if (contentChanges.length === 0 || this.#held.length === 0) return;
    const address = document.uri.toString();
    for (const held of this.#held) {
      const { wish } = held;
      if (!('uri' in wish) || wish.uri !== address || !('lines' in wish) || wish.lines === undefined || wish.kind === 'file') continue;
      // From the end of the file to its beginning, as the editor gives them.
      const lines = contentChanges.reduce<typeof wish.lines | undefined>((now, { range, text }) => now && heldLines(now, { from: range.start.line, to: range.end.line }, text.split('\n').length - 1), wish.lines);
      // Lines of which nothing is left are none.
      held.wish = { ...wish, lines: lines ?? { from: 0, to: -1 } };
    }
    this.#touched(document.uri);
  }

  #touched(uri: vscode.Uri): void {
    const address = uri.toString();
    this.#age((wish) => {
      if (wish.kind === 'diff') return uri.scheme === 'file' || uri.scheme === 'vscode-remote';
      if (wish.kind === 'folder') return address.startsWith(wish.uri.endsWith('/') ? wish.uri : `${wish.uri}/`);
      return 'uri' in wish && wish.uri === address && wish.kind !== 'problems';
    });
  }

  /** What stands there is another by now. */
  #age(isOld: (wish: ContextWish) => boolean): void {
    let changed = false;
    for (const held of this.#held) {
      if ((held.state !== 'fresh' && held.state !== 'stale') || !isOld(held.wish)) continue;
      changed ||= held.state === 'fresh';
      held.state = 'stale';
      held.agedIn = held.turn;
    }
    if (changed) this.#changed();
  }

  /** Tokens of the conversation, with what went with its questions. */
  #said(): number {
    return this.door.messages().reduce((sum, { text, context = [] }) => sum + this.parts.countTokens(text) + context.reduce((of, { tokens = 0 }) => of + tokens, 0), 0);
  }

  #changed(): void {
    const { kept } = this.door;
    this.#timer ??= setTimeout(() => {
      this.#timer = undefined;
      this.#show();
      void Promise.resolve(kept.keepContext(keptWishes(this.#held.map(({ wish }) => wish), kept.contextRoom()))).catch((error: unknown) => this.door.log.error('what goes with a draft could not be kept', error));
      this.door.preview();
    }, showAfterMs);
  }

  /** A key that is typed changes no item: then the page is told nothing. */
  #show(): void {
    const state = this.state();
    const shown = JSON.stringify(state);
    if (shown !== this.#shown) this.door.change(state);
    this.#shown = shown;
  }

  #view(held: Held): ContextItemView {
    const { id, wish, state, note, item } = held;
    const { share = 0, cost = '' } = this.#shares.get(id) ?? {};
    return { id, kind: wish.kind, icon: contextIcons[item?.kind ?? wish.kind], label: labelOf(held), detail: item?.detail ?? detailOf(wish), tokens: item?.tokens === undefined ? '' : tokensText(item.tokens), share, cost, state, note: state === 'stale' ? t('It has changed and is read again before it is sent.') : note };
  }
}

/** Whether what stands there by now can be another; a page is asked about, and read only when the person says so. */
function isReadAgain(wish: ContextWish): boolean {
  return wish.kind !== 'terminal' && wish.kind !== 'page' && !(wish.kind === 'image' && wish.base64 !== undefined);
}

function labelOf({ item, wish }: Pick<Held, 'item' | 'wish'>): string {
  if (item) return item.label;
  switch (wish.kind) {
    case 'symbol':
    case 'image':
      return wish.name;
    case 'terminal':
      return wish.label;
    case 'page':
      return wish.title === '' ? wish.url : wish.title;
    case 'problems':
      return t('Problems');
    case 'diff':
      return t('Changes');
    case 'openEditors':
      return t('Open editors');
    default:
      return nameOf(vscode.Uri.parse(wish.uri));
  }
}

function detailOf(wish: ContextWish): string {
  if (wish.kind === 'page') return wish.url;
  return 'uri' in wish && wish.uri !== undefined ? vscode.workspace.asRelativePath(vscode.Uri.parse(wish.uri)) : '';
}

async function isFolder(uri: vscode.Uri): Promise<boolean> {
  try {
    return ((await vscode.workspace.fs.stat(uri)).type & vscode.FileType.Directory) !== 0;
  } catch {
    return false;
  }
}

async function mayReadOutside(uris: readonly vscode.Uri[]): Promise<boolean> {
  const attach = t('Attach');
  const [first] = uris;
  const question = uris.length === 1 && first ? t('{0} is outside of the open folders. Attach it?', nameOf(first)) : t('{0} of these files are outside of the open folders. Attach them?', uris.length);
  return (await vscode.window.showWarningMessage(plainText(question), { modal: true, detail: plainText(uris.slice(0, 10).map(({ fsPath }) => fsPath).join(', ')) }, attach)) === attach;
}
