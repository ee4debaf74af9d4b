import { cpSync, existsSync, mkdirSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { portIsFree } from './codeServer.mjs';

/** How a test process learns which port and which cache are its own: `{ port, directory }`, as JSON. */
export const warmVariable = 'FARTHING_TEST_WARM';

/**
 * What a browser keeps of the pages it has seen: their files, and their scripts as compiled at the second time. Both are
 * known by the address, so that those who share them must use one port. Nothing that a page stores is among it.
 */
const kept = ['Cache', 'Code Cache'];

/** The compiled scripts are there after the second start, and those of what is opened later after the third. */
const generations = 3;

/** @returns {{ port: number, directory: string } | undefined} */
function warm() {
  const text = process.env[warmVariable];
  return text === undefined ? undefined : JSON.parse(text);
}

/** The port of this test process while nobody uses it; undefined: any. @returns {Promise<number | undefined>} */
export async function warmPort() {
  const { port } = warm() ?? {};
  return port !== undefined && (await portIsFree(port)) ? port : undefined;
}

/**
 * Gives a new profile of a browser what earlier ones have kept of the same address.
 * @param {string} profile directory that does not exist yet
 * @param {number} port
 */
export function warmUp(profile, port) {
  const own = warm();
  if (own === undefined || own.port !== port || existsSync(profile)) return;
  const generation = latest(own.directory);
  if (generation > 0) cpSync(path.join(own.directory, String(generation)), path.join(profile, 'Default'), { recursive: true });
}

/**
 * Keeps what a browser that has ended has seen, if that is not much the same by now.
 * @param {string} profile
 * @param {number} port
 */
export function keepWarm(profile, port) {
  const own = warm();
  if (own === undefined || own.port !== port) return;
  const next = latest(own.directory) + 1;
  if (next > generations) return;
  // Written beside and renamed: a copy that was broken off is never used.
  const place = path.join(own.directory, 'unfinished');
  rmSync(place, { recursive: true, force: true });
  mkdirSync(place, { recursive: true });
  for (const name of kept) if (existsSync(path.join(profile, 'Default', name))) cpSync(path.join(profile, 'Default', name), path.join(place, name), { recursive: true });
  renameSync(place, path.join(own.directory, String(next)));
}

/** @param {string} directory @returns {number} 0 while there is none */
function latest(directory) {
  return Math.max(0, ...(existsSync(directory) ? readdirSync(directory) : []).map(Number).filter(Number.isInteger));
}
