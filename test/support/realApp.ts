import { App } from '../../src/core/app';
import type { AppSettings } from '../../src/core/model/settings';
import type { Log } from '../../src/core/ports/log';
import type { Wire } from '../../src/core/ports/wire';
import type { WireName } from '../../src/core/model/provider';
import { anthropicMessagesWire } from '../../src/wires/anthropicMessages/anthropicMessages';
import { ollamaWire } from '../../src/wires/ollama/ollama';
import { openaiChatWire } from '../../src/wires/openaiChat/openaiChat';
import { openaiResponsesWire } from '../../src/wires/openaiResponses/openaiResponses';
import { realPorts } from './realPorts';
import { defaultSettings } from './testApp';

interface RealApp {
  /** Where the books are. */
  readonly folder: string;
  /** Base address of the server that stands in for all providers, without a slash at the end. */
  readonly address: string;
  /** Ids of the built-in providers that have a key. */
  readonly providers: readonly string[];
  readonly settings?: Partial<AppSettings>;
  readonly log?: Log;
}

/** What wires ask below a base address, whatever that is. */
const paths = ['/chat/completions', '/responses', '/messages', '/embeddings'];

/** What is refused or cannot be had is part of tests. */
export const quietLog: Log = { info: () => undefined, warn: () => undefined, error: (message, cause) => console.error(message, cause) };

/**
 * The whole product without an editor: the shipped catalogue, real wires, the real books on disk. The definitions of the
 * providers stay as they are; only the address is another, `address/v1` for all.
 */
export function realApp({ folder, address, providers, settings = {}, log = quietLog }: RealApp): App {
  const options = {
    fetch: ((input, init) => {
      const asked = new URL(input instanceof Request ? input.url : input).pathname;
      // It knows nothing of the models: those of the shipped catalogue stay.
      if (asked.endsWith('/models')) return Promise.resolve(new Response(undefined, { status: 404 }));
      const known = paths.find((end) => asked.endsWith(end));
      return known === undefined ? Promise.reject(new Error(`Nothing stands in for ${asked}.`)) : fetch(`${address}/v1${known}`, init);
    }) satisfies typeof fetch,
    log,
  };
  const wires: Readonly<Partial<Record<WireName, Wire>>> = {
    openaiChat: openaiChatWire(options),
    openaiResponses: openaiResponsesWire(options),
    anthropicMessages: anthropicMessagesWire(options),
    ollama: ollamaWire(options),
  };
  return new App(
    realPorts({
      folder,
      log,
      keys: providers,
      wire: (name) => {
        const wire = wires[name];
        if (!wire) throw new Error(`There is no wire ${name} here.`);
        return wire;
      },
    }),
    { ...defaultSettings, 'demo.enabled': false, 'budget.day': 1000, 'titles.enabled': false, ...settings },
  );
}
