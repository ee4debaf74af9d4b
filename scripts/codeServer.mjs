import { spawn, spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import net from 'node:net';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { node24, root } from './node24.mjs';

const entry = path.join(root, 'node_modules/code-server/out/node/entry.js');

/**
 * @typedef {object} ServerOptions
 * @property {string} userData directory with settings, state and logs; kept
 * @property {string} extensions directory with installed extensions
 * @property {number} [port] the same port is the same browser origin, which keeps secrets and state; default: a free one
 * @property {Record<string, unknown>} [settings] written as user settings before the start; default: what is there stays
 * @property {boolean} [trustEverything] no workspace trust at all; default true
 * @property {string[]} [options] further command line options
 * @property {Record<string, string | undefined>} [environment] added to the server's environment; undefined removes
 *
 * @typedef {object} Server
 * @property {string} url
 * @property {number} port
 * @property {number} pid
 * @property {string} userData
 * @property {() => string} output what the server printed so far
 * @property {() => Promise<void>} stop ends the server and everything it started
 */

/** A port on loopback that was free a moment ago. @returns {Promise<number>} */
export function freePort() {
  return new Promise((resolve, reject) => {
    const probe = net.createServer();
    probe.once('error', reject);
    probe.listen(0, '127.0.0.1', () => {
      const address = probe.address();
      probe.close(() => (address !== null && typeof address === 'object' ? resolve(address.port) : reject(new Error('no port'))));
    });
  });
}

/**
 * A free port on loopback that the system gives to nobody who asks for any (those begin at 32768 or later).
 * @returns {Promise<number>}
 */
export async function portToKeep() {
  const port = 20_000 + Math.floor(Math.random() * 10_000);
  return (await portIsFree(port)) ? port : portToKeep();
}

/**
 * Whether something can still be bound to a port on loopback.
 * @param {number} port
 * @returns {Promise<boolean>}
 */
export function portIsFree(port) {
  return new Promise((resolve) => {
    const probe = net.createServer();
    probe.once('error', () => resolve(false));
    probe.listen(port, '127.0.0.1', () => probe.close(() => resolve(true)));
  });
}

/**
 * Environment of a VS Code in tests: it looks for no extensions outside, so that nothing but loopback is reached, and starts no
 * login shell to ask for an environment, as if it had been started from one (its terminals do not heed `force-disable-user-env`).
 */
export const offlineEnvironment = { EXTENSIONS_GALLERY: '{}', VSCODE_CLI: '1' };

/**
 * The editor's own extensions that the tests meet: themes, the languages of the sample workspace, git. What JSON may hold is
 * known to a process of its own, which would start with each change of settings.
 */
const metBuiltIns = [
  ...['theme-defaults', 'theme-modern-icons', 'theme-seti', 'git', 'git-base', 'configuration-editing', 'search-result', 'diff', 'log'],
  ...['typescript-basics', 'typescript-language-features', 'javascript', 'json', 'markdown-basics', 'markdown-language-features'],
  ...['python', 'html', 'css', 'yaml', 'dotenv', 'ini', 'shellscript', 'node_modules'],
];

/**
 * A directory with the few of the editor's own extensions that tests meet: all of them take it a second longer to start.
 * @returns {string} links, made once
 */
export function fewBuiltIns() {
  const directory = path.join(root, '.vscode-test/builtIns');
  mkdirSync(directory, { recursive: true });
  const source = path.join(root, 'node_modules/code-server/lib/vscode/extensions');
  // Of an earlier version of this list.
  for (const name of readdirSync(directory)) if (!metBuiltIns.includes(name)) rmSync(path.join(directory, name), { force: true });
  for (const name of metBuiltIns) if (!existsSync(path.join(directory, name))) symlinkSync(path.join(source, name), path.join(directory, name), 'junction');
  return directory;
}

/** An option of VS Code's server that code-server has none of its own for. @param {string} option */
export const serverOption = (option) => ['--vscode-option', option];

/**
 * The environment of a VS Code: ours, without what an editor around us or npm put there.
 * @param {Record<string, string | undefined>} [changes]
 * @returns {NodeJS.ProcessEnv}
 */
function editorEnvironment(changes = {}) {
  const ours = Object.entries(process.env).filter(([name]) => !/^(NODE_OPTIONS|NODE_ENV|ELECTRON_RUN_AS_NODE|VSCODE_.*|npm_.*|INIT_CWD|PORT)$/.test(name));
  return Object.fromEntries(Object.entries({ ...Object.fromEntries(ours), ...changes }).filter(([, value]) => value !== undefined));
}

/**
 * Installs a packaged extension into a directory of extensions.
 * @param {string} vsix
 * @param {{ userData: string, extensions: string }} directories
 * @throws {Error} with VS Code's own words when it refuses the file
 */
export function installExtension(vsix, { userData, extensions }) {
  mkdirSync(userData, { recursive: true });
  const args = [entry, '--config', configFile(userData), '--user-data-dir', userData, '--extensions-dir', extensions, '--install-extension', vsix, '--force'];
  const run = spawnSync(node24(), args, { encoding: 'utf8', env: editorEnvironment() });
  if (run.status !== 0 || !run.stdout.includes('successfully installed')) throw new Error(`VS Code did not install ${path.basename(vsix)}:\n${run.stdout}${run.stderr}`);
}

/**
 * Starts VS Code as a server on loopback and waits until it answers.
 * @param {ServerOptions} options
 * @returns {Promise<Server>}
 * @throws {Error} with the server's output when it does not come up within a minute
 */
export async function startServer({ userData, extensions, port, settings, trustEverything = true, options = [], environment }) {
  const usedPort = port ?? (await freePort());
  mkdirSync(path.join(userData, 'User'), { recursive: true });
  mkdirSync(extensions, { recursive: true });
  if (settings !== undefined) writeFileSync(path.join(userData, 'User/settings.json'), JSON.stringify(settings, null, 2));
  const args = [
    ...[entry, '--config', configFile(userData), '--auth', 'none', '--bind-addr', `127.0.0.1:${usedPort}`],
    ...['--user-data-dir', userData, '--extensions-dir', extensions],
    ...['--disable-telemetry', '--disable-update-check', '--disable-getting-started-override'],
    ...(trustEverything ? ['--disable-workspace-trust'] : []),
    ...options,
  ];
  // Hosts that are killed leave sockets behind; where the path is short enough for a socket they go with the profile.
  const scratch = path.join(userData, 'tmp');
  const hasShortPath = process.platform === 'linux' && scratch.length < 50;
  if (hasShortPath) mkdirSync(scratch, { recursive: true });
  // The editor's own chat writes about itself into the home directory otherwise.
  const added = { ...(hasShortPath ? { TMPDIR: scratch } : {}), COPILOT_HOME: path.join(userData, 'copilot'), ...environment };
  // A process group of its own, so that stopping it leaves no child behind; Ctrl-C reaches it through us.
  const server = spawn(node24(), args, { stdio: ['ignore', 'pipe', 'pipe'], env: editorEnvironment(added), detached: process.platform !== 'win32' });
  let output = '';
  const group = server.pid === undefined ? undefined : process.platform === 'win32' ? server.pid : -server.pid;
  const signal = (/** @type {NodeJS.Signals} */ name) => {
    try {
      if (group !== undefined) process.kill(group, name);
    } catch {
      // Already gone.
    }
  };
  const killAtExit = () => signal('SIGKILL');
  process.once('exit', killAtExit);
  const exited = new Promise((resolve) => server.once('exit', resolve));

  await new Promise((resolve, reject) => {
    const limit = setTimeout(() => reject(new Error(`VS Code did not start within a minute:\n${output}`)), 60_000);
    server.once('error', reject);
    server.once('exit', (code) => reject(new Error(`VS Code ended with code ${code} while starting:\n${output}`)));
    const read = (/** @type {Buffer} */ data) => {
      output += data.toString();
      if (!output.includes('HTTP server listening')) return;
      clearTimeout(limit);
      resolve(undefined);
    };
    server.stdout.on('data', read);
    server.stderr.on('data', read);
  }).catch((error) => {
    signal('SIGKILL');
    throw error;
  });

  return {
    url: `http://127.0.0.1:${usedPort}`,
    port: usedPort,
    pid: server.pid ?? 0,
    userData,
    output: () => output,
    async stop() {
      // The group is asked first and then made to end: extension hosts outlive a polite server by a few seconds otherwise.
      signal('SIGTERM');
      await Promise.race([exited, wait(5000, undefined, { ref: false })]);
      signal('SIGKILL');
      await exited;
      process.off('exit', killAtExit);
    },
  };
}

/** Keeps code-server from reading or writing a configuration in the home directory. @param {string} userData */
function configFile(userData) {
  const file = path.join(userData, 'config.yaml');
  mkdirSync(userData, { recursive: true });
  if (!existsSync(file)) writeFileSync(file, 'cert: false\n');
  return file;
}

/**
 * Address of a window on a folder.
 * @param {string} serverUrl
 * @param {string | undefined} folder absolute path; undefined opens an empty window
 * @param {[string, string][]} [payload] what a desktop VS Code would get on its command line
 */
export function windowUrl(serverUrl, folder, payload = []) {
  const query = new URLSearchParams(folder === undefined ? { ew: 'true' } : { folder });
  if (payload.length > 0) query.set('payload', JSON.stringify(payload));
  return `${serverUrl}/?${query}`;
}

/**
 * `started` is no smaller for one that started later.
 * @typedef {{ pid: number, parent: number, started: number, command: string }} RunningProcess
 */

/**
 * Everything that runs on this machine and can be seen. Reads /proc where there is one, because slim images have no `ps`.
 * @returns {RunningProcess[]}
 */
export function runningProcesses() {
  if (existsSync('/proc/self/stat')) {
    return readdirSync('/proc')
      .filter((name) => /^\d+$/.test(name))
      .flatMap((name) => {
        try {
          // The program's name is in parentheses and may hold anything; state and parent follow the last one, the start (field 22 of all) later.
          const fields = readFileSync(`/proc/${name}/stat`, 'utf8').split(')').at(-1)?.trim().split(' ') ?? [];
          const [state, parent] = fields;
          if (state === 'Z') return [];
          return [{ pid: Number(name), parent: Number(parent), started: Number(fields[19]), command: readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ').trim() }];
        } catch {
          return [];
        }
      });
  }
  const { stdout } = spawnSync('ps', ['-A', '-o', 'pid=,ppid=,lstart=,command='], { encoding: 'utf8', env: { ...process.env, LC_ALL: 'C' } });
  return (stdout ?? '').split('\n').flatMap((line) => {
    const [, pid, parent, started = '', command] = /^\s*(\d+)\s+(\d+)\s+(\w+\s+\w+\s+\d+\s+[\d:]+\s+\d+)\s+(.*)$/.exec(line) ?? [];
    return command === undefined ? [] : [{ pid: Number(pid), parent: Number(parent), started: Date.parse(started), command }];
  });
}

/** Whether a process with this id lives. @param {number} pid */
export function isRunning(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch {
    return false;
  }
}

/**
 * @param {number} ancestor
 * @returns {RunningProcess[]} all below it, nearest first
 */
export function descendants(ancestor) {
  const all = runningProcesses();
  const below = (/** @type {number} */ pid) => {
    const children = all.filter((one) => one.parent === pid);
    /** @type {RunningProcess[]} */
    const deeper = children.flatMap((one) => below(one.pid));
    return [...children, ...deeper];
  };
  return below(ancestor);
}

/**
 * The process ids of the extension hosts of a server, one a window, oldest first.
 * @param {Server} server
 */
export function extensionHosts(server) {
  return descendants(server.pid)
    .filter(({ command }) => command.includes('--type=extensionHost'))
    // Process ids begin anew once they are used up.
    .toSorted((a, b) => a.started - b.started || a.pid - b.pid)
    .map(({ pid }) => pid);
}

/**
 * Text of a log of the newest session: of the extension host, or of an extension's output channel.
 * @param {string} userData
 * @param {RegExp} name of the file
 */
export function newestLog(userData, name = /remoteexthost\.log$/) {
  const logs = path.join(userData, 'logs');
  if (!existsSync(logs)) return '';
  for (const session of readdirSync(logs).toSorted().toReversed()) {
    const files = readdirSync(path.join(logs, session), { recursive: true, encoding: 'utf8' }).filter((file) => name.test(file));
    if (files.length > 0) return files.toSorted().map((file) => readFileSync(path.join(logs, session, file), 'utf8')).join('');
  }
  return '';
}
