import * as vscode from 'vscode';
import type { ContextItem } from '../../core/model/contextItem';
import type { Previews } from '../../core/model/preview';
import type { ContextRequest } from '../../shared/contextProtocol';
import type { ChatState } from '../../shared/protocol';
import { t } from '../../shared/l10n';
import type { ContextDesk } from '../context/contextDesk';
import { untilStopped } from '../keyCommands';
import type { ChatPart, SessionDoor } from './chatPart';

/** What a chat does with what goes with a question. What reads and offers it is loaded by the first that wants something. */
export class ContextRequests implements ChatPart<ContextRequest> {
  #desk: ContextDesk | undefined;

  constructor(private readonly door: SessionDoor) {}

  async handle(request: ContextRequest): Promise<void> {
    if (request.type === 'complete-context' && request.query === undefined && !this.#desk) return;
    await this.#open().handle(request);
  }

  /** What a command was called on: files of the explorer or a tab; else the selection or the file of the editor. */
  async add(argument: unknown): Promise<void> {
    const uris = (Array.isArray(argument) ? argument : [argument]).filter((one) => one instanceof vscode.Uri);
    if (uris.length > 0) return this.#open().addFiles(uris.map((uri) => uri.toString()));
    const editor = vscode.window.activeTextEditor;
    if (editor) return this.#open().addEditor(editor);
    const input = vscode.window.tabGroups.activeTabGroup.activeTab?.input;
    if (input instanceof vscode.TabInputText || input instanceof vscode.TabInputCustom) return this.#open().addFiles([input.uri.toString()]);
    await this.#open().addProblems();
  }

  /** What is read by now, for a preview. */
  items(): readonly ContextItem[] {
    return this.#desk?.items() ?? [];
  }

  /** What goes with the next question, read again where it is no longer what stands there. */
  async forQuestion(): Promise<readonly ContextItem[]> {
    const desk = this.#known();
    if (!desk) return [];
    const items = await untilStopped(t('Reading what goes with the question'), () => desk.forQuestion());
    if (!items) throw new Error(t('You stopped the reading of what goes with it.'));
    return items;
  }

  /** The question is stored: what went with it belongs to it now. */
  sent(): void {
    this.#desk?.sent();
  }

  previewed(previews: Previews | undefined): void {
    const preview = previews?.[this.door.app.settings().quality];
    // What to do about it is proposed also where nothing is attached.
    const isTooLong = preview?.ok === false && preview.failure.kind === 'contextTooLong';
    (isTooLong ? this.#open() : this.#desk)?.previewed(preview);
  }

  state(): Partial<ChatState> {
    return this.#known()?.state() ?? { context: [], contextProposal: undefined };
  }

  dispose(): void {
    this.#desk?.dispose();
  }

  /** Something is attached, or was when the window was closed. */
  #known(): ContextDesk | undefined {
    const kept = this.door.kept.keptContext();
    return this.#desk ?? (Array.isArray(kept) && kept.length > 0 ? this.#open() : undefined);
  }

  #open(): ContextDesk {
    return (this.#desk ??= this.door.context().desk(this.door));
  }
}
