/** What an agent needs to reach the gateway. */
export interface Connection {
  /** Of the gateway, such as `http://127.0.0.1:4815`, without a slash at the end. */
  readonly address: string;
  readonly token: string;
  /** Model name for the gateway: `auto`, `auto:quality`, `provider/model`. */
  readonly model: string;
  /** Model name for an agent's side jobs (titles, summaries). */
  readonly small: string;
}

/** What a terminal is started with. The token is in the environment alone: arguments are seen by every program of the machine. */
interface Start {
  readonly arguments: readonly string[];
  /** `null` takes a variable away that would lead elsewhere. */
  readonly environment: Readonly<Record<string, string | null>>;
}

/** A terminal agent as data. Where each variable is documented stands in docs/agents.md. */
export interface Agent {
  readonly id: string;
  readonly name: string;
  readonly executable: string;
  /** How its maker says to install it; shown as text, run by nobody. */
  readonly install: string;
  /** The oldest version that has all that `start` uses. */
  readonly oldest: Version;
  /** Codicon of its terminal. */
  readonly icon: string;
  /** Model names that it asks for by itself, whatever it is told: they need a rule. */
  readonly asksFor?: string;
  /** What a person may have to do once, which no environment can do. */
  readonly once?: 'geminiKey';
  start(connection: Connection): Start;
}

export type Version = readonly [major: number, minor: number, patch: number];

/** Name of the variable that holds the token where an agent lets us choose. */
const tokenVariable = 'FARTHING_GATEWAY_TOKEN';

export const agents: readonly Agent[] = [
  {
    id: 'claude-code',
    name: 'Claude Code',
    executable: 'claude',
    install: 'npm install -g @anthropic-ai/claude-code',
    oldest: [2, 0, 0],
    icon: 'sparkle',
    start: ({ address, token, model, small }) => ({
      arguments: [],
      environment: {
        ANTHROPIC_BASE_URL: address,
        ANTHROPIC_AUTH_TOKEN: token,
        // Any value would be sent instead of the token.
        ANTHROPIC_API_KEY: '',
        CLAUDE_CODE_USE_BEDROCK: null,
        CLAUDE_CODE_USE_VERTEX: null,
        CLAUDE_CODE_USE_FOUNDRY: null,
        ANTHROPIC_MODEL: model,
        // What its own names mean, so that sub-agents and its menu of models stay here too.
        ANTHROPIC_DEFAULT_OPUS_MODEL: model,
        ANTHROPIC_DEFAULT_SONNET_MODEL: model,
        ANTHROPIC_DEFAULT_HAIKU_MODEL: small,
        ANTHROPIC_SMALL_FAST_MODEL: small,
        CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
        // Of a name it does not know it believes that a million tokens fit, and would not compact a conversation in time.
        CLAUDE_CODE_MAX_CONTEXT_TOKENS: '200000',
      },
    }),
  },
  {
    id: 'codex',
    name: 'Codex',
    executable: 'codex',
    install: 'npm install -g @openai/codex',
    oldest: [0, 80, 0],
    icon: 'terminal',
    start: ({ address, token, model }) => ({
      // A value that is no TOML is taken as text, so none needs quotes.
      arguments: ['model_provider=farthing', 'model_providers.farthing.name=Farthing', `model_providers.farthing.base_url=${address}/v1`, `model_providers.farthing.env_key=${tokenVariable}`, 'model_providers.farthing.wire_api=responses', `model=${model}`].flatMap((setting) => ['-c', setting]),
      environment: { [tokenVariable]: token },
    }),
  },
  {
    id: 'gemini-cli',
    name: 'Gemini CLI',
    executable: 'gemini',
    install: 'npm install -g @google/gemini-cli',
    oldest: [0, 20, 0],
    icon: 'star',
    asksFor: 'gemini-*',
    once: 'geminiKey',
    start: ({ address, token, model }) => ({
      // To it, `auto` is a choice of its own among Gemini's models. It puts the name into an address as it is, where # would
      // begin what no server is sent.
      arguments: ['--model', model === 'auto' ? 'auto:balanced' : model.replaceAll('#', '%23')],
      environment: { GOOGLE_GEMINI_BASE_URL: address, GEMINI_API_KEY: token, GOOGLE_API_KEY: null, GOOGLE_GENAI_USE_VERTEXAI: null, GOOGLE_GENAI_USE_GCA: null },
    }),
  },
  {
    id: 'opencode',
    name: 'OpenCode',
    executable: 'opencode',
    install: 'npm install -g opencode-ai',
    oldest: [1, 0, 0],
    icon: 'code',
    start: ({ address, token, model, small }) => ({
      arguments: [],
      environment: {
        // Laid over the person's and the folder's files, which stay as they are.
        OPENCODE_CONFIG_CONTENT: JSON.stringify({
          provider: {
            farthing: {
              npm: '@ai-sdk/openai-compatible',
              name: 'Farthing',
              options: { baseURL: `${address}/v1`, apiKey: token },
              models: Object.fromEntries([...new Set([model, small, 'auto', 'auto:quality'])].map((name) => [name, { name, tool_call: true, limit: { context: 200_000, output: 32_000 } }])),
            },
          },
          model: `farthing/${model}`,
          small_model: `farthing/${small}`,
        }),
      },
    }),
  },
  {
    id: 'aider',
    name: 'aider',
    executable: 'aider',
    install: 'python -m pip install aider-install && aider-install',
    oldest: [0, 80, 0],
    icon: 'edit',
    start: ({ address, token, model, small }) => ({
      // As arguments, because they count before the settings of a folder (.aider.conf.yml), which could send the token elsewhere.
      arguments: ['--openai-api-base', `${address}/v1`, '--model', `openai/${model}`, '--weak-model', `openai/${small}`, '--no-show-model-warnings'],
      environment: { OPENAI_API_BASE: `${address}/v1`, OPENAI_API_KEY: token, AIDER_OPENAI_API_KEY: token },
    }),
  },
  {
    id: 'qwen-code',
    name: 'Qwen Code',
    executable: 'qwen',
    install: 'npm install -g @qwen-code/qwen-code',
    oldest: [0, 5, 0],
    icon: 'comment',
    start: ({ address, token, model }) => ({
      arguments: ['--auth-type', 'openai', '--model', model],
      environment: { OPENAI_BASE_URL: `${address}/v1`, OPENAI_API_KEY: token, OPENAI_MODEL: model },
    }),
  },
];

export function agentWith(id: string): Agent | undefined {
  return agents.find((agent) => agent.id === id);
}

/**
 * What keeps requests to the gateway from a proxy of the environment, which would read the token and every prompt: this
 * machine is added to the exceptions there are. Nothing where there is no proxy.
 */
export function pastProxies(environment: Readonly<Record<string, string | undefined>>): Readonly<Record<string, string>> {
  const values = (name: RegExp): readonly string[] => Object.entries(environment).flatMap(([one, value]) => (name.test(one) && value !== undefined && value !== '' ? [value] : []));
  if (values(/^(?:http|https|all)_proxy$/i).length === 0) return {};
  const exceptions = [...new Set([...values(/^no_proxy$/i), '127.0.0.1', 'localhost'])].join(',');
  return { NO_PROXY: exceptions, no_proxy: exceptions };
}

/** What `farthing.gateway.agents.allTerminals` gives every terminal: addresses and a token, no model, no argument. */
export function allTerminalsEnvironment({ address, token }: Pick<Connection, 'address' | 'token'>): Readonly<Record<string, string>> {
  return {
    ANTHROPIC_BASE_URL: address,
    ANTHROPIC_AUTH_TOKEN: token,
    OPENAI_BASE_URL: `${address}/v1`,
    OPENAI_API_BASE: `${address}/v1`,
    OPENAI_API_KEY: token,
    GOOGLE_GEMINI_BASE_URL: address,
    GEMINI_API_KEY: token,
    [tokenVariable]: token,
  };
}
