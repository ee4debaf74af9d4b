import { existsSync, readdirSync, rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { isRunning } from './codeServer.mjs';
import { root } from './node24.mjs';

// Loaded under Node 20 as well, before the command goes on under Node 24, so no newer API at the top.

/**
 * @typedef {'architecture' | 'unit' | 'contract' | 'agents' | 'host' | 'e2e'} MochaSuite
 * @typedef {{ folder: string, except?: string, format: 'cjs' | 'esm', external: string[] }} SuiteDefinition
 */

const testBundles = path.join(root, 'out', 'tests');

/** Packages that cannot be bundled, or must be the one copy that the runner uses as well. */
const toolPackages = ['mocha', 'esbuild', 'dependency-cruiser', 'playwright-core', '@axe-core/playwright', '@sparticuz/chromium', '@copilotkit/aimock', '@vscode/*'];

/**
 * Where each suite's tests are and how they are bundled. `vscode` is external only where an editor is around them, so that
 * a module that must run without one fails to bundle as soon as it imports `vscode`.
 * @type {Record<MochaSuite, SuiteDefinition>}
 */
export const mochaSuites = {
  architecture: { folder: 'test/unit/repository', format: 'cjs', external: toolPackages },
  unit: { folder: 'test/unit', except: 'test/unit/repository/', format: 'cjs', external: toolPackages },
  contract: { folder: 'test/contract', format: 'cjs', external: toolPackages },
  agents: { folder: 'test/agents', format: 'cjs', external: toolPackages },
  // Host tests run inside the extension host, which loads CommonJS; the editor provides `vscode`.
  host: { folder: 'test/host', format: 'cjs', external: ['vscode', ...toolPackages] },
  // End-to-end tests drive the editor from outside and use packages as they are installed.
  e2e: { folder: 'test/e2e', format: 'esm', external: toolPackages },
};

/**
 * The test sources of a suite, relative to the repository. A filter that occurs in a path keeps only those files.
 * @param {MochaSuite} suite
 * @param {string} [filter]
 * @returns {{ files: string[], filterIsPath: boolean }}
 */
export function testSources(suite, filter) {
  const { folder, except } = mochaSuites[suite];
  const files = (existsSync(path.join(root, folder)) ? readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }) : [])
    .filter((file) => /\.test\.tsx?$/.test(file))
    .map((file) => `${folder}/${file.replaceAll(path.sep, '/')}`)
    .filter((file) => except === undefined || !file.startsWith(except))
    .toSorted();
  const named = filter === undefined ? [] : files.filter((file) => file.includes(filter));
  return named.length > 0 ? { files: named, filterIsPath: true } : { files, filterIsPath: false };
}

/**
 * Scripts find the repository by their own place, so they are loaded from where they are instead of being bundled.
 * @type {(format: 'cjs' | 'esm') => esbuild.Plugin}
 */
const scriptsStayOutside = (format) => ({
  name: 'scripts-stay-outside',
  setup(build) {
    build.onResolve({ filter: /\/(scripts\/.*|esbuild)\.mjs$/ }, ({ path: name, resolveDir }) => {
      const file = path.resolve(resolveDir, name);
      return existsSync(file) ? { path: format === 'esm' ? pathToFileURL(file).href : file, external: true } : undefined;
    });
  },
});

/**
 * Bundles test sources of a suite into a directory of this process, one file each, so that two runs do not meet.
 * @param {MochaSuite} suite
 * @param {string[]} files relative to the repository
 * @returns {Promise<{ bundles: string[], directory: string, remove: () => void }>} absolute paths, bundles in the order of `files`
 */
export async function bundleTests(suite, files) {
  const { format, external } = mochaSuites[suite];
  removeLeftovers();
  const outdir = path.join(testBundles, `${suite}-${process.pid}`);
  const extension = format === 'esm' ? '.mjs' : '.js';
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: files,
    outbase: 'test',
    outdir,
    outExtension: { '.js': extension },
    bundle: true,
    platform: 'node',
    format,
    target: 'node24',
    sourcemap: 'inline',
    sourcesContent: false,
    jsx: 'automatic',
    jsxImportSource: 'preact',
    external,
    plugins: [scriptsStayOutside(format)],
    logLevel: 'warning',
    // Some bundled packages are CommonJS and call `require` for Node's own modules.
    ...(format === 'esm' ? { banner: { js: "import { createRequire as __createRequire } from 'node:module'; const require = __createRequire(import.meta.url);" } } : {}),
  });
  return {
    bundles: files.map((file) => path.join(outdir, path.relative('test', file).replace(/\.tsx?$/, extension))),
    directory: outdir,
    remove: () => rmSync(outdir, { recursive: true, force: true }),
  };
}

/** Bundles of runs that were killed. */
function removeLeftovers() {
  for (const name of existsSync(testBundles) ? readdirSync(testBundles) : []) {
    const pid = Number(/-(\d+)$/.exec(name)?.[1]);
    if (pid > 0 && !isRunning(pid)) rmSync(path.join(testBundles, name), { recursive: true, force: true });
  }
}
