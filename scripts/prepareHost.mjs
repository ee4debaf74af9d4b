// Makes node_modules/code-server, which is VS Code as a server, able to run without a compiler. Idempotent, about 15 s the
// first time after `npm ci`. Installs nothing outside node_modules.
//
// Its own install script compiles add-ons and needs headers, so install scripts stay off and we add what that script would
// have: the run-time modules of VS Code's server at the versions and hashes of code-server's own lock file, and plain
// JavaScript in place of the two add-ons without a prebuilt file.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './node24.mjs';

const codeServer = path.join(root, 'node_modules/code-server');
const vscodeServer = path.join(codeServer, 'lib/vscode');

/** What the server, the extension host and the web workbench load; found by running them. The rest of the lock file is for the desktop. */
const runtimeModules = [
  ...['cookie', 'http-proxy-agent', 'https-proxy-agent', 'jschardet', 'katex', 'minimist', 'node-pty', 'tas-client', 'undici'],
  ...['vscode-oniguruma', 'vscode-regexpp', 'vscode-textmate', 'ws', 'yauzl', 'yazl'],
  ...['@microsoft/1ds-core-js', '@microsoft/1ds-post-js', '@parcel/watcher'],
  ...['@vscode/deviceid', '@vscode/fs-copyfile', '@vscode/iconv-lite-umd', '@vscode/proxy-agent', '@vscode/ripgrep-universal'],
  ...['@vscode/tree-sitter-wasm', '@vscode/vscode-languagedetection'],
  ...['@xterm/xterm', '@xterm/headless', '@xterm/addon-clipboard', '@xterm/addon-image', '@xterm/addon-ligatures', '@xterm/addon-progress'],
  ...['@xterm/addon-search', '@xterm/addon-serialize', '@xterm/addon-unicode11', '@xterm/addon-webgl'],
];

const standIns = {
  // Ends the process when its parent dies; our launcher does that already.
  '@vscode/native-watchdog': 'exports.start = () => {};\n',
  // Log files. Assignments to `exports` must be literal, or `import()` does not see the names.
  '@vscode/spdlog': `
const fs = require('fs');
const path = require('path');
const names = ['trace', 'debug', 'info', 'warning', 'error', 'critical', 'off'];
class Logger {
  constructor(file) { this.file = file; this.level = 2; this.pattern = true; fs.mkdirSync(path.dirname(file), { recursive: true }); }
  getLevel() { return this.level; }
  setLevel(level) { this.level = level; }
  setPattern() { this.pattern = true; }
  clearFormatters() { this.pattern = false; }
  flush() {}
  drop() {}
  put(level, message) {
    if (level < this.level) return;
    const time = new Date().toISOString().replace('T', ' ').slice(0, 23);
    try { fs.appendFileSync(this.file, this.pattern ? time + ' [' + names[level] + '] ' + message + '\\n' : message); } catch {}
  }
  trace(m) { this.put(0, m); }
  debug(m) { this.put(1, m); }
  info(m) { this.put(2, m); }
  warn(m) { this.put(3, m); }
  error(m) { this.put(4, m); }
  critical(m) { this.put(5, m); }
}
exports.version = 0;
exports.Logger = Logger;
exports.setLevel = () => {};
exports.setFlushOn = () => {};
exports.shutdown = () => {};
exports.createRotatingLogger = async (name, file) => new Logger(file);
exports.createAsyncRotatingLogger = async (name, file) => new Logger(file);
`,
};

/**
 * Prepares the host if that has not been done for this version of code-server.
 * @throws {Error} when code-server is missing or npm fails
 */
export function prepareHost() {
  if (!existsSync(codeServer)) throw new Error('node_modules/code-server is missing. Run "npm ci" first.');
  const { version } = readJson(path.join(codeServer, 'package.json'));
  // One stamp for the version and the list, so that a change of either prepares anew.
  const wanted = `${version} ${runtimeModules.join(' ')}\n`;
  const modules = path.join(vscodeServer, 'node_modules');
  const isReady = () => existsSync(path.join(modules, '.farthing-host')) && readFileSync(path.join(modules, '.farthing-host'), 'utf8') === wanted;
  if (!isReady()) {
    process.stdout.write(`Preparing VS Code (code-server ${version}), once after npm ci ...\n`);
    const start = performance.now();
    // Prepared beside and renamed, so that an interrupted or a second run never leaves half a host.
    const workplace = path.join(vscodeServer, `.prepare-${process.pid}`);
    rmSync(workplace, { recursive: true, force: true });
    mkdirSync(workplace);
    try {
      installRuntimeModules(workplace);
      writeStandIns(path.join(workplace, 'node_modules'));
      removeOtherPlatforms(path.join(workplace, 'node_modules'));
      writeFileSync(path.join(workplace, 'node_modules/.farthing-host'), wanted);
      if (!isReady()) {
        rmSync(modules, { recursive: true, force: true });
        renameSync(path.join(workplace, 'node_modules'), modules);
      }
    } finally {
      rmSync(workplace, { recursive: true, force: true });
    }
    process.stdout.write(`VS Code is ready after ${((performance.now() - start) / 1000).toFixed(0)} s.\n`);
  }
  linkTypeScript();
}

/** @param {string} workplace */
function installRuntimeModules(workplace) {
  /** @type {Record<string, LockEntry>} */
  const lock = readJson(path.join(vscodeServer, 'npm-shrinkwrap.json')).packages;
  const dependencies = Object.fromEntries(
    runtimeModules.map((name) => {
      const entry = lock[`node_modules/${name}`];
      if (entry?.version === undefined) throw new Error(`${name} is not in the lock file of code-server.`);
      return [name, entry.version];
    }),
  );
  const manifest = { name: 'vscode-server-runtime', version: '1.0.0', private: true, dependencies };
  const packages = { '': manifest, ...closure(lock, runtimeModules) };
  writeFileSync(path.join(workplace, 'package.json'), JSON.stringify(manifest));
  writeFileSync(path.join(workplace, 'package-lock.json'), JSON.stringify({ name: manifest.name, version: manifest.version, lockfileVersion: 3, requires: true, packages }));
  // `npm ci` refuses this lock file, one peer (tslib) is not in it; `npm install` keeps to it and adds that one.
  const windows = process.platform === 'win32';
  const args = ['install', '--ignore-scripts', '--omit=dev', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm hands its own options down as environment; a global or dry run of the caller must not become one here.
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_config_(global|dry_run|prefix|local_prefix)$/i.test(name)));
  const npm = spawnSync(windows ? 'npm.cmd' : 'npm', args, { cwd: workplace, env: environment, encoding: 'utf8', shell: windows });
  if (npm.status !== 0) throw new Error(`npm could not fetch the run-time modules of VS Code:\n${npm.stdout ?? ''}${npm.stderr ?? ''}${npm.error?.message ?? ''}`);
}

/** @typedef {{ version?: string, dependencies?: Record<string, string>, optionalDependencies?: Record<string, string>, peerDependencies?: Record<string, string> }} LockEntry */

/**
 * The part of a lock file that some packages need, found the way Node finds modules: nested first, then outwards.
 * @param {Record<string, LockEntry>} lock
 * @param {string[]} names
 * @returns {Record<string, LockEntry>}
 */
function closure(lock, names) {
  /** @type {Record<string, LockEntry>} */
  const found = {};
  const visit = (/** @type {string} */ place) => {
    const entry = lock[place];
    if (entry === undefined || found[place] !== undefined) return;
    found[place] = entry;
    for (const name of Object.keys({ ...entry.dependencies, ...entry.optionalDependencies, ...entry.peerDependencies })) {
      const resolved = resolve(place, name);
      if (resolved !== undefined) visit(resolved);
    }
  };
  const resolve = (/** @type {string} */ from, /** @type {string} */ name) => {
    for (let at = from; ; at = at.slice(0, at.lastIndexOf('/node_modules/'))) {
      const nested = `${at}/node_modules/${name}`;
      if (lock[nested] !== undefined) return nested;
      if (!at.includes('/node_modules/')) break;
    }
    return lock[`node_modules/${name}`] === undefined ? undefined : `node_modules/${name}`;
  };
  for (const name of names) visit(`node_modules/${name}`);
  return found;
}

/** @param {string} modules */
function writeStandIns(modules) {
  for (const [name, source] of Object.entries(standIns)) {
    const directory = path.join(modules, name);
    mkdirSync(directory, { recursive: true });
    writeFileSync(path.join(directory, 'package.json'), JSON.stringify({ name, version: '0.0.0', main: 'index.js' }));
    writeFileSync(path.join(directory, 'index.js'), source);
  }
}

/**
 * Binaries of other platforms are 75 MB. Nothing under extensions may go: webviews become unreliable without them.
 * @param {string} modules
 */
function removeOtherPlatforms(modules) {
  const here = `${process.platform}-${process.arch}`;
  for (const directory of ['@vscode/ripgrep-universal/bin', 'node-pty/prebuilds']) {
    const full = path.join(modules, directory);
    for (const entry of existsSync(full) ? readdirSync(full) : []) {
      if (entry !== here) rmSync(path.join(full, entry), { recursive: true, force: true });
    }
  }
  for (const directory of ['node-pty/deps', 'node-pty/third_party']) rmSync(path.join(modules, directory), { recursive: true, force: true });
}

/** The built-in TypeScript extension looks here; without it every .ts file raises an error. It needs TypeScript 6, we use 7. */
function linkTypeScript() {
  const link = path.join(vscodeServer, 'extensions/node_modules/typescript');
  if (existsSync(path.join(link, 'lib/tsserver.js'))) return;
  mkdirSync(path.dirname(link), { recursive: true });
  rmSync(link, { recursive: true, force: true });
  symlinkSync(path.join(root, 'node_modules/typescript-for-host'), link, 'junction');
}

/** @param {string} file */
function readJson(file) {
  return JSON.parse(readFileSync(file, 'utf8'));
}

if (process.argv[1] === fileURLToPath(import.meta.url)) prepareHost();
