// Draws docs/images/calibration.svg: predicted chances of success against what came of them, on the data beside the project.
//   node scripts/calibrationPlot.mjs
// Runs `npm run eval -- route` on each, and prints the table that it draws.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { root } from './node24.mjs';

const data = path.join(root, '../shared/data/routing');
const target = path.join(root, 'docs/images/calibration.svg');

/** @type {{ name: string, colour: string, input: string, models: string }[]} */
const series = [
  { name: 'LiveCodeBench (older), 29 models by name', colour: '#1f6feb', input: 'livecodebench_older.jsonl', models: 'livecodebench_models.json' },
  { name: 'CodeRouterBench (val), 8 models by name and price', colour: '#bc4c00', input: 'coderouterbench_val.jsonl', models: 'coderouterbench_models.json' },
];

const lines = series.filter(({ input }) => existsSync(path.join(data, input))).map((one) => ({ ...one, ...calibrationOf(one) }));
writeFileSync(target, drawn(lines));
for (const { name, pairs, brier, error, table } of lines) {
  process.stdout.write(`${name}: ${pairs} chances, Brier ${brier}, mean error ${error}\n`);
  for (const { n, predicted, came } of table) process.stdout.write(`  ${String(n).padStart(6)}  predicted ${predicted.toFixed(2)}  came ${came.toFixed(2)}\n`);
}

/**
 * @param {{ input: string, models: string }} one
 * @returns {{ pairs: number, brier: number, error: number, table: { n: number, predicted: number, came: number }[] }}
 */
function calibrationOf({ input, models }) {
  const temporary = mkdtempSync(path.join(tmpdir(), 'calibration-'));
  try {
    const { stderr, status } = spawnSync(process.execPath, ['scripts/eval.mjs', 'route', path.join(data, input), '--models', path.join(data, models), '--out', path.join(temporary, 'out.jsonl')], { cwd: root, encoding: 'utf8' });
    if (status !== 0) throw new Error(stderr);
    return JSON.parse(stderr.trim().split('\n').at(-1) ?? '').calibration;
  } finally {
    rmSync(temporary, { recursive: true, force: true });
  }
}

/** @param {typeof lines} all */
function drawn(all) {
  const size = 320;
  const left = 44;
  const top = 12;
  const x = (/** @type {number} */ share) => (left + share * size).toFixed(1);
  const y = (/** @type {number} */ share) => (top + (1 - share) * size).toFixed(1);
  const grid = [0, 0.2, 0.4, 0.6, 0.8, 1];
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${left + size + 16} ${top + size + 40 + 18 * all.length}" font-family="sans-serif" font-size="11" role="img">
<title>Predicted chance of success against the share of successes; on the diagonal they are the same</title>
<rect width="100%" height="100%" fill="#ffffff"/>
${grid.map((share) => `<path d="M${x(share)} ${y(0)}V${y(1)}M${x(0)} ${y(share)}H${x(1)}" stroke="#d8dee4" fill="none"/><text x="${x(share)}" y="${top + size + 14}" text-anchor="middle" fill="#57606a">${share * 100}</text><text x="${left - 6}" y="${Number(y(share)) + 4}" text-anchor="end" fill="#57606a">${share * 100}</text>`).join('\n')}
<path d="M${x(0)} ${y(0)}L${x(1)} ${y(1)}" stroke="#8c959f" stroke-dasharray="4 3" fill="none"/>
<text x="${x(0.5)}" y="${top + size + 28}" text-anchor="middle" fill="#24292f">predicted chance, %</text>
<text transform="translate(12 ${y(0.5)}) rotate(-90)" text-anchor="middle" fill="#24292f">successes, %</text>
${all.map(({ name, colour, table, pairs }, index) => `<path d="M${table.map(({ predicted, came }) => `${x(predicted)} ${y(came)}`).join('L')}" stroke="${colour}" stroke-width="2" fill="none"/>
${table.map(({ n, predicted, came }) => `<circle cx="${x(predicted)}" cy="${y(came)}" r="${(2 + 10 * Math.sqrt(n / pairs)).toFixed(1)}" fill="${colour}" fill-opacity="0.6"/>`).join('\n')}
<rect x="${left}" y="${top + size + 40 + 18 * index}" width="10" height="10" fill="${colour}"/><text x="${left + 16}" y="${top + size + 49 + 18 * index}" fill="#24292f">${name}</text>`).join('\n')}
</svg>
`;
}
