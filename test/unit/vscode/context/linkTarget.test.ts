import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { linkTarget } from '../../../../src/vscode/context/linkTarget';

describe('linkTarget', () => {
  let base: string;
  beforeEach(() => {
    base = realpathSync(mkdtempSync(path.join(tmpdir(), 'farthing-link-')));
    mkdirSync(path.join(base, 'work', 'src'), { recursive: true });
    mkdirSync(path.join(base, 'home'));
    for (const file of ['work/.env', 'work/src/a.ts', 'home/key', 'work/..b']) writeFileSync(path.join(base, file), 'x');
    symlinkSync(path.join(base, 'home', 'key'), path.join(base, 'work', 'notes.txt'));
    symlinkSync('.env', path.join(base, 'work', 'example.txt'));
    symlinkSync(path.join(base, 'home'), path.join(base, 'work', 'docs'));
    symlinkSync(path.join(base, 'work'), path.join(base, 'linked'));
    symlinkSync('nowhere', path.join(base, 'work', 'broken'));
  });
  afterEach(() => rmSync(base, { recursive: true }));

  it('says where a link of the workspace leads', async () => {
    const rows: readonly [folder: string, file: string, expected: unknown][] = [
      ['work', 'src/a.ts', undefined],
      ['work', '..b', undefined],
      ['work', 'notes.txt', { outside: path.join(base, 'home', 'key') }],
      ['work', 'docs/key', { outside: path.join(base, 'home', 'key') }],
      ['work', 'example.txt', { inside: '.env' }],
      ['work', 'broken', undefined],
      ['work', 'missing', undefined],
      // A folder that is itself behind a link.
      ['linked', 'src/a.ts', undefined],
      ['linked', 'example.txt', { inside: '.env' }],
      ['linked', 'notes.txt', { outside: path.join(base, 'home', 'key') }],
    ];
    for (const [folder, file, expected] of rows) assert.deepEqual(await linkTarget(path.join(base, folder), path.join(base, folder, file)), expected, `${folder}/${file}`);
  });
});
