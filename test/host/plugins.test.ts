import * as assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import * as vscode from 'vscode';
import type { Farthing } from '../../docs/plugins/farthing';

/** The extension under development that the tests run for. */
const me = 'farthing.farthing-test-companion';
const acme = { farthing: 1, id: 'acme', name: 'Acme', wire: 'openaiChat', baseUrl: 'https://api.acme.example/v1', auth: 'bearer' };

describe('what the extension exports', () => {
  let farthing: Farthing;
  before(async () => {
    const exported = await vscode.extensions.getExtension<Farthing>('farthing.farthing')?.activate();
    assert.ok(exported);
    farthing = exported;
  });

  const ids = async () => (await farthing.providers()).map(({ id }) => id);

  it('is version 1 and tells the providers without their keys', async () => {
    assert.equal(farthing.version, 1);
    const [first] = await farthing.providers();
    assert.deepEqual(first, { id: 'openai', name: 'OpenAI', askable: false });
  });

  it('adds a provider until it is disposed of, and says so', async () => {
    let told = 0;
    const listening = farthing.onDidChangeProviders(() => (told += 1));
    const registered = farthing.registerProvider(me, acme);
    assert.ok((await ids()).includes('acme'));
    registered.dispose();
    assert.equal((await ids()).includes('acme'), false);
    assert.equal(told, 2);
    listening.dispose();
    farthing.registerProvider(me, acme).dispose();
    assert.equal(told, 2);
  });

  it('keeps one that needs no key back until a person agreed', async () => {
    const registered = farthing.registerProvider(me, { ...acme, auth: 'none' });
    assert.equal((await ids()).includes('acme'), false);
    registered.dispose();
  });

  const refused: readonly (readonly [string, string, unknown, RegExp])[] = [
    ['of nobody', 'nobody.nothing', acme, /nobody\.nothing is not the id of an installed extension/],
    ['that is not valid, by field', me, { ...acme, wire: 'x', extra: 1 }, /wire must be .*extra is not a field/],
    ['with the id of a provider there is', me, { ...acme, id: 'openai' }, /id "openai" is already the id of the provider OpenAI/],
    ['that is nothing', me, undefined, /not valid/],
  ];
  for (const [name, extension, definition, message] of refused) {
    it(`refuses a provider ${name}`, () => assert.throws(() => farthing.registerProvider(extension, definition), message));
  }
});

describe('a plug-in file in the editor', () => {
  after(() => vscode.commands.executeCommand('workbench.action.closeAllEditors'));

  const marked = (uri: vscode.Uri, isThere: (marks: readonly vscode.Diagnostic[]) => boolean) =>
    new Promise<void>((resolve) => {
      const look = () => {
        if (!isThere(vscode.languages.getDiagnostics(uri))) return;
        listening.dispose();
        resolve();
      };
      const listening = vscode.languages.onDidChangeDiagnostics(look);
      look();
    });

  it('is known by its folder as well', async function () {
    this.timeout(60_000);
    const folder = path.join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', 'farthing.farthing/plugins');
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'any.json'), JSON.stringify({ ...acme, auth: 'magic' }));
    const document = await vscode.workspace.openTextDocument(path.join(folder, 'any.json'));
    await vscode.window.showTextDocument(document);
    await marked(document.uri, (marks) => marks.some(({ message, range }) => /bearer/.test(message) && document.getText(range) === '"magic"'));
  });

  it('is marked by the schema and by the rules that no schema can say', async function () {
    this.timeout(60_000);
    const file = path.join(vscode.workspace.workspaceFolders?.[0]?.uri.fsPath ?? '', 'acme.farthing-provider.json');
    const text = JSON.stringify({ ...acme, wire: 'telepathy', keyUrl: 'http://acme.example' }, null, 2);
    writeFileSync(file, text);
    const document = await vscode.workspace.openTextDocument(file);
    await vscode.window.showTextDocument(document);
    const marks = () => vscode.languages.getDiagnostics(document.uri).map(({ range, message, source }) => ({ marked: document.getText(range), message, source }));
    const has = (part: RegExp, marked: string) => marks().some((mark) => part.test(mark.message) && mark.marked === marked);
    await marked(document.uri, () => has(/keyUrl must be a page/, '"http://acme.example"') && has(/openaiChat/, '"telepathy"'));
    assert.deepEqual(marks().filter(({ source }) => source === 'Farthing').length, 1);
  });
});
