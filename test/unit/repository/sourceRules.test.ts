import * as assert from 'node:assert/strict';
import { existsSync, readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { root } from '../../../scripts/node24.mjs';

/** Rules that no compiler or linter of ours knows: what a line in a place must not contain, and why. */
interface Rule {
  readonly name: string;
  readonly where: RegExp;
  readonly forbidden: RegExp;
  readonly example: string;
}

const rules: readonly Rule[] = [
  { name: 'time in the core comes by the clock port', where: /^src\/core\//, forbidden: /\bDate\.now\(|\bnew Date\(\)|\bperformance\./, example: 'const now = Date.now();' },
  { name: 'chance in the core comes by a port', where: /^src\/core\//, forbidden: /\bMath\.random\(|\bcrypto\./, example: 'const id = crypto.randomUUID();' },
  { name: 'the core does not wait by itself', where: /^src\/core\//, forbidden: /\b(setTimeout|setInterval|setImmediate|queueMicrotask)\(/, example: 'setTimeout(stop, 1000);' },
  { name: 'the core touches no globals of Node or a browser', where: /^src\/core\//, forbidden: /(?<![\w./-])(process\.|globalThis|document\.|window\.|localStorage|fetch\(|console\.)/, example: 'const key = process.env.KEY;' },
  { name: 'a page loads nothing and runs no text as code', where: /^webview-ui\//, forbidden: /\b(fetch\(|XMLHttpRequest|WebSocket\(|eval\(|new Function\()/, example: "await fetch('/x');" },
  { name: 'no console in the product', where: /^(src|webview-ui)\//, forbidden: /\bconsole\.(log|warn|error|info|debug)\(/, example: "console.log('here');" },
  { name: 'no default exports', where: /^(src|webview-ui|test)\//, forbidden: /^\s*export default\b/, example: 'export default class Ask {}' },
  { name: 'no barrels', where: /^(src|webview-ui|test)\//, forbidden: /^\s*export \* from\b/, example: "export * from './ask';" },
  { name: 'no silenced type errors', where: /^(src|webview-ui|test)\//, forbidden: /@ts-ignore|@ts-nocheck|\bas unknown as\b/, example: '// @ts-ignore' },
  { name: 'zod is its small interface, which is half of the size', where: /^(src|webview-ui)\//, forbidden: /from 'zod'/, example: "import * as z from 'zod';" },
  { name: 'zod is imported as a namespace, which is a fifth of the size', where: /^(src|webview-ui)\//, forbidden: /import \{[^}]*\} from 'zod\/mini'/, example: "import { z } from 'zod/mini';" },
  { name: 'no vague folder or file names', where: /(^|\/)(utils?|helpers?|common|services?|managers?)(\/|\.tsx?$)/i, forbidden: /^/, example: 'anything' },
  { name: 'no focused or skipped tests', where: /^test\/.*\.test\.tsx?$/, forbidden: /\b(describe|it)\.(only|skip)\(|\bx(it|describe)\(/, example: "it.only('one', run);" },
  { name: 'no key that looks real', where: /^(src|webview-ui|test|scripts|docs)\//, forbidden: /\b(sk-(proj-|or-v1-|ant-)?[A-Za-z0-9]{32,}|AIza[0-9A-Za-z_-]{35}|gsk_[A-Za-z0-9]{40,}|hf_[A-Za-z]{30,})\b/, example: `const key = '${'sk-'}${'a1B2'.repeat(10)}';` },
  { name: 'no address of a machine or a home directory', where: /^(src|webview-ui|test|scripts|docs)\//, forbidden: /(?<![\w.])\/(root|(home|Users)\/(?!somebody\b)\w+)\/|C:\\Users\\/, example: "const file = '/root/x';" },
];

const thisFile = 'test/unit/repository/sourceRules.test.ts';

/** Text files of the repository that we write by hand, relative to its top. */
function sources(): string[] {
  return ['src', 'webview-ui', 'test', 'scripts', 'docs']
    .filter((folder) => existsSync(path.join(root, folder)))
    .flatMap((folder) => readdirSync(path.join(root, folder), { recursive: true, encoding: 'utf8' }).map((file) => `${folder}/${file.replaceAll(path.sep, '/')}`))
    .filter((file) => /\.(tsx?|mjs|cjs|css|md|html)$/.test(file) && !file.startsWith('test/fixtures/') && file !== thisFile);
}

/** A comment may name what the code must not do. */
function withoutComment(line: string): string {
  return /^\s*(\/\/|\/?\*)/.test(line) ? '' : line.replace(/\s\/\/ .*$/, '');
}

function breaks(rule: Rule, line: string): boolean {
  return rule.forbidden.test(rule.name === 'no silenced type errors' ? line : withoutComment(line));
}

describe('the source rules', () => {
  it('see the sources', () => assert.ok(sources().length > 50));

  for (const rule of rules) {
    it(rule.name, () => {
      assert.ok(breaks(rule, rule.example), 'the rule catches its own example');
      const broken = sources()
        .filter((file) => rule.where.test(file))
        .flatMap((file) =>
          readFileSync(path.join(root, file), 'utf8')
            .split('\n')
            .flatMap((line, index) => (breaks(rule, line) ? [`${file}:${index + 1}: ${line.trim().slice(0, 120)}`] : [])),
        );
      assert.deepEqual(broken, []);
    });
  }
});
