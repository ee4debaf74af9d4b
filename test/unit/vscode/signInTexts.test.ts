import assert from 'node:assert/strict';
import type { SignInTrouble } from '../../../src/core/model/signIn';
import { costText } from '../../../src/vscode/costText';
import { tellSignIn } from '../../../src/vscode/failureTexts';
import { nano } from '../../../src/core/model/money';

const context = { nameOf: (id: string) => id.toUpperCase(), now: 0 };

describe('the texts of a sign-in', () => {
  const rows: readonly [SignInTrouble, RegExp, readonly string[]][] = [
    [{ kind: 'unexpected' }, /does not wait for.*Nothing was changed/, []],
    [{ kind: 'unexpected', provider: 'broker' }, /does not wait for/, ['signIn']],
    [{ kind: 'expired', provider: 'broker' }, /with BROKER was not finished within ten minutes/, ['signIn', 'setKey']],
    [{ kind: 'refused', provider: 'broker' }, /with BROKER was refused there/, ['signIn', 'setKey']],
    [{ kind: 'noCode', provider: 'broker' }, /BROKER came back without a code/, ['signIn', 'setKey']],
    [{ kind: 'codeRefused', provider: 'broker', detail: 'too late' }, /BROKER did not take the code/, ['signIn', 'setKey']],
    [{ kind: 'failed', provider: 'broker', failure: { kind: 'offline', provider: 'broker' } }, /could not be finished: it cannot be reached\. Nothing was stored/, ['signIn', 'setKey', 'showLog']],
    [{ kind: 'failed', provider: 'broker', failure: { kind: 'unexpected', detail: 'x' } }, /something unexpected happened/, ['signIn', 'setKey', 'showLog']],
  ];
  for (const [trouble, sentence, actions] of rows) {
    it(`say what ${trouble.kind} is`, () => {
      const told = tellSignIn(trouble, context);
      assert.match(told?.sentence ?? '', sentence);
      assert.deepEqual(told?.actions, actions);
    });
  }
  it('say nothing to who stopped it', () => assert.equal(tellSignIn({ kind: 'failed', provider: 'broker', failure: { kind: 'cancelled' } }, context), undefined));
});

describe('costText', () => {
  it('does not tell a subscription as an amount', () => assert.deepEqual([costText(nano(0), 'subscription'), costText(nano(0), 'live'), costText(undefined, 'unknown')], ['included', '$0.00', '—']));
});
