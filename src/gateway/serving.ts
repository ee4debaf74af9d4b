import type { Clock } from '../core/ports/clock';
import type { GatewaySettings } from '../core/ports/gateway';
import type { Ids } from '../core/ports/ids';
import type { Log } from '../core/ports/log';
import { Callers } from './callers';
import type { GatewayDoor } from './door';
import { type GatewayLimits, usualLimits } from './limits';
import { type Bound, Listener } from './listener';
import { modelNames } from './models';
import { openOperations, type Operations } from './operations/operations';
import { type LastWord, Presence } from './presence';
import { Refusals } from './refusals';
import { gatewayRows } from './rows';
import { routeTable } from './routeTable';

export interface ServingDependencies {
  readonly door: GatewayDoor;
  readonly clock: Clock;
  readonly ids: Ids;
  readonly log: Log;
  readonly settings: () => GatewaySettings;
  /** Of the extension. */
  readonly version: string;
  /** Id of this process in the books. */
  readonly window: string;
  readonly limits?: Partial<GatewayLimits>;
}

/** All that a window has that serves: made for one port, ended once. */
export class Serving {
  readonly #listener: Listener;
  readonly #presence: Presence;
  readonly #callers: Callers;
  readonly #operations: Operations;
  #ended: Promise<void> | undefined;

  constructor({ door, clock, ids, log, settings, version, window, limits }: ServingDependencies, token: string) {
    const names = modelNames(door, () => settings().models);
    this.#presence = new Presence(token);
    this.#callers = new Callers({ clients: () => door.clients(), clock, log }, token);
    this.#operations = openOperations({ door, clock, log, version, window });
    const rows = gatewayRows({ door, names, clock, operations: this.#operations });
    this.#listener = new Listener({
      ask: this.#operations.ask,
      names,
      clock,
      ids,
      log,
      limits: { ...usualLimits, ...limits },
      table: routeTable(rows),
      problem: rows[0].problem,
      callers: this.#callers,
      refusals: new Refusals(clock, log),
      presence: this.#presence,
      answered: (path, status) => this.#operations.answered(path ?? 'other', status),
    });
  }

  get running(): number {
    return this.#listener.running;
  }

  async listen(port: number): Promise<Bound> {
    let isBound = false;
    try {
      const bound = await this.#listener.listen(port);
      isBound = bound.kind === 'bound';
      return bound;
    } finally {
      if (!isBound) this.#close();
    }
  }

  /** Safe to call twice. */
  end(word: LastWord): Promise<void> {
    this.#ended ??= this.#end(word);
    return this.#ended;
  }

  async #end(word: LastWord): Promise<void> {
    const stopped = this.#listener.stop(word === 'moved');
    this.#presence.end(word);
    await stopped;
    this.#close();
  }

  #close(): void {
    this.#callers.close();
    this.#operations.close();
  }
}
