import { type ArmId, type Domain, domains } from '../model/modelCard';
import type { TaskProfile } from '../model/profile';
import type { Candidate, Route } from '../model/route';

/** An arm as it was judged in a route; undefined for one that was not there. */
export function candidateOf({ ranked, rejected }: Pick<Route, 'ranked' | 'rejected'>, id: ArmId): Candidate | undefined {
  return ranked.find((one) => one.id === id) ?? rejected.find(({ candidate }) => candidate.id === id)?.candidate;
}

/** The domain with the largest share; of equals the first in the order of the table. */
export function mainDomain({ domains: shares }: Pick<TaskProfile, 'domains'>): Domain {
  return domains.reduce((most, domain) => ((shares[domain] ?? 0) > (shares[most] ?? 0) ? domain : most), 'code');
}
