import type { AskRequest } from '../model/ask';
import { asArmId } from '../model/modelCard';
import type { StoredMessage } from '../model/thread';

/** How long hosts keep a prompt at least, in milliseconds: five minutes at OpenAI, Anthropic and most others. */
const cacheKeptMs = 5 * 60_000;
/** Hosts cache from 1,024 tokens on, in steps of 128 (OpenAI's prompt caching guide). */
const leastCached = 1024;
const cacheStep = 128;

/** What the host of the last answer still has of the prompt, as a request tells it. `now` is epoch milliseconds. */
export function warmPrefix(last: StoredMessage | undefined, now: number): Pick<AskRequest, 'warm'> {
  const { arm, totalMs = 0, work } = last?.answer ?? {};
  // Of several calls only the one that was asked the conversation itself, by whoever is gone on with.
  const { inputTokens = 0 } = (work ? work.steps.find(({ kind, arm: of }) => kind === 'answer' && of === arm) : last?.answer) ?? {};
  if (!last || arm === undefined) return {};
  const cachedTokens = cachedTokensAfter(inputTokens, now - last.createdAt - totalMs);
  return cachedTokens === undefined ? {} : { warm: { arm: asArmId(arm), cachedTokens } };
}

/** How much of a prompt of that many tokens is still in its host's cache so many milliseconds later; undefined: most likely nothing. */
export function cachedTokensAfter(inputTokens: number, agoMs: number): number | undefined {
  return inputTokens < leastCached || agoMs > cacheKeptMs ? undefined : Math.floor(inputTokens / cacheStep) * cacheStep;
}
