import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import * as z from 'zod';
import { placeOf, riskOf, type Surroundings } from '../../../../src/core/edits/places';

const posix: Surroundings = { folders: ['/srv/project', '/srv/other'], platform: 'posix' };
const windows: Surroundings = { folders: ['C:\\code\\project'], platform: 'win32' };

describe('placeOf', () => {
  const rows: readonly (readonly [string, Surroundings, ReturnType<typeof placeOf>])[] = [
    ['src/a.ts', posix, { kind: 'inside', folder: 0, path: 'src/a.ts' }],
    ['src/\u202est.lru', posix, { kind: 'unusable' }],
    ['src/a\u001b[2K.ts', posix, { kind: 'unusable' }],
    ['./src//a.ts', posix, { kind: 'inside', folder: 0, path: 'src/a.ts' }],
    ['src/../lib/a.ts', posix, { kind: 'inside', folder: 0, path: 'lib/a.ts' }],
    ['src\\win\\a.ts', posix, { kind: 'inside', folder: 0, path: 'src/win/a.ts' }],
    ['/srv/other/b.ts', posix, { kind: 'inside', folder: 1, path: 'b.ts' }],
    ['/srv/project_evil/b.ts', posix, { kind: 'outside', path: '/srv/project_evil/b.ts' }],
    ['/srv/project', posix, { kind: 'outside', path: '/srv/project' }],
    ['../x.ts', posix, { kind: 'outside', path: '/srv/x.ts' }],
    ['a/../../x.ts', posix, { kind: 'outside', path: '/srv/x.ts' }],
    ['../../../../../etc/passwd', posix, { kind: 'unusable' }],
    ['/etc/passwd', posix, { kind: 'outside', path: '/etc/passwd' }],
    ['~/.zshrc', posix, { kind: 'unusable' }],
    ['$HOME/x', posix, { kind: 'unusable' }],
    ['file:///etc/passwd', posix, { kind: 'unusable' }],
    ['//server/share/x', posix, { kind: 'unusable' }],
    ['a\0b', posix, { kind: 'unusable' }],
    ['', posix, { kind: 'unusable' }],
    ['..', posix, { kind: 'outside', path: '/srv' }],
    ['src/a.ts', { folders: [], platform: 'posix' }, { kind: 'inside', folder: 0, path: 'src/a.ts' }],
    ['src\\a.ts', windows, { kind: 'inside', folder: 0, path: 'src/a.ts' }],
    ['c:\\CODE\\project\\src\\a.ts', windows, { kind: 'inside', folder: 0, path: 'src/a.ts' }],
    ['C:/code/project2/a.ts', windows, { kind: 'outside', path: 'C:/code/project2/a.ts' }],
    ['C:a.ts', windows, { kind: 'unusable' }],
    ['..\\x.ts', windows, { kind: 'outside', path: 'C:/code/x.ts' }],
    ['CON', windows, { kind: 'unusable' }],
    ['a.txt::$DATA', windows, { kind: 'unusable' }],
    ['SETTIN~1.JSO', windows, { kind: 'unusable' }],
    ['a.ts.', windows, { kind: 'unusable' }],
  ];
  for (const [written, surroundings, expected] of rows) {
    it(`${JSON.stringify(written)} on ${surroundings.platform}`, () => assert.deepEqual(placeOf(written, surroundings), expected));
  }
});

const pathRow = z.object({ id: z.string(), op: z.string(), path: z.string(), platform: z.enum(['posix', 'win32']), root: z.string(), technique: z.string(), acceptable: z.array(z.string()), setup: z.optional(z.unknown()) });
const written = readFileSync('test/fixtures/edits/writtenPaths.jsonl', 'utf8').trim().split('\n').map((line) => pathRow.parse(JSON.parse(line)));

describe('paths that answers may name', () => {
  for (const row of written) {
    it(`${row.id}: ${JSON.stringify(row.path)} on ${row.platform}: ${row.acceptable.join(' or ')}`, () => {
      const place = placeOf(row.path, { folders: [row.root], platform: row.platform });
      const verdict = place.kind === 'unusable' ? 'deny' : place.kind === 'outside' || riskOf(place.path) ? 'ask' : 'allow';
      const isInside = verdict === 'allow' && row.acceptable.includes('allow-if-resolves-inside');
      assert.ok(isInside || row.acceptable.includes(verdict), verdict);
    });
  }

  it('sees through letters that some file systems do not', () => {
    for (const path of ['.g\u200cit/config', '.\ufeffgit/hooks/post-checkout', '.vscode\u200d/tasks.json', '.en\u2060v']) assert.ok(riskOf(path), JSON.stringify(path));
  });
});
