import type { ProviderDefinition } from '../model/provider';
import { openAiCompatible } from './definitions';
import { freeId } from './freeId';

/** A server found on this machine that could be asked. */
export interface FoundServer {
  readonly entry: LocalServerEntry;
  /** Ids of its models; empty when it wants a key before it tells them, or has none loaded. */
  readonly models: readonly string[];
}

/** As an entry of the setting `farthing.providers.custom`. */
interface LocalServerEntry {
  readonly id: string;
  readonly name: string;
  readonly baseUrl: string;
  readonly auth: 'none' | 'bearer';
  readonly free?: true;
}

/** What a server says when it is asked for its models. `wantsKey`: it answers, but not without a key. */
export type ServerReply = { readonly models: readonly string[] } | 'wantsKey' | undefined;

/**
 * Where servers that run models listen when nobody told them otherwise, from their documentation (November 2026). LiteLLM
 * passes requests on to others, which cost money; the rest run the models themselves.
 */
const usualServers: readonly { readonly id: string; readonly name: string; readonly port: number; readonly free: boolean }[] = [
  { id: 'lm-studio', name: 'LM Studio', port: 1234, free: true },
  { id: 'vllm', name: 'vLLM', port: 8000, free: true },
  { id: 'llama-cpp', name: 'llama.cpp', port: 8080, free: true },
  { id: 'jan', name: 'Jan', port: 1337, free: true },
  { id: 'text-generation-webui', name: 'Text Generation Web UI', port: 5000, free: true },
  { id: 'koboldcpp', name: 'KoboldCpp', port: 5001, free: true },
  { id: 'sglang', name: 'SGLang', port: 30000, free: true },
  { id: 'gpt4all', name: 'GPT4All', port: 4891, free: true },
  { id: 'litellm', name: 'LiteLLM', port: 4000, free: false },
];

/** Names of the servers that are looked for, for people. */
export const usualServerNames: readonly string[] = usualServers.map(({ name }) => name);

/**
 * Asks every usual place on this machine for a list of models, all at once. Leaves out addresses that are set up already.
 * `ask` gets a definition made for the place and never rejects.
 */
export async function findServers(ask: (definition: ProviderDefinition) => Promise<ServerReply>, known: readonly Pick<ProviderDefinition, 'id' | 'baseUrl'>[]): Promise<readonly FoundServer[]> {
  const found = await Promise.all(
    usualServers.map(async ({ id, name, port, free }): Promise<FoundServer | undefined> => {
      if (known.some(({ baseUrl }) => isPort(baseUrl, port))) return undefined;
      const baseUrl = `http://127.0.0.1:${port}/v1`;
      const reply = await ask(openAiCompatible({ id, name, baseUrl, auth: 'none', local: true }));
      if (reply === undefined) return undefined;
      const entry: LocalServerEntry = { id: freeId(id, (wish) => known.some((provider) => provider.id === wish)), name, baseUrl, auth: reply === 'wantsKey' ? 'bearer' : 'none', ...(free ? { free: true } : {}) };
      return { entry, models: reply === 'wantsKey' ? [] : reply.models };
    }),
  );
  return found.filter((server) => server !== undefined);
}

/** Whether an address is this port of this machine, however it is written. */
function isPort(baseUrl: string, port: number): boolean {
  const { hostname, port: its } = new URL(baseUrl);
  return its === String(port) && /^(localhost|127\..*|\[::1\])$/.test(hostname);
}
