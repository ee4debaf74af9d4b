import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as esbuild from 'esbuild';

describe('THIRD_PARTY_NOTICES.md', () => {
  it('has the licence of every library in the extension, with its version', async function () {
    this.timeout(30_000);
    const { buildOptions } = await import('../../../esbuild.mjs');
    const { host, pages } = buildOptions({ production: true, outdir: 'out/notices' });
    const results = await Promise.all([host, pages].map((options) => esbuild.build({ ...options, write: false, metafile: true })));
    const inputs = results.flatMap(({ metafile }) => Object.values(metafile?.outputs ?? {}).flatMap((output) => Object.entries(output.inputs).flatMap(([file, { bytesInOutput }]) => (bytesInOutput > 0 ? [file] : []))));
    const libraries = new Set(inputs.flatMap((file) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(file)?.[1] ?? []));
    assert.ok(libraries.has('zod'));
    const notices = readFileSync('THIRD_PARTY_NOTICES.md', 'utf8');
    const missing = [...libraries].filter((name) => !notices.includes(`### ${name} ${JSON.parse(readFileSync(`node_modules/${name}/package.json`, 'utf8')).version}, `));
    assert.deepEqual(missing, []);
  });
});
