import type { AskRequest } from '../model/ask';
import type { Message } from '../model/message';

type CountTokens = (text: string) => number;

/** Characters of a request that are really counted; the rest is taken to be like them. */
const countedCharacters = 6_000;
/** What a chat template puts around a message. */
const tokensPerMessage = 4;
const tokensPerImage = 1_000;

/** Tokens of everything that will be sent, estimated from samples of what is long. */
export function inputTokensOf(countTokens: CountTokens, { messages, tools }: Pick<AskRequest, 'messages' | 'tools'>): number {
  const total = messages.reduce((sum, message) => sum + message.text.length, 0);
  const share = total <= countedCharacters ? 1 : countedCharacters / total;
  let tokens = 3;
  for (const message of messages) tokens += tokensPerMessage + tokensOf(countTokens, message.text, share) + extraTokens(countTokens, message);
  if (tools && tools.length > 0) tokens += sampledTokens(countTokens, JSON.stringify(tools), countedCharacters);
  return Math.round(tokens);
}

function tokensOf(countTokens: CountTokens, text: string, share: number): number {
  return share === 1 ? countTokens(text) : sampledTokens(countTokens, text, Math.max(90, Math.ceil(text.length * share)));
}

/** Counts the beginning, the middle and the end, and scales up: a pasted log is not like the question above it. */
export function sampledTokens(countTokens: CountTokens, text: string, characters = countedCharacters): number {
  if (text.length <= characters) return countTokens(text);
  const piece = Math.floor(characters / 3);
  const middle = Math.floor((text.length - piece) / 2);
  const counted = countTokens(text.slice(0, piece)) + countTokens(text.slice(middle, middle + piece)) + countTokens(text.slice(-piece));
  return Math.round((counted * text.length) / (piece * 3));
}

function extraTokens(countTokens: CountTokens, message: Message): number {
  switch (message.role) {
    case 'user':
    case 'tool':
      return tokensPerImage * (message.images?.length ?? 0);
    case 'assistant': {
      const thought = (message.reasoning ?? []).reduce((sum, part) => sum + sampledTokens(countTokens, part.text, 600), 0);
      return (message.toolCalls ?? []).reduce((sum, call) => sum + sampledTokens(countTokens, call.name, 600) + sampledTokens(countTokens, call.arguments, 600), thought);
    }
    case 'system':
      return 0;
  }
}
