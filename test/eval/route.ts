import { existsSync, readFileSync } from 'node:fs';
import { Catalogue } from '../../src/core/catalog/catalogue';
import { readSnapshot } from '../../src/core/catalog/snapshot';
import type { TaskProfile } from '../../src/core/model/profile';
import type { Candidate, Quality } from '../../src/core/model/route';
import { standardOf } from '../../src/core/routing/bars';
import { type ProfileDependencies, profileTask } from '../../src/core/routing/profile';
import { routeTask } from '../../src/core/routing/route';
import { shippedProfile } from '../support/shippedProfile';
import { CannotRun, type Evaluation, type EvalRow, textField } from './evaluation';
import { carrier, type Dimension, dimensionOf, StrangerArms } from './route/arms';
import { anything, ordinary, ordinaryPrompt, unknownInputTokens, unknownTaskSd } from './route/dimensions';
import { sumOf } from './route/figures';
import { readCards } from './route/readCards';

const qualities: readonly Quality[] = ['economy', 'balanced', 'quality'];
const ownModels = '../shared/data/routing/coderouterbench_models.json';
const dependencies = { isAvailable: () => true, restingFor: () => undefined, providerName: (id: string) => id };
/** No limit of any model on the market is above it. */
const mostOutputTokens = 128_000;

/**
 * Which model is asked for a task, chosen by the functions of the product among the models of a file. What that says
 * of its models wins over our catalogue; a dimension that a row names wins over what its text tells of the kind of task.
 */
export const evaluation: Evaluation = {
  inputs: ['../shared/data/routing/coderouterbench_val.jsonl'],
  target: 'score above the class map at its cost',
  open: async ({ flags }) => {
    const quality = qualities.find((one) => one === (flags['quality'] ?? 'balanced'));
    if (quality === undefined) throw new CannotRun(`--quality is one of ${qualities.join(', ')}.`);
    const file = flags['models'] ?? ownModels;
    if (!existsSync(file)) throw new CannotRun(`The file ${file} with the models cannot be read.`);
    const cards = readCards(readFileSync(file, 'utf8'), file);
    const snapshot = readSnapshot(readFileSync('src/core/catalog/snapshot.json', 'utf8'));
    const models = new StrangerArms(cards, snapshot, new Catalogue(snapshot));
    const judging = shippedProfile();
    const chances = new Map<EvalRow, ReadonlyMap<string, number>>();
    return {
      row: async (row) => {
        const id = textField(row, 'id');
        const dimension = dimensionOf(typeof row['dimension'] === 'string' ? row['dimension'] : undefined);
        const prompt = typeof row['prompt'] === 'string' && row['prompt'].trim() !== '' ? row['prompt'] : undefined;
        if (prompt === undefined && dimension.plain === undefined) throw new Error('the row has neither a prompt nor a dimension');
        const arms = models.arms(dimension);
        const measured = models.hasScores(dimension);
        const ordinaryTokens = models.ordinaryTokens(dimension);
        const start = performance.now();
        const profile = profileOf(judging, prompt, dimension, measured, ordinaryTokens);
        const route = routeTask(dependencies, { profile, arms, quality, pinned: undefined, maxOutputTokens: mostOutputTokens, worstInputTokens: profile.inputTokens, now: 0, knownPriceOnly: false, room: undefined, allowed: [], excluded: [] });
        const micros = Math.round((performance.now() - start) * 1000);
        if ('kind' in route) throw new Error(route.kind === 'noCandidate' ? route.reason : route.kind);
        const [chosen] = route.ranked;
        const others = route.rejected.map(({ candidate }) => candidate).toSorted((one, other) => lossOf(one, quality) - lossOf(other, quality));
        const ranked = [...new Set([...route.ranked, ...others].map(({ arm }) => arm.card.id))];
        chances.set(row, new Map([...route.ranked, ...others].flatMap(({ arm, capable, estimated }) => (capable ?? estimated ? [[arm.card.id, (capable ?? estimated)?.p ?? 0] as const] : []))));
        return { id, ranked, pCapable: rounded((chosen?.capable ?? chosen?.estimated)?.p), expectedUsd: usd(chosen), reasons: route.reasons, micros };
      },
      sum: (done) => sumOf(done, cards, chances),
    };
  },
};

/** What is known of the task: its text where there is one, else what is ordinary for its kind. */
function profileOf(judging: ProfileDependencies, prompt: string | undefined, { kind, domain }: Dimension, measured: boolean, ordinaryTokens: number | undefined): TaskProfile {
  const said = prompt === undefined ? undefined : profileTask(judging, { messages: [{ role: 'user', text: prompt }] });
  const usual = kind === undefined ? anything : ordinary[kind];
  const tokens = ordinaryTokens ?? said?.outputTokens.p50 ?? usual.tokens;
  const base: TaskProfile = said ?? { domains: { [domain ?? 'code']: 1 }, difficulty: usual.difficulty, difficultySd: unknownTaskSd, tier: 'moderate', needs: [], inputTokens: unknownInputTokens, outputTokens: { p50: tokens, p90: tokens * 2.5 }, reasons: [] };
  const profile = ordinaryTokens === undefined ? base : { ...base, outputTokens: { p50: tokens, p90: tokens * 2.5 } };
  // How much harder the text makes it than an ordinary one of its kind; nothing is known of that without a text.
  const harder = said === undefined ? 0 : said.difficulty - ordinaryPrompt;
  // The file says how often its models succeed at just this: that holds for an ordinary task.
  if (measured) return { ...profile, difficulty: harder, difficultySd: unknownTaskSd, kinds: { [carrier]: 1 } };
  if (kind === undefined) return profile;
  return { ...profile, difficulty: usual.difficulty + harder, difficultySd: unknownTaskSd, kinds: { [kind]: 1 } };
}

/** Cost with failures, as when nobody is sure enough; what is not known of an arm puts it last. */
function lossOf({ capable, estimated, estimate }: Candidate, quality: Quality): number {
  const chance = capable?.p ?? (estimated ? estimated.p / 1000 : 0);
  return (estimate?.likely ?? 0) + (1 - chance) * standardOf(quality).failure + (capable ? 0 : 1e15) + (estimate ? 0 : 1e16);
}

function usd(candidate: Candidate | undefined): number | null {
  const likely = candidate?.estimate?.likely;
  return likely === undefined ? null : Math.round(likely) / 1e9;
}

function rounded(share: number | undefined): number | null {
  return share === undefined ? null : Math.round(share * 10_000) / 10_000;
}
