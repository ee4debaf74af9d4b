// Starts a real VS Code with Farthing in it. Ctrl-C ends everything it started.
//   npm start [-- --no-open] [--desktop] [--port <number>] [--profile <directory>]
// The profile, .vscode-test/start unless named, is kept, as is the port: chats, ledger, keys and settings are there the next time.
import { spawn, spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { build } from '../esbuild.mjs';
import { freePort, installExtension, portIsFree, startServer, windowUrl } from './codeServer.mjs';
import { root, underNode24 } from './node24.mjs';
import { packageExtension } from './package.mjs';
import { prepareHost } from './prepareHost.mjs';

const flags = process.argv.slice(2);
const home = path.resolve(valueOf('--profile') ?? path.join(root, '.vscode-test/start'));
const workspace = path.join(home, 'bicycle-hire');
const usualPort = 8765;

/** User settings of a first start; from then on they are the user's. */
const firstSettings = { 'farthing.demo.enabled': true, 'workbench.startupEditor': 'none', 'workbench.editor.useModal': 'off', 'workbench.secondarySideBar.defaultVisibility': 'hidden', 'remote.autoForwardPorts': false };

await underNode24(import.meta.url);
await (flags.includes('--desktop') ? startDesktop() : startInBrowser()).catch((error) => {
  process.stderr.write(`${error instanceof Error ? error.message : error}\n`);
  process.exit(1);
});

async function startInBrowser() {
  prepareHost();
  const vsix = await packageExtension();
  const directories = { userData: path.join(home, 'user'), extensions: path.join(home, 'extensions') };
  copySampleWorkspace();
  writeFirstSettings(path.join(directories.userData, 'User'));
  installExtension(vsix, directories);

  // Asked for before anything runs, so that a Ctrl-C while it starts ends it as well.
  const interrupted = new Promise((resolve) => {
    for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) process.once(signal, () => resolve(signal));
    // A SIGTERM to npm ends npm and its shell but does not reach us; that they are gone is all we can see.
    const parent = process.ppid;
    if (process.env['npm_lifecycle_event'] !== undefined) setInterval(() => process.ppid !== parent && resolve('SIGTERM'), 500);
  });
  const starting = startServer({ ...directories, port: await keptPort() });
  const first = await Promise.race([starting, interrupted]);
  if (typeof first !== 'object' || first === null) process.exit(0);
  const server = await starting;
  const url = windowUrl(server.url, workspace);
  process.stdout.write(`\nVS Code with Farthing: ${url}\nDemo mode is on: no key is needed and nothing is spent. Ctrl-C ends it.\n`);
  if (!flags.includes('--no-open')) openInBrowser(url);
  await interrupted;
  process.stdout.write('\nEnding VS Code ...\n');
  await server.stop();
  process.exit(0);
}

async function startDesktop() {
  const code = findDesktop();
  if (code === undefined) throw new Error('No VS Code found. Put "code" on the PATH or set VSCODE_PATH to it, or run "npm start" without --desktop.');
  await build();
  copySampleWorkspace();
  const userData = path.join(home, 'desktop-user');
  writeFirstSettings(path.join(userData, 'User'));
  const args = [`--extensionDevelopmentPath=${root}`, `--user-data-dir=${userData}`, `--extensions-dir=${path.join(home, 'desktop-extensions')}`, '--disable-workspace-trust', '--new-window', '--wait', workspace];
  process.stdout.write(`Starting ${code}; demo mode is on. Close its window or press Ctrl-C to end it.\n`);
  const windows = process.platform === 'win32';
  const editor = spawn(windows ? `"${code}"` : code, windows ? args.map((arg) => `"${arg}"`) : args, { stdio: 'inherit', shell: windows, detached: !windows });
  for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM', 'SIGHUP'])) {
    process.on(signal, () => {
      if (editor.pid !== undefined) process.kill(windows ? editor.pid : -editor.pid, 'SIGTERM');
    });
  }
  process.exitCode = await new Promise((resolve, reject) => {
    editor.once('error', reject);
    editor.once('exit', (status) => resolve(status ?? 0));
  });
}

/** The sample is copied once, so that what is tried out on it stays and never touches the repository. */
function copySampleWorkspace() {
  if (!existsSync(workspace)) cpSync(path.join(root, 'test/fixtures/sampleWorkspace'), workspace, { recursive: true });
}

/** @param {string} directory */
function writeFirstSettings(directory) {
  const file = path.join(directory, 'settings.json');
  if (existsSync(file)) return;
  mkdirSync(directory, { recursive: true });
  writeFileSync(file, `${JSON.stringify(firstSettings, null, 2)}\n`);
}

/**
 * The port of the last time: it is part of the browser's origin, under which VS Code keeps secrets.
 * @returns {Promise<number>}
 */
async function keptPort() {
  const file = path.join(home, 'port');
  const asked = valueOf('--port') === undefined ? undefined : Number(valueOf('--port'));
  const wanted = asked ?? (existsSync(file) ? Number(readFileSync(file, 'utf8')) : usualPort);
  if (!Number.isInteger(wanted) || wanted < 1 || wanted > 65_535) throw new Error('A port is a number from 1 to 65535.');
  const free = await portIsFree(wanted);
  if (!free && asked !== undefined) throw new Error(`Port ${wanted} is taken.`);
  if (!free) process.stdout.write(`Port ${wanted} is taken (is it running already?); keys entered there are not seen from another port.\n`);
  const port = free ? wanted : await freePort();
  if (free) writeFileSync(file, String(port));
  return port;
}

/**
 * @param {string} flag
 * @returns {string | undefined} the word after it
 */
function valueOf(flag) {
  return flags.includes(flag) ? flags[flags.indexOf(flag) + 1] : undefined;
}

/** @param {string} url */
function openInBrowser(url) {
  if (process.env['CI']) return;
  const [command, ...args] = process.platform === 'darwin' ? ['open', url] : process.platform === 'win32' ? ['cmd', '/c', 'start', '""', url.replaceAll('&', '^&')] : ['xdg-open', url];
  if (command === undefined) return;
  // No opener, no display: the address above is enough.
  spawn(command, args, { stdio: 'ignore', detached: true }).once('error', () => undefined).unref();
}

function findDesktop() {
  const named = process.env['VSCODE_PATH'];
  if (named !== undefined) return named;
  const known = {
    darwin: ['/Applications/Visual Studio Code.app/Contents/Resources/app/bin/code'],
    win32: [path.join(process.env['LOCALAPPDATA'] ?? '', 'Programs/Microsoft VS Code/bin/code.cmd'), path.join(process.env['PROGRAMFILES'] ?? '', 'Microsoft VS Code/bin/code.cmd')],
    linux: ['/usr/bin/code', '/usr/share/code/bin/code', '/snap/bin/code'],
  };
  const onPath = spawnSync(process.platform === 'win32' ? 'where' : 'which', ['code'], { encoding: 'utf8' });
  const places = process.platform === 'darwin' || process.platform === 'win32' || process.platform === 'linux' ? known[process.platform] : [];
  return [...(onPath.stdout ?? '').split(/\r?\n/).filter(Boolean), ...places].find((file) => existsSync(file));
}
