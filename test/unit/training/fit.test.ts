import assert from 'node:assert/strict';
import { readProfileModel } from '../../../src/core/routing/profileModel';
import { featuresOfAsked, readGroups } from '../../../training/prepare';
import { fit, uncalibrated } from '../../../training/fit';
import { perturbations } from '../../../training/perturbations';
import { randomFrom } from '../../../training/random';
import { difficultyOfFails, type Example, questionExamples, shortExamples, writtenExamples } from '../../../training/sources';
import { composed, variant } from '../../../training/variants';

const prompts = 'training/prompts';
const groups = readGroups('training/concepts.txt');

/** A little of everything, so that it takes no time. */
function few(): readonly Example[] {
  const written = writtenExamples(prompts).filter((_, at) => at % 40 === 0);
  const contest = shortExamples(`${prompts}/short.tsv`).slice(0, 12).map((example, at) => ({ ...example, family: 'livecodebench', scores: { one: at % 2 } }));
  return [...written, ...contest, ...questionExamples(`${prompts}/exams.tsv`, 'question').slice(0, 20), ...questionExamples(`${prompts}/sums.tsv`, 'math').slice(0, 10)];
}

describe('training', () => {
  const facts = { version: 'test', calibration: uncalibrated };

  it('gives the same bytes twice, and what can be read', () => {
    const bytes = fit(few(), { groups, members: 1 })(facts);
    assert.ok(Buffer.from(bytes).equals(Buffer.from(fit(few(), { groups, members: 1 })(facts))));
    const model = readProfileModel(bytes);
    assert.equal(model.version, 'test');
    const [simple, complex] = ['rename foo', 'prove that the lock-free queue is linearizable'].map((text) => model.judge(featuresOfAsked({ text })).difficulty);
    assert.ok((simple ?? 0) < (complex ?? 0));
  });
});

describe('what is trained with', () => {
  const written = writtenExamples(prompts);
  const all = [...written, ...shortExamples(`${prompts}/short.tsv`), ...questionExamples(`${prompts}/exams.tsv`, 'question'), ...questionExamples(`${prompts}/sums.tsv`, 'math')];

  it('has ids of its own, and paraphrases of rows that are there', () => {
    const ids = new Set(all.map(({ id }) => id));
    assert.equal(ids.size, all.length);
    for (const { id, same } of all) assert.ok(same === undefined || ids.has(same), `${id} paraphrases ${same}`);
  });

  it('is labelled whole', () => {
    for (const { id, prompt, tier, fails, domains } of all) {
      assert.ok(prompt.trim() !== '' && ['simple', 'moderate', 'complex'].includes(tier ?? ''), id);
      assert.ok(fails !== undefined && fails >= 0 && fails <= 100, id);
      assert.ok(domains === undefined || domains.length > 0, id);
    }
  });

  it('every group of words has words that a text can have', () => {
    const found = new Set([...groups.byHash.values()].flat());
    groups.names.forEach((name, at) => assert.ok(found.has(at), name));
  });

  it('the middles of the tiers, as the writers use them, fall near the anchors', () => {
    assert.deepEqual([5, 45, 75].map((fails) => Math.round(difficultyOfFails(fails) * 10) / 10), [-3.9, -1.2, 0.1]);
  });
});

describe('variants', () => {
  it('are the same for the same numbers', () => {
    const [example] = writtenExamples(prompts);
    assert.ok(example);
    const once = Array.from({ length: 20 }, ((random) => () => variant(random, example, [example]))(randomFrom(3)));
    const again = Array.from({ length: 20 }, ((random) => () => variant(random, example, [example]))(randomFrom(3)));
    assert.deepEqual(once, again);
    assert.ok(new Set(once.map(({ text }) => text)).size > 10);
  });

  it('are composed as the chat does it', () => {
    assert.deepEqual(composed({ prompt: 'why', selection: 'x = 1', language: 'python' }, 'a.py:1-1'), { text: 'why\n\nFrom `a.py:1-1`:\n```python\nx = 1\n```', language: 'python' });
  });

  it('for measuring keep what is asked', () => {
    for (const [name, change] of Object.entries(perturbations)) {
      const { prompt } = change({ prompt: 'why is it slow' });
      assert.match(prompt.toLowerCase().replaceAll(/\s+/g, ' '), /why is it slow/, name);
    }
  });
});
