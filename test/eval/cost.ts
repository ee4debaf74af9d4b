import { readFileSync } from 'node:fs';
import { chargeFor } from '../../src/core/budget/charge';
import { worstCost } from '../../src/core/budget/worstCase';
import { Catalogue } from '../../src/core/catalog/catalogue';
import { readSnapshot } from '../../src/core/catalog/snapshot';
import { readUserPrices } from '../../src/core/catalog/userPrices';
import { type ProviderDefinition, wireFor } from '../../src/core/model/provider';
import { noUsage, type Usage } from '../../src/core/model/usage';
import { builtInProviders, ollamaProvider, openAiCompatible } from '../../src/core/providers/definitions';
import { mergeUsage, readUsage as readMessagesUsage } from '../../src/wires/anthropicMessages/readUsage';
import { type JsonObject, listOf, objectOf } from '../../src/wires/http/jsonValue';
import { readUsage as readOpenAiUsage } from '../../src/wires/http/openai/readUsage';
import { readUsage as readOllamaUsage } from '../../src/wires/ollama/readUsage';
import { type Evaluation, textField } from './evaluation';

/**
 * What a call cost, from the usage as the provider sent it: read by the reader of the provider's wire, and charged by the
 * catalogue's price, as the product does. The row's own price stands for a price that the person has set.
 */
export const evaluation: Evaluation = {
  inputs: ['test/fixtures/usage/cases.json'],
  target: 'all exact',
  open: async () => {
    const snapshot = readSnapshot(readFileSync('src/core/catalog/snapshot.json', 'utf8'));
    const catalogue = new Catalogue(snapshot);
    return {
      row: async (row) => {
        const id = textField(row, 'id');
        const definition = definitionOf(textField(row, 'provider'));
        const model = textField(row, 'model');
        const at = momentOf(row['at'] ?? snapshot.asOf);
        catalogue.setUserPrices(ownPrice(definition, model, row['price'], at));
        const offer = { price: catalogue.priceOf(definition, model), free: definition.free === true && definition.otherWireModels?.test(model) !== true };
        const usage = readAny(definition, model, row['usage']);
        // The product counts the text instead, which is not here; what is free is so for any count.
        if (usage === undefined && worstCost(offer, { inputTokens: 1, maxOutputTokens: 1 }, at) !== 0) return { id, nanoUsd: null, source: 'unknown' };
        const charge = chargeFor(usage ?? { ...noUsage, estimated: true }, offer, at);
        return { id, nanoUsd: charge.amount ?? null, source: charge.source };
      },
      sum: (done) => {
        const judged = done.filter(({ row }) => 'expected' in row);
        const exact = judged.filter(({ row, result }) => {
          const expected = objectOf(row['expected']);
          return result['nanoUsd'] === expected?.['nanoUsd'] && result['source'] === expected?.['source'];
        }).length;
        return { exact, judged: judged.length, figure: judged.length === 0 ? `${done.length} rows, none with an expected cost` : `${exact} of ${judged.length} exact` };
      },
    };
  },
};

/** How the names of providers are written elsewhere: in SDKs, routers, price lists. */
const otherNames: Readonly<Record<string, string>> = {
  'azure-ai': 'azure',
  'azure-openai': 'azure',
  azureopenai: 'azure',
  claude: 'anthropic',
  'deep-seek': 'deepseek',
  'gemini-api': 'google',
  'google-ai': 'google',
  'google-ai-studio': 'google',
  'google-gemini': 'google',
  'google-generative-ai': 'google',
  googleai: 'google',
  gemini: 'google',
  grok: 'xai',
  hf: 'huggingface',
  'hf-inference': 'huggingface',
  'hugging-face': 'huggingface',
  'huggingface-router': 'huggingface',
  'llama.cpp': 'llama-cpp',
  'llama-server': 'llama-cpp',
  llamacpp: 'llama-cpp',
  lmstudio: 'lm-studio',
  mistralai: 'mistral',
  'mistral-ai': 'mistral',
  'open-router': 'openrouter',
  'open-ai': 'openai',
  'openai-chat': 'openai',
  'openai-responses': 'openai',
  'together-ai': 'together',
  togetherai: 'together',
  'x-ai': 'xai',
  'x.ai': 'xai',
};

/** Servers that run models on the person's own machine, as the product sets them up. */
const localServers: readonly string[] = ['lm-studio', 'vllm', 'llama-cpp', 'jan', 'text-generation-webui', 'koboldcpp', 'sglang', 'gpt4all'];

function definitionOf(provider: string): ProviderDefinition {
  const written = provider.trim().toLowerCase().replaceAll(/[_ ]/g, '-');
  const id = otherNames[written] ?? written;
  const known = [...builtInProviders, ollamaProvider].find((one) => one.id === id);
  if (known !== undefined) return known;
  const local = localServers.includes(id);
  const server = openAiCompatible({ id, name: provider, baseUrl: local ? 'http://127.0.0.1:1234/v1' : 'https://models.example/v1', auth: local ? 'none' : 'bearer', local });
  if (local) return { ...server, free: true };
  // As `azureProvider` does: known and billed by the model.
  return id === 'azure' ? { ...server, sellsModelsOf: 'openai' } : server;
}

/**
 * What the reader of the wire makes of it. Where it makes nothing of it, the model was asked through the provider's
 * OpenAI-compatible route.
 */
function readAny(definition: ProviderDefinition, model: string, value: unknown): Usage | undefined {
  const parts = (Array.isArray(value) ? listOf(value) : [value]).map(opened);
  switch (wireFor(definition, model)) {
    case 'anthropicMessages':
      return readMessagesUsage(parts.map(({ usage }) => usage).reduce<JsonObject>(mergeUsage, {})) ?? readOpenAi(definition, parts);
    case 'ollama':
      return readOllamaUsage(parts.at(-1)?.usage, 0) ?? readOpenAi(definition, parts);
    default:
      return readOpenAi(definition, parts);
  }
}

/** The last figures that make sense count, as in a stream. */
function readOpenAi(definition: ProviderDefinition, parts: readonly Opened[]): Usage | undefined {
  return parts.map(({ usage, tier }) => readOpenAiUsage(usage, definition, tier)).findLast((usage) => usage !== undefined);
}

interface Opened {
  readonly usage: unknown;
  readonly tier: unknown;
}

/** The usage inside a reply, or the usage itself. */
function opened(value: unknown): Opened {
  const reply = objectOf(value);
  const inner = objectOf(reply?.['response']) ?? objectOf(reply?.['message']) ?? reply;
  const usage = inner?.['usage'] ?? objectOf(inner?.['x_groq'])?.['usage'] ?? inner?.['usageMetadata'];
  return usage === undefined || usage === null ? { usage: value, tier: undefined } : { usage, tier: inner?.['service_tier'] };
}

/** Throws a sentence for what is no date. */
function momentOf(value: unknown): number {
  const moment = typeof value === 'string' ? Date.parse(value) : Number.NaN;
  if (Number.isNaN(moment)) throw new Error('the field at is not a date');
  return moment;
}

/** The row's price, as if the person had set it. Throws a sentence for what cannot be a price. */
function ownPrice({ id }: ProviderDefinition, model: string, price: unknown, at: number): ReturnType<typeof readUserPrices>['prices'] {
  const told = Object.fromEntries(Object.entries(objectOf(price ?? {}) ?? { price }).filter(([, usd]) => usd !== null));
  if (Object.keys(told).length === 0) return new Map();
  const { prices, problems } = readUserPrices({ [`${id}/${model}`]: told }, new Date(at).toISOString().slice(0, 10), 'price');
  const [problem] = problems;
  if (problem !== undefined) throw new Error(`${problem.field}: ${problem.message}`);
  return prices;
}
