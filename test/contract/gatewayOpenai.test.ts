import assert from 'node:assert/strict';
import OpenAI, { APIError, APIUserAbortError, AuthenticationError, BadRequestError, NotFoundError, PermissionDeniedError, RateLimitError } from 'openai';
import { zodResponsesFunction } from 'openai/helpers/zod';
import * as z from 'zod';
import { nano } from '../../src/core/model/money';
import { messageDelta, messageStart, messageStop, textBlock, thinkingBlock, toolBlock } from '../support/anthropicStream';
import { dialects } from '../support/dialects';
import { realGateway } from '../support/realGateway';
import { callItem, callOutput, responseCreated, responseEnd, responsesEvent } from '../support/responsesStream';
import { ScriptedUpstream } from '../support/scriptedUpstream';

type ChatMessage = OpenAI.Chat.Completions.ChatCompletionMessageParam;
type InputItem = OpenAI.Responses.ResponseInputItem;

const { openaiChat: chat, anthropicMessages: anthropic, openaiResponses: responses } = dialects;
const parameters = { type: 'object', properties: { city: { type: 'string' } }, required: ['city'] };
const chatTool: OpenAI.Chat.Completions.ChatCompletionTool = { type: 'function', function: { name: 'weather', description: 'The weather of a city.', parameters } };
const tool: OpenAI.Responses.FunctionTool = { type: 'function', name: 'weather', description: 'The weather of a city.', parameters, strict: false };
const hi: ChatMessage = { role: 'user', content: 'hi' };
const small = 'mistral/mistral-small-2506';
const haiku = 'anthropic/claude-haiku-4-5-20251001';
const luna = 'openai/gpt-5.6-luna';

/** What an answer of Anthropic's says before it calls a tool. */
const thinksAndCalls = messageStart() + thinkingBlock(['h', 'm']) + toolBlock('toolu_1', 'weather', ['{"city":', '"Oslo"}'], 2) + messageDelta('tool_use') + messageStop;
const rain = messageStart() + textBlock(['Rain.']) + messageDelta('end_turn') + messageStop;

describe('the OpenAI client on the gateway', () => {
  const upstream = new ScriptedUpstream();
  let gateway: Awaited<ReturnType<typeof realGateway>>;
  let client: OpenAI;
  const clientOf = (apiKey: string) => new OpenAI({ baseURL: `${gateway.address}/v1`, apiKey, maxRetries: 0 });
  before(async () => {
    await upstream.start();
    gateway = await realGateway({ address: upstream.address, providers: ['mistral', 'anthropic', 'openai'], models: { 'gpt-4*': small } });
    client = clientOf(gateway.token);
  });
  after(async () => {
    await gateway.stop();
    await upstream.stop();
  });

  describe('by chat completions', () => {
    it('is answered at once', async () => {
      upstream.says(anthropic.usage({ fresh: 30, cached: 60, written: 10, output: 20 }));
      const completion = await client.chat.completions.create({ model: haiku, messages: [{ role: 'developer', content: 'Be brief.' }, hi], max_completion_tokens: 300, temperature: 0.5, stop: ['END'] });
      assert.partialDeepStrictEqual(completion, { object: 'chat.completion', model: haiku, choices: [{ finish_reason: 'stop', message: { role: 'assistant', content: 'Hi' } }] });
      assert.partialDeepStrictEqual(completion.usage, { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120, prompt_tokens_details: { cached_tokens: 60 } });
      assert.partialDeepStrictEqual(upstream.asked[0]?.body, { max_tokens: 300, temperature: 0.5, stop_sequences: ['END'] });
    });

    it('is answered as it comes, with its usage and who answered', async () => {
      upstream.says(chat.reasoning(['hm ', 'so'], 'Hello'));
      const chunks = [];
      for await (const chunk of await client.chat.completions.create({ model: 'gpt-4o', messages: [hi], stream: true, stream_options: { include_usage: true } })) chunks.push(chunk);
      assert.deepEqual(chunks.map(({ model }) => model), chunks.map(() => small));
      assert.deepEqual(chunks[0]?.choices[0]?.delta, { role: 'assistant', content: '' });
      assert.equal(chunks.map(({ choices }) => choices[0]?.delta.content ?? '').join(''), 'Hello');
      assert.equal(chunks.map(({ choices: [choice] }) => (choice !== undefined && 'reasoning_content' in choice.delta ? choice.delta.reasoning_content : '')).join(''), 'hm so');
      assert.equal(chunks.at(-2)?.choices[0]?.finish_reason, 'stop');
      assert.deepEqual([chunks.at(-1)?.choices, typeof chunks.at(-1)?.usage?.total_tokens], [[], 'number']);
    });

    for (const streamed of [false, true]) {
      it(`calls tools of the other protocol, and the thinking that led to them goes back${streamed ? ', as they come' : ''}`, async () => {
        const ask = async (messages: ChatMessage[]): Promise<OpenAI.Chat.Completions.ChatCompletionMessage> => {
          const body = { model: haiku, reasoning_effort: 'high' as const, messages, tools: [chatTool], max_tokens: 4000 };
          const completion = streamed ? await client.chat.completions.stream(body).finalChatCompletion() : await client.chat.completions.create(body);
          const message = completion.choices[0]?.message;
          assert.ok(message);
          return message;
        };
        upstream.says(thinksAndCalls, rain);
        const first = await ask([hi]);
        assert.partialDeepStrictEqual(first.tool_calls, [{ id: 'toolu_1', type: 'function', function: { name: 'weather', arguments: '{"city":"Oslo"}' } }]);
        const second = await ask([hi, first, { role: 'tool', tool_call_id: 'toolu_1', content: '8 degrees' }]);
        assert.equal(second.content, 'Rain.');
        assert.partialDeepStrictEqual(upstream.asked[1]?.body, {
          messages: [
            { role: 'user', content: [{ type: 'text', text: 'hi' }] },
            { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: 'c2ln' }, { type: 'tool_use', id: 'toolu_1', name: 'weather', input: { city: 'Oslo' } }] },
            { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1', content: '8 degrees' }] },
          ],
        });
      });
    }

    it('runs tools by itself to the end', async () => {
      upstream.says(chat.toolCalls([{ id: 'callNr001', name: 'weather', arguments: '{"city":"Oslo"}' }]), chat.text(['Rain.']));
      const runner = client.chat.completions.runTools({ model: small, messages: [hi], tools: [{ type: 'function', function: { name: 'weather', description: 'd', parameters, parse: JSON.parse, function: ({ city }: { city: string }) => `8 degrees in ${city}` } }] });
      assert.equal(await runner.finalContent(), 'Rain.');
      assert.partialDeepStrictEqual(upstream.asked[1]?.body, { messages: [{}, { role: 'assistant', tool_calls: [{ id: 'callNr001' }] }, { role: 'tool', tool_call_id: 'callNr001', content: '8 degrees in Oslo' }] });
    });

    it('calls a function in the form before tools', async () => {
      upstream.says(chat.toolCalls([{ id: 'callNr001', name: 'weather', arguments: '{}' }]));
      const completion = await client.chat.completions.create({ model: small, messages: [hi], functions: [{ name: 'weather', parameters }] });
      assert.partialDeepStrictEqual(completion.choices[0], { finish_reason: 'function_call', message: { content: null, function_call: { name: 'weather', arguments: '{}' } } });
    });

    it('leaves in the middle, and the vendor is told', async () => {
      const closed = Promise.withResolvers<void>();
      upstream.says((response) => {
        response.once('close', () => closed.resolve());
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(chat.cut('Hel'));
      });
      const stream = client.chat.completions.stream({ model: small, messages: [hi] });
      stream.once('content', () => stream.abort());
      await assert.rejects(stream.finalContent(), APIUserAbortError);
      await closed.promise;
    });

    it('is told of what goes wrong on the way', async () => {
      upstream.says(chat.failing('Hel', 'The machine is on fire.'));
      await assert.rejects(client.chat.completions.stream({ model: small, messages: [hi] }).finalContent(), (error) => error instanceof APIError && error.message.includes('The machine is on fire.'));
    });
  });

  describe('by responses', () => {
    it('is answered at once', async () => {
      upstream.says(anthropic.usage({ fresh: 30, cached: 60, written: 10, output: 20 }));
      const response = await client.responses.create({ model: haiku, instructions: 'Be brief.', input: 'hi', max_output_tokens: 300, metadata: { a: 'b' } });
      assert.equal(response.output_text, 'Hi');
      assert.partialDeepStrictEqual(response, { object: 'response', status: 'completed', model: haiku, error: null, metadata: { a: 'b' } });
      assert.partialDeepStrictEqual(response.usage, { input_tokens: 100, output_tokens: 20, total_tokens: 120, input_tokens_details: { cached_tokens: 60 } });
    });

    it('is answered as it comes, numbered without gaps', async () => {
      upstream.says(anthropic.reasoning(['hm ', 'so'], 'Hello'));
      const events: OpenAI.Responses.ResponseStreamEvent[] = [];
      const stream = client.responses.stream({ model: haiku, input: 'hi' }).on('event', (event) => events.push(event));
      const response = await stream.finalResponse();
      assert.deepEqual(events.map(({ sequence_number: at }) => at), events.map((_, index) => index));
      assert.deepEqual([...new Set(events.map(({ type }) => type.slice('response.'.length)))], [
        'created', 'in_progress', 'output_item.added', 'reasoning_summary_part.added', 'reasoning_summary_text.delta', 'reasoning_summary_text.done', 'reasoning_summary_part.done', 'output_item.done',
        'content_part.added', 'output_text.delta', 'output_text.done', 'content_part.done', 'completed',
      ]);
      assert.partialDeepStrictEqual(response.output, [{ type: 'reasoning', summary: [{ text: 'hm so' }] }, { type: 'message', status: 'completed', content: [{ type: 'output_text', text: 'Hello' }] }]);
      assert.equal(response.output_text, 'Hello');
    });

    for (const streamed of [false, true]) {
      it(`calls tools of the other protocol, and the thinking that led to them goes back${streamed ? ', as they come' : ''}`, async () => {
        const ask = (input: InputItem[]) => {
          const body = { model: haiku, reasoning: { effort: 'high' as const }, input, tools: [tool], max_output_tokens: 4000 };
          return streamed ? client.responses.stream(body).finalResponse() : client.responses.create(body);
        };
        upstream.says(thinksAndCalls, rain);
        const first = await ask([{ role: 'user', content: 'hi' }]);
        assert.partialDeepStrictEqual(first.output.at(-1), { type: 'function_call', call_id: 'toolu_1', name: 'weather', arguments: '{"city":"Oslo"}', status: 'completed' });
        const back = first.output.flatMap((item): InputItem[] => (item.type === 'reasoning' || item.type === 'function_call' ? [item] : []));
        const second = await ask([{ role: 'user', content: 'hi' }, ...back, { type: 'function_call_output', call_id: 'toolu_1', output: '8 degrees' }]);
        assert.equal(second.output_text, 'Rain.');
        assert.partialDeepStrictEqual(upstream.asked[1]?.body, {
          messages: [{}, { role: 'assistant', content: [{ type: 'thinking', thinking: 'hm', signature: 'c2ln' }, { type: 'tool_use', id: 'toolu_1' }] }, { role: 'user', content: [{ type: 'tool_result', tool_use_id: 'toolu_1' }] }],
        });
      });
    }

    it('keeps the sealed reasoning of its own protocol', async () => {
      const sealed = { type: 'reasoning', id: 'rs_0', summary: [], encrypted_content: 'gAAAA=' };
      const calls =
        responseCreated() +
        responsesEvent('response.output_item.added', { output_index: 0, item: { ...sealed, encrypted_content: 'not whole' } }) +
        responsesEvent('response.output_item.done', { output_index: 0, item: sealed }) +
        callItem('callNr001', 'weather', ['{"city":"Oslo"}'], 1) +
        responseEnd('completed', { output: [sealed, callOutput('callNr001', 'weather', '{"city":"Oslo"}', 1)] });
      upstream.says(calls, responses.text(['Rain.']));
      const ask = (input: InputItem[]) => client.responses.stream({ model: luna, input, tools: [tool], temperature: 0.3, store: false, include: ['reasoning.encrypted_content'] }).finalResponse();
      const first = await ask([{ role: 'user', content: 'hi' }]);
      const back = first.output.flatMap((item): InputItem[] => (item.type === 'reasoning' || item.type === 'function_call' ? [item] : []));
      assert.deepEqual(back.map(({ type }) => type), ['reasoning', 'function_call']);
      await ask([{ role: 'user', content: 'hi' }, ...back, { type: 'function_call_output', call_id: 'callNr001', output: [{ type: 'input_text', text: 'see' }, { type: 'input_image', detail: 'auto', image_url: 'data:image/png;base64,AAAA' }] }]);
      assert.partialDeepStrictEqual(upstream.asked[1], {
        path: '/v1/responses',
        body: {
          store: false,
          include: ['reasoning.encrypted_content'],
          input: [
            { role: 'user', content: 'hi' },
            { type: 'reasoning', summary: [], encrypted_content: 'gAAAA=' },
            { type: 'function_call', call_id: 'callNr001', name: 'weather', arguments: '{"city":"Oslo"}' },
            { type: 'function_call_output', call_id: 'callNr001', output: [{ type: 'input_text', text: 'see' }, { type: 'input_image', image_url: 'data:image/png;base64,AAAA' }] },
          ],
        },
      });
      // A model that reasons refuses one.
      assert.ok(!('temperature' in (upstream.asked[0]?.body ?? {})));
    });

    it('reads the arguments of a tool by its schema', async () => {
      upstream.says(chat.toolCalls([{ id: 'callNr001', name: 'weather', arguments: '{"city":"Oslo"}' }]));
      const response = await client.responses.parse({ model: small, input: 'hi', tools: [zodResponsesFunction({ name: 'weather', parameters: z.object({ city: z.string() }) })] });
      assert.partialDeepStrictEqual(response.output, [{ type: 'function_call', parsed_arguments: { city: 'Oslo' } }]);
    });

    it('calls a tool that takes text, and one of a namespace', async () => {
      upstream.says(chat.toolCalls([{ id: 'callNr001', name: 'apply_patch', arguments: '{"input":"*** Begin Patch"}' }, { id: 'callNr002', name: 'files__read', arguments: '{}' }]));
      const response = await client.responses
        .stream({ model: small, input: 'hi', tools: [{ type: 'custom', name: 'apply_patch' }, { type: 'namespace', name: 'files', description: 'd', tools: [{ type: 'function', name: 'read' }] }, { type: 'web_search' }] })
        .finalResponse();
      assert.partialDeepStrictEqual(response.output, [{ type: 'custom_tool_call', call_id: 'callNr001', name: 'apply_patch', input: '*** Begin Patch' }, { type: 'function_call', call_id: 'callNr002', name: 'read', namespace: 'files', arguments: '{}' }]);
    });

    it('is cut off at its limit', async () => {
      upstream.says(chat.text(['Hel'], 'length'));
      assert.partialDeepStrictEqual(await client.responses.stream({ model: small, input: 'hi' }).finalResponse(), { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' }, output_text: 'Hel' });
    });

    it('leaves in the middle, and the vendor is told', async () => {
      const closed = Promise.withResolvers<void>();
      upstream.says((response) => {
        response.once('close', () => closed.resolve());
        response.writeHead(200, { 'content-type': 'text/event-stream' }).write(chat.cut('Hel'));
      });
      const stream = client.responses.stream({ model: small, input: 'hi' });
      stream.once('response.output_text.delta', () => stream.abort());
      await assert.rejects(stream.finalResponse(), APIUserAbortError);
      await closed.promise;
    });

    it('is told of what goes wrong on the way', async () => {
      upstream.says(chat.failing('Hel', 'The machine is on fire.'));
      const types: string[] = [];
      let failed: OpenAI.Responses.Response | undefined;
      for await (const event of await client.responses.create({ model: small, input: 'hi', stream: true })) {
        types.push(event.type);
        if (event.type === 'response.failed') failed = event.response;
      }
      assert.equal(types.at(-1), 'response.failed');
      assert.match(failed?.error?.message ?? '', /The machine is on fire/);
    });

    it('is told that nothing is stored', async () => {
      await assert.rejects(client.responses.create({ model: small, input: 'hi', previous_response_id: 'resp_1' }), (error) => error instanceof BadRequestError && error.param === 'previous_response_id' && /Send the whole conversation/.test(error.message));
    });
  });

  describe('is refused', () => {
    it('without a token of the gateway', async () => {
      await assert.rejects(clientOf('wrong').chat.completions.create({ model: 'auto', messages: [hi] }), (error) => error instanceof AuthenticationError && error.code === 'invalid_api_key');
    });
    it('a name that means nothing here', async () => {
      await assert.rejects(client.responses.create({ model: 'gpt-9', input: 'hi' }), (error) => error instanceof NotFoundError && error.code === 'model_not_found' && error.param === 'model' && error.message.includes('"gpt-9"'));
    });
    it('a field that is wrong, by its name', async () => {
      await assert.rejects(client.chat.completions.create({ model: 'auto', messages: [{ role: 'user', content: [{ type: 'image_url', image_url: { url: 'https://a.example/x.png' } }] }] }), (error) => error instanceof BadRequestError && error.param === 'messages[0].content[0].image_url.url');
    });
    it('what its budget does not allow, for no client to repeat', async () => {
      const poor = clientOf(await gateway.addClient({ id: 'poor', limit: nano(1) }));
      upstream.says();
      await assert.rejects(poor.chat.completions.create({ model: small, messages: [hi] }), (error) => error instanceof APIError && error.status === 402 && error.code === 'insufficient_quota');
      assert.equal(upstream.asked.length, 0);
    });
  });

  it('lists the models, and tells of one', async () => {
    const ids: string[] = [];
    for await (const { id } of client.models.list()) ids.push(id);
    assert.ok(ids.includes('auto') && ids.includes('auto:economy') && ids.includes(small));
    assert.partialDeepStrictEqual(await client.models.retrieve(haiku), { id: haiku, object: 'model', owned_by: 'anthropic' });
    assert.partialDeepStrictEqual(await client.models.retrieve('auto'), { id: 'auto', owned_by: 'farthing' });
    await assert.rejects(client.models.retrieve('gpt-9'), NotFoundError);
  });

  describe('by embeddings', () => {
    const vectors = { object: 'list', data: [{ object: 'embedding', index: 1, embedding: [3, 4] }, { object: 'embedding', index: 0, embedding: [0.5, -0.25] }], model: 'text-embedding-3-small', usage: { prompt_tokens: 8, total_tokens: 8 } };
    const says = (status: number, body: object) => upstream.says((response) => void response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body)));

    for (const format of [undefined, 'float', 'base64'] as const) {
      it(`gets vectors in their order${format === undefined ? '' : ` as ${format}`}`, async () => {
        says(200, vectors);
        const embedded = await client.embeddings.create({ model: 'openai/text-embedding-3-small', input: ['a', 'b'], dimensions: 2, ...(format === undefined ? {} : { encoding_format: format }) });
        const packed = Buffer.from(new Float32Array([0.5, -0.25]).buffer).toString('base64');
        assert.deepEqual(embedded.data.map(({ embedding }) => embedding)[0], format === 'base64' ? packed : [0.5, -0.25]);
        assert.partialDeepStrictEqual(embedded, { model: 'openai/text-embedding-3-small', usage: { prompt_tokens: 8, total_tokens: 8 } });
        assert.deepEqual(upstream.asked.map(({ path: at, body }) => [at, body]), [['/v1/embeddings', { model: 'text-embedding-3-small', input: ['a', 'b'], encoding_format: 'float', dimensions: 2 }]]);
      });
    }
    it('is told why there are none', async () => {
      says(401, { error: { message: 'Incorrect API key provided', code: 'invalid_api_key' } });
      await assert.rejects(client.embeddings.create({ model: 'openai/text-embedding-3-small', input: 'a' }), (error) => error instanceof APIError && error.status === 424);
    });
    it('is refused a model without its provider, tokens, and what its rules leave out', async () => {
      upstream.says();
      await assert.rejects(client.embeddings.create({ model: 'text-embedding-3-small', input: 'a' }), (error) => error instanceof BadRequestError && error.param === 'model');
      await assert.rejects(client.embeddings.create({ model: 'openai/text-embedding-3-small', input: [1, 2] }), (error) => error instanceof BadRequestError && error.param === 'input[0]');
      const bound = clientOf(await gateway.addClient({ id: 'bound', models: ['mistral/*'] }));
      await assert.rejects(bound.embeddings.create({ model: 'openai/text-embedding-3-small', input: 'a' }), PermissionDeniedError);
      assert.equal(upstream.asked.length, 0);
    });
  });

  // The last, because after it the vendor is left alone for a while.
  describe('when its vendor asks for a pause', () => {
    it('is told for how long', async () => {
      upstream.says((response) => void response.writeHead(429, { 'content-type': 'application/json', 'retry-after': '120' }).end('{"type":"error","error":{"type":"rate_limit_error","message":"Slow down."}}'));
      await assert.rejects(client.chat.completions.create({ model: haiku, messages: [hi] }), (error) => error instanceof RateLimitError && error.code === 'rate_limit_exceeded' && Number(error.headers.get('retry-after')) > 60);
    });
  });
});
