import { type Ability, type Domain, domains, type ModelCard } from '../model/modelCard';
import { pricePerMillion } from '../model/money';
import type { Price } from '../model/price';

const asOf = '2026-11-21';

/**
 * The demo's three models, priced like a small, a middle and a leading model of their day, with abilities that make
 * the router choose among them as it would among real ones. Play money, real arithmetic.
 */
export const demoCards: readonly ModelCard[] = [
  demoCard({ id: 'demo-small', name: 'Demo Small', price: { input: 0.1, output: 0.4, cacheRead: 0.01 }, z: -0.35, contextTokens: 128_000, maxOutputTokens: 16_384 }),
  demoCard({ id: 'demo-medium', name: 'Demo Medium', price: { input: 0.75, output: 4.5, cacheRead: 0.075 }, z: 1, contextTokens: 256_000, maxOutputTokens: 32_768 }),
  demoCard({ id: 'demo-large', name: 'Demo Large', price: { input: 5, output: 25, cacheRead: 0.5 }, z: 1.9, contextTokens: 400_000, maxOutputTokens: 65_536 }),
];

interface DemoModel {
  readonly id: string;
  readonly name: string;
  /** USD per 1M tokens. */
  readonly price: { readonly input: number; readonly output: number; readonly cacheRead: number };
  readonly z: number;
  readonly contextTokens: number;
  readonly maxOutputTokens: number;
}

function demoCard({ id, name, price, z, contextTokens, maxOutputTokens }: DemoModel): ModelCard {
  const abilities: Partial<Record<Domain, Ability>> = {};
  for (const domain of domains) abilities[domain] = { z, sd: 0.25 };
  return {
    id,
    name,
    contextTokens,
    maxOutputTokens,
    capabilities: ['tools', 'json', 'structured'],
    efforts: [{ effort: 'none', isDefault: true, abilities, verbosity: 1 }],
    offers: [{ provider: 'demo', model: id, price: demoPrice(price), free: false, efforts: [] }],
  };
}

function demoPrice({ input, output, cacheRead }: DemoModel['price']): Price {
  return { input: pricePerMillion(input), output: pricePerMillion(output), cacheRead: pricePerMillion(cacheRead), asOf, source: 'snapshot' };
}
