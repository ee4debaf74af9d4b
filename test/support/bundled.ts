import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as esbuild from 'esbuild';

/** Bundles a source of this repository so that another Node process can run it. Returns the file, in a new folder that goes with this process. */
export async function bundled(source: string): Promise<string> {
  const folder = mkdtempSync(path.join(tmpdir(), 'farthing-bundle-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  const outfile = path.join(folder, `${path.basename(source, '.ts')}.cjs`);
  await esbuild.build({ entryPoints: [path.resolve(source)], outfile, bundle: true, platform: 'node', format: 'cjs', target: 'node24', logLevel: 'warning' });
  return outfile;
}
