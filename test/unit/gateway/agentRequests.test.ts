import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import type { Dialect, DialectRequest } from '../../../src/gateway/dialect';
import { anthropicMessages } from '../../../src/gateway/dialects/anthropicMessages/anthropicMessages';
import { openaiChat } from '../../../src/gateway/dialects/openaiChat/openaiChat';
import { openaiResponses } from '../../../src/gateway/dialects/openaiResponses/openaiResponses';

interface Understood {
  readonly dialect: Dialect;
  readonly model: string;
  readonly roles: string;
  /** Tools of the client's own, those of a group under its name; those of the vendor are none of ours. */
  readonly tools: string;
  readonly maxOutputTokens: number | undefined;
  readonly effort?: DialectRequest['effort'];
}

/**
 * The last request of a task with two tool calls, as each agent sent it to a server that wrote down what came (versions in
 * scripts/prepareAgents.mjs). Long texts are cut, and of the tools some are kept.
 */
const rows: Readonly<Record<string, Understood>> = {
  'claude-code': { dialect: anthropicMessages, model: 'claude-opus-5-5', roles: 'system user system assistant tool assistant tool', tools: 'Agent Bash DeferredToolPlaceholder Write', maxOutputTokens: 128_000, effort: 'medium' },
  codex: { dialect: openaiResponses, model: 'auto', roles: 'system system user user assistant tool assistant tool', tools: 'exec_command write_stdin multi_agent_v1__close_agent multi_agent_v1__resume_agent multi_agent_v1__send_input multi_agent_v1__spawn_agent multi_agent_v1__wait_agent', maxOutputTokens: undefined },
  opencode: { dialect: openaiChat, model: 'auto', roles: 'system user assistant tool assistant tool', tools: 'bash edit write', maxOutputTokens: 32_000 },
  'qwen-code': { dialect: openaiChat, model: 'auto', roles: 'system user assistant tool assistant tool', tools: 'agent edit write_file', maxOutputTokens: 32_000 },
};

describe('what terminal agents send', () => {
  for (const [agent, { dialect, ...expected }] of Object.entries(rows)) {
    it(`${agent} is understood`, () => {
      const { body }: { readonly body: unknown } = JSON.parse(readFileSync(`test/fixtures/agents/${agent}.json`, 'utf8'));
      const read = dialect.read(body);
      assert.ok(read.ok, JSON.stringify(read));
      const { model, stream, ask, effort } = read.value;
      assert.ok(stream);
      const understood = { model, roles: ask.messages.map(({ role }) => role).join(' '), tools: (ask.tools ?? []).map(({ name }) => name).join(' '), maxOutputTokens: ask.maxOutputTokens, ...(effort === undefined ? {} : { effort }) };
      assert.deepEqual(understood, expected);
      const calls = ask.messages.flatMap((message) => (message.role === 'assistant' ? (message.toolCalls ?? []) : []));
      const results = ask.messages.flatMap((message) => (message.role === 'tool' ? [message.toolCallId] : []));
      assert.deepEqual(results, calls.map(({ id }) => id));
      for (const call of calls) assert.ok(JSON.parse(call.arguments));
    });
  }
});
