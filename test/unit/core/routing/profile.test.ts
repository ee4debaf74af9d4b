import assert from 'node:assert/strict';
import { estimateTokenCount } from 'tokenx';
import type { Message } from '../../../../src/core/model/message';
import { tiers } from '../../../../src/core/model/profile';
import { readClassifiers } from '../../../../src/core/routing/classifiers';
import { lengthModel } from '../../../../src/core/routing/lengthModel';
import { failuresOf, type ProfileDependencies, type ProfileRequest, profileTask } from '../../../../src/core/routing/profile';
import { fakeModel } from '../../../support/fakeProfile';

const fence = '```';
const judged = { countTokens: estimateTokenCount, model: lengthModel };

/** Judged by its length, which is a judgement that does not change with the weights. */
function profile(text: string, more: Partial<ProfileRequest> = {}, dependencies: Partial<ProfileDependencies> = {}) {
  return profileTask({ ...judged, ...dependencies }, { messages: [{ role: 'user', text }], ...more });
}

function classified(text: string, ...entries: readonly unknown[]) {
  const { classifiers, problems } = readClassifiers(entries);
  assert.deepEqual(problems, []);
  return profile(text, {}, { model: fakeModel('moderate'), classifiers });
}

const long = 'Design a migration of our monolith to a multi-tenant architecture with zero downtime for four hundred tenants, some of them with a lot of data, where replication must stay consistent at every moment, with a plan to go back at every step and with what each of them costs';

describe('profileTask', () => {
  it('takes a short follow-up for about as hard as what it follows', () => {
    const messages: Message[] = [
      { role: 'user', text: long },
      { role: 'assistant', text: 'First …' },
      { role: 'user', text: 'and why is that?' },
    ];
    const alone = profile('and why is that?').difficulty;
    const before = profile(long).difficulty;
    assert.equal(profile('', { messages }).difficulty, (alone + before) / 2);
    const fresh = [...messages.slice(0, 2), { role: 'user' as const, text: 'what does HTTP mean?' }];
    assert.equal(profile('', { messages: fresh }).difficulty, profile('what does HTTP mean?').difficulty);
  });

  it('gives probabilities that sum to one', () => {
    for (const text of ['hi', long, `${fence}ts\nconst x = 1;\n${fence}`]) {
      const { domains, intents = {}, tiers: byTier } = profile(text, { tools: [{ name: 'read', description: 'reads', parameters: {} }] });
      for (const shares of [domains, intents, byTier ?? {}]) {
        const sum = Object.values(shares).reduce((total, share) => total + share, 0);
        assert.ok(Math.abs(sum - 1) < 0.01, `${text}: ${JSON.stringify(shares)}`);
      }
    }
  });

  it('needs tools when tools are offered and eyes when there are images', () => {
    assert.deepEqual(profile('hi').needs, []);
    assert.deepEqual(profile('hi', { tools: [] }).needs, []);
    assert.deepEqual(profile('hi', { tools: [{ name: 'read', description: 'reads', parameters: {} }] }).needs, ['tools']);
    assert.deepEqual(profile('', { messages: [{ role: 'user', text: 'what is this', images: [{ mediaType: 'image/png', base64: 'AA==' }] }] }).needs, ['vision']);
  });

  it('is about tools when tools are offered, and about long context when there is much to read', () => {
    const withTools = profile('fix it', { tools: [{ name: 'read', description: 'reads', parameters: {} }] }).domains;
    assert.ok((withTools.tools ?? 0) >= 0.2 && (withTools.agentic_code ?? 0) >= 0.3);
    assert.equal(profile('fix it').domains.tools, undefined);
    assert.ok((profile(`fix it\n${fence}\n${'call(one, two);\n'.repeat(10_000)}${fence}`).domains.long_context ?? 0) > 0.2);
  });

  it('counts all messages and tools as input', () => {
    const one = profile('explain the code').inputTokens;
    const text = 'a rather ordinary sentence about nothing in particular, '.repeat(20);
    const more = profile('', { messages: [{ role: 'system', text }, { role: 'user', text: 'explain the code' }] }).inputTokens;
    assert.ok(more > one + 150, `${more} after ${one}`);
    const withTool = profile('explain the code', { tools: [{ name: 'read_file', description: text, parameters: { type: 'object' } }] }).inputTokens;
    assert.ok(withTool > one + 150);
  });

  it('estimates the tokens of long input within a few per cent of counting it all', () => {
    const prose = 'The quick brown fox jumps over the lazy dog, and nobody minds. ';
    const code = 'const total = items.filter((item) => item.price > 10).map((item) => item.price * 1.2);\n';
    const text = `${prose.repeat(200)}${fence}\n${code.repeat(300)}${fence}\n${prose.repeat(50)}`;
    const whole = estimateTokenCount(text);
    const found = profile(text).inputTokens;
    assert.ok(Math.abs(found / whole - 1) < 0.15, `${found} for ${whole}`);
  });

  it('counts a short selection exactly', () => {
    assert.equal(profile('abcd', {}, { countTokens: (text) => text.length }).inputTokens, 3 + 4 + 4);
  });

  it('finds the language, the framework and what is named', () => {
    const { language, framework, entities } = profile("why does src/list.tsx throw a TypeError in loadAll()?\n```tsx\nimport { useState } from 'react';\n```");
    assert.equal(language, 'typescriptreact');
    assert.equal(framework, 'React');
    assert.deepEqual(entities, { files: ['src/list.tsx'], symbols: ['loadAll'], errors: ['TypeError'] });
    assert.equal(profile('fix it', { language: 'go' }).language, 'go');
  });

  it('names no wish and says so where there are no weights', () => {
    const { reasons } = profile('Write a function that debounces calls');
    assert.match(reasons[0] ?? '', /^Judged simple; a small model fails/);
    assert.match(reasons[1] ?? '', /^Judged by its length alone, because the trained profile could not be read/);
    assert.ok(!profile('x', {}, { model: fakeModel('simple') }).reasons.some((reason) => reason.includes('length alone')));
  });

  it('says why in plain words', () => {
    const { reasons } = profile(`why does this deadlock?\n${fence}go\nmu.Lock()\nmu.Lock()\n${fence}`, {}, { model: fakeModel('complex') });
    assert.deepEqual(reasons, ['Judged complex: writing code, about Go; a small model fails at about 79 of 100 like it', '2 lines of Go code attached']);
  });

  it('tells a difficulty as failures of a hundred', () => {
    assert.deepEqual([-7, -3.934, -1.523, 0.322, 3].map(failuresOf).map(Math.round), [0, 5, 37, 79, 98]);
  });

  describe('with classifiers', () => {
    const rule = { pattern: 'salary' };
    const text = 'explain the salary table';
    it('takes their tier and domain', () => {
      const found = classified(text, { label: 'payroll', rule, effect: { tier: 'complex', domain: 'reasoning' } });
      assert.equal(found.tier, 'complex');
      assert.equal(found.difficulty, 0.322);
      assert.deepEqual(found.tiers, { simple: 0, moderate: 0, complex: 1 });
      assert.deepEqual(found.domains, { reasoning: 1 });
      assert.equal(found.reasons[0], 'Matches your classifier “payroll” (its text fits “salary”): taken for reasoning and treated as complex');
    });
    it('keeps the difficulty of a task that is of that tier anyway', () => {
      assert.equal(classified(text, { label: 'payroll', rule, effect: { tier: 'moderate' } }).difficulty, -1.523);
    });
    it('adds up what makes it harder and easier, within the scale', () => {
      const entry = (label: string, difficulty: number) => ({ label, rule, effect: { difficulty } });
      assert.equal(classified(text, entry('a', 1), entry('b', -0.5)).difficulty, -1.023);
      assert.equal(classified(text, entry('a', 5)).difficulty, 3);
      assert.equal(classified(text, entry('a', 5)).tier, 'complex');
      assert.equal(classified(text, entry('a', -5), entry('b', -5)).difficulty, -7);
    });
    it('adds what they need', () => {
      assert.deepEqual(classified(text, { label: 'a', rule, effect: { needs: ['vision', 'json'] } }).needs, ['vision', 'json']);
    });
    it('says every effect', () => {
      const { reasons, labels } = classified(text, { label: 'a', rule, effect: { quality: 'quality', pin: 'p/m', allow: ['p/*', 'q/*'], difficulty: -1, needs: ['vision'] } });
      assert.equal(reasons[0], 'Matches your classifier “a” (its text fits “salary”): taken for easier, asked at quality quality, p/m is asked and only p/* and q/* may be asked');
      assert.equal(labels?.length, 1);
      assert.match(reasons.at(-1) ?? '', /^Needs a model that sees images$/);
    });
    it('is untouched by those that do not fit', () => {
      assert.deepEqual(classified('hello', { label: 'a', rule, effect: { tier: 'complex' } }), profile('hello', {}, { model: fakeModel('moderate') }));
    });
  });

  const odd = ['', ' ', '\n'.repeat(1000), '```', '```\n```', '\u0000', '😀'.repeat(5_000), 'a'.repeat(100_000), '```'.repeat(10_000), '\ud800', '{'.repeat(50_000), 'x\n'.repeat(50_000), '`'.repeat(30_000), 'import '.repeat(10_000), '<'.repeat(40_000), 'a.b/'.repeat(20_000)];
  /** Everything that may look at a text, with a model that is real. */
  const everything: ProfileDependencies = {
    ...judged,
    classifiers: readClassifiers([
      { label: 'rule', rule: { pattern: '(\\w+\\s?)*!|(a|a)*b', path: '*.sql', language: 'sql' }, effect: { allow: ['x/*'] } },
      { label: 'long', rule: { minLength: 10, pattern: '(x+x+)+y' }, effect: { tier: 'complex' } },
      { label: 'like', examples: ['one prompt here', 'two prompts there', 'three more'], effect: { difficulty: 1 } },
    ]).classifiers,
  };

  it('is total', () => {
    for (const text of odd) {
      const found = profileTask(everything, { messages: [{ role: 'user', text }] });
      assert.ok(Number.isFinite(found.difficulty) && Number.isFinite(found.inputTokens) && found.outputTokens.p50 > 0 && tiers.includes(found.tier), JSON.stringify(text.slice(0, 10)));
    }
    assert.equal(profile('', { messages: [] }).tier, 'simple');
  });

  it('is total on anything', () => {
    // The same pseudo-random texts in every run, of pieces that something looks for.
    const pieces = ['```', '\n', 'ts', ' ', 'import x from "y"', 'Error: ', 'a/b.ts:3', '`', '(', ')', '{', '\t', '    ', '- ', 'SELECT', '#include <', '//', '"', "'", '\\', '\u0000', '\ud83d', 'é', '漢', '🙂', '1.', '%', '::', 'at x (', 'From `a`:', '???', '\r\n', 'def f(x):', '<div', '|'];
    let seed = 11;
    const next = (below: number): number => ((seed = (Math.imul(seed, 1103515245) + 12345) >>> 0) >>> 8) % below;
    for (let round = 0; round < 400; round++) {
      const text = Array.from({ length: next(60) }, () => pieces[next(pieces.length)] ?? '').join('');
      const { difficulty, domains, outputTokens } = profileTask(everything, { messages: [{ role: 'user', text }] });
      assert.ok(Number.isFinite(difficulty) && Object.keys(domains).length > 0 && outputTokens.p90 >= outputTokens.p50, JSON.stringify(text));
    }
  });

  it('is the same every time', () => {
    for (const text of odd) assert.deepEqual(profile(text), profile(text));
  });
});
