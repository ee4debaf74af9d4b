// Makes src/core/routing/referenceTraffic.ts: how hard the prompts of an ordinary person are, which the bars of the
// quality settings are set by.
//   node scripts/referenceTraffic.mjs [file.jsonl]...
// Same inputs, same output; to be run again when the profile or its weights change. Reads rows with `prompt`, `selection`
// and `language`: by default training/prompts/*.jsonl and ../shared/data/routing/prompts_labelled.jsonl, if there.
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { root, underNode24 } from './node24.mjs';

await underNode24(import.meta.url);

const target = path.join(root, 'src/core/routing/referenceTraffic.ts');
const steps = 20;

const files = process.argv.length > 2 ? process.argv.slice(2) : defaultFiles();
const chanceOf = await loadChance();
// Questions of exams are there to be learnt from; nobody asks them in an editor.
const rows = files.flatMap((file) => readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line))).filter(({ task }) => task !== 'exam');
const chances = rows.map(chanceOf).toSorted((a, b) => a - b);
const quantiles = Array.from({ length: steps + 1 }, (_, step) => quantile(chances, step / steps).toFixed(3));
writeFileSync(
  target,
  `/**
 * How hard ordinary prompts are: quantiles, at steps of ${100 / steps} %, of the lower bound of the reference model's chance, hardest first.
 * Of ${chances.length} prompts as typed in an editor. Written by scripts/referenceTraffic.mjs.
 */
export const referenceTraffic: readonly number[] = [${quantiles.map(Number).join(', ')}];
`,
);
process.stdout.write(`${path.relative(root, target)}: ${chances.length} prompts, ${quantiles.join(' ')}\n`);

function defaultFiles() {
  const folder = path.join(root, 'training/prompts');
  const own = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.jsonl')).toSorted().map((name) => path.join(folder, name)) : [];
  return [...own, path.join(root, '../shared/data/routing/prompts_labelled.jsonl')].filter((file) => existsSync(file));
}

/** @returns {Promise<(row: any) => number>} The extension's own profile and formula. */
async function loadChance() {
  const temporary = mkdtempSync(path.join(tmpdir(), 'traffic-'));
  try {
    const outfile = path.join(temporary, 'chance.mjs');
    await esbuild.build({ absWorkingDir: root, entryPoints: ['test/support/referenceChances.ts'], bundle: true, format: 'esm', platform: 'node', outfile, logLevel: 'error' });
    return (await import(pathToFileURL(outfile).href)).chanceOf;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** @param {number[]} sorted @param {number} share */
function quantile(sorted, share) {
  const place = share * (sorted.length - 1);
  const below = sorted[Math.floor(place)] ?? 0;
  return below + (place - Math.floor(place)) * ((sorted[Math.ceil(place)] ?? below) - below);
}
