// Runs mocha inside an extension host; the editor calls `run` of the file that hostTests.mjs writes, which calls this.
const { writeFileSync } = require('node:fs');
const Mocha = require('mocha');

/**
 * The host is shared: what another extension fails at when nobody asked it for anything (the editor's own one for git writes
 * to a process that has ended) is told, but is no test of ours that failed.
 * @param {unknown} error
 */
function isOfAnotherExtension(error) {
  const frames = String(error instanceof Error ? error.stack : error).split('\n').filter((line) => line.trimStart().startsWith('at ') && !/\(node:|\bat node:|\((index \d+|<anonymous>)\)$|\bnew Promise\b/.test(line));
  // A write that fails later has no frames but those of Node. None of ours is to a process.
  if (frames.length === 0) return error instanceof Error && 'code' in error && error.code === 'EPIPE';
  return frames.every((line) => /[\\/]lib[\\/]vscode[\\/]extensions[\\/]/.test(line));
}

/** @type {any} mocha has no door for this. */
const runnerPrototype = Mocha.Runner.prototype;
const { _uncaught: uncaught } = runnerPrototype;
runnerPrototype._uncaught = function (/** @type {unknown} */ error) {
  if (isOfAnotherExtension(error)) console.error('another extension failed:', error);
  else uncaught.call(this, error);
};

/**
 * @param {{ files: string[], grep?: string, resultFile: string }} job
 * @returns {Promise<void>} rejects when a test failed, which the editor turns into its exit code
 */
exports.run = ({ files, grep, resultFile }) =>
  new Promise((resolve, reject) => {
    const mocha = new Mocha({ ui: 'bdd', color: false, reporter: 'spec', timeout: 60_000, forbidPending: true });
    if (grep !== undefined) mocha.fgrep(grep);
    for (const file of files) mocha.addFile(file);
    /** @type {import('./mochaChild.mjs').MochaResult} */
    const result = { passed: 0, failed: 0, failures: [] };
    const runner = mocha.run(() => {
      writeFileSync(resultFile, JSON.stringify(result, null, 2));
      if (result.failed > 0) reject(new Error(`${result.failed} tests failed`));
      else resolve();
    });
    runner.on('pass', () => {
      result.passed += 1;
    });
    runner.on('fail', (test, error) => {
      result.failed += 1;
      result.failures.push({ title: test.fullTitle(), message: String(error?.stack ?? error) });
    });
  });
