// Trains the profile of prompts and writes src/core/routing/profile.weights and training/record.json; or prints how good it is.
//   npm run train               the weights that ship
//   npm run train -- --figures  every source judged by a network that has not seen it; minutes
import { rmSync } from 'node:fs';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import * as esbuild from 'esbuild';
import { root, underNode24 } from './node24.mjs';

await underNode24(import.meta.url);
process.chdir(root);
const bundle = path.join(root, 'out', `train-${process.pid}.mjs`);
await esbuild.build({ absWorkingDir: root, entryPoints: ['training/train.ts'], outfile: bundle, bundle: true, platform: 'node', format: 'esm', target: 'node24', logLevel: 'warning' });
try {
  const { main } = await import(pathToFileURL(bundle).href);
  await main(process.argv.slice(2));
} finally {
  rmSync(bundle, { force: true });
}
