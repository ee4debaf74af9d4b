import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { root } from '../../scripts/node24.mjs';
import type { EvalRow } from '../eval/evaluation';
import { evaluation } from '../eval/wire';

/** The whole set where it stands beside the project, else the cases that were once not met. */
const file = evaluation.inputs.map((name) => path.resolve(root, name)).find((name) => existsSync(name)) ?? '';
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly EvalRow[] };

/** Rows that ask for something else than the product does, with the reason. */
const otherwise: ReadonlyMap<string, string> = new Map([['wf-budget-12', 'a cost is whole nano-dollars, rounded once a call, and the row adds up halves of one']]);

const played = z.object({ wrong: z.optional(z.array(z.string())) });

describe('wire faults against the whole product', () => {
  let results: ReadonlyMap<unknown, EvalRow>;

  before(async function play() {
    this.timeout(120_000);
    const run = await evaluation.open({ flags: {} });
    const done: [unknown, EvalRow][] = [];
    const needsQuiet = (row: EvalRow): boolean => run.alone?.(row) === true;
    const together = cases.filter((row) => !needsQuiet(row));
    const alone = cases.filter(needsQuiet);
    const next = async (): Promise<void> => {
      for (let row = together.shift(); row !== undefined; row = together.shift()) {
        const result = await run.row(row);
        if (run.again?.(result) === true) alone.push(row);
        else done.push([row['id'], result]);
      }
    };
    await Promise.all(Array.from({ length: run.atOnce ?? 1 }, next));
    for (const row of alone) done.push([row['id'], await run.row(row)]);
    results = new Map(done);
  });

  for (const { id, title } of cases) {
    const reason = otherwise.get(String(id));
    it(`${String(id)}: ${String(title)}${reason === undefined ? '' : ` (not met: ${reason})`}`, () => {
      const result = results.get(id);
      assert.ok(result);
      const { wrong = [] } = played.parse(result);
      // How long it takes is the machine's as well: the eval tells it, a test does not.
      assert.equal(wrong.every((one) => one.startsWith('max_ms:')), reason === undefined, JSON.stringify(wrong));
      assert.equal(result['error'], undefined);
    });
  }
});
