import assert from 'node:assert/strict';
import { checkMessages, critiqueMessages, disputeMessages, mergeMessages, readCheck, readCritique, readDisputes, revisionMessages } from '../../../src/core/orchestrate/verdicts';
import type { Message } from '../../../src/core/model/message';
import { demoAnswer } from '../../../src/node/demo/answer';
import { demoModels } from '../../../src/node/demo/models';

const [small, , large] = demoModels;
const question: readonly Message[] = [{ role: 'system', text: 'Be brief.' }, { role: 'user', text: 'How does caching work?' }];

function says(messages: readonly Message[], model = small): string {
  assert.ok(model);
  return demoAnswer({ model: model.id, messages, tools: [], stream: true, includeUsage: true, maxTokens: undefined }, model).text;
}

const critique = (answer: string, model = small) => readCritique(says(critiqueMessages({ question: 'How?', answer, names: [] }, 'Is it right?', 'k7'), model), 'k7');

describe('a demo model that reviews', () => {
  it('misses parts, a larger one more of them', () => {
    assert.deepEqual(critique('It keeps things.'), { score: 0.4, points: ['Give an example.'] });
    assert.deepEqual(critique('It keeps things.', large)?.points.length, 3);
    assert.deepEqual(critique('### An example\n### Edge cases\n### How to check it\n### In short'), { score: 1, points: [] });
  });

  it('improves what was criticised, so that it is found better', () => {
    const revised = says(revisionMessages(question, 'It keeps things.', ['Give an example.', 'Name the edge cases.'], 'k8'));
    assert.match(revised, /^It keeps things\.\n\n### An example\n[\s\S]*### Edge cases/);
    assert.equal(critique(revised)?.score, 0.7);
  });

  it('relies on many different words, however often they are repeated', () => {
    const confidence = (answer: string) => readCheck(says(checkMessages({ question: 'How?', answer, names: [] }, 'Is it right?', 'k9')), 'k9');
    assert.equal(confidence('the same words '.repeat(60)), 0.4);
    assert.equal(confidence(Array.from({ length: 70 }, (_, place) => `word${place}`).join(' ')), 0.85);
  });

  it('takes what holds the other for the same', () => {
    const grouped = (...answers: readonly string[]) => readDisputes(says(disputeMessages('How?', answers.map((answer) => ({ answer, names: [] })), 'k1')), 'k1', answers.length);
    assert.deepEqual(grouped('one two three', 'one two three four five', 'six seven'), { groups: [[0, 1], [2]], disputed: ['Simulated dispute of the demo: answer 1 and 2 against answer 3.'] });
    assert.deepEqual(grouped('one two', 'one two')?.disputed, []);
  });

  it('makes one answer of several', () => {
    assert.equal(says(mergeMessages(question, ['one two', 'one two three'], [], 'k2')), 'one two three\n\n*Simulated: the demo made one answer of 2.*');
  });
});
