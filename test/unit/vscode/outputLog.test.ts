import assert from 'node:assert/strict';
import { newClientToken } from '../../../src/vscode/gateway/clientTokens';
import { withoutKeys } from '../../../src/vscode/outputLog';

describe('withoutKeys', () => {
  // Joined here, so that no file holds what looks like a key.
  const secret = ['abcd', '1234', 'EFGH', '5678'].join('');
  for (const prefix of ['sk-', 'sk-or-v1-', 'gsk_', 'xai-', 'hf_', 'AIza', 'csk-', 'tgp_', 'Bearer ']) {
    it(`takes out what follows ${prefix}`, () => {
      const line = withoutKeys(`before "${prefix}${secret}" after`);
      assert.ok(!line.includes(secret), line);
      assert.match(line, /^before ".*" after$/);
    });
  }

  it('takes out a token of the gateway', () => {
    const token = newClientToken().token;
    assert.equal(withoutKeys(`before "${token}" after farthing-agents-folder`), 'before "farthing-…" after farthing-agents-folder');
  });

  it('leaves ordinary words', () => assert.equal(withoutKeys('the task-runner asked sk-learn; Bearer token missing'), 'the task-runner asked sk-learn; Bearer token missing'));
});
