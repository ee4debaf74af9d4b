import type { AnswerFormat, Message, ToolDefinition } from '../model/message';

/** What surrounds a message in a chat template (role, separators); the largest seen is about 8. */
const tokensPerMessage = 16;

/** What a template puts before the first message: begin marks, dates, default system lines (gpt-oss: about 70). */
const tokensPerRequest = 128;

/** What a vendor adds when tools are offered: Anthropic's own page says up to 530 tokens; OpenAI's is far less. */
const tokensPerToolset = 768;

/** What asks for a schema of the answer, besides the schema. */
const tokensPerFormat = 256;

/** Names and marks around one tool or one tool call, besides its JSON. */
const tokensPerTool = 32;

/**
 * The dearest a single image is counted by the vendors' published rules: 8 tiles of 5,667 plus 2,833 (gpt-4o-mini, high
 * detail). Most models stay under 5,000.
 */
const tokensPerImage = 2_833 + 8 * 5_667;

/**
 * Upper bound of the input tokens of a request, for the money that is held. Byte-level tokenizers (and SentencePiece
 * with byte fallback) never make more tokens than the text has UTF-8 bytes, so the bound is the bytes plus what
 * templates add. It is three to four times the usual count: an estimate for people is a different function.
 */
export function inputTokenBound(messages: readonly Message[], tools: readonly ToolDefinition[], format?: AnswerFormat): number {
  let bound = tokensPerRequest + tokensPerMessage * messages.length;
  for (const message of messages) bound += messageBound(message);
  if (tools.length > 0) bound += tokensPerToolset;
  for (const tool of tools) bound += tokensPerTool + jsonBytes(tool);
  if (format !== undefined && format !== 'json') bound += tokensPerFormat + jsonBytes(format);
  return bound;
}

/** Bytes of a text in UTF-8, as sent: a lone surrogate is replaced by three bytes. */
export function utf8Bytes(text: string): number {
  let bytes = 0;
  for (let index = 0; index < text.length; index++) {
    const unit = text.charCodeAt(index);
    if (unit < 0x80) bytes += 1;
    else if (unit < 0x800) bytes += 2;
    else if (isHighSurrogate(unit) && isLowSurrogate(text.charCodeAt(index + 1))) {
      bytes += 4;
      index += 1;
    } else bytes += 3;
  }
  return bytes;
}

function messageBound(message: Message): number {
  const text = utf8Bytes(message.text);
  switch (message.role) {
    case 'user':
      return text + tokensPerImage * (message.images?.length ?? 0);
    case 'assistant':
      return [...(message.toolCalls ?? []), ...(message.reasoning ?? [])].reduce((sum, one) => sum + tokensPerTool + jsonBytes(one), text);
    case 'tool':
      return text + utf8Bytes(message.toolCallId) + tokensPerImage * (message.images?.length ?? 0);
    case 'system':
      return text;
  }
}

function jsonBytes(value: unknown): number {
  // `undefined` has no JSON; nothing is sent for it.
  return utf8Bytes(JSON.stringify(value) ?? '');
}

function isHighSurrogate(unit: number): boolean {
  return unit >= 0xd800 && unit < 0xdc00;
}

/** False for NaN, which `charCodeAt` gives past the end. */
function isLowSurrogate(unit: number): boolean {
  return unit >= 0xdc00 && unit < 0xe000;
}
