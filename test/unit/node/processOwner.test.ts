import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { livenessOf, ownerId, type ProcessTable } from '../../../src/node/processOwner';

/** A machine with one process, number 7. */
const table = (changes: Partial<ProcessTable> = {}): ProcessTable => ({ host: 'my host|1', era: 'boot-1 pid:[1]', exists: (pid) => pid === 7, startOf: (pid) => (pid === 7 ? '500' : undefined), uptime: () => 1_000, ...changes });
const blind: Partial<ProcessTable> = { era: '', startOf: () => undefined };

describe('livenessOf', () => {
  const rows: readonly { readonly why: string; readonly written?: ProcessTable; readonly pid?: number; readonly now?: ProcessTable; readonly expected: string }[] = [
    { why: 'the same process', expected: 'alive' },
    { why: 'the same process later', now: table({ uptime: () => 90_000 }), expected: 'alive' },
    { why: 'a process that has ended', now: table({ exists: () => false }), expected: 'dead' },
    { why: 'another process with its number', now: table({ startOf: () => '501' }), expected: 'dead' },
    { why: 'the same number after a restart of the machine', now: table({ era: 'boot-2 pid:[1]' }), expected: 'dead' },
    { why: 'the same number in another container on this host', now: table({ era: 'boot-1 pid:[2]' }), expected: 'dead' },
    { why: 'a process of another machine', now: table({ host: 'other' }), expected: 'unknown' },
    { why: 'a running process where starts are not told', written: table(blind), now: table(blind), expected: 'alive' },
    { why: 'an ended process where starts are not told', written: table(blind), now: table({ ...blind, exists: () => false }), expected: 'dead' },
    { why: 'the same number after a restart where nothing is told', written: table(blind), now: table({ ...blind, uptime: () => 20 }), expected: 'dead' },
    { why: 'a start that could not be read now', now: table({ startOf: () => undefined }), expected: 'alive' },
  ];
  for (const { why, written = table(), now = table(), expected } of rows) {
    it(`says ${expected} of ${why}`, () => assert.equal(livenessOf(ownerId(7, written), now), expected));
  }

  for (const owner of ['', 'window-1', 'v2|a|b|7|c|1', 'v1|a|b|seven|c|1', 'v1|my%20host%7C1|boot-1']) {
    it(`says unknown of ${JSON.stringify(owner)}`, () => assert.equal(livenessOf(owner, table()), 'unknown'));
  }
});

describe('the processes of this machine', () => {
  it('know this one', () => assert.equal(livenessOf(ownerId()), 'alive'));

  it('know when a child has ended', async () => {
    const child = spawn(process.execPath, ['-e', 'process.stdin.resume()'], { stdio: ['pipe', 'ignore', 'ignore'] });
    await once(child, 'spawn');
    const owner = ownerId(child.pid);
    assert.equal(livenessOf(owner), 'alive');
    child.kill('SIGKILL');
    await once(child, 'exit');
    assert.equal(livenessOf(owner), 'dead');
  });
});
