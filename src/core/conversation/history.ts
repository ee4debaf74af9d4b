import type { Message } from '../model/message';
import type { StoredMessage } from '../model/thread';

/** What the model is told before the conversation. Short: it is paid for with every question. */
const instructions = 'You are a programming assistant inside a code editor. Answer in Markdown. Put code into fenced blocks with the language named. Be brief unless asked otherwise.';

/**
 * The messages to send for the questions and answers up to and including `upTo`. Of several answers to one question
 * the last one that has text counts; an answer cut off is sent as far as it came, because the person has read it.
 */
export function historyOf(messages: readonly StoredMessage[], upTo: number): readonly Message[] {
  const history: Message[] = [{ role: 'system', text: instructions }];
  let answer: Message | undefined;
  for (const message of messages) {
    if (message.position > upTo) break;
    if (message.role === 'assistant') {
      if (message.text.trim() !== '') answer = { role: 'assistant', text: message.text };
      continue;
    }
    if (answer) history.push(answer);
    answer = undefined;
    // A question that got no answer is sent with the next one: some models refuse two user messages in a row.
    const unanswered = history.at(-1);
    if (unanswered?.role === 'user') history[history.length - 1] = { role: 'user', text: `${unanswered.text}\n\n${message.text}` };
    else history.push({ role: 'user', text: message.text });
  }
  return history;
}

/** A title from the first question: its first line, at most 60 characters, cut at a word. */
export function titleOf(question: string): string {
  const line = question.trim().split('\n', 1)[0]?.trim() ?? '';
  if (line === '') return 'New chat';
  const characters = [...line];
  if (characters.length <= 60) return line;
  const cut = characters.slice(0, 60).join('');
  const space = cut.lastIndexOf(' ');
  return `${space > 30 ? cut.slice(0, space) : cut}…`;
}
