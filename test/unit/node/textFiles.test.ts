import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { packagedBytes, packagedTexts, textFiles } from '../../../src/node/textFiles';

describe('textFiles', () => {
  let folder: string;
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'farthing-texts-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));
  const inside = (): string => path.join(folder, 'texts');

  for (const name of ['prices', 'openai/gpt:latest', '../../escape', 'CON', 'Prices', 'ä 👋', '']) {
    it(`keeps a text named ${JSON.stringify(name)} in its folder`, async () => {
      const texts = textFiles(inside());
      assert.equal(await texts.read(name), undefined);
      await texts.write(name, 'first\nline — and more');
      await texts.write(name, 'second\nline');
      assert.equal(await texts.read(name), 'second\nline');
      assert.deepEqual(readdirSync(folder), ['texts']);
      assert.equal(readdirSync(inside()).length, 1);
    });
  }

  it('keeps names apart that a file system may not', async () => {
    const texts = textFiles(inside());
    for (const name of ['a', 'A', 'a.', 'a_2e_']) await texts.write(name, `text of ${name}`);
    for (const name of ['a', 'A', 'a.', 'a_2e_']) assert.equal(await texts.read(name), `text of ${name}`);
    assert.equal(new Set(readdirSync(inside()).map((file) => file.toLowerCase())).size, 4);
  });

  const damages: readonly { readonly why: string; readonly to: (content: string) => string }[] = [
    { why: 'cut off', to: (content) => content.slice(0, -1) },
    { why: 'emptied', to: () => '' },
    { why: 'edited', to: (content) => content.replace('price', 'prize') },
    { why: 'without its first line', to: (content) => content.slice(content.indexOf('\n') + 1) },
  ];
  for (const { why, to } of damages) {
    it(`reads a file that was ${why} as missing`, async () => {
      const texts = textFiles(inside());
      await texts.write('prices', 'the price list');
      const file = path.join(inside(), readdirSync(inside())[0] ?? '');
      writeFileSync(file, to(readFileSync(file, 'utf8')));
      assert.equal(await texts.read('prices'), undefined);
      await texts.write('prices', 'new');
      assert.equal(await texts.read('prices'), 'new');
    });
  }

  it('leaves nothing half written when many write at once', async () => {
    const texts = textFiles(inside());
    const long = (letter: string): string => letter.repeat(100_000);
    await Promise.all(['a', 'b', 'c', 'd'].map((letter) => texts.write('prices', long(letter))));
    assert.ok(['a', 'b', 'c', 'd'].map(long).includes((await texts.read('prices')) ?? ''));
    assert.equal(readdirSync(inside()).length, 1);
  });

  it('rejects when it cannot write', async () => {
    writeFileSync(path.join(folder, 'file'), '');
    await assert.rejects(textFiles(path.join(folder, 'file')).write('prices', 'x'));
  });
});

describe('packagedTexts', () => {
  it('reads plain files by name, and nothing for one that is missing', async () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'farthing-packaged-'));
    try {
      writeFileSync(path.join(folder, 'catalogue.json'), '{}');
      assert.equal(await packagedTexts(folder).read('catalogue.json'), '{}');
      assert.equal(String(await packagedBytes(path.join(folder, 'catalogue.json'))), '{}');
      await assert.rejects(packagedBytes(path.join(folder, 'missing')));
      assert.equal(await packagedTexts(folder).read('other.json'), undefined);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});
