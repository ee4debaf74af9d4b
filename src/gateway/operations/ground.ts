import type { Clock } from '../../core/ports/clock';
import type { Log } from '../../core/ports/log';
import type { GatewayDoor } from '../door';
import type { BookTotals } from './bookTotals';
import type { ClientNames } from './clientNames';
import type { Metrics } from './metrics';

/** What the pages of operations need of the gateway that they are part of. */
export interface OperationsDependencies {
  readonly door: GatewayDoor;
  readonly clock: Clock;
  readonly log: Log;
  /** Of the extension. */
  readonly version: string;
  /** Id of this process in the books. */
  readonly window: string;
}

/** What a page works with. */
export interface OperationsGround extends OperationsDependencies {
  readonly metrics: Metrics;
  readonly totals: BookTotals;
  readonly names: ClientNames;
  /** Monotonic milliseconds at which the gateway began. */
  readonly startedAt: number;
}
