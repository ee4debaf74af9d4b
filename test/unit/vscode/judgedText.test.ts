import assert from 'node:assert/strict';
import type { JudgedPrompt } from '../../../src/core/model/judged';
import { asArmId } from '../../../src/core/model/modelCard';
import { nano } from '../../../src/core/model/money';
import type { Preview } from '../../../src/core/model/preview';
import { choiceLines, judgedLines, judgedPage, labelLines, reasonLines, type Told } from '../../../src/vscode/judging/judgedText';
import { arm } from '../../support/cards';
import { assertTranslated } from '../../support/otherLanguage';

const context = { nameOf: (id: string) => id.toUpperCase(), now: 0 };
const profile: JudgedPrompt['profile'] = {
  domains: { code: 0.8, reasoning: 0.2 },
  intents: { debug: 0.9, explain: 0.09, general: 0.01 },
  tiers: { simple: 0.1, moderate: 0.2, complex: 0.7 },
  tier: 'complex',
  difficulty: 0,
  needs: [],
  inputTokens: 1234,
  outputTokens: { p50: 400, p90: 1200 },
  language: 'go',
  entities: { files: ['a.go', 'b.go'], symbols: [], errors: ['ENOENT'] },
  reasons: [],
};
const chosen: Preview = {
  ok: true,
  at: 0,
  outputTokens: 400,
  profile,
  candidate: { id: asArmId('acme/m'), arm: arm({ model: 'm', provider: 'acme' }), capable: { p: 0.876, low: 0.8 }, expected: undefined, estimate: { low: nano(1_000_000), likely: nano(2_000_000), high: nano(5_000_000), worst: nano(9_000_000) } },
};
const judged: JudgedPrompt = { text: 'why?', profile, failures: 73.1, contributions: [], classifiers: 0, weights: '7', previews: { economy: chosen, balanced: chosen, quality: { ok: false, failure: { kind: 'noProvider' }, at: 0 } } };

function told(lines: readonly Told[]): readonly string[] {
  return lines.map(({ what, is }) => `${what}: ${is}`);
}

describe('judgedLines', () => {
  it('says all of it in another language, too', () => assertTranslated(() => [judgedPage(judged, 'balanced', context), judgedLines({ ...judged, weights: undefined })], ['ENOENT', 'ACME', 'a.go', 'b.go', 'go', 'text', 'why']));

  it('tells the likeliest first and leaves out what is not known', () => {
    assert.deepEqual(told(judgedLines(judged)), [
      'Tier: complex (complex 70 %, moderate 20 %, simple 10 %)',
      'Difficulty: a small model fails at about 73 of 100 like it',
      'Wish: debugging 90 %, an explanation 9 %',
      'Domains: code 80 %, reasoning 20 %',
      'Length: 1,234 tokens in, about 400 out, in one of ten more than 1,200',
      'Language: go',
      'Files: a.go, b.go',
      'Errors: ENOENT',
    ]);
  });
  it('says when there are no weights, and then names no wish', () => {
    const lines = told(judgedLines({ ...judged, weights: undefined }));
    assert.match(lines[1] ?? '', /judged by the length alone/);
    assert.ok(!lines.some((line) => line.startsWith('Wish')));
  });
});

describe('labelLines', () => {
  const label = { name: 'payroll', why: 'its text fits “salary”', effect: { tier: 'complex', allow: ['a/*', 'b/*'] } } as const;
  const rows: [string, Partial<JudgedPrompt>, string][] = [
    ['none are set', {}, 'Classifiers: you have none; see the setting farthing.classifiers'],
    ['one does not fit', { classifiers: 1 }, 'Classifiers: yours does not fit'],
    ['several do not', { classifiers: 3 }, 'Classifiers: none of your 3 fits'],
    ['one fits', { classifiers: 3, profile: { ...profile, labels: [label] } }, 'Classifier “payroll”: its text fits “salary”; sets tier complex; allow a/*, b/*'],
  ];
  for (const [name, change, line] of rows) it(name, () => assert.deepEqual(told(labelLines({ ...judged, ...change })), [line]));
});

describe('reasonLines', () => {
  it('parts what makes it harder from what makes it easier', () => {
    const contributions: JudgedPrompt['contributions'] = [
      { kind: 'word', text: 'deadlock', failures: 21.4, intent: 0.2 },
      { kind: 'code', text: undefined, failures: 2.25, intent: 0.5 },
      { kind: 'sentence', text: 'only this', failures: -0.7, intent: 0 },
      { kind: 'log', text: undefined, failures: -12, intent: 0 },
    ];
    assert.deepEqual(told(reasonLines({ ...judged, contributions })), ['Harder by: “deadlock” (+21 of 100), the code (+2.3 of 100)', 'Easier by: the log lines (−12 of 100), “only this” (−0.7 of 100)', 'The wish is told by: “deadlock” (+20 %)']);
  });
  it('is empty without reasons', () => assert.deepEqual(reasonLines(judged), []));
});

describe('choiceLines', () => {
  it('tells model, place, price and chance at each quality', () => {
    const lines = told(choiceLines(judged, 'balanced', context));
    assert.equal(lines[0], 'Economy: m at ACME, $0.0010 – $0.0050, 88 % likely to succeed');
    assert.match(lines[1] ?? '', /^Balanced \(now\): m at ACME/);
    assert.match(lines[2] ?? '', /^Quality: .*provider/);
  });
  it('says when a classifier sets the quality', () => {
    const labels = [{ name: 'a', why: 'b', effect: { quality: 'quality' } }] as const;
    assert.match(told(choiceLines({ ...judged, profile: { ...profile, labels } }, 'balanced', context))[0] ?? '', /as at quality, which your classifier sets$/);
  });
});

describe('judgedPage', () => {
  it('has every part', () => {
    const page = judgedPage(judged, 'balanced', context);
    for (const part of ['# How this prompt is judged', '```text\nwhy?\n```', '| Tier | complex', 'No word of it stands out', '## Your classifiers', '## Who would be asked', 'by the weights 7']) assert.ok(page.includes(part), part);
  });
  it('takes nothing of the prompt for Markdown', () => {
    const page = judgedPage({ ...judged, text: 'a ```` fence\n# title', contributions: [{ kind: 'word', text: '[x](command:y)|<img>`*_', failures: 3, intent: 0 }] }, 'balanced', context);
    assert.ok(page.includes('`````text\na ```` fence\n# title\n`````'));
    assert.ok(page.includes('\\[x\\]\\(command\\:y\\)\\|\\<img\\>\\`\\*\\_'));
  });
  it('cuts a long prompt', () => assert.ok(judgedPage({ ...judged, text: 'x'.repeat(50_000) }, 'balanced', context).length < 4_000));
});
