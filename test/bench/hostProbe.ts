import { writeFileSync } from 'node:fs';
import http from 'node:http';
import { setTimeout as wait } from 'node:timers/promises';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as vscode from 'vscode';

/** Where the probe says on which port it listens: the name of a file. */
const portFileVariable = 'FARTHING_BENCH_PORT_FILE';

export interface Activation {
  readonly wasActive: boolean;
  readonly wallMs: number;
  /** Of all threads of the host, in milliseconds. */
  readonly cpuMs: number;
}

/** After full garbage collections, in bytes. */
export interface Memory {
  readonly rss: number;
  readonly heap: number;
}

/**
 * An extension for the benchmarks that lives in the same extension host as Farthing and answers questions about the
 * host's process over loopback.
 */
export function activate(): void {
  const file = process.env[portFileVariable];
  if (file === undefined) throw new Error(`${portFileVariable} is not set.`);
  const server = http.createServer((request, response) => {
    answer(request.url ?? '').then(
      (value) => response.end(JSON.stringify(value)),
      (error: unknown) => response.writeHead(500).end(String(error)),
    );
  });
  server.listen(0, '127.0.0.1', () => {
    const address = server.address();
    if (address !== null && typeof address === 'object') writeFileSync(file, String(address.port));
  });
}

async function answer(url: string): Promise<unknown> {
  switch (url) {
    case '/activate':
      return activateFarthing();
    case '/memory':
      return memory();
    case '/cpu':
      return cpuMs();
    default:
      throw new Error(`no ${url}`);
  }
}

async function activateFarthing(): Promise<Activation> {
  const extension = vscode.extensions.getExtension('farthing.farthing');
  if (!extension) throw new Error('Farthing is not installed.');
  const wasActive = extension.isActive;
  const cpu = cpuMs();
  const started = performance.now();
  await extension.activate();
  return { wasActive, wallMs: performance.now() - started, cpuMs: cpuMs() - cpu };
}

function cpuMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}

async function memory(): Promise<Memory> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  // Several, with time between: finalisers and what other threads give back go with later ones.
  for (let round = 0; round < 5; round++) {
    collect();
    await wait(200);
  }
  const { rss, heapUsed } = process.memoryUsage();
  return { rss, heap: heapUsed };
}
