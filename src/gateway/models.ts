import type { AskRequest } from '../core/model/ask';
import type { GatewayClient } from '../core/model/client';
import { globMatcher } from '../core/model/glob';
import { type Arm, asArmId, type Effort, idOfArm } from '../core/model/modelCard';
import type { Quality } from '../core/model/quality';
import type { Problem, Read } from './dialect';
import type { GatewayDoor } from './door';

/** What a model name means: who may be asked. */
export type Meant = Pick<AskRequest, 'pin' | 'quality' | 'allow'>;

/** A name that a client may use. `arm` undefined: the router chooses. */
export interface ModelName {
  readonly id: string;
  readonly arm: Arm | undefined;
}

/** The model names of clients. */
export interface ModelNames {
  /** What a name means for a client (undefined: whoever has the machine's token), or why it may not be used. */
  resolve(name: string, effort: Effort | undefined, client: GatewayClient | undefined): Promise<Read<Meant>>;
  /** All that a client may use, the router's own first. */
  list(client: GatewayClient | undefined): Promise<readonly ModelName[]>;
}

/** Patterns of the person's, by what they mean; the first that fits counts. */
export type ModelRules = Readonly<Record<string, string>>;

const qualities: Readonly<Record<string, Quality>> = { 'auto:economy': 'economy', 'auto:balanced': 'balanced', 'auto:quality': 'quality' };

const autoNames = ['auto', ...Object.keys(qualities)];

export function modelNames(door: Pick<GatewayDoor, 'askable' | 'settings'>, rules: () => ModelRules): ModelNames {
  return {
    async resolve(name, effort, client) {
      const { arms } = await door.askable();
      return resolveModel({ arms, open: openArms(arms, door.settings()) }, rules(), { name, effort, client });
    },
    async list(client) {
      const isAllowed = allowed(client);
      const open = openArms((await door.askable()).arms, door.settings());
      return [...autoNames.map((id) => ({ id, arm: undefined })), ...open.flatMap((arm) => (isAllowed(arm) ? [{ id: idOfArm(arm), arm }] : []))];
    },
  };
}

/** `open`: those of them that the person's lists leave. */
interface Known {
  readonly arms: readonly Arm[];
  readonly open: readonly Arm[];
}

type Lists = ReturnType<GatewayDoor['settings']>;

/** Keyed by the array, like the index: settings keep their lists until they change. */
const knownOpen = new WeakMap<readonly Arm[], Lists & { readonly open: readonly Arm[] }>();

function openArms(arms: readonly Arm[], { 'models.allowed': onlyThese, 'models.excluded': excluded }: Lists): readonly Arm[] {
  const before = knownOpen.get(arms);
  if (before && before['models.allowed'] === onlyThese && before['models.excluded'] === excluded) return before.open;
  const isExcluded = named(excluded);
  const isNamed = onlyThese.length === 0 ? () => true : named(onlyThese);
  const open = arms.filter((arm) => isNamed(arm) && !isExcluded(arm));
  knownOpen.set(arms, { 'models.allowed': onlyThese, 'models.excluded': excluded, open });
  return open;
}

/** Whether patterns of `provider/model` name an arm; without an effort they name all efforts. */
function named(patterns: readonly string[]): (arm: Arm) => boolean {
  const fits = globMatcher(patterns);
  return (arm) => fits(idOfArm(arm)) || fits(`${arm.offer.provider}/${arm.offer.model}`);
}

interface Named {
  readonly name: string;
  readonly effort: Effort | undefined;
  readonly client: GatewayClient | undefined;
}

/**
 * What a name means, in this order: `auto` and its qualities; what the person's rules say of it; an arm or a place
 * (`provider/model`); the name of one model, at the hosts that sell it for the same price. Never a guess: another name is
 * refused.
 */
export function resolveModel({ arms, open }: Known, rules: ModelRules, { name, effort, client }: Named): Read<Meant> {
  const written = name.trim();
  const auto = autoMeaning(written, client);
  if (auto !== undefined) return mayUse(arms, client, auto);
  const rule = Object.keys(rules).find((pattern) => globMatcher([pattern])(written));
  const target = rule === undefined ? written : (rules[rule] ?? '');
  const meant = autoMeaning(target, client) ?? armMeaning(arms, target, effort) ?? modelMeaning(open, target, effort);
  if (meant === undefined) return { ok: false, problem: rule === undefined ? unknownName(written) : unknownTarget(rule, target) };
  return 'several' in meant ? { ok: false, problem: severalModels(written, meant.several) } : mayUse(arms, client, meant);
}

function autoMeaning(name: string, client: GatewayClient | undefined): Meant | undefined {
  const limits = client?.models === undefined || client.models.length === 0 ? {} : { allow: client.models };
  if (name === 'auto') {
    if (client?.arm !== undefined) return { pin: client.arm, ...limits };
    return { ...limits, ...(client?.quality === undefined ? {} : { quality: client.quality }) };
  }
  const quality = Object.hasOwn(qualities, name) ? qualities[name] : undefined;
  return quality === undefined ? undefined : { quality, ...limits };
}

/** `provider/model` and `provider/model#effort`; an effort that the client asks for picks among those of the model. */
function armMeaning(arms: readonly Arm[], name: string, effort: Effort | undefined): Meant | undefined {
  const { places, ids } = indexOf(arms);
  if (ids.has(name) && name.includes('#')) return { pin: asArmId(name) };
  const place = places.get(name);
  return place && { pin: idOfArm(atEffort(place, effort)) };
}

/** The name of one model, or the ids of those that could be meant. */
function modelMeaning(arms: readonly Arm[], name: string, effort: Effort | undefined): Meant | { readonly several: readonly string[] } | undefined {
  const places = indexOf(arms).models.get(name.replace(/^models\//, '').toLowerCase());
  if (places === undefined) return undefined;
  const several = [...new Set(places.map(([arm]) => arm.card.id))];
  if (several.length > 1) return { several };
  const [first, ...others] = samePrice(places.map((place) => atEffort(place, effort))).map(idOfArm);
  if (first === undefined) return undefined;
  return others.length === 0 ? { pin: first } : { allow: [first, ...others] };
}

type Place = readonly [Arm, ...Arm[]];

function atEffort(place: Place, effort: Effort | undefined): Arm {
  return (effort && place.find((arm) => arm.effort.effort === effort)) ?? place.find((arm) => arm.effort.isDefault) ?? place[0];
}

/** The hosts that sell it for as little as anybody, within a tenth. Of unknown prices none is like another: the first host only. */
function samePrice(hosts: readonly Arm[]): readonly Arm[] {
  const priced = hosts.flatMap((arm): { readonly arm: Arm; readonly input: number; readonly output: number }[] => {
    const { price, free } = arm.offer;
    if (free) return [{ arm, input: 0, output: 0 }];
    return price === undefined ? [] : [{ arm, input: price.input, output: price.output }];
  });
  if (priced.length === 0) return hosts.slice(0, 1);
  const cheapest = priced.reduce((least, one) => (one.input + one.output < least.input + least.output ? one : least));
  return priced.filter(({ input, output }) => input <= cheapest.input * 1.1 && output <= cheapest.output * 1.1).map(({ arm }) => arm);
}

interface Index {
  readonly ids: ReadonlySet<string>;
  /** The arms of each `provider/model`. */
  readonly places: ReadonlyMap<string, Place>;
  /** The places at which a model is sold, by its id, its name at the provider, and that name without the vendor. Lower case. */
  readonly models: ReadonlyMap<string, readonly Place[]>;
}

/** Keyed by the array: the catalogue returns the same one until something changes. */
const known = new WeakMap<readonly Arm[], Index>();

function indexOf(arms: readonly Arm[]): Index {
  const found = known.get(arms) ?? makeIndex(arms);
  known.set(arms, found);
  return found;
}

function makeIndex(arms: readonly Arm[]): Index {
  const places = new Map<string, [Arm, ...Arm[]]>();
  for (const arm of arms) {
    const name = `${arm.offer.provider}/${arm.offer.model}`;
    const place = places.get(name);
    if (place) place.push(arm);
    else places.set(name, [arm]);
  }
  const models = new Map<string, Place[]>();
  for (const place of places.values()) {
    const { card, offer } = place[0];
    for (const name of new Set([card.id, offer.model, offer.model.slice(offer.model.lastIndexOf('/') + 1)].map((one) => one.toLowerCase()))) {
      const sold = models.get(name);
      if (sold) sold.push(place);
      else models.set(name, [place]);
    }
  }
  return { ids: new Set(arms.map(idOfArm)), places, models };
}

/** What a client may use of it. */
function mayUse(arms: readonly Arm[], client: GatewayClient | undefined, meant: Meant): Read<Meant> {
  const open = allowed(client);
  const named: readonly string[] = meant.pin === undefined ? (meant.allow ?? []) : [meant.pin];
  if (client?.models === undefined || client.models.length === 0 || meant.allow === client.models) {
    if (meant.pin === undefined || indexOf(arms).ids.has(meant.pin)) return { ok: true, value: meant };
    return { ok: false, problem: { kind: 'notFound', status: 404, field: 'model', message: `${meant.pin}, the model of this client, cannot be asked now. Choose another one for it in the editor.` } };
  }
  const kept = arms.filter((arm) => named.includes(idOfArm(arm)) && open(arm)).map(idOfArm);
  if (kept.length === 0) return { ok: false, problem: { kind: 'forbidden', status: 403, field: 'model', message: `This client may not use ${named.join(' or ')}: it may use ${client.models.join(', ')}. Change that in the editor ("Farthing: Gateway Clients…").` } };
  return { ok: true, value: meant.pin === undefined ? { ...meant, allow: kept } : meant };
}

function allowed(client: GatewayClient | undefined): (arm: Arm) => boolean {
  return client?.models === undefined || client.models.length === 0 ? () => true : named(client.models);
}

function unknownName(name: string): Problem {
  const shown = name.length > 100 ? `${name.slice(0, 100)}…` : name;
  return {
    kind: 'notFound',
    status: 404,
    field: 'model',
    message: `No model is named "${shown}". Use "auto", "auto:economy", "auto:balanced", "auto:quality" or one of GET /v1/models; or say what this name means in the editor's settings: "farthing.gateway.models": { ${JSON.stringify(shown)}: "auto" }.`,
  };
}

function unknownTarget(pattern: string, target: string): Problem {
  return { kind: 'notFound', status: 404, field: 'model', message: `The setting farthing.gateway.models says that ${JSON.stringify(pattern)} means "${target}", but no such model can be asked now. Change the rule, or name a model of GET /v1/models.` };
}

function severalModels(name: string, cards: readonly string[]): Problem {
  return { kind: 'notFound', status: 404, field: 'model', message: `"${name}" may be any of ${cards.slice(0, 5).join(', ')}. Name one of GET /v1/models, as provider/model.` };
}
