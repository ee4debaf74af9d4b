import type { Message } from '../core/model/message';
import type { DialectRequest } from './dialect';

/** What most vendors count an image of a usual size as, in tokens. */
const tokensPerImage = 1500;
/** What stands around a message or a tool in the vendors' own formats, in tokens. */
const tokensAround = 4;

/** Characters of a prompt that are really counted, about 10 ms of work; the rest is taken to be like them. */
const countedCharacters = 24_000;
/** Of a text that is not counted whole, at least so many. */
const leastCounted = 120;

type EstimateTokens = (text: string) => number;

/** Tokens of a prompt with its tools and images: an estimate, because which model is to read it is not known yet. */
export function countTokens({ messages, tools = [] }: Pick<DialectRequest['ask'], 'messages' | 'tools'>, estimateTokens: EstimateTokens): number {
  const texts = [...messages.map(textIn), ...tools.map((tool) => JSON.stringify(tool))];
  const share = countedCharacters / Math.max(countedCharacters, texts.reduce((sum, text) => sum + text.length, 0));
  const ofTexts = texts.reduce((sum, text) => sum + tokensAround + sampled(estimateTokens, text, share), 0);
  return Math.ceil(messages.reduce((sum, message) => sum + tokensPerImage * imagesIn(message), ofTexts));
}

/** Counts the beginning, the middle and the end of a long text, and scales up. */
function sampled(estimateTokens: EstimateTokens, text: string, share: number): number {
  const characters = Math.max(leastCounted, text.length * share);
  if (characters >= text.length) return estimateTokens(text);
  const piece = Math.ceil(characters / 3);
  const middle = Math.floor((text.length - piece) / 2);
  const counted = estimateTokens(text.slice(0, piece)) + estimateTokens(text.slice(middle, middle + piece)) + estimateTokens(text.slice(-piece));
  return (counted * text.length) / (piece * 3);
}

function imagesIn(message: Message): number {
  return message.role === 'user' || message.role === 'tool' ? (message.images?.length ?? 0) : 0;
}

function textIn(message: Message): string {
  if (message.role !== 'assistant') return message.text;
  return [message.text, ...(message.reasoning ?? []).map(({ text }) => text), ...(message.toolCalls ?? []).map(({ name, arguments: json }) => `${name} ${json}`)].join('\n');
}
