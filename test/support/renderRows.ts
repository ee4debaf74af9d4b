import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { root } from '../../scripts/node24.mjs';

const row = z.object({ id: z.string(), category: z.string(), where: z.string(), input: z.string(), must: z.string() });
export type RenderRow = z.infer<typeof row>;

/**
 * Text that attacks the page it is shown on, from published advisories: our sample of it, and all of it where the data
 * folder lies beside the repository.
 */
export function renderRows(): RenderRow[] {
  const files = ['test/fixtures/render.jsonl', '../shared/data/guardrail/render.jsonl'].map((file) => path.join(root, file)).filter((file) => existsSync(file));
  const rows = files.flatMap((file) => readFileSync(file, 'utf8').split('\n').filter((line) => line !== '').map((line) => row.parse(JSON.parse(line))));
  return [...new Map(rows.map((one) => [one.id, one])).values(), ...ownRows];
}

/** Seen nowhere, but possible: what HTML, entities and the renderer's own parts could let through. */
const ownRows: readonly RenderRow[] = [
  '&#x202E;txt.exe &#8203;x &#27;[31m',
  '[a](https://ok.example "&quot; onmouseover=alert(1)")',
  '[a](<javascript:alert(1)>) <javascript:alert(1)> <https://evil.example/"onclick="alert(1)>',
  '[a]: javascript:alert(1)\n[a] ![a][a]',
  '<details open ontoggle=alert(1)><summary>x</summary>y</details>',
  '<p onclick=alert(1)>x</p><br onload=alert(1)>',
  '~~~"><script>alert(1)</script>\nx\n~~~',
  '```js\nconst a = `<img src=x onerror=alert(1)>`; // </span><script>alert(1)</script>\n```',
  '| <img src=x onerror=alert(1)> | b |\n|--|--|\n| <script>alert(1)</script> | ![x](https://evil.example/t) |',
  '- [ ] <input autofocus onfocus=alert(1)>\n- [x] ![x](https://evil.example/l)',
  `${'> '.repeat(3000)}deep`,
  `${'- '.repeat(800)}deep`,
  `${'['.repeat(5000)}x${']'.repeat(5000)}`,
  `${'*a_'.repeat(5000)}`,
  '[x](data:text/html,<script>alert(1)</script>) [y](vscode://farthing.farthing/run) [z](blob:https://evil.example/1)',
  'https://evil.example/plain www.evil.example someone@evil.example',
].map((input, index) => ({ id: `own-${index + 1}`, category: 'own', where: 'assistant_message', input, must: 'no script runs, no request is made' }));
