import * as assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import * as path from 'node:path';
import { setImmediate } from 'node:timers/promises';
import * as vscode from 'vscode';
import type { ContextItemView, ContextRequest } from '../../src/shared/contextProtocol';
import type { StoredMessage } from '../../src/core/model/thread';
import type { ChatState } from '../../src/shared/protocol';
import type { ContextDoor } from '../../src/vscode/context/contextDoor';
import { openContext } from '../../src/vscode/context/openContext';
import type { TerminalCommand } from '../../src/vscode/terminalCommands';

const heard: TerminalCommand[] = [];

/** A chat as a desk sees it, and what it was told. */
class Chat implements ContextDoor {
  readonly log = { debug: () => undefined, info: () => undefined, warn: () => undefined, error: (message: string, error?: unknown) => assert.fail(`${message}: ${String(error)}`) };
  shown: Partial<ChatState> = {};
  wishes: unknown;
  previews = 0;
  readonly #waiting = new Set<() => void>();

  constructor(kept?: unknown) {
    this.wishes = kept;
  }

  said: readonly StoredMessage[] = [];
  messages = () => this.said;
  readonly kept = {
    keptContext: (): unknown => this.wishes,
    keepContext: async (kept: unknown): Promise<void> => {
      this.wishes = kept;
    },
    contextRoom: () => 2_000_000,
  };
  preview = (): void => {
    this.previews += 1;
  };
  change = (state: Partial<ChatState>): void => {
    this.shown = { ...this.shown, ...state };
    for (const look of this.#waiting) look();
  };

  /** Until what is shown is so. */
  until(isSo: (shown: Partial<ChatState>) => boolean): Promise<void> {
    return new Promise((resolve) => {
      const look = (): void => {
        if (!isSo(this.shown)) return;
        this.#waiting.delete(look);
        resolve();
      };
      this.#waiting.add(look);
      look();
    });
  }

  item(label: string): ContextItemView {
    const found = this.shown.context?.find((one) => one.label === label);
    assert.ok(found, `${label} is among ${this.shown.context?.map((one) => one.label).join(', ')}`);
    return found;
  }
}

describe('what goes with a question', () => {
  const [folder] = vscode.workspace.workspaceFolders ?? [];
  assert.ok(folder);
  const root = folder.uri.fsPath;
  const uri = (name: string): vscode.Uri => vscode.Uri.joinPath(folder.uri, name);
  const at = (name: string): string => uri(name).toString();
  const git = (...args: readonly string[]): string => execFileSync('git', ['-c', 'user.name=Test', '-c', 'user.email=test@example.org', ...args], { cwd: root, encoding: 'utf8' });
  const room = openContext({ terminals: () => heard, countTokens: (text) => Math.ceil(text.length / 4) });
  const made = ['notes', 'kept.log', 'a.log', '.gitignore', '.farthingignore', '.env', '.git', 'picture.png', 'binary.bin', 'short.md'];

  function desk(kept?: unknown) {
    const chat = new Chat(kept);
    const opened = room.desk(chat);
    const handle = (request: ContextRequest): Promise<void> => opened.handle(request);
    return { chat, opened, handle, add: (...names: readonly string[]) => handle({ type: 'add-files', uris: names.map(at) }) };
  }

  before(async () => {
    mkdirSync(path.join(root, 'notes/deep'), { recursive: true });
    writeFileSync(path.join(root, 'notes/one.md'), '# One\n```\nfence\n```\n');
    writeFileSync(path.join(root, 'notes/deep/two.md'), 'two\n');
    writeFileSync(path.join(root, 'short.md'), 'a\n');
    writeFileSync(path.join(root, 'notes/deep/three.tmp'), 'three\n');
    writeFileSync(path.join(root, 'a.log'), 'log\n');
    writeFileSync(path.join(root, 'kept.log'), 'kept\n');
    writeFileSync(path.join(root, '.env'), 'KEY=1\n');
    writeFileSync(path.join(root, '.gitignore'), '*.log\n!kept.log\n');
    writeFileSync(path.join(root, '.farthingignore'), '*.tmp\n');
    writeFileSync(path.join(root, 'picture.png'), Buffer.from('89504e470d0a1a0a00', 'hex'));
    writeFileSync(path.join(root, 'binary.bin'), Buffer.from([0, 1, 2, 0]));
    git('init', '-q', '-b', 'main');
    git('add', '-A');
    git('commit', '-qm', 'First');
  });

  after(async () => {
    room.dispose();
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    await vscode.workspace.getConfiguration('git').update('enabled', undefined, vscode.ConfigurationTarget.Global);
    for (const name of made) rmSync(path.join(root, name), { recursive: true, force: true });
  });

  it('reads a file with what it costs, and a picture by how it begins', async () => {
    const { chat, opened, add } = desk();
    await add('src/pricing.ts', 'picture.png');
    const items = await opened.forQuestion();
    assert.deepEqual(items.map(({ kind, label, detail, text, image }) => [kind, label, detail, text.length > 100, image?.mediaType]), [['file', 'pricing.ts', 'src/pricing.ts', true, undefined], ['image', 'picture.png', 'picture.png', false, 'image/png']]);
    await chat.until(({ context }) => context?.[0]?.state === 'fresh');
    assert.match(chat.item('pricing.ts').tokens, /^≈\d/);
    assert.ok(chat.previews > 0);
    opened.dispose();
  });

  it('refuses what ignore files name and what looks like a secret, and says by which line', async () => {
    const { chat, opened, add } = desk();
    await add('a.log', '.env', 'notes/deep/three.tmp', 'binary.bin', 'kept.log');
    assert.deepEqual((await opened.forQuestion()).map(({ label }) => label), ['kept.log']);
    await chat.until(({ context }) => context?.length === 5 && context.every(({ state }) => state !== 'reading'));
    assert.match(chat.item('a.log').note, /“\*\.log” in \.gitignore, line 1/);
    assert.match(chat.item('.env').note, /keys or passwords/);
    assert.match(chat.item('three.tmp').note, /“\*\.tmp” in \.farthingignore, line 1/);
    assert.match(chat.item('binary.bin').note, /not a text/);
    assert.deepEqual(chat.shown.context?.map(({ state }) => state), ['refused', 'refused', 'refused', 'refused', 'fresh']);
    assert.equal(await room.isIgnored(uri('a.log')), true);
    assert.equal(await room.isIgnored(uri('src/pricing.ts')), false);
    opened.dispose();
  });

  it('a rule that is written later holds from then on', async () => {
    const { chat, opened, add } = desk();
    await add('kept.log');
    assert.equal((await opened.forQuestion()).length, 1);
    writeFileSync(path.join(root, '.farthingignore'), '*.tmp\nkept.log\n');
    await chat.until(({ context }) => context?.[0]?.state === 'refused');
    writeFileSync(path.join(root, '.farthingignore'), '*.tmp\n');
    await chat.until(({ context }) => context?.[0]?.state === 'fresh');
    opened.dispose();
  });

  it('a folder is its names and its small texts, and says what is left out', async () => {
    const { chat, opened, add } = desk();
    await add('notes');
    const [item] = await opened.forQuestion();
    assert.equal(item?.kind, 'folder');
    assert.match(item?.text ?? '', /^Files:\none\.md\ndeep\/two\.md\n\n=== one\.md ===\n# One/);
    assert.ok(!item?.text.includes('three'));
    await chat.until(({ context }) => context?.[0]?.state === 'fresh');
    assert.match(chat.item('notes/').note, /Files: 2, with their text: 2\..*Left out by ignore files, or as links: 1\./);
    opened.dispose();
  });

  it('what is not saved goes, lines stay with their text, and what has changed is read again', async () => {
    const document = await vscode.workspace.openTextDocument(uri('src/pricing.ts'));
    const editor = await vscode.window.showTextDocument(document);
    const wanted = document.lineAt(2).text;
    editor.selection = new vscode.Selection(2, 0, 3, 0);
    const { chat, opened } = desk();
    await opened.addEditor(editor);
    assert.equal((await opened.forQuestion())[0]?.text, wanted);
    await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// new\n// lines\n'));
    await chat.until(({ context }) => context?.[0]?.state === 'stale');
    const [item] = await opened.forQuestion();
    assert.deepEqual([item?.text, item?.lines, item?.label], [wanted, { from: 4, to: 4 }, 'pricing.ts:5-5']);
    await vscode.commands.executeCommand('workbench.action.files.revert');
    opened.dispose();
  });

  it('what is slow is waited for, not for ever, and what changes meanwhile goes with the question all the same', async () => {
    let arrive: () => void = () => undefined;
    const arrived = new Promise<void>((resolve) => (arrive = resolve));
    let isSlow = true;
    let askedAgain: () => void = () => undefined;
    const slow: vscode.FileSystemProvider = {
      onDidChangeFile: new vscode.EventEmitter<vscode.FileChangeEvent[]>().event,
      watch: () => new vscode.Disposable(() => undefined),
      stat: () => ({ type: vscode.FileType.File, ctime: 0, mtime: 0, size: 4 }),
      readFile: async () => {
        askedAgain();
        if (isSlow) await arrived;
        return new TextEncoder().encode('late');
      },
      readDirectory: () => [],
      createDirectory: () => undefined,
      writeFile: () => undefined,
      delete: () => undefined,
      rename: () => undefined,
    };
    const provider = vscode.workspace.registerFileSystemProvider('memfs', slow);
    const hasty = openContext({ terminals: () => heard, countTokens: () => 1, mostReadingMs: 30 });
    const wishes = [{ kind: 'file', uri: at('src/hires.ts') }, { kind: 'file', uri: 'memfs:/late.txt' }];
    try {
      const impatient = hasty.desk(new Chat(wishes));
      await assert.rejects(impatient.forQuestion(), /could not be read within 0\.03 seconds/);
      impatient.dispose();
      const editor = await vscode.window.showTextDocument(uri('src/hires.ts'));
      isSlow = false;
      const { chat, opened } = desk(wishes);
      await chat.until(({ context }) => context?.every(({ state }) => state === 'fresh') ?? false);
      isSlow = true;
      const isAsked = new Promise<void>((resolve) => (askedAgain = resolve));
      const reading = opened.forQuestion();
      await isAsked;
      await editor.edit((edit) => edit.insert(new vscode.Position(0, 0), '// changed meanwhile\n'));
      await chat.until(({ context }) => context?.some(({ label, state }) => label === 'hires.ts' && state === 'stale') ?? false);
      arrive();
      assert.deepEqual((await reading).map(({ label }) => label), ['hires.ts', 'late.txt']);
      await vscode.commands.executeCommand('workbench.action.files.revert');
      opened.dispose();
    } finally {
      provider.dispose();
      hasty.dispose();
    }
  });

  it('what was chosen a moment before the question goes with it', async () => {
    const { opened, add } = desk();
    const adding = add('src/hires.ts', 'src/pricing.ts');
    assert.deepEqual((await opened.forQuestion()).map(({ label }) => label), ['hires.ts', 'pricing.ts']);
    await adding;
    opened.dispose();
  });

  it('what is gone is told, and nothing is sent without it', async () => {
    const { chat, opened, add, handle } = desk();
    await add('short.md', 'src/hires.ts');
    rmSync(path.join(root, 'short.md'));
    await assert.rejects(opened.forQuestion(), /short\.md cannot go with the question: short\.md is no longer there/);
    await chat.until(({ context }) => context?.[0]?.state === 'missing');
    await handle({ type: 'remove-context', itemId: chat.item('short.md').id });
    assert.deepEqual((await opened.forQuestion()).map(({ label }) => label), ['hires.ts']);
    opened.sent();
    await chat.until(({ context }) => context?.length === 0);
    opened.dispose();
  });

  it('is there again after a reload, and read anew', async () => {
    const first = desk();
    await first.add('src/hires.ts', 'notes');
    await first.chat.until(({ context }) => context?.length === 2 && context.every(({ state }) => state === 'fresh'));
    first.opened.dispose();
    const second = desk(JSON.parse(JSON.stringify(first.chat.wishes)));
    assert.deepEqual((await second.opened.forQuestion()).map(({ kind }) => kind), ['file', 'folder']);
    second.opened.dispose();
  });

  it('takes images by their bytes, whatever they are called', async () => {
    const { chat, opened, handle } = desk();
    await handle({ type: 'add-image', mediaType: 'image/jpeg', base64: Buffer.from('89504e470d0a1a0a00', 'hex').toString('base64'), name: 'x.jpg' });
    assert.equal((await opened.forQuestion())[0]?.image?.mediaType, 'image/png');
    await assert.rejects(handle({ type: 'add-image', mediaType: 'image/png', base64: Buffer.from('<svg/>').toString('base64') }), /no PNG/);
    await chat.until(({ context }) => context?.length === 1);
    opened.dispose();
  });

  it('takes only what was offered', async () => {
    const { opened, handle } = desk();
    await assert.rejects(handle({ type: 'add-context', candidateId: 'file:file:///etc/passwd' }), /no longer offered/);
    await assert.rejects(handle({ type: 'add-files', uris: ['command:farthing.newChat', 'https://example.org'] }), /no file/);
    opened.dispose();
  });

  it('completes kinds, files and folders, without what is ignored', async () => {
    const { chat, opened, handle } = desk();
    await handle({ type: 'complete-context', query: '' });
    await chat.until(({ completions }) => completions?.searching === false);
    assert.deepEqual(chat.shown.completions?.items.slice(0, 4).map(({ id }) => id), ['some:file', 'some:folder', 'some:selection', 'some:problems']);
    await handle({ type: 'complete-context', query: 'prici' });
    const found = chat.shown.completions?.items.find(({ label }) => label === 'pricing.ts');
    assert.deepEqual(found && { detail: found.detail, matches: found.matches }, { detail: 'src', matches: [[0, 5]] });
    await handle({ type: 'add-context', candidateId: found?.id ?? '' });
    assert.deepEqual((await opened.forQuestion()).map(({ label }) => label), ['pricing.ts']);
    for (const [query, label] of [['a.log', 'a.log'], ['three', 'three.tmp'], ['.env', '.env']] as const) {
      await handle({ type: 'complete-context', query });
      assert.ok(!chat.shown.completions?.items.some((item) => item.label === label), label);
    }
    await handle({ type: 'complete-context', query: 'https://example.org/a' });
    assert.deepEqual(chat.shown.completions?.items.map(({ kind, label }) => [kind, label]), [['page', 'example.org']]);
    await handle({ type: 'complete-context' });
    assert.equal(chat.shown.completions, undefined);
    opened.dispose();
  });

  it('offers symbols of the workspace, and attaches the whole of one', async () => {
    const name = 'wholeOfIt';
    writeFileSync(path.join(root, 'notes/symbol.txt'), `before\nfunction ${name}() {\n  inside\n}\nafter\n`);
    const selector = { pattern: '**/symbol.txt' };
    const range = new vscode.Range(1, 0, 3, 1);
    const providers = vscode.Disposable.from(
      vscode.languages.registerWorkspaceSymbolProvider({ provideWorkspaceSymbols: (query) => (name.toLowerCase().includes(query.toLowerCase()) ? [new vscode.SymbolInformation(name, vscode.SymbolKind.Function, '', new vscode.Location(uri('notes/symbol.txt'), new vscode.Range(1, 9, 1, 18)))] : []) }),
      vscode.languages.registerDocumentSymbolProvider(selector, { provideDocumentSymbols: () => [new vscode.DocumentSymbol(name, '', vscode.SymbolKind.Function, range, new vscode.Range(1, 9, 1, 18))] }),
    );
    const { chat, opened, handle } = desk();
    await handle({ type: 'complete-context', query: 'symbol:wholeof' });
    await chat.until(({ completions }) => completions?.searching === false);
    const found = chat.shown.completions?.items.find(({ label }) => label === name);
    await handle({ type: 'add-context', candidateId: found?.id ?? '' });
    const [item] = await opened.forQuestion();
    assert.deepEqual([item?.kind, item?.label, item?.lines, item?.text], ['symbol', name, { from: 1, to: 3 }, `function ${name}() {\n  inside\n}`]);
    providers.dispose();
    opened.dispose();
  });

  it('reads problems, errors before warnings, none of ignored files', async () => {
    const problems = vscode.languages.createDiagnosticCollection('test');
    const range = new vscode.Range(1, 0, 1, 5);
    problems.set(uri('src/pricing.ts'), [new vscode.Diagnostic(range, 'careful', vscode.DiagnosticSeverity.Warning)]);
    problems.set(uri('src/hires.ts'), [new vscode.Diagnostic(range, 'wrong', vscode.DiagnosticSeverity.Error)]);
    problems.set(uri('a.log'), [new vscode.Diagnostic(range, 'ignored', vscode.DiagnosticSeverity.Error)]);
    const { opened } = desk();
    await opened.addProblems();
    const [item] = await opened.forQuestion();
    const text = item?.text ?? '';
    assert.match(text, /src\/hires\.ts:\n- line 2, error: wrong/);
    assert.match(text, /src\/pricing\.ts:\n- line 2, warning: careful/);
    assert.ok(text.indexOf('wrong') < text.indexOf('careful') && !text.includes('ignored'));
    problems.dispose();
    opened.dispose();
  });

  it('reads changes from git: not staged, staged, against a branch; none of ignored files', async () => {
    // The extension of git looks for repositories at its own time.
    await vscode.workspace.getConfiguration('git').update('enabled', true, vscode.ConfigurationTarget.Global);
    const extension = await vscode.extensions.getExtension<{ enabled: boolean; onDidChangeEnablement: vscode.Event<boolean>; getAPI(version: 1): { openRepository(root: vscode.Uri): Promise<unknown> } }>('vscode.git')?.activate();
    assert.ok(extension);
    await new Promise<void>((resolve) => {
      if (extension.enabled) return resolve();
      const listening = extension.onDidChangeEnablement((enabled) => {
        if (!enabled) return;
        listening.dispose();
        resolve();
      });
    });
    await extension.getAPI(1).openRepository(folder.uri);
    git('checkout', '-qb', 'work');
    writeFileSync(path.join(root, 'notes/one.md'), '# One\nstaged line\n');
    writeFileSync(path.join(root, '.env'), 'KEY=2\n');
    git('add', '-A');
    writeFileSync(path.join(root, 'notes/deep/two.md'), 'two\nnot staged\n');
    const read = async (what: 'staged' | 'unstaged' | 'branch'): Promise<{ readonly text: string; readonly note: string }> => {
      const { chat, opened, handle } = desk([{ kind: 'diff', root: folder.uri.toString(), what, ...(what === 'branch' ? { branch: 'main' } : {}) }]);
      const [item] = await opened.forQuestion();
      // What watches the files tells of those written above a moment later: then it is read again.
      while (chat.shown.context?.[0]?.state !== 'fresh') {
        await chat.until(({ context }) => context?.[0]?.state === 'fresh' || context?.[0]?.state === 'stale');
        if (chat.shown.context?.[0]?.state === 'stale') await handle({ type: 'refresh-context' });
        // The page is told in turns of the event loop: without one between, this would ask for ever.
        await setImmediate();
      }
      opened.dispose();
      return { text: item?.text ?? '', note: chat.shown.context?.[0]?.note ?? '' };
    };
    const staged = await read('staged');
    assert.match(staged.text, /\+staged line/);
    assert.ok(!staged.text.includes('KEY') && !staged.text.includes('not staged'));
    assert.match(staged.note, /Files left out by ignore files: 1\./);
    const unstaged = await read('unstaged');
    assert.match(unstaged.text, /\+not staged/);
    assert.ok(!unstaged.text.includes('staged line'));
    const branch = await read('branch');
    assert.match(branch.text, /\+not staged/);
    assert.match(branch.text, /\+staged line/);
    assert.ok(!branch.text.includes('KEY'));
  });

  it('reads the editors that are open', async () => {
    await vscode.commands.executeCommand('workbench.action.closeAllEditors');
    for (const name of ['src/hires.ts', 'a.log']) await vscode.window.showTextDocument(uri(name), { preview: false });
    const { opened } = desk([{ kind: 'openEditors' }]);
    const [item] = await opened.forQuestion();
    assert.match(item?.text ?? '', /^=== src\/hires\.ts ===\n/);
    assert.ok(!item?.text.includes('a.log'));
    opened.dispose();
  });

  it('reads a command of a terminal without its colours', async () => {
    heard.push({ command: 'npm test', output: '\u001b[31mred\u001b[0m\r\n50 %\r100 %\r\n', exitCode: 1 });
    const { chat, opened, handle } = desk();
    await handle({ type: 'complete-context', query: 'term' });
    await handle({ type: 'add-context', candidateId: 'some:terminal' });
    const [item] = await opened.forQuestion();
    assert.deepEqual([item?.kind, item?.label, item?.text], ['terminal', 'npm test', '$ npm test\nred\n100 %\n[ended with code 1]']);
    await chat.until(({ context }) => context?.length === 1);
    opened.dispose();
  });

  it('what is attached twice is there once', async () => {
    const { chat, opened, add } = desk();
    await add('src/hires.ts', 'src/hires.ts');
    await add('src/hires.ts');
    assert.equal((await opened.forQuestion()).length, 1);
    await chat.until(({ context }) => context?.length === 1);
    opened.dispose();
  });

  it('proposes what to leave out where no model reads as much, and leaves it out only when told', async () => {
    const { chat, opened, add, handle } = desk();
    await add('src/hires.ts', 'src/pricing.ts');
    await opened.forQuestion();
    opened.previewed({ ok: false, at: 0, failure: { kind: 'contextTooLong', neededTokens: 1_010, availableTokens: 1_000 } });
    const drop = chat.shown.contextProposal?.drop ?? [];
    assert.equal(drop.length, 1);
    assert.match(chat.shown.contextProposal?.sentence ?? '', /Without (hires|pricing)\.ts it fits/);
    assert.equal((await opened.forQuestion()).length, 2);
    await handle({ type: 'drop-proposed' });
    await chat.until(({ context }) => context?.length === 1);
    assert.notEqual(chat.shown.context?.[0]?.id, drop[0]);
    opened.dispose();
  });

  it('proposes what else can be done: a new chat where the conversation is long, a model that reads more where there is one', async () => {
    const { chat, opened, add } = desk();
    const tooLong = (over: number, longer: boolean) => {
      opened.previewed({ ok: false, at: 0, failure: { kind: 'contextTooLong', neededTokens: 1_000 + over, availableTokens: 1_000, ...(longer ? { longer: true } : {}) } });
      return chat.shown.contextProposal;
    };
    assert.equal(tooLong(10, false), undefined, 'nothing is attached, nothing was said, nobody reads more');
    assert.deepEqual(tooLong(10, true), { sentence: 'This is more than any model that can be asked reads (≈1.0k tokens).', drop: [], saves: '≈0 tokens', newChat: false, longer: true });
    chat.said = [{ id: 'q', threadId: 't', position: 0, role: 'user', text: 'word '.repeat(2_000), createdAt: 0 }];
    const inNew = tooLong(10, false);
    assert.deepEqual([inNew?.drop, inNew?.newChat, inNew?.longer], [[], true, false]);
    assert.match(inNew?.sentence ?? '', /in a new chat, it fits/);
    await add('src/hires.ts');
    await opened.forQuestion();
    const both = tooLong(10, true);
    assert.deepEqual([both?.drop.length, both?.newChat, both?.longer], [1, true, true]);
    assert.match(both?.sentence ?? '', /Without hires\.ts it fits/);
    const much = tooLong(1_500, false);
    assert.deepEqual([much?.drop, much?.newChat], [[], true], 'all of it is not left out where that is not enough');
    opened.dispose();
  });
});
