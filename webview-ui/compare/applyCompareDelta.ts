import type { CompareDelta, CompareState } from '../../src/shared/compareProtocol';

/** Applies a delta; undefined when it does not fit. */
export function applyCompareDelta(state: CompareState, delta: CompareDelta): CompareState | undefined {
  if (delta.type === 'state') return { ...state, ...delta.state };
  const before = state.texts[delta.column] ?? '';
  return before.length === delta.at ? { ...state, texts: { ...state.texts, [delta.column]: before + delta.text } } : undefined;
}
