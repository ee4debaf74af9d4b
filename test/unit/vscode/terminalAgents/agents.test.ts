import assert from 'node:assert/strict';
import { agents, allTerminalsEnvironment, pastProxies } from '../../../../src/vscode/terminalAgents/agents';

const address = 'http://127.0.0.1:4815';
const token = 'the-token';

/** What every agent is started with; `-` takes a variable away. */
const rows: Readonly<Record<string, { readonly arguments: string; readonly environment: Readonly<Record<string, string | null>> }>> = {
  'claude-code': {
    arguments: '',
    environment: {
      ANTHROPIC_BASE_URL: address,
      ANTHROPIC_AUTH_TOKEN: token,
      ANTHROPIC_API_KEY: '',
      CLAUDE_CODE_USE_BEDROCK: null,
      CLAUDE_CODE_USE_VERTEX: null,
      CLAUDE_CODE_USE_FOUNDRY: null,
      ANTHROPIC_MODEL: 'auto:quality',
      ANTHROPIC_DEFAULT_OPUS_MODEL: 'auto:quality',
      ANTHROPIC_DEFAULT_SONNET_MODEL: 'auto:quality',
      ANTHROPIC_DEFAULT_HAIKU_MODEL: 'auto:economy',
      ANTHROPIC_SMALL_FAST_MODEL: 'auto:economy',
      CLAUDE_CODE_DISABLE_NONESSENTIAL_TRAFFIC: '1',
      CLAUDE_CODE_MAX_CONTEXT_TOKENS: '200000',
    },
  },
  codex: {
    arguments: '-c model_provider=farthing -c model_providers.farthing.name=Farthing -c model_providers.farthing.base_url=http://127.0.0.1:4815/v1 -c model_providers.farthing.env_key=FARTHING_GATEWAY_TOKEN -c model_providers.farthing.wire_api=responses -c model=auto:quality',
    environment: { FARTHING_GATEWAY_TOKEN: token },
  },
  'gemini-cli': {
    arguments: '--model auto:quality',
    environment: { GOOGLE_GEMINI_BASE_URL: address, GEMINI_API_KEY: token, GOOGLE_API_KEY: null, GOOGLE_GENAI_USE_VERTEXAI: null, GOOGLE_GENAI_USE_GCA: null },
  },
  opencode: {
    arguments: '',
    environment: {
      OPENCODE_CONFIG_CONTENT:
        '{"provider":{"farthing":{"npm":"@ai-sdk/openai-compatible","name":"Farthing","options":{"baseURL":"http://127.0.0.1:4815/v1","apiKey":"the-token"},"models":{"auto:quality":{"name":"auto:quality","tool_call":true,"limit":{"context":200000,"output":32000}},"auto:economy":{"name":"auto:economy","tool_call":true,"limit":{"context":200000,"output":32000}},"auto":{"name":"auto","tool_call":true,"limit":{"context":200000,"output":32000}}}}},"model":"farthing/auto:quality","small_model":"farthing/auto:economy"}',
    },
  },
  aider: {
    arguments: '--openai-api-base http://127.0.0.1:4815/v1 --model openai/auto:quality --weak-model openai/auto:economy --no-show-model-warnings',
    environment: { OPENAI_API_BASE: `${address}/v1`, OPENAI_API_KEY: token, AIDER_OPENAI_API_KEY: token },
  },
  'qwen-code': {
    arguments: '--auth-type openai --model auto:quality',
    environment: { OPENAI_BASE_URL: `${address}/v1`, OPENAI_API_KEY: token, OPENAI_MODEL: 'auto:quality' },
  },
};

describe('what an agent is started with', () => {
  it('has a row for every agent', () => {
    assert.deepEqual(agents.map(({ id }) => id), Object.keys(rows));
  });

  for (const agent of agents) {
    it(`${agent.name}`, () => {
      const { arguments: given, environment } = agent.start({ address, token, model: 'auto:quality', small: 'auto:economy' });
      assert.deepEqual({ arguments: given.join(' '), environment }, rows[agent.id]);
    });

    it(`${agent.name}: no token among the arguments, and nothing that a shell could read`, () => {
      for (const model of ['auto', 'auto:economy', 'openrouter/vendor/model-1.5', 'openai/gpt-5#high']) {
        const { arguments: given } = agent.start({ address, token, model, small: 'auto:economy' });
        assert.ok(!given.join(' ').includes(token));
        for (const one of given) assert.match(one, /^[\w.:/@#%+=-]*$/);
      }
    });
  }

  it('to Gemini CLI, auto is a choice among its own models, so it gets a name that is ours', () => {
    const gemini = agents.find(({ id }) => id === 'gemini-cli');
    assert.deepEqual(gemini?.start({ address, token, model: 'auto', small: 'auto:economy' }).arguments, ['--model', 'auto:balanced']);
  });

  it('to Gemini CLI, a name is a part of an address', () => {
    const gemini = agents.find(({ id }) => id === 'gemini-cli');
    assert.deepEqual(gemini?.start({ address, token, model: 'openai/gpt-5#high', small: 'auto:economy' }).arguments, ['--model', 'openai/gpt-5%23high']);
  });

  const proxies: readonly { readonly name: string; readonly environment: Readonly<Record<string, string>>; readonly exceptions: string | undefined }[] = [
    { name: 'no proxy: nothing', environment: { PATH: '/bin', NO_PROXY: 'intern' }, exceptions: undefined },
    { name: 'an empty one: nothing', environment: { HTTP_PROXY: '' }, exceptions: undefined },
    { name: 'a proxy: this machine is reached without it', environment: { HTTP_PROXY: 'http://proxy:3128' }, exceptions: '127.0.0.1,localhost' },
    { name: 'one for all: the same', environment: { all_proxy: 'socks5://proxy' }, exceptions: '127.0.0.1,localhost' },
    { name: 'exceptions stay, in either writing', environment: { https_proxy: 'http://proxy:3128', no_proxy: '.intern', NO_PROXY: 'db' }, exceptions: '.intern,db,127.0.0.1,localhost' },
  ];
  for (const { name, environment, exceptions } of proxies) {
    it(name, () => assert.deepEqual(pastProxies(environment), exceptions === undefined ? {} : { NO_PROXY: exceptions, no_proxy: exceptions }));
  }

  it('every terminal gets addresses and a token, and no model', () => {
    const given = allTerminalsEnvironment({ address, token });
    assert.deepEqual([...new Set(Object.values(given))].toSorted(), [address, `${address}/v1`, token].toSorted());
  });
});
