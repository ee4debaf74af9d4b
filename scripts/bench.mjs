// Measures what Farthing costs and prints one table. Never fails because of a figure; `chaos` does when a promise is broken.
//   npm run bench [-- <part>...]     parts: size, request, gateway, route, ledger, threads, page, chaos, host
//   npm run bench -- threads [--messages 1000000]
//   npm run bench -- chaos [--seconds 60] [--streams 100]
import { fork } from 'node:child_process';
import { availableParallelism, loadavg } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { bundleTests } from './bundleTests.mjs';
import { extensionsVariable, installForTests } from './installedExtension.mjs';
import { root, underNode24 } from './node24.mjs';

/** @typedef {import('../test/bench/figure').Figure} Figure */

await underNode24(import.meta.url);

/** In the order in which they run: the quiet ones first. `host` starts a real VS Code and a browser. */
const parts = ['size', 'request', 'gateway', 'route', 'ledger', 'threads', 'page', 'chaos', 'host'];

const { positionals: asked, values: flags } = parseArgs({ allowPositionals: true, options: { seconds: { type: 'string', default: '60' }, streams: { type: 'string', default: '100' }, messages: { type: 'string', default: '1000000' } } });
const unknown = asked.filter((part) => !parts.includes(part));
if (unknown.length > 0) {
  process.stderr.write(`There is no part ${unknown.join(', ')}. Parts: ${parts.join(', ')}.\n`);
  process.exit(2);
}
if (!Object.values(flags).every((flag) => Number(flag) > 0)) {
  process.stderr.write('--seconds, --streams and --messages take a number above 0.\n');
  process.exit(2);
}
const chosen = parts.filter((part) => asked.length === 0 || asked.includes(part));

process.stdout.write(`Node ${process.versions.node}, ${availableParallelism()} cores, load ${loadText()}\n`);
const needsPackage = chosen.some((part) => part === 'size' || part === 'host');
const environment = { ...process.env, FARTHING_CHAOS_SECONDS: flags.seconds, FARTHING_CHAOS_STREAMS: flags.streams, FARTHING_BENCH_MESSAGES: flags.messages, ...(needsPackage ? { [extensionsVariable]: await installForTests() } : {}) };
// The end-to-end tests' kind of bundle: run from outside the editor, packages as they are installed.
const { bundles, remove } = await bundleTests('e2e', chosen.map((part) => `test/bench/${part}.ts`));
/** @type {{ part: string, figures: readonly Figure[] }[]} */
const measured = [];
let failed = false;
try {
  for (const [index, part] of chosen.entries()) {
    process.stdout.write(`${part} ...\n`);
    const figures = await measure(bundles[index] ?? '', environment);
    if (figures === undefined) failed = true;
    else measured.push({ part, figures });
  }
} finally {
  remove();
}
process.stdout.write(`\n${table(measured)}\n\nLoad at the end ${loadText()}. Figures are of this machine and moment; compare within one run.\n`);
process.exit(failed ? 1 : 0);

/**
 * A process for each part, so that none inherits another's heap or compiled code.
 * @param {string} bundle
 * @param {NodeJS.ProcessEnv} env
 * @returns {Promise<readonly Figure[] | undefined>} undefined when the part could not be measured; it said why
 */
function measure(bundle, env) {
  return new Promise((resolve) => {
    const child = fork(path.join(root, 'scripts/benchChild.mjs'), [bundle], { cwd: root, env, execArgv: ['--enable-source-maps', '--expose-gc'] });
    /** @type {readonly Figure[] | undefined} */
    let figures;
    child.on('message', (/** @type {readonly Figure[]} */ message) => {
      figures = message;
    });
    child.once('exit', () => resolve(figures));
  });
}

function loadText() {
  return loadavg().map((load) => load.toFixed(1)).join(' ');
}

/** @param {{ part: string, figures: readonly Figure[] }[]} results */
function table(results) {
  const rows = results.flatMap(({ part, figures }) => [[part, '', '', ''], ...figures.map(({ name, value, goal, how }) => [`  ${name}`, value, goal ?? '', how])]);
  const all = [['figure', 'value', 'goal', 'how measured'], ...rows];
  const widths = [0, 1, 2].map((column) => Math.max(...all.map((row) => row[column]?.length ?? 0)));
  return all.map((row) => row.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n');
}
