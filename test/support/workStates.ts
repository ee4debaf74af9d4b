import { asArmId } from '../../src/core/model/modelCard';
import { nano } from '../../src/core/model/money';
import type { StoredMessage } from '../../src/core/model/thread';
import type { WorkRecord, WorkStep } from '../../src/core/model/work';
import type { CompareState } from '../../src/shared/compareProtocol';
import { columnsOf, workView } from '../../src/vscode/chat/workViews';
import { comparisonView } from '../../src/vscode/compare/comparisonView';
import { answerText } from './chatStates';

/** Records of several models on one question, for the tests of views and pages. */

export const workContext = { nameOf: (provider: string) => ({ openai: 'OpenAI', groq: 'Groq', anthropic: 'Anthropic' })[provider] ?? provider, now: Date.UTC(2026, 10, 21, 12) };

const models = {
  small: { arm: asArmId('groq/gpt-oss-20b'), modelName: 'gpt-oss-20b', providerName: 'groq' },
  middle: { arm: asArmId('openai/gpt-5.6-luna'), modelName: 'gpt-5.6-luna', providerName: 'openai' },
  large: { arm: asArmId('anthropic/claude-opus-5'), modelName: 'claude-opus-5', providerName: 'anthropic' },
} as const;

/** A call that is done. Cost in thousandths of a cent. */
export function doneStep(id: string, model: keyof typeof models, kind: WorkStep['kind'], text: string, cost: number, more: Partial<WorkStep> = {}): WorkStep {
  return { id, kind, state: 'done', ...models[model], text, cost: nano(cost * 10_000), costSource: 'live', inputTokens: 214, outputTokens: 350, firstTokenMs: 400, totalMs: 2800, ...more };
}

const predicted = { likely: nano(2_100_000), high: nano(9_400_000), worst: nano(31_000_000), calls: 7 };

const shortAnswer = 'Use a `Map`: it remembers each key once.\n\n```ts\nconst seen = new Map<string, boolean>();\nfor (const item of items) {\n  if (!seen.has(item)) seen.set(item, true);\n}\n```\n\nThe order stays as it was.';
const otherAnswer = 'Use a `Set`: it remembers each item once.\n\n```ts\nconst seen = new Set<string>();\nfor (const item of items) {\n  seen.add(item);\n}\n```\n\nThe order stays as it was, and it is short.';

export const works = {
  compare: {
    strategy: 'compare',
    wish: { strategy: 'compare' },
    steps: [doneStep('s1', 'small', 'answer', shortAnswer, 4), doneStep('s2', 'middle', 'answer', otherAnswer, 42), doneStep('s3', 'large', 'answer', answerText, 310, { totalMs: 7400, outputTokens: 912 })],
    predicted: { ...predicted, calls: 3 },
    end: 'done',
  },
  refine: {
    strategy: 'refine',
    wish: { strategy: 'refine', rounds: 3 },
    steps: [
      doneStep('r1', 'middle', 'answer', shortAnswer, 42, { round: 1, score: 0.55 }),
      doneStep('c1', 'large', 'critique', '- It says nothing of objects.\n- The loop can be shorter.', 120, { round: 1, parent: 'r1', score: 0.5, note: '2 points: objects are left out, and the loop is long' }),
      doneStep('c2', 'small', 'critique', '- Right, but long.', 3, { round: 1, parent: 'r1', score: 0.6, note: '1 point: too long' }),
      doneStep('r2', 'middle', 'revision', otherAnswer, 48, { round: 2, score: 0.84 }),
      doneStep('c3', 'large', 'critique', 'Nothing is missing but an example.', 110, { round: 2, parent: 'r2', score: 0.84, note: '1 point: an example is missing' }),
      doneStep('r3', 'middle', 'revision', answerText, 60, { round: 3, score: 0.93 }),
      doneStep('c4', 'large', 'critique', 'Nothing to add.', 105, { round: 3, parent: 'r3', score: 0.93, note: 'No points' }),
    ],
    predicted,
    end: 'enough',
    taken: 'r3',
  },
  consensus: {
    strategy: 'consensus',
    wish: { strategy: 'consensus' },
    steps: [doneStep('s1', 'small', 'answer', '**41**', 2), doneStep('s2', 'middle', 'answer', 'The answer is 42.', 20), doneStep('s3', 'large', 'answer', '42, because six times seven is 42.', 160), doneStep('m', 'middle', 'merge', 'It is 42.', 30)],
    agreement: { share: 2 / 3, groups: [{ steps: ['s2', 's3'], says: '42' }, { steps: ['s1'], says: '41' }], disputed: ['Whether it is 41 or 42.'], by: 'votes' },
    predicted: { ...predicted, calls: 4 },
    end: 'done',
    taken: 'm',
  },
  cascade: {
    strategy: 'cascade',
    wish: { strategy: 'cascade' },
    steps: [
      doneStep('s1', 'small', 'answer', 'Probably 41.', 2),
      doneStep('k1', 'middle', 'check', '{"score":0.3}', 8, { parent: 's1', score: 0.3, note: 'Sounds unsure of itself, so a better model was asked' }),
      doneStep('s2', 'large', 'answer', 'It is 42.', 160),
      doneStep('k2', 'middle', 'check', '{"score":0.95}', 8, { parent: 's2', score: 0.95, note: 'Good enough' }),
    ],
    predicted: { ...predicted, calls: 4 },
    end: 'enough',
    taken: 's2',
  },
} as const satisfies Record<string, WorkRecord>;

/** The same work in the middle of it. */
export const underWay = {
  compare: { strategy: 'compare', wish: { strategy: 'compare' }, predicted: works.compare.predicted, steps: [works.compare.steps[0], running(works.compare.steps[1], 120), { ...running(works.compare.steps[2], 0), state: 'waiting' }] },
  refine: { strategy: 'refine', wish: { strategy: 'refine' }, predicted, steps: [...works.refine.steps.slice(0, 3), running(works.refine.steps[3], 60)], taken: 'r1' },
} as const satisfies Record<string, WorkRecord>;

/** A step of which so many letters are there. */
function running({ costSource: _source, cost: _cost, inputTokens: _in, outputTokens: _out, totalMs: _total, score: _score, note: _note, ...step }: WorkStep, letters: number): WorkStep {
  return { ...step, state: 'running', text: step.text.slice(0, letters), expected: nano(420_000) };
}

export const workViews = {
  refine: workView('a1', works.refine, false, workContext),
  refining: workView('a1', underWay.refine, true, workContext),
  consensus: workView('a1', works.consensus, false, workContext),
  cascade: workView('a1', works.cascade, false, workContext),
  compare: workView('a1', works.compare, false, workContext),
  comparing: workView('a1', underWay.compare, true, workContext),
};

export function workMessage(work: WorkRecord, state: 'streaming' | 'complete' = 'complete'): StoredMessage {
  const taken = work.steps.find(({ id }) => id === work.taken);
  return { id: 'a1', threadId: 't1', position: 1, role: 'assistant', text: taken?.text ?? '', createdAt: 0, answer: { state, work } };
}

/** A comparison that a budget refuses before anybody is asked. */
export const refusedMessage: StoredMessage = { ...workMessage({ ...works.compare, steps: [] }), answer: { state: 'failed', work: { ...works.compare, steps: [] }, failure: { kind: 'budgetReached', scope: 'day', spent: nano(4_990_000_000), limit: nano(5_000_000_000), needed: nano(31_000_000), mayAllow: true } } };

/** The page of a comparison. */
export function compareState(work: WorkRecord, state: 'streaming' | 'complete' = 'complete', question = 'Write a function that removes duplicates from a list and keeps the order.'): CompareState {
  return {
    place: { threadId: 't1', messageId: 'a1' },
    comparison: comparisonView(workMessage(work, state), question, workContext),
    texts: Object.fromEntries(columnsOf('a1', work).map(({ id, text }) => [id, text])),
  };
}

export const askingState: CompareState = {
  place: {},
  comparison: { phase: 'asking', question: '', about: 'It begins a new chat.' },
  texts: {},
};
