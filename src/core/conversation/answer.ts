import type { AnswerEvent, Purpose, Receipt, StopReason } from '../model/ask';
import type { Failure } from '../model/failure';
import { nano } from '../model/money';
import type { Realm } from '../model/provider';
import type { Route } from '../model/route';
import type { AnswerState, Explanation, StoredAnswer } from '../model/thread';

/** What is kept of an answer before its first event. */
export function emptyAnswer(purpose: Purpose, realm: Realm): StoredAnswer {
  return { state: 'streaming', purpose, realm };
}

/** What is kept of an answer after one more event; text deltas are kept by the message, not here: `text` is what it holds so far. */
export function withEvent(explain: (route: Route) => Explanation, before: StoredAnswer, event: AnswerEvent, text = ''): StoredAnswer {
  const { waiting: _waited, ...answer } = before;
  switch (event.type) {
    case 'answer-routed':
      return { ...answer, why: explain(event.route) };
    case 'answer-start': {
      const { arm, id } = event.candidate;
      // What an earlier try thought is not what this one answers from.
      const { reasoning: _earlier, ...rest } = answer;
      return { ...rest, realm: event.realm, arm: id, modelName: arm.card.name, providerName: arm.offer.provider };
    }
    case 'reasoning-delta':
      return { ...answer, reasoning: (answer.reasoning ?? '') + event.text };
    case 'answer-waiting':
      return withWait(answer, event);
    case 'answer-switched':
      return { ...withReceipt(answer, event.receipt), switches: [...(answer.switches ?? []), { from: event.from.id, reason: event.failure.kind, to: event.to.id, same: event.to.arm.card.id === event.from.arm.card.id }] };
    case 'citations':
      return { ...answer, citations: event.citations };
    case 'answer-end':
      return { ...withReceipt(answer, event.receipt), ...ending(event.stop, answer, text.trim() === '' && (answer.reasoning ?? '') !== '') };
    case 'answer-failed':
      return { ...withReceipt(answer, event.receipt), state: stateAfter(event.failure), failure: event.failure };
    default:
      return before;
  }
}

function withWait(answer: StoredAnswer, event: Extract<AnswerEvent, { type: 'answer-waiting' }>): StoredAnswer {
  const { provider } = event.candidate.arm.offer;
  const until = event.untilMs === undefined ? {} : { untilMs: event.untilMs };
  if (event.reason === 'limit') return { ...answer, waiting: { provider, reason: 'limit', ...until } };
  return { ...withReceipt(answer, event.receipt), waiting: { provider, reason: event.failure.kind, ...until } };
}

/**
 * With the time from the question to the end, in milliseconds: what was waited for and tried before counts as well. The
 * steps of several models keep their own times.
 */
export function withWholeTime(answer: StoredAnswer, wholeMs: number): StoredAnswer {
  const { firstTokenMs, totalMs } = answer;
  if (answer.work) return { ...answer, totalMs: wholeMs };
  // Nobody was asked.
  if (totalMs === undefined) return answer;
  const earlierMs = Math.max(0, wholeMs - totalMs);
  return { ...answer, totalMs: totalMs + earlierMs, ...(firstTokenMs === undefined ? {} : { firstTokenMs: firstTokenMs + earlierMs }) };
}

/** A model that stopped on its own account, but not because it was done, needs a word to the person. */
function ending(stop: StopReason, { providerName: provider = '', why }: StoredAnswer, onlyReasoned: boolean): Pick<StoredAnswer, 'state' | 'failure'> {
  if (stop === 'length') return { state: 'truncated', failure: { kind: 'lengthReached', provider, ...(why?.shortened ? { by: why.shortened.by } : {}) } };
  if (stop === 'contentFilter') return { state: 'truncated', failure: { kind: 'refused', provider } };
  if (onlyReasoned && stop !== 'toolCalls') return { state: 'truncated', failure: { kind: 'onlyReasoned', provider } };
  return { state: 'complete' };
}

function stateAfter(failure: Failure): AnswerState {
  switch (failure.kind) {
    case 'cancelled':
      return 'cancelled';
    case 'truncated':
      return 'truncated';
    default:
      return 'failed';
  }
}

/** Costs of failed tries before the answer are added: the person paid for them to get this answer. */
function withReceipt(answer: StoredAnswer, receipt: Receipt | undefined): StoredAnswer {
  if (!receipt) return answer;
  const { usage, charge, timing } = receipt;
  const { cost: before, ...rest } = answer;
  const unknown = answer.costSource === 'unknown';
  return {
    ...rest,
    ...(unknown || charge.amount === undefined ? {} : { cost: nano((before ?? 0) + charge.amount) }),
    costSource: unknown ? 'unknown' : charge.source,
    inputTokens: usage.inputTokens,
    cachedInputTokens: usage.cachedInputTokens,
    outputTokens: usage.outputTokens,
    reasoningTokens: usage.reasoningTokens,
    // A sum with one estimate in it is an estimate.
    estimatedUsage: usage.estimated || answer.estimatedUsage === true,
    ...(timing.firstTokenMs === undefined ? {} : { firstTokenMs: timing.firstTokenMs }),
    totalMs: timing.totalMs,
  };
}
