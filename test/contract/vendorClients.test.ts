import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Anthropic } from '@anthropic-ai/sdk';
import { OpenAI } from 'openai';
import * as z from 'zod';
import { root } from '../../scripts/node24.mjs';
import type { StopReason } from '../../src/core/model/ask';
import type { ToolCall } from '../../src/core/model/message';
import { event } from '../support/anthropicStream';
import { type Dialect, dialects } from '../support/dialects';
import { FaultServer } from '../support/faultServer';
import { callItem, callOutput, reasoningItem, refusalItem, responseCreated, responseEnd, responsesUsage } from '../support/responsesStream';
import { doneChunk, endpointAt, fakeKey, listen, requestTo } from '../support/wireFixtures';
import { type Behaviour, compared, type ComparedWireName } from '../support/wireMatrix';
import { stream } from '../support/wireOverSocket';

/** What is left of an answer when it is whole. */
interface Understood {
  readonly text: string;
  /** Undefined where the client has no field for it. */
  readonly reasoning: string | undefined;
  readonly toolCalls: readonly ToolCall[];
  readonly stop: StopReason;
  readonly tokens: readonly [input: number, cachedOfIt: number, output: number, reasoningOfIt: number];
}

function stopOf(word: string): StopReason {
  return stops[word] ?? 'unknown';
}

const stops: Readonly<Record<string, StopReason>> = { stop: 'stop', length: 'length', tool_calls: 'toolCalls', content_filter: 'contentFilter', max_output_tokens: 'length', end_turn: 'stop', max_tokens: 'length', tool_use: 'toolCalls', refusal: 'contentFilter' };

const chunks = z.object({ id: z.string(), kind: z.string(), chunks: z.array(z.looseObject({ type: z.string().optional() })) });

/** Streams that providers really sent, with their names; of the Responses protocol there are none, so that these are made from its types. */
const recorded: Readonly<Record<ComparedWireName, () => readonly (readonly [id: string, reply: string])[]>> = {
  openaiChat: () => rowsOf('openaiChat').map(({ id, chunks: sent }) => [id, sent.map((one) => `data: ${JSON.stringify(one)}\n\n`).join('') + doneChunk]),
  openaiResponses: () => [
    ['reasoning and two calls', responseCreated() + reasoningItem([['a'], ['b']]) + callItem('call_a', 'f', ['{"a"', ':1}'], 1) + callItem('call_b', 'g', ['{}'], 2) + responseEnd('completed', { usage: responsesUsage({ input: 12, cached: 3, output: 7, reasoning: 2 }), output: [{ id: 'rs_0', type: 'reasoning', summary: [{ type: 'summary_text', text: 'a' }, { type: 'summary_text', text: 'b' }] }, callOutput('call_a', 'f', '{"a":1}', 1), callOutput('call_b', 'g', '{}', 2)] })],
    ['a refusal in words', responseCreated() + refusalItem(['I cannot.']) + responseEnd('completed', { output: [{ type: 'message', id: 'msg_0', role: 'assistant', content: [{ type: 'refusal', refusal: 'I cannot.' }] }] })],
  ],
  // Without the one that is two answers spliced together, which the client does not take apart.
  anthropicMessages: () => rowsOf('anthropicMessages').filter(({ kind }) => kind !== 'protocol_anomaly').map(({ id, chunks: sent }) => [id, sent.map(({ type = '', ...one }) => event({ type, ...one })).join('')]),
};

function rowsOf(name: string): readonly z.infer<typeof chunks>[] {
  return readFileSync(path.join(root, 'test/fixtures', name, 'recorded.jsonl'), 'utf8').trim().split('\n').map((line) => chunks.parse(JSON.parse(line)));
}

/** The same streams, read by our wire and by the vendor's own client. */
describe('the vendor\'s client and our wire', () => {
  const server = new FaultServer();
  before(() => server.start());
  after(() => server.stop());

  /** Plays a reply once. */
  function script(reply: string, bytewise: boolean): void {
    server.reset();
    server.script(stream, { do: bytewise ? 'sendBytewise' : 'send', data: reply }, { do: 'end' });
  }

  const openai = () => new OpenAI({ baseURL: `${server.url}/v1`, apiKey: fakeKey, maxRetries: 0, organization: null, project: null, adminAPIKey: null, webhookSecret: null, logLevel: 'off' });
  const clients: Readonly<Record<ComparedWireName, () => Promise<Understood>>> = {
    openaiChat: async () => {
      const { choices: [choice], usage } = await openai().chat.completions.stream({ model: 'm', messages: [] }).finalChatCompletion();
      assert.ok(choice !== undefined);
      return {
        text: choice.message.content ?? '',
        reasoning: undefined,
        toolCalls: (choice.message.tool_calls ?? []).flatMap((call) => ('function' in call ? [{ id: call.id, name: call.function.name, arguments: call.function.arguments }] : [])),
        stop: stopOf(choice.finish_reason),
        // Some count reasoning beside the answer; the total has it in any case.
        tokens: [usage?.prompt_tokens ?? 0, usage?.prompt_tokens_details?.cached_tokens ?? 0, (usage?.total_tokens ?? 0) - (usage?.prompt_tokens ?? 0), usage?.completion_tokens_details?.reasoning_tokens ?? 0],
      };
    },
    openaiResponses: async () => {
      const { output, usage, incomplete_details } = await openai().responses.stream({ model: 'm', input: 'hi' }).finalResponse();
      const toolCalls = output.flatMap((item) => (item.type === 'function_call' ? [{ id: item.call_id, name: item.name, arguments: item.arguments }] : []));
      const refused = output.some((item) => item.type === 'message' && item.content.some(({ type }) => type === 'refusal'));
      return {
        text: output.flatMap((item) => (item.type === 'message' ? item.content.map((part) => (part.type === 'refusal' ? part.refusal : part.text)) : [])).join(''),
        reasoning: output.flatMap((item) => (item.type === 'reasoning' ? item.summary.map(({ text }) => text) : [])).join('\n\n'),
        toolCalls,
        stop: stopOf(incomplete_details?.reason ?? (toolCalls.length > 0 ? 'tool_calls' : refused ? 'refusal' : 'stop')),
        tokens: [usage?.input_tokens ?? 0, usage?.input_tokens_details.cached_tokens ?? 0, usage?.output_tokens ?? 0, usage?.output_tokens_details.reasoning_tokens ?? 0],
      };
    },
    anthropicMessages: async () => {
      const { content, usage, stop_reason } = await new Anthropic({ baseURL: server.url, apiKey: fakeKey, authToken: null, maxRetries: 0, logLevel: 'off' }).messages.stream({ model: 'm', max_tokens: 100, messages: [] }).finalMessage();
      return {
        text: content.map((block) => (block.type === 'text' ? block.text : '')).join(''),
        reasoning: content.map((block) => (block.type === 'thinking' ? block.thinking : '')).join(''),
        toolCalls: content.flatMap((block) => (block.type === 'tool_use' ? [{ id: block.id, name: block.name, arguments: JSON.stringify(block.input) }] : [])),
        stop: stopOf(stop_reason ?? 'stop'),
        tokens: [usage.input_tokens + (usage.cache_read_input_tokens ?? 0) + (usage.cache_creation_input_tokens ?? 0), usage.cache_read_input_tokens ?? 0, usage.output_tokens, usage.output_tokens_details?.thinking_tokens ?? 0],
      };
    },
  };

  async function agree(name: ComparedWireName, reply: string, bytewise = false): Promise<void> {
    script(reply, bytewise);
    const client = await clients[name]();
    script(reply, bytewise);
    const { text, reasoning, final } = await listen(dialects[name].wire, requestTo(endpointAt(`${server.url}/v1`, { auth: dialects[name].auth })));
    assert.ok(final?.type === 'end', JSON.stringify(final));
    const { stop, usage } = final;
    const toolCalls = final.toolCalls.map((call) => ({ ...call, arguments: JSON.stringify(JSON.parse(call.arguments)) }));
    const ours: Understood = { text, reasoning: client.reasoning === undefined ? undefined : reasoning, toolCalls, stop, tokens: [usage?.inputTokens ?? 0, usage?.cachedInputTokens ?? 0, usage?.outputTokens ?? 0, usage?.reasoningTokens ?? 0] };
    assert.deepEqual(ours, { ...client, toolCalls: client.toolCalls.map((call) => ({ ...call, arguments: JSON.stringify(JSON.parse(call.arguments)) })) });
  }

  const oslo = { id: 'call_a', name: 'weather', arguments: '{"city":"Oslo"}' };
  const says: Readonly<Partial<Record<Behaviour, (dialect: Dialect) => string>>> = {
    text: (dialect) => dialect.text(['Hel', 'lo']),
    tools: (dialect) => dialect.toolCalls([oslo]),
    'parallel tools': (dialect) => dialect.toolCalls([oslo, { ...oslo, id: 'call_b' }]),
    reasoning: (dialect) => dialect.reasoning(['Two and ', 'two.'], 'Four.'),
    usage: (dialect) => dialect.usage({ fresh: 100, cached: 0, written: 0, output: 20 }),
    'prompt cache': (dialect) => dialect.usage({ fresh: 10, cached: 40, written: 50, output: 20 }),
    'stop reasons': (dialect) => dialect.text(['Once'], 'length'),
    refusal: (dialect) => dialect.text(['I'], 'refusal'),
    'unicode split across chunks': (dialect) => dialect.text(['Hé🌍', ' 日本']),
  };

  for (const name of Object.keys(compared).filter((one): one is ComparedWireName => one in compared)) {
    describe(name, () => {
      for (const behaviour of compared[name]) it(behaviour, async () => agree(name, says[behaviour]?.(dialects[name]) ?? assert.fail('nothing is said'), behaviour === 'unicode split across chunks'));
      for (const [id, reply] of recorded[name]()) it(id, async () => agree(name, reply));
    });
  }
});
