import type * as vscode from 'vscode';

/** Characters of a draft's items that one chat keeps: the editor holds what is kept in memory and writes it all at once. */
const mostContext = 2_000_000;
/** Of all tabs together; one alone may always keep the least of what is worth keeping. */
const mostContextOfTabs = 4_000_000;
const leastContext = 100_000;

/** A tab that is closed before it was shown again tells nobody: more than these, the oldest are forgotten. */
const mostTabs = 50;

const tabs = 'farthing.tab.';

/** What is kept of one chat in the memory of its workspace, so that it is there when the window is loaded again. */
export interface KeptChat {
  threadId(): string | undefined;
  keepThread(threadId: string | undefined): Promise<void>;
  draft(): string;
  /** How often the draft was changed; which of two is the newer one. */
  draftTurn(): number;
  keepDraft(draft: string, turn: number): Promise<void>;
  /** Requests of the last questions that were stored. */
  keptSent(): readonly number[];
  keepSent(requests: readonly number[]): Promise<void>;
  /** What goes with the draft; only its room knows what that is. */
  keptContext(): unknown;
  keepContext(kept: unknown): PromiseLike<void>;
  /** Characters of that which can be kept. */
  contextRoom(): number;
}

/** That of the sidebar. */
export function keptOfSidebar(state: vscode.Memento): KeptChat {
  return keptUnder('farthing.', state, () => mostContext);
}

/** That of a tab. */
interface KeptTab extends KeptChat {
  /** It is closed for good: nothing is kept of it any more, also not what is still being read for its draft. */
  forget(): Promise<void>;
}

/** That of a tab. `id` is one of `newTabId`. */
export function keptOfTab(state: vscode.Memento, id: string): KeptTab {
  const prefix = `${tabs}${id}.`;
  let forgotten = false;
  const kept = keptUnder(prefix, state, () => {
    const others = state.keys().filter((key) => key.startsWith(tabs) && key.endsWith('.context') && !key.startsWith(prefix));
    const taken = others.reduce((sum, key) => sum + JSON.stringify(state.get(key) ?? null).length, 0);
    return Math.max(leastContext, Math.min(mostContext, mostContextOfTabs - taken));
  }, () => !forgotten);
  const forget = async (): Promise<void> => {
    forgotten = true;
    await forgetTab(state, id);
  };
  return { ...kept, forget };
}

/** Later ones are greater. `now` in milliseconds. */
export function newTabId(now: number, nonce: string): string {
  return `${now.toString(36)}-${nonce.slice(0, 8)}`;
}

/** Whether something is kept of the tab that a page says it is in. */
export function isTabKept(state: vscode.Memento, id: string): boolean {
  return state.get(`${tabs}${id}.draftTurn`) !== undefined;
}

async function forgetTab(state: vscode.Memento, id: string): Promise<void> {
  await Promise.all(state.keys().filter((key) => key.startsWith(`${tabs}${id}.`)).map((key) => state.update(key, undefined)));
}

/** Ids of the tabs that something is kept of, the newest first. */
export function keptTabs(state: vscode.Memento): readonly string[] {
  const ids = new Set(state.keys().filter((key) => key.startsWith(tabs)).map((key) => key.slice(tabs.length).split('.', 1)[0] ?? ''));
  return [...ids].toSorted().toReversed();
}

/** Forgets the oldest tabs where there are too many. */
export async function forgetOldTabs(state: vscode.Memento): Promise<void> {
  await Promise.all(keptTabs(state).slice(mostTabs).map((id) => forgetTab(state, id)));
}

function keptUnder(prefix: string, state: vscode.Memento, contextRoom: () => number, isKept = () => true): KeptChat {
  const keep = async (name: string, value: unknown): Promise<void> => (isKept() ? state.update(`${prefix}${name}`, value) : undefined);
  return {
    threadId: () => state.get<string>(`${prefix}thread`),
    keepThread: (threadId) => keep('thread', threadId),
    draft: () => state.get<string>(`${prefix}draft`) ?? '',
    draftTurn: () => state.get<number>(`${prefix}draftTurn`) ?? 0,
    keepDraft: async (draft, turn) => void (await Promise.all([keep('draft', draft), keep('draftTurn', turn)])),
    keptSent: () => state.get<readonly number[]>(`${prefix}sent`) ?? [],
    keepSent: (requests) => keep('sent', requests),
    keptContext: () => state.get(`${prefix}context`),
    keepContext: (kept) => keep('context', kept),
    contextRoom,
  };
}
