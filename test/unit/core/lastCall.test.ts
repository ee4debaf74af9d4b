import assert from 'node:assert/strict';
import { answer } from '../../support/fakeWire';
import { noon, opening, settled } from '../../support/calls';
import { collect, question, testApp } from '../../support/testApp';

describe('the last call', () => {
  it('has the name of its model', async () => {
    const { app, wire } = testApp();
    wire.will('demo-small', answer('yes'));
    await collect(app.ask(question('Is it?'), new AbortController().signal));
    const last = await app.lastCall();
    const named = (await app.models()).find(({ id }) => id === last?.arm)?.arm.card.name;
    assert.ok(named !== undefined && named !== last?.model);
    assert.equal(last?.modelName, named);
  });

  it('of before this window has none while nobody has opened the catalogue', async () => {
    const { app, ledger } = testApp();
    await ledger.settle(settled(opening('before', { realm: 'demo', startedAt: noon }), 1));
    const last = await app.lastCall();
    assert.deepEqual([last?.id, last?.modelName], ['before', undefined]);
  });

  it('is told also while the place where keys are kept does not open', async () => {
    const { app, wire, stored } = testApp();
    wire.will('demo-small', answer('yes'));
    await collect(app.ask(question('Is it?'), new AbortController().signal));
    stored.keys = () => {
      throw new Error('the keyring is locked');
    };
    assert.equal((await app.lastCall())?.model, 'demo-small');
  });

  it('is none before the first', async () => assert.equal(await testApp().app.lastCall(), undefined));
});
