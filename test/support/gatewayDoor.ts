import { createHash, randomBytes } from 'node:crypto';
import type { AnswerEvent, AskRequest, Receipt } from '../../src/core/model/ask';
import type { GatewayClient } from '../../src/core/model/client';
import { type Arm, idOfArm } from '../../src/core/model/modelCard';
import { nano } from '../../src/core/model/money';
import type { Clock } from '../../src/core/ports/clock';
import type { GatewaySettings } from '../../src/core/ports/gateway';
import { systemClock } from '../../src/node/systemClock';
import { openGateway } from '../../src/gateway/gateway';
import type { GatewayDoor } from '../../src/gateway/door';
import type { GatewayLimits } from '../../src/gateway/limits';
import { arm } from './cards';
import { FakeClientStore } from './fakeClientStore';

type Answer = (request: AskRequest, signal: AbortSignal) => AsyncGenerator<AnswerEvent, void>;

/** What a scripted ask was given, and how it ended. */
interface Asked {
  readonly request: AskRequest;
  /** Settles when the answer was consumed to its end. */
  readonly ended: Promise<void>;
  aborted: boolean;
}

const usualArm = arm({ provider: 'acme', model: 'swift', price: [1, 4] });

const receipt: Receipt = {
  callId: 'call-1',
  arm: idOfArm(usualArm),
  usage: { inputTokens: 10, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 5, reasoningTokens: 0, estimated: false },
  charge: { amount: nano(30_000), source: 'snapshot', estimatedUsage: false },
  timing: { firstTokenMs: 1, totalMs: 2 },
};

/** The events of an answer that one model gives at once. */
export function saying(...texts: readonly string[]): readonly AnswerEvent[] {
  return [started(), ...texts.map((text): AnswerEvent => ({ type: 'text-delta', text })), ended];
}

export function started(): AnswerEvent {
  return { type: 'answer-start', candidate: { id: idOfArm(usualArm), arm: usualArm, capable: undefined, estimate: undefined, expected: undefined }, realm: 'real', callId: 'call-1', held: undefined };
}

export const ended: AnswerEvent = { type: 'answer-end', stop: 'stop', receipt };

/** Settles with the abort, and is then an answer that was stopped. */
export async function* untilStopped(signal: AbortSignal, ...before: readonly AnswerEvent[]): AsyncGenerator<AnswerEvent, void> {
  yield* before;
  await new Promise<void>((resolve) => (signal.aborted ? resolve() : signal.addEventListener('abort', () => resolve(), { once: true })));
  yield { type: 'answer-failed', failure: { kind: 'cancelled' }, receipt };
}

interface Options {
  /** Instead of scripted models. */
  readonly door?: GatewayDoor;
  readonly answer?: Answer;
  readonly arms?: readonly Arm[];
  readonly settings?: Partial<GatewaySettings>;
  readonly limits?: Partial<GatewayLimits>;
  readonly clock?: Clock;
  readonly token?: string | (() => Promise<string>);
  readonly texts?: Map<string, string>;
}

/** A gateway whose models are scripted. The rest of it is real, sockets too. */
export function gatewayOn({ answer = async function* usual() { yield* saying('Hello'); }, arms = [usualArm], settings = {}, limits = {}, clock = systemClock, token = randomBytes(32).toString('base64url'), texts = new Map(), door: other }: Options = {}) {
  const asked: Asked[] = [];
  const logged: string[] = [];
  const clients = new FakeClientStore();
  const renewed = new Set<() => void>();
  let lastId = 0;
  const door: GatewayDoor = {
    async *ask(request, signal) {
      const done = Promise.withResolvers<void>();
      const one: Asked = { request, ended: done.promise, aborted: false };
      asked.push(one);
      signal.addEventListener('abort', () => (one.aborted = true));
      yield* answer(request, signal);
      // Only reached by whoever consumes the answer to its end.
      done.resolve();
    },
    embed: async () => ({ ok: false, failure: { kind: 'noProvider' }, receipt: undefined }),
    settings: () => ({ 'models.allowed': [], 'models.excluded': [] }),
    askable: async () => ({ realm: 'real', arms }),
    route: async () => ({ kind: 'noProvider' }),
    estimateTokens: (text) => Math.ceil(text.length / 4),
    budgets: async () => undefined,
    async *calls() {
      yield [];
    },
    clients: async () => clients,
    onCall: () => () => undefined,
    onBudgetChanged: () => () => undefined,
  };
  const gateway = openGateway({
    door: other ?? door,
    clock,
    ids: { next: () => `id-${++lastId}` },
    log: { info: (message) => logged.push(message), warn: (message) => logged.push(message), error: (message, cause) => logged.push(`${message}: ${String(cause)}`) },
    token: { get: typeof token === 'string' ? async () => token : token, onChange: (listener) => (renewed.add(listener), () => renewed.delete(listener)) },
    texts: {
      read: async (name) => texts.get(name),
      write: async (name, text) => void texts.set(name, text),
    },
    settings: () => ({ port: 0, models: {}, ...settings }),
    version: '1.2.3',
    window: 'window-1',
    limits,
  });
  return {
    gateway,
    asked,
    logged,
    clients,
    token: typeof token === 'string' ? token : '',
    /** Says that the token is another now. */
    renewed: () => renewed.forEach((listener) => listener()),
    /** Starts it; the port it serves. */
    async serve(): Promise<number> {
      const state = await gateway.start();
      if (state.kind !== 'serving') throw new Error(JSON.stringify(state));
      return state.port;
    },
    /** A client with a token of its own, which is returned. */
    async addClient(client: Partial<GatewayClient> = {}): Promise<string> {
      const own = randomBytes(32).toString('base64url');
      await (await (other ?? door).clients()).put({ id: 'client-1', name: 'A client', createdAt: 0, tokenHash: createHash('sha256').update(own).digest('hex'), ...client });
      return own;
    },
  };
}
