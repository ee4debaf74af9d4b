import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import type { Checkpoint } from '../../../../src/core/edits/checkpoint';
import { CheckpointFiles } from '../../../../src/vscode/edits/checkpointFiles';

const checkpoint = (messageId: string, text = 'a'): Checkpoint => ({
  messageId,
  state: 'applied',
  at: 5,
  files: [{ uri: 'file:///a.ts', label: 'a.ts', before: undefined, after: text }, { uri: 'file:///b.ts', label: 'b.ts', before: 'x', after: 'y', mixed: true }],
});

describe('CheckpointFiles', () => {
  let folder = '';
  beforeEach(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'farthing-edits-'));
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('reads what it wrote, under a name that says nothing', async () => {
    const files = new CheckpointFiles(folder);
    await files.write(checkpoint('message-1'));
    await files.write(checkpoint('message-2', 'b'));
    assert.deepEqual(await files.read('message-1'), checkpoint('message-1'));
    assert.deepEqual(await new CheckpointFiles(folder).read('message-2'), checkpoint('message-2', 'b'));
    assert.equal(await files.read('message-3'), undefined);
    assert.ok(readdirSync(folder).every((name) => /^[0-9a-f]{32}\.json$/.test(name)));
  });

  it('takes a file that is cut off, or of another answer, for none', async () => {
    const files = new CheckpointFiles(folder);
    await files.write(checkpoint('message-1'));
    const [name = ''] = readdirSync(folder);
    const whole = readFileSync(path.join(folder, name), 'utf8');
    writeFileSync(path.join(folder, name), whole.slice(0, 40));
    assert.equal(await files.read('message-1'), undefined);
    writeFileSync(path.join(folder, name), whole.replace('message-1', 'message-9'));
    assert.equal(await files.read('message-1'), undefined);
  });

  it('keeps no more than 200 answers', async function () {
    this.timeout(20_000);
    const files = new CheckpointFiles(folder);
    for (let index = 0; index < 205; index += 1) await files.write(checkpoint(`message-${index}`));
    assert.equal(readdirSync(folder).length, 200);
    assert.ok(await files.read('message-204'));
  });

  it('keeps no more than 64 MB, and always the newest', async function () {
    this.timeout(20_000);
    const files = new CheckpointFiles(folder);
    await files.write(checkpoint('large-1', 'x'.repeat(40_000_000)));
    await files.write(checkpoint('large-2', 'x'.repeat(40_000_000)));
    assert.equal(await files.read('large-1'), undefined);
    assert.ok(await files.read('large-2'));
  });
});
