import type { StopReason } from '../../core/model/ask';

/**
 * Why a model stopped, from `done_reason` of the last line. `nothing`: the line tells that a model was loaded into or
 * taken out of memory, which is no end of an answer. Servers before 0.1.38 give no reason.
 */
export function mapStopReason(word: string | undefined): StopReason | 'nothing' {
  if (word === undefined) return 'stop';
  return reasons.get(word.toLowerCase()) ?? 'unknown';
}

const reasons: ReadonlyMap<string, StopReason | 'nothing'> = new Map<string, StopReason | 'nothing'>([
  ['stop', 'stop'],
  ['length', 'length'],
  ['tool_calls', 'toolCalls'],
  ['load', 'nothing'],
  ['unload', 'nothing'],
]);
