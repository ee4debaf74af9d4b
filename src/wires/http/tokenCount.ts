/** More tokens than any model takes or gives. A figure above it is a fault and would be charged. */
const mostTokens = 10_000_000;

/** A count of tokens as a reply tells it; undefined when it cannot be true (text, a fraction, negative, absurd). */
export function tokenCount(value: unknown): number | undefined {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= mostTokens ? value : undefined;
}
