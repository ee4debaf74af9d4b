import assert from 'node:assert/strict';
import { isOlder, readVersion } from '../../../../src/vscode/terminalAgents/version';

describe('the version that an agent says', () => {
  const rows: readonly [output: string, version: string | undefined][] = [
    ['2.1.4 (Claude Code)\n', '2.1.4'],
    ['codex-cli 0.80.0', '0.80.0'],
    ['0.21.3\r\n', '0.21.3'],
    ['aider 0.86.1', '0.86.1'],
    ['v1.0.134-beta.2', '1.0.134'],
    ['qwen-code/0.5.2', '0.5.2'],
    ['\u001B[1mOpenCode\u001B[0m 1.0.3', '1.0.3'],
    ['A new version is there!\n\n1.2.3', '1.2.3'],
    ['Node.js v18.2.0 is too old', undefined],
    ['error: 1.2.3 not found', undefined],
    ['1.2', undefined],
    ['127.0.0.1', undefined],
    ['2026-11-21', undefined],
    ['', undefined],
    [`${'x\n'.repeat(30)}1.2.3`, undefined],
    ['9999999999.1.1', undefined],
  ];
  for (const [output, version] of rows) {
    it(`${JSON.stringify(output.slice(0, 40))} is ${version ?? 'none'}`, () => {
      assert.equal(readVersion(output)?.join('.'), version);
    });
  }

  it('is compared part by part, as numbers', () => {
    assert.deepEqual([isOlder([1, 9, 0], [1, 10, 0]), isOlder([1, 10, 0], [1, 9, 9]), isOlder([2, 0, 0], [2, 0, 0]), isOlder([0, 9, 9], [1, 0, 0]), isOlder([1, 0, 0], [0, 9, 9])], [true, false, false, true, false]);
  });
});
