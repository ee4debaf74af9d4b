import { tiers } from '../src/core/model/profile';
import { fit, type FitOptions, judged, modelOf, type Calibration } from './fit';
import { formatOf } from './formats';
import type { Example } from './sources';

/** What a network that had not seen a text said of it. */
export interface Unseen {
  readonly example: Example;
  readonly tiers: readonly number[];
  /** Difficulty by the networks alone, and by the rule alone. */
  readonly network: number;
  readonly rule: number;
  readonly logTokens: number;
}

const parts = 4;

/** Every text of people's own is judged once by what was trained on the other parts; paraphrases stay together. */
export function judgedUnseen(examples: readonly Example[], options: FitOptions): readonly Unseen[] {
  const own = examples.filter((example) => formatOf(example) === 'everyday');
  const groups = [...new Set(own.map(groupOf))];
  const partOf = new Map(groups.map((group, at) => [group, at % parts]));
  return Array.from({ length: parts }, (_, part) => part).flatMap((part) => {
    const isOut = (example: Example): boolean => formatOf(example) === 'everyday' && partOf.get(groupOf(example)) === part;
    const out = examples.filter(isOut);
    const fitted = fit(examples.filter((example) => !isOut(example)), options);
    const byNetwork = judged(modelOf(fitted, { tierSharpness: 1, tokensDeviation: 1, difficulty: [0, 1, 0, 0] }), out);
    const byRule = judged(modelOf(fitted, { tierSharpness: 1, tokensDeviation: 1, difficulty: [0, 0, 1, 0] }), out);
    return out.map((example, at): Unseen => {
      const network = byNetwork[at]!;
      return { example, tiers: tiers.map((tier) => network.tiers[tier]), network: network.difficulty, rule: byRule[at]!.difficulty, logTokens: Math.log(network.outputTokens.p50) };
    });
  });
}

function groupOf({ id, same }: Example): string {
  return same ?? id;
}

export function calibrated(unseen: readonly Unseen[]): Calibration {
  return { tierSharpness: sharpness(unseen), tokensDeviation: tokensDeviation(unseen), difficulty: difficultyMix(unseen) };
}

/** The factor of the log odds that makes the tiers likeliest, to two digits. */
function sharpness(unseen: readonly Unseen[]): number {
  let best = 1;
  let least = Infinity;
  for (let factor = 0.5; factor <= 2; factor = Math.round((factor + 0.05) * 100) / 100) {
    const loss = unseen.reduce((sum, { example, tiers: shares }) => {
      const powers = shares.map((share) => share ** factor);
      const total = powers.reduce((all, power) => all + power, 0);
      return sum - Math.log(powers[tiers.indexOf(example.tier!)]! / total);
    }, 0);
    if (loss < least) {
      least = loss;
      best = factor;
    }
  }
  return best;
}

/** So that nine of ten answers are not longer than p90. */
function tokensDeviation(unseen: readonly Unseen[]): number {
  const errors = unseen.flatMap(({ example, logTokens }) => (example.tokens === undefined ? [] : [Math.log(example.tokens) - logTokens])).sort((left, right) => left - right);
  return Math.round(Math.max(0.3, (errors[Math.floor(errors.length * 0.9)] ?? 0.8) / 1.2816) * 100) / 100;
}

/** Borders between the tiers: half way between the anchors. */
const simpleBelow = -2.73;
const complexFrom = -0.6;

/** How much the tiers decide of the difficulty of everyday talk; the rest orders texts within a tier. */
const tierShare = 0.7;

/**
 * The networks and the rule are stretched so that as large a share of texts lies beyond each border of the tiers as belongs
 * there: predictions are drawn to the middle, and the bars of the decision are not.
 */
function difficultyMix(unseen: readonly Unseen[]): Calibration['difficulty'] {
  const mixed = unseen.map(({ network, rule }) => 0.6 * network + 0.4 * rule).sort((left, right) => left - right);
  const share = (tier: string): number => unseen.filter(({ example }) => example.tier === tier).length / unseen.length;
  const low = mixed[Math.floor(share('simple') * mixed.length)] ?? 0;
  const high = mixed[Math.floor((1 - share('complex')) * mixed.length)] ?? 1;
  const factor = (complexFrom - simpleBelow) / (high - low);
  const rest = 1 - tierShare;
  return [rest * (simpleBelow - factor * low), rest * 0.6 * factor, rest * 0.4 * factor, tierShare];
}
