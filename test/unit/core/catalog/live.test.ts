import assert from 'node:assert/strict';
import { liveListMs, type LiveDependencies, refreshLive, storedLists } from '../../../../src/core/catalog/live';
import type { ListedModel } from '../../../../src/core/ports/wire';
import { builtInProviders } from '../../../../src/core/providers/definitions';
import { endpointOf } from '../../../../src/core/providers/registry';
import { FakeClock } from '../../../support/fakeClock';

const groq = endpointOf(builtInProviders.find((provider) => provider.id === 'groq') ?? assert.fail());
const xai = endpointOf(builtInProviders.find((provider) => provider.id === 'xai') ?? assert.fail());
const signal = new AbortController().signal;

function scripted(answers: readonly (readonly ListedModel[] | undefined | Error)[], texts: Record<string, string> = {}, writable = true) {
  const clock = new FakeClock();
  const asked: string[] = [];
  const warnings: string[] = [];
  let next = 0;
  const deps: LiveDependencies = {
    clock,
    keyOf: async (provider) => `key of ${provider}`,
    log: { info: () => undefined, warn: (message) => warnings.push(message), error: () => assert.fail() },
    textStore: {
      read: async (name) => texts[name],
      write: async (name, text) => {
        if (!writable) throw new Error('disk full');
        texts[name] = text;
      },
    },
    wire: {
      listModels: async (endpoint, key) => {
        assert.equal(key, `key of ${endpoint.provider.id}`);
        asked.push(endpoint.provider.id);
        const answer = answers[next++];
        if (answer instanceof Error) throw answer;
        return answer;
      },
    },
  };
  return { deps, clock, asked, warnings, texts };
}

const listed: readonly ListedModel[] = [{ id: 'one', contextTokens: 1000, inputUsd: 0.1, outputUsd: 0.2 }, { id: 'two' }, { id: 'three:latest', capabilities: ['tools', 'json'], efforts: ['none', 'high'], knownAs: ['three:8b'], created: '2026-02-05' }];

describe('refreshLive', () => {
  it('asks once and keeps the list for a day', async () => {
    const { deps, clock, asked } = scripted([listed, [{ id: 'three' }]]);
    const [first] = await refreshLive(deps, [groq], signal);
    assert.deepEqual(first, { provider: 'groq', at: clock.now(), models: listed });
    clock.advance(liveListMs - 1);
    assert.deepEqual(await refreshLive(deps, [groq], signal), [first]);
    assert.deepEqual(asked, ['groq']);
    clock.advance(1);
    assert.deepEqual((await refreshLive(deps, [groq], signal))[0]?.models, [{ id: 'three' }]);
  });

  it('leaves out ids with letters that nobody sees, and what no provider lists', async () => {
    const { deps, warnings } = scripted([[{ id: 'one\nERROR all is lost' }, { id: 'o\u202en\u200be' }, { id: '__proto__' }, ...Array.from({ length: 100_000 }, (_, index) => ({ id: `model ${index}` }))]]);
    const models = (await refreshLive(deps, [groq], signal))[0]?.models ?? [];
    assert.equal(models.length, 5000);
    assert.deepEqual(models.slice(0, 2), [{ id: '__proto__' }, { id: 'model 0' }]);
    assert.match(warnings[0] ?? '', /^95003 models of groq are left out/);
  });

  it('asks again when told to', async () => {
    const { deps, asked } = scripted([listed, listed]);
    await refreshLive(deps, [groq], signal);
    await refreshLive(deps, [groq], signal, true);
    assert.equal(asked.length, 2);
  });

  it('asks again when the clock was set back', async () => {
    const { deps, clock, asked } = scripted([listed, listed]);
    await refreshLive(deps, [groq], signal);
    clock.set(clock.now() - 1);
    await refreshLive(deps, [groq], signal);
    assert.equal(asked.length, 2);
  });

  for (const [name, answer] of [
    ['does not answer', undefined],
    ['lists nothing', []],
    ['fails', new Error('broken')],
  ] as const) {
    it(`keeps the old list of a provider that ${name}`, async () => {
      const { deps, clock } = scripted([listed, answer]);
      const before = await refreshLive(deps, [groq], signal);
      clock.advance(liveListMs);
      assert.deepEqual(await refreshLive(deps, [groq], signal), before);
    });
  }

  it('goes on with the others', async () => {
    const { deps, warnings } = scripted([new Error('broken'), listed]);
    assert.deepEqual((await refreshLive(deps, [groq, xai], signal)).map((list) => list.provider), ['xai']);
    assert.match(warnings[0] ?? '', /groq.*broken/);
  });

  it('uses a list that cannot be kept', async () => {
    const { deps, warnings } = scripted([listed], {}, false);
    assert.equal((await refreshLive(deps, [groq], signal))[0]?.models, listed);
    assert.match(warnings[0] ?? '', /disk full/);
  });

  it('asks nobody after an abort', async () => {
    const { deps, asked } = scripted([listed]);
    assert.deepEqual(await refreshLive(deps, [groq], AbortSignal.abort()), []);
    assert.deepEqual(asked, []);
  });

  it('asks nobody without a list to ask for', async () => {
    const { deps, asked } = scripted([listed]);
    await refreshLive(deps, [{ ...groq, provider: { ...groq.provider, modelsPath: undefined } }], signal);
    assert.deepEqual(asked, []);
  });

  it('never keeps a key', async () => {
    const { deps, texts } = scripted([listed]);
    await refreshLive(deps, [groq], signal);
    assert.doesNotMatch(JSON.stringify(texts), /key of/);
  });
});

describe('storedLists', () => {
  const damaged = ['', '{', '[]', '{"at":"x","models":[]}', '{"at":1,"models":[{"id":5}]}', '{"at":1,"models":[{"id":"a","inputUsd":-1}]}'];
  for (const text of damaged) {
    it(`has nothing of ${JSON.stringify(text)}`, async () => assert.deepEqual(await storedLists(scripted([], { 'models-groq.json': text }).deps, ['groq']), []));
  }

  it('has what was kept, whatever its age', async () => {
    const { deps, clock } = scripted([listed]);
    const kept = await refreshLive(deps, [groq], signal);
    clock.advance(100 * liveListMs);
    assert.deepEqual(await storedLists(deps, ['groq', 'xai']), kept);
  });
});
