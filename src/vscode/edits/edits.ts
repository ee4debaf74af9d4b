import * as vscode from 'vscode';
import { type Block, blocksIn } from '../../core/edits/blocksIn';
import { type Change, proposeChange, type Wish } from '../../core/edits/proposeChange';
import type { ContextItem } from '../../core/model/contextItem';
import type { EditsView } from '../../shared/codeProtocol';
import { commands } from '../../shared/contributions';
import { t, useBundle } from '../../shared/l10n';
import { makeVisible } from '../../shared/visibleText';
import { IgnoredFiles } from '../context/ignoredFiles';
import type { Replacements } from '../replaceSelection';
import { runCommand, setContextKey } from '../register';
import { AnswerEdits, type EditsDependencies } from './answerEdits';
import { concernText, noteText } from './editTexts';
import { filesView } from './filesView';
import { blockOf, namedPaths, targetsIn } from './namedPaths';
import { placeByHand } from './placeByHand';
import { replaceSelected } from './replaceSelected';
import { isReadOnly } from './standing';
import { chooseTarget, exists, type Target, targetOf, withConcerns } from './targetFile';
import { textOf } from './textOf';

/** An answer whose code is worked with. */
export interface AnsweredMessage {
  readonly id: string;
  /** Markdown. */
  readonly text: string;
  /** What went with its question. */
  readonly context: readonly ContextItem[];
}

/** One file of a change that waits for the person. */
interface ProposedFile {
  readonly target: Target;
  readonly wishes: readonly Wish[];
  /** The text it was worked out for; undefined when there is no such file. */
  readonly before: string | undefined;
  readonly after: string;
  readonly sure: boolean;
  readonly note: string | undefined;
  /** What is shown on the right. */
  readonly shown: vscode.Uri;
}

interface Proposal {
  readonly messageId: string;
  readonly files: readonly ProposedFile[];
  readonly title: string;
  /** Tabs are closed by hand, or by us when it is decided. */
  decided: boolean;
  readonly view: NonNullable<EditsView['proposed']>;
}

/**
 * Puts the code of answers into files: after a look at the difference, with what was there kept, so that all that an answer
 * did is undone as one. One for a window; every chat of the window shows what it tells.
 */
export class Edits implements vscode.Disposable {
  readonly #done: AnswerEdits;
  readonly #views = new Map<string, { readonly text: string; readonly view: Pick<EditsView, 'targets' | 'all'> }>();
  readonly #listeners = new Set<(messageId: string) => void>();
  readonly #ignored = new IgnoredFiles();
  #proposal: Proposal | undefined;
  readonly #subscription: vscode.Disposable;

  constructor(private readonly dependencies: EditsDependencies) {
    this.#done = new AnswerEdits(dependencies, (messageId) => this.#changed(messageId));
    // Whoever closes what is shown does not want it.
    this.#subscription = vscode.window.tabGroups.onDidChangeTabs(({ closed }) => {
      if (closed.length > 0 && this.#proposal && !this.#proposal.decided && !this.#isShown(this.#proposal)) this.#inBackground(this.discard());
    });
  }

  dispose(): void {
    this.#subscription.dispose();
    this.#ignored.dispose();
  }

  /** Told of each answer of which something else is to be shown. */
  onChange(listener: (messageId: string) => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  /** What is to be shown of an answer's code; undefined when it has none. What is on the disk comes later, as a change. */
  view({ id, text }: Pick<AnsweredMessage, 'id' | 'text'>): EditsView | undefined {
    const known = this.#views.get(id);
    const { targets, all } = known?.text === text ? known.view : targetsIn(text);
    if (known?.text !== text) this.#views.set(id, { text, view: { targets, all } });
    const changed = this.#done.view(id);
    const proposed = this.#proposal?.messageId === id ? this.#proposal.view : undefined;
    return { targets, all, ...(proposed ? { proposed } : {}), ...(changed ? { changed } : {}) };
  }

  /** Shows what a block would change. @throws Error with a sentence */
  async apply(message: AnsweredMessage, code: string, choose: boolean): Promise<void> {
    const block = blockOf(message.text, code);
    if (!block) throw new Error(t('This code is not part of the answer.'));
    await this.#propose(message, await this.#wishesOf(message, block, choose));
  }

  /** Puts code where the question came from. @throws Error with a sentence */
  replaceSelection(messageId: string, code: string): Promise<void> {
    return replaceSelected(this.dependencies.replacements, messageId, code);
  }

  /** Puts a block into the line of a terminal, where it is not run. @throws Error with a sentence */
  async putIntoTerminal(message: AnsweredMessage, code: string): Promise<void> {
    const block = blockOf(message.text, code);
    if (!block) throw new Error(t('This code is not part of the answer.'));
    await runCommand(commands.putIntoTerminal, block.code);
  }

  /** Shows what all blocks that name a file would change. @throws Error with a sentence */
  async applyAll(message: AnsweredMessage): Promise<void> {
    const wishes: PlacedWish[] = [];
    for (const block of blocksIn(makeVisible(message.text))) if (namedPaths(block).length > 0) wishes.push(...(await this.#wishesOf(message, block, false)));
    await this.#propose(message, wishes);
  }

  /** Which files a block is for. Several only for a diff of several. */
  async #wishesOf(message: AnsweredMessage, block: Block, choose: boolean): Promise<readonly PlacedWish[]> {
    const near = filesOf(message, this.dependencies.replacements);
    const wish = { code: block.code, language: block.language, ...(block.cutOff ? { cutOff: block.cutOff } : {}) };
    if (!choose) {
      const named = namedPaths(block);
      if (named.length > 0) {
        const placed: PlacedWish[] = [];
        for (const path of named) {
          const target = await targetOf(path, near);
          if (target) placed.push({ target, wish });
        }
        return placed;
      }
      const [only, ...more] = await this.#fitting(near.length === 1 ? near : [...near, ...openEditors()], wish, near.length === 1);
      if (only && more.length === 0) return [{ target: await withConcerns(only), wish }];
    }
    const target = await chooseTarget(near);
    return target ? [{ target, wish }] : [];
  }

  /** Of some files those in which the block surely has a place. The one file a question was about need not. */
  async #fitting(files: readonly vscode.Uri[], wish: Omit<Wish, 'path'>, isOnly: boolean): Promise<readonly vscode.Uri[]> {
    if (isOnly) return files;
    const fitting: vscode.Uri[] = [];
    for (const uri of new Map(files.map((one) => [one.toString(), one])).values()) {
      const text = await textOf(uri);
      if (text === undefined) continue;
      const change = proposeChange(text, { ...wish, path: uri.path });
      if (change.kind === 'same' || (change.kind === 'change' && change.sure && (change.how === 'part' || change.how === 'diff'))) fitting.push(uri);
    }
    return fitting;
  }

  async #propose(message: AnsweredMessage, wishes: readonly PlacedWish[]): Promise<void> {
    await this.discard();
    const byFile = new Map<string, { readonly target: Target; readonly wishes: Wish[] }>();
    for (const { target, wish } of wishes) {
      const known = byFile.get(target.uri.toString()) ?? { target, wishes: [] };
      known.wishes.push({ ...wish, path: target.label });
      byFile.set(target.uri.toString(), known);
    }
    if (byFile.size === 0 || !(await this.#mayWrite([...byFile.values()].map(({ target }) => target)))) return;
    const files: ProposedFile[] = [];
    const same: string[] = [];
    for (const one of byFile.values()) {
      const worked = await this.#work(one.target, one.wishes);
      if (worked === 'same') same.push(one.target.label);
      else if (worked) files.push(worked);
    }
    if (files.length === 0) {
      if (same.length > 0) throw new Error(t('{0} has this already.', same.join(', ')));
      return;
    }
    await this.#show(message.id, files);
  }

  /** What the blocks make of a file; asks where a block goes that has no place. */
  async #work(target: Target, wishes: readonly Wish[]): Promise<ProposedFile | 'same' | undefined> {
    const before = target.exists ? await textOf(target.uri) : undefined;
    if (target.exists && before === undefined) throw new Error(t('{0} is not a text that can be changed here.', target.label));
    let text = before;
    const changes: Extract<Change, { kind: 'change' }>[] = [];
    for (const wish of wishes) {
      const change = proposeChange(text, wish);
      if (change.kind === 'same') continue;
      if (change.kind === 'change') {
        changes.push(change);
        text = change.text;
        continue;
      }
      if (change.why === 'moves') throw new Error(t('This removes or renames {0}: do that by hand.', target.label));
      if (change.why === 'tooLarge') throw new Error(t('{0} is too long to be changed from here.', target.label));
      const placed = await placeByHand(target, text ?? '', wish, this.dependencies.replacements.lastEditor);
      if (placed === undefined) return undefined;
      text = placed;
      changes.push({ kind: 'change', text: placed, how: 'part', sure: true, notes: [] });
    }
    if (text === undefined || text === before) return 'same';
    return this.#proposed(target, wishes, before, text, changes.every(({ sure }) => sure), noteText(changes.every(({ sure }) => sure), changes.flatMap(({ notes }) => notes)));
  }

  #proposed(target: Target, wishes: readonly Wish[], before: string | undefined, after: string, sure: boolean, note: string | undefined): ProposedFile {
    return { target, wishes, before, after, sure, note, shown: this.dependencies.replacements.proposals.add(target.label, after) };
  }

  /** Asks about what is not simply a file of an open, trusted folder. */
  async #mayWrite(targets: readonly Target[]): Promise<boolean> {
    for (const { uri, label } of targets) if (await isReadOnly(uri)) throw new Error(t('{0} is read-only, so nothing can be changed in it.', label));
    const concerns: string[] = [];
    for (const { uri, label, concerns: all } of targets) {
      concerns.push(...all.map((concern) => concernText(label, concern)));
      if ((await this.#ignored.why(uri))?.rule) concerns.push(concernText(label, { kind: 'ignored' }));
    }
    if (!vscode.workspace.isTrusted) concerns.unshift(t('You have not said that you trust this folder.'));
    if (concerns.length === 0) return true;
    const goOn = t('Show the change');
    return (await vscode.window.showWarningMessage(t('Change {0}?', targets.map(({ label }) => label).join(', ')), { modal: true, detail: concerns.join('\n') }, goOn)) === goOn;
  }

  async #show(messageId: string, files: readonly ProposedFile[]): Promise<void> {
    const [first] = files;
    if (!first) return;
    const title = files.length === 1 ? t('{0}: proposed change', first.target.label.split(/[/\\]/).at(-1) ?? '') : t('Proposed changes');
    const note = [...new Set(files.flatMap((file) => file.note ?? []))].join(' ');
    const view = { ...filesView(files.map(({ target, before, after }) => ({ label: target.label, before, after }))), canPlace: files.length === 1 && first.before !== undefined, ...(note === '' ? {} : { note }) };
    const proposal: Proposal = { messageId, files, title, view, decided: false };
    this.#proposal = proposal;
    await this.showProposal();
    setContextKey('proposing', true);
    this.#changed(messageId);
  }

  /** Brings what waits for the person to the front. */
  async showProposal(): Promise<void> {
    if (!this.#proposal) return;
    const { files, title } = this.#proposal;
    const { proposals } = this.dependencies.replacements;
    const [first, ...more] = files;
    if (first && more.length === 0) await vscode.commands.executeCommand('vscode.diff', first.before === undefined ? proposals.add(first.target.label, '') : first.target.uri, first.shown, title, { preview: true });
    // Two addresses of different paths would be shown as a file that gets another name.
    else await vscode.commands.executeCommand('vscode.changes', title, files.map(({ target, before, shown }) => [target.uri, before === undefined ? undefined : proposals.add(target.label, before), shown]));
  }

  /** A multi-diff has no address that an extension may read: it is known by its title. */
  #isShown({ files, title }: Proposal): boolean {
    const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs);
    return files.length === 1 ? files.some(({ shown }) => this.dependencies.replacements.proposals.tabsOf(shown).length > 0) : tabs.some(({ label }) => label.startsWith(title));
  }

  /** Writes what is shown. @throws Error with a sentence */
  async accept(): Promise<void> {
    const proposal = this.#proposal;
    if (!proposal || proposal.decided) return;
    proposal.decided = true;
    try {
      await this.#accept(proposal);
    } finally {
      // What could not be written can be agreed to again.
      if (this.#proposal === proposal) proposal.decided = false;
    }
  }

  async #accept(proposal: Proposal): Promise<void> {
    for (const file of proposal.files) {
      const now = (await exists(file.target.uri)) || file.target.uri.scheme === 'untitled' ? await textOf(file.target.uri) : undefined;
      if (now === file.before) continue;
      // Shown was something else than what it would be now.
      await this.#again(proposal);
      throw new Error(t('{0} has changed meanwhile. The difference is shown anew: look at it again.', file.target.label));
    }
    await this.#done.write(proposal.messageId, proposal.files.map(({ target, before, after }) => ({ uri: target.uri, label: target.label, before, after })));
    await this.#end(proposal);
    const [first] = proposal.files;
    if (first) await vscode.window.showTextDocument(first.target.uri, { preview: false });
  }

  async #again(proposal: Proposal): Promise<void> {
    const files: ProposedFile[] = [];
    for (const { target, wishes } of proposal.files) {
      const worked = await this.#work({ ...target, exists: await exists(target.uri) }, wishes);
      if (worked && worked !== 'same') files.push(worked);
    }
    await this.#end(proposal);
    await this.#show(proposal.messageId, files);
  }

  /** Takes away what is shown and changes nothing. */
  async discard(): Promise<void> {
    if (this.#proposal) await this.#end(this.#proposal);
  }

  /** Asks where else the shown change of one file belongs. */
  async placeElsewhere(): Promise<void> {
    const proposal = this.#proposal;
    const [file] = proposal?.files ?? [];
    const [wish] = file?.wishes ?? [];
    if (!proposal || !file || !wish || file.before === undefined) return;
    const placed = await placeByHand(file.target, file.before, wish, this.dependencies.replacements.lastEditor);
    if (placed === undefined || placed === file.before) return;
    const next = this.#proposed(file.target, file.wishes, file.before, placed, true, undefined);
    await this.#end(proposal);
    await this.#show(proposal.messageId, [next]);
  }

  async #end(proposal: Proposal): Promise<void> {
    proposal.decided = true;
    if (this.#proposal === proposal) this.#proposal = undefined;
    setContextKey('proposing', this.#proposal !== undefined);
    if (proposal.files.length > 1) {
      const tabs = vscode.window.tabGroups.all.flatMap((group) => group.tabs).filter(({ label }) => label.startsWith(proposal.title));
      await vscode.window.tabGroups.close(tabs);
    }
    for (const { shown } of proposal.files) await this.dependencies.replacements.proposals.remove(shown);
    this.#changed(proposal.messageId);
  }

  /** Takes back all that an answer did, as one step. What was changed since is asked about. @throws Error with a sentence */
  undo(messageId: string): Promise<void> {
    return this.#done.undo(messageId);
  }

  redo(messageId: string): Promise<void> {
    return this.#done.redo(messageId);
  }

  /** Takes back what was changed last by an answer that is or was shown in this window. @throws Error with a sentence */
  undoLatest(): Promise<void> {
    return this.#done.undoLatest();
  }

  openEdited(messageId: string, index: number): Promise<void> {
    return this.#done.openEdited(messageId, index);
  }

  /** Shows what an answer changed: before on the left, the files as they are on the right. */
  showEdits(messageId: string): Promise<void> {
    return this.#done.showEdits(messageId);
  }

  #changed(messageId: string): void {
    for (const listener of this.#listeners) listener(messageId);
  }

  #inBackground(work: Promise<void>): void {
    work.catch((error: unknown) => this.dependencies.log.error('a proposed change could not be taken away', error));
  }
}

/** The entry of its bundle. */
export function openEdits(dependencies: EditsDependencies): Edits {
  // A bundle of its own has its own copy of the texts.
  useBundle(vscode.l10n.bundle, vscode.env.language);
  return new Edits(dependencies);
}

interface PlacedWish {
  readonly target: Target;
  readonly wish: Omit<Wish, 'path'>;
}

/** The files a question was about. */
function filesOf({ id, context }: AnsweredMessage, replacements: Replacements): readonly vscode.Uri[] {
  const asked = replacements.codeOf(id)?.uri;
  const sources = context.flatMap(({ kind, source }) => (source !== undefined && (kind === 'file' || kind === 'selection' || kind === 'symbol') ? [vscode.Uri.parse(source)] : []));
  return [...new Map([...(asked ? [asked] : []), ...sources].map((uri) => [uri.toString(), uri])).values()];
}

function openEditors(): readonly vscode.Uri[] {
  return vscode.workspace.textDocuments.filter(({ uri, isClosed }) => !isClosed && (uri.scheme === 'file' || uri.scheme === 'untitled' || vscode.workspace.getWorkspaceFolder(uri) !== undefined)).map(({ uri }) => uri);
}
