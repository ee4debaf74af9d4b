import type { CompletionsView, CompletionView, ContextItemView, SentContextView } from '../../src/shared/contextProtocol';
import type { ChatState } from '../../src/shared/protocol';
import { conversation, previews, readyState, thread } from './chatStates';

/** States of what goes with a question, for tests and pictures of the page. */

export function contextItem(change: Partial<ContextItemView> = {}): ContextItemView {
  return { id: 'i1', kind: 'file', icon: 'file', label: 'pricing.ts', detail: 'src/pricing.ts', tokens: '≈1.2k tokens', share: 0.31, cost: '$0.0004', state: 'fresh', note: '', ...change };
}

export const fewItems: readonly ContextItemView[] = [
  contextItem(),
  contextItem({ id: 'i2', kind: 'selection', icon: 'list-selection', label: 'hires.ts:10-24', detail: 'src/hires.ts', tokens: '≈210 tokens', share: 0.06, cost: '$0.00007' }),
  contextItem({ id: 'i3', kind: 'problems', icon: 'warning', label: 'Problems', detail: '3 in 2 files', tokens: '≈90 tokens', share: 0.02, cost: '$0.00003' }),
];

/** One of each state. */
export const itemsOfEachState: readonly ContextItemView[] = [
  contextItem({ id: 's1', label: 'reading.ts', tokens: '', share: 0, cost: '', state: 'reading' }),
  contextItem({ id: 's2', label: 'stale.ts', state: 'stale', note: 'It has changed since it was read; it is read again before it is sent.' }),
  contextItem({ id: 's3', label: 'missing.ts', tokens: '', share: 0, cost: '', state: 'missing', note: 'It is no longer there.' }),
  contextItem({ id: 's4', label: '.env', tokens: '', share: 0, cost: '', state: 'refused', note: '.farthingignore keeps it out.' }),
];

const manyItems = Array.from({ length: 12 }, (_, index) => contextItem({ id: `m${index}`, label: `module${index + 1}.ts`, detail: `src/modules/module${index + 1}.ts`, share: 0.08, tokens: `≈${index + 1}00 tokens` }));

function candidate(id: string, icon: string, label: string, detail: string, matches: CompletionView['matches'] = []): CompletionView {
  return { id, kind: 'file', icon, label, detail, matches };
}

/** What is offered right after `@`. */
export const firstCompletions: CompletionsView = {
  query: '',
  more: false,
  searching: false,
  items: [
    candidate('selection', 'list-selection', 'Selection', 'hires.ts:10-24'),
    candidate('problems', 'warning', 'Problems', '3 in 2 files'),
    candidate('diff', 'git-compare', 'Git diff', 'what is not committed'),
    candidate('terminal', 'terminal', 'Terminal output', 'bash'),
    candidate('open', 'files', 'Open editors', '4'),
    candidate('page', 'globe', 'Web page', 'an address is asked for'),
    candidate('f1', 'file', 'pricing.ts', 'src'),
    candidate('f2', 'file', 'hires.ts', 'src'),
    candidate('f3', 'folder', 'src', ''),
  ],
};

export const foundCompletions: CompletionsView = {
  query: 'pri',
  more: true,
  searching: true,
  items: [
    candidate('f1', 'file', 'pricing.ts', 'src', [[0, 3]]),
    candidate('f4', 'file', 'aVeryLongNameOfAFileThatPrintsPricesIntoTheReportOfTheMonth.ts', 'packages/reporting/source/printing/prices', [[24, 27]]),
    candidate('s1', 'symbol-method', 'privateLessons', 'src/lessons.ts', [[0, 3]]),
  ],
};

const sentItems: readonly SentContextView[] = [
  { kind: 'file', icon: 'file', label: 'pricing.ts', detail: 'src/pricing.ts', tokens: '≈1.2k tokens' },
  { kind: 'selection', icon: 'list-selection', label: 'hires.ts:10-24', detail: 'src/hires.ts', tokens: '≈210 tokens' },
  { kind: 'problems', icon: 'warning', label: 'Problems', detail: '3 in 2 files', tokens: '≈90 tokens' },
  { kind: 'terminal', icon: 'terminal', label: 'bash', detail: 'the last 200 lines', tokens: '≈2k tokens' },
  { kind: 'image', icon: 'file-media', label: 'pasted picture', detail: '', tokens: '≈700 tokens' },
];

const typed = { draft: 'Why is the price wrong for @', preview: previews };

export const contextStates = {
  few: { ...readyState, draft: 'Why is the price wrong?', preview: previews, context: fewItems },
  states: { ...readyState, draft: 'Why?', preview: previews, context: itemsOfEachState },
  many: { ...readyState, context: manyItems },
  'list-first': { ...conversation({}), ...typed, completions: firstCompletions, context: fewItems },
  'list-found': { ...readyState, draft: 'Why is the price wrong for @pri', preview: previews, completions: foundCompletions },
  'list-nothing': { ...readyState, draft: '@zzz', completions: { query: 'zzz', items: [], more: false, searching: false } },
  'too-much': {
    ...readyState,
    draft: 'Why is the price wrong?',
    context: fewItems,
    contextProposal: { sentence: 'The question is about 190k tokens long, and the models that can answer it take 128k.', drop: ['i1', 'i3'], saves: '≈70k tokens', newChat: true, longer: true },
  },
  sent: {
    ...conversation({}),
    thread,
    messages: conversation({}).messages.map((message) => (message.role === 'user' ? { ...message, context: sentItems } : message)),
  },
} satisfies Record<string, ChatState>;

export type ContextStateName = keyof typeof contextStates;
