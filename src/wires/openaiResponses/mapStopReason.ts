import type { StopReason } from '../../core/model/ask';

/**
 * Why a model stopped, from the status of the response or the reason it is incomplete. `error`: it could not go on, which
 * is a failure and not an end. Whatever is incomplete without a reason is cut off. A word that nobody knows is `unknown`.
 */
export function mapStopReason(word: string | undefined): StopReason | 'error' {
  return reasons.get(word ?? '') ?? 'unknown';
}

const reasons: ReadonlyMap<string, StopReason | 'error'> = new Map<string, StopReason | 'error'>([
  ['completed', 'stop'],
  ['incomplete', 'length'],
  ['max_output_tokens', 'length'],
  ['max_messages', 'length'],
  ['content_filter', 'contentFilter'],
  ['failed', 'error'],
  ['cancelled', 'error'],
]);
