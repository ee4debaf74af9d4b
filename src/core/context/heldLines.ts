export interface Lines {
  readonly from: number;
  readonly to: number;
}

/**
 * Where lines are after a change of their text: `changed` are the lines it took away (both included), `added` is how many
 * ends of line it put there. Undefined: nothing of them is left.
 */
export function heldLines(lines: Lines, changed: Lines, added: number): Lines | undefined {
  const grown = added - (changed.to - changed.from);
  if (changed.from > lines.to) return lines;
  if (changed.to < lines.from) return { from: lines.from + grown, to: lines.to + grown };
  if (changed.from <= lines.from && changed.to > lines.to && added === 0) return undefined;
  const from = Math.min(lines.from, changed.from);
  return { from, to: Math.max(from, lines.to + grown) };
}
