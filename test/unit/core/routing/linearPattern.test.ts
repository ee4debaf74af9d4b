import assert from 'node:assert/strict';
import { type LinearPattern, type Meter, readPattern, searchedText } from '../../../../src/core/routing/linearPattern';

function read(source: string): LinearPattern {
  const found = readPattern(source);
  if (!found.ok) throw new Error(`${source}: ${found.message}`);
  const { pattern } = found;
  return { test: (text, meter) => pattern.test(searchedText(text), meter) };
}

describe('linearPattern', () => {
  const rows: [string, readonly string[], readonly string[]][] = [
    ['payroll', ['Payroll', 'the PAYROLL run', 'prepayrolls'], ['pay roll', '']],
    ['\\bpay(roll|slip)s?\\b', ['payroll', 'a payslip.', 'two payslips'], ['prepayroll', 'payslipss', 'pay']],
    ['[A-Z]{2,5}-\\d+', ['see ABC-123', 'ab-1'], ['A-1', 'ABC-', '--1']],
    ['^fix', ['fix it', 'please\nfix it'], ['a fix']],
    ['now$', ['do it now', 'now\nlater'], ['now!', 'nowadays']],
    ['a.c', ['abc', 'a\tc'], ['a\nc', 'ac']],
    ['a.*c', ['ac', 'a very long c'], ['a\nc', 'ca']],
    ['colou?r', ['color', 'colour'], ['colouur']],
    ['(ab)+c', ['ababc'], ['ac', 'aab']],
    ['(?:ab|cd){2}', ['abcd', 'cdab'], ['ab cd', 'ab']],
    ['a{3}', ['aaa', 'aaaa'], ['aa']],
    ['a{2,}b', ['aab', 'aaaab'], ['ab']],
    ['a{0,2}b', ['b', 'ab', 'aab', 'aaaab'], ['a']],
    ['x{,2}', ['x{,2}'], ['xx']],
    ['[^a-c]x', ['dx', ' x'], ['ax', 'x']],
    ['[]]', [']'], ['[']],
    ['[a-]', ['a', '-'], ['b']],
    ['[\\d.]+%', ['12.5%'], ['%']],
    ['\\S+@\\S+', ['me@example.org'], ['me @ example']],
    ['\\Bing\\b', ['going'], ['ing', 'ingot']],
    ['a\\.b\\*', ['a.b*'], ['axb*']],
    ['über|straße', ['Über', 'die Straße'], ['uber']],
    ['données?', ['Données'], ['donner']],
    ['a|', ['', 'anything'], []],
    ['', ['', 'anything'], []],
    ['(a*)*b', ['b', 'aab'], ['a']],
    [`(${'('.repeat(15)}${'){100}'.repeat(15)}b){2}`, ['abba'], ['ab']],
    [`xa{0}${'{100}'.repeat(60)}b`, ['xb'], ['xab']],
    ['(deploy|release|rollout) (to|on) prod(uction)?', ['Deploy to prod', 'a rollout on production'], ['deploy it', 'to prod']],
    ['x{2}abc|[de]fg+h', ['xxabc', 'dfgggh'], ['xabc', 'fgh']],
    ['\\bnull\\b', ['is null?', 'null'], ['nullable', 'ünull']],
  ];
  for (const [source, found, notFound] of rows) {
    it(`finds ${JSON.stringify(source)} where it is`, () => {
      const pattern = read(source);
      for (const text of found) assert.ok(pattern.test(text), text);
      for (const text of notFound) assert.ok(!pattern.test(text), text);
      // The tables are filled now.
      for (const text of found) assert.ok(pattern.test(text), text);
    });
  }

  const wrong: [string, RegExp][] = [
    ['(a', /\( without/],
    ['a)', /\) without/],
    ['[a', /\[ without/],
    ['*a', /nothing before its \*/],
    ['a|+', /nothing before its \+/],
    ['(?=a)', /look ahead or behind/],
    ['(?<n>a)', /look ahead or behind/],
    ['(a)\\1', /refers back/],
    ['\\p{L}', /\\p, which is not known/],
    ['a\\', /ends in a/],
    ['a{5,2}', /from 5 to 2/],
    ['a{500}', /more than 100/],
    ['(a{100}){100}', /too long/],
    ['^*', /repeats an end/],
    ['[z-a]', /ends before it begins/],
    ['[^\\S]x[\\D]', /negated set inside/],
    ['('.repeat(30), /deeper/],
  ];
  for (const [source, message] of wrong) {
    it(`says what is wrong with ${source.slice(0, 20)}`, () => {
      const found = readPattern(source);
      assert.match(found.ok ? 'nothing' : found.message, message);
    });
  }

  it('finds what a regular expression finds', () => {
    // Pseudo-random patterns and texts over a few characters, the same in every run.
    let seed = 7;
    const next = (below: number): number => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 8) % below;
    const pieces = ['a', 'b', 'c', 'abc', '(bca|cab)', '(abc)?', '(abb){2}', 'ab c', '.', '[ab]', '[^a]', '(a|bc)', '(b*|c)', '\\b', 'a*', 'b+', 'c?', 'a{1,2}', '\\w', '\\s', '|', '^', '$'];
    for (let round = 0; round < 2_000; round++) {
      const source = Array.from({ length: 1 + next(5) }, () => pieces[next(pieces.length)] ?? '').join('');
      const found = readPattern(source);
      if (!found.ok) continue;
      const text = Array.from({ length: next(9) }, () => 'abc \n'[next(5)] ?? '').join('');
      assert.equal(found.pattern.test(text), new RegExp(source, 'm').test(text), `${source} in ${JSON.stringify(text)}`);
    }
  });

  it('takes time that grows with the text alone, also where others run for ever', () => {
    const hostile: [string, string][] = [
      ['(a+)+$', 'a'],
      ['(a|a)*b', 'a'],
      ['(.*a){12}b', 'a'],
      ['a*a*a*a*a*b', 'a'],
      ['(\\w+\\s?)*!', 'word '],
      ['[ab]*a[ab]{12}c', 'ab'],
      ['(x+x+)+y', 'x'],
    ];
    for (const [source, piece] of hostile) {
      const steps = [10_000, 20_000, 40_000].map((length) => {
        const meter: Meter = { steps: 0 };
        read(source).test(piece.repeat(length / piece.length), meter);
        return meter.steps;
      });
      const [first = 0, second = 0, third = 0] = steps;
      assert.ok(second < 2.2 * first && third < 2.2 * second, `${source}: ${steps.join(', ')}`);
      assert.ok(third < 40_000 * 450, `${source}: ${third}`);
    }
  });

  it('reads the beginning and the end of what is longer', () => {
    const long = 'x'.repeat(300_000);
    const meter: Meter = { steps: 0 };
    assert.ok(read('needle').test(`${long} needle`, meter));
    assert.ok(read('needle').test(`needle ${long}`));
    assert.ok(!read('needle').test(`${long}needle${long}`));
    assert.ok(meter.steps < 41_000 + 1_000);
  });
});
