import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { installExtension } from './codeServer.mjs';
import { root } from './node24.mjs';
import { packageExtension } from './package.mjs';
import { prepareHost } from './prepareHost.mjs';

/** Where the packaged extension is installed for tests; every test server reads it, none writes. */
export const testExtensions = path.join(root, '.vscode-test/extensions');

/**
 * Packages the extension as it is now and installs it for tests, as a user would have it. Skipped when nothing that goes
 * into the package has changed since the last time.
 */
export async function installForTests() {
  prepareHost();
  const stamp = path.join(testExtensions, '.built-at');
  const sources = ['src', 'webview-ui', 'media', 'esbuild.mjs', 'package.json', 'package-lock.json', 'package.nls.json', '.vscodeignore', 'README.md', 'CHANGELOG.md', 'LICENSE', 'THIRD_PARTY_NOTICES.md'];
  const builtAt = existsSync(stamp) ? Number(readFileSync(stamp, 'utf8')) : 0;
  if (sources.every((source) => newest(path.join(root, source)) < builtAt)) return;
  const startedAt = Date.now();
  const vsix = await packageExtension({ quiet: true });
  rmSync(testExtensions, { recursive: true, force: true });
  mkdirSync(testExtensions, { recursive: true });
  installExtension(vsix, { userData: path.join(root, '.vscode-test/install'), extensions: testExtensions });
  writeFileSync(stamp, String(startedAt));
}

/**
 * @param {string} place file or directory
 * @returns {number} time of the last change in it, in milliseconds; infinite when it is missing, so that something is done
 */
function newest(place) {
  if (!existsSync(place)) return Number.POSITIVE_INFINITY;
  const entry = statSync(place);
  if (!entry.isDirectory()) return entry.mtimeMs;
  return Math.max(entry.mtimeMs, ...readdirSync(place).map((name) => newest(path.join(place, name))));
}
