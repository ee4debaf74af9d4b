import { existsSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as z from 'zod';
import { Catalogue } from '../../src/core/catalog/catalogue';
import { readSnapshot } from '../../src/core/catalog/snapshot';
import type { Arm } from '../../src/core/model/modelCard';
import type { Tier } from '../../src/core/model/profile';
import { builtInProviders } from '../../src/core/providers/definitions';
import { profileTask } from '../../src/core/routing/profile';
import { routeRequest } from '../../src/core/routing/route';
import { shippedProfile } from '../support/shippedProfile';
import { asMicros, type Figure, type Measure, quantile } from './figure';

const dependencies = { ...shippedProfile(), isAvailable: () => true, restingFor: () => undefined, providerName: (id: string) => id };
const labelled = '../shared/data/routing/prompts_labelled.jsonl';
const fence = '```';

const question = 'Why does this cache return a stale value after the second update, and how would you fix it without a lock? It runs in two workers, the first one writes every ten seconds, and readers must never block.';
const long = `${question}\n\n${fence}ts\n${'  const entry = this.entries.get(key) ?? (await this.load(key, { signal, deadline: now + 250 }));\n'.repeat(415)}${fence}`;

/**
 * How long a decision takes, and how often the rules judge a prompt as two readers did. The latter needs
 * ../shared/data/routing/prompts_labelled.jsonl and is left out without it.
 */
export const measure: Measure = async () => [...speed(), ...(existsSync(labelled) ? accuracy() : [])];

function speed(): readonly Figure[] {
  const catalogue = new Catalogue(readSnapshot(readFileSync('src/core/catalog/snapshot.json', 'utf8')));
  const arms = catalogue.arms(builtInProviders);
  const models = new Set(arms.map(({ card }) => card.id)).size;
  const all = `shipped catalogue, keys for all providers: ${models} models, ${arms.length} arms`;
  return [...memory(), ...[question, long].flatMap((text) => {
    const name = text.length < 1000 ? `${text.length} characters` : `${Math.round(text.length / 1000)} kB`;
    const request = { messages: [{ role: 'user' as const, text }] };
    return [
      { name: `profile, ${name}`, value: time(() => profileTask(dependencies, request)), how: 'what is asked: kind, difficulty, tokens' },
      { name: `profile and route, ${name}`, value: time(() => route(arms, request)), how: all },
    ];
  })];
}

/** What the catalogue keeps in the heap, and what the first decision adds for the arms that it has. */
function memory(): readonly Figure[] {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  const used = (): number => {
    if (typeof collect === 'function') collect();
    return process.memoryUsage().heapUsed;
  };
  const before = used();
  const catalogue = new Catalogue(readSnapshot(readFileSync('src/core/catalog/snapshot.json', 'utf8')));
  const arms = catalogue.arms(builtInProviders);
  const read = used();
  route(arms, { messages: [{ role: 'user', text: question }] });
  const routed = used();
  const kB = (bytes: number): string => `${Math.round(bytes / 1000)} kB`;
  return [
    { name: 'memory of the catalogue', value: kB(read - before), how: `heap after collecting garbage, ${arms.length} arms` },
    { name: 'memory of what is worked out once for the arms', value: kB(routed - read), how: 'the same, after one decision, which is thrown away' },
  ];
}

/** The same lists at every request, as the settings keep theirs. */
const allowed: readonly string[] = [];
const excluded: readonly string[] = ['*:free'];

function route(arms: readonly Arm[], request: Parameters<typeof profileTask>[1]) {
  return routeRequest(dependencies, { request, arms, quality: 'balanced', pinned: undefined, maxOutputTokens: 8_192, worstInputTokens: 50_000, now: Date.now(), knownPriceOnly: true, room: undefined, allowed, excluded });
}

function time(work: () => unknown): string {
  for (let round = 0; round < 300; round++) work();
  const times = Array.from({ length: 3_000 }, () => {
    const start = performance.now();
    work();
    return performance.now() - start;
  });
  return `p50 ${asMicros(quantile(times, 0.5))}, p99 ${asMicros(quantile(times, 0.99))}`;
}

interface Labelled {
  readonly tier: Tier;
  readonly text: string;
  readonly language: string | undefined;
  /** Characters of prompt and of selection: what the baseline knows. */
  readonly length: number;
}

type Judge = (row: Labelled) => Tier;

function accuracy(): readonly Figure[] {
  const schema = z.object({ prompt: z.string(), selection: z.string().nullish(), language: z.string().nullish(), tier: z.enum(['simple', 'moderate', 'complex']) });
  const rows = readFileSync(labelled, 'utf8').trim().split('\n').map((line): Labelled => {
    const { prompt, selection, language, tier } = schema.parse(JSON.parse(line));
    return { tier, text: selection ? `${prompt}\n\n${fence}${language ?? ''}\n${selection}\n${fence}` : prompt, language: language ?? undefined, length: prompt.length };
  });
  const rules: Judge = ({ text, language }) => profileTask(dependencies, { messages: [{ role: 'user', text }], ...(language === undefined ? {} : { language }) }).tier;
  // The rules were written with the first 90 rows read, so only the others compare them with the length fairly.
  const lengthOfRead = bestCuts(rows.slice(0, 90));
  const unread = rows.slice(90);
  return [
    report('rows not read: rules', unread.map((row) => ({ row, found: rules(row) }))),
    report('rows not read: length alone', unread.map((row) => ({ row, found: lengthOfRead(row) }))),
    report('all rows: rules', rows.map((row) => ({ row, found: rules(row) }))),
    report('all rows: length alone', lengthAlone(rows)),
  ];
}

/** Two cut points of the prompt's length, chosen on nine tenths and used on the tenth. */
function lengthAlone(rows: readonly Labelled[]): readonly Judged[] {
  return Array.from({ length: 10 }, (_, fold) => fold).flatMap((fold) => {
    const judge = bestCuts(rows.filter((_, index) => index % 10 !== fold));
    return rows.filter((_, index) => index % 10 === fold).map((row) => ({ row, found: judge(row) }));
  });
}

function bestCuts(rows: readonly Labelled[]): Judge {
  const lengths = [...new Set(rows.map(({ length }) => length))].toSorted((left, right) => left - right);
  let best: { readonly right: number; readonly judge: Judge } = { right: -1, judge: () => 'simple' };
  for (const low of lengths) {
    for (const high of lengths) {
      if (high < low) continue;
      const judge: Judge = ({ length }) => (length < low ? 'simple' : length < high ? 'moderate' : 'complex');
      const right = rows.filter((row) => judge(row) === row.tier).length;
      if (right > best.right) best = { right, judge };
    }
  }
  return best.judge;
}

interface Judged {
  readonly row: Labelled;
  readonly found: Tier;
}

function report(name: string, judged: readonly Judged[]): Figure {
  const right = judged.filter(({ row, found }) => row.tier === found).length;
  const far = judged.filter(({ row, found }) => row.tier !== found && row.tier !== 'moderate' && found !== 'moderate').length;
  return { name, value: `${((100 * right) / judged.length).toFixed(1)} % of tiers right`, how: `${right} of ${judged.length} as two readers did; ${far} simple taken for complex or the reverse` };
}
