import assert from 'node:assert/strict';
import { createHmac } from 'node:crypto';
import { answerEnd, ask, booksOnDisk, longQuestion, newChat, smallDemo } from '../support/asking';
import { startReceiver } from '../support/receiver';
import { useWorkbench } from '../support/workbench';

/** Answers that are cut at a length known before, so that what a question costs is nearly what is held for it. */
const short = { ...smallDemo, 'farthing.maxOutputTokens': 256 };

describe('webhooks', () => {
  const workbench = useWorkbench({ settings: short });
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  let secret = '';
  before(async () => void (receiver = await startReceiver()));
  after(() => receiver.stop());

  it('wait for their secret, which is made and copied by one button', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await ask(window, longQuestion);
    await answerEnd(window);
    const { spent } = booksOnDisk(workbench());
    // The next question of that size takes the budget from 42 to 83 %.
    await window.replaceSettings({ ...short, 'farthing.budget.day': (spent * 2.4) / 1e9, 'farthing.webhooks': [{ url: `${receiver.url}/hook`, events: ['budget.threshold'], secretName: 'ci' }] });
    const told = window.toast('there is no secret of this name');
    await told.waitFor();
    await window.screenshot('webhooks without secret');
    await told.getByRole('button', { name: 'Set Secret' }).click();
    await window.quickRow('Make a new one and copy it').waitFor();
    await window.screenshot('webhooks set secret');
    await window.pick('Make a new one and copy it');
    await window.toast('A new secret ci is kept and in the clipboard').waitFor();
    secret = await window.clipboard();
    assert.match(secret, /^[\w-]{43}$/);
    await window.command('Notifications: Clear All Notifications');
  });

  it('are told, signed, that a budget has passed 75 %, and nothing of what was asked', async function () {
    this.timeout(40_000);
    const { window } = workbench();
    await newChat(window);
    await ask(window, longQuestion);
    await answerEnd(window);
    await receiver.has(1);
    const [request] = receiver.received;
    assert.ok(request);
    const [, seconds, signature] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(String(request.headers['x-farthing-signature'])) ?? [];
    assert.equal(signature, createHmac('sha256', secret).update(`${seconds}.${request.body}`).digest('hex'));
    assert.partialDeepStrictEqual(JSON.parse(request.body), { type: 'budget.threshold', data: { scope: 'day', realm: 'demo', percent: 75 } });
    assert.ok(!request.body.includes('caching'));
    assert.ok(!workbench().farthingLog().includes(secret), 'no secret in the log');
  });
});
