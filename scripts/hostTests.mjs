import { spawnSync } from 'node:child_process';
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { downloadAndUnzipVSCode, resolveCliArgsFromVSCodeExecutablePath, runTests } from '@vscode/test-electron';
import { bundleTests, testSources } from './bundleTests.mjs';
import { extensionsVariable, installForTests } from './installedExtension.mjs';
import { root } from './node24.mjs';
import { packageExtension } from './package.mjs';

/**
 * Everything that the end-to-end tests expect to find.
 * @param {{ everything: boolean }} options whether all of them run, so that evidence of earlier failures can go
 * @returns {Promise<NodeJS.ProcessEnv>} environment for the tests
 */
export async function prepareEndToEnd({ everything }) {
  if (everything) rmSync(path.join(root, 'out/e2e'), { recursive: true, force: true });
  return { [extensionsVariable]: await installForTests() };
}

/**
 * Runs the host tests inside a real extension host, on the installed package: in the VS Code from npm, or on a desktop one.
 * @param {{ desktop: boolean, filter: string | undefined }} options
 * @returns {Promise<import('./runTests.mjs').Outcome>}
 */
export async function runHostTests({ desktop, filter }) {
  const { files, filterIsPath } = testSources('host', filter);
  if (files.length === 0) return { passed: 0, failed: 1, failures: ['host: no test files'] };
  const { bundles, directory, remove } = await bundleTests('host', files);
  const temporary = mkdtempSync(path.join(tmpdir(), 'farthing-'));
  const resultFile = path.join(directory, 'result.json');
  try {
    const workspace = path.join(temporary, 'workspace');
    cpSync(path.join(root, 'test/fixtures/sampleWorkspace'), workspace, { recursive: true });
    const editor = desktop ? await desktopEditor(temporary) : await npmEditor();
    const grep = filter === undefined || filterIsPath ? {} : { grep: filter };
    // Within the repository, so that the entry finds mocha the usual way.
    const entry = path.join(directory, 'run.cjs');
    writeFileSync(entry, `exports.run = () => require(${JSON.stringify(path.join(root, 'scripts/mochaInHost.cjs'))}).run(${JSON.stringify({ files: bundles, resultFile, ...grep })});\n`);
    await runTests({
      vscodeExecutablePath: editor.executable,
      // VS Code runs tests only for an extension under development, and ours is to be the installed package.
      extensionDevelopmentPath: path.join(root, 'test/fixtures/testModels'),
      extensionTestsPath: entry,
      launchArgs: [workspace, ...editor.args],
    }).catch((error) => process.stdout.write(`${error instanceof Error ? error.message : error}\n`));
    if (!existsSync(resultFile)) return { passed: 0, failed: 1, failures: ['host: the editor ended before the tests had a result'] };
    /** @type {import('./mochaChild.mjs').MochaResult} */
    const result = JSON.parse(readFileSync(resultFile, 'utf8'));
    return { passed: result.passed, failed: result.failed, failures: result.failures.map((failure) => `host: ${failure.title}`) };
  } finally {
    remove();
    rmSync(temporary, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** @returns {Promise<{ executable: string, args: string[] }>} */
async function npmEditor() {
  return { executable: path.join(root, 'scripts/codeWeb.mjs'), args: [`--extensions-dir=${await installForTests()}`] };
}

/**
 * @param {string} temporary
 * @returns {Promise<{ executable: string, args: string[] }>}
 */
async function desktopEditor(temporary) {
  const vsix = await packageExtension({ quiet: true });
  const executable = process.env['VSCODE_PATH'] ?? (await downloadAndUnzipVSCode());
  const args = [`--extensions-dir=${path.join(temporary, 'extensions')}`, `--user-data-dir=${path.join(temporary, 'user')}`];
  const [cli = executable] = resolveCliArgsFromVSCodeExecutablePath(executable, { reuseMachineInstall: true });
  const install = spawnSync(cli, [...args, '--install-extension', vsix, '--force'], { encoding: 'utf8', shell: process.platform === 'win32' });
  if (install.status !== 0) throw new Error(`VS Code did not install the package:\n${install.stdout}${install.stderr}`);
  return { executable, args };
}
