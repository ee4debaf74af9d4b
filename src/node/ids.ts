import { randomBytes } from 'node:crypto';
import type { Ids } from '../core/ports/ids';

const idsAtOnce = 64;

/**
 * UUIDs of version 7 (RFC 9562): 48 bits of milliseconds, a 12-bit counter, 62 random bits. The time never runs
 * backwards within a process, so ids sort in the order they were made even when the machine's clock is set back.
 */
export function timeSortedIds(now: () => number = Date.now, random: (bytes: number) => Buffer = randomBytes): Ids {
  let lastMs = -1;
  let counter = 0;
  /** Drawn for many ids at once: the way to the system's randomness takes longer than all else here. */
  let drawn: Buffer = Buffer.alloc(0);
  let used = 0;
  return {
    next() {
      const ms = now();
      if (ms > lastMs) {
        lastMs = ms;
        counter = 0;
      } else if (++counter > 0xfff) {
        lastMs += 1;
        counter = 0;
      }
      if (used + 8 > drawn.length) [drawn, used] = [random(8 * idsAtOnce), 0];
      const noise = drawn.subarray(used, used + 8);
      used += 8;
      const time = lastMs.toString(16).padStart(12, '0');
      const sequence = counter.toString(16).padStart(3, '0');
      const variant = (0x80 | (noise.readUInt8(0) & 0x3f)).toString(16);
      const rest = noise.toString('hex');
      return `${time.slice(0, 8)}-${time.slice(8)}-7${sequence}-${variant}${rest.slice(2, 4)}-${rest.slice(4)}`;
    },
  };
}
