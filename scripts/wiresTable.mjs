// Writes the table of docs/protocols.md from test/support/wireMatrix.ts, which the contract tests follow. A test keeps it true.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { transformSync } from 'esbuild';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');

/** @type {{ wireMatrix: () => string }} */
const { wireMatrix } = await import(`data:text/javascript,${encodeURIComponent(transformSync(readFileSync(path.join(root, 'test/support/wireMatrix.ts'), 'utf8'), { loader: 'ts' }).code)}`);

const file = path.join(root, 'docs', 'protocols.md');
const page = readFileSync(file, 'utf8');
// The table begins with an empty corner, the notes end before the next heading.
writeFileSync(file, page.replace(/^\| {1,2}\| `[^]*?(?=^## )/m, () => `${wireMatrix()}\n`));
