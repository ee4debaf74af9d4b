import type { DemoModel } from './models';

/** When the pieces of an answer come, in milliseconds after the request. */
export interface Pace {
  readonly firstTokenMs: number;
  /** Milliseconds from piece `index - 1` to piece `index`. */
  gapMs(index: number): number;
}

/** The pace of a model for a prompt: jittered, and the same every time. `slow` is the fault of that name. */
export function paceOf(model: DemoModel, prompt: string, slow: boolean): Pace {
  const random = seededRandom(hashOf(`${model.id}\n${prompt}`));
  const tokensPerSecond = slow ? 4 : model.tokensPerSecond * (0.85 + 0.3 * random());
  const firstTokenMs = slow ? 8000 : model.firstTokenMs * (0.9 + 0.2 * random());
  return {
    firstTokenMs,
    // Servers send in bursts: mostly even, now and then a longer wait.
    gapMs: (index) => (1000 / tokensPerSecond) * (0.5 + random()) * (index % 37 === 36 ? 6 : 1),
  };
}

/** FNV-1a, 32 bits. */
export function hashOf(text: string): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index++) {
    hash ^= text.charCodeAt(index);
    hash = Math.imul(hash, 0x01000193);
  }
  return hash >>> 0;
}

/** Mulberry32: small, and the same everywhere. Not for secrets. */
function seededRandom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}
