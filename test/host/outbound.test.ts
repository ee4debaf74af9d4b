import * as assert from 'node:assert/strict';
import * as vscode from 'vscode';
import { startReceiver } from '../support/receiver';

/** What is sent out on the person's wish, by the packaged extension: without the gateway, from the moment the setting is there. */
describe('spans for a collector', () => {
  const set = (value: unknown): Thenable<void> => vscode.workspace.getConfiguration('farthing').update('telemetry.otlpUrl', value, vscode.ConfigurationTarget.Global);
  const demo = (value: unknown): Thenable<void> => vscode.workspace.getConfiguration('farthing').update('demo.enabled', value, vscode.ConfigurationTarget.Global);
  const content = (value: unknown): Thenable<void> => vscode.workspace.getConfiguration('farthing').update('telemetry.content', value, vscode.ConfigurationTarget.Global);

  after(async () => {
    await content(undefined);
    await set(undefined);
    await demo(undefined);
  });

  it('are sent when the setting has an address, and hold nothing of what was said until the person says so', async () => {
    const receiver = await startReceiver();
    await vscode.extensions.getExtension('farthing.farthing')?.activate();
    await demo(true);
    await set(receiver.url);
    let model: vscode.LanguageModelChat | undefined;
    for (const end = Date.now() + 45_000; !model; ) {
      model = (await vscode.lm.selectChatModels({ vendor: 'farthing' })).find(({ id }) => id === 'auto:economy');
      assert.ok(model ?? Date.now() < end);
      await new Promise((resolve) => setImmediate(resolve));
    }
    const reply = await model.sendRequest([vscode.LanguageModelChatMessage.User('What is a kumquat?')]);
    for await (const part of reply.stream) assert.ok(part);
    await receiver.has(1);
    const [request] = receiver.received;
    assert.equal(request?.path, '/v1/traces');
    const [span] = JSON.parse(request?.body ?? '').resourceSpans[0].scopeSpans[0].spans;
    assert.match(span.name, /^chat demo-/);
    assert.ok(!request?.body.includes('kumquat'));
    await content(true);
    const again = await model.sendRequest([vscode.LanguageModelChatMessage.User('And what is a quince?')]);
    for await (const part of again.stream) assert.ok(part);
    await receiver.has(2);
    assert.ok(receiver.received[1]?.body.includes('quince'));
    await receiver.stop();
  });
});
