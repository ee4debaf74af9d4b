import { domains } from '../model/modelCard';
import { intents, type Tier } from '../model/profile';
import { difficultyAnchors } from './capable';
import { figureNames } from './features';
import type { ProfileModel } from './profileModel';

const wordsAt = figureNames.indexOf('log content words');
const codeLinesAt = figureNames.indexOf('log code lines');

/**
 * Judges a text by how much is said and shown, the best there is without weights: what stands in when the file of the
 * trained profile cannot be read. Round figures of the labelled prompts: ten words are simple, sixty moderate.
 */
export const lengthModel: ProfileModel = {
  version: 'length',
  judge({ figures }) {
    const words = figures[wordsAt] ?? 0;
    const codeLines = figures[codeLinesAt] ?? 0;
    const difficulty = Math.min(1, -5.4 + 0.95 * words + 0.15 * codeLines);
    const p50 = Math.round(120 * Math.exp(0.3 * words + 0.1 * codeLines));
    return {
      difficulty,
      tiers: nearAnchors(difficulty),
      domains: { ...each(domains, 0), code: 0.7, reasoning: 0.15, knowledge: 0.15 },
      // What is wanted cannot be told by the length: all are as likely, and none is named.
      intents: each(intents, 1 / intents.length),
      outputTokens: { p50, p90: Math.round(2.6 * p50) },
    };
  },
};

function each<Name extends string>(names: readonly Name[], value: number): Readonly<Record<Name, number>> {
  return Object.fromEntries(names.map((name) => [name, value])) as Record<Name, number>;
}

/** The nearer an anchor, the likelier its tier. */
function nearAnchors(difficulty: number): Readonly<Record<Tier, number>> {
  const { easy, medium, hard } = difficultyAnchors;
  const [simple = 0, moderate = 0, complex = 0] = [easy, medium, hard].map((anchor) => Math.exp(-((difficulty - anchor) ** 2)));
  const total = Math.max(1e-9, simple + moderate + complex);
  return { simple: simple / total, moderate: moderate / total, complex: complex / total };
}
