import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as z from 'zod';
import { foreignReaders } from '../../../src/core/providers/foreignReaders';
import { parsePluginText } from '../../../src/core/providers/pluginText';
import { readPlugin } from '../../../src/core/providers/readPlugin';
import { Plugins } from '../../../src/core/providers/plugins';
import { ownProviders } from '../../../src/core/providers/registry';
import { FakeClock } from '../../support/fakeClock';
import { FakePluginFiles } from '../../support/fakePluginFiles';

const root = process.cwd();
const folder = path.join(root, 'docs/plugins');
const examples = readdirSync(folder).filter((name) => name.endsWith('.json'));
const textOf = (name: string) => readFileSync(path.join(folder, name), 'utf8');

describe('schemas/provider.schema.json', () => {
  it('says what the plug-in reader says', async () => {
    const { schemaFile, schemaText } = await import('../../../scripts/pluginSchema.mjs');
    assert.equal(readFileSync(schemaFile, 'utf8'), await schemaText(), 'run node scripts/pluginSchema.mjs');
  });

  it('is what the manifest gives to the editor, and is packaged', () => {
    const [row] = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')).contributes.jsonValidation;
    assert.equal(row.url, './schemas/provider.schema.json');
    assert.ok(readFileSync(path.join(root, '.vscodeignore'), 'utf8').includes('!schemas/provider.schema.json'));
  });
});

describe('docs/plugins', () => {
  it('has examples, one of them on this machine', () => assert.ok(examples.length >= 4 && examples.some((name) => /"http:\/\/127/.test(textOf(name)))));

  for (const name of examples) {
    it(`${name} is valid, of this schema, and needs no field that is unknown`, () => {
      const parsed = parsePluginText(textOf(name));
      const read = parsed && readPlugin(parsed.value, { kind: 'file', file: name });
      assert.ok(read?.ok, JSON.stringify(read));
      assert.equal(name, `${read.plugin.definition.id}.farthing-provider.json`);
      const { $schema } = z.object({ $schema: z.string() }).parse(parsed?.value);
      assert.equal(path.join(folder, $schema), path.join(root, 'schemas/provider.schema.json'));
    });
  }

  it('can all be installed side by side with the providers there are', async () => {
    const plugins = new Plugins({
      readers: () => foreignReaders,
      files: new FakePluginFiles(Object.fromEntries(examples.map((name) => [name, textOf(name)]))),
      texts: { read: async () => undefined, write: async () => undefined },
      clock: new FakeClock(),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      others: () => ownProviders({ custom: [], demo: true }),
    });
    await plugins.opened();
    assert.deepEqual([plugins.bad(), plugins.inForce().length], [[], examples.length]);
  });

  it('names every field of the form in docs/plugins.md', () => {
    const page = readFileSync(path.join(root, 'docs/plugins.md'), 'utf8');
    const schema = JSON.parse(readFileSync(path.join(root, 'schemas/provider.schema.json'), 'utf8'));
    const { quirks, models } = schema.properties;
    const fields = [schema, quirks, models.items, models.items.properties.price].flatMap(({ properties }) => Object.keys(properties));
    assert.deepEqual(fields.filter((field) => !new RegExp(`[\`.]${field.replace('$', '\\$')}\`|"\\$schema"`).test(page)), []);
  });
});
