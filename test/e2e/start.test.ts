import * as assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { descendants, portToKeep, runningProcesses } from '../../scripts/codeServer.mjs';
import { root } from '../../scripts/node24.mjs';

describe('npm start', () => {
  const profile = mkdtempSync(path.join(tmpdir(), 'farthing-start-'));
  after(() => rmSync(profile, { recursive: true, force: true, maxRetries: 5 }));

  const script = [process.execPath, 'scripts/start.mjs'];
  const rows: readonly [string, NodeJS.Signals, readonly string[]][] = [
    ['Ctrl-C', 'SIGINT', script],
    ['SIGTERM', 'SIGTERM', script],
    ['SIGTERM to npm alone', 'SIGTERM', ['npm', 'start', '--']],
  ];
  for (const [how, signal, [command = '', ...first]] of rows) {
    it(`prints an address that answers, and leaves nothing running after ${how}`, async function startAndEnd() {
      this.timeout(120_000);
      const port = await portToKeep();
      const start = spawn(command, [...first, '--no-open', '--profile', profile, '--port', String(port)], { cwd: root, stdio: ['ignore', 'pipe', 'pipe'] });
      let output = '';
      start.stdout.on('data', (data: Buffer) => (output += data.toString()));
      start.stderr.on('data', (data: Buffer) => (output += data.toString()));
      const ended = new Promise<number | null>((resolve) => start.once('exit', resolve));
      const address = await firstAddress(() => output, ended);
      assert.equal(new URL(address).port, String(port));
      assert.equal((await fetch(address)).status, 200);
      assert.match(readFileSync(path.join(profile, 'user/User/settings.json'), 'utf8'), /"farthing\.demo\.enabled": true/);

      const started = descendants(start.pid ?? 0).map(({ pid }) => pid);
      assert.ok(started.length > 0);
      start.kill(signal);
      const code = await ended;
      if (command !== 'npm') assert.equal(code, 0, output);
      // A killed process can be seen for a moment longer.
      for (let tries = 0; tries < 200 && stillRunning(started).length > 0; tries += 1) await wait(100);
      assert.deepEqual(stillRunning(started), []);
    });
  }
});

function stillRunning(pids: readonly number[]): string[] {
  return runningProcesses()
    .filter(({ pid }) => pids.includes(pid))
    .map(({ command }) => command);
}

async function firstAddress(output: () => string, ended: Promise<unknown>): Promise<string> {
  const failed = ended.then(() => {
    throw new Error(`It ended before it was ready:\n${output()}`);
  });
  for (;;) {
    const [address] = /http:\/\/127\.0\.0\.1:\d+\S*/.exec(output()) ?? [];
    if (address !== undefined) {
      failed.catch(() => undefined);
      return address;
    }
    await Promise.race([wait(100), failed]);
  }
}
