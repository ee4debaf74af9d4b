/** One model of the demo server. Limits are those of its card in the catalogue; a test compares the two. */
export interface DemoModel {
  readonly id: string;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
  /** Milliseconds to the first token, without jitter. */
  readonly firstTokenMs: number;
  readonly tokensPerSecond: number;
  /** How much it says: 0 brief, 1 with notes, 2 thorough. */
  readonly depth: 0 | 1 | 2;
}

export const demoModels: readonly DemoModel[] = [
  { id: 'demo-small', contextTokens: 128_000, maxOutputTokens: 16_384, firstTokenMs: 220, tokensPerSecond: 150, depth: 0 },
  { id: 'demo-medium', contextTokens: 256_000, maxOutputTokens: 32_768, firstTokenMs: 360, tokensPerSecond: 100, depth: 1 },
  { id: 'demo-large', contextTokens: 400_000, maxOutputTokens: 65_536, firstTokenMs: 560, tokensPerSecond: 65, depth: 2 },
];
