import * as assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { root } from '../../../scripts/node24.mjs';

const report = z.object({
  modules: z.array(z.object({ source: z.string() })),
  summary: z.object({ violations: z.array(z.object({ from: z.string(), to: z.string(), rule: z.object({ name: z.string() }) })) }),
});

/** Runs .dependency-cruiser.cjs over the sources in a directory. */
function cruise(directory: string): z.infer<typeof report> {
  const cruiser = path.join(root, 'node_modules/dependency-cruiser/bin/dependency-cruiser.mjs');
  const run = spawnSync(process.execPath, [cruiser, '--config', path.join(root, '.dependency-cruiser.cjs'), '--output-type', 'json', 'src', 'webview-ui'], {
    cwd: directory,
    encoding: 'utf8',
    maxBuffer: 100_000_000,
  });
  assert.notEqual(run.stdout, '', run.stderr);
  return report.parse(JSON.parse(run.stdout));
}

describe('the import table', () => {
  it('holds for every module', function wholeRepository() {
    this.timeout(60_000);
    const { modules, summary } = cruise(root);
    const own = modules.filter(({ source }) => /^(src|webview-ui)\//.test(source));
    assert.ok(own.length > 20, `the check saw only ${own.length} modules`);
    assert.deepEqual(
      summary.violations.map(({ from, to, rule }) => `${from} → ${to} (${rule.name})`),
      [],
    );
  });

  describe('catches', () => {
    const planted: readonly [file: string, text: string, rule: string][] = [
      ['src/core/model/noun.ts', "import { clock } from '../ports/clock'; export const noun = clock;", 'src-core-model-imports'],
      ['src/core/model/parsed.ts', "import * as z from 'zod'; export const parsed = z;", 'model-imports-no-package'],
      ['src/core/ports/clock.ts', 'export const clock = 1;', ''],
      ['src/core/budget/file.ts', "import { readFileSync } from 'node:fs'; export const file = readFileSync;", 'core-outside'],
      ['src/core/budget/client.ts', "import OpenAI from 'openai'; export const client = OpenAI;", 'core-outside'],
      ['src/core/budget/editor.ts', "import type { Uri } from 'vscode'; export type Editor = Uri;", 'vscode-at-the-edge'],
      ['src/core/routing/early.ts', "import { late } from '../ask/late'; export const early = late;", 'src-core-routing-imports'],
      ['src/core/ask/late.ts', "export const late = () => import('./later');", 'core-no-dynamic-import'],
      ['src/core/ask/later.ts', 'export const later = 1;', ''],
      ['src/core/ask/ring.ts', "import { link } from './link'; export const ring = () => link;", ''],
      ['src/core/ask/link.ts', "import { ring } from './ring'; export const link = () => ring;", 'no-cycles'],
      ['src/core/ask/lost.ts', "import { gone } from './gone'; export const lost = gone;", 'not-to-unresolvable'],
      ['src/wires/some/some.ts', "import { later } from '../../core/ask/later'; export const some = later;", 'src-wires-imports'],
      ['src/wires/other/other.ts', "import { some } from '../some/some'; export const other = some;", 'wires-apart'],
      ['src/wires/http/shared.ts', "import { some } from '../some/some'; export const shared = some;", 'wires-apart'],
      ['src/node/store.ts', "import { later } from '../core/ask/later'; export const store = later;", 'src-node-imports'],
      ['src/vscode/panel.ts', "import { later } from '../core/ask/later'; export const panel = later;", 'src-vscode-imports'],
      ['src/gateway/serve.ts', "import { panel } from '../vscode/panel'; export const serve = panel;", 'src-gateway-imports'],
      ['src/shared/value.ts', "import { noun } from '../core/model/noun'; export const value = noun;", 'shared-types-only'],
      ['src/shared/host.ts', "import { join } from 'node:path'; export const host = join;", 'node-at-the-edge'],
      ['webview-ui/page.tsx', "import type { noun } from '../src/core/model/noun'; export const page = (n: typeof noun) => <p>{n}</p>;", 'webview-ui-imports'],
      ['src/node/tested.ts', "import { fake } from '../../test/fake'; export const tested = fake;", 'product-without-tests'],
      ['test/fake.ts', 'export const fake = 1;', ''],
    ];
    let violations: string[] = [];
    const directory = mkdtempSync(path.join(tmpdir(), 'farthing-imports-'));

    before(function plant() {
      this.timeout(60_000);
      const packages = ['zod', 'openai'].flatMap((name): [string, string][] => [
        [`node_modules/${name}/package.json`, JSON.stringify({ name, version: '1.0.0', main: 'index.js' })],
        [`node_modules/${name}/index.js`, ''],
      ]);
      for (const [file, text] of [...packages, ...planted]) {
        mkdirSync(path.dirname(path.join(directory, file)), { recursive: true });
        writeFileSync(path.join(directory, file), text);
      }
      violations = cruise(directory).summary.violations.map(({ from, rule }) => `${from} ${rule.name}`);
    });
    after(() => rmSync(directory, { recursive: true, force: true }));

    for (const [file, , rule] of planted.filter(([, , name]) => name !== '')) {
      it(`${rule} in ${file}`, () => assert.ok(violations.includes(`${file} ${rule}`), violations.join('\n')));
    }
  });
});
