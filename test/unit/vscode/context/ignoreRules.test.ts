import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { IgnoreRules } from '../../../../src/vscode/context/ignoreRules';

type Files = Readonly<Record<string, string>>;

function rulesOf(files: Files): IgnoreRules {
  const rules = new IgnoreRules();
  for (const [path, text] of Object.entries(files)) rules.set(path, text);
  return rules;
}

describe('IgnoreRules', () => {
  const nested: Files = { '.gitignore': '# built\ndist/\n*.log\n!keep.log\n/only-here\n', 'sub/.gitignore': '*.tmp\n!important.log\ndeep/*\n!deep/one.ts\n', 'sub/.farthingignore': 'private.ts\n', '.farthingignore': 'secrets/\n!dist/schema.json\n!.env.shared\n*.csv\n' };
  /** Undefined: it goes. Otherwise the file, the line and the pattern of the rule; empty for a secret by its name. */
  const rows: readonly (readonly [path: string, by: string | undefined])[] = [
    ['src/app.ts', undefined],
    ['dist/app.js', '.gitignore:2 dist/'],
    ['sub/dist/app.js', '.gitignore:2 dist/'],
    ['dist/schema.json', undefined],
    ['a.log', '.gitignore:3 *.log'],
    ['keep.log', undefined],
    ['sub/keep.log', undefined],
    ['sub/important.log', undefined],
    ['important.log', '.gitignore:3 *.log'],
    ['only-here', '.gitignore:5 /only-here'],
    ['sub/only-here', undefined],
    ['sub/a.tmp', 'sub/.gitignore:1 *.tmp'],
    ['sub/below/a.tmp', 'sub/.gitignore:1 *.tmp'],
    ['a.tmp', undefined],
    ['sub/deep/two.ts', 'sub/.gitignore:3 deep/*'],
    ['sub/deep/one.ts', undefined],
    ['sub/private.ts', 'sub/.farthingignore:1 private.ts'],
    ['private.ts', undefined],
    ['secrets/a.ts', '.farthingignore:1 secrets/'],
    ['data.csv', '.farthingignore:4 *.csv'],
    ['.env', ''],
    ['sub/.env.local', ''],
    ['.env.shared', undefined],
    ['.env.example', undefined],
    ['id_rsa', ''],
    ['server.pem', ''],
    ['dist', undefined],
    ['dist/', '.gitignore:2 dist/'],
    ['src/credentials/', undefined],
    ['src/credentials', ''],
  ];
  const rules = rulesOf(nested);
  for (const [path, by] of rows) {
    it(`${path}: ${by ?? 'goes'}`, () => {
      const found = rules.check(path);
      assert.equal(found && (found.rule ? `${found.rule.file}:${found.rule.line} ${found.rule.pattern}` : ''), by);
    });
  }

  it('without any file only names decide', () => {
    assert.equal(rulesOf({}).check('src/app.ts'), undefined);
    assert.deepEqual(rulesOf({}).check('.env'), {});
  });

  it('a rule that changes or goes holds no longer', () => {
    const changing = rulesOf({ '.gitignore': 'a.ts\n' });
    assert.ok(changing.check('a.ts'));
    changing.set('.gitignore', 'b.ts\n');
    assert.equal(changing.check('a.ts'), undefined);
    assert.ok(changing.check('b.ts'));
    changing.set('.gitignore', undefined);
    assert.equal(changing.check('b.ts'), undefined);
  });

  it('what is ignored cannot be allowed below, as in git', () => {
    assert.ok(rulesOf({ '.gitignore': 'build/\n', 'build/.gitignore': '!a.ts\n' }).check('build/a.ts'));
    assert.ok(rulesOf({ '.farthingignore': 'build/\n!build/a.ts\n' }).check('build/a.ts'));
  });

  it('takes files of other systems and with a mark at the beginning', () => {
    assert.ok(rulesOf({ '.gitignore': '\ufeffa.ts\r\nb.ts\r\n' }).check('a.ts'));
    assert.ok(rulesOf({ '.gitignore': 'a.ts\r\nb.ts\r\n' }).check('b.ts'));
  });

  it('other files are no rules', () => {
    assert.equal(rulesOf({ 'x.gitignore': 'a.ts', '.gitignore.bak': 'a.ts' }).check('a.ts'), undefined);
  });
});
