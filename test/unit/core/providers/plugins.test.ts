import assert from 'node:assert/strict';
import { type BadPlugin, pathText } from '../../../../src/core/model/plugin';
import type { ProviderDefinition } from '../../../../src/core/model/provider';
import { foreignReaders } from '../../../../src/core/providers/foreignReaders';
import { Plugins } from '../../../../src/core/providers/plugins';
import { FakeClock } from '../../../support/fakeClock';
import { FakePluginFiles } from '../../../support/fakePluginFiles';

const acme = { farthing: 1, id: 'acme', name: 'Acme', wire: 'openaiChat', baseUrl: 'https://api.acme.example/v1', auth: 'bearer' };
const text = (changes: object = {}) => JSON.stringify({ ...acme, ...changes });

function pluginsWith(files: Readonly<Record<string, string>> = {}, { kept = {} }: { readonly kept?: Readonly<Record<string, string>> } = {}) {
  const clock = new FakeClock();
  const folder = new FakePluginFiles(files);
  const texts = new Map(Object.entries(kept));
  const others: { id: string; name: string }[] = [{ id: 'openai', name: 'OpenAI' }];
  const logged: string[] = [];
  const log = { info: () => undefined, warn: (message: string) => logged.push(message), error: (message: string) => logged.push(message) };
  const plugins = new Plugins({ files: folder, readers: () => foreignReaders, clock, log, others: () => others, texts: { read: async (name) => texts.get(name), write: async (name, value) => void texts.set(name, value) } });
  const gone: (readonly string[])[] = [];
  plugins.onChange((definitions) => gone.push(definitions.map(({ keyName = '' }: ProviderDefinition) => keyName)));
  return { plugins, folder, clock, texts, others, logged, gone };
}

const idsOf = (plugins: Plugins) => plugins.inForce().map(({ definition }) => definition.id);
const badOf = (plugins: Plugins) => plugins.bad().map(({ source, problems }: BadPlugin) => `${source.kind === 'file' ? source.file : source.extension}: ${problems.map(({ path, message }) => `${pathText(path)} ${message}`).join('; ')}`);

/** Lets everything that was begun come to its end. */
async function settle(): Promise<void> {
  for (let turn = 0; turn < 20; turn += 1) await Promise.resolve();
}

async function change(folder: FakePluginFiles, apply: Parameters<FakePluginFiles['change']>[0]): Promise<void> {
  folder.change(apply);
  await settle();
}

describe('Plugins', () => {
  it('has nothing before the folder is read, and everything good of it after', async () => {
    const { plugins } = pluginsWith({ 'b.json': text({ id: 'beta', name: 'Beta' }), 'a.json': text() });
    assert.deepEqual(idsOf(plugins), []);
    await plugins.opened();
    assert.deepEqual(idsOf(plugins), ['acme', 'beta']);
  });

  it('keeps the good ones beside a bad one', async () => {
    const { plugins } = pluginsWith({ 'a.json': text({ id: 'A' }), 'b.json': text() });
    await plugins.opened();
    assert.deepEqual(idsOf(plugins), ['acme']);
    assert.match(badOf(plugins).join(), /^a\.json: id must be lower-case/);
  });

  describe('what comes second', () => {
    const rows: readonly { readonly name: string; readonly files: Readonly<Record<string, string>>; readonly inForce: readonly string[]; readonly bad: RegExp }[] = [
      { name: 'cannot take the id of a provider of Farthing', files: { 'a.json': text({ id: 'openai' }) }, inForce: [], bad: /^a\.json: id "openai" is already the id of the provider OpenAI/ },
      { name: 'cannot take its name in other letters', files: { 'a.json': text({ name: 'open-AI ' }) }, inForce: [], bad: /^a\.json: name "open-AI" is already the name/ },
      { name: 'cannot take its name in letters of another alphabet', files: { 'a.json': text({ name: 'ОpenАI' }) }, inForce: [], bad: /already the name/ },
      { name: 'cannot take its name in letters with marks', files: { 'a.json': text({ name: 'OpénAI' }) }, inForce: [], bad: /already the name/ },
      { name: 'cannot take its name in letters that look alike', files: { 'a.json': text({ name: '0penAl' }) }, inForce: [], bad: /already the name/ },
      { name: 'cannot take its name in wide letters', files: { 'a.json': text({ name: 'ＯｐｅｎＡＩ' }) }, inForce: [], bad: /already the name/ },
      { name: 'cannot take an id that Farthing may need', files: { 'a.json': text({ id: 'azure' }) }, inForce: [], bad: /kept for Farthing/ },
      { name: 'cannot take the id of another plug-in', files: { 'a.json': text(), 'b.json': text({ name: 'Other' }) }, inForce: ['acme'], bad: /^b\.json: id "acme" is already the id of the plug-in a\.json/ },
      { name: 'cannot take its name', files: { 'a.json': text(), 'b.json': text({ id: 'other' }) }, inForce: ['acme'], bad: /^b\.json: name "Acme" is already the name of the plug-in a\.json/ },
      { name: 'may have what a bad one has', files: { 'a.json': text({ auth: 'x' }), 'b.json': text() }, inForce: ['acme'], bad: /^a\.json: auth/ },
    ];
    for (const { name, files, inForce, bad } of rows) {
      it(name, async () => {
        const { plugins } = pluginsWith(files);
        await plugins.opened();
        assert.deepEqual(idsOf(plugins), inForce);
        assert.match(badOf(plugins).join('\n'), bad);
      });
    }

    it('gives way when a setting takes the id later', async () => {
      const { plugins, others } = pluginsWith({ 'a.json': text() });
      await plugins.opened();
      others.push({ id: 'acme', name: 'My own' });
      assert.deepEqual(idsOf(plugins), []);
      assert.match(badOf(plugins).join(), /My own/);
    });
  });

  describe('while the folder changes', () => {
    it('follows new, changed and removed files', async () => {
      const { plugins, folder, gone } = pluginsWith();
      await plugins.opened();
      await change(folder, (files) => files.set('a.json', text()));
      assert.deepEqual(idsOf(plugins), ['acme']);
      await change(folder, (files) => files.set('a.json', text({ name: 'Acme 2' })));
      assert.equal(plugins.inForce()[0]?.definition.name, 'Acme 2');
      await change(folder, (files) => files.set('a.json', text({ baseUrl: 'https://other.example/v1' })));
      assert.equal(plugins.inForce()[0]?.definition.keyName, 'acme@other.example');
      await change(folder, (files) => files.delete('a.json'));
      assert.deepEqual(idsOf(plugins), []);
      assert.deepEqual(gone, [[], [], ['acme@api.acme.example'], ['acme@other.example']]);
    });

    it('tells nobody when nothing changed', async () => {
      const { plugins, folder, gone } = pluginsWith({ 'a.json': text() });
      await plugins.opened();
      await change(folder, () => undefined);
      assert.equal(gone.length, 1);
    });

    it('does not take a half-written file for a bad one, nor drop what was there', async () => {
      const { plugins, folder, clock } = pluginsWith({ 'a.json': text() });
      await plugins.opened();
      await change(folder, (files) => files.set('a.json', text().slice(0, 40)));
      // Another file's event must not make it look settled.
      await change(folder, (files) => files.set('b.json', text({ id: 'beta', name: 'Beta' })));
      assert.deepEqual([idsOf(plugins), badOf(plugins)], [['acme', 'beta'], []]);
      folder.files.set('a.json', text({ name: 'Whole' }));
      clock.advance(500);
      await settle();
      assert.deepEqual(plugins.inForce().map(({ definition }) => definition.name), ['Whole', 'Beta']);
      assert.equal(clock.pending, 0);
    });

    it('says so when it stays half', async () => {
      const { plugins, folder, clock } = pluginsWith({ 'a.json': text() });
      await plugins.opened();
      await change(folder, (files) => files.set('a.json', '{'));
      clock.advance(500);
      await settle();
      assert.deepEqual(idsOf(plugins), []);
      assert.match(badOf(plugins).join(), /^a\.json: {2}is not JSON/);
      assert.equal(clock.pending, 0);
    });

    it('says so when a file cannot be read', async () => {
      const { plugins, folder } = pluginsWith();
      await plugins.opened();
      await change(folder, (files) => files.set('a.json', undefined));
      assert.match(badOf(plugins).join(), /could not be read/);
    });

    it('follows nothing after its end', async () => {
      const { plugins, folder } = pluginsWith();
      await plugins.opened();
      plugins.close();
      await change(folder, (files) => files.set('a.json', text()));
      assert.deepEqual(idsOf(plugins), []);
    });

    it('drops the kept model list of a provider that is gone or moved', async () => {
      const { plugins, folder, texts } = pluginsWith({ 'a.json': text() }, { kept: { 'models-acme.json': 'a list' } });
      await plugins.opened();
      assert.equal(texts.get('models-acme.json'), 'a list');
      await change(folder, (files) => files.set('a.json', text({ baseUrl: 'https://other.example/v1' })));
      assert.equal(texts.get('models-acme.json'), '');
    });
  });

  describe('installing', () => {
    it('shows a new one without keeping it, then keeps it as it was shown', async () => {
      const { plugins, folder } = pluginsWith();
      const read = await plugins.preview(text());
      assert.ok(read.ok);
      assert.deepEqual([read.preview.replaces, folder.files.size], [undefined, 0]);
      await plugins.install(read.preview, text());
      assert.deepEqual([...folder.files], [['acme.farthing-provider.json', text()]]);
      assert.deepEqual(idsOf(plugins), ['acme']);
    });

    it('updates the file that has the id, whatever its name', async () => {
      const { plugins, folder } = pluginsWith({ 'mine.json': text() });
      const newer = text({ name: 'Acme 2', baseUrl: 'https://other.example/v1' });
      const read = await plugins.preview(newer);
      assert.ok(read.ok);
      assert.deepEqual([read.preview.replaces?.file, read.preview.replaces?.plugin?.definition.name], ['mine.json', 'Acme']);
      await plugins.install(read.preview, newer);
      assert.deepEqual([...folder.files.keys()], ['mine.json']);
      assert.equal(plugins.inForce()[0]?.definition.name, 'Acme 2');
    });

    it('may replace a file that is not valid', async () => {
      const { plugins } = pluginsWith({ 'acme.farthing-provider.json': text({ auth: 'x' }) });
      const read = await plugins.preview(text());
      assert.deepEqual(read.ok && read.preview.replaces, { file: 'acme.farthing-provider.json', plugin: undefined });
    });

    it('refuses what is no plug-in, and ids that are taken', async () => {
      const { plugins } = pluginsWith({ 'a.json': text() });
      plugins.contribute('maker.extension', { ...acme, id: 'other', name: 'Other' });
      for (const [bad, message] of [['<html>', /JSON/], ['[]', /object/], [text({ id: 'openai' }), /OpenAI/], [text({ id: 'new' }), /a\.json/], [text({ id: 'other', name: 'New' }), /maker\.extension/]] as const) {
        const read = await plugins.preview(bad);
        assert.match(read.ok ? '' : JSON.stringify(read.problems), message);
      }
    });

    it('removes, and lists what is there', async () => {
      const { plugins, folder } = pluginsWith({ 'a.json': text(), 'b.json': '[]' });
      assert.deepEqual((await plugins.installed()).map(({ file, definition }) => [file, definition?.id]), [['a.json', 'acme'], ['b.json', undefined]]);
      await plugins.remove('a.json');
      await plugins.remove('b.json');
      assert.deepEqual([folder.files.size, idsOf(plugins), badOf(plugins)], [0, [], []]);
    });
  });

  describe('of another extension', () => {
    const from = 'maker.extension';
    it('are in force until they are disposed', () => {
      const { plugins, gone } = pluginsWith();
      const contributed = plugins.contribute(from, acme);
      assert.ok(contributed.ok);
      assert.deepEqual(plugins.inForce().map(({ definition }) => definition.origin), [{ kind: 'extension', extension: from }]);
      contributed.dispose();
      contributed.dispose();
      assert.deepEqual(idsOf(plugins), []);
      assert.deepEqual(gone.slice(0, 2), [[], ['acme@api.acme.example']]);
    });

    it('are refused with the problems of their fields, and for the id of a provider of Farthing', () => {
      const { plugins } = pluginsWith();
      const wrong = plugins.contribute(from, { ...acme, wire: 'x' });
      assert.ok(!wrong.ok && pathText(wrong.problems[0]?.path ?? []) === 'wire');
      const taken = plugins.contribute(from, { ...acme, id: 'openai' });
      assert.ok(!taken.ok && /OpenAI/.test(taken.problems[0]?.message ?? ''));
      assert.deepEqual(plugins.bad(), []);
    });

    it('are data, whatever the extension gives', () => {
      const { plugins } = pluginsWith();
      const body = { deep: { top_k: 1 } };
      plugins.contribute(from, { ...acme, quirks: { extraBody: body } });
      Object.assign(body.deep, { api_key: 'later' });
      assert.deepEqual(plugins.inForce()[0]?.definition.extraBody, { deep: { top_k: 1 } });
      const round: Record<string, unknown> = { ...acme };
      round['self'] = round;
      for (const odd of [round, undefined, () => acme, { ...acme, id: 10n }, { ...acme, name: 'x'.repeat(300_000) }]) {
        const refused = plugins.contribute(from, odd);
        assert.match(refused.ok ? '' : (refused.problems[0]?.message ?? ''), /JSON can hold/);
      }
    });

    it('come after the files of the person, and into force when those go', async () => {
      const { plugins, folder } = pluginsWith({ 'a.json': text() });
      plugins.contribute(from, { ...acme, baseUrl: 'https://evil.example/v1' });
      await plugins.opened();
      assert.equal(plugins.inForce()[0]?.definition.keyName, 'acme@api.acme.example');
      assert.match(badOf(plugins).join(), /^maker\.extension: id "acme" is already the id of the plug-in a\.json/);
      await change(folder, (files) => files.clear());
      // Never with the key of the one before: it is bound to its host.
      assert.equal(plugins.inForce()[0]?.definition.keyName, 'acme@evil.example');
    });

    it('wait for a person when they need no key, and only once', async () => {
      const { plugins, texts } = pluginsWith();
      const open = { ...acme, auth: 'none' };
      plugins.contribute(from, open);
      await plugins.opened();
      const [waiting] = plugins.waiting();
      assert.ok(waiting);
      assert.deepEqual(idsOf(plugins), []);
      await plugins.consent(waiting.definition);
      assert.deepEqual([idsOf(plugins), plugins.waiting()], [['acme'], []]);

      const later = pluginsWith({}, { kept: Object.fromEntries(texts) }).plugins;
      later.contribute(from, open);
      await later.opened();
      assert.deepEqual(idsOf(later), ['acme']);
      // The consent is for that host and that extension.
      for (const [extension, definition] of [[from, { ...open, baseUrl: 'https://other.example/v1' }], ['other.extension', open]] as const) {
        const other = pluginsWith({}, { kept: Object.fromEntries(texts) }).plugins;
        other.contribute(extension, definition);
        await other.opened();
        assert.deepEqual([idsOf(other), other.waiting().length], [[], 1]);
      }
    });

    it('of a file need nobody: the person put it there', async () => {
      const { plugins } = pluginsWith({ 'a.json': text({ auth: 'none' }) });
      await plugins.opened();
      assert.deepEqual([idsOf(plugins), plugins.waiting()], [['acme'], []]);
    });
  });

  it('checks a text for an editor, with ids that other files have', async () => {
    const { plugins } = pluginsWith({ 'a.json': text(), 'b.json': '{}' });
    await plugins.opened();
    const check = (value: string, file?: string) => plugins.check(value, file).map(({ path, bySchema }) => `${pathText(path)}${bySchema ? ' by schema' : ''}`);
    assert.deepEqual(check(text(), 'a.json'), []);
    assert.deepEqual(check(text(), 'b.json'), ['id']);
    assert.deepEqual(check(text(), undefined), []);
    assert.deepEqual(check(text({ wire: 'x', keyUrl: 'http://x.example' }), undefined), ['wire by schema', 'keyUrl']);
    assert.deepEqual(check('{', 'a.json'), [' by schema']);
  });
});
