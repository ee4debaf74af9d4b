// Runs rows of data through the functions that the extension calls. Files, rows and kinds: docs/evals.md.
//   npm run -s eval -- <kind> <input> [--out <file>] [--<option> <value>]...
//   npm run -s eval                    every kind on the data found, one table
import { createWriteStream, existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { bundleTests } from './bundleTests.mjs';
import { root, underNode24 } from './node24.mjs';

/**
 * @typedef {import('../test/eval/evaluation').Evaluation} Evaluation
 * @typedef {import('../test/eval/evaluation').EvalRow} EvalRow
 * @typedef {import('../test/eval/evaluation').EvalDone} EvalDone
 * @typedef {{ kind: string, rows: number, errors: number, ms: number, figure: string } & EvalRow} Summary
 */

/** A request that cannot be run, told to the person in one sentence. */
class Unrunnable extends Error {}

await underNode24(import.meta.url);
try {
  await main(process.argv.slice(2));
  process.exit(0);
} catch (error) {
  process.stderr.write(`${error instanceof Unrunnable ? error.message : error instanceof Error ? error.stack : String(error)}\n`);
  process.exit(error instanceof Unrunnable ? 2 : 1);
}

/** @param {string[]} args */
async function main(args) {
  const { words, flags } = readArguments(args);
  const [kind, input] = words;
  if (kind === undefined) return everyKind(flags);
  if (!kinds().includes(kind)) throw new Unrunnable(`There is no kind "${kind}"; kinds are ${kinds().join(', ')}.`);
  if (input === undefined) throw new Unrunnable(`Name a file with rows: npm run -s eval -- ${kind} <input>.`);
  const rows = readRows(input);
  const out = flags['out'] === undefined ? process.stdout : await opened(flags['out']);
  const summary = await withEvaluations([kind], ([evaluation]) => run(kind, evaluation, rows, flags, (line) => written(out, line)));
  if (out !== process.stdout) await closed(out);
  await written(process.stderr, `${JSON.stringify(summary)}\n`);
}

/** Runs each kind on its own data, where there is some. @param {Record<string, string>} flags */
async function everyKind(flags) {
  const table = await withEvaluations(kinds(), async (evaluations) => {
    const lines = [['kind', 'rows', 'figure', 'target', 'took']];
    for (const [index, evaluation] of evaluations.entries()) {
      const kind = kinds()[index] ?? '';
      const { inputs, target } = evaluation;
      const input = inputs.map((name) => path.resolve(root, name)).find((file) => existsSync(file));
      if (input === undefined) {
        lines.push([kind, '0', 'no data found', target, '']);
        continue;
      }
      const { rows, figure, ms } = await run(kind, evaluation, readRows(input), flags, async () => undefined);
      lines.push([kind, String(rows), figure, target, `${(ms / 1000).toFixed(1)} s`]);
    }
    return lines;
  });
  const widths = (table[0] ?? []).map((_, column) => Math.max(...table.map((line) => line[column]?.length ?? 0)));
  await written(process.stdout, `${table.map((line) => line.map((cell, column) => cell.padEnd(widths[column] ?? 0)).join('  ').trimEnd()).join('\n')}\n`);
}

/**
 * @param {string} kind
 * @param {Evaluation | undefined} evaluation
 * @param {(EvalRow | undefined)[]} rows undefined where a row could not be read
 * @param {Record<string, string>} flags
 * @param {(line: string) => Promise<void>} write
 * @returns {Promise<Summary>}
 */
async function run(kind, evaluation, rows, flags, write) {
  const startedAt = performance.now();
  if (evaluation === undefined) throw new Error(`test/eval/${kind}.ts exports no evaluation`);
  const opened = await evaluation.open({ flags }).catch((error) => {
    throw error instanceof Error && error.name === 'CannotRun' ? new Unrunnable(error.message) : error;
  });
  /** @type {EvalDone[]} */
  const done = [];
  let errors = 0;
  /** Results wait for those before them: rows come out in the order in which they went in. @type {(EvalRow | undefined)[]} */
  const results = [];
  let next = 0;
  const one = async (/** @type {number} */ index, isAlone = true) => {
    const row = rows[index];
    const id = row?.['id'] ?? null;
    try {
      if (row === undefined) throw new Error('the row is not a JSON object');
      const result = await opened.row(row);
      if (!isAlone && opened.again?.(result) === true) {
        alone.push(index);
        return;
      }
      done[index] = { row, result };
      results[index] = result;
    } catch (error) {
      errors += 1;
      results[index] = { id, error: error instanceof Error ? error.message : String(error) };
    }
    for (let result = results[next]; result !== undefined; result = results[next]) {
      next += 1;
      await write(`${JSON.stringify(result)}\n`);
    }
  };
  const indexes = rows.map((_, index) => index);
  const needsQuiet = (/** @type {number} */ index) => rows[index] !== undefined && opened.alone?.(rows[index]) === true;
  const together = indexes.filter((index) => !needsQuiet(index));
  const alone = indexes.filter(needsQuiet);
  const worker = async () => {
    for (let index = together.shift(); index !== undefined; index = together.shift()) await one(index, false);
  };
  await Promise.all(Array.from({ length: opened.atOnce ?? 1 }, worker));
  for (const index of alone) await one(index);
  const sum = opened.sum(done.filter((each) => each !== undefined));
  await opened.close?.();
  return { kind, rows: rows.length, errors, ms: Math.round(performance.now() - startedAt), ...sum };
}

/**
 * @template Result
 * @param {string[]} names
 * @param {(evaluations: Evaluation[]) => Promise<Result>} use
 * @returns {Promise<Result>}
 */
async function withEvaluations(names, use) {
  const { bundles, remove } = await bundleTests('e2e', names.map((name) => `test/eval/${name}.ts`));
  try {
    return await use(await Promise.all(bundles.map(async (bundle) => (await import(pathToFileURL(bundle).href)).evaluation)));
  } finally {
    remove();
  }
}

/** A file of the folder is a kind. */
function kinds() {
  return readdirSync(path.join(root, 'test/eval'))
    .filter((name) => name.endsWith('.ts') && name !== 'evaluation.ts')
    .map((name) => name.slice(0, -'.ts'.length))
    .toSorted();
}

/**
 * Rows of a JSON array, of an object that holds one under `cases` or `rows`, or one a line.
 * @param {string} file
 * @returns {(EvalRow | undefined)[]} undefined for a row that is no JSON object
 */
function readRows(file) {
  /** @type {string} */
  let text;
  try {
    text = readFileSync(file, 'utf8');
  } catch {
    throw new Unrunnable(`The file ${file} cannot be read.`);
  }
  const whole = parsed(text);
  const list = Array.isArray(whole) ? whole : Array.isArray(whole?.cases) ? whole.cases : Array.isArray(whole?.rows) ? whole.rows : undefined;
  const values = list ?? text.split('\n').filter((line) => line.trim() !== '').map(parsed);
  const rows = values.map((/** @type {unknown} */ value) => (typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined));
  if (rows.every((/** @type {unknown} */ row) => row === undefined)) throw new Unrunnable(`The file ${file} holds no rows.`);
  return rows;
}

/** @param {string} text */
function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/**
 * @param {string[]} args
 * @returns {{ words: string[], flags: Record<string, string> }}
 */
function readArguments(args) {
  /** @type {string[]} */
  const words = [];
  /** @type {Record<string, string>} */
  const flags = {};
  for (let at = 0; at < args.length; at += 1) {
    const arg = args[at] ?? '';
    if (arg === '--') continue;
    if (!arg.startsWith('--')) {
      words.push(arg);
      continue;
    }
    const value = args[at + 1];
    if (value === undefined) throw new Unrunnable(`The option ${arg} lacks its value.`);
    flags[arg.slice(2)] = value;
    at += 1;
  }
  return { words, flags };
}

/** @param {string} file */
async function opened(file) {
  const stream = createWriteStream(file);
  await new Promise((resolve, reject) => stream.once('open', resolve).once('error', () => reject(new Unrunnable(`The file ${file} cannot be written.`))));
  return stream;
}

/**
 * @param {NodeJS.WritableStream} stream
 * @returns {Promise<void>}
 */
function closed(stream) {
  return new Promise((resolve) => stream.end(() => resolve()));
}

/**
 * Resolves when the text is with the system: what ends at once would lose it in a pipe.
 * @param {NodeJS.WritableStream} stream
 * @param {string} text
 * @returns {Promise<void>}
 */
function written(stream, text) {
  return new Promise((resolve) => stream.write(text, () => resolve()));
}
