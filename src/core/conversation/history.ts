import { aboutContext, withContext } from '../context/contextText';
import type { Image, Message } from '../model/message';
import type { StoredMessage } from '../model/thread';
import { saidIn } from './workAnswer';

/** What the model is told before the conversation. Short: it is paid for with every question. */
const instructions = 'You are a programming assistant inside a code editor. Answer in Markdown. Put code into fenced blocks with the language named. Be brief unless asked otherwise.';

/**
 * The messages to send for the questions and answers up to and including `upTo`. Of several answers to one question
 * the last one that has text counts; an answer cut off is sent as far as it came, because the person has read it.
 */
export function historyOf(messages: readonly StoredMessage[], upTo: number): readonly Message[] {
  const attached = messages.some(({ position, context }) => position <= upTo && context !== undefined && context.length > 0);
  const history: Message[] = [{ role: 'system', text: attached ? `${instructions} ${aboutContext}` : instructions }];
  const read = new Set<string>();
  let answer: Message | undefined;
  for (const message of messages) {
    if (message.position > upTo) break;
    if (message.role === 'assistant') {
      const said = saidIn(message);
      if (said.trim() !== '') answer = { role: 'assistant', text: said };
      continue;
    }
    if (answer) history.push(answer);
    answer = undefined;
    // A question that got no answer is sent with the next one: some models refuse two user messages in a row.
    const unanswered = history.at(-1);
    const text = withContext(message.text, message.context ?? [], read);
    const images = (message.context ?? []).flatMap(({ image }) => (image ? [image] : []));
    if (unanswered?.role === 'user') history[history.length - 1] = questionOf(`${unanswered.text}\n\n${text}`, [...(unanswered.images ?? []), ...images]);
    else history.push(questionOf(text, images));
  }
  return history;
}

function questionOf(text: string, images: readonly Image[]): Message {
  return { role: 'user', text, ...(images.length > 0 ? { images } : {}) };
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
