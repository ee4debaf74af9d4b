import assert from 'node:assert/strict';
import { Anthropic } from '@anthropic-ai/sdk';
import { LLMock } from '@copilotkit/aimock';
import { OpenAI } from 'openai';
import type { CallRecord } from '../../src/core/model/call';
import { nano } from '../../src/core/model/money';
import { realGateway } from '../support/realGateway';

/** One arm of each wire, and where its provider is asked. */
const arms = { 'deepseek/deepseek-v4-pro': '/v1/chat/completions', 'openai/gpt-5.4-mini': '/v1/responses', 'anthropic/claude-sonnet-5': '/v1/messages' } as const;
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'], additionalProperties: false };

interface Said {
  readonly text: string;
  /** Events of text. */
  readonly pieces: number;
}

/** What a vendor's own client does, whatever its protocol is. */
interface Client {
  streams(model: string, text: string, signal?: AbortSignal, onText?: () => void): Promise<Said>;
  /** Asks for the weather, says what the tool said, and returns the calls and the last words. */
  usesTool(model: string): Promise<{ readonly called: string; readonly text: string }>;
  /** Status of the error that it throws. */
  fails(model: string): Promise<{ readonly status: number | undefined; readonly message: string }>;
}

type Reached = { readonly address: string; readonly token: string };

const failing = async (asking: Promise<unknown>): ReturnType<Client['fails']> => {
  const error = await asking.then(() => undefined, (reason: unknown) => reason);
  assert.ok(error instanceof OpenAI.APIError || error instanceof Anthropic.APIError, String(error));
  return { status: error.status, message: error.message };
};

const clients: Readonly<Record<string, (reached: Reached) => Client>> = {
  'openai, chat completions': ({ address, token }) => {
    const client = new OpenAI({ baseURL: `${address}/v1`, apiKey: token, maxRetries: 0 });
    const tools = [{ type: 'function' as const, function: { name: 'weather', description: 'Tells it.', parameters } }];
    return {
      async streams(model, content, signal, onText) {
        let text = '';
        let pieces = 0;
        for await (const chunk of await client.chat.completions.create({ model, messages: [{ role: 'user', content }], stream: true }, { signal })) {
          const piece = chunk.choices[0]?.delta.content ?? '';
          text += piece;
          if (piece !== '') pieces += 1;
          if (piece !== '') onText?.();
        }
        return { text, pieces };
      },
      async usesTool(model) {
        const messages: OpenAI.ChatCompletionMessageParam[] = [{ role: 'user', content: 'weather?' }];
        const first = await client.chat.completions.create({ model, messages, tools });
        const message = first.choices[0]?.message;
        const call = message?.tool_calls?.[0];
        assert.ok(message && call?.type === 'function');
        assert.equal(first.choices[0]?.finish_reason, 'tool_calls');
        const second = await client.chat.completions.create({ model, messages: [...messages, message, { role: 'tool', tool_call_id: call.id, content: 'wet' }], tools });
        return { called: `${call.function.name} ${call.function.arguments}`, text: second.choices[0]?.message.content ?? '' };
      },
      fails: (model) => failing(client.chat.completions.create({ model, messages: [{ role: 'user', content: 'hello' }] })),
    };
  },
  'openai, responses': ({ address, token }) => {
    const client = new OpenAI({ baseURL: `${address}/v1`, apiKey: token, maxRetries: 0 });
    const tools = [{ type: 'function' as const, name: 'weather', description: 'Tells it.', parameters, strict: true }];
    return {
      async streams(model, input, signal, onText) {
        let text = '';
        let pieces = 0;
        for await (const event of await client.responses.create({ model, input, stream: true, store: false }, { signal })) {
          if (event.type !== 'response.output_text.delta') continue;
          text += event.delta;
          pieces += 1;
          onText?.();
        }
        return { text, pieces };
      },
      async usesTool(model) {
        const question = { role: 'user' as const, content: 'weather?' };
        const first = await client.responses.create({ model, input: [question], tools, store: false });
        const call = first.output.find((item) => item.type === 'function_call');
        assert.ok(call);
        const second = await client.responses.create({ model, input: [question, call, { type: 'function_call_output', call_id: call.call_id, output: 'wet' }], tools, store: false });
        return { called: `${call.name} ${call.arguments}`, text: second.output_text };
      },
      fails: (model) => failing(client.responses.create({ model, input: 'hello' })),
    };
  },
  '@anthropic-ai/sdk': ({ address, token }) => {
    const client = new Anthropic({ baseURL: address, authToken: token, apiKey: null, maxRetries: 0 });
    const tools: Anthropic.Tool[] = [{ name: 'weather', description: 'Tells it.', input_schema: { ...parameters, type: 'object' } }];
    return {
      async streams(model, content, signal, onText) {
        let pieces = 0;
        const stream = client.messages.stream({ model, max_tokens: 500, messages: [{ role: 'user', content }] }, { signal }).on('text', () => {
          pieces += 1;
          onText?.();
        });
        return { text: await stream.finalText(), pieces };
      },
      async usesTool(model) {
        const messages: Anthropic.MessageParam[] = [{ role: 'user', content: 'weather?' }];
        const first = await client.messages.create({ model, max_tokens: 500, messages, tools });
        const call = first.content.find((block) => block.type === 'tool_use');
        assert.ok(call);
        assert.equal(first.stop_reason, 'tool_use');
        const result = { role: 'user' as const, content: [{ type: 'tool_result' as const, tool_use_id: call.id, content: 'wet' }] };
        const second = await client.messages.create({ model, max_tokens: 500, messages: [...messages, { role: 'assistant', content: first.content }, result], tools });
        return { called: `${call.name} ${JSON.stringify(call.input)}`, text: second.content.map((block) => (block.type === 'text' ? block.text : '')).join('') };
      },
      fails: (model) => failing(client.messages.create({ model, max_tokens: 500, messages: [{ role: 'user', content: 'hello' }] })),
    };
  },
};

/** The vendors' clients, the whole product with books on disk, its wires, and somebody else's idea of the providers. */
describe('a vendor’s client on the gateway, through to the provider', () => {
  const simulator = new LLMock({ port: 0, logLevel: 'silent' });
  let gateway: Awaited<ReturnType<typeof realGateway>>;
  const settled: CallRecord[] = [];
  before(async () => {
    await simulator.start();
    gateway = await realGateway({ address: simulator.url, providers: ['anthropic', 'deepseek', 'openai'], models: { 'old-*': 'anthropic/claude-sonnet-5' } });
    gateway.app.onCall((call) => settled.push(call));
  });
  after(async () => {
    await gateway.stop();
    await simulator.stop();
  });
  beforeEach(() => {
    simulator.clearFixtures();
    simulator.clearRequests();
    settled.length = 0;
  });
  const usage = { input_tokens: 11, output_tokens: 7, prompt_tokens: 11, completion_tokens: 7, total_tokens: 18 };
  const asked = () => [...new Set(simulator.getRequests().map((request) => request.path))];

  for (const [name, client] of Object.entries(clients)) {
    describe(name, () => {
      const machine = () => client(gateway);
      for (const [model, wire] of Object.entries(arms)) {
        it(`has ${model} answer piece by piece, and the books have it`, async () => {
          simulator.onMessage('hello', { content: 'Hi there, how are you? 👋', usage }, { chunkSize: 4 });
          const { text, pieces } = await machine().streams(model, 'hello');
          assert.equal(text, 'Hi there, how are you? 👋');
          assert.ok(pieces > 3, `${pieces} pieces`);
          assert.deepEqual(asked(), [wire]);
          assert.partialDeepStrictEqual(settled, [{ outcome: 'complete', purpose: 'gateway', usage: { inputTokens: 11, outputTokens: 7 } }]);
          assert.equal(`${settled[0]?.provider}/${settled[0]?.model}`, model);
        });

        it(`has ${model} use a tool`, async () => {
          simulator.addFixture({
            match: { predicate: () => true },
            response: ({ messages }) => (messages.some(({ role }) => role === 'tool') ? { content: `It is ${JSON.stringify(messages.at(-1)?.content)}.` } : { toolCalls: [{ name: 'weather', arguments: '{"city":"Oslo"}' }] }),
          });
          const { called, text } = await machine().usesTool(model);
          assert.equal(called, 'weather {"city":"Oslo"}');
          assert.match(text, /wet/);
          assert.deepEqual(asked(), [wire]);
        });

        it(`leaves ${model} in the middle, which the books have as cancelled, with nothing held`, async () => {
          simulator.onMessage('slow', { content: 'A long answer that is never finished. '.repeat(50) }, { chunkSize: 4, streamingProfile: { ttft: 10, tps: 25, jitter: 0 } });
          const controller = new AbortController();
          const ended = new Promise<void>((resolve) => gateway.app.onCall(() => resolve()));
          // Some clients throw, some end quietly.
          await machine().streams(model, 'slow', controller.signal, () => controller.abort()).catch(() => undefined);
          await ended;
          assert.partialDeepStrictEqual(settled, [{ outcome: 'cancelled', model: model.slice(model.indexOf('/') + 1) }]);
          assert.ok((settled[0]?.usage.outputTokens ?? 0) < 200);
          assert.equal((await gateway.app.budgets(undefined))?.statuses.find(({ scope }) => scope === 'day')?.held, 0);
        });
      }

      it('is told what the provider says is wrong', async () => {
        simulator.onMessage('hello', { error: { message: 'It failed.', type: 'invalid_request_error' }, status: 400 });
        const { status, message } = await machine().fails('deepseek/deepseek-v4-pro');
        assert.equal(status, 400);
        assert.match(message, /It failed/);
      });

      it('is refused a name that means nothing, with the rule to add, and nobody is asked', async () => {
        const { status, message } = await machine().fails('gpt-17');
        assert.equal(status, 404);
        assert.match(message, /farthing\.gateway\.models.*gpt-17/);
        assert.deepEqual(asked(), []);
      });

      it('has a name of before mean what the person’s rule says', async () => {
        simulator.onMessage('hello', { content: 'Hi' });
        assert.equal((await machine().streams('old-sonnet', 'hello')).text, 'Hi');
        assert.equal(settled[0]?.arm.startsWith('anthropic/claude-sonnet-5'), true);
      });

      it('may spend what it was given and no more, and only at the models it was given', async () => {
        simulator.onMessage('hello', { content: 'Hi' });
        const poor = client({ ...gateway, token: await gateway.addClient({ id: `poor ${name}`, limit: nano(1) }) });
        assert.equal((await poor.fails('deepseek/deepseek-v4-pro')).status, 402);
        const bound = client({ ...gateway, token: await gateway.addClient({ id: `bound ${name}`, models: ['openai/*'] }) });
        assert.equal((await bound.fails('deepseek/deepseek-v4-pro')).status, 403);
        assert.deepEqual(asked(), []);
        assert.equal((await bound.streams('auto', 'hello')).text, 'Hi');
        assert.partialDeepStrictEqual(settled, [{ provider: 'openai', client: `bound ${name}` }]);
      });
    });
  }
});
