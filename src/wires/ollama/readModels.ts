import type { Capability, Effort } from '../../core/model/modelCard';
import type { ListedModel } from '../../core/ports/wire';
import { type JsonObject, listOf, numberOf, objectOf, textOf } from '../http/jsonValue';

/** One model on this machine. */
export interface InstalledModel {
  readonly id: string;
  /** As told, e.g. `8.2B`. */
  readonly parameterSize: string | undefined;
}

/**
 * The models of `/api/tags` that run on this machine; undefined when it is no list. What Ollama only passes on to its
 * own servers is left out: it is not local, and not free.
 */
export function readTags(body: unknown): readonly InstalledModel[] | undefined {
  const list = objectOf(body)?.['models'];
  if (!Array.isArray(list)) return undefined;
  return list.flatMap((item) => {
    const row = objectOf(item);
    const id = textOf(row?.['name']);
    if (id === undefined || id.length > longestName || isRemote(row)) return [];
    return [{ id, parameterSize: textOf(objectOf(row?.['details'])?.['parameter_size']) }];
  });
}

/**
 * A listed model from its row and what `/api/show` says of it; undefined for one that does not chat. Without an answer
 * of `/api/show` only the name is known.
 */
export function readModel(installed: InstalledModel, shown: unknown): ListedModel | undefined {
  const knownAs = sizedNames(installed);
  const listed = { id: installed.id, ...(knownAs.length === 0 ? {} : { knownAs }) };
  const model = objectOf(shown);
  if (model === undefined) return listed;
  const told = listOf(model['capabilities']).filter((one) => typeof one === 'string');
  if (isRemote(model) || (told.length > 0 && !told.includes('completion'))) return undefined;
  const contextTokens = contextLength(objectOf(model['model_info']));
  return {
    ...listed,
    ...(contextTokens === undefined ? {} : { contextTokens }),
    // Servers before 0.6.4 tell no capabilities: then they are unknown.
    ...(told.length === 0 ? {} : { capabilities: capabilitiesOf(told), efforts: effortsOf(told, textOf(objectOf(model['model_info'])?.['general.architecture'])) }),
  };
}

/** Longer than any name; a longer one is a fault. */
const longestName = 300;

/** Passed on to Ollama's own servers. */
function isRemote(model: JsonObject | undefined): boolean {
  return textOf(model?.['remote_host']) !== undefined || textOf(model?.['remote_model']) !== undefined;
}

/** The figure stands under the name of the architecture, e.g. `qwen3.context_length`. */
function contextLength(info: JsonObject | undefined): number | undefined {
  const architecture = textOf(info?.['general.architecture']);
  const named = architecture === undefined ? undefined : numberOf(info?.[`${architecture}.context_length`]);
  const found = named ?? numberOf(Object.entries(info ?? {}).find(([name]) => /^[\w-]+\.context_length$/.test(name))?.[1]);
  return found !== undefined && Number.isInteger(found) && found > 0 && found <= 1e9 ? found : undefined;
}

/** Output in a given form is the server's own work, whatever the model. */
function capabilitiesOf(told: readonly string[]): readonly Capability[] {
  return ['json', 'structured', ...(told.includes('tools') ? (['tools'] as const) : []), ...(told.includes('vision') ? (['vision'] as const) : []), ...(told.includes('thinking') ? (['reasoning'] as const) : [])];
}

/** gpt-oss thinks at three levels and always; others think or do not. */
function effortsOf(told: readonly string[], architecture: string | undefined): readonly Effort[] {
  if (!told.includes('thinking')) return [];
  return architecture !== undefined && /^gpt-?oss$/.test(architecture) ? ['low', 'medium', 'high'] : ['none', 'high'];
}

/**
 * `latest` is the tag that nobody chose: the size says which model it is, e.g. `qwen3:8b` for `qwen3:latest` of 8.2B.
 * The bare name is not offered, because it is often that of a far larger model.
 */
function sizedNames({ id, parameterSize }: InstalledModel): readonly string[] {
  const base = /^(.+):latest$/.exec(id)?.[1];
  const billions = Number(/^(\d+(?:\.\d+)?)B$/i.exec(parameterSize ?? '')?.[1] ?? NaN);
  if (base === undefined || !(billions >= 1)) return [];
  return [...new Set([billions, Math.round(billions), Math.floor(billions)])].map((size) => `${base}:${size}b`);
}
