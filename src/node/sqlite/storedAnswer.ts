import type { AnswerState, StoredAnswer } from '../../core/model/thread';

const states: readonly AnswerState[] = ['streaming', 'complete', 'truncated', 'failed', 'cancelled', 'interrupted'];

/** What each field must be; `data` is plain JSON whose inside the page and the engine read with care. */
const fields: Readonly<Record<keyof StoredAnswer, 'text' | 'number' | 'flag' | 'data' | 'list'>> = {
  state: 'text',
  arm: 'text',
  modelName: 'text',
  providerName: 'text',
  realm: 'text',
  reasoning: 'text',
  failure: 'data',
  citations: 'list',
  cost: 'number',
  costSource: 'text',
  inputTokens: 'number',
  cachedInputTokens: 'number',
  outputTokens: 'number',
  reasoningTokens: 'number',
  estimatedUsage: 'flag',
  firstTokenMs: 'number',
  totalMs: 'number',
  why: 'data',
  waiting: 'data',
  switches: 'list',
  purpose: 'text',
  window: 'text',
  rating: 'data',
  work: 'data',
};

export function answerToText(answer: StoredAnswer): string {
  return JSON.stringify(answer);
}

/**
 * The answer's data from its JSON. Text that cannot be read gives an answer that is only marked as interrupted: the
 * words of the answer are in their own column and are not lost with it.
 */
export function answerFromText(json: string): StoredAnswer {
  const value = parsed(json);
  return isStoredAnswer(value) ? value : { state: 'interrupted' };
}

function isStoredAnswer(value: unknown): value is StoredAnswer {
  if (typeof value !== 'object' || value === null || !('state' in value) || !states.some((state) => state === value.state)) return false;
  const present = new Map<string, unknown>(Object.entries(value));
  return Object.entries(fields).every(([name, kind]) => !present.has(name) || fits(present.get(name), kind));
}

function fits(value: unknown, kind: (typeof fields)[keyof StoredAnswer]): boolean {
  switch (kind) {
    case 'text':
      return typeof value === 'string';
    case 'number':
      return typeof value === 'number';
    case 'flag':
      return typeof value === 'boolean';
    case 'list':
      return Array.isArray(value);
    case 'data':
      return typeof value === 'object' && value !== null && !Array.isArray(value);
  }
}

function parsed(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch {
    return undefined;
  }
}
