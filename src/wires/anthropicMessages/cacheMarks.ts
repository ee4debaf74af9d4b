import type { Anthropic } from '@anthropic-ai/sdk';
import type { ModelTraits } from '../../core/model/provider';

/** The parts of a prompt, in the order the provider reads them: tools, system, messages. */
export interface PromptParts<Block> {
  readonly tools: readonly Anthropic.Tool[];
  readonly system: readonly Anthropic.TextBlockParam[];
  readonly messages: readonly { readonly role: 'user' | 'assistant'; readonly content: readonly Block[] }[];
}

/** Something that can be marked as the end of what is to be cached. */
interface Markable {
  cache_control?: Anthropic.CacheControlEphemeral | null;
}

/** Bytes of text a token has at least, on average: an estimate that is rather too low than too high. */
const bytesPerToken = 4;
/** How many blocks the provider looks back from a mark, the marked one among them, for what an earlier request wrote. */
const lookBack = 20;
/** What an image is counted by the vendor's rule at its usual size, in tokens. */
const tokensPerImage = 1500;

/**
 * Where the cache pays. Writing costs a quarter more than reading fresh and reading costs a tenth, so that a mark pays
 * when the same beginning is sent once more within five minutes: tools and system text are, by every conversation; the
 * conversation is, as soon as it goes on. A first question is not marked, because most are not followed by a second, unless
 * tools are offered with it, whose results are the second.
 *
 * Below the model's minimum nothing is cached and nothing is charged for the mark. Two of the four allowed marks are
 * enough as a rule, because the provider looks back from a mark for what an earlier request wrote. Where many tool calls
 * put that out of its sight, the end of the earlier request is marked again, which costs nothing.
 */
export function cacheMarks<Block extends Markable & { readonly type: string }>({ tools, system, messages }: PromptParts<Block>, traits: ModelTraits | undefined): readonly Markable[] {
  const from = traits?.cacheFromTokens;
  if (from === undefined) return [];
  const marks: Markable[] = [];
  const before = tokensOf(tools) + tokensOf(system);
  const lastOfHead = system.at(-1) ?? tools.at(-1);
  if (lastOfHead !== undefined && before >= from) marks.push(lastOfHead);
  const goesOn = tools.length > 0 || messages.some(({ role }) => role === 'assistant');
  const last = messages.at(-1);
  const lastBlock = last?.role === 'user' ? last.content.at(-1) : undefined;
  if (goesOn && lastBlock !== undefined) {
    const all = messages.reduce((sum, { content }) => sum + content.reduce((tokens, block) => tokens + (block.type === 'image' ? tokensPerImage : tokensOf(block)), 0), before);
    if (all >= from) marks.push(...earlierEnd(messages), lastBlock);
  }
  return marks;
}

/** The block an earlier request ended with, when it is too far from the last one to be found. Sides take turns. */
function earlierEnd<Block>(messages: PromptParts<Block>['messages']): readonly Block[] {
  const since = messages.slice(-2).reduce((sum, { content }) => sum + content.length, 0);
  const block = messages.at(-3)?.content.at(-1);
  return since < lookBack || block === undefined ? [] : [block];
}

function tokensOf(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value)) / bytesPerToken;
}
