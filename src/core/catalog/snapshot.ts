import { type Ability, type Capability, type Domain, domains as allDomains, type Effort, type EffortRow, type ModelCard, type Offer, type Specialty, type TaskKind, taskKinds } from '../model/modelCard';
import { type EstimateFit, readEstimateFit } from './estimate';
import { type PriceTerms, readPriceRow, readTerms } from './priceRow';
import { isFreeId, PriceSheet } from './priceSheet';
import { list, number, optional, optionalList, record, SnapshotError, string } from './snapshotValue';

/** An offer with the limits of its own place, where they are lower than the model's. */
export interface ServedOffer extends Offer {
  readonly contextTokens?: number;
  readonly maxOutputTokens?: number;
  /** What the model can do at this place, where the place says so. */
  readonly capabilities?: readonly Capability[];
}

export interface SnapshotCard extends ModelCard {
  readonly offers: readonly ServedOffer[];
  /** Offers that the newest source no longer lists: never asked, but a call that names them has a price. */
  readonly retired: readonly Offer[];
  /** Other names of the model, to recognise it on other servers. */
  readonly aliases: readonly string[];
  /** Month of release, of a model that nobody measured. */
  readonly released?: string;
}

export interface Snapshot {
  /** ISO date of the newest source. */
  readonly asOf: string;
  readonly cards: readonly SnapshotCard[];
  /** Prices of what no card sells. Undefined: none. */
  readonly sheet?: PriceSheet;
  /** What price and age say of models that nobody measured. Undefined: nothing. */
  readonly estimate?: EstimateFit;
}

const effortOfLetter: Readonly<Record<string, Effort>> = { n: 'none', l: 'low', m: 'medium', h: 'high', x: 'xhigh' };
const capabilityOfLetter: Readonly<Record<string, Capability>> = { t: 'tools', v: 'vision', r: 'reasoning', s: 'structured', j: 'json' };

/**
 * Reads the shipped snapshot (rows as scripts/catalogue.mjs writes them: trailing zeros and empty lists are left out,
 * zero is unknown, abilities are hundredths). By hand instead of a schema, because it lies on the way to the first
 * answer; every value is still checked once. Throws SnapshotError.
 */
export function readSnapshot(text: string): Snapshot {
  const root = record(parse(text), 'snapshot');
  if (root['format'] !== 2) throw new SnapshotError(`unknown format ${String(root['format'])}`);
  const terms = readTerms(root['terms']);
  const names: SnapshotNames = {
    terms,
    providers: list(root['providers'], 'providers').map((one) => string(one, 'providers')),
    dates: list(root['dates'], 'dates').map((one) => string(one, 'dates')),
    domains: list(root['domains'], 'domains').map(domain),
    kinds: optionalList(root['kinds'], 'kinds').map(kind),
  };
  const sheet = new PriceSheet(record(root['sheet'] ?? {}, 'sheet'), terms, optional(root['sheetAsOf'], ''));
  return {
    asOf: string(root['asOf'], 'asOf'),
    cards: list(root['models'], 'models').map((row) => readCard(list(row, 'model'), names)),
    sheet,
    ...(root['estimate'] === undefined ? {} : { estimate: readEstimateFit(root['estimate'], names.domains) }),
  };
}

interface SnapshotNames {
  readonly terms: readonly PriceTerms[];
  readonly providers: readonly string[];
  readonly dates: readonly string[];
  readonly domains: readonly Domain[];
  readonly kinds: readonly TaskKind[];
}

function readCard(row: readonly unknown[], names: SnapshotNames): SnapshotCard {
  const id = string(row[0], 'model id');
  return {
    id,
    name: typeof row[1] === 'string' ? row[1] : id,
    contextTokens: number(row[2], id),
    maxOutputTokens: number(row[3], id),
    capabilities: [...optional(row[4], '')].flatMap((letter) => capabilityOfLetter[letter] ?? []),
    efforts: list(row[5], id).map((one) => readEffort(list(one, id), names, id)),
    offers: optionalList(row[6], id).map((one) => readOffer(list(one, id), names, id)),
    retired: optionalList(row[7], id).map((one) => readOffer(list(one, id), names, id)),
    aliases: optionalList(row[8], id).map((one) => string(one, id)),
    ...(typeof row[9] === 'string' ? { released: row[9] } : {}),
  };
}

function readEffort(row: readonly unknown[], { domains, kinds }: SnapshotNames, id: string): EffortRow {
  const figures = optionalList(row[3], id);
  const abilities: Partial<Record<Domain, Ability>> = {};
  for (const [index, name] of domains.entries()) {
    if (figures.length > 0) abilities[name] = { z: number(figures[2 * index], id) / 100, sd: number(figures[2 * index + 1], id) / 100 };
  }
  const told = optionalList(row[4], id);
  const specialties: Partial<Record<TaskKind, Specialty>> = {};
  for (const [index, name] of kinds.entries()) {
    if (told.length > 0) specialties[name] = { shift: number(told[2 * index], id) / 100, sd: number(told[2 * index + 1], id) / 100 };
  }
  return { effort: effort(row[0], id), isDefault: row[1] === 1, abilities, ...(told.length > 0 ? { specialties } : {}), verbosity: number(row[2], id) };
}

function readOffer(row: readonly unknown[], names: SnapshotNames, id: string): ServedOffer {
  const model = string(row[1], id);
  const provider = string(names.providers[number(row[0], id)], id);
  const asOf = string(names.dates[optional(row[3], 0)], id);
  const contextTokens = optional(row[5], 0);
  const maxOutputTokens = optional(row[6], 0);
  return {
    provider,
    model,
    price: Array.isArray(row[2]) ? readPriceRow(row[2], { terms: names.terms, asOf }, id) : undefined,
    free: isFreeId(model),
    efforts: [...(typeof row[4] === 'string' ? row[4] : '')].map((letter) => effort(letter, id)),
    ...(contextTokens > 0 ? { contextTokens } : {}),
    ...(maxOutputTokens > 0 ? { maxOutputTokens } : {}),
  };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (error) {
    throw new SnapshotError('not JSON', { cause: error });
  }
}

function effort(letter: unknown, where: string): Effort {
  const found = effortOfLetter[string(letter, where)];
  if (found === undefined) throw new SnapshotError(`${where}: unknown effort ${String(letter)}`);
  return found;
}

function domain(value: unknown): Domain {
  const found = allDomains.find((one) => one === value);
  if (found === undefined) throw new SnapshotError(`unknown domain ${String(value)}`);
  return found;
}

function kind(value: unknown): TaskKind {
  const found = taskKinds.find((one) => one === value);
  if (found === undefined) throw new SnapshotError(`unknown kind of task ${String(value)}`);
  return found;
}
