import assert from 'node:assert/strict';
import type { AskRequest } from '../../../src/core/model/ask';
import type { AppSettings } from '../../../src/core/model/settings';
import { asArmId } from '../../../src/core/model/modelCard';
import type { Route } from '../../../src/core/model/route';
import { answer } from '../../support/fakeWire';
import { collect, question, testApp } from '../../support/testApp';

const never = new AbortController().signal;
const salary = question('What does the salary table mean?');

async function routeOf(settings: Partial<AppSettings>, request: AskRequest = salary): Promise<Route | string> {
  const { app, wire } = testApp({ settings });
  for (const model of ['demo-small', 'demo-medium', 'demo-large']) wire.will(model, answer('ok'));
  const events = await collect(app.ask(request, never));
  for (const event of events) {
    if (event.type === 'answer-routed') return event.route;
    if (event.type === 'answer-failed') return event.failure.kind === 'noCandidate' ? event.failure.reason : event.failure.kind;
  }
  return 'nothing';
}

function first(route: Route | string): string {
  return typeof route === 'string' ? route : (route.ranked[0]?.id ?? '');
}

function classifier(effect: Readonly<Record<string, unknown>>): Partial<AppSettings> {
  return { classifiers: [{ label: 'payroll', rule: { pattern: 'salary' }, effect }] };
}

describe('a classifier of one\'s own', () => {
  it('makes a task harder, and the reasons name it', async () => {
    assert.equal(first(await routeOf({})), 'demo/demo-small');
    const route = await routeOf(classifier({ tier: 'complex' }));
    assert.equal(first(route), 'demo/demo-large');
    assert.ok(typeof route !== 'string' && route.reasons.includes('Matches your classifier “payroll” (its text fits “salary”): treated as complex'));
  });

  it('names the model that is asked, unless the request does', async () => {
    const settings = classifier({ pin: 'demo/demo-medium' });
    assert.equal(first(await routeOf(settings)), 'demo/demo-medium');
    assert.equal(first(await routeOf({ ...settings, 'models.pinned': 'demo/demo-large' })), 'demo/demo-medium');
    assert.equal(first(await routeOf(settings, question('What does idempotent mean?'))), 'demo/demo-small');
  });

  it('sets the quality, unless the request does', async () => {
    const settings = classifier({ tier: 'moderate', quality: 'quality' });
    const route = await routeOf(settings);
    assert.equal(typeof route === 'string' ? route : route.quality, 'quality');
    const asked = await routeOf(settings, { ...salary, quality: 'economy' });
    assert.equal(typeof asked === 'string' ? asked : asked.quality, 'economy');
  });

  it('says who alone may be asked, besides what the settings allow', async () => {
    assert.equal(first(await routeOf(classifier({ allow: ['demo/demo-large'] }))), 'demo/demo-large');
    assert.equal(first(await routeOf({ ...classifier({ allow: ['*-large', '*-medium'] }), 'models.allowed': ['*-small', '*-medium'] })), 'demo/demo-medium');
    assert.equal(await routeOf(classifier({ allow: ['ollama/*'] })), 'Your classifier “payroll” allows only ollama/*, and nobody of them can be asked this now.');
  });

  it('keeps that for what follows, which sends the same text again', async () => {
    const { app, wire } = testApp({ settings: classifier({ allow: ['demo/demo-large'] }) });
    wire.will('demo-large', answer('It means pay.')).will('demo-large', answer('Bitte.'));
    const sent = await app.conversations.send({ threadId: undefined, text: 'What does the salary table mean?', purpose: 'chat' });
    assert.ok(sent.ok);
    for (let turn = 0; turn < 1000 && app.conversations.runningIn(sent.threadId); turn++) await Promise.resolve();
    await app.conversations.send({ threadId: sent.threadId, text: 'What does HTTP mean?', purpose: 'chat' });
    for (let turn = 0; turn < 1000 && app.conversations.runningIn(sent.threadId); turn++) await Promise.resolve();
    assert.deepEqual(wire.requests.map(({ model }) => model), ['demo-large', 'demo-large']);
  });

  it('not even a model asked for by name goes past it', async () => {
    const found = await routeOf(classifier({ allow: ['demo/demo-large'] }), { ...salary, pin: asArmId('demo/demo-small') });
    assert.equal(found, 'Your classifier “payroll” allows only demo/demo-large, and nobody of them can be asked this now.');
  });

  it('that is not valid is named by its field, and the others stand', async () => {
    const { app } = testApp();
    const problems = app.applySettings({ ...app.settings(), classifiers: [{ label: 'a' }, { label: 'b', rule: { pattern: 'x' } }] });
    assert.deepEqual(problems, [{ field: 'farthing.classifiers[0]', message: 'must have a rule or examples' }]);
  });

  it('comes into force with the settings', async () => {
    const { app, wire } = testApp();
    wire.will('demo-small', answer('ok')).will('demo-large', answer('ok'));
    await collect(app.ask(salary, never));
    app.applySettings({ ...app.settings(), ...classifier({ tier: 'complex' }) });
    await collect(app.ask(salary, never));
    assert.deepEqual(wire.requests.map(({ model }) => model), ['demo-small', 'demo-large']);
  });
});

describe('how a prompt is judged', () => {
  it('tells classifiers, reasons and choices', async () => {
    const { app } = testApp({ settings: classifier({ tier: 'complex' }) });
    const judged = await app.judgePrompt('What does the salary table mean?', undefined, never);
    assert.ok(judged);
    assert.equal(judged.profile.tier, 'complex');
    assert.equal(Math.round(judged.failures), 79);
    assert.equal(judged.profile.labels?.[0]?.name, 'payroll');
    assert.equal(judged.classifiers, 1);
    assert.ok(judged.weights !== undefined);
    const { balanced } = judged.previews;
    assert.equal(balanced.ok && balanced.candidate.id, 'demo/demo-large');
  });

  it('shows for each quality what the settings would come to, also when a classifier sets it', async () => {
    const { app } = testApp({ settings: classifier({ quality: 'economy', tier: 'moderate' }) });
    const judged = await app.judgePrompt('What does the salary table mean?', undefined, never);
    const { economy, balanced, quality } = judged?.previews ?? {};
    assert.deepEqual([balanced, quality].map((one) => one?.ok && one.candidate.id), Array.from({ length: 2 }, () => economy?.ok && economy.candidate.id));
  });

  it('is told without any provider, and by the length without weights', async () => {
    const { app } = testApp({ settings: { 'demo.enabled': false }, profileWeights: () => Promise.reject(new Error('gone')) });
    const judged = await app.judgePrompt('hello there', 'go', never);
    assert.equal(judged?.weights, undefined);
    assert.equal(judged?.profile.language, 'go');
    assert.ok(judged && !judged.previews.balanced.ok && judged.previews.balanced.failure.kind === 'noProvider');
  });
});

describe('without the trained profile', () => {
  const broken: [string, () => Promise<Uint8Array>][] = [
    ['a missing file', () => Promise.reject(new Error('ENOENT'))],
    ['a file of something else', async () => new TextEncoder().encode('{}')],
    ['an empty file', async () => new Uint8Array()],
  ];
  for (const [name, profileWeights] of broken) {
    it(`${name} stops no question, is in the log once, and is told by the check`, async () => {
      const { app, wire, logged } = testApp({ profileWeights });
      wire.will('demo-small', answer('ok')).will('demo-small', answer('ok'));
      for (let round = 0; round < 2; round++) assert.equal((await collect(app.ask(salary, never))).at(-1)?.type, 'answer-end');
      assert.equal(logged.filter((line) => line.includes('judged by their length alone')).length, 1);
      assert.ok((await app.checkConfiguration(never)).some(({ kind }) => kind === 'profileUnread'));
    });
  }

  it('with it, the check says nothing of it', async () => {
    const { app } = testApp();
    assert.ok(!(await app.checkConfiguration(never)).some(({ kind }) => kind === 'profileUnread'));
  });

  it('is read by the first question and not before', async () => {
    let read = 0;
    const { app, wire } = testApp({ profileWeights: () => Promise.reject(new Error(`read ${++read}`)) });
    app.applySettings(app.settings());
    assert.equal(read, 0);
    wire.will('demo-small', answer('ok')).will('demo-small', answer('ok'));
    await collect(app.ask(salary, never));
    await collect(app.ask(salary, never));
    assert.equal(read, 1);
  });
});
