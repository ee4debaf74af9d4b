import { domains } from '../../src/core/model/modelCard';
import { intents, type Tier } from '../../src/core/model/profile';
import { difficultyAnchors } from '../../src/core/routing/capable';
import type { ProfileModel } from '../../src/core/routing/profileModel';

const anchors: Readonly<Record<Tier, number>> = { simple: difficultyAnchors.easy, moderate: difficultyAnchors.medium, complex: difficultyAnchors.hard };

/** Judges every text to be plain code of one tier, for tests of what is made of a judgement. */
export function fakeModel(tier: Tier): ProfileModel {
  return {
    version: 'fake',
    judge: () => ({
      domains: { ...named(domains), code: 1 },
      intents: { ...named(intents), generate: 1 },
      tiers: { simple: 0, moderate: 0, complex: 0, [tier]: 1 },
      difficulty: anchors[tier],
      outputTokens: { p50: 400, p90: 1000 },
    }),
  };
}

function named<Name extends string>(names: readonly Name[]): Record<Name, number> {
  const zeros: Partial<Record<Name, number>> = {};
  for (const name of names) zeros[name] = 0;
  return zeros as Record<Name, number>;
}
