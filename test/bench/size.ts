import { existsSync, readFileSync, readdirSync, statSync } from 'node:fs';
import path from 'node:path';
import { gzipSync } from 'node:zlib';
import { testExtensions } from '../../scripts/installedExtension.mjs';
import { root } from '../../scripts/node24.mjs';
import { asKilobytes, type Figure, type Measure } from './figure';

const goals: Readonly<Record<string, string>> = { 'extension.js': '≤ 400 kB, main.js included', 'main.js': '≤ 400 kB, extension.js included', 'profile.weights': '≤ 300 kB' };

const when: Readonly<Record<string, string>> = {
  'extension.js': 'loaded when the window has started',
  'main.js': 'loaded 300 ms later, or by the first use',
  'books.js': 'loaded by the first look at the budget',
  'openaiChat.js': 'loaded by the first request over this wire',
  'openaiResponses.js': 'loaded by the first request over this wire',
  'ollama.js': 'loaded by the first request over this wire',
  'anthropicMessages.js': 'loaded by the first request over this wire',
  'demoServer.js': 'loaded by the first request in the demo',
  'judge.js': 'loaded by the first request',
  'learner.js': 'loaded once anything was learnt',
  'foreignReaders.js': 'loaded by the first plug-in, or by an import',
  'context.js': 'loaded by the first item that goes with a question, or a look for one',
  'edits.js': 'loaded by the first answer with code',
  'editorModel.js': 'loaded by the first request to a model of the editor',
  'editorCommands.js': 'loaded by the first command in a menu of the editor',
  'orchestrator.js': 'loaded by the first question to several models',
  'rareCommands.js': 'loaded by the first of its commands, buttons or looks at the providers',
  'experiments.js': 'loaded by the first experiment or shadow trial',
  'report.js': 'loaded by the report',
  'signIn.js': 'loaded at the end of a sign-in',
  'yaml.js': 'loaded by an import',
  'catalogue.json': 'read by the first request',
  'profile.weights': 'read by the first request',
  'webview/chat.js': 'loaded by the chat page',
  'webview/chat.css': 'loaded by the chat page',
  'webview/codicon.css': 'loaded by the chat page',
  'webview/codicon.ttf': 'loaded by the chat page',
};

/** Sizes of the package as a person installs it. */
export const measure: Measure = async () => {
  const installed = readdirSync(testExtensions()).find((name) => name.startsWith('farthing.farthing-'));
  if (installed === undefined) throw new Error('The extension is not installed.');
  const dist = path.join(testExtensions(), installed, 'dist');
  const figures = readdirSync(dist, { recursive: true, encoding: 'utf8' })
    .map((name) => name.replaceAll(path.sep, '/'))
    .filter((name) => statSync(path.join(dist, name)).isFile())
    .toSorted((one, other) => Number(other === 'extension.js') - Number(one === 'extension.js') || (one < other ? -1 : 1))
    .map((name): Figure => {
      const bytes = readFileSync(path.join(dist, name));
      const goal = goals[name];
      return { name, value: `${asKilobytes(bytes.length)}, ${asKilobytes(gzipSync(bytes).length)} gzip`, ...(goal === undefined ? {} : { goal }), how: when[name] ?? 'in the package' };
    });
  const { name, version } = JSON.parse(readFileSync(path.join(root, 'package.json'), 'utf8')) as { readonly name: string; readonly version: string };
  const vsix = path.join(root, `${name}-${version}.vsix`);
  return [...figures, { name: '.vsix', value: existsSync(vsix) ? asKilobytes(statSync(vsix).size) : 'not there', how: 'what is downloaded' }];
};
