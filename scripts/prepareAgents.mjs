// Installs the terminal agents that the tests of the gateway start, as their makers publish them, into .vscode-test/agents.
// Idempotent; about 340 MB to fetch the first time, 500 MB with all. Install scripts stay off: none of them is needed.
//   node scripts/prepareAgents.mjs [all]
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { isRunning } from './codeServer.mjs';
import { root } from './node24.mjs';

const directory = path.join(root, '.vscode-test/agents');

/**
 * @typedef {'claude-code' | 'codex' | 'opencode' | 'gemini-cli' | 'qwen-code'} AgentId as in src/vscode/terminalAgents
 * @typedef {{ package: string, version: string, integrity: string, program: string }} Build
 *   `program` below the package; `*` stands for any one directory. A `.js` is run with Node.
 */

const here = `${process.platform}-${process.arch}`;

/**
 * What is installed on this platform, pinned by hash. The first two come with `npm test`; the others by name.
 * @type {Readonly<Record<AgentId, () => Build | undefined>>}
 */
const builds = {
  'claude-code': () => {
    const integrity = {
      'linux-x64': 'sha512-9Gn+V7DtJ8M1nztP9CeDVl9g3RtrepI7rOFTyPRRnZe8D6zebIHKmC7OvBauucuAP0X0k85SDN/LPVZyjsGezQ==',
      'linux-arm64': 'sha512-V4yanAY5EA5UpwwRPtjSfqDbNqAlUJeVn3NYZw2AgmRHjdpSsLtHAzbxRXfkAnbjwTXzE0uedjQxUY02ARPcsA==',
      'darwin-x64': 'sha512-XenTNj2zXaFrnLmf47n25vChfFhlfeyaAR/vW5SFsEnLGwd2U1vDUY97+5etHBZu3xWBnlK8HhBVxzRi9YTUDw==',
      'darwin-arm64': 'sha512-rgzAjrRJJsIdZXGF9CCFFbURxKuJNobRr+krV3dNmqNJWIws74rLD0CABe4+nXlx/9WwRECTrveprWB96mubqw==',
      'win32-x64': 'sha512-P3aamhGb7lZUsgj6kQzdZAKh3fNFoXvawxZFuUz+pC5HVLwEtX5eWgO6kpxzT9+qfHaPhoepZ9KU8K1sz3b2yw==',
    }[here];
    return integrity === undefined ? undefined : { package: `@anthropic-ai/claude-code-${here}`, version: '2.1.330', integrity, program: process.platform === 'win32' ? 'claude.exe' : 'claude' };
  },
  codex: () => {
    const integrity = {
      'linux-x64': 'sha512-o05NyAOCDygSPRo1yinzxvkRSdmsZyBD9E7mbpmjRanSfM8lypqWtQgEo4XfNkwhuCR2aFu8mlGOsQGFXVbVww==',
      'linux-arm64': 'sha512-NZ/DaQUpcQmxmqee7Z9uC1rzw3GhSbooawcaTe1LN5Yk+WlinUKGdTXJgClRT/9ogQEEM9TWxYzvxPfj5G/xFg==',
      'darwin-x64': 'sha512-K1FKSsSLl9v3z5TeagBQXyQRDBIGB5Jncy5dxsRxwT3aaTqN3AI8VrCfoxBxKMOOU9O2QX1vg7WkBwNVth/s9A==',
      'darwin-arm64': 'sha512-5WsWFBbVP78D+6FvNo1MMVxLPZdmcoQlqVJFrF4qx/TmvneLnMQKtLyXkUo54XOTDfoYKpNouTJ/F7gTVA8FnQ==',
      'win32-x64': 'sha512-nC+McFU8xRNL9tk3IhxcKdhcyOElwF/HhPO+gzSQCY7yjh3XdzSajX+MYWcHUVHWRHajfwn3/WgJYJK2wS+XWg==',
    }[here];
    return integrity === undefined ? undefined : { package: '@openai/codex', version: `0.169.0-${here}`, integrity, program: `vendor/*/bin/codex${process.platform === 'win32' ? '.exe' : ''}` };
  },
  // Its makers publish it for other platforms under other names; here it is for those who run all of the suite.
  opencode: () => (here === 'linux-x64' ? { package: 'opencode-linux-x64-baseline', version: '1.18.33', integrity: 'sha512-1KQGBiiDDeL/VHHbHkOvvFo8Jr97WT5+C1tear+p7IcDTnXgVHXqIjU4O4jM4mHQzykTP2i884FCnW5LDa+zCA==', program: 'bin/opencode' } : undefined),
  'gemini-cli': () => ({ package: '@google/gemini-cli', version: '0.61.0', integrity: 'sha512-dbQ9A0qBtFJNi6XBkHvfZ6Azpn6PNgH/P8h2MZ67RLlX8hSAVjup39CRWqdRxZv7YXIuhrFaytr8y0jKnkoxnQ==', program: 'bundle/gemini.js' }),
  'qwen-code': () => ({ package: '@qwen-code/qwen-code', version: '0.24.4', integrity: 'sha512-pmexy/Nj+BKd3Un1ogqGQE8V4GJn5B6N9PQOrU1GH+lMR29kn6Bgf6YdbZa8hNIoTmAKT1LTPK+P8TibZRPPVg==', program: 'cli.js' }),
};

/** @type {readonly AgentId[]} */
const needed = ['claude-code', 'codex'];

/** A registry that takes longer than this for one agent is as good as none. */
const patienceMs = 600_000;

/**
 * Installs what is missing. Each agent has a directory of its own, so that one more does not fetch the others again.
 * @param {{ everything: boolean }} which
 * @returns {Partial<Record<AgentId, string>>} the program of each, absolute
 * @throws {Error} in a sentence, when one of the needed ones is not published for this platform, or npm cannot fetch it
 */
export function prepareAgents({ everything }) {
  const ids = /** @type {AgentId[]} */ (Object.keys(builds)).filter((id) => everything || needed.includes(id));
  /** @type {Partial<Record<AgentId, string>>} */
  const programs = {};
  for (const id of ids) {
    const build = builds[id]();
    if (build) programs[id] = installed(id, build);
    else if (needed.includes(id)) throw new Error(`${id} is not published for ${here}; the tests with terminal agents need Linux or macOS, or Windows on x64.`);
    else process.stdout.write(`${id} is not published for ${here} under a name we know; the tests go without it.\n`);
  }
  return programs;
}

/**
 * @param {AgentId} id
 * @param {Build} build
 */
function installed(id, build) {
  const wanted = `${build.package}@${build.version} ${build.integrity}\n`;
  const place = path.join(directory, id);
  const stamp = path.join(place, 'installed');
  const isReady = () => existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted;
  if (!isReady()) {
    process.stdout.write(`Fetching ${build.package}@${build.version}, once ...\n`);
    removeLeftovers();
    // Prepared beside and renamed, so that an interrupted or a second run never leaves half of it.
    const workplace = `${place}.${process.pid}`;
    rmSync(workplace, { recursive: true, force: true });
    mkdirSync(workplace, { recursive: true });
    try {
      install(workplace, build);
      writeFileSync(path.join(workplace, 'installed'), wanted);
      // A run beside this one may have been faster; its tests have begun on what it fetched.
      if (!isReady()) {
        rmSync(place, { recursive: true, force: true });
        renameSync(workplace, place);
      }
    } catch (error) {
      throw new Error(
        `${build.package}@${build.version} could not be fetched. The tests with terminal agents start it; they need npm's registry and about 1 GB of space, once: what was fetched stays in ${path.relative(root, directory)}.\n${error instanceof Error ? error.message : String(error)}`,
        { cause: error },
      );
    } finally {
      rmSync(workplace, { recursive: true, force: true });
    }
  }
  return find(path.join(place, 'node_modules', build.package), build.program.split('/'));
}

/** What runs that were killed had begun to fetch. */
function removeLeftovers() {
  for (const name of existsSync(directory) ? readdirSync(directory) : []) {
    const pid = Number(/\.(\d+)$/.exec(name)?.[1]);
    if (pid > 0 && !isRunning(pid)) rmSync(path.join(directory, name), { recursive: true, force: true });
  }
}

/**
 * @param {string} workplace
 * @param {Build} build
 */
function install(workplace, build) {
  const manifest = { name: 'agents', version: '1.0.0', private: true, dependencies: { [build.package]: build.version } };
  writeFileSync(path.join(workplace, 'package.json'), JSON.stringify(manifest));
  // A lock file, so that npm compares the hash.
  const packages = { '': manifest, [`node_modules/${build.package}`]: { version: build.version, integrity: build.integrity } };
  writeFileSync(path.join(workplace, 'package-lock.json'), JSON.stringify({ name: manifest.name, version: manifest.version, lockfileVersion: 3, requires: true, packages }));
  const windows = process.platform === 'win32';
  const args = ['install', '--ignore-scripts', '--omit=dev', '--omit=optional', '--no-audit', '--no-fund', '--loglevel=error'];
  // npm hands its own options down as environment; a global or dry run of the caller must not become one here.
  const environment = Object.fromEntries(Object.entries(process.env).filter(([name]) => !/^npm_config_(global|dry_run|prefix|local_prefix)$/i.test(name)));
  const npm = spawnSync(windows ? 'npm.cmd' : 'npm', args, { cwd: workplace, env: environment, encoding: 'utf8', shell: windows, timeout: patienceMs });
  if (npm.signal !== null) throw new Error(`npm was ended${npm.error === undefined ? '' : ` after ${patienceMs / 60_000} minutes`}.`);
  if (npm.status !== 0) throw new Error(`npm says:\n${(npm.stderr || npm.stdout || npm.error?.message || '').trim()}`);
}

/**
 * @param {string} at
 * @param {string[]} names
 * @returns {string}
 */
function find(at, [name = '', ...rest]) {
  const step = name === '*' ? readdirSync(at)[0] : name;
  const next = path.join(at, step ?? '');
  if (!existsSync(next)) throw new Error(`${next} is not in the package.`);
  return rest.length === 0 ? next : find(next, rest);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  try {
    process.stdout.write(`${JSON.stringify(prepareAgents({ everything: process.argv[2] === 'all' }), undefined, 2)}\n`);
  } catch (error) {
    process.stderr.write(`${error instanceof Error ? error.message : String(error)}\n`);
    process.exitCode = 1;
  }
}
