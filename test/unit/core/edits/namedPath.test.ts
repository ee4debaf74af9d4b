import assert from 'node:assert/strict';
import { blocksIn, findBlock } from '../../../../src/core/edits/blocksIn';
import { namedPath } from '../../../../src/core/edits/namedPath';

/** An answer with one block, and the file it is meant for. */
const rows: readonly (readonly [string, string | undefined])[] = [
  ['```ts src/a.ts\nx\n```', 'src/a.ts'],
  ['```ts title="src/a b.ts"\nx\n```', 'src/a b.ts'],
  ["```ts title='src/a.ts' {1,2}\nx\n```", 'src/a.ts'],
  ['```ts {file: src/a.ts}\nx\n```', 'src/a.ts'],
  ['```ts filename=a.ts\nx\n```', 'a.ts'],
  ['```typescript:src/a.ts\nx\n```', 'src/a.ts'],
  ['```ts src/a.ts:10-20\nx\n```', 'src/a.ts'],
  ['```12:20:src/a.ts\nx\n```', 'src/a.ts'],
  ['```src/a.ts\nx\n```', 'src/a.ts'],
  ['```a.ts\nx\n```', 'a.ts'],
  ['~~~python shop/shop.py\nx\n~~~', 'shop/shop.py'],
  ['```ts (src/a.ts)\nx\n```', 'src/a.ts'],
  ['```dockerfile Dockerfile\nx\n```', 'Dockerfile'],
  ['```ts\n// src/a.ts\nx\n```', 'src/a.ts'],
  ['```ts\n// File: src/a.ts\nx\n```', 'src/a.ts'],
  ['```python\n# shop/shop.py\nx\n```', 'shop/shop.py'],
  ['```css\n/* style/main.css */\nx\n```', 'style/main.css'],
  ['```html\n<!-- index.html -->\nx\n```', 'index.html'],
  ['```sql\n-- db/001.sql\nx\n```', 'db/001.sql'],
  ['```ts\n// src\\win\\a.ts\nx\n```', 'src\\win\\a.ts'],
  ['```ts\n// a helper for the test\nx\n```', undefined],
  ['```sh\n#!/usr/bin/env node.js\nx\n```', undefined],
  ['```ts\n// version 1.2\nx\n```', undefined],
  ['### src/a.ts\n\n```ts\nx\n```', 'src/a.ts'],
  ['### 1. `src/a.ts`\n```ts\nx\n```', 'src/a.ts'],
  ['**src/a.ts**\n```ts\nx\n```', 'src/a.ts'],
  ['**`src/a.ts`** (new file):\n\n```ts\nx\n```', 'src/a.ts'],
  ['`src/a.ts`:\n```ts\nx\n```', 'src/a.ts'],
  ['File: `src/a.ts`\n```ts\nx\n```', 'src/a.ts'],
  ['src/a.ts\n```ts\nx\n```', 'src/a.ts'],
  ['In `src/a.ts`, change the loop:\n\n```ts\nx\n```', 'src/a.ts'],
  ['Update **.gitignore**:\n\n```\nx\n```', '.gitignore'],
  ['Move it from `a.ts` to `b.ts`:\n\n```ts\nx\n```', undefined],
  ['Call `total()` as before:\n\n```ts\nx\n```', undefined],
  ['See https://example.com/a.ts\n\n```ts\nx\n```', undefined],
  ['Use version 1.5:\n\n```ts\nx\n```', undefined],
  ['```diff\n--- a/src/a.ts\n+++ b/src/a.ts\n@@ -1 +1 @@\n-x\n+y\n```', 'src/a.ts'],
  ['```diff\n--- /dev/null\n+++ b/src/new.ts\n@@ -0,0 +1 @@\n+y\n```', 'src/new.ts'],
  ['```diff\n--- a/src/old.ts\n+++ /dev/null\n@@ -1 +0,0 @@\n-y\n```', 'src/old.ts'],
  ['- In `src/a.ts`:\n  ```ts\n  x\n  ```', 'src/a.ts'],
  ['> **src/a.ts**\n> ```ts\n> x\n> ```', 'src/a.ts'],
  ['```ts\nx\n```', undefined],
  ['```json\n{ "a": 1 }\n```', undefined],
  ['Run this:\n\n```sh\nnpm test\n```', undefined],
];

describe('namedPath', () => {
  for (const [markdown, expected] of rows) {
    it(`${JSON.stringify(markdown)} is for ${expected ?? 'no file that is named'}`, () => {
      const [block, ...more] = blocksIn(markdown);
      assert.ok(block);
      assert.equal(more.length, 0);
      assert.equal(namedPath(block), expected);
    });
  }

  it('takes what stands before a block for that block alone', () => {
    const blocks = blocksIn('### a.ts\n```ts\n1\n```\n\nThen run:\n```sh\n2\n```\n### b.ts\n```ts\n3\n```');
    assert.deepEqual(blocks.map(namedPath), ['a.ts', undefined, 'b.ts']);
  });
});

describe('blocksIn', () => {
  const blockRows: readonly (readonly [string, string, readonly string[]])[] = [
    ['a fence in a list', '1. One\n   ```ts\n   a\n     b\n   ```\n', ['a\n  b']],
    ['a fence right after the mark of a list', '- ```ts\n  a\n  ```', ['a']],
    ['a fence in a quote', '> ```ts\n> a\n> b\n> ```\nafter', ['a\nb']],
    ['a longer fence around a shorter one', '````md\n```ts\na\n```\n````', ['```ts\na\n```']],
    ['a fence that is not closed', 'x\n```ts\na\nb', ['a\nb']],
    ['code in a line is none', 'use ```a``` here', []],
    ['line ends of Windows', '```ts\r\na\r\nb\r\n```\r\n', ['a\nb']],
    ['two blocks', '```\na\n```\n~~~\nb\n~~~', ['a', 'b']],
  ];
  for (const [name, markdown, codes] of blockRows) it(name, () => assert.deepEqual(blocksIn(markdown).map(({ code }) => code), codes));

  it('tells a block that the answer ends in', () => {
    assert.deepEqual(blocksIn('```ts\na\n```\n```ts\nb').map(({ cutOff }) => cutOff), [undefined, true]);
  });

  it('is fast on a text of backticks', () => {
    assert.deepEqual(blocksIn('`'.repeat(200_000)).length, 1);
    assert.deepEqual(blocksIn('` '.repeat(100_000)).length, 0);
  });

  it('finds the block a code is of, and no other', () => {
    const markdown = '- ```ts a.ts\n  one();\n    two();\n  ```\n\n```ts b.ts\nthree();\n```';
    assert.equal(findBlock(markdown, 'one();\n  two();')?.info, 'ts a.ts');
    assert.equal(findBlock(markdown, 'three();\n')?.info, 'ts b.ts');
    assert.equal(findBlock(markdown, 'four();'), undefined);
    assert.equal(findBlock(markdown, 'one();'), undefined);
  });
});
