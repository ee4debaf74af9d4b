import type { DemoMessage } from './request';

/** Characters a token stands for on average in English and code. The demo needs plausible counts, not exact ones. */
const charactersPerToken = 4;
/** Role and separators of a message. */
const tokensPerMessage = 4;
/** The smallest prefix that is cached, and its steps, as with OpenAI. */
const cacheFloor = 1024;
const cacheStep = 128;

export function countTokens(text: string): number {
  return Math.ceil(text.length / charactersPerToken);
}

export function promptTokens(messages: readonly DemoMessage[]): number {
  return messages.reduce((sum, message) => sum + tokensPerMessage + countTokens(message.text), 0);
}

/**
 * Tokens of the prompt that a cache would hold: all but the newest message, once the conversation has an answer.
 * Counted from the request alone, so that the same prompt always has the same usage.
 */
export function cachedTokens(messages: readonly DemoMessage[]): number {
  if (!messages.some((message) => message.role === 'assistant')) return 0;
  const prefix = promptTokens(messages.slice(0, -1));
  return prefix < cacheFloor ? 0 : Math.floor(prefix / cacheStep) * cacheStep;
}

/** Cuts a text into pieces about a token long; a surrogate pair is never split. Together they are the text. */
export function tokenPieces(text: string): readonly string[] {
  return text.match(/\s*\S{1,5}(?!\S)|\s*[^\s]{1,4}|\s+/gu) ?? [];
}
