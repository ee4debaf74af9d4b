/**
 * A provider is data. A quirk is a named field with a stated default; nothing outside the definitions compares a
 * provider's id.
 */
export interface ProviderDefinition {
  readonly id: string;
  readonly name: string;
  /** The protocol, i.e. the folder under src/wires. */
  readonly wire: WireName;
  /** Models that are asked in another protocol; the first row that knows an id counts. */
  readonly modelWires?: readonly { readonly models: { test(model: string): boolean }; readonly wire: WireName }[];
  readonly baseUrl: string;
  /** Where a person makes a key. */
  readonly keyUrl?: string;
  /** Where a person tops up credit. */
  readonly billingUrl?: string;
  readonly statusUrl?: string;
  /** Environment variables people keep this key in. */
  readonly environmentKeys: readonly string[];
  /**
   * Name its key is stored under. Default: the id, for a provider whose address never changes. One whose address is a
   * setting has its host in the name, so that a key is never sent to another host than it was entered for.
   */
  readonly keyName?: string;
  /** How a key of this provider begins; only a hint for the input box, never a check. */
  readonly keyPrefix?: string;
  /** The header a key goes into. `none`: a local server that asks for no key. */
  readonly auth: 'bearer' | 'xApiKey' | 'apiKey' | 'none';
  /** Local or demo: runs on this machine, costs nothing real. Default false. */
  readonly local: boolean;
  readonly realm: Realm;
  /** Name of the output limit in the request. Default `max_tokens`. */
  readonly outputLimitField: 'max_tokens' | 'max_completion_tokens';
  /** Whether `completion_tokens` already counts reasoning. Default true. */
  readonly reasoningTokensIncluded: boolean;
  /** Where a request says what its host may ask at most, for a broker whose hosts have prices of their own: what is reserved is then the most it can cost. Default: nowhere. */
  readonly priceCeiling?: 'provider.max_price';
  /** How a reply tells what the call cost: `usage.cost` in USD, or `usage.cost_in_usd_ticks`. Default: it does not. */
  readonly billedIn?: 'usd' | 'ticks';
  /** Whether the provider understands `stream_options.include_usage`. Default true. */
  readonly streamUsage: boolean;
  /** How effort is sent. `thinking`: as the traits of the model say. `none`: not at all. */
  readonly effortField: 'reasoning_effort' | 'reasoning.effort' | 'thinking' | 'none';
  /** Extra body fields of every request, e.g. OpenRouter's `usage: {include: true}`. */
  readonly extraBody: Readonly<Record<string, unknown>>;
  readonly extraHeaders: Readonly<Record<string, string>>;
  /** Where the model list is, relative to the base URL; undefined if there is none worth reading. */
  readonly modelsPath: string | undefined;
  /** How prices stand in that list. */
  readonly livePrices: 'openrouter' | 'together' | 'huggingface' | 'groq' | 'none';
  /** The list says when each model was released. Default false: it says when a server loaded it, or the time of day. */
  readonly listsReleases?: boolean;
  /**
   * A cheap GET that needs a valid key, for checking one; relative to the base URL, or a whole https URL where the
   * vendor checks keys on another of its hosts. Some model lists answer without a key.
   */
  readonly keyCheckPath: string;
  /** Put behind a model's id in requests, where a broker takes its routing wish there. Not behind an id that has one. */
  readonly modelSuffix?: string;
  /** Where chat completions are asked, below the base URL; `{model}` stands for the model's id. Default `/chat/completions`. */
  readonly chatPath?: string;
  /** The provider whose models it sells under names of its own, at the same prices and with the same limits. */
  readonly sellsModelsOf?: string;
  /** Ids this provider lists but does not answer on any wire of ours. They never become arms. */
  readonly otherWireModels?: { test(model: string): boolean };
  /** False: effort and tools in one request are refused, so effort is left out when tools are offered. Default true. */
  readonly effortWithTools?: boolean;
  /** The setting that switches this provider on; without it, a provider is on. */
  readonly switchedOnBy?: 'ollama.enabled' | 'editorModels.enabled';
  /** Everything it lists runs on the person's own machine and costs nothing. Default false: a local server may pass requests on. */
  readonly free?: boolean;
  /**
   * What it answers is paid for by a subscription elsewhere: no call costs anything more, which is not the same as free
   * and is shown as such. Default false.
   */
  readonly subscription?: boolean;
  /** Where a person can sign in with the browser instead of entering a key. Default: nowhere. */
  readonly signIn?: SignInAddresses;
  /** What it has is known to nobody but itself, so its list is read before its first use. Default false. */
  readonly listBeforeUse?: boolean;
  /** Whose plug-in it came from. Default: Farthing's own, or the setting of custom providers. */
  readonly origin?: PluginSource;
  /**
   * Where what a model thought goes back with the tool calls it led to, in a chat request: as the text it was
   * (`reasoning_content`), as a list that only the vendor reads (`reasoning_details`), or in each call (`extra_content`).
   * Default: nowhere.
   */
  readonly reasoningBack?: 'reasoning_content' | 'reasoning_details' | 'extra_content';
  /** Ids of tool calls must be nine letters and digits. Default false: any text. */
  readonly shortCallIds?: boolean;
  /** Name of the seed in a chat request. Default `seed`. `none`: it is refused. */
  readonly seedField?: 'seed' | 'random_seed' | 'none';
  /** Answers chat requests in one piece as it does in many, whatever the model thinks. Default false: of others nobody knows. */
  readonly answersWhole?: boolean;
  /** False: a chat request can ask for JSON, but not for JSON of a schema. Default true. */
  readonly answerSchemas?: boolean;
  /** False: a chat request cannot ask for JSON beside tools. Default true. */
  readonly jsonWithTools?: boolean;
  /** False: a chat request cannot say that a tool must be called. Default true. */
  readonly forcedTools?: boolean;
  /** False: a chat request cannot say that tools are to be called one at a time. Default true. */
  readonly singleToolCalls?: boolean;
  /** The model must have spoken between results of tools and what a person says. Default false. */
  readonly answersTools?: boolean;
  /** Sees to it that the arguments of a tool fit its schema where a chat request asks for that. Default false: it may refuse the wish. */
  readonly strictTools?: boolean;
  /** What a request may say to which model; the first row that knows an id counts. */
  readonly modelTraits?: readonly ModelTraits[];
}

/** Whose a plug-in is. An extension is known by the id that it gave, e.g. `acme.models`. */
export type PluginSource = { readonly kind: 'file'; readonly file: string } | { readonly kind: 'extension'; readonly extension: string };

/** The protocols there are. */
export type WireName = 'openaiChat' | 'openaiResponses' | 'anthropicMessages' | 'ollama' | 'editorModel';

/**
 * A sign-in by PKCE (RFC 7636) that ends in a key of the person's own: the browser is sent to one address and comes back
 * with a code, the other takes the code and answers with the key. Both are https, or http on this machine.
 */
export interface SignInAddresses {
  /** Takes `callback_url`, `code_challenge` and `code_challenge_method` in its query. */
  readonly authorizeUrl: string;
  /** Takes `code`, `code_verifier` and `code_challenge_method` as JSON, answers `{ "key": "…" }`. On the host of the base URL. */
  readonly exchangeUrl: string;
  /** Ports at which it takes an https callback. Default: any. */
  readonly callbackPorts?: readonly number[];
}

/** How the models of one provider differ in what a request to them may say. */
export interface ModelTraits {
  /** The ids this row is about. */
  readonly models: { test(model: string): boolean };
  /** Thinking is asked for by the name of an effort, or with a budget of tokens. Default: not at all. */
  readonly thinking?: 'effort' | 'budget';
  /** The word that switches thinking off where it is by effort. Default: nothing does. */
  readonly thinkingOff?: 'disabled' | 'between_tools';
  /** Shortest beginning of a prompt that the provider keeps in its cache when asked to, in tokens. Default: it is not asked to. */
  readonly cacheFromTokens?: number;
  /** What a request may say of how the answer is drawn: temperature and top-p, only one of the two, or neither. Default: both. */
  readonly sampling?: 'both' | 'one' | 'none';
  /** False: texts at which an answer is to end are refused. Default true. */
  readonly stops?: boolean;
  /** It gives its reasoning sealed when asked to, and wants it back with the calls of tools that it led to. Default false; only OpenAI's responses ask. */
  readonly sealsReasoning?: boolean;
  /** Calls of tools without its vendor's signature are refused, also those of other models; only where they are sent in `extra_content`. Default false. */
  readonly signedCalls?: boolean;
  /** Takes a schema that its whole answer must have. Default false; only Anthropic's protocol asks. */
  readonly answerSchema?: boolean;
  /** Name of the output limit in a chat request, where it differs from the provider's. */
  readonly outputLimitField?: ProviderDefinition['outputLimitField'];
  /** False: it answers in one piece only. Default true. */
  readonly streams?: boolean;
  /** How long its first word may take, in milliseconds, where that is longer than the setting: it thinks for minutes. */
  readonly firstTokenMs?: number;
}

/** Demo money is play money: kept in the same books, never in the same totals. */
export type Realm = 'real' | 'demo';

/** Where a request goes, with everything about the provider resolved. Holds no key. */
export interface Endpoint {
  readonly provider: ProviderDefinition;
  readonly baseUrl: string;
}

/** The protocol in which a model of this provider is asked. */
export function wireFor({ wire, modelWires }: Pick<ProviderDefinition, 'wire' | 'modelWires'>, model: string): WireName {
  return modelWires?.find(({ models }) => models.test(model))?.wire ?? wire;
}

/** How a model differs in what a request to it may say, by the first row that fits; undefined: in nothing. */
export function traitsOf({ modelTraits }: Pick<ProviderDefinition, 'modelTraits'>, model: string): ModelTraits | undefined {
  return modelTraits?.find(({ models }) => models.test(model));
}

/** The name under which its first key is stored. */
export function keyNameOf({ id, keyName }: Pick<ProviderDefinition, 'id' | 'keyName'>): string {
  return keyName ?? id;
}
