import { intents, type Tier } from '../model/profile';
import { difficultyAnchors } from './capable';
import { figureNames } from './features';
import type { Judgement, ProfileModel } from './profileModel';

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
      domains: ofAnEditor,
      intents: alike,
      outputTokens: { p50, p90: Math.round(2.6 * p50) },
    };
  },
};

/** Most of what is asked in an editor is about code. */
const ofAnEditor: Judgement['domains'] = { code: 0.7, agentic_code: 0, math: 0, reasoning: 0.15, knowledge: 0.15, writing: 0, chat: 0, tools: 0, instruction: 0, long_context: 0 };

const each = 1 / intents.length;
/** What is wanted cannot be told by the length: all are as likely, and none is named. */
const alike: Judgement['intents'] = { fix: each, refactor: each, generate: each, test: each, docs: each, translate: each, regex: each, sql: each, shell: each, devops: each, data: each, math: each, debug: each, performance: each, security: each, review: each, design: each, explain: each, writing: each, general: each, question: each };

/** The nearer an anchor, the likelier its tier. */
function nearAnchors(difficulty: number): Readonly<Record<Tier, number>> {
  const { easy, medium, hard } = difficultyAnchors;
  const [simple = 0, moderate = 0, complex = 0] = [easy, medium, hard].map((anchor) => Math.exp(-((difficulty - anchor) ** 2)));
  const total = Math.max(1e-9, simple + moderate + complex);
  return { simple: simple / total, moderate: moderate / total, complex: complex / total };
}
