// Runs tests and says how many passed.
//   node scripts/runTests.mjs <all | check | suite>... [name filter]
// Suites: types, lint, architecture, unit, contract, host, e2e; desktop is host in a desktop VS Code.
// The filter is part of a test file's path or of a test's full title.
import { spawn } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { bundleTests, testSources } from './bundleTests.mjs';
import { root, underNode24 } from './node24.mjs';

/**
 * @typedef {'types' | 'lint' | 'desktop' | import('./bundleTests.mjs').MochaSuite} Suite
 * @typedef {{ passed: number, failed: number, failures: string[] }} Outcome
 */

/** @type {Suite[]} */
const everySuite = ['types', 'lint', 'architecture', 'unit', 'contract', 'host', 'e2e'];
/** @type {Suite[]} */
const quickSuites = ['types', 'lint', 'architecture', 'unit', 'contract'];

/** @type {Record<string, Suite[]>} */
const requests = { all: everySuite, check: quickSuites, desktop: ['desktop'], ...Object.fromEntries(everySuite.map((suite) => [suite, [suite]])) };

await underNode24(import.meta.url);
await main(process.argv.slice(2));

/** @param {string[]} args */
async function main(args) {
  const words = args.filter((word) => word !== '--');
  const named = words.findIndex((word) => requests[word] === undefined);
  const asked = named === -1 ? words : words.slice(0, named);
  const filter = named === -1 ? undefined : words.slice(named).join(' ');
  const suites = asked.flatMap((word) => requests[word] ?? []);
  if (suites.length === 0) {
    process.stderr.write(`Say what to run: ${Object.keys(requests).join(', ')}\n`);
    process.exit(2);
  }

  /** @type {{ suite: Suite, outcome: Outcome, ms: number }[]} */
  const done = [];
  for (const suite of suites) {
    process.stdout.write(`\n── ${suite} ──\n`);
    const start = performance.now();
    const outcome = await run(suite, filter).catch((error) => ({ passed: 0, failed: 1, failures: [`${suite}: ${error instanceof Error ? error.message : error}`] }));
    done.push({ suite, outcome, ms: performance.now() - start });
  }
  report(done);
}

/**
 * @param {Suite} suite
 * @param {string | undefined} filter
 * @returns {Promise<Outcome>}
 */
async function run(suite, filter) {
  switch (suite) {
    case 'types':
      return asOneTest('types', await tool('typescript/bin/tsc', ['-p', '.', '--noEmit']));
    case 'lint':
      return asOneTest('lint', await tool('oxlint/bin/oxlint', ['--type-aware', '--deny-warnings']));
    case 'host':
    case 'desktop': {
      const { runHostTests } = await import('./hostTests.mjs');
      return runHostTests({ desktop: suite === 'desktop', filter });
    }
    case 'e2e': {
      const { prepareEndToEnd } = await import('./hostTests.mjs');
      return mochaSuite(suite, filter, await prepareEndToEnd({ everything: filter === undefined }));
    }
    default:
      return mochaSuite(suite, filter);
  }
}

/**
 * @param {import('./bundleTests.mjs').MochaSuite} suite
 * @param {string | undefined} filter
 * @param {NodeJS.ProcessEnv} [environment] added for the tests
 * @returns {Promise<Outcome>}
 */
async function mochaSuite(suite, filter, environment = {}) {
  const { files, filterIsPath } = testSources(suite, filter);
  if (files.length === 0) return { passed: 0, failed: 1, failures: [`${suite}: no test files`] };
  const { bundles, directory, remove } = await bundleTests(suite, files);
  const grep = filter === undefined || filterIsPath ? {} : { grep: filter };
  // Most of an end-to-end test is waiting for the editor, and no file shares anything with another.
  const inPairs = suite === 'e2e' && files.length > 1;
  const jobs = (inPairs ? bundles.toSorted((one, other) => statSync(other).size - statSync(one).size).map((bundle) => [bundle]) : [bundles]).map((some, index) => ({
    files: some,
    resultFile: path.join(directory, `result${index}.json`),
    timeoutMs: suite === 'e2e' ? 60_000 : 10_000,
    ...grep,
  }));
  /** @type {Outcome} */
  const outcome = { passed: 0, failed: 0, failures: [] };
  const runNext = async () => {
    for (let job = jobs.shift(); job !== undefined; job = jobs.shift()) {
      const code = await child(['--enable-source-maps', '--disable-warning=ExperimentalWarning', path.join(root, 'scripts/mochaChild.mjs'), JSON.stringify(job)], environment, inPairs);
      const result = readResult(job.resultFile) ?? { passed: 0, failed: 1, failures: [{ title: `the test process of ${job.files.map((file) => path.basename(file)).join(', ')} ended with code ${code} before it had a result` }] };
      outcome.passed += result.passed;
      outcome.failed += result.failed;
      outcome.failures.push(...result.failures.map((failure) => `${suite}: ${failure.title}`));
    }
  };
  await Promise.all(inPairs ? [runNext(), runNext()] : [runNext()]);
  remove();
  return outcome;
}

/**
 * @param {string} file
 * @returns {import('./mochaChild.mjs').MochaResult | undefined}
 */
function readResult(file) {
  try {
    return JSON.parse(readFileSync(file, 'utf8'));
  } catch {
    return undefined;
  }
}

/**
 * @param {string} name
 * @param {number} code exit code of the tool
 * @returns {Outcome}
 */
function asOneTest(name, code) {
  if (code !== 0) return { passed: 0, failed: 1, failures: [name] };
  process.stdout.write('  no complaints\n');
  return { passed: 1, failed: 0, failures: [] };
}

/**
 * @param {string} script inside node_modules
 * @param {string[]} args
 */
function tool(script, args) {
  return child([path.join(root, 'node_modules', script), ...args]);
}

/**
 * @param {string[]} args
 * @param {NodeJS.ProcessEnv} [environment]
 * @param {boolean} [printedAtEnd] so that two that run at once do not print into one another
 * @returns {Promise<number>} exit code
 */
function child(args, environment = {}, printedAtEnd = false) {
  return new Promise((resolve, reject) => {
    const output = printedAtEnd ? 'pipe' : 'inherit';
    const running = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...environment }, stdio: ['ignore', output, output] });
    /** @type {Buffer[]} */
    const printed = [];
    running.stdout?.on('data', (data) => printed.push(data));
    running.stderr?.on('data', (data) => printed.push(data));
    const stop = (/** @type {NodeJS.Signals} */ signal) => running.kill(signal);
    process.on('SIGINT', stop).on('SIGTERM', stop);
    running.once('error', reject);
    const closed = new Promise((done) => running.once('close', done));
    running.once('exit', async (code) => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      // The last lines may still be in the pipe; a process that a test left behind may hold it open.
      if (printedAtEnd) await Promise.race([closed, wait(2000)]);
      process.stdout.write(Buffer.concat(printed));
      resolve(code ?? 1);
    });
  });
}

/** @param {{ suite: Suite, outcome: Outcome, ms: number }[]} done */
function report(done) {
  // A filter may leave a suite empty, but a run without any test has shown nothing.
  if (done.every(({ outcome }) => outcome.passed + outcome.failed === 0)) done.push({ suite: 'unit', outcome: { passed: 0, failed: 1, failures: ['no test has this name'] }, ms: 0 });
  const failures = done.flatMap(({ outcome }) => outcome.failures);
  process.stdout.write('\n');
  for (const { suite, outcome, ms } of done) {
    process.stdout.write(`  ${suite.padEnd(14)}${String(outcome.passed).padStart(5)} passed ${String(outcome.failed).padStart(4)} failed ${(ms / 1000).toFixed(1).padStart(7)} s\n`);
  }
  if (failures.length > 0) process.stdout.write(`\nFailed:\n${failures.map((failure) => `  ${failure}\n`).join('')}`);
  const sum = (/** @type {'passed' | 'failed'} */ what) => done.reduce((total, { outcome }) => total + outcome[what], 0);
  process.stdout.write(`\n${sum('passed')} passed, ${sum('failed')} failed\n`);
  process.exit(sum('failed') === 0 ? 0 : 1);
}
