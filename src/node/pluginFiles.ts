import { type FSWatcher, mkdirSync, statSync, watch } from 'node:fs';
import { readdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import type { Log } from '../core/ports/log';
import { type Downloaded, mostPluginBytes, type PluginFile, type PluginFiles } from '../core/ports/pluginFiles';
import { replaceFile } from './replaceFile';

/** Editors write a file in several steps. Milliseconds without a further one. */
const quietMs = 150;
/** More files than anybody has providers are not read. */
const mostFiles = 200;
const downloadMs = 15_000;
const mostRedirects = 5;

export interface PluginFilesOptions {
  readonly folder: string;
  readonly log: Log;
  /** Instead of the global `fetch`, which the editor has fitted with the user's proxy. */
  readonly fetch?: typeof fetch;
}

/** Plug-ins as the `.json` files of one folder, which is made when it is first followed or written to. */
export function pluginFiles({ folder, log, fetch }: PluginFilesOptions): PluginFiles {
  const fileOf = (name: string): string => {
    // The name may come from a file of somebody else.
    if (!/^[A-Za-z0-9][\w. -]{0,120}\.json$/.test(name)) throw new Error(`${JSON.stringify(name)} is not the name of a plug-in file`);
    return path.join(folder, name);
  };
  return {
    folder,
    async read() {
      const names = await readdir(folder).catch(() => []);
      const plugins = names.filter((name) => name.endsWith('.json') && !name.startsWith('.')).toSorted();
      if (plugins.length > mostFiles) log.warn(`only the first ${mostFiles} of ${plugins.length} files in ${folder} are read`);
      const files = await Promise.all(plugins.slice(0, mostFiles).map((name) => readPlugin(path.join(folder, name), name)));
      return files.filter((file) => file !== undefined);
    },
    write: async (name, text) => replaceFile(fileOf(name), text),
    remove: (name) => rm(fileOf(name), { force: true }),
    watch: (listener) => follow(folder, listener, log),
    download: (address, signal) => download((input, init) => (fetch ?? globalThis.fetch)(input, init), address, signal),
  };
}

/** Undefined: it is gone by now, or is no file. */
async function readPlugin(file: string, name: string): Promise<PluginFile | undefined> {
  try {
    const found = await stat(file);
    // A pipe never ends.
    if (!found.isFile()) return undefined;
    return { name, text: found.size > mostPluginBytes ? undefined : await readFile(file, 'utf8') };
  } catch (error) {
    return isMissing(error) ? undefined : { name, text: undefined };
  }
}

function isMissing(error: unknown): boolean {
  return error instanceof Error && 'code' in error && error.code === 'ENOENT';
}

function follow(folder: string, listener: () => void, log: Log): () => void {
  let watcher: FSWatcher | undefined;
  let quiet: NodeJS.Timeout | undefined;
  let followed: number | undefined;
  let stopped = false;
  const noWatch = (error: unknown): void => log.warn(`changes in ${folder} are not seen before the next start: ${error instanceof Error ? error.message : String(error)}`);
  const begin = (): void => {
    watcher?.close();
    if (stopped) return;
    try {
      mkdirSync(folder, { recursive: true });
      watcher = watch(folder, { persistent: false }, changed);
      watcher.on('error', noWatch);
      followed = identityOf(folder);
    } catch (error) {
      noWatch(error);
    }
  };
  const changed = (): void => {
    clearTimeout(quiet);
    quiet = setTimeout(() => {
      // A folder that was removed is followed no more, even when there is one of the same name again.
      if (identityOf(folder) !== followed) begin();
      listener();
    }, quietMs);
  };
  begin();
  return () => {
    stopped = true;
    clearTimeout(quiet);
    watcher?.close();
  };
}

/** Undefined while there is no such folder. */
function identityOf(folder: string): number | undefined {
  return statSync(folder, { throwIfNoEntry: false })?.ino;
}

/** Reads at most so many bytes, follows redirects only to https at a host with a name, and sends nothing that says who asks. */
async function download(fetch: typeof globalThis.fetch, address: string, signal: AbortSignal): Promise<Downloaded | undefined> {
  const stop = AbortSignal.any([signal, AbortSignal.timeout(downloadMs)]);
  const no = (reason: string): Downloaded => ({ ok: false, reason });
  try {
    let url = URL.parse(address);
    let from: URL | undefined;
    for (let redirects = 0; redirects <= mostRedirects; redirects += 1) {
      if (!url || !isAllowed(url, from)) return no(from ? 'The address leads to one that is not https, or to a number or this machine.' : 'The address must begin with https://, or be one of this machine.');
      const response = await fetch(url, { redirect: 'manual', credentials: 'omit', signal: stop, headers: { accept: 'application/json, text/plain;q=0.9, */*;q=0.1', 'user-agent': 'Farthing' } });
      const location = response.headers.get('location');
      if (response.status >= 300 && response.status < 400 && location !== null) {
        await response.body?.cancel();
        from = url;
        url = URL.parse(location, from);
        continue;
      }
      if (!response.ok) {
        await response.body?.cancel();
        return no(`${url.host} answered with status ${response.status}.`);
      }
      return await textOf(response);
    }
    return no('The address leads from one to the next without an end.');
  } catch (error) {
    if (signal.aborted) return undefined;
    if (stop.aborted) return no(`There was no answer within ${downloadMs / 1000} seconds.`);
    const cause = error instanceof Error ? error.cause : undefined;
    return no(`The address could not be reached (${cause instanceof Error ? cause.message : error instanceof Error ? error.message : String(error)}).`);
  }
}

function isAllowed({ protocol, hostname, origin, username, password }: URL, from: URL | undefined): boolean {
  if (username !== '' || password !== '') return false;
  // The person agreed to the first address. It must not send on to what only this machine or its network can reach.
  if (from) return protocol === 'https:' && (origin === from.origin || (/\.[a-z][a-z0-9-]*\.?$/.test(hostname) && !/\.localhost\.?$/.test(hostname)));
  return protocol === 'https:' || (protocol === 'http:' && (hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname)));
}

async function textOf(response: Response): Promise<Downloaded> {
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  const reader = response.body?.getReader();
  for (let part = await reader?.read(); part !== undefined && !part.done; part = await reader?.read()) {
    bytes += part.value.length;
    if (bytes > mostPluginBytes) {
      await reader?.cancel();
      return { ok: false, reason: `What is at the address is larger than ${mostPluginBytes / 1024} kB, so it is no plug-in.` };
    }
    chunks.push(part.value);
  }
  try {
    return { ok: true, text: new TextDecoder('utf-8', { fatal: true }).decode(Buffer.concat(chunks)) };
  } catch {
    return { ok: false, reason: 'What is at the address is no text.' };
  }
}
