import type * as vscode from 'vscode';
import type { App } from '../../core/app';
import type { ContextItem } from '../../core/model/contextItem';
import type { Failure } from '../../core/model/failure';
import type { StoredMessage } from '../../core/model/thread';
import type { Log } from '../../core/ports/log';
import type { ChatState } from '../../shared/protocol';
import type { Actions } from '../actions';
import type { ContextDoor } from '../context/contextDoor';
import type { ContextRoom } from '../context/openContext';
import type { Edits } from '../edits/edits';
import type { Replacements } from '../replaceSelection';

/** What every chat needs, wherever it is shown. */
export interface ChatDependencies {
  readonly app: App;
  readonly actions: Pick<Actions, 'run'>;
  readonly replacements: Replacements;
  /** What is done with the code of answers; loaded when first asked for. */
  readonly edits: () => Edits;
  readonly log: Log;
  /** What all chats share of what goes with questions; loaded by the first that wants it. */
  readonly context: () => ContextRoom;
}

/** What the parts of a chat see of it. */
export interface SessionDoor extends ContextDoor, ChatDependencies {
  threadId(): string | undefined;
  /** The conversation as it is shown. */
  messages(): readonly StoredMessage[];
  /** What is half written. */
  draft(): string;
  /** What goes with it, as far as it is read. */
  attached(): readonly ContextItem[];
  /** Shows fields of the state anew. */
  change(state: Partial<ChatState>): void;
  /** Shows one answer anew: what a part tells of it has changed. */
  redrawAnswer(messageId: string): void;
  openThread(threadId: string | undefined): Promise<void>;
  /** Puts a question that could not be asked before what is half written. */
  giveBack(text: string): Promise<void>;
  /** Shows what went wrong, with its buttons. Returns the sentence, to be thrown where the page waits. */
  tell(failure: Failure): string;
}

/** What a part of the chat does: its requests, and its fields of the state. */
export interface ChatPart<Request> extends vscode.Disposable {
  handle(request: Request): Promise<void>;
  /** Its fields, for a snapshot. */
  state(): Partial<ChatState>;
}
