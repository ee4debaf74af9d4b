import assert from 'node:assert/strict';
import { entitiesOf } from '../../../../src/core/routing/entities';

const fence = '```';

describe('entitiesOf', () => {
  const rows: [string, { readonly files?: readonly string[]; readonly symbols?: readonly string[]; readonly errors?: readonly string[] }][] = [
    ['what does src/core/app.ts do?', { files: ['src/core/app.ts'] }],
    ['rename getUser to fetch_user in models/user.py and tests/test_user.py.', { files: ['models/user.py', 'tests/test_user.py'], symbols: ['getUser', 'fetch_user'] }],
    ['the Dockerfile and .env are wrong', { files: ['Dockerfile', '.env'] }],
    ['C:\\work\\app\\main.cs:12 does not compile', { files: ['C:\\work\\app\\main.cs'] }],
    ['look at ./scripts/build.sh:10-20', { files: ['./scripts/build.sh'] }],
    ['From `src/app.ts:3-9`:', { files: ['src/app.ts'] }],
    ['read https://example.org/a/b.html and tell me', {}],
    ['node.js or next.js, e.g. for a blog?', {}],
    ['why is `Promise.all` slower than `await` here', { symbols: ['Promise.all', 'await'] }],
    ['call parse(text) twice', { symbols: ['parse'] }],
    ['std::move of a UserList', { symbols: ['std::move', 'UserList'] }],
    ['TypeError: Cannot read properties of undefined (reading \'id\')', { errors: ["TypeError: Cannot read properties of undefined (reading 'id')"] }],
    ['I get a NullPointerException in OrderService.save', { errors: ['NullPointerException'], symbols: ['OrderService.save'] }],
    ['npm fails with ENOENT, then TS2345', { errors: ['ENOENT', 'TS2345'] }],
    ['error[E0502]: cannot borrow `x` as mutable', { errors: ['error[E0502]: cannot borrow `x` as mutable'], symbols: [] }],
    ['pods go OOMKilled', { errors: ['OOMKilled'] }],
    [`what is wrong\n${fence}py\ndef total(items):\n    return sum(items)\nclass Cart: pass\n${fence}`, { symbols: ['total', 'Cart'] }],
    [`${fence}ts\nexport async function loadAll() {}\n${fence}`, { symbols: ['loadAll'] }],
    ['write a haiku about spring', {}],
    ['is 3.14 a float? And 1.5e3?', {}],
  ];
  for (const [text, expected] of rows) {
    it(text.split('\n')[0] ?? '', () => {
      const { files, symbols, errors } = entitiesOf(text);
      assert.deepEqual(files, expected.files ?? [], 'files');
      if (expected.symbols) assert.deepEqual(symbols.filter((one) => expected.symbols?.includes(one)), expected.symbols, 'symbols');
      if (!expected.symbols && !expected.errors) assert.deepEqual(symbols, [], 'symbols');
      assert.deepEqual(errors, expected.errors ?? [], 'errors');
    });
  }

  it('names fences by their language', () => {
    assert.deepEqual(entitiesOf(`a\n${fence}python\nx\n${fence}\nb\n${fence}ts\ny\n${fence}\n${fence}\nz\n${fence}`).fences, ['python', 'ts']);
    assert.deepEqual(entitiesOf(`${fence}const x = 1${fence}`).fences, []);
  });

  it('finds a few, and short ones', () => {
    const many = entitiesOf(Array.from({ length: 100 }, (_, at) => `src/file${at}.ts ${'x'.repeat(300)}${at}.ts loadAll${at}() Bad${at}Error`).join('\n'));
    for (const found of [many.files, many.symbols, many.errors]) {
      assert.equal(found.length, 12);
      assert.ok(found.every((one) => one.length <= 120));
    }
  });

  it('is total', () => {
    for (const text of ['', '`', '``', '```', '\n', 'a'.repeat(100_000), '`'.repeat(50_000), './'.repeat(40_000), 'a.b'.repeat(40_000), '\ud800', 'Error: '.repeat(10_000), `${'('.repeat(5_000)}x`]) entitiesOf(text);
  });
});
