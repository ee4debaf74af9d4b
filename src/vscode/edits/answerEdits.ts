import * as vscode from 'vscode';
import { type Checkpoint, type KeptFile, stepsTo, stepTo, type Step, withFiles } from '../../core/edits/checkpoint';
import { carryOver } from '../../core/edits/countLines';
import type { Log } from '../../core/ports/log';
import type { EditsView } from '../../shared/codeProtocol';
import { t } from '../../shared/l10n';
import type { Replacements } from '../replaceSelection';
import { CheckpointFiles, hashed } from './checkpointFiles';
import { changeTexts, type TextChange } from './changeTexts';
import { filesView } from './filesView';
import { isReadOnly, standing } from './standing';
import { exists } from './targetFile';
import { textOf } from './textOf';

export interface EditsDependencies {
  readonly replacements: Replacements;
  readonly log: Log;
  /** Of the extension, for all workspaces. */
  readonly storage: vscode.Uri;
  readonly now: () => number;
}

/** A file and what it becomes. */
interface WrittenFile {
  readonly uri: vscode.Uri;
  readonly label: string;
  /** Undefined: there is no such file. */
  readonly before: string | undefined;
  readonly after: string;
}

type ChangedView = NonNullable<EditsView['changed']> & { readonly at: number };

/** What answers did to files: written with what was there kept, taken back, shown. */
export class AnswerEdits {
  readonly #files: CheckpointFiles;
  /** What is shown of the checkpoints; undefined while one is read, or when there is none. */
  readonly #changedBy = new Map<string, ChangedView | undefined>();

  /** @param changed told of each answer of which something else is to be shown */
  constructor(
    private readonly dependencies: EditsDependencies,
    private readonly changed: (messageId: string) => void,
  ) {
    const workspace = vscode.workspace.workspaceFile ?? vscode.workspace.workspaceFolders?.[0]?.uri;
    this.#files = new CheckpointFiles(vscode.Uri.joinPath(dependencies.storage, 'edits', hashed(workspace?.toString() ?? 'no folder')).fsPath);
  }

  /** What an answer changed, as far as it has been read from the disk; what is read later is told as a change. */
  view(messageId: string): ChangedView | undefined {
    if (!this.#changedBy.has(messageId)) this.#load(messageId).catch((error: unknown) => this.dependencies.log.error('edits of an answer could not be read', error));
    return this.#changedBy.get(messageId);
  }

  /** Writes the files, with what was there kept, so that it is undone as one. @throws Error with a sentence */
  async write(messageId: string, files: readonly WrittenFile[]): Promise<void> {
    const { replacements, now } = this.dependencies;
    const changes = files.map(({ uri, before, after }): TextChange => ({ uri, before, after }));
    const keptFiles = files.map(({ uri, label, before, after }): KeptFile => ({ uri: uri.toString(), label, before, after }));
    // Kept before anything is written: a crash in between leaves too much rather than too little.
    const earlier = await this.#files.read(messageId);
    await this.#keep(withFiles(earlier, messageId, keptFiles, now()));
    const before = await Promise.all(files.filter(({ before: text }) => text !== undefined).map(async ({ uri, after }) => ({ ...standing(await vscode.workspace.openTextDocument(uri)), after })));
    if (!(await changeTexts(changes))) {
      if (earlier) await this.#keep(earlier);
      else await this.#forget(messageId);
      throw new Error(t('The editor did not accept the change.'));
    }
    // Saving may have changed them: formatters.
    const after = await Promise.all(keptFiles.map(async (file) => ({ ...file, after: (await textOf(vscode.Uri.parse(file.uri, true))) ?? file.after })));
    await this.#keep(withFiles(earlier, messageId, after, now()));
    for (const { file, before: text, errorsBefore, after: written } of before) replacements.taken({ answerId: messageId, file, before: text, errorsBefore, code: middleOf(text, written) });
  }

  /** Takes back all that an answer did, as one step. What was changed since is asked about. @throws Error with a sentence */
  undo(messageId: string): Promise<void> {
    return this.#go('undo', messageId);
  }

  redo(messageId: string): Promise<void> {
    return this.#go('redo', messageId);
  }

  /** Takes back what was changed last by an answer that is or was shown in this window. @throws Error with a sentence */
  async undoLatest(): Promise<void> {
    const [latest] = [...this.#changedBy].flatMap(([messageId, view]) => (view && !view.undone ? [{ messageId, at: view.at }] : [])).toSorted((a, b) => b.at - a.at);
    if (!latest) throw new Error(t('No answer that is open has changed a file.'));
    await this.undo(latest.messageId);
  }

  async #go(way: 'undo' | 'redo', messageId: string): Promise<void> {
    const checkpoint = await this.#files.read(messageId);
    if (!checkpoint) throw new Error(t('What was there before is no longer kept.'));
    if (checkpoint.state === (way === 'undo' ? 'undone' : 'applied')) return;
    const now = new Map<string, string | undefined>();
    for (const { uri } of checkpoint.files) {
      const parsed = vscode.Uri.parse(uri, true);
      now.set(uri, (await exists(parsed)) ? await textOf(parsed) : undefined);
    }
    const steps: Exclude<Step, { kind: 'changed' }>[] = [];
    for (const step of stepsTo(way, checkpoint.files, (uri) => now.get(uri))) {
      const decided = step.kind === 'changed' ? await this.#decide(way, step) : step;
      if (!decided) return;
      steps.push(decided);
    }
    for (const { kind, file } of steps) if (kind === 'write' && (await isReadOnly(vscode.Uri.parse(file.uri, true)))) throw new Error(t('{0} is read-only, so nothing can be changed in it.', file.label));
    const changes = steps.flatMap((step): TextChange[] => (step.kind === 'nothing' ? [] : [{ uri: vscode.Uri.parse(step.file.uri, true), before: now.get(step.file.uri), after: step.kind === 'delete' ? undefined : step.text }]));
    if (changes.length > 0 && !(await changeTexts(changes))) throw new Error(t('The editor did not accept the change.'));
    // What was there a moment ago is what the other way leads to.
    const files = await Promise.all(steps.map(async ({ file }): Promise<KeptFile> => {
      const uri = vscode.Uri.parse(file.uri, true);
      const text = (await exists(uri)) ? await textOf(uri) : undefined;
      const { mixed: _mixed, ...rest } = file;
      return way === 'undo' ? { ...rest, before: text, after: now.get(file.uri) } : { ...rest, before: now.get(file.uri), after: text };
    }));
    await this.#keep({ messageId, files, state: way === 'undo' ? 'undone' : 'applied', at: this.dependencies.now() });
    if (way === 'undo') this.dependencies.replacements.takenBack(messageId);
  }

  /** Asks what becomes of a file that was changed since; undefined when the person goes back. */
  async #decide(way: 'undo' | 'redo', { file, now, wanted }: Extract<Step, { kind: 'changed' }>): Promise<Exclude<Step, { kind: 'changed' }> | undefined> {
    const [from, to] = way === 'undo' ? [file.after, file.before] : [file.before, file.after];
    const carried = now === undefined || from === undefined || to === undefined ? undefined : carryOver(from, to, now);
    const only = way === 'undo' ? t('Take out only this edit') : t('Put in only this edit');
    const whole = wanted === undefined ? t('Delete it') : t('Whole file as it was');
    const leave = t('Leave it');
    const look = t('Show difference');
    for (;;) {
      const choice = await vscode.window.showWarningMessage(
        now === undefined ? t('{0} is no longer there.', file.label) : t('{0} has been changed since.', file.label),
        { modal: true, detail: wanted === undefined ? t('The answer made this file.') : t('"{0}" loses what was changed since.', whole) },
        ...(carried === undefined || carried === now ? [] : [only]), whole, leave, ...(now === undefined ? [] : [look]),
      );
      if (choice === only && carried !== undefined) return { kind: 'write', file, text: carried };
      if (choice === whole) {
        const step = stepTo(file, now, wanted);
        return step.kind === 'changed' ? undefined : step;
      }
      if (choice === leave) return { kind: 'nothing', file };
      if (choice !== look) return undefined;
      const shown = this.dependencies.replacements.proposals.add(file.label, wanted ?? '');
      await vscode.commands.executeCommand('vscode.diff', vscode.Uri.parse(file.uri, true), shown, file.label, { preview: true });
      const goOn = t('Decide');
      if ((await vscode.window.showInformationMessage(t('Left: {0} as it is. Right: as it would be.', file.label), goOn)) !== goOn) return undefined;
      await this.dependencies.replacements.proposals.remove(shown);
    }
  }

  async openEdited(messageId: string, index: number): Promise<void> {
    const file = (await this.#files.read(messageId))?.files[index];
    if (!file) return;
    const uri = vscode.Uri.parse(file.uri, true);
    if (!(await exists(uri))) throw new Error(t('{0} is no longer there.', file.label));
    await vscode.window.showTextDocument(uri);
  }

  /** Shows what an answer changed: before on the left, the files as they are on the right. */
  async showEdits(messageId: string): Promise<void> {
    const { proposals } = this.dependencies.replacements;
    const checkpoint = await this.#files.read(messageId);
    if (!checkpoint) return;
    const pairs = await Promise.all(checkpoint.files.map(async (file) => {
      const uri = vscode.Uri.parse(file.uri, true);
      const isThere = checkpoint.state === 'applied' && (await exists(uri));
      return { file, left: proposals.add(file.label, file.before ?? ''), right: isThere ? uri : proposals.add(file.label, file.after ?? ''), uri };
    }));
    const [first, ...more] = pairs;
    if (first && more.length === 0) await vscode.commands.executeCommand('vscode.diff', first.left, first.right, t('{0}: edit of the answer', first.file.label), { preview: true });
    else await vscode.commands.executeCommand('vscode.changes', t('Edits of the answer'), pairs.map(({ uri, left, right }) => [uri, left, right]));
  }

  async #load(messageId: string): Promise<void> {
    this.#changedBy.set(messageId, undefined);
    const checkpoint = await this.#files.read(messageId);
    if (checkpoint && !this.#changedBy.get(messageId)) this.#tell(checkpoint);
  }

  async #keep(checkpoint: Checkpoint): Promise<void> {
    await this.#files.write(checkpoint);
    this.#tell(checkpoint);
  }

  #tell({ messageId, files, state, at }: Checkpoint): void {
    this.#changedBy.set(messageId, { ...filesView(files), undone: state === 'undone', at });
    this.changed(messageId);
  }

  async #forget(messageId: string): Promise<void> {
    await this.#files.remove(messageId);
    this.#changedBy.set(messageId, undefined);
    this.changed(messageId);
  }
}

/** What is new between the beginning and the end that two texts share. */
function middleOf(before: string, after: string): string {
  let start = 0;
  while (start < before.length && before[start] === after[start]) start += 1;
  let end = 0;
  while (end < Math.min(before.length, after.length) - start && before.at(-1 - end) === after.at(-1 - end)) end += 1;
  return after.slice(start, after.length - end);
}
