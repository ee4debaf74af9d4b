import { learntKey } from '../model/learnt';
import { type CandidateInput, type Judged, taskDemand } from './candidates';
import { abilityVector, capability } from './capable';

/** A chance that moved by less than this is told to nobody. */
const worthTelling = 0.03;

/**
 * What learning did to this choice, in words: that it kept a cheaper model from being first, or how it moved the chance of
 * the one that is. Nothing when it made no difference worth a sentence.
 */
export function learntReasons(first: Judged, judged: readonly Judged[], { learnt, profile }: Pick<CandidateInput, 'learnt' | 'profile'>, bar: number): readonly string[] {
  if (!learnt || learnt.abilities.size === 0) return [];
  const demand = taskDemand(profile);
  const before = ({ facts: { arm } }: Judged): { readonly p: number; readonly low: number } | undefined => {
    if (!learnt.abilities.has(learntKey(arm.card, arm.effort))) return undefined;
    const ability = abilityVector(arm.effort.abilities, arm.effort.specialties);
    return ability && capability(ability, demand);
  };
  let kept: { readonly name: string; readonly from: number; readonly to: number; readonly likely: number } | undefined;
  for (const one of judged) {
    if (one.closed !== undefined || !one.capable || one.capable.low >= bar || one.likely === undefined || one.likely >= (first.likely ?? Infinity) || one.likely >= (kept?.likely ?? Infinity)) continue;
    const was = before(one);
    if (was && was.low >= bar) kept = { name: one.facts.arm.card.name, from: was.p, to: one.capable.p, likely: one.likely };
  }
  if (kept) return [`What became of its answers moved ${kept.name} from ${percent(kept.from)} to ${percent(kept.to)}: no longer sure enough`];
  const was = before(first);
  if (!first.capable || !was || Math.abs(first.capable.p - was.p) < worthTelling) return [];
  return [`What became of its answers moved ${first.facts.arm.card.name} from ${percent(was.p)} to ${percent(first.capable.p)}`];
}

function percent(share: number): string {
  return `${Math.min(99, Math.round(share * 100))} %`;
}
