import { blockKey } from '../../src/shared/blockKey';
import type { AnswerView, ChatState, MessageView, WhyView } from '../../src/shared/protocol';

/** States of the chat page for tests and screenshots; each differs from `readyState` in one thing. */

export const readyState: ChatState = {
  thread: undefined,
  messages: [],
  threads: [],
  history: { more: false, archived: 'none', moreArchived: false },
  draft: '',
  preview: undefined,
  budgets: [
    { label: 'today', text: '$0.42 / $5.00', percent: 8.4, level: 'ok', resets: 'resets at midnight' },
    { label: 'this week', text: '$1.90', percent: undefined, level: 'ok', resets: '' },
    { label: 'this month', text: '$6.31 / $40.00', percent: 15.8, level: 'ok', resets: 'resets on 1 December' },
    { label: 'this chat', text: '$0.0031', percent: undefined, level: 'ok', resets: '' },
  ],
  setup: { providers: ['OpenRouter'], demo: false, trusted: true },
  quality: 'balanced',
  qualityLimit: undefined,
  steps: undefined,
  running: undefined,
  notice: undefined,
  banner: undefined,
};

export const previews: NonNullable<ChatState['preview']> = {
  economy: { usual: '$0.00012', range: '$0.00008 – $0.00031', model: 'gpt-oss-20b at OpenRouter', tokens: '≈214 → 380 tokens', note: 'moderate question' },
  balanced: { usual: '$0.00042', range: '$0.00029 – $0.0011', model: 'gpt-5.6-luna at OpenAI', tokens: '≈214 → 350 tokens', note: 'moderate question' },
  quality: { usual: '$0.0080', range: '$0.0052 – $0.019', model: 'gpt-5.6 (high effort) at OpenAI', tokens: '≈214 → 1.9k tokens', note: 'moderate question' },
};

export const whyView: WhyView = {
  summary: 'Cheapest of 41 models likely enough: 86\u00a0% for a moderate code question; the ablest (97\u00a0%) would have cost 74 times as much.',
  chips: [
    { kind: 'tier', text: 'moderate', share: '71 %', title: 'How demanding the question was judged to be' },
    { kind: 'domain', text: 'code', share: '88 %', title: 'What the question is about' },
    { kind: 'domain', text: 'reasoning', share: '12 %', title: 'What the question is about' },
    { kind: 'intent', text: 'new code', share: '64 %', title: 'What is wanted' },
    { kind: 'label', text: 'billing', share: '', title: 'Your classifier: names src/billing' },
  ],
  difficulty: 'An average model answers about 8 in 10 questions like this well.',
  figures: [
    { name: 'Cost', expected: '$0.00029 – $0.0011', actual: '$0.00042' },
    { name: 'Tokens in', expected: 'about 214', actual: '214' },
    { name: 'Tokens out', expected: 'about 350', actual: '398' },
  ],
  reasons: ['3 cheaper models were below the bar', 'Judged moderate: writing code, with 4 conditions'],
  ticks: [
    { usd: 0.0001, text: '$0.0001' },
    { usd: 0.001, text: '$0.001' },
    { usd: 0.01, text: '$0.01' },
  ],
  leftOut: '40 dearer, 12 not sure enough, 3 excluded',
  bar: 0.7,
  candidates: [
    { name: 'ministral-3b', provider: 'Mistral', p: 0.48, low: 0.36, top: 0.6, usd: 0.00004, cost: '$0.00004', verdict: 'below the bar', chosen: false },
    { name: 'llama-4-scout', provider: 'Groq', p: 0.58, low: 0.5, top: 0.66, usd: 0.00009, cost: '$0.00009', verdict: 'below the bar', chosen: false },
    { name: 'gpt-oss-20b', provider: 'OpenRouter', p: 0.7, low: 0.61, top: 0.78, usd: 0.00012, cost: '$0.00012', verdict: 'too uncertain', chosen: false },
    { name: 'gpt-5.6-luna', provider: 'OpenAI', p: 0.86, low: 0.78, top: 0.92, usd: 0.00042, cost: '$0.00042', verdict: 'chosen', chosen: true },
    { name: 'deepseek-v4', provider: 'DeepSeek', p: 0.88, low: 0.8, top: 0.93, usd: 0.0007, cost: '$0.00070', verdict: 'next if it fails', chosen: false },
    { name: 'gemini-3-flash', provider: 'Google Gemini', p: 0.9, low: 0.84, top: 0.94, usd: 0.0013, cost: '$0.0013', verdict: 'dearer', chosen: false },
    { name: 'gpt-5.6', provider: 'OpenAI', p: 0.95, low: 0.91, top: 0.97, usd: 0.008, cost: '$0.0080', verdict: 'dearer', chosen: false },
    { name: 'claude-opus-5', provider: 'OpenRouter', p: 0.97, low: 0.93, top: 0.99, usd: 0.031, cost: '$0.031', verdict: 'dearer', chosen: false },
    { name: 'brand-new-1', provider: 'DeepSeek', p: 0.74, low: 0.42, top: 0.92, estimated: true, usd: 0.0003, cost: '$0.00030', verdict: 'not measured', chosen: false },
    { name: 'my-own-model', provider: 'lab', cost: '—', verdict: 'price unknown', chosen: false },
  ],
  notShown: 41,
};

export const completeAnswer: AnswerView = {
  state: 'complete',
  model: 'gpt-5.6-luna',
  provider: 'OpenAI',
  demo: false,
  cost: '$0.00042',
  costNote: 'Computed from the tokens and the price list of 20 November.',
  tokens: '612 tokens',
  tokensNote: '214 in, of which 128 from the cache; 398 out',
  time: '2.8 s',
  timeNote: 'First word after 0.4 s',
  why: whyView,
  switches: [],
  canBetter: true,
  canCheaper: true,
  canReplace: false,
  ratingNote: 'Counts for gpt-5.6-luna on moderate code questions.',
};

export const answerText = `Use a \`Set\`: it remembers what it has seen, and a list keeps its order.

\`\`\`ts
/** The distinct items, in the order of their first appearance. */
export function unique<T>(items: readonly T[]): T[] {
  const seen = new Set<T>();
  return items.filter((item) => {
    if (seen.has(item)) return false; // seen before
    seen.add(item);
    return true;
  });
}

console.log(unique([3, 1, 3, 2, 1]), 'is [3, 1, 2]');
\`\`\`

### Why this way

1. **One pass**: each item is looked up once, so it takes linear time.
2. The order stays, because \`filter\` keeps it.
   - Objects are compared by identity, not by content.
   - \`NaN\` counts as equal to itself.
3. [MDN on Set](https://developer.mozilla.org/docs/Web/JavaScript/Reference/Global_Objects/Set) has the details.

| Approach | Time | Keeps order |
|---|:-:|---|
| \`new Set(items)\` spread | O(n) | yes |
| sort and compare | O(n log n) | no |
| nested loops | O(n²) | yes |

> For a list of objects, pass a key: \`uniqueBy(items, (item) => item.id)\`.
`;

const question: MessageView = { id: 'q1', role: 'user', text: 'Write a function that removes duplicates from a list and keeps the order.' };

export const thread = { id: 't1', title: 'Remove duplicates from a list' };

export function conversation(answer: Partial<AnswerView>, text: string = answerText, more: Partial<ChatState> = {}): ChatState {
  return { ...readyState, thread, messages: [question, { id: 'a1', role: 'assistant', text, answer: { ...completeAnswer, ...answer } }], ...more };
}

const threads: ChatState['threads'] = [
  { ...thread, when: 'just now', group: 'pinned', demo: false, running: true },
  { id: 't2', title: 'Explain a race condition with a short example', when: '2 h ago', group: 'today', demo: false, running: false },
  { id: 't3', title: 'What should I look for in a code review?', when: 'yesterday', group: 'yesterday', demo: true, running: false },
  { id: 't4', title: 'A very long title that surely cannot be shown in a narrow sidebar without being cut off somewhere', when: '12 Oct', group: 'earlier', demo: false, running: false },
];

const found: NonNullable<ChatState['search']> = {
  query: 'race',
  more: false,
  unfinished: true,
  hits: [
    { threadId: 't2', title: 'Explain a race condition with a short example', when: '2 h ago', archived: false, pieces: [{ text: 'Explain a ', marked: false }, { text: 'race', marked: true }, { text: ' condition with a short example', marked: false }] },
    { threadId: 't1', messageId: 'a1', role: 'assistant', title: 'Remove duplicates from a list', when: 'just now', archived: true, pieces: [{ text: '… two threads ', marked: false }, { text: 'race', marked: true }, { text: ' for the same lock and wait for each other …', marked: false }] },
  ],
};

const edited = conversation({}, answerText.slice(0, 90), { messages: [{ ...question, earlier: 't9' }, { id: 'a1', role: 'assistant', text: answerText.slice(0, 90), answer: completeAnswer }, { id: 'q2', role: 'user', text: 'And for objects?' }, { id: 'a2', role: 'assistant', text: 'By a key.', answer: completeAnswer }] });

export const chatStates = {
  'first-start': { ...readyState, budgets: [{ label: 'today', text: '$0.00 / $5.00', percent: 0, level: 'ok', resets: 'resets at midnight' }], setup: { providers: [], demo: false, trusted: false } },
  ready: { ...readyState, draft: '' },
  demo: { ...conversation({ demo: true, provider: 'Demo', model: 'demo-small', cost: '$0.0000021' }), setup: { providers: ['Demo'], demo: true, trusted: true } },
  answered: conversation({
    edits: {
      targets: { [blockKey(/```ts\n([^]*?)\n```/.exec(answerText)?.[1] ?? '')]: 'src/lists/unique.ts' },
      all: 0,
      changed: { undone: false, added: 12, removed: 3, files: [{ label: 'src/lists/unique.ts', added: 11, removed: 0, created: true }, { label: 'src/lists/aRatherLongNameOfAFile.ts', added: 1, removed: 3, created: false }] },
    },
  }),
  waiting: conversation({ state: 'streaming', progress: 'Waiting for gpt-5.6-luna', canBetter: false, canCheaper: false }, '', { running: 'a1' }),
  pausing: conversation({ state: 'streaming', progress: 'OpenAI asked for a pause; trying again', progressInMs: 12_000, canBetter: false, canCheaper: false }, '', { running: 'a1' }),
  streaming: conversation({ state: 'streaming', reasoning: 'The person wants order kept. A Set does that.', canBetter: false, canCheaper: false }, answerText.slice(0, 330), {
    running: 'a1',
    draft: 'And for objects?',
  }),
  switched: conversation({ canReplace: true, switches: ['OpenRouter was rate limited, went on with OpenAI.'], model: 'gpt-5.6-luna' }),
  truncated: conversation({
    state: 'truncated',
    edits: { targets: {}, all: 0, proposed: { canPlace: true, added: 9, removed: 0, note: 'The place is a guess: look at it before you apply.', files: [{ label: 'src/lists/unique.ts', added: 9, removed: 0, created: false }] } },
  }, answerText.slice(0, 330)),
  failed: conversation(
    {
      state: 'failed',
      model: 'gpt-5.6-luna',
      cost: '—',
      failure: {
        kind: 'keyRejected',
        sentence: 'OpenAI did not accept the key. It may have been revoked, or belong to another project.',
        detail: '401 Incorrect API key provided. You can find your API key in your account settings.',
        actions: [
          { id: 'setKey', label: 'Enter another key' },
          { id: 'retry', label: 'Ask again' },
        ],
      },
      canBetter: false,
      canCheaper: false,
    },
    '',
  ),
  'budget-reached': conversation(
    {
      state: 'failed',
      failure: {
        kind: 'budgetReached',
        sentence: 'Today’s budget does not allow this: $4.99 of $5.00 are spent, and this question may cost up to $0.031.',
        actions: [
          { id: 'allowOnce', label: 'Allow this once' },
          { id: 'setBudget', label: 'Change the budget' },
        ],
      },
      canBetter: false,
      canCheaper: true,
    },
    '',
    {
      budgets: [{ label: 'today', text: '$4.99 / $5.00', percent: 99.8, level: 'high', resets: 'resets at midnight' }],
      notice: { sentence: 'The ledger was restored from the backup of this morning. Calls after 08:10 may be missing.', level: 'warning', actions: [{ id: 'showLog', label: 'Show log' }] },
    },
  ),
  typing: { ...readyState, draft: 'Write an LRU cache class with a maximum size', preview: previews },
  'short-of-money': {
    ...readyState,
    draft: 'Write an LRU cache class with a maximum size',
    quality: 'economy',
    qualityLimit: { most: 'balanced', why: 'The settings of this folder allow balanced at most.' },
    preview: { ...previews, economy: { ...previews.economy, short: 'Only $0.012 left today: a cheaper model than usual is asked' } },
  },
  rated: conversation({}),
  chats: { ...conversation({}), threads, history: { more: false, archived: 'folded', moreArchived: false } },
  found: { ...conversation({}), threads, search: found },
  edited: { ...edited, thread: { ...thread, archived: true, origin: 't0' } },
} satisfies Record<string, ChatState>;

export type ChatStateName = keyof typeof chatStates;
