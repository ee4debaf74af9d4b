import type { StopReason } from '../../core/model/ask';

/**
 * Why a model stopped, from the word it said. A word that nobody knows is `unknown`. A paused turn is one that the
 * provider cut off to be gone on with, so it is `length`. No word at all after a proper end is `stop`.
 */
export function mapStopReason(word: string | undefined): StopReason {
  if (word === undefined) return 'stop';
  return reasons.get(word) ?? 'unknown';
}

const reasons: ReadonlyMap<string, StopReason> = new Map<string, StopReason>([
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['max_tokens', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['pause_turn', 'length'],
  ['tool_use', 'toolCalls'],
  ['refusal', 'contentFilter'],
]);
