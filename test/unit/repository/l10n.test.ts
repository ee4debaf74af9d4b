import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import * as esbuild from 'esbuild';
import { describe, it } from 'mocha';
import { bundleOfTexts, plainTextsIn, textsIn } from '../../../scripts/l10n.mjs';

/** Words in these files that stand in no t(…), because no person reads them or because they are the same in every language. */
const sameEverywhere: Readonly<Record<string, RegExp>> = {
  // What the core says of a choice, found again in its words.
  'src/vscode/failureTexts.ts': /^No model$/,
  'src/vscode/chat/whyTexts.ts': /^(\{\} is the|likely enough)$/,
  // Names.
  'src/vscode/importProviders.ts': /^(\$\(file\) Continue|Azure OpenAI)$/,
  'src/vscode/pluginTexts.ts': /^(OpenAI chat completions|OpenAI responses|Anthropic messages)$/,
  'src/vscode/history/chatFileCommands.ts': /^Farthing JSON$/,
  'src/vscode/terminalAgents/agents.ts': /^(Claude Code|Gemini CLI|Qwen Code)$|\binstall\b/,
  'src/vscode/terminalAgents/runAgent.ts': /^\$\(sparkle\) auto/,
  // Programs to copy, with the protocols they speak.
  'src/vscode/gateway/connecting.ts': /SDK|chat completions|import|curl|What does idempotent mean/,
  // What models are sent, and what programs are told.
  'src/vscode/chat/chatSession.ts': /^Go on exactly where you stopped\.$/,
  'src/vscode/context/choosing.ts': /^\[ended with code \{\}\]$/,
  'src/vscode/context/readers.ts': /^(… and \{\} more|The editor reports no problems\.|No changes\.)$/,
  'src/vscode/languageModels/chatProvider.ts': /^messages: /,
  'src/vscode/languageModels/readOptions.ts': /^not valid$/,
  'src/vscode/languageModels/tools.ts': /^/,
  // Ids, headers, selectors and classes of pages.
  'src/vscode/pageHtml.ts': /^(img-src|<!DOCTYPE)/,
  'src/vscode/secretKeys.ts': /^what was stored is not there$/,
  'src/vscode/context/webPage.ts': /^gzip, deflate, br$/,
  'src/vscode/edits/answerEdits.ts': /^no folder$/,
  'src/vscode/gateway/clientTokens.ts': /^all terminals$/,
  'src/vscode/providers/nodes.ts': /^\{\} (more|excluded|none)$/,
  'src/vscode/providers/providerTree.ts': /^(provider \{\}|model \{\}|not set up)$/,
  'webview-ui/chat/question.tsx': /^\.question-tools button$/,
  'webview-ui/chat/strategyPicker.tsx': /^\.strategy-popover input:checked$/,
  'webview-ui/chat/workStep.tsx': /^loading spin$/,
  'webview-ui/chat/context/contextRow.tsx': /^loading spin$/,
  'webview-ui/chat/context/sentContext.tsx': /^context \{\}$/,
  'webview-ui/chat/markdown/markdown.tsx': /^heading heading-\{\}$/,
};

describe('texts for people', () => {
  it('are nowhere but in t(…)', () => {
    const files = ['src/vscode', 'src/shared', 'webview-ui'].flatMap((folder) => readdirSync(folder, { recursive: true, encoding: 'utf8' }).map((name) => `${folder}/${name}`)).filter((file) => /\.tsx?$/.test(file));
    const plain = files.flatMap((file) => plainTextsIn(readFileSync(file, 'utf8'), file).map((text) => ({ file, text })));
    assert.deepEqual(plain.filter(({ file, text }) => !sameEverywhere[file]?.test(text)), []);
    assert.deepEqual(Object.keys(sameEverywhere).filter((file) => !plain.some((one) => one.file === file)), [], 'no longer needed');
  });

  const plainRows: readonly { readonly source: string; readonly plain: readonly string[] }[] = [
    { source: "const f = () => show('Two words');", plain: ['Two words'] },
    { source: 'const f = (n: number) => show(`${n} files`);', plain: ['{} files'] },
    { source: "const f = (n: number) => t('{0} of {1}', n, 'no limit');", plain: ['no limit'] },
    { source: 'const f = () => <p title="Two words">Word</p>;', plain: ['Two words', 'Word'] },
    { source: "const f = () => <p class=\"one two\">{t('Two words')}</p>;", plain: [] },
    { source: "import { a } from 'two words'; const f = () => { if (a === 'two words') throw new Error('two words'); this.log.info('two words'); };", plain: [] },
    { source: "const f = () => 'word';", plain: [] },
  ];
  for (const { source, plain } of plainRows) it(`plain in ${source}`, () => assert.deepEqual(plainTextsIn(source, 'a.tsx'), plain));

  it('are in the bundle as the sources say, and can all be translated', () => {
    const { bundle, problems } = bundleOfTexts();
    assert.deepEqual(problems, []);
    assert.ok(readFileSync('l10n/bundle.l10n.json', 'utf8') === bundle, 'l10n/bundle.l10n.json is not what the sources say: npm run l10n');
  });

  it('are given to every bundle that has some', async function () {
    this.timeout(30_000);
    const { buildOptions, hostEntries, pageEntries } = await import('../../../esbuild.mjs');
    const { host, pages } = buildOptions({ production: true, outdir: 'out/texts' });
    const results = await Promise.all([host, pages].map((options) => esbuild.build({ ...options, write: false, metafile: true })));
    const outputs = results.flatMap(({ metafile }) => Object.values(metafile?.outputs ?? {}));
    const withTexts = outputs.flatMap(({ entryPoint, inputs }) => (entryPoint !== undefined && (inputs['src/shared/l10n.ts']?.bytesInOutput ?? 0) > 0 ? [entryPoint] : []));
    assert.ok(withTexts.includes(hostEntries.main) && withTexts.includes(pageEntries.chat));
    assert.deepEqual(withTexts.filter((entry) => !/\buse(Bundle|EditorTexts)\(/.test(readFileSync(entry, 'utf8'))), []);
  });

  const rows: readonly { readonly source: string; readonly texts?: readonly string[]; readonly problem?: RegExp }[] = [
    { source: "const f = () => t('Plain');", texts: ['Plain'] },
    { source: "function f(n: number) { return t(n === 1 ? '1 file' : '{0} files', n); }", texts: ['1 file', '{0} files'] },
    { source: "class A { get name() { return t(`It's`); } }", texts: ["It's"] },
    { source: "const f = (all: string[]) => t('{0} and {1}', ...all);", texts: ['{0} and {1}'] },
    { source: "const f = () => filled(t('Usually {0}'), 1);", texts: ['Usually {0}'] },
    { source: "const name = t('Too early');", problem: /"Too early" is outside of functions/ },
    { source: 'const f = (n: number) => t(`${n} files`);', problem: /put together/ },
    { source: "const f = (s: string) => t('a' + s);", problem: /put together/ },
    { source: "const f = (n: number) => t('{0} of {1}', n);", problem: /not as many places as values/ },
    { source: "const f = (n: number) => t('Nothing', n);", problem: /not as many places as values/ },
  ];
  for (const { source, texts = [], problem = /^$/ } of rows) {
    it(source, () => {
      const found = textsIn(source, 'a.ts');
      assert.match(found.problems.join('\n'), problem);
      if (texts.length > 0) assert.deepEqual(found.texts, texts);
    });
  }
});
