import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { LLMock } from '@copilotkit/aimock';
import * as z from 'zod';
import type { CallRecord } from '../../src/core/model/call';
import { fromUsd } from '../../src/core/model/money';
import { type Agent, agentWith } from '../../src/vscode/terminalAgents/agents';
import { realGateway } from '../support/realGateway';

/** One of an agent's own tools, with a file of the task. */
interface FileTool {
  readonly name: string;
  arguments(file: string): object;
}

/** How an agent does a task without a person, and on which arm: one whose wire is not the one it speaks. */
interface Task {
  readonly arm: string;
  /** What the provider of the arm is asked at. */
  readonly wire: string;
  readonly read: FileTool;
  readonly write: FileTool;
  /** The arguments of the table with those that make it work alone. */
  print(start: readonly string[], task: string): readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  /** What its user has done once: files in the home directory. */
  readonly home?: Readonly<Record<string, object>>;
}

const answer = '42\n';
const filePath = (name: string, field: string) => ({ read: { name: name.split(' ')[0] ?? '', arguments: (file: string) => ({ [field]: file }) }, write: { name: name.split(' ')[1] ?? '', arguments: (file: string) => ({ [field]: file, content: answer }) } });
/** Whatever else it may want to reach is a port where nobody listens. */
const offline = { HTTP_PROXY: 'http://127.0.0.1:9', HTTPS_PROXY: 'http://127.0.0.1:9', NO_PROXY: '127.0.0.1,localhost' };

const tasks: Readonly<Record<string, Task>> = {
  'claude-code': { arm: 'deepseek/deepseek-v4-pro', wire: '/v1/chat/completions', ...filePath('Read Write', 'file_path'), print: (start, task) => [...start, '-p', task, '--allowedTools', 'Read', 'Write'], environment: offline },
  codex: {
    arm: 'anthropic/claude-sonnet-5',
    wire: '/v1/messages',
    read: { name: 'exec_command', arguments: (file) => ({ cmd: `cat '${file}'` }) },
    write: { name: 'exec_command', arguments: (file) => ({ cmd: `echo ${answer.trim()} > '${file}'` }) },
    print: (start, task) => [...start, 'exec', '--skip-git-repo-check', '--dangerously-bypass-approvals-and-sandbox', task],
    environment: offline,
  },
  opencode: { arm: 'anthropic/claude-haiku-4-5-20251001', wire: '/v1/messages', ...filePath('read write', 'filePath'), print: (start, task) => ['run', ...start, task], environment: { ...offline, OPENCODE_DISABLE_MODELS_FETCH: '1', OPENCODE_DISABLE_AUTOUPDATE: '1' } },
  'gemini-cli': {
    arm: 'anthropic/claude-sonnet-5',
    wire: '/v1/messages',
    ...filePath('read_file write_file', 'file_path'),
    print: (start, task) => [...start, '-p', task, '--yolo', '--skip-trust'],
    // It takes a proxy for this machine as well.
    environment: { GEMINI_TELEMETRY_ENABLED: 'false' },
    home: { '.gemini/settings.json': { security: { auth: { selectedType: 'gemini-api-key' } }, privacy: { usageStatisticsEnabled: false } } },
  },
  'qwen-code': { arm: 'anthropic/claude-haiku-4-5-20251001', wire: '/v1/messages', ...filePath('read_file write_file', 'file_path'), print: (start, task) => [...start, '-p', task, '--yolo'], environment: offline },
};

const installed = z.record(z.string(), z.string()).parse(JSON.parse(process.env['FARTHING_AGENTS'] ?? '{}'));

/** Agents as their makers publish them, started exactly as "Run Agent in Terminal…" does, with a simulator of the providers behind the gateway. */
describe('an agent from npm on the gateway', () => {
  const folder = mkdtempSync(path.join(tmpdir(), 'farthing-agents-'));
  const simulator = new LLMock({ port: 0, logLevel: 'silent' });
  let gateway: Awaited<ReturnType<typeof realGateway>>;
  before(async () => {
    await simulator.start();
    gateway = await realGateway({ folder, address: simulator.url, providers: ['anthropic', 'deepseek', 'openai'] });
  });
  after(async () => {
    await gateway.stop();
    await simulator.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  beforeEach(() => {
    simulator.clearFixtures();
    simulator.clearRequests();
  });

  it('is there', () => assert.ok(installed['claude-code'] && installed['codex'], 'run this suite with scripts/runTests.mjs, which installs the agents'));

  for (const [id, program] of Object.entries(installed)) {
    const task = tasks[id];
    const agent = agentWith(id);
    it(`${agent?.name} finishes a small task with ${task?.arm}, of another protocol`, async () => {
      assert.ok(task && agent, `nothing is known of ${id}`);
      const home = path.join(folder, id);
      const work = path.join(home, 'work');
      mkdirSync(work, { recursive: true });
      for (const [name, content] of Object.entries(task.home ?? {})) {
        mkdirSync(path.dirname(path.join(home, name)), { recursive: true });
        writeFileSync(path.join(home, name), JSON.stringify(content));
      }
      writeFileSync(path.join(work, 'question.txt'), 'What is 6 times 7?\n');
      const told = answerAs(task, work);
      const token = await gateway.addClient({ id, name: agent.name, agent: id, folder: work, limit: fromUsd(50) });
      const ended = await run({ agent, program, task, home, work, connection: { address: gateway.address, token, model: task.arm, small: task.arm } });

      assert.equal(ended.code, 0, ended.printed);
      assert.match(ended.printed, /It is 42\./);
      assert.equal(readFileSync(path.join(work, 'answer.txt'), 'utf8'), answer);
      const asked = simulator.getRequests();
      assert.deepEqual([...new Set(asked.map((request) => request.path))], [task.wire]);
      // What the tools found came to the model, in the protocol of its provider.
      assert.ok(told.some((text) => text.includes('What is 6 times 7?')));
      const calls = await callsOf(id);
      assert.equal(calls.length, asked.length);
      for (const call of calls) assert.partialDeepStrictEqual(call, { purpose: `agent:${id}`, folder: work, outcome: 'complete' });
      const cost = calls.reduce((sum, { charge }) => sum + (charge.amount ?? 0), 0);
      assert.ok(cost > 0);
      assert.partialDeepStrictEqual(await (await gateway.app.clients()).spend(id), { spent: cost, held: 0, calls: calls.length, unknownCalls: 0 });
    });
  }

  /**
   * The provider: reads the question, writes the answer, says so. What asks without tools (titles) is answered at once.
   * Returns what the tools tell it.
   */
  function answerAs({ read, write }: Task, work: string): readonly string[] {
    const told: string[] = [];
    simulator.addFixture({
      match: { predicate: () => true },
      response: ({ messages, tools }) => {
        const offered = (tools ?? []).map((tool) => tool.function.name);
        const results = messages.filter(({ role }) => role === 'tool');
        told.push(...results.map(({ content }) => JSON.stringify(content)));
        const step = [read, write][results.length];
        const usage = { input_tokens: 1000, output_tokens: 20, prompt_tokens: 1000, completion_tokens: 20, total_tokens: 1020 };
        if (step === undefined || !offered.includes(step.name)) return { content: 'It is 42.', usage };
        const call = { name: step.name, arguments: JSON.stringify(step.arguments(path.join(work, step === read ? 'question.txt' : 'answer.txt'))) };
        return { content: 'I do that.', toolCalls: [call], usage };
      },
      chunkSize: 5,
    });
    return told;
  }

  async function callsOf(client: string): Promise<readonly CallRecord[]> {
    const calls: CallRecord[] = [];
    for await (const page of gateway.app.calls({ from: 0, to: Number.MAX_SAFE_INTEGER })) calls.push(...page.filter((call) => call.client === client));
    return calls;
  }
});

interface Run {
  readonly agent: Agent;
  readonly program: string;
  readonly task: Task;
  readonly home: string;
  readonly work: string;
  readonly connection: Parameters<Agent['start']>[0];
}

/** Starts it as a terminal does, but without one. All that it started is ended with it. */
function run({ agent, program, task, home, work, connection }: Run): Promise<{ readonly code: number | null; readonly printed: string }> {
  const start = agent.start(connection);
  // Some keep files of their own among the temporary ones.
  const temporary = path.join(home, 'tmp');
  mkdirSync(temporary, { recursive: true });
  const environment: NodeJS.ProcessEnv = { HOME: home, USERPROFILE: home, TMPDIR: temporary, CLAUDE_CODE_TMPDIR: temporary, PATH: process.env['PATH'], TERM: 'dumb', ...task.environment };
  for (const [name, value] of Object.entries(start.environment)) {
    if (value === null) delete environment[name];
    else environment[name] = value;
  }
  const words = task.print(start.arguments, 'Answer the question in question.txt: write the answer alone into answer.txt.');
  const script = program.endsWith('.js');
  const child = spawn(script ? process.execPath : program, script ? [program, ...words] : words, { cwd: work, env: environment, stdio: ['ignore', 'pipe', 'pipe'], detached: process.platform !== 'win32' });
  const end = (): void => {
    try {
      if (child.pid !== undefined) process.kill(process.platform === 'win32' ? child.pid : -child.pid, 'SIGKILL');
    } catch {
      // It has ended.
    }
  };
  const timer = setTimeout(end, 110_000);
  let printed = '';
  child.stdout.on('data', (data) => (printed += String(data)));
  child.stderr.on('data', (data) => (printed += String(data)));
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code) => {
      clearTimeout(timer);
      end();
      resolve({ code, printed });
    });
  });
}
