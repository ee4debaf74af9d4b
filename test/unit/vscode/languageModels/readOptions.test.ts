import assert from 'node:assert/strict';
import { readOptions } from '../../../../src/vscode/languageModels/readOptions';

const tool = { name: 'read', description: 'Reads.', inputSchema: { type: 'object', properties: { path: { type: 'string' } } } };
const ours = { name: 'read', description: 'Reads.', parameters: tool.inputSchema };
/** As the editor's enum has them. */
const modes = { auto: 1, required: 2 } as const;

describe('readOptions', () => {
  const rows: readonly [string, Parameters<typeof readOptions>[0], unknown][] = [
    ['nothing', {}, {}],
    ['tools', { tools: [tool], toolMode: modes.auto }, { tools: [ours] }],
    ['tools that must be called', { tools: [tool], toolMode: modes.required }, { tools: [ours], toolChoice: 'required' }],
    ['no duty to call a tool where there is none', { toolMode: modes.required }, {}],
    ['a tool that takes nothing', { tools: [{ name: 'now', description: '' }] }, { tools: [{ name: 'now', description: '', parameters: { type: 'object', properties: {} } }] }],
    ['how to draw the answer', { modelOptions: { temperature: 0, top_p: 0.9, seed: 7, stop: 'END' } }, { sampling: { temperature: 0, topP: 0.9, stop: ['END'], seed: 7 } }],
    ['how long it may be', { modelOptions: { max_tokens: 100 } }, { maxOutputTokens: 100 }],
    ['what others mean by options, not at all', { modelOptions: { thinking: true, temperature: null } }, {}],
  ];
  for (const [name, options, value] of rows) it(`reads ${name}`, () => assert.deepEqual(readOptions(options), { ok: true, value }));

  const bad: readonly [string, Readonly<Record<string, unknown>>][] = [['temperature', { temperature: 'hot' }], ['temperature', { temperature: 3 }], ['top_p', { top_p: -1 }], ['max_tokens', { max_tokens: 0 }], ['seed', { seed: 0.5 }]];
  for (const [field, modelOptions] of bad) {
    it(`names ${field} of ${JSON.stringify(modelOptions)}`, () => {
      const read = readOptions({ modelOptions });
      assert.ok(!read.ok && read.problem.startsWith(`modelOptions.${field}: `), JSON.stringify(read));
    });
  }
});
