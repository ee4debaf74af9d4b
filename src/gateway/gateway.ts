import type { Gateway, GatewayState, MachineToken } from '../core/ports/gateway';
import type { TextStore } from '../core/ports/textStore';
import type { Bound } from './listener';
import { takePort } from './ownership';
import { keepPort, portsToTry } from './ports';
import type { LastWord } from './presence';
import { Serving, type ServingDependencies } from './serving';

export interface GatewayDependencies extends ServingDependencies {
  readonly token: Pick<MachineToken, 'get' | 'onChange'>;
  /** Where the port is kept that was random once. */
  readonly texts: TextStore;
}

/** The gateway of this window; it does nothing before `start`. */
export function openGateway(dependencies: GatewayDependencies): Gateway {
  return new OneGateway(dependencies);
}

/** Whoever was followed for less, in milliseconds, is not followed again at once: it may let nobody follow. */
const shortlyMs = 1000;

class OneGateway implements Gateway {
  readonly #listeners = new Set<() => void>();
  #state: GatewayState = { kind: 'off' };
  /** Another one with every start and stop: what belongs to an older one is not wanted any more. */
  #life = 0;
  #serving: Serving | undefined;
  /** That was read last. */
  #token = '';
  #leave = (): void => undefined;

  constructor(private readonly dependencies: GatewayDependencies) {
    // As long as the window.
    dependencies.token.onChange(() => void this.#renewed());
  }

  state(): GatewayState {
    return this.#state;
  }

  onChange(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  running(): number {
    return this.#serving?.running ?? 0;
  }

  async start(): Promise<GatewayState> {
    if (this.#state.kind !== 'off' && this.#state.kind !== 'failed') return this.#state;
    this.#life += 1;
    this.#become({ kind: 'starting' });
    await this.#settle(this.#life);
    return this.#state;
  }

  stop(): Promise<void> {
    return this.#end('off');
  }

  close(): Promise<void> {
    return this.#end('moved');
  }

  /** Serves or follows; again whenever the window that served is gone. */
  async #settle(life: number): Promise<void> {
    try {
      const state = await this.#taken(life);
      if (state && life === this.#life) this.#become(state);
    } catch (error) {
      this.dependencies.log.error('the gateway could not be started', error);
      if (life === this.#life) this.#become({ kind: 'failed', trouble: { kind: 'unexpected', detail: messageOf(error) } });
    }
  }

  /** How it then stands; undefined when it is not wanted any more. */
  async #taken(life: number): Promise<GatewayState | undefined> {
    const { token: machine, texts, settings, clock, log } = this.dependencies;
    const isWanted = (): boolean => life === this.#life;
    const token = await machine.get().catch((error: unknown): GatewayState => ({ kind: 'failed', trouble: { kind: 'noToken', detail: messageOf(error) } }));
    if (typeof token === 'object') return token;
    this.#token = token;
    const { port: chosen } = settings();
    const taken = await takePort(await portsToTry(chosen, token, texts), token, clock, (port) => this.#listen(port, token, isWanted), isWanted);
    if (taken === undefined || taken.kind === 'failed') return taken;
    const { kind, port } = taken;
    if (kind === 'following') {
      const { owner } = taken;
      if (!isWanted()) {
        owner.leave();
        return undefined;
      }
      this.#leave = () => owner.leave();
      const since = clock.elapsed();
      void owner.ended.then((word) => this.#lost(life, word, since));
    } else {
      log.info(`gateway: serves 127.0.0.1:${port}`);
      const instead = chosen === 0 ? await keepPort(port, texts, log) : undefined;
      if (instead !== undefined) return { kind, port, instead };
    }
    return { kind, port };
  }

  /** Serves with the token that counts now. Those who follow are sent away with this, and come back with it as well. */
  async #renewed(): Promise<void> {
    const token = await this.dependencies.token.get().catch(() => undefined);
    // A start that is under way may have read the one before.
    if (token === undefined || token === this.#token || (this.#state.kind !== 'serving' && this.#state.kind !== 'starting')) return;
    const ended = this.#end('moved');
    const life = this.#life;
    await ended;
    if (life === this.#life) await this.start();
  }

  #lost(life: number, word: LastWord, since: number): void {
    if (life !== this.#life) return;
    if (word === 'off') {
      this.#life += 1;
      return this.#become({ kind: 'off' });
    }
    const { clock } = this.dependencies;
    if (clock.elapsed() - since > shortlyMs) void this.#settle(life);
    else this.#leave = clock.after(shortlyMs / 4, () => void this.#settle(life));
  }

  async #listen(port: number, token: string, isWanted: () => boolean): Promise<Bound> {
    const serving = new Serving(this.dependencies, token);
    const bound = await serving.listen(port);
    if (bound.kind === 'bound' && isWanted()) this.#serving = serving;
    else if (bound.kind === 'bound') await serving.end('moved');
    return bound;
  }

  async #end(word: LastWord): Promise<void> {
    this.#life += 1;
    this.#leave();
    const serving = this.#serving;
    if (serving) {
      if ('port' in this.#state) this.#become({ kind: 'stopping', port: this.#state.port, running: serving.running });
      await serving.end(word);
      if (this.#serving === serving) this.#serving = undefined;
    }
    this.#become({ kind: 'off' });
  }

  #become(state: GatewayState): void {
    this.#state = state;
    for (const listener of this.#listeners) listener();
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
