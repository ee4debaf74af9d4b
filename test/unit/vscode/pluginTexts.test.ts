import assert from 'node:assert/strict';
import type { PluginPreview, ProviderPlugin } from '../../../src/core/model/plugin';
import { readPlugin } from '../../../src/core/providers/readPlugin';
import { badText, previewText, problemsText } from '../../../src/vscode/pluginTexts';
import { assertTranslated } from '../../support/otherLanguage';

const acme = { farthing: 1, id: 'acme', name: 'Acme', wire: 'openaiChat', baseUrl: 'https://api.acme.example/v1', auth: 'bearer' };

function plugin(changes: object = {}): ProviderPlugin {
  const read = readPlugin({ ...acme, ...changes }, { kind: 'file', file: 'acme.json' });
  assert.ok(read.ok, JSON.stringify(read));
  return read.plugin;
}

const preview = (now: object, before?: object | 'bad'): PluginPreview => ({ plugin: plugin(now), replaces: before === undefined ? undefined : { file: 'acme.json', plugin: before === 'bad' ? undefined : plugin(before) } });

const addresses = ['https://api.acme.example/v1', 'https://other.example/v1', 'http://127.0.0.1:8000/v1', 'status.acme.example', 'api.acme.example', 'acme.example', 'other.example', 'https://xn--pi-6kc.openai.com/v1', 'xn--pi-6kc.openai.com', 'https://аpi.openai.com/v1'];

describe('previewText', () => {
  const rows: readonly { readonly name: string; readonly preview: PluginPreview; readonly says: readonly (string | RegExp)[]; readonly not?: RegExp }[] = [
    {
      name: 'says of a new one where it sends what',
      preview: preview({}),
      says: ['Sends your prompts to: api.acme.example\n', 'Address: https://api.acme.example/v1, OpenAI chat completions', 'Key: the one you enter for it, sent to api.acme.example only', 'Models: what the provider lists', 'It is data and runs no code.'],
      not: /Offers keys|Adds to|Links to|It replaces/,
    },
    { name: 'says whose keys it would offer', preview: preview({ environmentKeys: ['ACME_API_KEY', 'ACME_OLD_API_KEY'] }), says: ['Offers keys found in the environment as: ACME_API_KEY, ACME_OLD_API_KEY'] },
    { name: 'says what it adds to requests', preview: preview({ quirks: { extraHeaders: { 'X-Title': 'a' }, extraBody: { store: true } } }), says: ['Adds to each request: header X-Title: a, store = true'] },
    { name: 'says where its links lead', preview: preview({ keyUrl: 'https://acme.example/keys', statusUrl: 'https://status.acme.example' }), says: ['Links to: acme.example, status.acme.example'] },
    { name: 'says what it costs', preview: preview({ pricesSeen: '2026-11-20', models: [{ id: 'big', price: { input: 0.55, output: 2.19, perCall: 0.005 } }, { id: 'small' }] }), says: ['Models: big ($0.55 in, $2.19 out per 1M tokens, $0.0050 a call), small (price unknown); prices as the plug-in states them, of 2026-11-20'] },
    { name: 'counts what does not fit', preview: preview({ models: Array.from({ length: 20 }, (_, index) => ({ id: `m${index}` })) }), says: [/m7 \(price unknown\), 12 more/] },
    { name: 'says that nothing keeps it from being asked', preview: preview({ auth: 'none', baseUrl: 'http://127.0.0.1:8000/v1', free: true, models: [{ id: 'm' }] }), says: ['Sends your prompts to: 127.0.0.1:8000, on this machine', 'Key: none; it can be asked at once', 'Costs: nothing, as it says of itself', 'm (free)'] },
    { name: 'says that a bad file goes', preview: preview({}, 'bad'), says: ['It replaces the file acme.json, which is not valid.'] },
    { name: 'shows a host in letters that look like another as it is', preview: preview({ baseUrl: 'https://аpi.openai.com/v1' }), says: ['Sends your prompts to: xn--pi-6kc.openai.com'] },
    { name: 'says of an update what changes, above all its host', preview: preview({ baseUrl: 'https://other.example/v1' }, {}), says: ['This changes:', 'Sends your prompts to: other.example\n    before: api.acme.example', 'Its host changes. A key that is stored for the old host is not sent to the new one'], not: /Name:|runs no code/ },
    { name: 'says what an update adds and drops', preview: preview({ environmentKeys: ['ACME_API_KEY'] }, { quirks: { extraBody: { a: 1 } } }), says: ['as: ACME_API_KEY\n    before: nothing', 'Adds to each request: nothing\n    before: a = 1'], not: /host changes/ },
    { name: 'says that an update changes nothing', preview: preview({}, {}), says: ['Nothing of it changes that you would notice.'] },
  ];
  for (const { name, preview: given, says, not } of rows) {
    it(name, () => {
      const { detail } = previewText(given);
      for (const part of says) assert.ok(typeof part === 'string' ? detail.includes(part) : part.test(detail), `${String(part)} in:\n${detail}`);
      if (not) assert.doesNotMatch(detail, not);
    });
  }

  it('says all of it in another language, too', async () => {
    for (const row of rows) {
      await assertTranslated(() => [previewText(row.preview), badText({ source: { kind: 'file', file: 'acme.json' }, problems: [] })], [...addresses, 'OpenAI chat completions', 'ACME_API_KEY', 'ACME_OLD_API_KEY', 'X-Title', 'store = true', 'acme.json', 'Acme', 'acme', 'big', 'small']);
    }
  });

  it('asks for what is done', () => {
    const said = (given: PluginPreview) => [previewText(given).question, previewText(given).confirm];
    assert.deepEqual(said(preview({})), ['Install the provider Acme?', 'Install']);
    assert.deepEqual(said(preview({}, {})), ['Update the provider Acme?', 'Update']);
    assert.deepEqual(said(preview({}, 'bad')), ['Install the provider Acme?', 'Install']);
  });
});

describe('problems of a plug-in in words', () => {
  it('name the place, and count what does not fit', () => {
    const problem = (path: readonly (string | number)[]) => ({ path, message: 'is wrong', bySchema: false });
    assert.equal(problemsText([problem([]), problem(['models', 0, 'id']), problem(['quirks', 'extraHeaders', 'x a']), problem(['b']), problem(['c'])]), 'It is wrong. models[0].id is wrong. quirks.extraHeaders["x a"] is wrong. And 2 more.');
  });

  it('hold nothing that the editor would make a link or a picture of', () => {
    assert.equal(badText({ source: { kind: 'extension', extension: 'a.b' }, problems: [{ path: ['[x](command:y)'], message: '$(zap)', bySchema: false }] }), 'The provider of the extension a.b is not in force. ["[x] (command:y)"] $ (zap).');
  });
});
