// Builds what ships: the extension (one eager file and its lazy parts) and the pages.
//   node esbuild.mjs [--production] [--watch] [--metafile]
import { cpSync, mkdirSync, readFileSync, readdirSync, rmSync, statSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { gzipSync } from 'node:zlib';
import * as esbuild from 'esbuild';

const root = path.dirname(fileURLToPath(import.meta.url));

/**
 * What runs in the extension host. `extension` is loaded at start; the others are loaded with `require` when first needed,
 * as separate entries because esbuild splits code only for ES modules and the host loads CommonJS.
 */
export const hostEntries = {
  extension: 'src/extension.ts',
  main: 'src/main.ts',
  openaiChat: 'src/wires/openaiChat/openaiChat.ts',
  openaiResponses: 'src/wires/openaiResponses/openaiResponses.ts',
  ollama: 'src/wires/ollama/ollama.ts',
  anthropicMessages: 'src/wires/anthropicMessages/anthropicMessages.ts',
  editorModel: 'src/wires/editorModel/editorModel.ts',
  signIn: 'src/wires/signIn/exchangeCode.ts',
  demoServer: 'src/node/demoServer.ts',
  books: 'src/node/books.ts',
  yaml: 'src/node/yaml.ts',
  judge: 'src/core/routing/judge.ts',
  learner: 'src/core/learning/learnt.ts',
  foreignReaders: 'src/core/providers/foreignReaders.ts',
  report: 'src/core/report/routingReport.ts',
  editorCommands: 'src/vscode/editor/editorHandlers.ts',
  rareCommands: 'src/vscode/rareCommands.ts',
  gatewayRoom: 'src/vscode/gateway/gatewayRoom.ts',
  gateway: 'src/gateway/gateway.ts',
  outbound: 'src/gateway/operations/outbound.ts',
  context: 'src/vscode/context/openContext.ts',
  edits: 'src/vscode/edits/edits.ts',
  languageModels: 'src/vscode/languageModels/openLanguageModels.ts',
  experiments: 'src/core/experiments/openExperiments.ts',
  orchestrator: 'src/core/orchestrate/openOrchestrator.ts',
};

/** What runs in webviews: one script and one style sheet a page. */
export const pageEntries = {
  chat: 'webview-ui/chat/main.tsx',
  report: 'webview-ui/report/main.tsx',
  experiments: 'webview-ui/experiments/main.tsx',
  compare: 'webview-ui/compare/main.tsx',
};

/**
 * @param {{ production: boolean, outdir: string }} options
 * @returns {{ host: esbuild.BuildOptions, pages: esbuild.BuildOptions }}
 */
export function buildOptions({ production, outdir }) {
  /** @type {esbuild.BuildOptions} */
  const shared = {
    absWorkingDir: root,
    bundle: true,
    minify: production,
    sourcemap: production ? false : 'linked',
    legalComments: 'none',
    metafile: true,
    logLevel: 'warning',
    define: { 'process.env.NODE_ENV': JSON.stringify(production ? 'production' : 'development') },
  };
  return {
    host: {
      ...shared,
      entryPoints: hostEntries,
      outdir,
      platform: 'node',
      format: 'cjs',
      target: 'node24',
      external: ['vscode'],
    },
    pages: {
      ...shared,
      entryPoints: pageEntries,
      outdir: path.join(outdir, 'webview'),
      platform: 'browser',
      format: 'iife',
      target: 'es2022',
      jsx: 'automatic',
      jsxImportSource: 'preact',
      // The icon font is copied beside the page and linked by the host under its own webview address.
      external: ['*.ttf'],
    },
  };
}

/** @param {string} outdir */
function copyIcons(outdir) {
  const from = path.join(root, 'node_modules/@vscode/codicons/dist');
  const to = path.join(outdir, 'webview');
  mkdirSync(to, { recursive: true });
  for (const file of ['codicon.css', 'codicon.ttf']) cpSync(path.join(from, file), path.join(to, file));
}

/** The model snapshot and the weights of the profile are read when first needed, so they stay out of the bundle. @param {string} outdir */
function copyCatalogue(outdir) {
  cpSync(path.join(root, 'src/core/catalog/snapshot.json'), path.join(outdir, 'catalogue.json'));
  cpSync(path.join(root, 'src/core/routing/profile.weights'), path.join(outdir, 'profile.weights'));
}

/**
 * Sizes of what was built, one line a file: name, bytes, bytes after gzip.
 * @param {string} directory
 * @returns {string[]}
 */
function sizes(directory) {
  return readdirSync(directory, { recursive: true, encoding: 'utf8' })
    .filter((file) => statSync(path.join(directory, file)).isFile() && !file.endsWith('.map'))
    .toSorted()
    .map((file) => {
      const bytes = readFileSync(path.join(directory, file));
      const inKilobytes = (/** @type {number} */ n) => `${(n / 1000).toFixed(1)} kB`.padStart(10);
      return `  ${file.padEnd(28)}${inKilobytes(bytes.length)}${inKilobytes(gzipSync(bytes).length)} gzip`;
    });
}

/**
 * Builds everything into `outdir`.
 * @param {{ production?: boolean, metafile?: boolean, outdir?: string, quiet?: boolean }} [options]
 */
export async function build({ production = false, metafile = false, outdir = path.join(root, 'dist'), quiet = false } = {}) {
  rmSync(outdir, { recursive: true, force: true });
  mkdirSync(outdir, { recursive: true });
  const { host, pages } = buildOptions({ production, outdir });
  const results = await Promise.all([esbuild.build(host), esbuild.build(pages)]);
  copyIcons(outdir);
  copyCatalogue(outdir);
  if (metafile) {
    const merged = { inputs: Object.assign({}, ...results.map((r) => r.metafile?.inputs)), outputs: Object.assign({}, ...results.map((r) => r.metafile?.outputs)) };
    mkdirSync(path.join(root, 'out'), { recursive: true });
    writeFileSync(path.join(root, 'out/metafile.json'), JSON.stringify(merged));
    process.stdout.write('Metafile: out/metafile.json\n');
  }
  if (!quiet) process.stdout.write(`${production ? 'Production' : 'Development'} build:\n${sizes(outdir).join('\n')}\n`);
}

async function watch() {
  const outdir = path.join(root, 'dist');
  mkdirSync(outdir, { recursive: true });
  copyIcons(outdir);
  copyCatalogue(outdir);
  const { host, pages } = buildOptions({ production: false, outdir });
  for (const options of [host, pages]) {
    const context = await esbuild.context({ ...options, logLevel: 'info' });
    await context.watch();
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const has = (/** @type {string} */ flag) => process.argv.includes(flag);
  if (has('--watch')) await watch();
  else await build({ production: has('--production'), metafile: has('--metafile') });
}
