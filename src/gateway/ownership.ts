import type { GatewayTrouble } from '../core/ports/gateway';
import type { Clock } from '../core/ports/clock';
import type { Bound } from './listener';
import { meet, type Met } from './presence';

/** How a port was taken, or by whom it is held. */
export type Taken =
  | { readonly kind: 'serving'; readonly port: number }
  | { readonly kind: 'following'; readonly port: number; readonly owner: Extract<Met, { readonly kind: 'ours' }> }
  | { readonly kind: 'failed'; readonly trouble: GatewayTrouble };

const attempts = 100;
const pauseMs = 20;

/**
 * Makes one owner among the windows of this machine: who binds the port serves, the others follow. The system decides the
 * race; whoever lost asks the winner who it is. The first port counts that no foreign program has.
 */
export async function takePort(ports: readonly number[], token: string, clock: Clock, listen: (port: number) => Promise<Bound>, isWanted: () => boolean): Promise<Taken | undefined> {
  let trouble: GatewayTrouble = { kind: 'unexpected', detail: 'no port to try' };
  for (const port of ports) {
    const taken = await takeOne(port, token, clock, listen, isWanted);
    if (taken === undefined || !('trouble' in taken)) return taken;
    trouble = taken.trouble;
  }
  return { kind: 'failed', trouble };
}

/** Undefined: it is not wanted any more. */
async function takeOne(port: number, token: string, clock: Clock, listen: (port: number) => Promise<Bound>, isWanted: () => boolean): Promise<Taken | undefined> {
  for (let attempt = 0; attempt < attempts; attempt += 1) {
    if (!isWanted()) return undefined;
    const bound = await listen(port);
    if (bound.kind === 'bound') return { kind: 'serving', port: bound.port };
    if (bound.kind === 'denied') return { kind: 'failed', trouble: { kind: 'portRefused', port } };
    const met = await meet(token, port, clock);
    if (met.kind === 'ours') return { kind: 'following', port, owner: met };
    if (met.kind === 'foreign') return { kind: 'failed', trouble: { kind: 'portTaken', port } };
    // Whoever had it is going: the port is free in a moment, or has another owner.
    await new Promise<void>((resolve) => clock.after(pauseMs, resolve));
  }
  return { kind: 'failed', trouble: { kind: 'portTaken', port } };
}
