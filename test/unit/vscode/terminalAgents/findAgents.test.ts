import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { candidates, findAgents, programCall, versionEnvironment } from '../../../../src/vscode/terminalAgents/findAgents';

describe('where an agent is looked for', () => {
  const rows: readonly [what: string, searchPath: string, platform: NodeJS.Platform, files: readonly string[]][] = [
    ['every folder in its order', '/b:/a', 'linux', ['/b/codex', '/a/codex']],
    ['never a folder that means the one that is open', '.:bin::/a:node_modules/.bin', 'linux', ['/a/codex']],
    ['what Windows can start', 'C:\\x;"D:\\with space";.', 'win32', ['C:\\x\\codex.com', 'C:\\x\\codex.exe', 'C:\\x\\codex.bat', 'C:\\x\\codex.cmd', 'D:\\with space\\codex.com', 'D:\\with space\\codex.exe', 'D:\\with space\\codex.bat', 'D:\\with space\\codex.cmd']],
  ];
  for (const [what, searchPath, platform, files] of rows) {
    it(what, () => {
      assert.deepEqual(candidates('codex', searchPath, platform), files);
    });
  }

  it('leaves out what Windows would start with another program', () => {
    assert.deepEqual(candidates('codex', 'C:\\x', 'win32', '.JS;.VBS;.EXE;.PY'), ['C:\\x\\codex.exe']);
  });
});

describe('how a program is started', () => {
  it('directly, whatever its arguments are', () => {
    assert.deepEqual(programCall('/x/codex', ['$(rm -rf /)', '"'], 'linux'), { file: '/x/codex', arguments: ['$(rm -rf /)', '"'] });
    assert.deepEqual(programCall('C:\\x\\codex.exe', ['a b'], 'win32'), { file: 'C:\\x\\codex.exe', arguments: ['a b'] });
  });

  it('through cmd.exe where it is a command file', () => {
    assert.deepEqual(programCall('C:\\Program Files (x86)\\npm\\codex.cmd', ['-c', 'model=auto:quality'], 'win32', 'C:\\W\\cmd.exe'), { file: 'C:\\W\\cmd.exe', arguments: '/d /s /c ""C:\\Program Files (x86)\\npm\\codex.cmd" -c model=auto:quality"' });
  });

  for (const odd of ['a&calc', '%PATH%', 'a"b', 'a|b', 'a b', '^x', '!x!', 'a\nb']) {
    it(`never with ${JSON.stringify(odd)} through cmd.exe`, () => {
      assert.throws(() => programCall('C:\\x\\codex.cmd', [odd], 'win32'), /cmd\.exe could read this/);
    });
  }

  it('never a command file whose path cmd.exe would change', () => {
    assert.throws(() => programCall('C:\\%TEMP%\\codex.cmd', [], 'win32'), /cmd\.exe could read this/);
  });
});

describe('asking agents for their version', function () {
  let folder: string;
  before(() => {
    folder = mkdtempSync(path.join(tmpdir(), 'farthing-agents-'));
    const script = (name: string, text: string, mode = 0o755) => {
      writeFileSync(path.join(folder, name), `#!/bin/sh\n${text}\n`);
      chmodSync(path.join(folder, name), mode);
    };
    script('claude', 'test -z "$OPENAI_API_KEY$MY_TOKEN" && echo "2.1.4 (Claude Code)"');
    script('codex', 'echo 0.80.0; exit 3');
    script('gemini', 'echo 0.21.3', 0o644);
    mkdirSync(path.join(folder, 'opencode'));
    script('aider', 'yes "aider is thinking"');
  });
  after(() => rmSync(folder, { recursive: true }));

  it('says what is there and which version, and nothing of what failed, floods, is a folder or cannot be run', async () => {
    const before = process.env['OPENAI_API_KEY'];
    process.env['OPENAI_API_KEY'] = 'a-secret';
    try {
      const found = await findAgents(folder, new AbortController().signal);
      assert.deepEqual(
        found.map(({ agent, file, version }) => [agent.id, file && path.basename(file), version?.join('.')]),
        [
          ['claude-code', 'claude', '2.1.4'],
          ['codex', 'codex', undefined],
          ['gemini-cli', undefined, undefined],
          ['opencode', undefined, undefined],
          ['aider', 'aider', undefined],
          ['qwen-code', undefined, undefined],
        ],
      );
    } finally {
      if (before === undefined) delete process.env['OPENAI_API_KEY'];
      else process.env['OPENAI_API_KEY'] = before;
    }
  });

  it('gives them no secret of the environment', () => {
    const given = versionEnvironment({ PATH: '/a', HOME: '/h', OPENAI_API_KEY: 'x', GITHUB_TOKEN: 'x', AWS_SECRET_ACCESS_KEY: 'x', NODE_OPTIONS: '--require evil', NVM_TOKEN: 'x', LC_ALL: 'C', UNSET: undefined });
    assert.deepEqual(given, { PATH: '/a', HOME: '/h', LC_ALL: 'C', NO_COLOR: '1', CI: '1' });
  });
});
