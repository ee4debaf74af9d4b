import assert from 'node:assert/strict';
import { askedText } from '../../../../src/core/routing/askedText';
import { profileTask } from '../../../../src/core/routing/profile';
import { lengthModel } from '../../../../src/core/routing/lengthModel';

describe('askedText', () => {
  const rows: readonly [string, string, string][] = [
    ['a plain question', 'What is a monad?', 'What is a monad?'],
    ['what VS Code puts around a question', '<context>\nThe date is today.\n</context>\n<reminder>Use tools.</reminder>\n<userRequest>\nRename it\n</userRequest>', 'Rename it'],
    ['the last of several', '<userRequest>one</userRequest> and <userRequest>two</userRequest>', 'two'],
    ['an element that is empty', '<userRequest> </userRequest>', '<userRequest> </userRequest>'],
    ['an element that is not closed', 'a <userRequest> b', 'a <userRequest> b'],
    ['an element the wrong way round', '</userRequest> a <userRequest>', '</userRequest> a <userRequest>'],
    ['what Claude Code adds', '<system-reminder>\nBe careful.\n</system-reminder>\nFix the test\n<system-reminder>x</system-reminder>', 'Fix the test'],
    ['nothing but what is added', '<system-reminder>x</system-reminder>', '<system-reminder>x</system-reminder>'],
    ['what is added and not closed', 'a <system-reminder> b', 'a <system-reminder> b'],
  ];
  for (const [name, text, expected] of rows) it(`reads ${name}`, () => assert.equal(askedText(text), expected));

  it('is what a task is judged by; its size is that of all of it', () => {
    const pages = 'When you change files, prove that nothing else breaks. '.repeat(200);
    const profile = (text: string) => profileTask({ countTokens: (one) => Math.ceil(one.length / 4), model: lengthModel }, { messages: [{ role: 'user', text }] });
    const [bare, wrapped] = [profile('Rename it'), profile(`<context>${pages}</context><userRequest>Rename it</userRequest>`)];
    assert.deepEqual([wrapped.tier, wrapped.difficulty], [bare.tier, bare.difficulty]);
    assert.ok(wrapped.inputTokens > bare.inputTokens + 1000);
  });
});
