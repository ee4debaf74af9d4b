import type * as vscode from 'vscode';
import { App, type Notice } from '../../../src/core/app';
import type { SnapshotCard } from '../../../src/core/catalog/snapshot';
import type { WireName } from '../../../src/core/model/provider';
import type { AppSettings } from '../../../src/core/model/settings';
import type { Clock } from '../../../src/core/ports/clock';
import type { LedgerStore } from '../../../src/core/ports/ledgerStore';
import type { Log } from '../../../src/core/ports/log';
import type { Wire, WireEvent } from '../../../src/core/ports/wire';
import { secretKeys } from '../../../src/vscode/secretKeys';
import { anthropicMessagesWire } from '../../../src/wires/anthropicMessages/anthropicMessages';
import { ollamaWire } from '../../../src/wires/ollama/ollama';
import { openaiChatWire } from '../../../src/wires/openaiChat/openaiChat';
import { openaiResponsesWire } from '../../../src/wires/openaiResponses/openaiResponses';
import { arm, price } from '../../support/cards';
import { realPorts } from '../../support/realPorts';
import { defaultSettings } from '../../support/testApp';
import { fakeKey } from '../../support/wireFixtures';

type Fetch = typeof globalThis.fetch;

/** The product's wires. */
export const wires: Readonly<Partial<Record<WireName, (fetch: Fetch) => Wire>>> = {
  openaiChat: (fetch) => openaiChatWire({ fetch }),
  openaiResponses: (fetch) => openaiResponsesWire({ fetch }),
  ollama: (fetch) => ollamaWire({ fetch }),
  anthropicMessages: (fetch) => anthropicMessagesWire({ fetch }),
};

/** USD per 1M tokens: input, output, cache read, cache write. */
type StagePrice = readonly [number, number, number?, number?] | 'unknown';

export interface StagedProvider {
  readonly wire: WireName;
  /** Id of one of our own definitions; without it, and where the protocol has none of its own, a server of one's own. */
  readonly vendor?: string;
  readonly fetch: Fetch;
  readonly price: StagePrice;
  /** In tokens. */
  readonly context: number;
  /** Host of its address; what the fetch makes of it is its own affair. */
  readonly host: string;
}

export interface StageOptions {
  readonly folder: string;
  /** The provider of the case. */
  readonly primary: StagedProvider;
  /** Another one that may take over. */
  readonly second?: StagedProvider;
  readonly clock: Clock;
  readonly settings?: Partial<AppSettings>;
  readonly key?: string;
  /** The editor's secret storage does not work. */
  readonly secretsThrow?: boolean;
  /** Chance, for waits before another try. */
  readonly random?: () => number;
  /** Between the app and the books. */
  readonly ledger?: (ledger: LedgerStore) => LedgerStore;
}

/** One window: the whole product but the editor, on the real books. */
export interface Stage {
  readonly app: App;
  readonly secrets: ReadonlyMap<string, string>;
  /** What the wire of the case's provider said in each call, in order. */
  readonly said: readonly (readonly WireEvent[])[];
  readonly log: readonly string[];
  readonly notices: readonly Notice[];
  /** Id of the case's provider. */
  readonly provider: string;
  /** Takes the key away, as a person does. */
  deleteKey(): Promise<void>;
}

/** Ids of the providers on a stage: those of the protocols that have their own, else a server of one's own. */
const ownIds: Readonly<Partial<Record<WireName, string>>> = { anthropicMessages: 'anthropic', ollama: 'ollama' };
const secondId = 'second';

export function openStage({ folder, primary, second, clock, settings = {}, key = fakeKey, secretsThrow = false, random = Math.random, ledger = (same) => same }: StageOptions): Stage {
  const built = primary.vendor ?? ownIds[primary.wire];
  const provider = built ?? 'primary';
  const log: string[] = [];
  const said: WireEvent[][] = [];
  const notices: Notice[] = [];
  const custom = [
    ...(built === undefined ? [{ id: provider, name: 'Primary', baseUrl: `http://${primary.host}/v1`, auth: 'bearer', models: ['m'] }] : []),
    ...(second === undefined ? [] : [{ id: secondId, name: 'Second', baseUrl: `http://${second.host}/v1`, auth: 'bearer', models: ['n'] }]),
  ];
  const keyNames = [built ?? `${provider}@${primary.host}`, ...(second === undefined ? [] : [`${secondId}@${second.host}`])];
  const secrets = new Map(primary.wire === 'ollama' ? keyNames.slice(1).map((name) => [`farthing.key.${name}`, key]) : keyNames.map((name) => [`farthing.key.${name}`, key]));
  const firstWire = tapped(makeWire(primary), said);
  const secondWire = second && makeWire(second);
  const logged: Log = { info: (message) => log.push(message), warn: (message) => log.push(message), error: (message, cause) => log.push(`${message}: ${String(cause)}`) };
  // Which protocol a provider speaks is the case's to say; the rest of its definition is the product's.
  const ports = realPorts({ folder, keys: [], log: logged, wire: () => (secondWire === undefined ? firstWire : split(firstWire, secondWire)) });
  const app = new App(
    {
      ...ports,
      clock,
      random,
      keys: secretKeys(secretStorage(secrets, secretsThrow)),
      books: async (onRestored) => {
        const books = await ports.books(onRestored);
        return { ...books, ledger: ledger(books.ledger) };
      },
      snapshot: async () => ({ asOf: '2026-11-01', cards: [card('m', provider, primary), ...(second === undefined ? [] : [card('n', secondId, second)])] }),
    },
    { ...defaultSettings, 'demo.enabled': false, 'ollama.enabled': primary.wire === 'ollama', 'budget.day': null, 'models.excluded': [], 'providers.custom': custom, ...settings },
  );
  app.onNotice((notice) => notices.push(notice));
  return { app, secrets, said, log, notices, provider, deleteKey: () => app.removeKey({ id: provider, ...(built === undefined ? { keyName: `${provider}@${primary.host}` } : {}) }) };
}

function makeWire({ wire, fetch }: StagedProvider): Wire {
  const make = wires[wire];
  if (make === undefined) throw new Error(`there is no wire ${wire}`);
  return make(fetch);
}

function card(model: string, provider: string, { price: usd, context }: StagedProvider): SnapshotCard {
  const { card: made } = arm({ provider, model, z: 2, sd: 0.1, context, price: usd });
  const [offer] = made.offers;
  return { ...made, offers: offer === undefined ? [] : [{ ...offer, price: usd === 'unknown' ? undefined : price(usd) }], retired: [], aliases: [] };
}

/** The same wire, and what it says is kept. */
function tapped(wire: Wire, said: WireEvent[][]): Wire {
  return {
    ...wire,
    async *complete(request, signal) {
      const events: WireEvent[] = [];
      said.push(events);
      for await (const event of wire.complete(request, signal)) {
        events.push(event);
        yield event;
      }
    },
  };
}

function split(first: Wire, second: Wire): Wire {
  const of = (id: string): Wire => (id === secondId ? second : first);
  return {
    ...first,
    complete: (request, signal) => of(request.endpoint.provider.id).complete(request, signal),
    checkKey: (endpoint, ...rest) => of(endpoint.provider.id).checkKey(endpoint, ...rest),
    listModels: (endpoint, ...rest) => of(endpoint.provider.id).listModels(endpoint, ...rest),
  };
}

/** The editor's secret storage, in memory. */
function secretStorage(secrets: Map<string, string>, throws: boolean): vscode.SecretStorage {
  const listeners = new Set<(event: vscode.SecretStorageChangeEvent) => void>();
  const checked = async <Result>(work: () => Result): Promise<Result> => {
    if (throws) throw new Error('Cannot create an item in a locked collection');
    return work();
  };
  const changed = (key: string): void => listeners.forEach((listener) => listener({ key }));
  return {
    keys: () => checked(() => [...secrets.keys()]),
    get: (key) => checked(() => secrets.get(key)),
    store: (key, value) =>
      checked(() => {
        secrets.set(key, value);
        changed(key);
      }),
    delete: (key) =>
      checked(() => {
        secrets.delete(key);
        changed(key);
      }),
    onDidChange: (listener) => {
      listeners.add(listener);
      return { dispose: () => listeners.delete(listener) };
    },
  };
}
