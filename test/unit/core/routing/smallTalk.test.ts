import assert from 'node:assert/strict';
import { withoutSmallTalk } from '../../../../src/core/routing/smallTalk';

describe('withoutSmallTalk', () => {
  const rows: [string, string][] = [
    ['Hi there! Which port does redis use?', 'Which port does redis use?'],
    ['Good afternoon. I hope you are fine. Rename it. Thank you so much!', 'Rename it. '],
    ['Rename it. Many thanks in advance!', 'Rename it. '],
    ['Rename it\n\nKind regards', 'Rename it\n\n'],
    ['Bonjour ! Renomme cette variable. Merci beaucoup', 'Renomme cette variable. '],
    ['fix it :) thanks', 'fix it :) thanks'],
    ['Thanks, now the same for the other file.', 'Thanks, now the same for the other file.'],
    ['I changed the order of the locks. Is this ok?', 'I changed the order of the locks. Is this ok?'],
    ['Could you help me?', 'Could you help me?'],
    ['Hello. Thanks!', 'Thanks!'],
    ['', ''],
    ['...', '...'],
  ];
  for (const [text, expected] of rows) it(`leaves "${expected.trim()}" of "${text.replaceAll('\n', ' ')}"`, () => assert.equal(withoutSmallTalk(text), expected));

  it('takes no time for a text of stops alone', () => assert.equal(withoutSmallTalk('.'.repeat(3_600)).length, 3_600));
});
