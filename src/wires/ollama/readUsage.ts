import type { Usage } from '../../core/model/usage';
import { objectOf } from '../http/jsonValue';
import { tokenCount } from '../http/tokenCount';

/**
 * Tokens of the last line of an answer. `prompt_eval_count` is absent when the whole prompt was still in the server's
 * memory from the request before; `estimatedInput`, in tokens, stands in for it, and the usage says so. Undefined when
 * the output is not told: both are then counted elsewhere. Reasoning is inside `eval_count` and not told apart.
 */
export function readUsage(value: unknown, estimatedInput: number): Usage | undefined {
  const line = objectOf(value);
  const output = tokenCount(line?.['eval_count']);
  const input = tokenCount(line?.['prompt_eval_count']);
  if (output === undefined || output + (input ?? 0) === 0) return undefined;
  const known = input !== undefined && input > 0;
  return { inputTokens: known ? input : estimatedInput, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: output, reasoningTokens: 0, estimated: !known };
}
