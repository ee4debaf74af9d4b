import assert from 'node:assert/strict';
import { type Features, featuresOf, figureNames, phraseHash } from '../../../../src/core/routing/features';
import { readMessage } from '../../../../src/core/routing/readMessage';

const fence = '```';

function features(text: string, language?: string): Features {
  return featuresOf(readMessage(text), language);
}

function figure(text: string, name: (typeof figureNames)[number]): number {
  return features(text).figures[figureNames.indexOf(name)] ?? Number.NaN;
}

function sameWords(left: string, right: string): void {
  assert.deepEqual(features(left).said.words, features(right).said.words);
}

describe('featuresOf', () => {
  const alike: [string, string, string][] = [
    ['case', 'why does the MUTEX starve', 'Why Does the mutex Starve'],
    ['accents', 'règle près du café', 'regle pres du cafe'],
    ['composed and decomposed letters', 'über', 'über'.normalize('NFD')],
    ['apostrophes of any kind', "what's wrong", 'what’s wrong'],
    ['apostrophes left out', "what's wrong", 'whats wrong'],
    ['courtesies', 'hi, could you please rename this, thanks', 'rename this'],
    ['plural', 'race conditions', 'race condition'],
    ['tense', 'cached values, caching', 'cache value'],
    ['doubled consonants', 'planned running', 'plan run'],
    ['words said twice', 'retry retry retry', 'retry'],
    ['wide marks', 'what？', 'what?'],
  ];
  for (const [name, left, right] of alike) it(`reads the same words in spite of ${name}`, () => sameWords(left, right));

  const differing: [string, string, string][] = [
    ['C and C++', 'c', 'c++'],
    ['words', 'lock', 'unlock'],
    ['the order of two words', 'client server', 'server client'],
  ];
  for (const [name, left, right] of differing) {
    it(`tells apart ${name}`, () => assert.notDeepEqual([features(left).said.words, features(left).said.pairs], [features(right).said.words, features(right).said.pairs]));
  }

  const counted: [string, (typeof figureNames)[number], number][] = [
    ['is it? really?', 'questions', 2],
    ['Which one?\nA. red\nB. green\nC. blue\nD. none', 'options', 4],
    ['a\nb', 'options', 0],
    ['it costs $4 and 20% more', 'amounts of money', 2],
    ['wait 10ms or 3 s', 'log numbers with a unit', Math.log1p(1)],
    ['1234567 rows', 'most digits', 7],
    ['fix it!', 'exclamation marks', 1],
    ['', 'log words', 0],
  ];
  for (const [text, name, expected] of counted) it(`${name} of "${text.replaceAll('\n', ' ')}"`, () => assert.ok(Math.abs(figure(text, name) - expected) < 1e-6, String(figure(text, name))));

  it('reads code apart from what is said', () => {
    const { said, shown } = features(`explain\n${fence}ts\nmutex.lock();\n${fence}`);
    assert.ok(!said.words.includes(phraseHash('mutex') ?? 0));
    assert.ok(shown.words.includes(phraseHash('mutex') ?? 0));
  });

  it('takes names in code apart', () => assert.ok(features(`x\n${fence}\ngetUserById(1);\n${fence}`).shown.words.includes(phraseHash('user') ?? 0)));

  it('finds a phrase by the hash of its list', () => {
    assert.ok(features('a race condition, I think').said.pairs.includes(phraseHash('race conditions') ?? 0));
    assert.ok(features('I need a compare and swap').said.triples.includes(phraseHash('compare and swap') ?? 0));
  });

  it('hashes no phrase of courtesies alone or of more than three words', () => {
    assert.equal(phraseHash('please'), undefined);
    assert.equal(phraseHash('one two three four'), undefined);
  });

  it('parts sentences and knows questions', () => {
    const { sentences } = features('We moved last week. Which port is free? Tell only the number');
    assert.deepEqual(sentences.map(({ isQuestion, words }) => [isQuestion, words.length]), [[false, 3], [true, 4], [false, 3]]);
  });

  const strange: [string, string][] = [
    ['nothing', ''],
    ['space', ' \n\t \n'],
    ['a megabyte of one word', 'x'.repeat(1_000_000)],
    ['a megabyte of words', 'word '.repeat(200_000)],
    ['a megabyte of signs', '({['.repeat(340_000)],
    ['emoji', '👩‍👩‍👧‍👦🏳️‍🌈🙃'.repeat(50)],
    ['control characters', '\u0000\u0007\u001b[31m\u0085\ufeff'],
    ['lone surrogates', '\ud800 \udc00 a\udfff'],
    ['marks without letters', '\u0301\u0302\u200d'],
    ['a long number', '9'.repeat(5_000)],
    ['fences only', '```'.repeat(999)],
    ['many scripts', 'שלום مرحبا สวัสดี 你好 こんにちは 안녕하세요 привет γειά नमस्ते'],
  ];
  for (const [name, text] of strange) {
    it(`gives finite figures for ${name}`, () => {
      const { figures, said, shown, sentences } = features(text, 'plaintext');
      assert.ok(figures.every(Number.isFinite), [...figures].join(' '));
      assert.ok(said.words.length <= 700 && shown.words.length <= 701 && sentences.length <= 61);
    });
  }

  it('gives the same at any time', () => assert.deepEqual(features('why is it slow', 'go'), features('why is it slow', 'go')));
});
