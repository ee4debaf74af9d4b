import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import * as z from 'zod';
import { editorProvider } from '../../src/core/providers/definitions';
import { endpointOf } from '../../src/core/providers/registry';
import { languageModelTools } from '../../src/shared/contributions';
import { editorModelWire } from '../../src/wires/editorModel/editorModelWire';

const user = (content: Parameters<typeof vscode.LanguageModelChatMessage.User>[0]) => vscode.LanguageModelChatMessage.User(content);

/** What another extension gets of Farthing: this one is in the host beside it. The demo answers. */
describe("Farthing's models for other extensions", () => {
  const set = (key: string, value: unknown): Thenable<void> => vscode.workspace.getConfiguration('farthing').update(key, value, vscode.ConfigurationTarget.Global);
  const offered = (): Thenable<readonly vscode.LanguageModelChat[]> => vscode.lm.selectChatModels({ vendor: 'farthing' });

  /** Until the editor has heard of it: it reads the models anew when it is told that they changed. */
  async function offeredUntil(enough: (ids: readonly string[]) => boolean): Promise<readonly vscode.LanguageModelChat[]> {
    for (const end = Date.now() + 45_000; ; ) {
      const models = await offered();
      if (enough(models.map(({ id }) => id))) return models;
      assert.ok(Date.now() < end, `offered: ${models.map(({ id }) => id).join(', ')}`);
      await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async function auto(quality = 'economy'): Promise<vscode.LanguageModelChat> {
    const model = (await offeredUntil((ids) => ids.includes(`auto:${quality}`))).find(({ id }) => id === `auto:${quality}`);
    assert.ok(model);
    return model;
  }

  interface Answer {
    readonly text: string;
    readonly calls: readonly vscode.LanguageModelToolCallPart[];
    readonly pieces: number;
  }

  async function answerOf(model: vscode.LanguageModelChat, messages: vscode.LanguageModelChatMessage[], options: vscode.LanguageModelChatRequestOptions = {}, token?: vscode.CancellationToken): Promise<Answer> {
    const reply = await model.sendRequest(messages, options, token);
    const parts: unknown[] = [];
    for await (const part of reply.stream) parts.push(part);
    return { text: parts.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : '')).join(''), calls: parts.filter((part) => part instanceof vscode.LanguageModelToolCallPart), pieces: parts.length };
  }

  before(() => vscode.extensions.getExtension('farthing.farthing')?.activate());
  after(async () => {
    for (const key of ['demo.enabled', 'editorModels.enabled', 'models.pinned', 'budget.day', 'budget.atLimit']) await set(key, undefined);
  });

  it('are none while nobody can be asked', async () => {
    assert.deepEqual(await offered(), []);
  });

  it('are Auto at each quality once the demo is on, without the editor being asked again by hand', async () => {
    await set('demo.enabled', true);
    const models = await offeredUntil((ids) => ids.length > 0);
    assert.deepEqual(models.map(({ id, family, vendor }) => [id, family, vendor]), ['economy', 'balanced', 'quality'].map((quality) => [`auto:${quality}`, 'farthing-auto', 'farthing']));
    assert.ok(models.every(({ maxInputTokens }) => maxInputTokens > 100_000 && maxInputTokens < 200_000));
  });

  it('and the model that is pinned, by its own name', async () => {
    await set('models.pinned', 'demo/demo-medium');
    const models = await offeredUntil((ids) => ids.length > 3);
    const pinned = models.find(({ family }) => family === 'demo-medium');
    assert.deepEqual([pinned?.id, pinned?.name], ['demo/demo-medium', 'Farthing: Demo Medium']);
    await set('models.pinned', undefined);
    await offeredUntil((ids) => ids.length === 3);
  });

  it('answer in pieces', async () => {
    const { text, pieces } = await answerOf(await auto(), [user('Write a function that adds two numbers in Python')]);
    assert.match(text, /Simulated answer[^]*```python/);
    assert.ok(pieces > 1);
  });

  it('call tools that they are offered, and go on with what those say', async () => {
    const model = await auto();
    const tools: vscode.LanguageModelChatTool[] = [{ name: 'lookUp', description: 'Looks something up.', inputSchema: { type: 'object', properties: { word: { type: 'string' } }, required: ['word'] } }];
    const question = user('Use the tool lookUp for gravity');
    const { calls } = await answerOf(model, [question], { tools });
    const [call] = calls;
    assert.ok(call);
    assert.deepEqual([call.name, Object.keys(call.input)], ['lookUp', ['word']]);
    const { text } = await answerOf(model, [question, vscode.LanguageModelChatMessage.Assistant([call]), user([new vscode.LanguageModelToolResultPart(call.callId, [new vscode.LanguageModelTextPart('9.81 m/s²')])])], { tools });
    assert.match(text, /The tool answered:[^]*9\.81 m\/s²/);
  });

  it('stop when they are cancelled', async () => {
    const source = new vscode.CancellationTokenSource();
    const reply = await (await auto()).sendRequest([user('Write a long text about caching')], {}, source.token);
    let pieces = 0;
    await assert.rejects(async () => {
      for await (const _piece of reply.text) {
        pieces += 1;
        source.cancel();
      }
    });
    // Of a thousand: the editor hands on 31 at a time, and what was under way by then comes as well.
    assert.ok(pieces < 500, `${pieces} pieces came`);
  });

  it('say which option is not right', async () => {
    await assert.rejects(async () => answerOf(await auto(), [user('Hello')], { modelOptions: { temperature: 'hot' } }), /modelOptions\.temperature/);
  });

  it('count tokens of texts and messages', async () => {
    const model = await auto();
    const [text, message] = [await model.countTokens('one two three four five'), await model.countTokens(user('one two three four five'))];
    assert.ok(text >= 4 && text <= 12, String(text));
    assert.ok(message > text);
  });

  it('refuse what the budget does not allow, with its sentence and the code of the API', async () => {
    await set('budget.atLimit', 'stop');
    await set('budget.day', 0);
    try {
      await assert.rejects(async () => answerOf(await auto(), [user('Hello')]), (error: unknown) => {
        assert.ok(error instanceof vscode.LanguageModelError);
        assert.equal(error.code, 'Blocked');
        assert.match(error.message, /Today's budget of \$0\.00 has no room for this/);
        return true;
      });
    } finally {
      await set('budget.day', undefined);
      await set('budget.atLimit', undefined);
      await vscode.commands.executeCommand('notifications.clearAll');
    }
  });

  it('are never asked by Farthing itself', async () => {
    const wire = editorModelWire(vscode, { mayAsk: () => true, makeId: () => 'made' });
    const listed = await wire.listModels(endpointOf(editorProvider), undefined, new AbortController().signal);
    assert.ok(listed?.some(({ id }) => id.startsWith('testmodels/')));
    assert.deepEqual((listed ?? []).filter(({ id }) => id.toLowerCase().startsWith('farthing')), []);
    await auto();
  });

  it('are there when nothing but the models of the editor can be asked, which wait for one another', async () => {
    await set('demo.enabled', undefined);
    try {
      await offeredUntil((ids) => ids.length === 0);
      await set('editorModels.enabled', true);
      await offeredUntil((ids) => ids.length === 3);
    } finally {
      await set('editorModels.enabled', undefined);
      await set('demo.enabled', true);
    }
    await auto();
  });

  describe('tools of agents', () => {
    const textOf = ({ content }: vscode.LanguageModelToolResult): readonly string[] => content.map((part) => (part instanceof vscode.LanguageModelTextPart ? part.value : ''));
    const invoke = (name: string, input: object): Thenable<vscode.LanguageModelToolResult> => vscode.lm.invokeTool(name, { input, toolInvocationToken: undefined });

    it('are three, with what they take', () => {
      const ours = vscode.lm.tools.filter(({ name }) => name.startsWith('farthing_'));
      assert.deepEqual(ours.map(({ name }) => name).toSorted(), Object.values(languageModelTools).toSorted());
      assert.ok(ours.every(({ description }) => description.length > 50));
    });

    it('say what was spent', async () => {
      const [text = ''] = textOf(await invoke(languageModelTools.spend, {}));
      const said = z.object({ money: z.string(), periods: z.array(z.object({ period: z.string(), spent: z.string(), calls: z.number() })), left: z.string() }).parse(JSON.parse(text));
      assert.equal(said.money, 'play money of the demo');
      assert.deepEqual(said.periods.map(({ period }) => period), ['day', 'week', 'month']);
      assert.ok((said.periods[0]?.calls ?? 0) >= 3);
    });

    it('estimate what a question would cost, asking nobody', async () => {
      const [text = ''] = textOf(await invoke(languageModelTools.estimateCost, { question: 'What does idempotent mean?' }));
      const { choices, asked } = z.object({ asked: z.boolean(), choices: z.array(z.object({ quality: z.string(), model: z.string(), cost: z.string() })) }).parse(JSON.parse(text));
      assert.equal(asked, false);
      assert.deepEqual(choices.map(({ quality }) => quality), ['economy', 'balanced', 'quality']);
      assert.match(choices[0]?.model ?? '', /^Demo \w+ at /);
      assert.match(choices[0]?.cost ?? '', /^\$0\.0/);
    });

    it('name the field that is missing', async () => {
      await assert.rejects(async () => invoke(languageModelTools.estimateCost, {}), /question/);
    });
  });
});
