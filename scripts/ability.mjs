// What scripts/catalogue.mjs adds to the measured abilities: what models are good at by kind of task and how much they
// write (from single tasks with known outcomes), and what price, age and effort let one expect of a model that nobody
// measured. Deterministic. `node scripts/ability.mjs [folder of the data]` prints how good both are.
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from './node24.mjs';

/** Month of release by card. From models.dev (MIT), 2026-08, and the vendors' announcements. */
const releases = JSON.parse(readFileSync(path.join(root, 'scripts/releaseDates.json'), 'utf8'));

/** Our kinds by the dimensions of CodeRouterBench. */
const kinds = {
  code_generation: 'generation',
  algorithm: 'algorithm',
  bug_fixing: 'fixing',
  code_completion: 'completion',
  code_refactoring: 'refactoring',
  code_understanding: 'understanding',
  data_science: 'dataScience',
  multi_language: 'languages',
  test_generation: 'tests',
};

/**
 * Which card and effort each model of CodeRouterBench was asked at: those that answered a small task with hundreds of
 * tokens within seconds did not reason, those that took thousands did.
 */
const measuredRows = {
  'claude-opus-4-6': ['claude-opus-4.6', 'none'],
  'claude-sonnet-4-6': ['claude-sonnet-4.6', 'none'],
  'gpt-5.4': ['gpt-5.4', 'none'],
  'glm-5': ['glm-5', 'high'],
  'kimi-k2.5': ['kimi-k2.5', 'none'],
  'MiniMax-M2.7': ['minimax-m2.7', 'high'],
  'Qwen3-Max': ['qwen3-max', 'none'],
  'qwen3.5-plus': ['qwen3.5-plus-02-15', 'none'],
};

/** What the slope of code is in src/core/routing/capable.ts. */
const codeSlope = 1.95;
/**
 * By how much not knowing the task flattens the effect of ability on that benchmark, √(1 + π·sd²/8): from 3 on the
 * catalogue's abilities explain as much of its results as they can.
 */
export const unknownTaskFlatness = 3;

/**
 * @typedef {{ shift: number, sd: number }} Specialty
 * @typedef {{ model: string, effort: string, z: number | undefined, verbosity: number, specialties: Record<string, Specialty> }} MeasuredRow
 */

/**
 * Log odds of each model at each kind = how hard the kind is + ability / flatness + specialty. The specialty is shrunk by
 * the noise of its sample against how much specialties differ (empirical Bayes); its deviation also holds how much it
 * differs between the sources of one kind, because the next task comes from another source again.
 * @param {any[]} tasks rows of CodeRouterBench's training split
 * @param {any} abilities capabilities.json
 * @returns {{ rows: MeasuredRow[], difficulties: Record<string, number>, tokens: Record<string, number>, spread: { specialty: number, source: number } }}
 */
export function measureKinds(tasks, abilities) {
  const models = Object.keys(measuredRows);
  const ability = (/** @type {string} */ model) => {
    const [card, effort] = measuredRows[/** @type {keyof typeof measuredRows} */ (model)] ?? [];
    return abilities.rows.find((/** @type {any} */ row) => row.model === card && row.effort === effort)?.domains.code.z;
  };
  const byKind = Map.groupBy(tasks, ({ dimension }) => kinds[/** @type {keyof typeof kinds} */ (dimension)]);
  const cells = [...byKind].map(([kind, rows]) => ({ kind, results: models.map((model) => logOdds(rows.flatMap(({ score }) => score[model] ?? []))) }));
  // The difficulty of a kind is told by the models of known ability.
  const known = models.map((model) => (ability(model) === undefined ? undefined : (codeSlope * ability(model)) / unknownTaskFlatness));
  const levels = cells.map(({ results }) => mean(results.flatMap(({ logit }, index) => (known[index] === undefined ? [] : logit - (known[index] ?? 0)))));
  const levelOf = models.map((_, index) => known[index] ?? mean(cells.map(({ results }, cell) => (results[index]?.logit ?? 0) - (levels[cell] ?? 0))));
  const residual = (/** @type {number} */ cell, /** @type {number} */ index) => (cells[cell]?.results[index]?.logit ?? 0) - (levels[cell] ?? 0) - (levelOf[index] ?? 0);
  const all = cells.flatMap(({ results }, cell) => results.map(({ variance }, index) => ({ square: residual(cell, index) ** 2, variance })));
  const differ = Math.max(0.01, mean(all.map(({ square }) => square)) - mean(all.map(({ variance }) => variance)));
  const source = betweenSources(byKind, models);
  const rows = models.map((model, index) => {
    const [card = '', effort = ''] = measuredRows[/** @type {keyof typeof measuredRows} */ (model)] ?? [];
    const specialties = Object.fromEntries(
      cells.map(({ kind, results }, cell) => {
        const { variance = 0 } = results[index] ?? {};
        const share = differ / (differ + variance);
        return [kind, { shift: share * residual(cell, index), sd: Math.sqrt(share * variance + source) }];
      }),
    );
    const z = known[index] === undefined ? ((levelOf[index] ?? 0) * unknownTaskFlatness) / codeSlope : undefined;
    return { model: card, effort, z, verbosity: verbosityOf(byKind, models, model), specialties };
  });
  const difficulties = Object.fromEntries(cells.map(({ kind }, cell) => [kind, -(levels[cell] ?? 0) * unknownTaskFlatness]));
  const tokens = Object.fromEntries([...byKind].map(([kind, list]) => [kind, Math.exp(plainLogTokens(list, models))]));
  return { rows, difficulties, tokens, spread: { specialty: Math.sqrt(differ), source: Math.sqrt(source) } };
}

/**
 * Variance of the specialties between sources of the same kind, beyond their noise: from the differences of each source
 * to its kind. Sources that nobody or everybody solves say nothing, and small ones little.
 * @param {Map<string, any[]>} byKind @param {string[]} models
 */
function betweenSources(byKind, models) {
  let sum = 0;
  let weight = 0;
  for (const rows of byKind.values()) {
    const sources = [...Map.groupBy(rows, ({ source }) => source).values()].filter((list) => list.length >= 40);
    const results = sources.map((list) => models.map((model) => logOdds(list.flatMap(({ score }) => score[model] ?? []))));
    const telling = results.filter((list) => list.every(({ p }) => p > 0.05 && p < 0.95));
    if (telling.length < 2) continue;
    const centred = telling.map((list) => list.map(({ logit }) => logit - mean(list.map((one) => one.logit))));
    for (let index = 0; index < models.length; index++) {
      const own = centred.map((list) => list[index] ?? 0);
      const noise = mean(telling.map((list) => list[index]?.variance ?? 0));
      sum += own.reduce((total, one) => total + (one - mean(own)) ** 2, 0) - (own.length - 1) * noise;
      weight += own.length - 1;
    }
  }
  return Math.max(0, sum / Math.max(1, weight));
}

/**
 * Output tokens relative to the models that did not reason, over all kinds alike.
 * @param {Map<string, any[]>} byKind @param {string[]} models @param {string} model
 */
function verbosityOf(byKind, models, model) {
  return Math.exp(mean([...byKind.values()].map((rows) => logTokens(rows, model) - plainLogTokens(rows, models))));
}

/** @param {any[]} rows @param {string} model */
function logTokens(rows, model) {
  return Math.log(mean(rows.flatMap(({ out_tok: tokens }) => tokens[model] ?? [])));
}

/** Of the models that did not reason. @param {any[]} rows @param {string[]} models */
function plainLogTokens(rows, models) {
  const plain = models.filter((one) => measuredRows[/** @type {keyof typeof measuredRows} */ (one)]?.[1] === 'none' && one !== 'qwen3.5-plus');
  return mean(plain.map((one) => logTokens(rows, one)));
}

/** Log odds of a mean score with half a success and half a failure added, its variance, and the mean. @param {number[]} scores */
function logOdds(scores) {
  const n = scores.length;
  const p = (scores.reduce((sum, one) => sum + one, 0) + 0.5) / (n + 1);
  const spread = mean(scores.map((one) => (one - p) ** 2));
  return { p, logit: Math.log(p / (1 - p)), variance: spread / n / (p * (1 - p)) ** 2 };
}

const efforts = ['none', 'low', 'medium', 'high', 'xhigh'];
/** Years are counted from here, so that the constant is that of a model of mid 2025. */
const origin = 2025.5;

/**
 * Ability by domain from the logarithm of the price (USD per 1M tokens, three parts input to one of output), the date of
 * release and the effort: a linear fit over models of which most was observed, each model with the same weight.
 * @param {any} compact catalogue.compact.json @param {any} abilities capabilities.json @param {string[]} domains
 */
export function fitEstimate(compact, abilities, domains) {
  const rows = estimateRows(compact, abilities, domains);
  const families = [...new Set(rows.map(({ family }) => family))].toSorted();
  const weights = rows.map(({ model }) => 1 / rows.filter((row) => row.model === model).length);
  const byDomain = domains.map((_, domain) => {
    const values = rows.map(({ z }) => z[domain] ?? 0);
    const fit = leastSquares(rows.map(({ x }) => x), values, weights);
    // One family left out at a time: models of one family are alike.
    const errors = families.flatMap((family) => {
      const others = rows.flatMap((row, index) => (row.family === family ? [] : index));
      const without = leastSquares(others.map((index) => rows[index]?.x ?? []), others.map((index) => values[index] ?? 0), others.map((index) => weights[index] ?? 0));
      return rows.flatMap((row, index) => (row.family === family ? [{ error: (values[index] ?? 0) - dot(without, row.x), weight: weights[index] ?? 0 }] : []));
    });
    const total = weights.reduce((sum, one) => sum + one, 0);
    const average = values.reduce((sum, value, index) => sum + value * (weights[index] ?? 0), 0) / total;
    const left = errors.reduce((sum, { error, weight }) => sum + weight * error * error, 0) / total;
    const all = values.reduce((sum, value, index) => sum + (weights[index] ?? 0) * (value - average) ** 2, 0) / total;
    return { fit, rmse: Math.sqrt(left), r2: 1 - left / all, later: laterErrors(rows, values, weights) };
  });
  const dates = rows.map(({ x }) => x[1] ?? 0);
  const prices = rows.map(({ x }) => x[2] ?? 0);
  return { origin, date: { mean: mean(dates), sd: deviation(dates) }, price: { mean: mean(prices), sd: deviation(prices) }, byDomain, models: new Set(rows.map(({ model }) => model)).size, families: families.length };
}

/**
 * Errors on the newest models, from 2026 on, of a fit that knows only older ones.
 * @param {{ x: number[] }[]} rows @param {number[]} values @param {number[]} weights
 */
function laterErrors(rows, values, weights) {
  const isOld = (/** @type {number} */ index) => (rows[index]?.x[1] ?? 0) < 2026 - origin;
  const older = rows.flatMap((_, index) => (isOld(index) ? [index] : []));
  const fit = leastSquares(older.map((index) => rows[index]?.x ?? []), older.map((index) => values[index] ?? 0), older.map((index) => weights[index] ?? 0));
  const newer = rows.flatMap((row, index) => (isOld(index) ? [] : [{ error: (values[index] ?? 0) - dot(fit, row.x), weight: weights[index] ?? 0 }]));
  const total = newer.reduce((sum, { weight }) => sum + weight, 0);
  return { bias: newer.reduce((sum, { error, weight }) => sum + weight * error, 0) / total, rmse: Math.sqrt(newer.reduce((sum, { error, weight }) => sum + weight * error * error, 0) / total) };
}

/**
 * @param {any} compact @param {any} abilities @param {string[]} domains
 * @returns {{ model: string, family: string, x: number[], z: number[] }[]}
 */
function estimateRows(compact, abilities, domains) {
  const prices = new Map(compact.models.map((/** @type {any} */ model) => [model.id, medianLogPrice(model.offers)]));
  return abilities.rows.flatMap((/** @type {any} */ row) => {
    const date = yearOf(releases[row.model]);
    const price = prices.get(row.model);
    if (!row.basis.startsWith('observed') || date === undefined || price === undefined) return [];
    const effort = efforts.indexOf(row.effort);
    return [{ model: row.model, family: /^[a-z]+/.exec(row.model)?.[0] ?? row.model, x: [1, date - origin, price, Number(effort === 1), Number(effort === 2), Number(effort >= 3)], z: domains.map((domain) => row.domains[domain].z) }];
  });
}

/** @param {any[]} offers */
function medianLogPrice(offers) {
  /** @type {number[]} */
  const known = offers.filter(([, , input, output]) => input > 0 && output > 0).map(([, , input, output]) => Math.log(0.75 * input + 0.25 * output)).toSorted((a, b) => a - b);
  return known.length === 0 ? undefined : mean([Math.floor((known.length - 1) / 2), Math.ceil((known.length - 1) / 2)].map((place) => known[place] ?? 0));
}

/** Month of release of a card: known, or said by its id (`-20260420`, `-2026-02-15`, `-2508`). @param {string} id */
export function releaseOf(id) {
  const said = /-(20[2-3]\d)-?(0[1-9]|1[0-2])(?:-?\d\d)?$/.exec(id) ?? /-(2[3-9])(0[1-9]|1[0-2])$/.exec(id);
  return releases[id] ?? (said ? `${said[1]?.length === 2 ? '20' : ''}${said[1]}-${said[2]}` : undefined);
}

/** The middle of a month as a year. @param {string | undefined} month */
function yearOf(month) {
  return month === undefined ? undefined : Number(month.slice(0, 4)) + (Number(month.slice(5, 7)) - 0.5) / 12;
}

/** Weighted, by the normal equations with a trace of ridge. @param {number[][]} x @param {number[]} y @param {number[]} weights */
function leastSquares(x, y, weights) {
  const size = x[0]?.length ?? 0;
  const matrix = Array.from({ length: size }, (_, row) => Array.from({ length: size + 1 }, (_, column) => x.reduce((sum, one, index) => sum + (weights[index] ?? 0) * (one[row] ?? 0) * (column === size ? (y[index] ?? 0) : (one[column] ?? 0)), row === column ? 1e-6 : 0)));
  for (let pivot = 0; pivot < size; pivot++) {
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue;
      const factor = (matrix[row]?.[pivot] ?? 0) / (matrix[pivot]?.[pivot] ?? 1);
      matrix[row] = (matrix[row] ?? []).map((value, column) => value - factor * (matrix[pivot]?.[column] ?? 0));
    }
  }
  return matrix.map((row, index) => (row[size] ?? 0) / (row[index] ?? 1));
}

/** @param {number[]} a @param {number[]} b */
function dot(a, b) {
  return a.reduce((sum, one, index) => sum + one * (b[index] ?? 0), 0);
}

/** @param {number[]} values */
function mean(values) {
  return values.reduce((sum, one) => sum + one, 0) / Math.max(1, values.length);
}

/** @param {number[]} values */
function deviation(values) {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((one) => (one - middle) ** 2)));
}

/** @param {string} file */
export function readRows(file) {
  return readFileSync(file, 'utf8').trim().split('\n').map((line) => JSON.parse(line));
}

/** @param {string} folder */
function report(folder) {
  const compact = JSON.parse(readFileSync(path.join(folder, 'catalogue/catalogue.compact.json'), 'utf8'));
  const abilities = JSON.parse(readFileSync(path.join(folder, 'catalogue/capabilities.json'), 'utf8'));
  const domains = Object.keys(abilities.domain_benchmarks);
  const estimate = fitEstimate(compact, abilities, domains);
  process.stdout.write(`Estimate from price, date and effort: ${estimate.models} models of ${estimate.families} families, one family left out at a time\n`);
  for (const [index, { fit, rmse, r2, later }] of estimate.byDomain.entries()) process.stdout.write(`  ${(domains[index] ?? '').padEnd(14)} R² ${r2.toFixed(2)}  error ${rmse.toFixed(2)}  a year ${fit[1]?.toFixed(2)}  price times e ${fit[2]?.toFixed(2)}  models of 2026 from older ones: error ${later.rmse.toFixed(2)}, too low by ${later.bias.toFixed(2)}\n`);
  const tasks = path.join(folder, 'routing/coderouterbench_train.jsonl');
  if (!existsSync(tasks)) return;
  const { rows, difficulties, tokens, spread } = measureKinds(readRows(tasks), abilities);
  process.stdout.write(`Specialties differ by ${spread.specialty.toFixed(2)}, between sources of one kind by ${spread.source.toFixed(2)} more\n`);
  process.stdout.write(`  difficulty of the kinds: ${Object.entries(difficulties).map(([kind, b]) => `${kind} ${b.toFixed(2)}`).join(', ')}\n`);
  process.stdout.write(`  output tokens without reasoning: ${Object.entries(tokens).map(([kind, count]) => `${kind} ${count.toFixed(0)}`).join(', ')}\n`);
  for (const { model, effort, z, verbosity, specialties } of rows) process.stdout.write(`  ${model}#${effort} verbosity ${verbosity.toFixed(2)}${z === undefined ? '' : ` z ${z.toFixed(2)}`}: ${Object.entries(specialties).map(([kind, { shift, sd }]) => `${kind} ${shift.toFixed(2)}±${sd.toFixed(2)}`).join(', ')}\n`);
}

if (process.argv[1] === fileURLToPath(import.meta.url)) report(path.resolve(root, process.argv[2] ?? '../shared/data'));
