import { questionBefore } from '../../core/model/thread';
import type { CodeRequest } from '../../shared/codeProtocol';
import { t } from '../../shared/l10n';
import type { AnswerView, ChatState } from '../../shared/protocol';
import type { AnsweredMessage, Edits } from '../edits/edits';
import type { ChatPart, SessionDoor } from './chatPart';

/** What a chat does with the code of answers. */
export class CodeRequests implements ChatPart<CodeRequest> {
  #following: (() => void) | undefined;

  constructor(private readonly door: SessionDoor) {}

  async handle(request: CodeRequest): Promise<void> {
    const edits = this.#edits();
    const { messageId } = request;
    switch (request.type) {
      case 'apply-code':
        return edits.apply(this.#message(messageId), request.text, request.choose === true);
      case 'to-terminal':
        return edits.putIntoTerminal(this.#message(messageId), request.text);
      case 'apply-all':
        return edits.applyAll(this.#message(messageId));
      case 'accept-proposal':
        return edits.accept();
      case 'discard-proposal':
        return edits.discard();
      case 'place-elsewhere':
        return edits.placeElsewhere();
      case 'show-proposal':
        return edits.showProposal();
      case 'undo-edits':
        return edits.undo(this.#message(messageId).id);
      case 'redo-edits':
        return edits.redo(this.#message(messageId).id);
      case 'open-edited':
        return edits.openEdited(this.#message(messageId).id, request.index);
      case 'show-edits':
        return edits.showEdits(this.#message(messageId).id);
    }
  }

  /** Undefined for an answer without blocks of code: then nothing is loaded for it. */
  viewOf(messageId: string): AnswerView['edits'] {
    const message = this.door.messages().findLast(({ id }) => id === messageId);
    return message && /```|~~~/.test(message.text) ? this.#edits().view(message) : undefined;
  }

  state(): Partial<ChatState> {
    return {};
  }

  dispose(): void {
    this.#following?.();
  }

  #edits(): Edits {
    const edits = this.door.edits();
    this.#following ??= edits.onChange((messageId) => this.door.redrawAnswer(messageId));
    return edits;
  }

  /** An answer of the conversation that is shown: the page may name no other. */
  #message(messageId: string): AnsweredMessage {
    const messages = this.door.messages();
    const answer = messages.findLast(({ id, role }) => id === messageId && role === 'assistant');
    if (!answer) throw new Error(t('The answer is not in this conversation.'));
    return { id: answer.id, text: answer.text, context: questionBefore(messages, answer)?.context ?? [] };
  }
}
