import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, renameSync, rmSync } from 'node:fs';
import path from 'node:path';
import { chromium } from 'playwright-core';
import { root } from './node24.mjs';

/** Quiet and the same everywhere: no first-run pages, no background traffic, no dependence on a graphics card. */
const browserArguments = [
  ...['--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking'],
  ...['--disable-component-update', '--disable-sync', '--disable-dev-shm-usage', '--font-render-hinting=none'],
  // With it a large script is compiled anew at each start although its compiled form lies in the cache (Chromium 153).
  '--disable-features=BackgroundResourceFetch',
];

const installed = {
  linux: ['google-chrome', 'google-chrome-stable', 'chromium', 'chromium-browser', 'microsoft-edge'],
  darwin: ['/Applications/Google Chrome.app/Contents/MacOS/Google Chrome', '/Applications/Chromium.app/Contents/MacOS/Chromium', '/Applications/Microsoft Edge.app/Contents/MacOS/Microsoft Edge'],
  win32: ['PROGRAMFILES', 'PROGRAMFILES(X86)', 'LOCALAPPDATA'].flatMap((name) =>
    ['Google\\Chrome\\Application\\chrome.exe', 'Microsoft\\Edge\\Application\\msedge.exe'].map((rest) => path.join(process.env[name] ?? '', rest)),
  ),
};

/** @typedef {{ executable: string, environment: Record<string, string>, from: string }} Browser */

/**
 * A Chromium to test with: the one named by FARTHING_BROWSER, an installed Chrome, Chromium or Edge, the one that npm
 * brought (Linux on x64), or the one of Playwright. FARTHING_BROWSER=npm skips what is installed.
 * @returns {Promise<Browser>}
 * @throws {Error} with what to do when there is none
 */
export async function findBrowser() {
  const named = process.env['FARTHING_BROWSER'];
  if (named !== undefined && named !== 'npm') {
    if (!existsSync(named)) throw new Error(`FARTHING_BROWSER names ${named}, which does not exist.`);
    return { executable: named, environment: {}, from: 'FARTHING_BROWSER' };
  }
  const here = named === 'npm' ? undefined : findInstalled();
  if (here !== undefined) return { executable: here, environment: {}, from: 'this machine' };
  if (process.platform === 'linux' && process.arch === 'x64') return unpackNpmBrowser();
  const own = chromium.executablePath();
  if (existsSync(own)) return { executable: own, environment: {}, from: 'Playwright' };
  throw new Error('No browser found. Install Chrome or Chromium, set FARTHING_BROWSER to one, or run "npx playwright-core install chromium".');
}

function findInstalled() {
  const candidates = process.platform === 'linux' || process.platform === 'darwin' || process.platform === 'win32' ? installed[process.platform] : [];
  const directories = (process.env['PATH'] ?? '').split(path.delimiter);
  return candidates.flatMap((one) => (path.isAbsolute(one) ? [one] : directories.map((directory) => path.join(directory, one)))).find((file) => existsSync(file));
}

/**
 * Unpacks the Chromium from npm once per version. The package itself would unpack to a fixed name in the shared temporary
 * directory, where another user's file could lie.
 * @returns {Promise<Browser>}
 */
async function unpackNpmBrowser() {
  const source = path.join(root, 'node_modules/@sparticuz/chromium');
  const { version } = JSON.parse(readFileSync(path.join(source, 'package.json'), 'utf8'));
  const target = path.join(root, '.vscode-test', `chromium-${version}`);
  const executable = path.join(target, 'chromium');
  if (!existsSync(target)) {
    process.stdout.write('Unpacking the browser from npm, once ...\n');
    mkdirSync(path.dirname(target), { recursive: true });
    const workplace = mkdtempSync(`${target}-`);
    const { inflate } = await import('@sparticuz/chromium');
    const before = process.env['TMPDIR'];
    process.env['TMPDIR'] = workplace;
    try {
      for (const pack of ['chromium.br', 'fonts.tar.br', 'swiftshader.tar.br', 'al2023.tar.br']) await inflate(path.join(source, 'bin', pack));
    } finally {
      if (before === undefined) delete process.env['TMPDIR'];
      else process.env['TMPDIR'] = before;
    }
    if (existsSync(target)) rmSync(workplace, { recursive: true });
    else renameSync(workplace, target);
  }
  // Slim machines lack the system libraries of a browser, fonts, or both; the package carries them.
  const libraries = { LD_LIBRARY_PATH: [path.join(target, 'al2023/lib'), process.env['LD_LIBRARY_PATH']].filter(Boolean).join(':') };
  const environment = [{}, libraries].find((tried) => startsUp(executable, tried));
  if (environment === undefined) throw new Error(`The browser from npm does not start here: ${spawnSync(executable, ['--version'], { encoding: 'utf8' }).stderr}`);
  const fonts = hasFonts() ? {} : { FONTCONFIG_PATH: path.join(target, 'fonts') };
  return { executable, environment: { ...environment, ...fonts }, from: 'npm' };
}

/**
 * @param {string} executable
 * @param {Record<string, string>} environment
 */
function startsUp(executable, environment) {
  return spawnSync(executable, ['--version'], { env: { ...process.env, ...environment } }).status === 0;
}

function hasFonts() {
  return ['/usr/share/fonts', '/usr/local/share/fonts', path.join(process.env['HOME'] ?? '/nonexistent', '.fonts')].some(
    (directory) => existsSync(directory) && readdirSync(directory, { recursive: true, encoding: 'utf8' }).some((file) => /\.(ttf|otf|ttc)$/i.test(file)),
  );
}

/**
 * How to launch it with Playwright: `chromium.launch(await launchOptions())`.
 * @returns {Promise<import('playwright-core').LaunchOptions & { env: Record<string, string> }>}
 */
export async function launchOptions() {
  const { executable, environment } = await findBrowser();
  const ours = Object.fromEntries(Object.entries(process.env).flatMap(([name, value]) => (value === undefined ? [] : [[name, value]])));
  return { executablePath: executable, args: browserArguments, env: { ...ours, ...environment } };
}
