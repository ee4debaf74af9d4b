import type { ModelTraits, ProviderDefinition } from '../model/provider';

/** What most OpenAI-compatible providers have in common; a row below states what is its own. */
const usual = {
  wire: 'openaiChat',
  auth: 'bearer',
  local: false,
  realm: 'real',
  outputLimitField: 'max_tokens',
  reasoningTokensIncluded: true,
  streamUsage: true,
  effortField: 'reasoning_effort',
  extraBody: {},
  extraHeaders: {},
  modelsPath: '/models',
  livePrices: 'none',
  keyCheckPath: '/models',
} as const satisfies Partial<ProviderDefinition>;

/**
 * What Anthropic's pages on thinking, effort, prompt caching and structured outputs say of each model (November 2026). A
 * word that a model does not take is refused with status 400: budgets from Opus 4.7 on, `disabled` by Fable 5 and the 5.5
 * models but Haiku, a temperature from Opus 4.7 on, and a temperature beside a top-p by every model before.
 */
const anthropicTraits: readonly ModelTraits[] = [
  { models: /^claude-(?:fable-5|opus-5-5)/, thinking: 'effort', sampling: 'none', answerSchema: true, cacheFromTokens: 512 },
  { models: /^claude-sonnet-5-5/, thinking: 'effort', thinkingOff: 'between_tools', sampling: 'none', answerSchema: true, cacheFromTokens: 512 },
  { models: /^claude-(?:opus-5|haiku-5-5)/, thinking: 'effort', thinkingOff: 'disabled', sampling: 'none', answerSchema: true, cacheFromTokens: 512 },
  { models: /^claude-(?:sonnet-5|opus-4-8)/, thinking: 'effort', thinkingOff: 'disabled', sampling: 'none', answerSchema: true, cacheFromTokens: 1024 },
  { models: /^claude-sonnet-4-6/, thinking: 'effort', thinkingOff: 'disabled', sampling: 'one', answerSchema: true, cacheFromTokens: 1024 },
  { models: /^claude-opus-4-7/, thinking: 'effort', thinkingOff: 'disabled', sampling: 'none', answerSchema: true, cacheFromTokens: 2048 },
  { models: /^claude-opus-4-6/, thinking: 'effort', thinkingOff: 'disabled', sampling: 'one', answerSchema: true, cacheFromTokens: 4096 },
  { models: /^claude-(?:opus|haiku)-4-5/, thinking: 'budget', sampling: 'one', answerSchema: true, cacheFromTokens: 4096 },
  { models: /^claude-(?:sonnet-4-5|opus-4-1)/, thinking: 'budget', sampling: 'one', answerSchema: true, cacheFromTokens: 1024 },
  { models: /^claude-(?:opus-4|sonnet-4|3-7-sonnet)/, thinking: 'budget', sampling: 'one', cacheFromTokens: 1024 },
  // Older ones, and those nobody knows yet, of which nothing is said about thinking.
  { models: /^claude-/, sampling: 'none', cacheFromTokens: 2048 },
];

/**
 * OpenAI's models that reason, which are asked in the Responses protocol: codex and pro models answer in no other; from
 * gpt-5.4 on, chat completions refuses function tools beside an effort, and from gpt-5.5 on even where none is said,
 * because the model's own default counts ("Function tools with reasoning_effort are not supported … use /v1/responses",
 * issue 541 of openai-openapi and its like, 2026). One rule for all, because the older ones answer alike in both.
 */
export const openaiReasoningModels = /^(?:o[1-9]|codex|gpt-(?:[5-9]|[12]\d))/;

/** They refuse a temperature or top-p other than their own ("Only the default (1) value is supported"). */
const openaiReasons = { sampling: 'none', sealsReasoning: true } as const satisfies Partial<ModelTraits>;

/** What their longest thoughts take. */
const tenMinutesMs = 600_000;

/**
 * The built-in providers, checked against their documentation in November 2026. Order is the order of lists.
 * A base URL has no slash at its end; paths begin with one.
 */
export const builtInProviders: readonly ProviderDefinition[] = [
  {
    ...usual,
    id: 'openai',
    name: 'OpenAI',
    answersWhole: true,
    listsReleases: true,
    baseUrl: 'https://api.openai.com/v1',
    keyUrl: 'https://platform.openai.com/api-keys',
    billingUrl: 'https://platform.openai.com/settings/organization/billing/overview',
    statusUrl: 'https://status.openai.com',
    environmentKeys: ['OPENAI_API_KEY'],
    keyPrefix: 'sk-',
    // Reasoning models refuse `max_tokens`.
    outputLimitField: 'max_completion_tokens',
    // A project may be set to a dearer tier, and the call would cost more than was reserved.
    extraBody: { service_tier: 'default' },
    modelWires: [{ models: openaiReasoningModels, wire: 'openaiResponses' }],
    modelTraits: [
      { models: /^(?:o1|gpt-5)-pro/, streams: false, firstTokenMs: tenMinutesMs, ...openaiReasons },
      { models: /-pro(?:$|-)/, firstTokenMs: tenMinutesMs, ...openaiReasons },
      { models: openaiReasoningModels, ...openaiReasons },
    ],
    strictTools: true,
    // Listed, but answered only with the vendor's own tools, in the background, to those who were let in, or at a price a search.
    otherWireModels: /deep-research|computer-use|-cyber|search-(?:api|preview)/,
  },
  {
    ...usual,
    id: 'anthropic',
    name: 'Anthropic',
    listsReleases: true,
    wire: 'anthropicMessages',
    baseUrl: 'https://api.anthropic.com/v1',
    keyUrl: 'https://platform.claude.com/settings/keys',
    billingUrl: 'https://platform.claude.com/settings/billing',
    statusUrl: 'https://status.claude.com',
    environmentKeys: ['ANTHROPIC_API_KEY'],
    keyPrefix: 'sk-ant-',
    auth: 'xApiKey',
    effortField: 'thinking',
    // Twenty a page unless asked for more.
    modelsPath: '/models?limit=1000',
    keyCheckPath: '/models?limit=1',
    modelTraits: anthropicTraits,
  },
  {
    ...usual,
    id: 'openrouter',
    name: 'OpenRouter',
    answersWhole: true,
    listsReleases: true,
    baseUrl: 'https://openrouter.ai/api/v1',
    keyUrl: 'https://openrouter.ai/settings/keys',
    billingUrl: 'https://openrouter.ai/settings/credits',
    statusUrl: 'https://status.openrouter.ai',
    environmentKeys: ['OPENROUTER_API_KEY'],
    keyPrefix: 'sk-or-',
    effortField: 'reasoning.effort',
    billedIn: 'usd',
    priceCeiling: 'provider.max_price',
    // Asks for what the call cost in the reply. Newer replies hold it anyway; older routes only when asked.
    extraBody: { usage: { include: true } },
    livePrices: 'openrouter',
    // https://openrouter.ai/docs/guides/best-practices/reasoning-tokens#preserving-reasoning
    reasoningBack: 'reasoning_details',
    // Claude's prompts are kept only when asked for; those of the others are by themselves. https://openrouter.ai/docs/features/prompt-caching
    modelTraits: [{ models: /^anthropic\//, cacheFromTokens: 1024 }],
    // The model list answers without a key.
    keyCheckPath: '/key',
    // https://openrouter.ai/docs/guides/overview/auth/oauth (November 2026). Custom schemes and this machine are taken at any port.
    signIn: { authorizeUrl: 'https://openrouter.ai/auth', exchangeUrl: 'https://openrouter.ai/api/v1/auth/keys', callbackPorts: [443, 3000] },
    // Batch prices are for the batch interface; `~vendor/...-latest` points at whatever is newest; the broker's own
    // routers choose a model themselves, at a price nobody knows before.
    otherWireModels: /:batch$|^~|^openrouter\//,
  },
  {
    ...usual,
    id: 'together',
    name: 'Together AI',
    answersWhole: true,
    baseUrl: 'https://api.together.ai/v1',
    keyUrl: 'https://api.together.ai/settings/api-keys',
    billingUrl: 'https://api.together.ai/settings/billing',
    statusUrl: 'https://status.together.ai',
    environmentKeys: ['TOGETHER_API_KEY', 'TOGETHERAI_API_KEY'],
    livePrices: 'together',
  },
  {
    ...usual,
    id: 'huggingface',
    name: 'Hugging Face',
    listsReleases: true,
    baseUrl: 'https://router.huggingface.co/v1',
    keyUrl: 'https://huggingface.co/settings/tokens',
    billingUrl: 'https://huggingface.co/settings/billing',
    statusUrl: 'https://status.huggingface.co',
    environmentKeys: ['HF_TOKEN', 'HUGGINGFACE_API_KEY', 'HUGGING_FACE_HUB_TOKEN', 'HUGGINGFACE_HUB_TOKEN'],
    keyPrefix: 'hf_',
    livePrices: 'huggingface',
    // The router's own choice among hosts goes by speed or a person's order; the prices here are the cheapest host's.
    modelSuffix: ':cheapest',
    // The router's model list answers without a key; tokens are checked on the vendor's main host.
    keyCheckPath: 'https://huggingface.co/api/whoami-v2',
  },
  {
    ...usual,
    id: 'deepseek',
    name: 'DeepSeek',
    answersWhole: true,
    baseUrl: 'https://api.deepseek.com',
    keyUrl: 'https://platform.deepseek.com/api_keys',
    billingUrl: 'https://platform.deepseek.com/top_up',
    statusUrl: 'https://status.deepseek.com',
    environmentKeys: ['DEEPSEEK_API_KEY'],
    keyPrefix: 'sk-',
    keyCheckPath: '/user/balance',
    // Tool calls without what led to them are refused with 400. https://api-docs.deepseek.com/guides/thinking_mode
    reasoningBack: 'reasoning_content',
    // "This response_format type is unavailable now", 400.
    answerSchemas: false,
    // "Thinking mode does not support this tool_choice", 400; it thinks unless told not to. https://github.com/deepseek-ai/DeepSeek-V3/issues/1376
    forcedTools: false,
  },
  {
    ...usual,
    id: 'groq',
    name: 'Groq',
    answersWhole: true,
    listsReleases: true,
    baseUrl: 'https://api.groq.com/openai/v1',
    keyUrl: 'https://console.groq.com/keys',
    billingUrl: 'https://console.groq.com/settings/billing',
    statusUrl: 'https://groqstatus.com',
    environmentKeys: ['GROQ_API_KEY'],
    keyPrefix: 'gsk_',
    outputLimitField: 'max_completion_tokens',
    livePrices: 'groq',
    // "This model does not support response format `json_schema`", of most; "json mode cannot be combined with tool/function calling". 400.
    answerSchemas: false,
    jsonWithTools: false,
  },
  {
    ...usual,
    id: 'cerebras',
    name: 'Cerebras',
    answersWhole: true,
    baseUrl: 'https://api.cerebras.ai/v1',
    keyUrl: 'https://cloud.cerebras.ai/platform',
    billingUrl: 'https://cloud.cerebras.ai/platform',
    statusUrl: 'https://status.cerebras.ai',
    environmentKeys: ['CEREBRAS_API_KEY'],
    keyPrefix: 'csk-',
    outputLimitField: 'max_completion_tokens',
  },
  {
    ...usual,
    id: 'mistral',
    name: 'Mistral',
    answersWhole: true,
    baseUrl: 'https://api.mistral.ai/v1',
    keyUrl: 'https://console.mistral.ai/api-keys',
    billingUrl: 'https://console.mistral.ai/billing',
    statusUrl: 'https://status.mistral.ai',
    environmentKeys: ['MISTRAL_API_KEY'],
    // `stream_options` is answered with 422 "Extra inputs are not permitted"; the last chunk holds usage unasked.
    streamUsage: false,
    seedField: 'random_seed',
    // "Tool call id was … but must be a-z, A-Z, 0-9, with a length of 9": 400, also of another vendor's.
    shortCallIds: true,
    // "Unexpected role 'user' after role 'tool'", 400. https://github.com/avante-corp/avante.nvim/pull/2695
    answersTools: true,
  },
  {
    ...usual,
    id: 'xai',
    name: 'xAI',
    answersWhole: true,
    listsReleases: true,
    baseUrl: 'https://api.x.ai/v1',
    keyUrl: 'https://console.x.ai',
    billingUrl: 'https://console.x.ai',
    statusUrl: 'https://status.x.ai',
    environmentKeys: ['XAI_API_KEY', 'GROK_API_KEY'],
    keyPrefix: 'xai-',
    outputLimitField: 'max_completion_tokens',
    // total_tokens = prompt + completion + reasoning.
    reasoningTokensIncluded: false,
    billedIn: 'ticks',
    // Says whether the key or its team is blocked, too. An unknown key is answered with 400, not 401.
    keyCheckPath: '/api-key',
    // Those that reason refuse `stop`. https://docs.x.ai/docs/guides/reasoning
    modelTraits: [{ models: /^grok-(?!2|3(?!-mini))(?!.*non-reasoning)/, stops: false }],
  },
  {
    ...usual,
    id: 'google',
    name: 'Google Gemini',
    answersWhole: true,
    baseUrl: 'https://generativelanguage.googleapis.com/v1beta/openai',
    keyUrl: 'https://aistudio.google.com/apikey',
    billingUrl: 'https://aistudio.google.com/usage',
    statusUrl: 'https://aistudio.google.com/status',
    environmentKeys: ['GEMINI_API_KEY', 'GOOGLE_API_KEY', 'GOOGLE_GENERATIVE_AI_API_KEY'],
    keyPrefix: 'AIza',
    // Thoughts are billed as output, stand outside `completion_tokens` and inside `total_tokens`.
    reasoningTokensIncluded: false,
    otherWireModels: /deep-research|computer-use|robotics/,
    // Calls carry a signature, and from Gemini 3 on are refused without it. https://ai.google.dev/gemini-api/docs/thought-signatures
    reasoningBack: 'extra_content',
    modelTraits: [{ models: /^(?:models\/)?gemini-(?:[3-9]|\d\d)/, signedCalls: true }],
    // Unknown name "seed", "parallel_tool_calls": 400.
    seedField: 'none',
    singleToolCalls: false,
  },
];

/**
 * Ollama on this machine, through its own protocol. The address is fixed: OLLAMA_HOST is often `0.0.0.0`, an address to
 * listen on, and a variable must not send prompts to another machine. Not `localhost`, which may be `::1`, where Ollama
 * does not listen.
 */
export const ollamaProvider: ProviderDefinition = {
  ...usual,
  id: 'ollama',
  name: 'Ollama',
  wire: 'ollama',
  baseUrl: 'http://127.0.0.1:11434',
  environmentKeys: [],
  auth: 'none',
  local: true,
  effortField: 'none',
  // Twice the server's default: loading a model again costs more than waiting for the next question.
  extraBody: { keep_alive: '10m' },
  modelsPath: '/api/tags',
  keyCheckPath: '/api/tags',
  switchedOnBy: 'ollama.enabled',
  free: true,
  listBeforeUse: true,
  // Run on Ollama's servers, by subscription.
  otherWireModels: /[:-]cloud$/,
};

/**
 * The models that other extensions give to the editor, e.g. those of a Copilot subscription. Asked through the editor's
 * API, so there is no address: the base URL and the paths only say that there is a list.
 */
export const editorProvider: ProviderDefinition = {
  ...usual,
  id: 'editor',
  name: 'Editor models',
  wire: 'editorModel',
  baseUrl: 'editor://models',
  environmentKeys: [],
  auth: 'none',
  effortField: 'none',
  modelsPath: '/',
  keyCheckPath: '/',
  switchedOnBy: 'editorModels.enabled',
  subscription: true,
  listBeforeUse: true,
};

/**
 * The demo provider: the real wire to a server in this process. Where it listens is only known once it is started, so
 * the address is in the endpoint; this base URL goes nowhere.
 */
export const demoProvider: ProviderDefinition = {
  ...usual,
  id: 'demo',
  name: 'Demo',
  baseUrl: 'http://127.0.0.1:0',
  environmentKeys: [],
  auth: 'none',
  local: true,
  realm: 'demo',
  outputLimitField: 'max_completion_tokens',
  effortField: 'none',
};

/** A server somebody added: only what nearly every OpenAI-compatible server takes is sent. */
export function openAiCompatible(server: { readonly id: string; readonly name: string; readonly baseUrl: string; readonly auth: 'bearer' | 'apiKey' | 'none'; readonly local: boolean }): ProviderDefinition {
  return { ...usual, ...server, environmentKeys: [], effortField: 'none' };
}
