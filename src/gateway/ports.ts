import { createHmac } from 'node:crypto';
import type { Log } from '../core/ports/log';
import type { TextStore } from '../core/ports/textStore';

const keptName = 'gateway-port';

/** Below the range from which systems give out ports by themselves, above those that services have by name. */
const [lowest, count] = [20_000, 12_000] as const;

/**
 * Ports to try, in order. Chosen: that one. Else the one that was used last, so that running programs find it again; then
 * some that follow from the token of the machine, so that windows that start together without any meet on the same.
 */
export async function portsToTry(chosen: number, token: string, texts: Pick<TextStore, 'read'>): Promise<readonly number[]> {
  if (chosen !== 0) return [chosen];
  const kept = await keptIn(texts).catch(() => undefined);
  const made = Array.from({ length: 8 }, (_, index) => lowest + (createHmac('sha256', token).update(`farthing port ${index}`).digest().readUInt32BE() % count));
  return [...new Set([...(kept === undefined ? [] : [kept]), ...made])];
}

/** Undefined: none, or none that can be one. */
async function keptIn(texts: Pick<TextStore, 'read'>): Promise<number | undefined> {
  const kept = Number(await texts.read(keptName));
  return Number.isInteger(kept) && kept > 0 && kept < 65_536 ? kept : undefined;
}

/** Returns the port that was kept before, where that is another. */
export async function keepPort(port: number, texts: TextStore, log: Log): Promise<number | undefined> {
  try {
    const before = await keptIn(texts);
    if (before === port) return undefined;
    await texts.write(keptName, String(port));
    return before;
  } catch (error) {
    log.error('the port of the gateway could not be kept; the next start may use another', error);
    return undefined;
  }
}
