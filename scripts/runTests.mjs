// Runs tests and says how many passed.
//   node scripts/runTests.mjs <all | check | suite>... [name filter]
// Suites: types, lint, architecture, unit, contract, agents, host, e2e; desktop is host in a desktop VS Code. Asked for by
// name, agents runs with all terminal agents, otherwise with the two that matter most.
// The filter is part of a test file's path or of a test's full title.
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { stripVTControlCharacters } from 'node:util';
import { bundleTests, testSources } from './bundleTests.mjs';
import { portToKeep } from './codeServer.mjs';
import { root, underNode24 } from './node24.mjs';
import { warmVariable } from './warmBrowser.mjs';

/**
 * @typedef {'types' | 'lint' | 'desktop' | import('./bundleTests.mjs').MochaSuite} Suite
 * @typedef {{ passed: number, failed: number, failures: string[] }} Outcome
 */

/** @type {Suite[]} */
const everySuite = ['types', 'lint', 'architecture', 'unit', 'contract', 'agents', 'host', 'e2e'];
/** @type {Suite[]} */
const quickSuites = ['types', 'lint', 'architecture', 'unit', 'contract'];

/** @type {Record<string, Suite[]>} */
const requests = { all: everySuite, check: quickSuites, desktop: ['desktop'], ...Object.fromEntries(everySuite.map((suite) => [suite, [suite]])) };

/** Each takes one processor, for about as long as those before the end-to-end tests take the other. */
const besideTheHost = /** @type {Suite[]} */ (['unit', 'contract']);

/**
 * Files of end-to-end tests at once: one more than there are processors, of which two files leave a fifth unused. Each
 * takes about a gigabyte of memory.
 */
const filesAtOnce = Math.min(availableParallelism() + 1, 4);

/** How long each file of the end-to-end tests took when it last ran here beside others. */
const secondsFile = path.join(root, '.vscode-test/seconds.json');

/** Whoever ends a run ends all of it, not the suite that just runs. */
let interrupted = false;

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
  const runInOrder = async (/** @type {Suite[]} */ some, /** @type {boolean} */ printedAtEnd) => {
    for (const suite of some) {
      if (interrupted) break;
      if (!printedAtEnd) printName(suite);
      const start = performance.now();
      const outcome = await run(suite, filter, { byName: asked.includes(suite), printedAtEnd }).catch((error) => ({ passed: 0, failed: 1, failures: [`${suite}: ${error instanceof Error ? error.message : error}`] }));
      done.push({ suite, outcome, ms: performance.now() - start });
    }
  };
  const beside = suites.filter((suite) => suites.includes('host') && besideTheHost.includes(suite));
  await Promise.all([runInOrder(suites.filter((suite) => !beside.includes(suite)), false), runInOrder(beside, true)]);
  report(done.toSorted((one, other) => suites.indexOf(one.suite) - suites.indexOf(other.suite)));
}

/** @param {Suite} suite */
function printName(suite) {
  process.stdout.write(`\n── ${suite} ──\n`);
}

/**
 * @param {Suite} suite
 * @param {string | undefined} filter
 * @param {{ byName: boolean, printedAtEnd: boolean }} options
 * @returns {Promise<Outcome>}
 */
async function run(suite, filter, { byName, printedAtEnd }) {
  switch (suite) {
    case 'types':
      return asOneTest('types', await tool('typescript/bin/tsc', ['-p', '.', '--noEmit']));
    case 'lint':
      return asOneTest('lint', await tool('oxlint/bin/oxlint', ['--type-aware', '--deny-warnings']));
    case 'agents': {
      const { prepareAgents } = await import('./prepareAgents.mjs');
      return mochaSuite(suite, filter, { FARTHING_AGENTS: JSON.stringify(prepareAgents({ everything: byName })) });
    }
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
      return mochaSuite(suite, filter, {}, printedAtEnd);
  }
}

/**
 * @param {import('./bundleTests.mjs').MochaSuite} suite
 * @param {string | undefined} filter
 * @param {NodeJS.ProcessEnv} [environment] added for the tests
 * @param {boolean} [printedAtEnd]
 * @returns {Promise<Outcome>}
 */
async function mochaSuite(suite, filter, environment = {}, printedAtEnd = false) {
  const { files, filterIsPath } = testSources(suite, filter);
  if (files.length === 0) return { passed: 0, failed: 1, failures: [`${suite}: no test files`] };
  const { bundles, directory, remove } = await bundleTests(suite, files);
  const grep = filter === undefined || filterIsPath ? {} : { grep: filter };
  const times = suite === 'e2e' ? Number(process.env['FARTHING_TEST_REPEAT'] ?? 1) : 1;
  // Most of an end-to-end test is waiting for the editor, and no file shares anything with another.
  const sideBySide = suite === 'e2e' && files.length * times > 1;
  // The longest first, so that at the end nobody waits for one file: by the last run, and where there was none by its source.
  const seconds = readSeconds();
  const longestFirst = files.map((file, index) => ({ bundle: bundles[index] ?? '', seconds: seconds[nameOf(file)] ?? statSync(path.join(root, file)).size / 300 })).toSorted((one, other) => other.seconds - one.seconds);
  const once = sideBySide ? longestFirst.map(({ bundle }) => [bundle]) : [bundles];
  const jobs = Array.from({ length: times }, () => once).flat().map((some, index) => ({
    files: some,
    resultFile: path.join(directory, `result${index}.json`),
    // To find what never ends. With ten times the work that a machine can do, a test of 0.6 s took 9.5 s, and one of 5 s took 50 s.
    timeoutMs: suite === 'agents' || suite === 'e2e' ? 120_000 : 60_000,
    ...grep,
  }));
  /** @type {Outcome} */
  const outcome = { passed: 0, failed: 0, failures: [] };
  /** @type {{ name: string, ms: number }[]} */
  const took = [];
  const runNext = async (/** @type {NodeJS.ProcessEnv} */ own) => {
    for (let job = jobs.shift(); job !== undefined && !interrupted; job = jobs.shift()) {
      const start = performance.now();
      const end = await child(['--enable-source-maps', '--disable-warning=ExperimentalWarning', path.join(root, 'scripts/mochaChild.mjs'), JSON.stringify(job)], { ...environment, ...own }, sideBySide || printedAtEnd, printedAtEnd ? suite : undefined);
      const names = job.files.map(nameOf).join(', ');
      took.push({ name: names, ms: performance.now() - start });
      const result = readResult(job.resultFile) ?? { passed: 0, failed: 1, failures: [{ title: `the test process of ${names} ended with ${end} before it had a result`, message: undefined }] };
      outcome.passed += result.passed;
      outcome.failed += result.failed;
      outcome.failures.push(...result.failures.map(({ title, message }) => `${suite}: ${title}${beginningOf(message)}`));
    }
  };
  if (suite === 'e2e') await inTurns(sideBySide ? filesAtOnce : 1, runNext);
  else await runNext({});
  if (sideBySide && filter === undefined) writeFileSync(secondsFile, JSON.stringify({ ...seconds, ...Object.fromEntries(took.map(({ name, ms }) => [name, ms / 1000])) }));
  if (sideBySide) process.stdout.write(`\n  Seconds of each file, ${filesAtOnce} at once: ${took.toSorted((one, other) => other.ms - one.ms).map(({ name, ms }) => `${name} ${(ms / 1000).toFixed(0)}`).join(', ')}\n`);
  remove();
  return outcome;
}

/**
 * Some at once, each with a port and a directory of its own for what a browser keeps from one file to the next.
 * @param {number} count
 * @param {(own: NodeJS.ProcessEnv) => Promise<void>} work
 */
async function inTurns(count, work) {
  const temporary = mkdtempSync(path.join(tmpdir(), 'farthing-warm-'));
  // What the tests and the servers that they start load is compiled by the first of them.
  const compiledOnce = { NODE_COMPILE_CACHE: path.join(temporary, 'compiled') };
  try {
    await Promise.all(Array.from({ length: count }, async (_, index) => work({ ...compiledOnce, [warmVariable]: JSON.stringify({ port: await portToKeep(), directory: path.join(temporary, String(index)) }) })));
  } finally {
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @returns {Record<string, number>} */
function readSeconds() {
  try {
    return JSON.parse(readFileSync(secondsFile, 'utf8'));
  } catch {
    return {};
  }
}

/** @param {string} file */
function nameOf(file) {
  return path.basename(file).replace(/\.test\.\w+$/, '');
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
 * What is printed of a failure at the end as well: of a long run often only the end is kept.
 * @param {string} [message] with its stack
 */
function beginningOf(message = '') {
  const lines = stripVTControlCharacters(message).split('\n').filter((line) => line.trim() !== '');
  const said = lines.filter((line) => line.startsWith('page: '));
  return [...lines.filter((line) => !said.includes(line)).slice(0, 12), ...said].map((line) => `\n      ${line.trim().slice(0, 400)}`).join('');
}

/**
 * @param {string} name
 * @param {number | string} end of the tool, as `child` tells it
 * @returns {Outcome}
 */
function asOneTest(name, end) {
  if (end !== 0) return { passed: 0, failed: 1, failures: [name] };
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
 * @param {boolean} [printedAtEnd] so that those that run at once do not print into one another
 * @param {Suite} [suite] whose name is printed above it then
 * @returns {Promise<number | string>} exit code, or the signal that ended it
 */
function child(args, environment = {}, printedAtEnd = false, suite) {
  return new Promise((resolve, reject) => {
    const output = printedAtEnd ? 'pipe' : 'inherit';
    const running = spawn(process.execPath, args, { cwd: root, env: { ...process.env, ...environment }, stdio: ['ignore', output, output] });
    /** @type {Buffer[]} */
    const printed = [];
    running.stdout?.on('data', (data) => printed.push(data));
    running.stderr?.on('data', (data) => printed.push(data));
    const stop = (/** @type {NodeJS.Signals} */ signal) => {
      interrupted = true;
      running.kill(signal);
    };
    process.on('SIGINT', stop).on('SIGTERM', stop);
    running.once('error', reject);
    const closed = new Promise((done) => running.once('close', done));
    running.once('exit', async (code, signal) => {
      process.off('SIGINT', stop).off('SIGTERM', stop);
      // The last lines may still be in the pipe; a process that a test left behind may hold it open.
      if (printedAtEnd) await Promise.race([closed, wait(2000)]);
      if (suite !== undefined) printName(suite);
      process.stdout.write(Buffer.concat(printed));
      resolve(code ?? signal ?? 'nothing');
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
