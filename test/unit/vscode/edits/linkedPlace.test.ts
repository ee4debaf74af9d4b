import assert from 'node:assert/strict';
import { linkSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { linkedPlace } from '../../../../src/vscode/edits/linkedPlace';

describe('linkedPlace', () => {
  let top = '';
  const at = (...names: readonly string[]) => path.join(top, ...names);
  before(() => {
    top = realpathSync(mkdtempSync(path.join(tmpdir(), 'farthing-links-')));
    mkdirSync(at('project/src'), { recursive: true });
    mkdirSync(at('outside/deep'), { recursive: true });
    writeFileSync(at('project/src/a.ts'), 'a');
    writeFileSync(at('outside/secret'), 's');
    symlinkSync(at('project/src'), at('project/inner'));
    symlinkSync(at('outside'), at('project/docs'));
    symlinkSync(at('outside/secret'), at('project/src/safe-link'));
    symlinkSync(at('outside/not-there-yet.txt'), at('project/dangling.txt'));
    symlinkSync(at('project/docs'), at('project/twice'));
    symlinkSync(at('project'), at('opened'));
    linkSync(at('outside/secret'), at('project/hard.txt'));
  });
  after(() => rmSync(top, { recursive: true }));

  const rows: readonly (readonly [string, string, string | undefined])[] = [
    ['an ordinary file', 'project/src/a.ts', undefined],
    ['a new file in new folders', 'project/src/x/y/new.ts', undefined],
    ['a link that stays inside', 'project/inner/a.ts', undefined],
    ['a folder that leads outside', 'project/docs/notes.md', 'outside/notes.md'],
    ['a folder that leads outside by two links', 'project/twice/deep/x.md', 'outside/deep/x.md'],
    ['a file that leads outside', 'project/src/safe-link', 'outside/secret'],
    ['a link that leads nowhere yet', 'project/dangling.txt', 'outside/not-there-yet.txt'],
    ['a second name of a file', 'project/hard.txt', 'project/hard.txt'],
  ];
  for (const [name, file, expected] of rows) {
    it(name, async () => assert.equal(await linkedPlace(at('project'), at(file)), expected === undefined ? undefined : at(expected)));
  }

  it('a folder that was opened by a link is itself', async () => assert.equal(await linkedPlace(at('opened'), at('opened/src/a.ts')), undefined));
});
