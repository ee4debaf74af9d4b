import assert from 'node:assert/strict';
import type { LearningReport, LearntModel } from '../../../src/core/model/learningReport';
import { learntText, outcomesText } from '../../../src/vscode/learning/learntText';
import { assertTranslated } from '../../support/otherLanguage';

const now = Date.UTC(2026, 10, 21, 12);

const model: LearntModel = {
  card: 'luna',
  name: 'Luna',
  outcomes: [
    { kind: 'rating', good: 1, bad: 4 },
    { kind: 'followed', good: 12, bad: 0 },
  ],
  newest: now - 3 * 86_400_000,
  efforts: [
    {
      effort: 'medium',
      questions: 15,
      domains: [
        { domain: 'code', before: 0.81, after: 0.64, outcomes: 14 },
        { domain: 'agentic_code', before: 0.7, after: 0.7, outcomes: 2 },
        { domain: 'writing', before: undefined, after: 0.4, outcomes: 1 },
      ],
      verbosity: { before: 3, after: 4.25 },
      speed: { calls: 20, firstTokenMs: 1240, totalMs: 9000 },
    },
  ],
};

function report(changes: Partial<LearningReport> = {}): LearningReport {
  return { enabled: true, realm: 'real', halfLifeDays: 60, models: [model], ofOthers: 0, ...changes };
}

describe('what was learnt in words', () => {
  it('says all of it in another language, too', () => assertTranslated(() => [learntText(report({ ofOthers: 1, realm: 'demo', enabled: false }), now), learntText(report({ models: [] }), now), outcomesText(model.outcomes), outcomesText([])], ['Luna']));

  const rows: readonly { readonly name: string; readonly report: LearningReport; readonly has: readonly string[]; readonly lacks?: readonly string[] }[] = [
    { name: 'nothing yet', report: report({ models: [] }), has: ['Nothing yet.'], lacks: ['##', 'Reset', 'switched off'] },
    { name: 'switched off', report: report({ enabled: false, models: [] }), has: ['**Learning is switched off** (`farthing.learning.enabled`)'] },
    { name: 'of models that are gone', report: report({ ofOthers: 3 }), has: ['\n\n3 outcomes are of models that cannot be asked now.\n'] },
    { name: 'of the demo', report: report({ realm: 'demo' }), has: ['Of the demo'] },
    {
      name: 'of one model',
      report: report(),
      has: [
        'An outcome counts half after 60 days.',
        '## Luna\n\n1 × rated up, 4 × rated down, 12 × gone on without complaint; the last 3 days ago.',
        '| code | 81 % | 64 % (−17) | 14 |\n| changes over several files | 70 % | 70 % | 2 |\n| writing | not measured | 40 % | 1 |',
        '15 questions count.',
        'Answers 4.25 times as long as those of a model that does not reason (before: 3.00); first word after 1.2 s, whole answer after 9.0 s (median of 20 calls).',
      ],
      lacks: ['###', 'demo'],
    },
    { name: 'of several efforts', report: report({ models: [{ ...model, efforts: [...model.efforts, { effort: 'none', questions: 0, domains: [{ domain: 'code', before: 0.5, after: 0.5, outcomes: 1 }], verbosity: undefined, speed: undefined }] }] }), has: ['### Effort medium', '### No reasoning effort', 'Not enough yet to count.'] },
    { name: 'of a model that only answered', report: report({ models: [{ card: 'x', name: 'X', outcomes: [], newest: undefined, efforts: [{ effort: 'none', questions: 0, domains: [], verbosity: undefined, speed: { calls: 1, firstTokenMs: undefined, totalMs: 900 } }] }] }), has: ['## X\n\nWhole answer after 0.9 s (median of 1 call).'] },
    { name: 'a name that would be a link or a table', report: report({ models: [{ ...model, name: '[a](command:x) | <img> $(y)\n# b' }] }), has: ['## \\[a\\]\\(command\\:x\\) \\| \\<img\\> \\$\\(y\\) \\# b\n'] },
  ];
  for (const { name, report: given, has, lacks = [] } of rows) {
    it(name, () => {
      const text = learntText(given, now);
      for (const one of has) assert.ok(text.includes(one), `${one} is not in\n${text}`);
      for (const one of lacks) assert.ok(!text.includes(one), `${one} is in\n${text}`);
    });
  }
});

describe('the number of outcomes in words', () => {
  const rows: readonly (readonly [outcomes: LearntModel['outcomes'], expected: string])[] = [
    [[], 'length and speed of its answers'],
    [[{ kind: 'rating', good: 1, bad: 0 }], '1 outcome'],
    [[{ kind: 'rating', good: 1, bad: 2 }, { kind: 'retry', good: 0, bad: 1 }], '4 outcomes, 3 of them bad'],
  ];
  for (const [outcomes, expected] of rows) it(expected, () => assert.equal(outcomesText(outcomes), expected));
});
