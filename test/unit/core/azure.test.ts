import assert from 'node:assert/strict';
import type { AnswerEvent } from '../../../src/core/model/ask';
import { keyNameOf } from '../../../src/core/model/provider';
import { readSnapshot } from '../../../src/core/catalog/snapshot';
import shipped from '../../../src/core/catalog/snapshot.json';
import { answer } from '../../support/fakeWire';
import { collect, testApp } from '../../support/testApp';

const endpoint = 'https://work.openai.azure.com';
const keys = { 'work@work.openai.azure.com': 'a-key' };
const never = new AbortController().signal;

function azureApp(resource: object) {
  return testApp({ settings: { 'demo.enabled': false, 'providers.azure': [{ id: 'work', endpoint, ...resource }] }, keys, snapshot: async () => readSnapshot(JSON.stringify(shipped)) });
}

const question = { messages: [{ role: 'user', text: 'Say hello.' }], purpose: 'chat' } as const;

describe('an Azure OpenAI resource', () => {
  it('is asked by the deployment, and known and billed by the model', async () => {
    const { app, wire, wireNames, ledger } = azureApp({ deployments: { 'team-small': 'gpt-5-mini' } });
    wire.will('team-small', answer('Hello.', { input: 1_000_000, output: 1000 }));
    const events: readonly AnswerEvent[] = await collect(app.ask(question, never));
    assert.deepEqual(events.filter(({ type }) => type === 'answer-failed'), []);
    assert.deepEqual([wireNames.at(-1), wire.requests[0]?.model, wire.requests[0]?.key, wire.requests[0]?.endpoint.baseUrl], ['openaiResponses', 'team-small', 'a-key', `${endpoint}/openai/v1`]);
    const start = events.find((event) => event.type === 'answer-start');
    assert.equal(start?.type === 'answer-start' && start.candidate.arm.card.id, 'gpt-5-mini');
    const [call] = [...ledger.calls.values()];
    // 0.25 and 2 USD per million.
    assert.deepEqual([call?.provider, call?.model, call?.charge.amount], ['work', 'team-small', 252_000_000]);
  });

  it('has no price for what OpenAI does not sell', async () => {
    const { app } = azureApp({ deployments: { open: 'gpt-oss-120b', other: 'DeepSeek-V3.1', older: 'gpt-35-turbo', dated: 'gpt-4o-2024-08-06' } });
    const prices = (await app.models()).map(({ arm: { offer } }) => [offer.model, offer.price && offer.price.input / 1e9]);
    assert.deepEqual(prices.toSorted(), [['dated', 2.5], ['older', 0.5], ['open', undefined], ['other', undefined]]);
  });

  it('is asked by chat completions at a dated version', async () => {
    const { app, wire, wireNames } = azureApp({ apiVersion: '2024-10-21', deployments: { 'team-small': 'gpt-5-mini' } });
    wire.will('team-small', answer('Hello.'));
    await collect(app.ask(question, never));
    assert.deepEqual([wireNames.at(-1), wire.requests[0]?.endpoint.baseUrl], ['openaiChat', `${endpoint}/openai`]);
  });

  it('stands among the providers that a key can be set for, bound to its host', async () => {
    const { app } = azureApp({ deployments: { 'team-small': 'gpt-5-mini' } });
    const found = (await app.providers()).find(({ provider }) => provider.id === 'work');
    assert.deepEqual([found?.hasKey, found?.askable, found && keyNameOf(found.provider)], [true, true, 'work@work.openai.azure.com']);
    app.applySettings({ ...app.settings(), 'providers.azure': [{ id: 'work', endpoint: 'https://elsewhere.openai.azure.com', deployments: { 'team-small': 'gpt-5-mini' } }] });
    assert.deepEqual((await app.providers()).find(({ provider }) => provider.id === 'work')?.hasKey, false);
  });

  it('is gone when the setting names it no more', async () => {
    const { app } = azureApp({ deployments: { 'team-small': 'gpt-5-mini' } });
    assert.equal((await app.models()).length > 0, true);
    app.applySettings({ ...app.settings(), 'providers.azure': [] });
    assert.deepEqual(await app.models(), []);
  });

  it('says what of it is not valid, by field', () => {
    const { app } = azureApp({ deployments: { 'team-small': 'gpt-5-mini' } });
    assert.deepEqual(app.applySettings({ ...app.settings(), 'providers.azure': [{ id: 'work', endpoint: 'work', deployments: { a: 'b' } }] }).map(({ field }) => field), ['farthing.providers.azure[0].endpoint']);
  });
});
