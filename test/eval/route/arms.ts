import type { Catalogue } from '../../../src/core/catalog/catalogue';
import { type EstimateFit, estimateAbility } from '../../../src/core/catalog/estimate';
import { findByName, nameIndex } from '../../../src/core/catalog/modelNames';
import type { Snapshot, SnapshotCard } from '../../../src/core/catalog/snapshot';
import { type Arm, type Domain, domains, type EffortRow, type Specialty, type TaskKind } from '../../../src/core/model/modelCard';
import { pricePerMillion } from '../../../src/core/model/money';
import type { Price } from '../../../src/core/model/price';
import { type Meant, meantBy, ordinary, plainName, unknownTaskFlatness } from './dimensions';
import type { Score, StrangerCard } from './readCards';

/** What is known of a model from our own catalogue. */
interface Known {
  readonly card: SnapshotCard;
  readonly effort: EffortRow;
  readonly price: Price | undefined;
}

/** A row's dimension in all the ways that matter. */
export interface Dimension extends Meant {
  /** As the file of models may name it. */
  readonly plain: string | undefined;
}

export function dimensionOf(name: string | undefined): Dimension {
  return name === undefined ? { plain: undefined } : { plain: plainName(name), ...meantBy(name) };
}

/** Models of a stranger's file as arms that the product routes to, made once for each dimension. */
export class StrangerArms {
  private readonly made = new Map<string | undefined, readonly Arm[]>();
  private readonly known: ReadonlyMap<StrangerCard, Known | undefined>;
  private readonly estimate: EstimateFit | undefined;

  constructor(
    private readonly cards: readonly StrangerCard[],
    snapshot: Snapshot,
    catalogue: Catalogue,
  ) {
    const index = nameIndex(snapshot.cards.map(({ id, aliases, offers, retired }) => ({ id, names: [...aliases, ...[...offers, ...retired].map(({ model }) => model)] })));
    const byId = new Map(snapshot.cards.map((card) => [card.id, card]));
    this.known = new Map(cards.map((card) => [card, knownAs(card, byId.get(findCard(index, card.id) ?? ''), catalogue)]));
    this.estimate = snapshot.estimate;
  }

  /** Whether the file says how often its models succeed at this. */
  hasScores(dimension: Dimension): boolean {
    return this.cards.some((card) => scoreFor(card, dimension) !== undefined);
  }

  /** Output tokens of an ordinary model at this, where the file tells what its models write. */
  ordinaryTokens(dimension: Dimension): number | undefined {
    const told = this.cards.flatMap((card) => tokensFor(card, dimension) ?? []);
    return told.length === 0 ? undefined : Math.exp(told.reduce((sum, tokens) => sum + Math.log(tokens), 0) / told.length);
  }

  arms(dimension: Dimension): readonly Arm[] {
    const made = this.made.get(dimension.plain) ?? this.cards.map((card) => this.arm(card, dimension));
    this.made.set(dimension.plain, made);
    return made;
  }

  private arm(card: StrangerCard, dimension: Dimension): Arm {
    const known = this.known.get(card);
    const tokens = tokensFor(card, dimension);
    const ordinary = this.ordinaryTokens(dimension);
    const effort: EffortRow = {
      effort: card.effort ?? known?.effort.effort ?? 'none',
      isDefault: this.cards.find(({ id }) => id === card.id) === card,
      ...this.ability(card, dimension, known),
      verbosity: tokens !== undefined && ordinary !== undefined ? tokens / ordinary : (known?.effort.verbosity ?? 1),
    };
    const price: Price | undefined = card.price
      ? { input: pricePerMillion(card.price.input), output: pricePerMillion(card.price.output), ...(card.price.cacheRead === undefined ? {} : { cacheRead: pricePerMillion(card.price.cacheRead) }), asOf: '', source: 'user' }
      : known?.price;
    const offer = { provider: 'file', model: card.id, price, free: price !== undefined && price.input === 0 && price.output === 0 };
    const limit = card.contextTokens ?? known?.card.contextTokens ?? 1_000_000;
    return { card: { id: card.id, name: card.id, contextTokens: Math.max(limit, 4096), maxOutputTokens: limit, capabilities: [], efforts: [effort], offers: [offer] }, effort, offer };
  }

  /** The file's figure for exactly this first, then its abilities, then our catalogue's, then what price and age say. */
  private ability(card: StrangerCard, dimension: Dimension, known: Known | undefined): Pick<EffortRow, 'abilities' | 'specialties' | 'estimated'> {
    const score = scoreFor(card, dimension);
    if (score) return exactly(score, score === card.overall ? fromOverall(dimension, known) : undefined);
    const own = Object.keys(card.abilities).length > 0;
    const abilities = own ? card.abilities : (known?.effort.abilities ?? {});
    const specialties = this.hasScores(dimension) ? this.besideScores(dimension, known) : known?.effort.specialties;
    if (Object.keys(abilities).length > 0) return { abilities, ...(specialties ? { specialties } : {}) };
    const released = card.released ?? known?.card.released;
    const estimated = this.estimate && estimateAbility(this.estimate, { effort: card.effort ?? 'none', ...(card.price ? { price: card.price } : {}), ...(released === undefined ? {} : { released }) });
    return { abilities: {}, ...(estimated ? { estimated } : {}) };
  }

  /** A model of known ability among others with measured shares: how hard the dimension is, is told by those. */
  private besideScores(dimension: Dimension, known: Known | undefined): EffortRow['specialties'] {
    const levels = this.cards.flatMap((card) => {
      const score = scoreFor(card, dimension);
      return score ? [Math.log((score.share + 0.005) / (1.005 - score.share)) - plainEffect(this.known.get(card))] : [];
    });
    const level = levels.reduce((sum, one) => sum + one, 0) / levels.length;
    const own = dimension.kind && known?.effort.specialties?.[dimension.kind];
    return { [carrier]: { shift: level + (own?.shift ?? 0), sd: own?.sd ?? usualSpecialty } };
  }
}

/** What ability does at a task of which nothing is known, in logits: an ordinary model's where none is known. */
function plainEffect(known: Known | undefined): number {
  return (codeSlope * (known?.effort.abilities.code?.z ?? ordinaryAbility)) / unknownTaskFlatness;
}

const codeSlope = 1.95;
const ordinaryAbility = 0.5;

function knownAs(card: StrangerCard, found: SnapshotCard | undefined, catalogue: Catalogue): Known | undefined {
  if (!found) return undefined;
  const efforts = found.efforts;
  // A name alone is the model as it was measured at tasks, if it was; else as its vendor runs it.
  const effort = efforts.find((row) => row.effort === card.effort) ?? efforts.filter((row) => row.specialties).toSorted((one, other) => doubt(one) - doubt(other))[0] ?? efforts.find((row) => row.isDefault);
  if (!effort) return undefined;
  const prices = catalogue.cards().find(({ id }) => id === found.id)?.offers.flatMap(({ price, free }) => (price && !free ? [price] : [])) ?? [];
  return { card: found, effort, price: prices.toSorted((one, other) => one.input * 3 + one.output - other.input * 3 - other.output)[0] };
}

function doubt({ specialties = {} }: EffortRow): number {
  return Object.values(specialties).reduce((sum, { sd }) => sum + sd, 0);
}

/** By any usual spelling: dots are dashes elsewhere, and what stands in brackets is a remark. */
function findCard(index: ReadonlyMap<string, string>, written: string): string | undefined {
  const name = written.replaceAll(/\s*\([^)]*\)/g, '').trim().replaceAll(' ', '-');
  return findByName(index, name) ?? findByName(index, name.replaceAll(/(\d)-(?=\d\b)/g, '$1.')) ?? findByName(index, name.replaceAll('_', '-'));
}

function scoreFor({ scores, overall }: StrangerCard, { plain, kind, domain }: Dimension): Score | undefined {
  if (plain === undefined) return overall ?? meanOf([...scores.values()]);
  const exact = scores.get(plain);
  if (exact) return exact;
  const entries = [...scores].map(([name, score]) => ({ score, meant: meantBy(name) }));
  const sameKind = kind === undefined ? [] : entries.filter(({ meant }) => meant.kind === kind);
  if (sameKind.length > 0) return meanOf(sameKind.map(({ score }) => score));
  const sameDomain = domain === undefined ? [] : entries.filter(({ meant }) => meant.kind === undefined && meant.domain === domain);
  return meanOf(sameDomain.map(({ score }) => score)) ?? overall;
}

function meanOf(scores: readonly Score[]): Score | undefined {
  if (scores.length === 0) return undefined;
  const tasks = scores.every((one) => one.tasks !== undefined) ? scores.reduce((sum, one) => sum + (one.tasks ?? 0), 0) : undefined;
  return { share: scores.reduce((sum, one) => sum + one.share, 0) / scores.length, tasks };
}

function tokensFor({ tokens, usualTokens }: StrangerCard, { plain, kind }: Dimension): number | undefined {
  if (plain === undefined) return usualTokens;
  const exact = tokens.get(plain);
  if (exact !== undefined) return exact;
  const same = kind === undefined ? [] : [...tokens].filter(([name]) => meantBy(name).kind === kind).map(([, value]) => value);
  return same.length > 0 ? same.reduce((sum, one) => sum + one, 0) / same.length : usualTokens;
}

/** A score without a number of tasks counts as one of so many. */
const usualTasks = 200;
/** The kind that carries a measured share: which one makes no difference, the demand names it alone. */
export const carrier: TaskKind = 'generation';

/** A measured share as log odds above a task of no difficulty, and its doubt. */
function exactly({ share, tasks = usualTasks }: Score, further?: Specialty): Pick<EffortRow, 'abilities' | 'specialties'> {
  const p = (share * tasks + 0.5) / (tasks + 1);
  const abilities = Object.fromEntries(domains.map((domain: Domain) => [domain, { z: 0, sd: 0 }]));
  return { abilities, specialties: { [carrier]: { shift: Math.log(p / (1 - p)) + (further?.shift ?? 0), sd: Math.hypot(1 / Math.sqrt(tasks * p * (1 - p)), further?.sd ?? 0) } } };
}

/** A figure for everything says nothing of one kind of task: how hard the kind is, and what the model is good at, come on top. */
function fromOverall({ kind }: Dimension, known: Known | undefined): Specialty | undefined {
  if (kind === undefined) return undefined;
  const levels = Object.values(ordinary).map(({ difficulty }) => difficulty);
  const easier = levels.reduce((sum, one) => sum + one, 0) / levels.length - ordinary[kind].difficulty;
  const own = known?.effort.specialties?.[kind];
  return { shift: easier / unknownTaskFlatness + (own?.shift ?? 0), sd: own?.sd ?? usualSpecialty };
}

/** How much specialties differ, in logits: what is to be expected where none was measured. */
const usualSpecialty = 0.46;
