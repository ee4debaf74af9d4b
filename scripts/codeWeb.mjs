#!/usr/bin/env node
// A "VS Code executable" for @vscode/test-electron where no desktop VS Code can be had: understands the arguments that
// runTests passes, runs the real workbench in a headless browser with the real extension host, and ends with the tests' code.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { chromium } from 'playwright-core';
import { launchOptions } from './browser.mjs';
import { offlineEnvironment, startServer, windowUrl } from './codeServer.mjs';
import { underNode24 } from './node24.mjs';
import { quietSettings } from './quietSettings.mjs';

await underNode24(import.meta.url);

/** Lines of the workbench about itself; the tests' own lines have none of these shapes. */
const workbenchChatter = /^(\[[A-Z][\w :-]*\]|Creation of workbench|Updating additional|Creating a socket|Timed out waiting for auth|Refreshing|Resolving|Extension host|ExtensionHost|Started local|An iframe|Resolved connection token|Client received grace time|Ignoring fetching additional)/;

const limitMs = Number(process.env['FARTHING_HOST_TEST_LIMIT_MS'] ?? 300_000);
const temporary = mkdtempSync(path.join(tmpdir(), 'farthing-host-'));
const args = process.argv.slice(2);
const folder = args.find((arg) => !arg.startsWith('-')) ?? path.join(temporary, 'empty');
mkdirSync(folder, { recursive: true });

const server = await startServer({
  userData: path.join(temporary, 'user'),
  extensions: valueOf('extensions-dir') ?? path.join(temporary, 'extensions'),
  settings: quietSettings,
  environment: offlineEnvironment,
  options: ['--vscode-option', 'enable-smoke-test-driver'],
});
const browser = await chromium.launch(await launchOptions());
let code = 1;
try {
  code = await runInWindow();
} finally {
  await browser.close();
  await server.stop();
  rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
}
process.exit(code);

async function runInWindow() {
  const page = await browser.newPage({ viewport: { width: 1280, height: 800 } });
  const finished = new Promise((resolve) => void page.exposeFunction('codeAutomationExit', resolve));
  await page.exposeFunction('codeAutomationLog', (/** @type {string} */ type, /** @type {unknown[]} */ parts) => {
    const text = formatted(parts);
    if (workbenchChatter.test(text)) return;
    (type === 'error' || type === 'warn' ? process.stderr : process.stdout).write(`${text}\n`);
  });
  const testsPath = valueOf('extensionTestsPath');
  const developmentPath = valueOf('extensionDevelopmentPath');
  if (testsPath === undefined || developmentPath === undefined) throw new Error('codeWeb needs --extensionTestsPath and --extensionDevelopmentPath.');
  await page.goto(
    windowUrl(server.url, folder, [
      ['extensionDevelopmentPath', remote(developmentPath)],
      ['extensionTestsPath', remote(testsPath)],
    ]),
  );
  return new Promise((resolve, reject) => {
    setTimeout(() => reject(new Error(`The tests did not end within ${limitMs / 1000} s.`)), limitMs).unref();
    finished.then((/** @type {unknown} */ exitCode) => resolve(typeof exitCode === 'number' ? exitCode : 1), reject);
  });
}

/** @param {string} name @returns {string | undefined} */
function valueOf(name) {
  return args.findLast((arg) => arg.startsWith(`--${name}=`))?.slice(name.length + 3);
}

/** The workbench knows a file of its server by this address; the authority is always "remote". @param {string} file */
function remote(file) {
  return `vscode-remote://remote${pathToFileURL(path.resolve(file)).pathname}`;
}

/** Applies the %s of a console message and drops its styles. @param {unknown[]} parts */
function formatted([first, ...rest]) {
  if (typeof first !== 'string') return [first, ...rest].map(String).join(' ');
  const text = first.replace(/%[csdo]/g, (sign) => (sign === '%c' ? (rest.shift(), '') : String(rest.shift() ?? '')));
  return [text, ...rest].map(String).join(' ');
}
