import assert from 'node:assert/strict';
import type { AnswerEvent, Receipt } from '../../../../src/core/model/ask';
import { asArmId } from '../../../../src/core/model/modelCard';
import type { AnswerHead, Dialect, DialectRequest, ProblemKind, WholeAnswer } from '../../../../src/gateway/dialect';
import { openaiChat } from '../../../../src/gateway/dialects/openaiChat/openaiChat';
import { openaiResponses } from '../../../../src/gateway/dialects/openaiResponses/openaiResponses';
import { unwrapSealed } from '../../../../src/gateway/dialects/sealed';

const receipt: Receipt = {
  callId: 'c',
  arm: asArmId('acme/m'),
  usage: { inputTokens: 100, cachedInputTokens: 60, cacheWriteTokens: 10, outputTokens: 20, reasoningTokens: 5, estimated: false },
  charge: { amount: undefined, source: 'unknown', estimatedUsage: false },
  timing: { firstTokenMs: 1, totalMs: 2 },
};
const part = { place: 'acme/m', text: 'hm', sealed: 'c2ln' };
const text = (words: string): AnswerEvent => ({ type: 'text-delta', text: words });
const thought = (words: string): AnswerEvent => ({ type: 'reasoning-delta', text: words });
const sealed: AnswerEvent = { type: 'reasoning-part', part };
const call = (name = 'f', json = '{"x":1}'): AnswerEvent => ({ type: 'tool-call', call: { id: `call_${name}`, name, arguments: json } });
const sources: AnswerEvent = { type: 'citations', citations: [{ url: 'https://a.example/', title: 'A' }, { url: 'https://b.example/' }] };
const end = (stop: Extract<AnswerEvent, { type: 'answer-end' }>['stop'] = 'stop'): AnswerEvent => ({ type: 'answer-end', stop, receipt });

function headOf(request: Partial<DialectRequest>): AnswerHead {
  return { id: 'a1', request: { model: 'auto', stream: true, ask: { messages: [] }, ...request }, answering: 'acme/m', inputTokens: 40, createdAt: 5000 };
}

/** Parsed, with what is sealed as what it is. */
function parsed(json: string): object {
  const value: object = JSON.parse(json, (key, field: unknown) => (typeof field === 'string' && (key === 'encrypted_content' || key === 'data') ? unwrapSealed(field, 'shown') : field));
  return value;
}

function written(dialect: Dialect, request: Partial<DialectRequest>, events: readonly AnswerEvent[]): readonly string[] {
  const writer = dialect.stream(headOf(request));
  return (writer.begin() + events.map((event) => writer.event(event)).join('')).split('\n\n').filter((one) => one !== '');
}

function wholeOf(given: Partial<WholeAnswer>): WholeAnswer {
  return { text: '', reasoning: '', reasoningParts: [], toolCalls: [], citations: [], stop: 'stop', receipt, ...given };
}

describe('writing chat completions', () => {
  const usage = { prompt_tokens: 100, completion_tokens: 20, total_tokens: 120, prompt_tokens_details: { cached_tokens: 60, cache_write_tokens: 10 }, completion_tokens_details: { reasoning_tokens: 5 } };

  /** The deltas after the first, and why it ended. */
  function check(name: string, given: readonly AnswerEvent[], deltas: readonly object[], finish = 'stop', request: Partial<DialectRequest> = {}): void {
    it(name, () => {
      const lines = written(openaiChat, request, given);
      assert.equal(lines.at(-1), 'data: [DONE]');
      const chunks = lines.slice(0, -1).map((line) => parsed(line.slice('data: '.length)));
      const shared = { id: 'chatcmpl-a1', object: 'chat.completion.chunk', created: 5, model: 'acme/m' };
      const usual = (delta: object, reason: string | null = null) => ({ ...shared, choices: [{ index: 0, delta, logprobs: null, finish_reason: reason }] });
      assert.deepEqual(chunks, [usual({ role: 'assistant', content: '' }), ...deltas.map((delta) => usual(delta)), usual({}, finish)]);
    });
  }

  check('words', [text('Hel'), text('lo "you"\n\u2028'), end()], [{ content: 'Hel' }, { content: 'lo "you"\n\u2028' }]);
  check('thoughts', [thought('hm'), text('Hi'), end()], [{ reasoning_content: 'hm' }, { content: 'Hi' }]);
  check('a limit', [text('Hi'), end('length')], [{ content: 'Hi' }], 'length');
  check('a filter', [end('contentFilter')], [], 'content_filter');
  check('a word that nobody knows', [text('Hi'), end('unknown')], [{ content: 'Hi' }]);
  check('calls', [text('I look.'), call('f'), call('g'), end('toolCalls')], [
    { content: 'I look.' },
    { tool_calls: [{ index: 0, id: 'call_f', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }] },
    { tool_calls: [{ index: 1, id: 'call_g', type: 'function', function: { name: 'g', arguments: '{"x":1}' } }] },
  ], 'tool_calls');
  check('what is sealed in one piece, before the calls', [sealed, sealed, call(), end('toolCalls')], [
    { reasoning_details: [0, 1].map((index) => ({ type: 'reasoning.encrypted', data: part, format: 'farthing', index })) },
    { tool_calls: [{ index: 0, id: 'call_f', type: 'function', function: { name: 'f', arguments: '{"x":1}' } }] },
  ], 'tool_calls');
  check('a call whose input is text', [call('sql', '{"input":"select 1"}'), end('toolCalls')], [{ tool_calls: [{ index: 0, id: 'call_sql', type: 'custom', custom: { name: 'sql', input: 'select 1' } }] }], 'tool_calls', { toolForms: new Map([['sql', { kind: 'custom', name: 'sql' }]]) });
  check('one call in the form before tools', [call('f'), call('g'), end('toolCalls')], [{ function_call: { name: 'f', arguments: '{"x":1}' } }], 'function_call', { toolForms: new Map([['f', { kind: 'legacy', name: 'f' }], ['g', { kind: 'legacy', name: 'g' }]]) });
  check('sources', [text('Hi'), sources, end()], [
    { content: 'Hi' },
    { annotations: [{ type: 'url_citation', url_citation: { url: 'https://a.example/', title: 'A', start_index: 0, end_index: 0 } }, { type: 'url_citation', url_citation: { url: 'https://b.example/', title: 'https://b.example/', start_index: 0, end_index: 0 } }] },
  ]);

  it('ends with the usage where that is asked for, and says so in every chunk', () => {
    const chunks = written(openaiChat, { includeUsage: true }, [text('Hi'), end()]).slice(0, -1).map((line) => parsed(line.slice('data: '.length)));
    assert.deepEqual(chunks.map((chunk) => ('usage' in chunk ? chunk.usage : undefined)), [null, null, null, usage]);
    assert.partialDeepStrictEqual(chunks.at(-1), { choices: [] });
  });

  it('has it all at once', () => {
    const body = openaiChat.whole(headOf({}), wholeOf({ text: 'Hi', reasoning: 'hm', reasoningParts: [part], toolCalls: [{ id: 'c1', name: 'f', arguments: '{}' }], stop: 'toolCalls' }));
    assert.deepEqual(parsed(JSON.stringify(body)), {
      id: 'chatcmpl-a1',
      object: 'chat.completion',
      created: 5,
      model: 'acme/m',
      choices: [
        {
          index: 0,
          message: { role: 'assistant', content: 'Hi', refusal: null, annotations: [], reasoning_content: 'hm', reasoning_details: [{ type: 'reasoning.encrypted', data: part, format: 'farthing', index: 0 }], tool_calls: [{ id: 'c1', type: 'function', function: { name: 'f', arguments: '{}' } }] },
          logprobs: null,
          finish_reason: 'tool_calls',
        },
      ],
      usage,
    });
  });
  it('has no words beside a call that was all', () => {
    assert.partialDeepStrictEqual(openaiChat.whole(headOf({}), wholeOf({ toolCalls: [{ id: 'c1', name: 'f', arguments: '{}' }], stop: 'toolCalls' })), { choices: [{ message: { content: null } }] });
  });
  it('tells of a failure in the middle', () => {
    assert.equal(openaiChat.stream(headOf({})).fail({ kind: 'unavailable', status: 503, message: 'Gone.' }), 'data: {"error":{"message":"Gone.","type":"server_error","param":null,"code":"service_unavailable"}}\n\n');
  });
});

describe('writing responses', () => {
  /** The items of the answer; and the events, in short: their number, name, place and what they bring. */
  function check(name: string, given: readonly AnswerEvent[], output: readonly object[], request: Partial<DialectRequest> = {}, ending: object = { status: 'completed', incomplete_details: null }): void {
    it(name, () => {
      const events = written(openaiResponses, request, given).map((block) => {
        const [, type, data] = /^event: (\S+)\ndata: (.*)$/.exec(block) ?? [];
        const event = parsed(data ?? '');
        assert.partialDeepStrictEqual(event, { type });
        return event;
      });
      assert.deepEqual(events.map((event) => 'sequence_number' in event && event.sequence_number), events.map((_, index) => index));
      const last = events.at(-1);
      assert.ok(last !== undefined && 'response' in last);
      assert.partialDeepStrictEqual(last.response, { id: 'resp_a1', object: 'response', created_at: 5, model: 'acme/m', store: false, output, ...ending });
      // Each item is begun, finished and then in the whole, and its pieces make it.
      const done = events.flatMap((event) => ('type' in event && event.type === 'response.output_item.done' && 'item' in event ? [event.item] : []));
      assert.deepEqual(done, output);
      const added = events.flatMap((event) => ('type' in event && event.type === 'response.output_item.added' && 'output_index' in event ? [event.output_index] : []));
      assert.deepEqual(added, output.map((_, index) => index));
      const pieces = events.flatMap((event) => ('type' in event && event.type === 'response.output_text.delta' && 'delta' in event ? [event.delta] : []));
      assert.equal(pieces.join(''), given.flatMap((event) => (event.type === 'text-delta' ? [event.text] : [])).join(''));
    });
  }

  const message = (words: string, index: number, status = 'completed', annotations: readonly object[] = []) => ({ id: `msg_a1_${index}`, type: 'message', status, role: 'assistant', content: [{ type: 'output_text', text: words, annotations, logprobs: [] }] });
  const reasoning = (words: string, index: number, more: object = {}) => ({ id: `rs_a1_${index}`, type: 'reasoning', summary: words === '' ? [] : [{ type: 'summary_text', text: words }], ...more });
  const made = (name: string, index: number, more: object = {}) => ({ id: `fc_a1_${index}`, type: 'function_call', status: 'completed', call_id: `call_${name}`, name, arguments: '{"x":1}', ...more });

  check('words', [text('Hel'), text('lo'), end()], [message('Hello', 0)]);
  check('nothing', [end()], []);
  check('thoughts, words', [thought('h'), thought('m'), text('Hi'), end()], [reasoning('hm', 0), message('Hi', 1)]);
  check('calls', [text('I look.'), call('f'), call('g'), end('toolCalls')], [message('I look.', 0), made('f', 1), made('g', 2)]);
  check('what is sealed, where it was shown', [thought('hm'), sealed, call(), end('toolCalls')], [reasoning('hm', 0, { encrypted_content: { ...part, text: 'shown' } }), made('f', 1)]);
  check('what is sealed, after words', [thought('hm'), text('Hi'), sealed, call(), end('toolCalls')], [reasoning('hm', 0), message('Hi', 1), reasoning('', 2, { encrypted_content: part }), made('f', 3)]);
  check('a limit', [text('Hi'), end('length')], [message('Hi', 0, 'incomplete')], {}, { status: 'incomplete', incomplete_details: { reason: 'max_output_tokens' } });
  check('a filter', [end('contentFilter')], [], {}, { status: 'incomplete', incomplete_details: { reason: 'content_filter' } });
  check('sources', [text('Hi'), sources, end()], [message('Hi', 0, 'completed', [{ type: 'url_citation', url: 'https://a.example/', title: 'A', start_index: 0, end_index: 2 }, { type: 'url_citation', url: 'https://b.example/', title: 'https://b.example/', start_index: 0, end_index: 2 }])]);
  check('a call whose input is text, though the model wrote it bare', [call('apply_patch', '*** Begin'), end('toolCalls')], [{ id: 'ctc_a1_0', type: 'custom_tool_call', status: 'completed', call_id: 'call_apply_patch', name: 'apply_patch', input: '*** Begin' }], { toolForms: new Map([['apply_patch', { kind: 'custom', name: 'apply_patch' }]]) });
  check('a call of a namespace', [call('ns__read'), end('toolCalls')], [made('read', 0, { call_id: 'call_ns__read', namespace: 'ns' })], { toolForms: new Map([['ns__read', { kind: 'function', name: 'read', namespace: 'ns' }]]) });

  it('tells the usage, and repeats what is asked to be', () => {
    assert.partialDeepStrictEqual(openaiResponses.whole(headOf({ repeated: { metadata: { a: 'b' } } }), wholeOf({ text: 'Hi' })), {
      metadata: { a: 'b' },
      usage: { input_tokens: 100, output_tokens: 20, total_tokens: 120, input_tokens_details: { cached_tokens: 60 }, output_tokens_details: { reasoning_tokens: 5 } },
    });
  });
  it('is at once what its stream ends with', () => {
    const whole = openaiResponses.whole(headOf({}), wholeOf({ text: 'Hi', reasoning: 'hm', reasoningParts: [part], toolCalls: [{ id: 'call_f', name: 'f', arguments: '{"x":1}' }], stop: 'toolCalls' }));
    const last = written(openaiResponses, {}, [thought('hm'), sealed, text('Hi'), call(), end('toolCalls')]).at(-1) ?? '';
    assert.deepEqual(JSON.parse(last.slice(last.indexOf('data: ') + 6)).response, JSON.parse(JSON.stringify(whole)));
  });
  it('tells of a failure in the middle, with what was whole before it and the wait in words', () => {
    const writer = openaiResponses.stream(headOf({}));
    writer.begin();
    for (const event of [thought('hm'), text('Hel')]) writer.event(event);
    const event = writer.fail({ kind: 'rateLimited', status: 429, message: 'Slow down.', retryAfterMs: 1234 });
    assert.partialDeepStrictEqual(JSON.parse(event.slice(event.indexOf('data: ') + 6)), { type: 'response.failed', response: { status: 'failed', error: { code: 'rate_limit_exceeded', message: 'Slow down. Please try again in 1.3s.' }, output: [{ type: 'reasoning' }] } });
  });
});

describe('refusing in OpenAI’s words', () => {
  const rows: Readonly<Record<ProblemKind, readonly [type: string, code: string]>> = {
    badRequest: ['invalid_request_error', 'invalid_value'],
    contextTooLong: ['invalid_request_error', 'context_length_exceeded'],
    unauthorized: ['invalid_request_error', 'invalid_api_key'],
    forbidden: ['invalid_request_error', 'permission_denied'],
    notFound: ['invalid_request_error', 'model_not_found'],
    tooLarge: ['invalid_request_error', 'request_too_large'],
    budget: ['insufficient_quota', 'insufficient_quota'],
    rateLimited: ['requests', 'rate_limit_exceeded'],
    overloaded: ['server_error', 'server_is_overloaded'],
    timedOut: ['server_error', 'timeout'],
    unavailable: ['server_error', 'service_unavailable'],
    internal: ['server_error', 'server_error'],
  };
  for (const kind of Object.keys(rows).filter((one): one is ProblemKind => one in rows)) {
    it(kind, () => {
      const [type, code] = rows[kind];
      for (const dialect of [openaiChat, openaiResponses]) assert.deepEqual(dialect.problem({ kind, status: 400, message: 'No.' }), { error: { message: 'No.', type, param: null, code } });
    });
  }
});
