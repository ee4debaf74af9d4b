import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { allTerminalsToken, newClientToken } from '../../../../src/vscode/gateway/clientTokens';

const hashOf = (token: string): string => createHash('sha256').update(token).digest('hex');

describe('tokens of clients', () => {
  it('are of 256 random bits, each another, and kept as a hash', () => {
    const [one, other] = [newClientToken(), newClientToken()];
    assert.match(one.token, /^farthing-[\w-]{43}$/);
    assert.notEqual(one.token, other.token);
    assert.equal(one.tokenHash, hashOf(one.token));
  });

  it('for all terminals are the same in every window, and tell nothing of the machine\'s', () => {
    const shared = allTerminalsToken('farthing-machine');
    assert.deepEqual(shared, allTerminalsToken('farthing-machine'));
    assert.notEqual(shared.token, allTerminalsToken('farthing-another').token);
    assert.equal(shared.tokenHash, hashOf(shared.token));
    assert.ok(!shared.token.includes('machine') && shared.token !== `farthing-${hashOf('farthing-machine')}`);
  });
});
