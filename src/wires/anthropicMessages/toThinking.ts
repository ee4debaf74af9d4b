import type { Anthropic } from '@anthropic-ai/sdk';
import type { ReasoningPart } from '../../core/model/message';
import type { SentEffort } from '../../core/model/modelCard';
import type { ModelTraits } from '../../core/model/provider';
import type { WireRequest } from '../../core/ports/wire';

type ThinkingFields = Pick<Anthropic.MessageCreateParamsStreaming, 'thinking' | 'output_config'>;

/** Tokens of thinking for each effort, of models that take a budget. Other clients use about the same. */
const budgets: Readonly<Record<Exclude<SentEffort, 'none' | 'off'>, number>> = { low: 2048, medium: 8192, high: 16_384, xhigh: 32_768 };

/** The smallest budget that is taken. */
const smallestBudget = 1024;

interface ThinkingTerms {
  /** A tool must be called, which a model that thinks cannot be made to. */
  readonly forced: boolean;
  /** Whether thinking was signed by the model that is asked. */
  readonly isOwn: (part: ReasoningPart) => boolean;
}

/**
 * What a request says of thinking. `summarized`, because the newer models send empty thinking otherwise: nothing would
 * be heard of them until they answer.
 */
export function toThinking({ effort, maxOutputTokens, messages }: Pick<WireRequest, 'effort' | 'maxOutputTokens' | 'messages'>, traits: ModelTraits | undefined, { forced, isOwn }: ThinkingTerms): ThinkingFields {
  if (traits?.thinking === 'effort') {
    if (forced && traits.thinkingOff === 'disabled') return { thinking: { type: 'disabled' } };
    const shown = { thinking: { type: 'adaptive', display: 'summarized' } } as const;
    if (effort !== 'none' && effort !== 'off') return { ...shown, output_config: { effort } };
    // A model that cannot do otherwise thinks in any case, and is to be heard thinking.
    if (traits.thinkingOff === undefined) return shown;
    return effort === 'off' ? { thinking: { type: traits.thinkingOff } } : {};
  }
  // Off unless asked for, and where tool calls are answered whose signed thinking did not come back: with a budget, their
  // turn must begin with it, or the request is refused. A signature holds only for the model that made it, which may change
  // from one call to the next. Models that decide themselves how much they think (above) do not ask for it.
  if (traits?.thinking === undefined || effort === 'none' || effort === 'off' || forced || answersUnsigned(messages, isOwn)) return {};
  // The budget is part of the output limit, which is what was held and must not grow: half of it is left to the answer.
  const budget = Math.min(budgets[effort], Math.floor(maxOutputTokens / 2));
  return budget < smallestBudget ? {} : { thinking: { type: 'enabled', budget_tokens: budget } };
}

/** Tool results since the model last spoke, also when the person has added something to them, of calls without their thinking. */
function answersUnsigned(messages: WireRequest['messages'], isOwn: ThinkingTerms['isOwn']): boolean {
  const at = messages.findLastIndex(({ role }) => role === 'assistant');
  const asked = messages[at];
  return messages.slice(at + 1).some(({ role }) => role === 'tool') && !(asked?.role === 'assistant' && asked.reasoning?.some(isOwn) === true);
}
