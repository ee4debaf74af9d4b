import { existsSync, readFileSync } from 'node:fs';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import * as z from 'zod';
import { Catalogue } from '../../src/core/catalog/catalogue';
import { readSnapshot } from '../../src/core/catalog/snapshot';
import type { Arm } from '../../src/core/model/modelCard';
import type { TaskProfile } from '../../src/core/model/profile';
import type { Candidate, Quality, Route } from '../../src/core/model/route';
import { builtInProviders } from '../../src/core/providers/definitions';
import { referenceChance } from '../../src/core/routing/bars';
import { taskDemand } from '../../src/core/routing/candidates';
import { readClassifiers } from '../../src/core/routing/classifiers';
import { profileTask } from '../../src/core/routing/profile';
import { routeTask } from '../../src/core/routing/route';
import { messageOf } from '../support/referenceChances';
import { routeRequest } from '../support/routeRequest';
import { shippedProfile } from '../support/shippedProfile';
import { asMicros, type Figure, type Measure, quantile } from './figure';

const dependencies = { ...shippedProfile(), isAvailable: () => true, restingFor: () => undefined, providerName: (id: string) => id };
const labelled = '../shared/data/routing/prompts_labelled.jsonl';
const fence = '```';

const question = 'Why does this cache return a stale value after the second update, and how would you fix it without a lock? It runs in two workers, the first one writes every ten seconds, and readers must never block.';
const long = `${question}\n\n${fence}ts\n${'  const entry = this.entries.get(key) ?? (await this.load(key, { signal, deadline: now + 250 }));\n'.repeat(415)}${fence}`;

/**
 * How long a decision takes, and what the quality settings make of ordinary prompts. The latter needs
 * ../shared/data/routing/prompts_labelled.jsonl and is left out without it.
 */
export const measure: Measure = async () => [...speed(), ...(existsSync(labelled) ? choices() : [])];

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
      { name: `profile with classifiers, ${name}`, value: time(() => profileTask({ ...dependencies, classifiers }, request)), how: 'ten patterns and five sets of five examples, of which none fits' },
      { name: `profile and route, ${name}`, value: time(() => route(arms, request)), how: all },
    ];
  })];
}

const shaders = ['write a fragment shader for a water surface', 'my vertex shader flickers on Metal', 'port this GLSL to WGSL', 'the shadow map has acne', 'explain how normal mapping works in tangent space'];
const { classifiers } = readClassifiers([
  ...Array.from({ length: 10 }, (_, at) => ({ label: `rule ${at}`, rule: { pattern: `payroll${at}|\\bsalar(y|ies) ?${at}` } })),
  ...Array.from({ length: 5 }, (_, at) => ({ label: `examples ${at}`, examples: shaders })),
]);

/** What the catalogue keeps in the heap, and what the first decision adds for the arms that it has. */
function memory(): readonly Figure[] {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  const used = (): number => {
    if (typeof collect === 'function') collect();
    return process.memoryUsage().heapUsed;
  };
  // What the profile keeps is not meant.
  profileTask(dependencies, { messages: [{ role: 'user', text: question }] });
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

const terms = { pinned: undefined, maxOutputTokens: 8_192, worstInputTokens: 50_000, now: Date.UTC(2026, 10, 21), knownPriceOnly: true, room: undefined, allowed, excluded } as const;

function route(arms: readonly Arm[], request: Parameters<typeof profileTask>[1]) {
  return routeRequest(dependencies, { ...terms, request, arms, quality: 'balanced' });
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

const qualities: readonly Quality[] = ['economy', 'balanced', 'quality'];
const prompt = z.object({ prompt: z.string(), selection: z.string().nullish(), language: z.string().nullish() });

/** What each quality setting makes of ordinary prompts: how many go to abler models than the reference, at what price and chance. */
function choices(): readonly Figure[] {
  const tasks = readFileSync(labelled, 'utf8').trim().split('\n').map((line) => {
    const row = prompt.parse(JSON.parse(line));
    return profileTask(dependencies, { messages: [{ role: 'user', text: messageOf(row) }], ...(row.language ? { language: row.language } : {}) });
  });
  const catalogue = new Catalogue(readSnapshot(readFileSync('src/core/catalog/snapshot.json', 'utf8')));
  return [builtInProviders, ...['openai', 'anthropic', 'google'].map((id) => builtInProviders.filter((one) => one.id === id))].flatMap((providers) => {
    const arms = catalogue.arms(providers);
    return qualities.map((quality) => ({ name: `${quality}, ${providers.length > 1 ? 'all providers' : providers[0]?.name}`, ...choicesOf(arms, quality, tasks) }));
  });
}

function choicesOf(arms: readonly Arm[], quality: Quality, tasks: readonly TaskProfile[]): Omit<Figure, 'name'> {
  const routes = tasks.flatMap((profile) => {
    const found = routeTask(dependencies, { ...terms, profile, arms, quality });
    return 'kind' in found ? [] : [found];
  });
  const mean = (of: (route: Route) => number): number => routes.reduce((sum, one) => sum + of(one), 0) / Math.max(1, routes.length);
  const usd = (candidate: Candidate | undefined): number => ((candidate?.estimate?.likely ?? 0) / 1e9) * 1000;
  const abler = mean(({ ranked, profile }) => Number((ranked[0]?.capable?.low ?? 0) > referenceChance(taskDemand(profile))));
  const dollars = (value: number): string => `$${value.toFixed(2)}`;
  return {
    value: `${Math.round(100 * abler)} % to abler than the reference, ${dollars(mean(({ ranked }) => usd(ranked[0])))} for 1,000 prompts, chance ${(100 * mean(({ ranked }) => ranked[0]?.capable?.p ?? 0)).toFixed(1)} %`,
    how: `${routes.length} labelled prompts, none sure enough for ${Math.round(100 * mean(({ belowBar }) => Number(belowBar)))} %; always the ablest ${dollars(mean(({ alternatives }) => usd(alternatives.ablest)))}, ${(100 * mean(({ alternatives }) => alternatives.ablest?.capable?.p ?? 0)).toFixed(1)} %; always the cheapest ${dollars(mean(({ alternatives }) => usd(alternatives.cheapest)))}, ${(100 * mean(({ alternatives }) => alternatives.cheapest?.capable?.p ?? 0)).toFixed(1)} %`,
  };
}
