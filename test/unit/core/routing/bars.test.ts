import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as z from 'zod';
import type { Quality } from '../../../../src/core/model/route';
import { barOf, referenceChance, standardOf, strongShares } from '../../../../src/core/routing/bars';
import { demandOf } from '../../../../src/core/routing/capable';
import { referenceTraffic } from '../../../../src/core/routing/referenceTraffic';
import { chanceOf } from '../../../support/referenceChances';

const qualities: readonly Quality[] = ['economy', 'balanced', 'quality'];
/** 0.6 for the hardest prompt, 1 for the easiest, evenly. */
const even = Array.from({ length: 11 }, (_, index) => 0.6 + index / 25);

describe('barOf', () => {
  const rows: [string, Quality, readonly number[], number][] = [
    ['is what the reference model reaches at the share of the traffic', 'balanced', even, 0.72],
    ['between two quantiles, is between what it reaches there', 'balanced', [0.6, 0.8, 1], 0.72],
    ['is higher for easier traffic', 'balanced', even.map((chance) => chance + 0.1), 0.82],
    ['is not so low that it would be no promise', 'economy', [0.1, 0.2], 0.5],
    ['is not so high that nothing passes', 'quality', [0.99, 0.999], 0.95],
  ];
  for (const [name, quality, traffic, expected] of rows) {
    it(name, () => {
      assert.ok(Math.abs(barOf(quality, traffic) - expected) < 1e-9, String(barOf(quality, traffic)));
    });
  }

  it('leaves the stated share of the shipped traffic, or little more, to something abler than the reference model', () => {
    for (const quality of qualities) {
      const bar = barOf(quality);
      const harder = referenceTraffic.filter((chance) => chance < bar).length / referenceTraffic.length;
      assert.ok(harder >= strongShares[quality] - 0.06 && harder <= strongShares[quality] + 0.15, `${quality}: ${harder}`);
    }
  });
});

describe('referenceTraffic', () => {
  it('is that of the shipped profile: `node scripts/referenceTraffic.mjs` makes it again', () => {
    const row = z.object({ prompt: z.string(), selection: z.string().nullish(), language: z.string().nullish(), task: z.string().nullish() });
    const rows = readdirSync('training/prompts').filter((name) => name.endsWith('.jsonl')).flatMap((name) => readFileSync(`training/prompts/${name}`, 'utf8').trim().split('\n').map((line) => row.parse(JSON.parse(line))));
    const chances = rows.filter(({ task }) => task !== 'exam').map(chanceOf).toSorted((left, right) => left - right);
    for (const share of [0.1, 0.3, 0.6]) {
      const now = chances[Math.floor(share * chances.length)] ?? 0;
      const shipped = referenceTraffic[Math.round(share * (referenceTraffic.length - 1))] ?? 0;
      assert.ok(Math.abs(now - shipped) < 0.05, `${share}: ${now} now, ${shipped} shipped`);
    }
  });
});

describe('standardOf', () => {
  it('asks more from economy to quality', () => {
    const [economy, balanced, quality] = qualities.map(standardOf);
    assert.ok(economy && balanced && quality);
    for (const field of ['bar', 'failure', 'attempts'] as const) assert.ok(economy[field] < balanced[field] && balanced[field] < quality[field], field);
  });
});

describe('referenceChance', () => {
  it('falls with difficulty and does not depend on what single models are good at', () => {
    const chance = (difficulty: number, tests = 0): number => referenceChance(demandOf({ domains: { code: 1 }, difficulty, kinds: { tests } }));
    assert.ok(chance(-4) > chance(-1) && chance(-1) > chance(1));
    assert.equal(chance(0, 1), chance(0));
  });
});
