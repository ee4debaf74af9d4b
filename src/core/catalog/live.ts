import * as z from 'zod/mini';
import type { Endpoint } from '../model/provider';
import type { Clock } from '../ports/clock';
import type { Log } from '../ports/log';
import type { TextStore } from '../ports/textStore';
import type { ListedModel, Wire } from '../ports/wire';

/** What one provider listed, and when (epoch ms). */
export interface LiveList {
  readonly provider: string;
  readonly at: number;
  readonly models: readonly ListedModel[];
}

export interface LiveDependencies {
  readonly wire: Pick<Wire, 'listModels'>;
  readonly textStore: TextStore;
  readonly clock: Clock;
  readonly log: Log;
  readonly keyOf: (provider: string) => Promise<string | undefined>;
}

/** Lists are asked for again after a day: 16 % of one broker's prices changed within 22 days. */
export const liveListMs = 24 * 60 * 60 * 1000;

/** More models than any provider lists, ten times over; a list made to stop the window does not. */
const mostModels = 5000;

const tokens = z.optional(z.number().check(z.int(), z.positive()));
const usdPerMillion = z.optional(z.number().check(z.nonnegative()));
const capabilities = z.optional(z.array(z.enum(['tools', 'vision', 'reasoning', 'structured', 'json'])));
const efforts = z.optional(z.array(z.enum(['none', 'low', 'medium', 'high', 'xhigh'])));
const knownAs = z.optional(z.array(z.string()));
const created = z.optional(z.string());
const storedList = z.object({
  at: z.number(),
  models: z.array(
    z.object({ id: z.string(), name: z.optional(z.string()), contextTokens: tokens, maxOutputTokens: tokens, inputUsd: usdPerMillion, outputUsd: usdPerMillion, cacheReadUsd: usdPerMillion, cacheWriteUsd: usdPerMillion, reasoningUsd: usdPerMillion, perCallUsd: usdPerMillion, capabilities, efforts, knownAs, created }),
  ),
});

/** The lists kept from earlier runs, whatever their age. Reads files, so the caller keeps it off the way to start-up. */
export async function storedLists(deps: Pick<LiveDependencies, 'textStore'>, providers: readonly string[]): Promise<readonly LiveList[]> {
  const lists = await Promise.all(providers.map((provider) => storedListOf(deps, provider)));
  return lists.filter((list) => list !== undefined);
}

/**
 * Lists of these providers no older than a day: kept ones, else asked for and kept. `force` asks in any case. A
 * provider that does not answer keeps its old list; one without any is left out. Never throws, stops at the signal.
 */
export async function refreshLive(deps: LiveDependencies, endpoints: readonly Endpoint[], signal: AbortSignal, force = false): Promise<readonly LiveList[]> {
  const lists = await Promise.all(endpoints.map((endpoint) => freshList(deps, endpoint, signal, force)));
  return lists.filter((list) => list !== undefined);
}

async function freshList(deps: LiveDependencies, endpoint: Endpoint, signal: AbortSignal, force: boolean): Promise<LiveList | undefined> {
  const { clock, log } = deps;
  const provider = endpoint.provider.id;
  const kept = await storedListOf(deps, provider);
  if (kept !== undefined && !force && isFresh(kept, clock.now())) return kept;
  if (endpoint.provider.modelsPath === undefined || signal.aborted) return kept;
  try {
    const listed = await deps.wire.listModels(endpoint, await deps.keyOf(provider), signal);
    const models = listed && usable(listed, (left) => log.warn(`${left} models of ${provider} are left out: their ids cannot be shown, or there are more than ${mostModels}`));
    // An empty list is a provider in trouble rather than one that sells nothing.
    if (models === undefined || models.length === 0) return kept;
    const list: LiveList = { provider, at: clock.now(), models };
    await deps.textStore.write(fileOf(provider), JSON.stringify({ at: list.at, models })).catch((error: unknown) => log.warn(`The model list of ${provider} could not be kept: ${messageOf(error)}`));
    return list;
  } catch (error) {
    log.warn(`The model list of ${provider} could not be read: ${messageOf(error)}`);
    return kept;
  }
}

/** Takes away what is kept of a provider, e.g. because another one has its id now. */
export async function forgetList(textStore: TextStore, provider: string): Promise<void> {
  if ((await textStore.read(fileOf(provider))) !== undefined) await textStore.write(fileOf(provider), '');
}

/** Ids stand in lists, logs and questions: none with letters that nobody sees. */
function usable(models: readonly ListedModel[], onLeft: (count: number) => void): readonly ListedModel[] {
  const kept = models.filter(({ id }) => !/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u.test(id)).slice(0, mostModels);
  if (kept.length === models.length) return models;
  onLeft(models.length - kept.length);
  return kept;
}

function isFresh(list: LiveList, now: number): boolean {
  // A list from the future means that the clock was set back; its age is unknown.
  return now >= list.at && now - list.at < liveListMs;
}

async function storedListOf({ textStore }: Pick<LiveDependencies, 'textStore'>, provider: string): Promise<LiveList | undefined> {
  const text = await textStore.read(fileOf(provider)).catch(() => undefined);
  if (text === undefined) return undefined;
  const read = storedList.safeParse(parseJson(text));
  return read.success ? { provider, at: read.data.at, models: read.data.models.map(withoutUndefined) } : undefined;
}

function withoutUndefined(model: z.infer<typeof storedList>['models'][number]): ListedModel {
  const { id, name, contextTokens, maxOutputTokens, inputUsd, outputUsd, cacheReadUsd, cacheWriteUsd, reasoningUsd, perCallUsd, capabilities: can, efforts: takes, knownAs: names, created: since } = model;
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(inputUsd === undefined ? {} : { inputUsd }),
    ...(outputUsd === undefined ? {} : { outputUsd }),
    ...(cacheReadUsd === undefined ? {} : { cacheReadUsd }),
    ...(cacheWriteUsd === undefined ? {} : { cacheWriteUsd }),
    ...(reasoningUsd === undefined ? {} : { reasoningUsd }),
    ...(perCallUsd === undefined ? {} : { perCallUsd }),
    ...(can === undefined ? {} : { capabilities: can }),
    ...(takes === undefined ? {} : { efforts: takes }),
    ...(names === undefined ? {} : { knownAs: names }),
    ...(since === undefined ? {} : { created: since }),
  };
}

function fileOf(provider: string): string {
  return `models-${provider}.json`;
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
