import { type Arm, type Capability, type Domain, domains, type Effort, type ModelCard, type Offer } from '../../src/core/model/modelCard';
import { pricePerMillion } from '../../src/core/model/money';
import type { Price } from '../../src/core/model/price';

/** What a test says of an arm; the rest is that of an ordinary model. */
export interface ArmSketch {
  readonly provider?: string;
  readonly model: string;
  /** Card id when several places sell the same model. */
  readonly card?: string;
  /** The same ability in every domain; undefined is unproven. */
  readonly z?: number;
  readonly sd?: number;
  readonly domain?: Partial<Record<Domain, number>>;
  /** USD per 1M tokens: input, output, cache read, cache write. `unknown` has no price row. */
  readonly price?: readonly [number, number, number?, number?] | 'unknown';
  readonly free?: boolean;
  readonly effort?: Effort;
  readonly isDefault?: boolean;
  readonly verbosity?: number;
  readonly context?: number;
  readonly maxOutput?: number;
  readonly capabilities?: readonly Capability[];
}

export function arm(sketch: ArmSketch): Arm {
  const abilities = sketch.z === undefined ? {} : Object.fromEntries(domains.map((domain) => [domain, { z: sketch.domain?.[domain] ?? sketch.z ?? 0, sd: sketch.sd ?? 0.2 }]));
  const effort = { effort: sketch.effort ?? 'none', isDefault: sketch.isDefault ?? true, abilities, verbosity: sketch.verbosity ?? 1 };
  const offer: Offer = {
    provider: sketch.provider ?? 'acme',
    model: sketch.model,
    price: sketch.price === 'unknown' ? undefined : price(sketch.price ?? [1, 4]),
    free: sketch.free ?? false,
    efforts: [],
  };
  const card: ModelCard = {
    id: sketch.card ?? sketch.model,
    name: sketch.card ?? sketch.model,
    contextTokens: sketch.context ?? 128_000,
    maxOutputTokens: sketch.maxOutput ?? 16_384,
    capabilities: sketch.capabilities ?? ['tools', 'vision', 'json'],
    efforts: [effort],
    offers: [offer],
  };
  return { card, effort, offer };
}

export function price([input, output, cacheRead, cacheWrite]: readonly [number, number, number?, number?]): Price {
  return {
    input: pricePerMillion(input),
    output: pricePerMillion(output),
    ...(cacheRead === undefined ? {} : { cacheRead: pricePerMillion(cacheRead) }),
    ...(cacheWrite === undefined ? {} : { cacheWrite: pricePerMillion(cacheWrite) }),
    asOf: '2026-11-01',
    source: 'snapshot',
  };
}
