import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import { type Classifier, labelsFor, type Prompt, readClassifiers } from '../../../../src/core/routing/classifiers';
import { entitiesOf } from '../../../../src/core/routing/entities';
import { featuresOf } from '../../../../src/core/routing/features';
import { readMessage } from '../../../../src/core/routing/readMessage';

function prompt(text: string, language?: string): Prompt {
  return { text, language, files: entitiesOf(text).files, features: featuresOf(readMessage(text), language) };
}

function read(...entries: readonly unknown[]): readonly Classifier[] {
  const { classifiers, problems } = readClassifiers(entries);
  assert.deepEqual(problems, []);
  return classifiers;
}

function names(classifiers: readonly Classifier[], text: string, language?: string, earlier: readonly string[] = []): readonly string[] {
  return labelsFor(classifiers, prompt(text, language), () => earlier.map((one) => prompt(one))).map(({ name }) => name);
}

const shader = ['write a fragment shader for a water surface', 'my vertex shader flickers on Metal', 'port this GLSL to WGSL', 'the shadow map has acne', 'explain how normal mapping works in tangent space'];
const payroll = [
  'calculate the gross to net salary for an employee in Germany',
  'why is the overtime on this payslip wrong',
  'add a field for the tax class to the payroll export',
  'the social security contribution is rounded differently than the accountant wants',
  'write the SQL that lists all employees without a payslip this month',
  'employee bonus should not count towards the pension base',
];

describe('classifiers', () => {
  describe('by rule', () => {
    const rows: [unknown, string, string | undefined, boolean][] = [
      [{ pattern: 'payslip|salary' }, 'Fix the SALARY import', undefined, true],
      [{ pattern: 'payslip|salary' }, 'fix the import', undefined, false],
      [{ pattern: '\\b[A-Z]{2,5}-\\d+' }, 'what about ABC-12?', undefined, true],
      [{ language: 'sql' }, 'anything', 'sql', true],
      [{ language: 'SQL' }, 'anything', 'go', false],
      [{ language: ['py', 'rust'] }, 'anything', 'python', true],
      [{ language: 'go' }, 'anything', undefined, false],
      [{ path: '*.sql' }, 'look at db/schema.sql', undefined, true],
      [{ path: 'payroll/*' }, 'look at src/payroll/net.ts:12', undefined, true],
      [{ path: 'payroll/*' }, 'look at ./payroll/net.ts', undefined, true],
      [{ path: 'payroll/*' }, 'look at mypayroll/net.ts', undefined, false],
      [{ path: ['a/*', '*.rb'] }, 'in x/y.rb', undefined, true],
      [{ minLength: 20 }, 'short', undefined, false],
      [{ minLength: 5 }, 'short', undefined, true],
      [{ pattern: 'deploy', language: 'yaml' }, 'deploy it', 'yaml', true],
      [{ pattern: 'deploy', language: 'yaml' }, 'deploy it', 'go', false],
    ];
    for (const [rule, text, language, fits] of rows) {
      it(`${JSON.stringify(rule)} ${fits ? 'fits' : 'does not fit'} "${text}"${language === undefined ? '' : ` in ${language}`}`, () => {
        assert.deepEqual(names(read({ label: 'mine', rule }), text, language), fits ? ['mine'] : []);
      });
    }

    it('says what fits', () => {
      const [label] = labelsFor(read({ label: 'mine', rule: { pattern: 'deploy', language: 'yaml', path: '*.yml', minLength: 3 }, effect: { tier: 'complex' } }), prompt('deploy ci.yml', 'yaml'), () => []);
      assert.equal(label?.why, 'it has 3 characters or more and its language is yaml and it names ci.yml and its text fits “deploy”');
      assert.deepEqual(label?.effect, { tier: 'complex' });
    });
  });

  describe('by example', () => {
    const classifiers = read({ label: 'shader', examples: shader }, { label: 'payroll', examples: payroll });
    const rows: [string, readonly string[]][] = [
      ['fragment shader draws black on android', ['shader']],
      ['shadow acne even with bias', ['shader']],
      ['convert this HLSL vertex shader to GLSL', ['shader']],
      ['how is the pension contribution computed for part time employees', ['payroll']],
      ['the salary import fails for employees with two contracts', ['payroll']],
      ['overtime surcharge on Sundays is missing', ['payroll']],
      ['rename this variable', []],
      ['what does idempotent mean?', []],
      ['write unit tests for the parser', []],
      ['explain how this works', []],
      ['', []],
    ];
    for (const [text, expected] of rows) it(`"${text}" is ${expected.join() || 'none'}`, () => assert.deepEqual(names(classifiers, text), expected));

    it('takes few of the prompts that the profile was trained with for one of them', () => {
      const folder = 'training/prompts';
      const prompts = readdirSync(folder).filter((file) => file.endsWith('.jsonl')).flatMap((file) => readFileSync(`${folder}/${file}`, 'utf8').trim().split('\n').map((line) => z.object({ prompt: z.string() }).parse(JSON.parse(line)).prompt));
      const taken = prompts.filter((text) => names(classifiers, text).length > 0);
      assert.ok(prompts.length > 1_000);
      assert.ok(taken.length <= 0.015 * prompts.length, `${taken.length} of ${prompts.length}: ${taken.slice(0, 5).join(' | ')}`);
    });

    it('names the nearest example', () => {
      const [label] = labelsFor(classifiers, prompt('the vertex shader flickers on my machine'), () => []);
      assert.equal(label?.why, 'it is like your example “my vertex shader flickers on Metal”');
    });

    it('takes its own examples for what they are', () => {
      for (const text of [...shader, ...payroll]) assert.equal(names(classifiers, text).length, 1, text);
    });
  });

  it('come in their order, by rule as many as fit', () => {
    const classifiers = read({ label: 'b', rule: { pattern: 'x' } }, { label: 'a', rule: { pattern: 'y' } }, { label: 'c', rule: { pattern: 'z' } });
    assert.deepEqual(names(classifiers, 'y x'), ['b', 'a']);
  });

  it('a rule that does not fit leaves it to the examples', () => {
    assert.deepEqual(names(read({ label: 'shader', rule: { pattern: 'hlsl' }, examples: shader }), 'a fragment shader'), ['shader']);
  });

  it('who may be asked holds for the rest of the conversation, nothing else does', () => {
    const classifiers = read({ label: 'secret', rule: { pattern: 'salary' }, effect: { allow: ['ollama/*'] } }, { label: 'hard', rule: { pattern: 'salary' }, effect: { tier: 'complex' } });
    assert.deepEqual(names(classifiers, 'and now in French', undefined, ['the salary table', 'thanks']), ['secret']);
    const [label] = labelsFor(classifiers, prompt('thanks'), () => [prompt('the salary table')]);
    assert.equal(label?.why, 'an earlier prompt: its text fits “salary”');
  });

  describe('that are not valid are named by field, and the others stand', () => {
    const rule = { pattern: 'x' };
    const rows: [unknown, string, RegExp][] = [
      ['text', '', /must be an object/],
      [{ rule }, '.label', /is missing/],
      [{ label: '', rule }, '.label', /must not be empty/],
      [{ label: 'x'.repeat(41), rule }, '.label', /40 characters/],
      [{ label: 'a' }, '', /a rule or examples/],
      [{ label: 'a', rule: {} }, '.rule', /must have a pattern, a language, a path or a minLength/],
      [{ label: 'a', rule: { pattern: '(' } }, '.rule.pattern', /without its \)/],
      [{ label: 'a', rule: { pattern: '(?=x)' } }, '.rule.pattern', /look ahead/],
      [{ label: 'a', rule: { pattern: '(x)\\1' } }, '.rule.pattern', /refers back/],
      [{ label: 'a', rule: { pattern: 'x*' } }, '.rule.pattern', /fits every prompt/],
      [{ label: 'a', rule: { pattern: 'x'.repeat(501) } }, '.rule.pattern', /500 characters/],
      [{ label: 'a', rule: { language: 3 } }, '.rule.language', /text, or a list/],
      [{ label: 'a', rule: { minLength: 0 } }, '.rule.minLength', /./],
      [{ label: 'a', rule: { colour: 'red', pattern: 'x' } }, '.rule', /no field "colour"/],
      [{ label: 'a', examples: ['one prompt', 'two prompts'] }, '.examples', /3 prompts or more/],
      [{ label: 'a', examples: ['...', '???', '!!!'] }, '.examples', /no words/],
      [{ label: 'a', examples: ['one prompt', 'two prompts', 3] }, '.examples[2]', /must be text/],
      [{ label: 'a', rule, effect: { domain: 'cooking' } }, '.effect.domain', /code, agentic_code, .*instruction or long_context/],
      [{ label: 'a', rule, effect: { tier: 'hard' } }, '.effect.tier', /simple, moderate or complex/],
      [{ label: 'a', rule, effect: { difficulty: 50 } }, '.effect.difficulty', /5 or less/],
      [{ label: 'a', rule, effect: { quality: 'best' } }, '.effect.quality', /economy, balanced or quality/],
      [{ label: 'a', rule, effect: { pin: 'gpt' } }, '.effect.pin', /provider\/model/],
      [{ label: 'a', rule, effect: { allow: [] } }, '.effect.allow', /at least one/],
      [{ label: 'a', rule, effect: { needs: ['wings'] } }, '.effect.needs[0]', /tools, vision/],
      [{ label: 'ok', rule }, '.label', /already used/],
    ];
    for (const [entry, field, message] of rows) {
      it(`${JSON.stringify(entry).slice(0, 70)}`, () => {
        const { classifiers, problems } = readClassifiers([{ label: 'ok', rule: { pattern: 'y' } }, entry]);
        assert.deepEqual(classifiers.map(({ name }) => name), ['ok']);
        assert.equal(problems[0]?.field, `farthing.classifiers[1]${field}`);
        assert.match(problems[0]?.message ?? '', message);
      });
    }

    it('whatever stands there', () => {
      const values = [null, undefined, 0, '', 'x', true, [], {}, [[]], { label: {} }, { label: 'x', rule: [] }, { label: 'x', examples: {} }, { label: 'x', rule: { pattern: {} } }, { label: 'x', rule: { path: [[]] } }, { label: 'x', rule: { pattern: 'x' }, effect: [] }, { label: 'x', rule: { pattern: '\ud800[' } }];
      for (const value of values) assert.ok(readClassifiers([value]).problems.length > 0, JSON.stringify(value));
      for (const value of values) readClassifiers(value);
    });
    it('a setting that is no list', () => assert.deepEqual(readClassifiers({}).problems, [{ field: 'farthing.classifiers', message: 'must be a list' }]));
    it('none at all', () => assert.deepEqual(readClassifiers(undefined), { classifiers: [], problems: [] }));
  });
});
