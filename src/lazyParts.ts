import * as path from 'node:path';
import type { OpenBooks } from './core/ports/books';
import type { DemoServer } from './core/ports/demoServer';
import type { Log } from './core/ports/log';
import type { Wire } from './core/ports/wire';

/**
 * Parts that are loaded when first needed. They are bundles of their own beside this one, because a bundler splits
 * only ES modules and the extension host loads CommonJS; loading them at start would cost half a second.
 */
export function lazyWire(): () => Wire {
  let wire: Wire | undefined;
  return () => {
    if (wire) return wire;
    const { openaiChatWire }: typeof import('./wires/openaiChat/openaiChat') = load('openaiChat');
    wire = openaiChatWire();
    return wire;
  };
}

export function lazyDemoServer(): DemoServer {
  let started: Promise<{ readonly baseUrl: string; stop(): Promise<void> }> | undefined;
  return {
    baseUrl: async () => {
      const { startDemoServer }: typeof import('./node/demoServer') = load('demoServer');
      const server = (started ??= startDemoServer());
      return (await server).baseUrl;
    },
    stop: async () => (await started)?.stop(),
  };
}

/** The database of this machine's windows, opened on first use. */
export function lazyBooks(folder: string, log: Log): OpenBooks {
  return async (onRestored) => {
    const { openBooks }: typeof import('./node/books') = load('books');
    return openBooks(folder, log, onRestored);
  };
}

function load<T>(name: string): T {
  return require(path.join(__dirname, `${name}.js`)) as T;
}
