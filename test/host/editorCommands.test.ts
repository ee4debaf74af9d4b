import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as vscode from 'vscode';
import { commands } from '../../src/shared/contributions';
import { ScriptedVendor } from '../support/scriptedVendor';

/** Until what the editor tells by an event is so. */
function until(event: vscode.Event<unknown>, isSo: () => boolean): Promise<void> {
  return new Promise((resolve) => {
    if (isSo()) return resolve();
    const listening = event(() => {
      if (!isSo()) return;
      listening.dispose();
      resolve();
    });
  });
}

const vendor = new ScriptedVendor();
const run = (id: string, ...rest: readonly unknown[]) => vscode.commands.executeCommand(id, ...rest);
const lastAsked = (): string => vendor.asked.at(-1) ?? '';

describe('commands of the editor', () => {
  before(async () => {
    await vscode.extensions.getExtension('farthing.farthing')?.activate();
    await vendor.start();
    for (const [key, value] of Object.entries(vendor.settings)) await vscode.workspace.getConfiguration('farthing').update(key, value, vscode.ConfigurationTarget.Global);
  });
  after(async () => {
    for (const key of Object.keys(vendor.settings)) await vscode.workspace.getConfiguration('farthing').update(key, undefined, vscode.ConfigurationTarget.Global);
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vendor.stop();
  });

  /** Runs a command that asks, and returns what was asked. */
  async function asked(id: string, ...rest: readonly unknown[]): Promise<string> {
    const before = vendor.asked.length;
    const arrived = new Promise<void>((resolve) => {
      vendor.pause = async () => resolve();
    });
    await run(id, ...rest);
    await arrived;
    assert.equal(vendor.asked.length, before + 1);
    return lastAsked();
  }

  describe('on a problem', () => {
    const found = vscode.languages.createDiagnosticCollection('check');
    let document: vscode.TextDocument;
    const place = new vscode.Range(1, 2, 1, 8);
    const problem = (message: string, severity = vscode.DiagnosticSeverity.Error) => Object.assign(new vscode.Diagnostic(place, message, severity), { source: 'check', code: 'E42' });
    const actions = async (range = place) => {
      const all = await vscode.commands.executeCommand<readonly vscode.CodeAction[]>('vscode.executeCodeActionProvider', document.uri, range, vscode.CodeActionKind.QuickFix.value);
      return all.filter(({ title }) => title.includes('Farthing'));
    };
    before(async () => {
      document = await vscode.workspace.openTextDocument({ language: 'plaintext', content: 'first line\nsecond line\nthird line' });
    });
    after(() => found.dispose());

    it('offers to fix and to explain it, in any language, and asks nobody', async () => {
      found.set(document.uri, [problem('"second" is wrong')]);
      const before = vendor.asked.length;
      assert.deepEqual((await actions()).map(({ title, kind }) => [title, kind?.value]), [['Fix with Farthing', 'quickfix'], ['Explain with Farthing', 'quickfix']]);
      assert.equal(vendor.asked.length, before);
    });

    it('offers nothing where there is none', async () => assert.deepEqual(await actions(new vscode.Range(2, 0, 2, 1)), []));

    it('offers one each of several, the worst first, and no more than three', async () => {
      found.set(document.uri, [problem('w', vscode.DiagnosticSeverity.Warning), ...Array.from({ length: 6 }, (_, index) => problem(`number ${index} `.padEnd(100, 'x')))]);
      const titles = (await actions()).map(({ title }) => title);
      assert.deepEqual(titles, ['Fix', 'Explain'].flatMap((what) => [0, 1, 2].map((index) => `${what} with Farthing: ${`number ${index} `.padEnd(59, 'x')}…`)));
    });

    it('asks with the code, the message, who reports it and its number', async () => {
      found.set(document.uri, [problem('"second" is wrong')]);
      const [fix] = await actions();
      assert.ok(fix?.command);
      const text = await asked(fix.command.command, ...(fix.command.arguments ?? []));
      assert.match(text, /Fix the problem that is named below/);
      assert.match(text, /```plaintext\nfirst line\nsecond line\nthird line\n```/);
      assert.match(text, /- line 2, error \(check E42\): "second" is wrong/);
    });

    it('takes nonsense for nothing', async () => {
      const before = vendor.asked.length;
      for (const argument of [undefined, { uri: 1 }, { uri: 'x', range: [1], message: '', severity: 0 }]) assert.equal(await run(commands.fixProblem, argument), undefined);
      assert.equal(vendor.asked.length, before);
    });
  });

  describe('on code', () => {
    before(async () => {
      const document = await vscode.workspace.openTextDocument({ language: 'plaintext', content: 'a = 1\nb = 2\n' });
      const editor = await vscode.window.showTextDocument(document);
      editor.selection = new vscode.Selection(1, 0, 1, 5);
    });
    after(() => run('workbench.action.revertAndCloseActiveEditor'));

    for (const [id, words] of [[commands.explainCode, /Explain what this code does/], [commands.fixCode, /Find and fix/], [commands.improveCode, /Improve this code/], [commands.writeTests, /Write tests/], [commands.documentCode, /Document this code/]] as const) {
      it(`${id} asks about the selection at once`, async () => {
        const text = await asked(id);
        assert.match(text, words);
        assert.match(text, /From `Untitled-\d+:2-2`:\n```plaintext\nb = 2\n```/);
      });
    }
  });

  describe('on a cell of a notebook', () => {
    let notebook: vscode.NotebookDocument;
    const cell = (source: string, ...outputs: readonly object[]) => ({ cell_type: 'code', execution_count: null, metadata: {}, source: [source], outputs });
    const onePixel = 'iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==';
    const picture = (data: object) => ({ output_type: 'display_data', metadata: {}, data: { 'image/png': onePixel, ...data } });
    before(async () => {
      const [folder] = vscode.workspace.workspaceFolders ?? [];
      assert.ok(folder);
      const uri = vscode.Uri.joinPath(folder.uri, 'prices.ipynb');
      const cells = [cell(''), cell('print(price)', { output_type: 'stream', name: 'stdout', text: ['counting\n'] }, picture({ 'text/plain': ['<Figure>'] }), { output_type: 'error', ename: 'NameError', evalue: 'price is not defined', traceback: ['\u001b[31mline 1\u001b[0m'] }, picture({}))];
      writeFileSync(uri.fsPath, JSON.stringify({ cells, metadata: { language_info: { name: 'python' } }, nbformat: 4, nbformat_minor: 2 }));
      notebook = await vscode.workspace.openNotebookDocument(uri);
      await vscode.window.showNotebookDocument(notebook);
    });

    it('asks with its code and what it put out, errors first, without pictures', async () => {
      const text = await asked(commands.fixCell, notebook.cellAt(1));
      assert.match(text, /Find and fix what is wrong in this cell/);
      assert.match(text, /cell 2`:\n```python\nprint\(price\)\n```\n\nError:\n```text\nNameError: price is not defined\nline 1\n```\n\nOutput:\n```text\ncounting\n```\n\nOutput:\n```text\n<Figure>\n```\n\n\[an output of the kind image\/png is left out\]/);
    });

    it('an empty one is asked nothing about', async () => {
      const before = vendor.asked.length;
      void run(commands.explainCell, notebook.cellAt(0));
      await asked(commands.explainCell, notebook.cellAt(1));
      assert.equal(vendor.asked.length, before + 1);
    });
  });

  describe('on a terminal', () => {
    let terminal: vscode.Terminal;
    before(async function openTerminal() {
      this.timeout(60_000);
      terminal = vscode.window.createTerminal({ name: 'test', shellPath: '/bin/bash' });
      terminal.show();
      await until(vscode.window.onDidChangeTerminalShellIntegration, () => terminal.shellIntegration !== undefined);
    });
    after(() => terminal.dispose());

    it('asks with its last command, what it said and how it ended', async () => {
      const ended = new Promise<void>((resolve) => {
        const listening = vscode.window.onDidEndTerminalShellExecution(() => {
          listening.dispose();
          resolve();
        });
      });
      terminal.sendText('echoo farthing');
      await ended;
      const text = await asked(commands.fixTerminal, terminal);
      assert.match(text, /The command in a terminal with bash, which ended with code 127:\n```sh\nechoo farthing\n```\n\nIts output:\n```text\n.*echoo: command not found/);
    });

    it('asks with what is selected in it, and gives the clipboard back', async () => {
      await vscode.env.clipboard.writeText('mine');
      await vscode.commands.executeCommand('workbench.action.terminal.selectAll');
      const text = await asked(commands.explainTerminalSelection, terminal);
      assert.match(text, /Explain what happened here[\s\S]*From a terminal with bash:\n```text\n[\s\S]*echoo: command not found/);
      assert.equal(await vscode.env.clipboard.readText(), 'mine');
      await vscode.commands.executeCommand('workbench.action.terminal.clearSelection');
    });

    it('puts a command into its line, where it is not run', async () => {
      const started: string[] = [];
      const ran = new Promise<void>((resolve) => {
        const listening = vscode.window.onDidStartTerminalShellExecution(({ execution }) => {
          listening.dispose();
          started.push(execution.commandLine.value);
          resolve();
        });
      });
      await run(commands.putIntoTerminal, '# as it should be\n$ echo farthing two\n');
      // The person presses Enter: what runs then is what stood there.
      terminal.sendText('; true');
      await ran;
      assert.deepEqual(started, ['echo farthing two; true']);
    });
  });

  describe('commit messages', () => {
    interface Repository {
      readonly rootUri: vscode.Uri;
      readonly inputBox: { value: string };
      readonly state: { readonly indexChanges: readonly unknown[]; readonly onDidChange: vscode.Event<void> };
      status(): Promise<void>;
    }
    let folder: string;
    let repository: Repository;
    const git = (...args: readonly string[]) => execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.invalid', ...args], { cwd: folder });
    const write = (name: string, text: string) => writeFileSync(path.join(folder, name), text);

    before(async function openRepository() {
      this.timeout(60_000);
      folder = mkdtempSync(path.join(tmpdir(), 'farthing-git-'));
      git('init', '-q');
      write('price.ts', 'export const price = 1;\n');
      git('add', '.');
      git('commit', '-qm', 'feat(price): begin');
      await vscode.workspace.getConfiguration('git').update('enabled', true, vscode.ConfigurationTarget.Global);
      const extension = await vscode.extensions.getExtension<{ enabled: boolean; onDidChangeEnablement: vscode.Event<boolean>; getAPI(version: 1): { openRepository(root: vscode.Uri): Promise<Repository | null> } }>('vscode.git')?.activate();
      assert.ok(extension);
      await until(extension.onDidChangeEnablement, () => extension.enabled);
      const opened = await extension.getAPI(1).openRepository(vscode.Uri.file(folder));
      assert.ok(opened);
      repository = opened;
    });
    after(async () => {
      await vscode.workspace.getConfiguration('git').update('enabled', undefined, vscode.ConfigurationTarget.Global);
      rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
    });
    /** The window tells of every text in the box a moment later; it answers in order. */
    async function begin(text: string): Promise<void> {
      repository.inputBox.value = text;
      await run('setContext', 'farthing.test', text);
    }
    beforeEach(async () => {
      vendor.pause = async () => undefined;
      await begin('');
    });

    it('without changes nobody is asked', async () => {
      const before = vendor.asked.length;
      await repository.status();
      await run(commands.writeCommitMessage, { rootUri: repository.rootUri });
      assert.equal(vendor.asked.length, before);
      assert.equal(repository.inputBox.value, '');
    });

    it('writes one from what has changed, in the style of the last commits', async () => {
      write('price.ts', 'export const price = 2;\n');
      write('new.ts', 'export const added = true;\n');
      write('package-lock.json', '{"hidden":1}\n');
      await repository.status();
      vendor.answers.unshift('```\nfix(price): double it\n\nIt was too low.\n```');
      await run(commands.writeCommitMessage, { rootUri: repository.rootUri });
      assert.equal(repository.inputBox.value, 'fix(price): double it\n\nIt was too low.');
      assert.match(lastAsked(), /Latest subjects:\n- feat\(price\): begin/);
      assert.match(lastAsked(), /-export const price = 1;\n\+export const price = 2;/);
      assert.match(lastAsked(), /- new new\.ts \+1 -0\n- new package-lock\.json \+0 -0 \(lock file, not shown\)|- new package-lock\.json \+0 -0 \(lock file, not shown\)\n- new new\.ts \+1 -0|- new new\.ts \+1 -0\n- new package-lock\.json \(lock file, not shown\)/);
      assert.match(lastAsked(), /\+export const added = true;/);
      assert.ok(!lastAsked().includes('hidden'));
    });

    it('only from what is staged when something is', async () => {
      git('add', 'new.ts');
      await repository.status();
      await until(repository.state.onDidChange, () => repository.state.indexChanges.length > 0);
      vendor.answers.unshift('Add new.ts');
      await run(commands.writeCommitMessage, { rootUri: repository.rootUri });
      assert.equal(repository.inputBox.value, 'Add new.ts');
      assert.match(lastAsked(), /- new new\.ts/);
      assert.ok(!lastAsked().includes('price.ts'));
    });

    it('begins with what stands in the box, and one undo brings it back', async () => {
      await begin('fix typo');
      vendor.answers.unshift('Fix a typo in new.ts');
      await run(commands.writeCommitMessage, { rootUri: repository.rootUri });
      assert.match(lastAsked(), /The author began to write it\. Keep what is meant:\n```\nfix typo\n```/);
      assert.equal(repository.inputBox.value, 'Fix a typo in new.ts');
    });

    it('stopped, brings back what stood in the box', async () => {
      await begin('fix typo');
      vendor.answers.unshift('Fix a typo in the new file of prices\n\nbody');
      let leave: () => void = () => undefined;
      const arrived = new Promise<void>((resolve) => {
        vendor.pause = () => new Promise((left) => {
          leave = left;
          resolve();
        });
      });
      const writing = run(commands.writeCommitMessage, { rootUri: repository.rootUri });
      await arrived;
      await run(commands.stopCommitMessage);
      await writing;
      leave();
      assert.equal(repository.inputBox.value, 'fix typo');
    });

    it('leaves alone what the person writes meanwhile', async () => {
      vendor.answers.unshift('Add new.ts to the prices\n\nbody');
      vendor.pause = async () => {
        repository.inputBox.value = 'mine';
      };
      await run(commands.writeCommitMessage, { rootUri: repository.rootUri });
      assert.equal(repository.inputBox.value, 'mine');
    });
  });
});
