import type { WireRequest } from '../../core/ports/wire';

/**
 * Bytes of UTF-8 that make a token at the least, in prose and code of any language; usual is three to four. Denser text
 * is not lost: the server is told to refuse what does not fit.
 */
const bytesPerToken = 2;
/** What most models that see make of one image at the most. */
const tokensPerImage = 4096;
/** Marks of the template around messages, and its own first lines. */
const tokensOfTemplate = 512;

/** The smallest context asked for. Each doubling is a step: a model is loaded anew whenever the size changes. */
const smallestContext = 8192;
/** Beyond it no step is taken, in tokens. */
const largestContext = 2 ** 24;

/** Rather too many than too few tokens for a prompt, from what is sent of it. */
export function promptTokens({ messages, tools }: Pick<WireRequest, 'messages' | 'tools'>): number {
  let images = 0;
  // Images are counted apart: their base64 is not text to the model. Nor is what other vendors have sealed.
  const sent = messages.map((message) => {
    if (message.role === 'assistant') return { ...message, reasoning: message.reasoning?.map(({ text }) => text) };
    if (message.role === 'system' || message.images === undefined) return message;
    images += message.images.length;
    return { ...message, images: undefined };
  });
  return Math.ceil(Buffer.byteLength(JSON.stringify([sent, tools])) / bytesPerToken) + images * tokensPerImage + tokensOfTemplate;
}

/**
 * The context to load the model with, in tokens: prompt and answer, rounded up to a power of two, at most what the model
 * takes. Without it the server takes its own default, as little as 4,096, and silently forgets the beginning of what is
 * longer. https://docs.ollama.com/context-length
 */
export function contextSize(request: Pick<WireRequest, 'messages' | 'tools' | 'maxOutputTokens' | 'contextTokens'>): number {
  const needed = promptTokens(request) + request.maxOutputTokens;
  let size = smallestContext;
  while (size < needed && size < largestContext) size *= 2;
  return Math.min(size, request.contextTokens ?? size);
}
