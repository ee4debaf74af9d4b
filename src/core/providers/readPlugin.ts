import type * as z from 'zod/mini';
import { inEnglish } from '../catalog/inEnglish';
import { globMatcher } from '../model/glob';
import { fromUsd, pricePerMillion } from '../model/money';
import type { DeclaredModel, PluginProblem, ProviderPlugin } from '../model/plugin';
import type { PluginSource } from '../model/provider';
import { openAiCompatible } from './definitions';
import { isHere } from './pluginRules';
import { type PluginFields, pluginSchema } from './pluginSchema';

export type PluginRead = { readonly ok: true; readonly plugin: ProviderPlugin } | { readonly ok: false; readonly problems: readonly PluginProblem[] };

/** Reads the data of a plug-in. Every problem is named by its place, with what is allowed there. Runs nothing of it. */
export function readPlugin(value: unknown, source: PluginSource): PluginRead {
  const read = pluginSchema.safeParse(value, { error: plainMessage });
  if (!read.success) return { ok: false, problems: firstOf(read.error.issues.flatMap(toProblems)) };
  return { ok: true, plugin: toPlugin(read.data, source) };
}

/** A file made to fill the log does not. */
const mostProblems = 20;

function firstOf(problems: readonly PluginProblem[]): readonly PluginProblem[] {
  if (problems.length <= mostProblems) return problems;
  return [...problems.slice(0, mostProblems), { path: [], message: `has ${problems.length - mostProblems} more problems`, bySchema: false }];
}

/** The words of the commonest mistakes; zod's own for the rest. */
const plainMessage: z.core.$ZodErrorMap = (issue) => {
  if (issue.code === 'invalid_type') return issue.input === undefined ? 'is missing' : `must be ${words[issue.expected] ?? issue.expected}`;
  if (issue.code === 'invalid_value') return `must be ${issue.values.map((one) => JSON.stringify(one)).join(' or ')}`;
  return inEnglish.error(issue);
};

const words: Readonly<Record<string, string>> = { string: 'text', number: 'a number', int: 'a whole number', boolean: 'true or false', array: 'a list', object: 'an object', record: 'an object' };

function toProblems(issue: z.core.$ZodIssue): readonly PluginProblem[] {
  const path = issue.path.filter((part) => typeof part !== 'symbol');
  const bySchema = issue.code !== 'custom';
  if (issue.code !== 'unrecognized_keys') return [{ path, message: issue.message, bySchema }];
  const known = fieldsAt(path);
  return issue.keys.map((key) => ({ path: [...path, key], message: `is not a field of a plug-in${known.length === 0 ? '' : `; here may stand ${known.join(', ')}`}`, bySchema }));
}

/** Names of the fields at a place. */
function fieldsAt(path: readonly (string | number)[]): readonly string[] {
  const { quirks, models } = pluginSchema.shape;
  const model = models.def.innerType.def.element;
  if (path.length === 0) return Object.keys(pluginSchema.shape);
  if (path.length === 1 && path[0] === 'quirks') return Object.keys(quirks.def.innerType.shape);
  if (path[0] !== 'models') return [];
  return path.length === 2 ? Object.keys(model.shape) : Object.keys(model.shape.price.def.innerType.shape);
}

function toPlugin(fields: PluginFields, source: PluginSource): ProviderPlugin {
  const { id, name, baseUrl, auth, wire, models = [], quirks = {} } = fields;
  const { modelsPath = models.length > 0 ? null : '/models' } = quirks;
  const base = openAiCompatible({ id, name, baseUrl, auth: auth === 'none' ? 'none' : 'bearer', local: isHere(baseUrl) });
  return {
    definition: {
      ...base,
      auth,
      wire,
      origin: source,
      // Its address is data of somebody: a key is only for the host that it was entered for.
      keyName: `${id}@${new URL(baseUrl).host}`,
      environmentKeys: fields.environmentKeys ?? [],
      ...(fields.keyUrl === undefined ? {} : { keyUrl: fields.keyUrl }),
      ...(fields.billingUrl === undefined ? {} : { billingUrl: fields.billingUrl }),
      ...(fields.statusUrl === undefined ? {} : { statusUrl: fields.statusUrl }),
      ...(fields.keyPrefix === undefined ? {} : { keyPrefix: fields.keyPrefix }),
      ...(fields.free === undefined ? {} : { free: fields.free }),
      outputLimitField: quirks.outputLimitField ?? base.outputLimitField,
      reasoningTokensIncluded: quirks.reasoningTokensIncluded ?? base.reasoningTokensIncluded,
      streamUsage: quirks.streamUsage ?? base.streamUsage,
      effortField: quirks.effortField ?? base.effortField,
      ...(quirks.effortWithTools === undefined ? {} : { effortWithTools: quirks.effortWithTools }),
      extraHeaders: quirks.extraHeaders ?? {},
      extraBody: quirks.extraBody ?? {},
      modelsPath: modelsPath ?? undefined,
      keyCheckPath: quirks.keyCheckPath ?? base.keyCheckPath,
      ...(quirks.excludedModels === undefined ? {} : { otherWireModels: { test: globMatcher(quirks.excludedModels) } }),
    },
    models: models.map((model) => toModel(model, fields.pricesSeen ?? '')),
  };
}

function toModel({ id, name, contextTokens, maxOutputTokens, capabilities, efforts, knownAs, price }: NonNullable<PluginFields['models']>[number], asOf: string): DeclaredModel {
  return {
    id,
    ...(name === undefined ? {} : { name }),
    ...(contextTokens === undefined ? {} : { contextTokens }),
    ...(maxOutputTokens === undefined ? {} : { maxOutputTokens }),
    ...(capabilities === undefined ? {} : { capabilities }),
    ...(efforts === undefined ? {} : { efforts }),
    ...(knownAs === undefined ? {} : { knownAs }),
    ...(price === undefined
      ? {}
      : {
          price: {
            input: pricePerMillion(price.input),
            output: pricePerMillion(price.output),
            ...(price.cacheRead === undefined ? {} : { cacheRead: pricePerMillion(price.cacheRead) }),
            ...(price.cacheWrite === undefined ? {} : { cacheWrite: pricePerMillion(price.cacheWrite) }),
            ...(price.perCall === undefined ? {} : { perCall: fromUsd(price.perCall) }),
            asOf,
            // Published figures with a date, like the shipped ones. Not `user`: nobody chose them, and a price that the
            // person sets must win over them. Not `live`: the provider did not say them now.
            source: 'snapshot',
          },
        }),
  };
}
