import type { StopReason } from '../../core/model/ask';

/**
 * Why a model stopped, from the word it said. `error`: the provider says that it could not go on, which is a failure and
 * not an end. A word that nobody knows is `unknown`; no word at all, after a proper end of the stream, is `stop`.
 *
 * The words are those of OpenAI, OpenRouter, Mistral (`model_length`), DeepSeek (`insufficient_system_resource`), Together
 * (`eos`), Hugging Face (`eos_token`, `stop_sequence`), Gemini, Cohere, Anthropic and vLLM (`abort`) behind compatible routes.
 */
export function mapStopReason(word: string | undefined): StopReason | 'error' {
  if (word === undefined) return 'stop';
  return reasons.get(word.toLowerCase()) ?? 'unknown';
}

const reasons: ReadonlyMap<string, StopReason | 'error'> = new Map<string, StopReason | 'error'>([
  ['stop', 'stop'],
  ['eos', 'stop'],
  ['eos_token', 'stop'],
  ['end', 'stop'],
  ['end_turn', 'stop'],
  ['stop_sequence', 'stop'],
  ['complete', 'stop'],
  ['completed', 'stop'],
  ['length', 'length'],
  ['max_tokens', 'length'],
  ['max_output_tokens', 'length'],
  ['max_length', 'length'],
  ['model_length', 'length'],
  ['model_context_window_exceeded', 'length'],
  ['tool_calls', 'toolCalls'],
  ['tool_call', 'toolCalls'],
  ['tool_use', 'toolCalls'],
  ['function_call', 'toolCalls'],
  ['content_filter', 'contentFilter'],
  ['content_filtered', 'contentFilter'],
  ['safety', 'contentFilter'],
  ['recitation', 'contentFilter'],
  ['blocklist', 'contentFilter'],
  ['prohibited_content', 'contentFilter'],
  ['spii', 'contentFilter'],
  ['sensitive', 'contentFilter'],
  ['refusal', 'contentFilter'],
  ['error', 'error'],
  ['abort', 'error'],
  ['aborted', 'error'],
  ['network_error', 'error'],
  ['insufficient_system_resource', 'error'],
]);
