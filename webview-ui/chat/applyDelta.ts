import type { ChatDelta, ChatState, MessageView } from '../../src/shared/protocol';
import { stepKey } from '../../src/shared/workProtocol';

/** Applies a delta; undefined when it does not fit the state, which calls for a new snapshot. */
export function applyDelta(state: ChatState, delta: ChatDelta): ChatState | undefined {
  switch (delta.type) {
    case 'state':
      return { ...state, ...delta.state, ...Object.fromEntries(delta.cleared.map((key) => [key, undefined])) };
    case 'message-added':
      return { ...state, messages: [...state.messages, delta.message] };
    case 'messages-kept':
      return state.messages.length < delta.count ? undefined : { ...state, messages: state.messages.slice(0, delta.count) };
    case 'answer-changed':
      return changeMessage(state, delta.messageId, (message) => ({ ...message, answer: delta.answer }));
    case 'message-changed':
      return changeMessage(state, delta.message.id, () => delta.message);
    case 'reasoning-appended':
      return changeMessage(state, delta.messageId, (message) => {
        const { reasoning = '' } = message.answer ?? {};
        return message.answer && reasoning.length === delta.at ? { ...message, answer: { ...message.answer, reasoning: reasoning + delta.text } } : undefined;
      });
    case 'text-appended':
      return changeMessage(state, delta.messageId, (message) => (message.text.length === delta.at ? { ...message, text: message.text + delta.text } : undefined));
    case 'step-appended': {
      const key = stepKey(delta.messageId, delta.stepId);
      const before = state.stepTexts?.[key];
      return before?.length === delta.at ? { ...state, stepTexts: { ...state.stepTexts, [key]: before + delta.text } } : undefined;
    }
  }
}

function changeMessage(state: ChatState, messageId: string, change: (message: MessageView) => MessageView | undefined): ChatState | undefined {
  // From the end: there is the answer under way, however long the conversation.
  const index = state.messages.findLastIndex((message) => message.id === messageId);
  const message = state.messages[index];
  const changed = message && change(message);
  if (!changed) return undefined;
  const messages = state.messages.slice();
  messages[index] = changed;
  return { ...state, messages };
}
