import { type Arm, type ArmId, type Effort, type EffortRow, idOfArm, type ModelCard, type Offer } from '../model/modelCard';
import type { ProviderPlugin } from '../model/plugin';
import type { Price } from '../model/price';
import type { ProviderDefinition } from '../model/provider';
import type { ListedModel } from '../ports/wire';
import { demoCards } from './demo';
import { type EstimateFit, estimateAbility } from './estimate';
import { isFree, isZero, livePrice, withTerms } from './listedPrice';
import type { LiveList } from './live';
import { cardIdOf, findByName, isChatModel, nameIndex } from './modelNames';
import { freePrice, isFreeId, priceSpellings } from './priceSheet';
import type { ServedOffer, Snapshot, SnapshotCard } from './snapshot';
import type { UserPrices } from './userPrices';

/** Taken where a server lists a model without its limits: what a small local model has. */
const unknownContextTokens = 32_768;
const unknownMaxOutputTokens = 8192;

/** A provider's list as the catalogue needs it. */
interface Listing {
  readonly provider: ProviderDefinition;
  /** ISO date. */
  readonly asOf: string;
  readonly models: readonly ListedModel[];
}

/** Ways to find what the snapshot knows. */
interface SnapshotNames {
  /** Cards by spellings of their names. */
  readonly index: ReadonlyMap<string, string>;
  readonly cards: ReadonlyMap<string, ModelCard>;
  /** Every place of the snapshot, sold or retired, by `provider/model`. */
  readonly places: ReadonlyMap<string, { readonly card: string; readonly offer: ServedOffer }>;
  /** Their prices by `provider/model` in lower case. */
  readonly prices: ReadonlyMap<string, Price>;
  /** The providers that anything of it belongs to. */
  readonly sellers: ReadonlySet<string>;
}

type ProviderId = Pick<ProviderDefinition, 'id'>;
type Seller = Pick<ProviderDefinition, 'id' | 'sellsModelsOf'>;

/**
 * Which models exist, what they cost where, and how able they are. Layers, the first that knows wins: the person's
 * price, the provider's live list, the shipped snapshot or what a plug-in declares of its own provider, unknown. A
 * provider's live list also decides what it sells.
 *
 * Reading is cheap: cards and arms are made once and kept until something changes; the same array is returned until
 * then, so that callers may key caches by it.
 */
export class Catalogue {
  private readonly listings = new Map<string, Listing>();
  private userPrices: UserPrices = new Map();
  private plugins: readonly ProviderPlugin[] = [];
  private namesMade: SnapshotNames | undefined;
  private builtCards: readonly BuiltCard[] | undefined;
  private builtArms = new Map<string, readonly Arm[]>();
  private armsById: ReadonlyMap<string, Arm> | undefined;

  constructor(
    private readonly snapshot: Snapshot,
    private readonly ownCards: readonly ModelCard[] = demoCards,
  ) {}

  /** Made when the first list or price asks for it: without them the snapshot is used as it is. */
  private get names(): SnapshotNames {
    this.namesMade ??= withPlugins(namesOf(this.snapshot, this.ownCards), this.plugins);
    return this.namesMade;
  }

  /** Replaces what a provider sells by what it listed. `undefined` goes back to the snapshot. */
  setListing(provider: ProviderDefinition, list: Pick<LiveList, 'at' | 'models'> | undefined): void {
    if (list === undefined) this.listings.delete(provider.id);
    else this.listings.set(provider.id, { provider, asOf: isoDate(list.at), models: list.models });
    this.changed();
  }

  /** What plug-ins say of the models of their providers. Replaces what was said before. */
  setPlugins(plugins: readonly ProviderPlugin[]): void {
    if (plugins.length === 0 && this.plugins.length === 0) return;
    this.plugins = plugins;
    this.namesMade = undefined;
    this.changed();
  }

  setUserPrices(prices: UserPrices): void {
    this.userPrices = prices;
    this.changed();
  }

  cards(): readonly ModelCard[] {
    this.builtCards ??= this.buildCards();
    return this.builtCards;
  }

  /** Everything that can be asked at these providers: a model, at each effort that the provider takes by name. */
  arms(providers: readonly ProviderId[]): readonly Arm[] {
    const ids = providers.map((provider) => provider.id).toSorted();
    const key = ids.join(' ');
    const built = this.builtArms.get(key);
    if (built !== undefined) return built;
    const wanted = new Set(ids);
    const arms = this.buildArms((provider) => wanted.has(provider));
    this.builtArms.set(key, arms);
    return arms;
  }

  /** An arm by its stored or typed id, whether or not its provider can be asked now. */
  find(id: ArmId): Arm | undefined {
    this.armsById ??= new Map(this.buildArms(() => true).map((arm) => [idOfArm(arm), arm]));
    return this.armsById.get(id);
  }

  /** Price of a model at a provider, also of one that is no longer sold; undefined is unknown. */
  priceOf(provider: Seller, model: string): Price | undefined {
    const listing = this.listings.get(provider.id);
    const listed = listing?.models.find((one) => one.id === model);
    return this.userPrices.get(placeOf(provider.id, model)) ?? (listing && listed ? this.listedPrice(listing, listed) : this.shippedPrice(provider, { id: model }));
  }

  /** What a model costs there that need not be for chat, such as one for embeddings: it is sold or not, the place says. */
  saleOf(provider: ProviderDefinition, model: string): Offer {
    const price = this.priceOf(provider, model);
    const own = this.userPrices.get(placeOf(provider.id, model));
    return { provider: provider.id, model, price, free: own ? isZero(own) : isFree(provider, { id: model }) };
  }

  /** What the list says, with what only the snapshot knows: steps, hours, tiers. */
  private listedPrice(listing: Listing, listed: ListedModel): Price | undefined {
    const live = livePrice(listing.provider, listed, listing.asOf);
    const shipped = this.shippedPrice(listing.provider, listed);
    return live && shipped ? withTerms(live, shipped) : (live ?? shipped);
  }

  /** By the exact place first, then by the closest spelling that has a price there. */
  private shippedPrice(provider: Seller, listed: Pick<ListedModel, 'id' | 'model'>): Price | undefined {
    const exact = this.snapshotOffer(provider, listed);
    if (exact) return exact.price;
    const seller = provider.sellsModelsOf ?? provider.id;
    const model = listed.model ?? listed.id;
    // Of a server of one's own, an id says nothing about money.
    if (isFreeId(model) && this.names.sellers.has(seller)) return freePrice(this.snapshot.asOf, 'snapshot');
    for (const spelling of priceSpellings(model)) {
      const price = this.names.prices.get(placeOf(seller, spelling)) ?? this.snapshot.sheet?.find(seller, spelling);
      if (price) return price;
    }
    return undefined;
  }

  private changed(): void {
    this.builtCards = undefined;
    this.builtArms = new Map();
    this.armsById = undefined;
  }

  private buildCards(): readonly BuiltCard[] {
    const built = new Map<string, { card: ModelCard | SnapshotCard; offers: ServedOffer[]; released?: string }>();
    for (const card of [...this.ownCards, ...this.snapshot.cards]) {
      built.set(card.id, { card, offers: card.offers.filter((offer) => !this.listings.has(offer.provider)).map((offer) => this.withUserPrice(offer)) });
    }
    const add = (listed: ListedModel, offer: ServedOffer) => {
      const id = this.cardIdFor(offer.provider, listed);
      const entry = built.get(id) ?? { card: unprovenCard(id, listed), offers: [] };
      built.set(id, entry);
      const released = this.listings.get(offer.provider)?.provider.listsReleases === true ? listed.created : undefined;
      // Who sells it first says best when it came out.
      if (released !== undefined && (entry.released === undefined || released < entry.released)) entry.released = released;
      if (!entry.offers.some((other) => other.provider === offer.provider && other.model === offer.model)) entry.offers.push(offer);
    };
    for (const listing of this.listings.values()) {
      for (const listed of listing.models) if (isSold(listing.provider, listed.model ?? listed.id)) add(listed, this.liveOffer(listing, listed));
    }
    for (const { definition, models } of this.plugins) {
      if (this.listings.has(definition.id)) continue;
      for (const model of models) {
        const place = this.names.places.get(placeOf(definition.id, model.id));
        if (place) add(model, this.withUserPrice(place.offer));
      }
    }
    // A person who gives a price says that the model exists, e.g. on a server without a list.
    for (const [place, price] of this.userPrices) {
      const provider = place.slice(0, place.indexOf('/'));
      const model = place.slice(provider.length + 1);
      // One that is listed has the price there already, and may have another name.
      const listing = this.listings.get(provider);
      if (listing?.models.some((listed) => listed.id === model && isSold(listing.provider, listed.model ?? listed.id))) continue;
      add({ id: model }, { provider, model, price, free: isZero(price), efforts: this.names.places.get(place)?.offer.efforts ?? [] });
    }
    const { estimate } = this.snapshot;
    return [...built.values()].map(({ card, offers, released }) => {
      const plain = { ...plainCard(card), offers };
      const since = 'released' in card ? card.released : released;
      return estimate && isUnproven(card) ? { ...plain, efforts: withEstimates(card.efforts, estimate, since, offers) } : plain;
    });
  }

  private buildArms(wanted: (provider: string) => boolean): readonly Arm[] {
    this.builtCards ??= this.buildCards();
    return this.builtCards.flatMap((card) =>
      card.offers.filter((offer) => wanted(offer.provider)).flatMap((offer) => {
        const here = cardAt(card, offer);
        return effortsAt(card, offer).map((effort) => ({ card: here, effort, offer }));
      }),
    );
  }

  /** The snapshot's own place first: a broker's exact id says more than a spelling. */
  private cardIdFor(provider: string, { id, model, knownAs = [] }: Pick<ListedModel, 'id' | 'model' | 'knownAs'>): string {
    const named = this.names.places.get(placeOf(provider, id))?.card;
    if (named !== undefined) return named;
    for (const name of model === undefined ? [id, ...knownAs] : [model]) {
      const found = findByName(this.names.index, name);
      if (found !== undefined) return found;
    }
    return cardIdOf(model ?? id);
  }

  /** What the snapshot says of a model at a provider; where that sells another's models, what it says of them there. */
  private snapshotOffer({ id: provider, sellsModelsOf }: Pick<ProviderDefinition, 'id' | 'sellsModelsOf'>, listed: Pick<ListedModel, 'id' | 'model'>): ServedOffer | undefined {
    const own = this.names.places.get(placeOf(provider, listed.id))?.offer;
    if (own !== undefined || sellsModelsOf === undefined || listed.model === undefined) return own;
    const named = this.names.places.get(placeOf(sellsModelsOf, listed.model)) ?? this.names.places.get(placeOf(sellsModelsOf, this.cardIdFor(provider, listed)));
    return named?.offer;
  }

  private liveOffer(listing: Listing, listed: ListedModel): ServedOffer {
    const provider = listing.provider.id;
    const place = placeOf(provider, listed.id);
    const before = this.snapshotOffer(listing.provider, listed);
    const known = this.names.cards.get(this.cardIdFor(provider, listed));
    const free = isFree(listing.provider, listed) && !this.userPrices.has(place);
    const price = this.userPrices.get(place) ?? this.listedPrice(listing, listed);
    const contextTokens = lowest(listed.contextTokens, before?.contextTokens, known?.contextTokens);
    const maxOutputTokens = lowest(listed.maxOutputTokens, before?.maxOutputTokens, known?.maxOutputTokens);
    const capabilities = listed.capabilities ?? before?.capabilities;
    return {
      provider,
      model: listed.id,
      price,
      free: free || (price?.source === 'user' && isZero(price)),
      // Of an unknown model nobody knows what its efforts are worth: nothing is said, and its own default holds.
      efforts: before?.efforts ?? (known && listed.efforts) ?? [],
      ...(capabilities === undefined ? {} : { capabilities }),
      ...(contextTokens === undefined ? {} : { contextTokens }),
      ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    };
  }

  private withUserPrice(offer: ServedOffer): ServedOffer {
    const price = this.userPrices.get(placeOf(offer.provider, offer.model));
    return price === undefined ? offer : { ...offer, price, free: isZero(price) };
  }
}

function namesOf(snapshot: Snapshot, ownCards: readonly ModelCard[]): SnapshotNames {
  const placed = [
    ...ownCards.map((card) => ({ card: card.id, offers: card.offers, aliases: noAliases })),
    ...snapshot.cards.map((card) => ({ card: card.id, offers: [...card.offers, ...card.retired], aliases: card.aliases })),
  ];
  const offers = placed.flatMap((one) => one.offers);
  return {
    prices: new Map(offers.flatMap(({ provider, model, price }) => (price === undefined ? [] : [[placeOf(provider, model).toLowerCase(), price] as const]))),
    sellers: new Set(offers.map(({ provider }) => provider)),
    index: nameIndex(placed.map(({ card, offers, aliases }) => ({ id: card, names: [...aliases, ...offers.map((offer) => offer.model)] }))),
    cards: new Map([...ownCards, ...snapshot.cards].map((card) => [card.id, card])),
    places: new Map(placed.flatMap(({ card, offers }) => offers.map((offer) => [placeOf(offer.provider, offer.model), { card, offer }] as const))),
  };
}

const noAliases: readonly string[] = [];

/** The places that plug-ins declare. No id of theirs is one of the snapshot's. */
function withPlugins(names: SnapshotNames, plugins: readonly ProviderPlugin[]): SnapshotNames {
  const declared = plugins.flatMap(({ definition, models }) =>
    models.map((model) => {
      const known = [model.id, ...(model.knownAs ?? [])].map((name) => findByName(names.index, name)).find((card) => card !== undefined);
      return [placeOf(definition.id, model.id), { card: known ?? cardIdOf(model.id), offer: declaredOffer(definition, model, known !== undefined) }] as const;
    }),
  );
  return declared.length === 0 ? names : { ...names, places: new Map([...names.places, ...declared]) };
}

function declaredOffer(provider: ProviderDefinition, { id, price, efforts, capabilities, contextTokens, maxOutputTokens }: ProviderPlugin['models'][number], isKnown: boolean): ServedOffer {
  return {
    provider: provider.id,
    model: id,
    price,
    free: provider.free === true,
    // As in `liveOffer`: of an unknown model nobody knows what its efforts are worth.
    efforts: (isKnown ? efforts : undefined) ?? [],
    ...(capabilities === undefined ? {} : { capabilities }),
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
  };
}

interface BuiltCard extends ModelCard {
  readonly offers: readonly ServedOffer[];
}

/**
 * One row for each effort the provider takes by name; the default row always, because a request that says nothing of
 * effort is always possible.
 */
function effortsAt(card: ModelCard, offer: ServedOffer): readonly EffortRow[] {
  const taken: ReadonlySet<Effort> = new Set(offer.efforts ?? []);
  return card.efforts.filter((row) => row.isDefault || taken.has(row.effort));
}

/** The card with the limits and capabilities of this place. */
function cardAt(card: BuiltCard, offer: ServedOffer): ModelCard {
  const contextTokens = Math.min(card.contextTokens, offer.contextTokens ?? Infinity);
  const maxOutputTokens = Math.min(card.maxOutputTokens, offer.maxOutputTokens ?? Infinity);
  const capabilities = offer.capabilities ?? card.capabilities;
  return contextTokens === card.contextTokens && maxOutputTokens === card.maxOutputTokens && capabilities === card.capabilities ? card : { ...card, contextTokens, maxOutputTokens, capabilities };
}

function unprovenCard(id: string, listed: ListedModel): ModelCard {
  const contextTokens = listed.contextTokens ?? unknownContextTokens;
  return {
    id,
    name: listed.name ?? listed.model ?? listed.id,
    contextTokens,
    maxOutputTokens: Math.min(listed.maxOutputTokens ?? unknownMaxOutputTokens, contextTokens),
    capabilities: listed.capabilities ?? [],
    efforts: [{ effort: 'none', isDefault: true, abilities: {}, verbosity: 1 }],
    offers: [],
  };
}

function isUnproven({ efforts }: ModelCard): boolean {
  return efforts.every(({ abilities }) => Object.keys(abilities).length === 0);
}

/** What the middle one of its prices, its age and each effort let one expect. */
function withEstimates(efforts: readonly EffortRow[], fit: EstimateFit, released: string | undefined, offers: readonly ServedOffer[]): readonly EffortRow[] {
  const prices = offers.flatMap(({ price, free }) => (price && !free && !isZero(price) ? [{ input: price.input / 1e9, output: price.output / 1e9 }] : [])).toSorted((left, right) => left.output - right.output);
  const price = prices[Math.floor((prices.length - 1) / 2)];
  return efforts.map((row) => {
    const estimated = estimateAbility(fit, { effort: row.effort, ...(price ? { price } : {}), ...(released === undefined ? {} : { released }) });
    return estimated ? { ...row, estimated } : row;
  });
}

function plainCard({ id, name, contextTokens, maxOutputTokens, capabilities, efforts }: ModelCard): Omit<ModelCard, 'offers'> {
  return { id, name, contextTokens, maxOutputTokens, capabilities, efforts };
}

function isSold(provider: ProviderDefinition, model: string): boolean {
  return isChatModel(model) && !provider.otherWireModels?.test(model);
}

function placeOf(provider: string, model: string): string {
  return `${provider}/${model}`;
}

function lowest(...values: readonly (number | undefined)[]): number | undefined {
  const known = values.filter((value) => value !== undefined && value > 0);
  return known.length === 0 ? undefined : Math.min(...known.map(Number));
}

function isoDate(epochMs: number): string {
  return new Date(epochMs).toISOString().slice(0, 10);
}
