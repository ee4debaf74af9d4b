import assert from 'node:assert/strict';
import { array, assert as assertProperty, constantFrom, property } from 'fast-check';
import { describe, it } from 'mocha';
import { makeVisible } from '../../../src/shared/visibleText';

describe('makeVisible', () => {
  const rows: readonly (readonly [name: string, input: string, expected: string])[] = [
    ['leaves ordinary text alone', 'a\tb\nc é 你好 – “x”', 'a\tb\nc é 你好 – “x”'],
    ['makes one kind of line end', 'a\r\nb\rc', 'a\nb\nc'],
    ['removes colours of terminals', '\u001b[31mred\u001b[0m', 'red'],
    ['removes links of terminals', '\u001b]8;;https://evil.example\u0007click\u001b]8;;\u0007', 'click'],
    ['removes 8-bit sequences', '\u009b31mred', 'red'],
    ['writes out other controls', 'a\u0007b\u0000', 'a⟨U+0007⟩b⟨U+0000⟩'],
    ['leaves no escape character behind', '\u001b\u001b[3\u001b[1m1mx', '⟨U+001B⟩31mx'],
    ['writes out overrides of direction', 'safe\u202egnp.exe', 'safe⟨U+202E⟩gnp.exe'],
    ['writes out isolates', 'a\u2066b\u2069', 'a⟨U+2066⟩b⟨U+2069⟩'],
    ['writes out zero-width spaces', 'zero\u200bwidth', 'zero⟨U+200B⟩width'],
    ['writes out tag characters', 'Hi\u{e0049}\u{e007f}', 'Hi⟨U+E0049⟩⟨U+E007F⟩'],
    ['writes out more than one variation selector', 'a\ufe0f\ufe0f', 'a⟨U+FE0F⟩⟨U+FE0F⟩'],
    ['keeps emoji of several parts', '👩‍💻 👨🏽‍🚀 ❤️ 1️⃣', '👩‍💻 👨🏽‍🚀 ❤️ 1️⃣'],
    ['keeps the flag of Wales', '🏴󠁧󠁢󠁷󠁬󠁳󠁿', '🏴󠁧󠁢󠁷󠁬󠁳󠁿'],
    ['keeps joiners of Persian', 'می\u200cخواهم', 'می\u200cخواهم'],
    ['keeps joiners of Hindi', 'क्\u200dष', 'क्\u200dष'],
    ['keeps one direction mark after Hebrew', 'שלום\u200f!', 'שלום\u200f!'],
    ['but no row of them', 'שלום\u200f\u200f', 'שלום⟨U+200F⟩⟨U+200F⟩'],
    ['writes out a joiner between Latin letters', 'a\u200db', 'a⟨U+200D⟩b'],
    ['writes out line separators', 'a\u2028b', 'a⟨U+2028⟩b'],
  ];
  for (const [name, input, expected] of rows) it(name, () => assert.equal(makeVisible(input), expected));

  it('is idempotent and leaves no control character, whatever comes', () => {
    const nasty = constantFrom('\u001b', '[', '3', 'm', ']', '\u0007', '\u009b', '\u200d', '\u202e', 'a', '👩', '\ufe0f', '\u{e0041}', '\r', '\n', 'م');
    assertProperty(
      property(array(nasty, { maxLength: 30 }), (parts) => {
        const once = makeVisible(parts.join(''));
        assert.equal(makeVisible(once), once);
        // oxlint-disable-next-line no-control-regex
        assert.doesNotMatch(once, /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
      }),
    );
  });
});
