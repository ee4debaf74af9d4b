// Runs bundled test files with mocha in this process and writes the counts to a file.
//   node --enable-source-maps scripts/mochaChild.mjs '{"files":[],"grep":"","resultFile":"","timeoutMs":2000}'
import { writeFileSync } from 'node:fs';
import Mocha from 'mocha';

/** @typedef {{ passed: number, failed: number, failures: { title: string, message: string }[] }} MochaResult */

/** @type {{ files: string[], grep?: string, resultFile: string, timeoutMs: number }} */
const { files, grep, resultFile, timeoutMs } = JSON.parse(process.argv[2] ?? '{}');

/** @type {any} mocha has no door for this. */
const runnable = Mocha.Runnable.prototype;
const { timeout: limited } = runnable;
/** A test may ask for more time than is usual; none gets less. */
runnable.timeout = function timeout(/** @type {number | undefined} */ ms) {
  return ms === undefined ? limited.call(this) : limited.call(this, Math.max(ms, timeoutMs));
};

// Servers that tests have started go at exit, and a signal by itself is none.
for (const signal of /** @type {const} */ (['SIGINT', 'SIGTERM'])) process.once(signal, () => process.exit(1));

const mocha = new Mocha({ ui: 'bdd', reporter: process.env['FARTHING_TEST_REPORTER'] ?? 'spec', timeout: timeoutMs, forbidPending: true });
if (grep !== undefined) mocha.fgrep(grep);
for (const file of files) mocha.addFile(file);
await mocha.loadFilesAsync();

/** @type {MochaResult} */
const result = { passed: 0, failed: 0, failures: [] };
/** @type {{ title: string, error: any }[]} */
const failures = [];
const runner = mocha.run(() => {
  // At the end, because what a page said is known only after the hooks of its test.
  result.failures = failures.map(({ title, error }) => ({ title, message: [String(error?.stack ?? error), ...(error?.pages ?? []).map((/** @type {string} */ text) => `page: ${text}`)].join('\n') }));
  writeFileSync(resultFile, JSON.stringify(result, null, 2));
  // A server or browser that a test left open must not keep the suite from ending.
  process.exit(result.failed === 0 ? 0 : 1);
});
runner.on('pass', () => {
  result.passed += 1;
});
runner.on('fail', (test, error) => {
  result.failed += 1;
  failures.push({ title: test.fullTitle(), error });
});
