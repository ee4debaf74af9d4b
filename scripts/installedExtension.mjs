import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { installExtension, isRunning } from './codeServer.mjs';
import { root } from './node24.mjs';
import { packageExtension } from './package.mjs';
import { prepareHost } from './prepareHost.mjs';

const place = path.join(root, '.vscode-test/installed');

/** How a test process learns where the installed extension is. */
export const extensionsVariable = 'FARTHING_TEST_EXTENSIONS';

/** What goes into the package; a change in any of it means packaging anew. */
const sources = ['src', 'webview-ui', 'media', 'esbuild.mjs', 'package.json', 'package-lock.json', 'package.nls.json', '.vscodeignore', 'README.md', 'CHANGELOG.md', 'LICENSE', 'THIRD_PARTY_NOTICES.md'];

/** Longer than any run of the tests takes: a build that was wanted so long ago is in nobody's use. Milliseconds. */
const unusedMs = 2 * 3_600_000;

/** The directory of extensions for this test process; every test server reads it, none writes. */
export function testExtensions() {
  const directory = process.env[extensionsVariable];
  if (directory === undefined) throw new Error('Run these tests with "npm run test:e2e", which installs the extension first.');
  return directory;
}

/**
 * Packages the extension as it is now and installs it the way a user would have it, unless that has been done since the last
 * change. Each build has a directory of its own, so that tests which are still running keep theirs.
 * @returns {Promise<string>} the directory of extensions
 */
export async function installForTests() {
  prepareHost();
  mkdirSync(place, { recursive: true });
  return withLock(async () => {
    const builds = readdirSync(place).filter((name) => /^\d+$/.test(name)).toSorted((a, b) => Number(b) - Number(a));
    const [latest] = builds;
    if (latest !== undefined && existsSync(path.join(place, latest, 'extensions.json')) && sources.every((source) => newest(path.join(root, source)) < Number(latest))) {
      utimesSync(path.join(place, latest), new Date(), new Date());
      return path.join(place, latest);
    }
    const directory = path.join(place, String(Date.now()));
    const vsix = await packageExtension({ quiet: true });
    installExtension(vsix, { userData: path.join(place, 'user'), extensions: directory });
    for (const old of builds.slice(2)) if (Date.now() - statSync(path.join(place, old)).mtimeMs > unusedMs) rmSync(path.join(place, old), { recursive: true, force: true });
    return directory;
  });
}

/**
 * One packaging at a time in this checkout: they share dist.
 * @template T
 * @param {() => Promise<T>} work
 * @returns {Promise<T>}
 */
async function withLock(work) {
  const lock = path.join(place, 'lock');
  while (!takeLock(lock)) await wait(200);
  try {
    return await work();
  } finally {
    rmSync(lock, { force: true });
  }
}

/** @param {string} lock */
function takeLock(lock) {
  try {
    writeFileSync(lock, String(process.pid), { flag: 'wx' });
    return true;
  } catch {
    // The holder may have been killed; then its lock is nobody's.
    if (!isRunning(Number(existsSync(lock) ? readFileSync(lock, 'utf8') : 0))) rmSync(lock, { force: true });
    return false;
  }
}

/**
 * @param {string} file or directory
 * @returns {number} time of the last change in it, in milliseconds; 0 when it is missing
 */
function newest(file) {
  if (!existsSync(file)) return 0;
  const entry = statSync(file);
  return entry.isDirectory() ? Math.max(entry.mtimeMs, ...readdirSync(file).map((name) => newest(path.join(file, name)))) : entry.mtimeMs;
}
