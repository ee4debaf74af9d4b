import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as z from 'zod';
import { agentWith } from '../../src/vscode/terminalAgents/agents';
import { messageDelta, messageStart, messageStop, textBlock, thinkingBlock, toolBlock } from '../support/anthropicStream';
import { realGateway } from '../support/realGateway';
import { type Reply, ScriptedUpstream } from '../support/scriptedUpstream';

const installed = z.record(z.string(), z.string()).parse(JSON.parse(process.env['FARTHING_AGENTS'] ?? '{}'));
const arm = 'anthropic/claude-haiku-4-5-20251001#high';

const agents = [
  { id: 'claude-code', tool: 'Read', more: [], home: {}, environment: { HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1,localhost' } },
  { id: 'gemini-cli', tool: 'read_file', more: ['--yolo', '--skip-trust'], home: { security: { auth: { selectedType: 'gemini-api-key' } }, privacy: { usageStatisticsEnabled: false } }, environment: {} },
] as const;

/** A model that refuses the result of a tool without the thinking that led to the call. It must come back through clients that never knew of it. */
describe('thinking that was signed', () => {
  const upstream = new ScriptedUpstream();
  const folder = mkdtempSync(path.join(tmpdir(), 'farthing-thinking-'));
  let gateway: Awaited<ReturnType<typeof realGateway>>;
  before(async () => {
    await upstream.start();
    gateway = await realGateway({ folder, address: upstream.address, providers: ['anthropic'], log: { info: () => undefined, warn: () => undefined, error: console.error } });
  });
  after(async () => {
    await gateway.stop();
    await upstream.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });

  for (const { id, tool, more, home: settings, environment } of agents.filter((one) => installed[one.id] !== undefined)) {
    it(`comes back through ${id} before the call that it led to`, async () => {
      const home = path.join(folder, id);
      const work = path.join(home, 'work');
      mkdirSync(work, { recursive: true });
      mkdirSync(path.join(home, '.gemini'));
      writeFileSync(path.join(home, '.gemini/settings.json'), JSON.stringify(settings));
      writeFileSync(path.join(work, 'question.txt'), 'What is 6 times 7?\n');
      const calls = messageStart() + thinkingBlock(['let me ', 'see']) + textBlock(['I look.'], 1) + toolBlock('toolu_1', tool, [JSON.stringify({ file_path: path.join(work, 'question.txt') })], 2) + messageDelta('tool_use') + messageStop;
      const answers = messageStart() + textBlock(['It is 42.']) + messageDelta('end_turn') + messageStop;
      // What asks without tools (titles) is answered at once.
      const reply: Reply = (response, { body }) => {
        const asks = JSON.stringify(body['tools'] ?? []).includes(`"${tool}"`) && !JSON.stringify(body['messages']).includes('tool_result');
        response.writeHead(200, { 'content-type': 'text/event-stream' }).end(asks ? calls : answers);
      };
      upstream.says(...Array.from({ length: 9 }, () => reply));
      const start = agentWith(id)?.start({ address: gateway.address, token: gateway.token, model: arm, small: arm });
      const program = installed[id];
      assert.ok(start && program);
      const own = { HOME: home, USERPROFILE: home, TMPDIR: home, CLAUDE_CODE_TMPDIR: home, PATH: process.env['PATH'], TERM: 'dumb', ...environment, ...start.environment };
      const words = [...start.arguments, '-p', 'Answer the question in question.txt.', ...more];
      const script = program.endsWith('.js');
      const child = spawn(script ? process.execPath : program, script ? [program, ...words] : words, {
        cwd: work,
        env: Object.fromEntries(Object.entries(own).flatMap(([name, value]): readonly [string, string][] => (typeof value === 'string' ? [[name, value]] : []))),
        stdio: ['ignore', 'pipe', 'pipe'],
        timeout: 110_000,
      });
      let printed = '';
      child.stdout.on('data', (data) => (printed += String(data)));
      child.stderr.on('data', (data) => (printed += String(data)));
      assert.deepEqual(await once(child, 'close'), [0, null], printed);
      assert.match(printed, /It is 42\./);
      const answered = upstream.asked.find(({ body }) => JSON.stringify(body['messages']).includes('tool_result'));
      const messages = z.array(z.object({ role: z.string(), content: z.array(z.record(z.string(), z.unknown())) })).parse(answered?.body['messages']);
      assert.partialDeepStrictEqual(messages.find(({ role }) => role === 'assistant')?.content, [
        { type: 'thinking', thinking: 'let me see', signature: 'c2ln' },
        { type: 'text', text: 'I look.' },
        { type: 'tool_use', id: 'toolu_1', name: tool },
      ]);
      assert.partialDeepStrictEqual(answered?.body, { thinking: { type: 'enabled' } });
    });
  }
});
