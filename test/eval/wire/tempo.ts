import type { Clock } from '../../../src/core/ports/clock';
import { systemClock } from '../../../src/node/systemClock';
import type { FaultCase } from './readCase';

/** Beyond this a case is played faster, in milliseconds of its own time. */
const longestRealMs = 6000;
const fasterBy = 30;

/** What the product waits for, in milliseconds: its settings as shipped, and the least where a case waits in vain. */
const shipped = { firstTokenMs: 90_000, idleMs: 45_000 };
const shortMs = 3000;

/** How fast time passes in a case. Server, client and judge all go by it. */
export interface Tempo {
  readonly factor: number;
  readonly limits: { readonly firstTokenMs: number; readonly idleMs: number };
  /** Milliseconds of the case in milliseconds of the machine. */
  real(ms: number): number;
  /** And back. */
  told(ms: number): number;
  readonly clock: Clock;
}

/**
 * A case whose server sleeps for long, or says that its time is not to be waited for, is played thirty times as
 * fast with the limits as shipped; every other case in real time, with limits a little longer than its server ever sleeps.
 */
export function tempoOf({ attempts }: Pick<FaultCase, 'attempts'>): Tempo {
  const waits = attempts.flat().flatMap((step) => (step.op === 'sleep_ms' ? [{ ms: step.ms, virtual: step.virtual_time }] : step.op === 'repeat' ? [{ ms: step.times === undefined ? 0 : step.every_ms, virtual: step.virtual_time }] : []));
  const isFast = waits.some(({ ms, virtual }) => virtual === true || ms > longestRealMs);
  const factor = isFast ? fasterBy : 1;
  const patientMs = shortMs + Math.max(0, ...waits.map(({ ms }) => ms));
  const limits = isFast ? shipped : { firstTokenMs: patientMs, idleMs: patientMs };
  const real = (ms: number): number => ms / factor;
  return {
    factor,
    limits: { firstTokenMs: real(limits.firstTokenMs), idleMs: real(limits.idleMs) },
    real,
    told: (ms) => ms * factor,
    clock: { ...systemClock, after: (ms, callback) => systemClock.after(real(ms), callback) },
  };
}
