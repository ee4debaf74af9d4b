/** Above any model ever sold, in USD per 1M tokens; the setting takes no more. */
const mostUsd = 100_000;

/** An amount as people write it: `0.15`, `$0.15`, `0,15`. Undefined when it is none, or not one that a price can be. */
export function readUsd(text: string): number | undefined {
  const amount = Number(text.trim().replace(/^\$\s*/, '').replace(',', '.'));
  return text.trim() !== '' && Number.isFinite(amount) && amount >= 0 && amount <= mostUsd ? amount : undefined;
}
