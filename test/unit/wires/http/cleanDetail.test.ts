import assert from 'node:assert/strict';
import { cleanDetail } from '../../../../src/wires/http/cleanDetail';
import { fakeKey } from '../../../support/wireFixtures';

function check(name: string, words: string | undefined, expected: string | undefined, key: string | undefined = fakeKey): void {
  it(name, () => assert.equal(cleanDetail(words, key), expected));
}

/** Joined here so that no file holds what looks like a key. */
const made = (...parts: readonly string[]) => parts.join('');

describe('cleanDetail', () => {
  check('nothing', undefined, undefined);
  check('white space', ' \n\t ', undefined);
  check('one line', 'a\r\n  b\u0000c\u2028d', 'a b c d');
  check('at most 500 characters', 'x y '.repeat(300), `${'x y '.repeat(300).slice(0, 499)}…`);
  check('the key in use', `bad key ${fakeKey}.`, 'bad key [key removed].');
  check('the beginning of the key in use', `bad key ${fakeKey.slice(0, 14)}...`, 'bad key [key removed]...');
  check('the end of the key in use', `bad key ...${fakeKey.slice(-10)}`, 'bad key ...[key removed]');
  check('the key in use without its prefix', `bad key ${fakeKey.slice(8)}`, 'bad key [key removed]');
  check('a key of odd characters, as in an address', 'at ?q=pa%2Bss%2Fword', 'at ?q=[key removed]', 'pa+ss/word');
  check('a key of odd characters in small letters', 'at ?q=pa%2bss%2fword', 'at ?q=[key removed]', 'pa+ss/word');
  check('a key of odd characters, as JSON has it', 'at pa+ss\\/word', 'at [key removed]', 'pa+ss/word');
  check('a key of odd characters, as a page has it', 'at pa&#x2B;ss&#x2F;word', 'at [key removed]', 'pa+ss/word');
  check('a short key', 'key abcd is wrong', 'key [key removed] is wrong', 'abcd');
  check('the key without the white space around it', `bad ${fakeKey}`, 'bad [key removed]', ` ${fakeKey}\n`);
  for (const [vendor, shape] of [
    ['OpenAI', made('sk', '-proj-', 'a1B2c3D4e5F6')],
    ['OpenRouter', made('sk', '-or-v1-', '0123456789abcdef')],
    ['Groq', made('gsk', '_', 'abcDEF123456')],
    ['Hugging Face', made('hf', '_', 'abcdefghijkl')],
    ['xAI', made('xai', '-', 'abcDEF123456')],
    ['Cerebras', made('csk', '-', 'abcdef123456')],
    ['Google', made('AI', 'zaSyA1234567890abcdefghijklmnopqrs')],
    ['Together', 'a1b2c3d4'.repeat(8)],
    ['Mistral', 'A1b2C3d4'.repeat(4)],
    ['JWT', made('ey', 'JhbGciOiJI', '.', 'eyJzdWIiOiIx', '.', 'abcdef')],
  ] as const) {
    check(`another key of ${vendor}`, `not ${shape} but`, 'not [key removed] but');
  }
  check('a bearer header', 'got Bearer abc.def-123456', 'got Bearer [key removed]');
  check('a key in an address', 'GET /v1?key=abcdef&x=1', 'GET /v1?key=[key removed]&x=1');
  check('a UUID stays', 'request 123e4567-e89b-12d3-a456-426614174000', 'request 123e4567-e89b-12d3-a456-426614174000');
  check('a masked key stays', 'Incorrect API key provided: sk-abc***', 'Incorrect API key provided: sk-abc***');
  check('plain words stay', 'Bearer authentication is required for sk-learn models', 'Bearer authentication is required for sk-learn models');
  check('half a character', '\ud83c', '\ufffd');

  it('takes no time for a page of a megabyte', () => {
    cleanDetail('a1'.repeat(500_000), fakeKey);
  });
});
