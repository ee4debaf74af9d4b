// Writes schemas/provider.schema.json, the form of a provider plug-in for editors, from src/core/providers/pluginSchema.ts.
// With --check it only compares, and fails on a difference.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import * as esbuild from 'esbuild';

const root = path.join(path.dirname(fileURLToPath(import.meta.url)), '..');
export const schemaFile = path.join(root, 'schemas/provider.schema.json');

/** The file as it should be. */
export async function schemaText() {
  const source = `
    import * as z from 'zod';
    import { pluginSchema } from './src/core/providers/pluginSchema';
    export const schema = z.toJSONSchema(pluginSchema, { target: 'draft-7', io: 'input' });`;
  const built = await esbuild.build({ stdin: { contents: source, resolveDir: root, loader: 'ts' }, bundle: true, write: false, platform: 'node', format: 'esm', logLevel: 'warning' });
  const { schema } = await import(`data:text/javascript;base64,${Buffer.from(built.outputFiles[0]?.contents ?? []).toString('base64')}`);
  return `${JSON.stringify({ title: 'Farthing provider plug-in', ...schema }, undefined, 2)}\n`;
}

if (process.argv[1] === fileURLToPath(import.meta.url)) {
  const text = await schemaText();
  if (!process.argv.includes('--check')) {
    mkdirSync(path.dirname(schemaFile), { recursive: true });
    writeFileSync(schemaFile, text);
  } else if (readFileSync(schemaFile, 'utf8') !== text) {
    console.error('schemas/provider.schema.json is not what src/core/providers/pluginSchema.ts says: run node scripts/pluginSchema.mjs');
    process.exit(1);
  }
}
