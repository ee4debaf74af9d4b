import assert from 'node:assert/strict';
import { builtInProviders, editorProvider, ollamaProvider, openAiCompatible } from '../../../../src/core/providers/definitions';
import { askableProviders, endpointOf, findProvider, providerStates, type RegistryInput } from '../../../../src/core/providers/registry';

const open = openAiCompatible({ id: 'open', name: 'Open', baseUrl: 'http://localhost:1234/v1', auth: 'none', local: true });
const locked = openAiCompatible({ id: 'locked', name: 'Locked', baseUrl: 'https://models.example/v1', auth: 'bearer', local: false });

describe('askableProviders', () => {
  const rows: readonly (readonly [string, RegistryInput, readonly string[]])[] = [
    ['nobody without keys', { custom: [], demo: false, withKey: [] }, []],
    ['those with a key, in the order of the list', { custom: [], demo: false, withKey: ['groq', 'openai'] }, ['openai', 'groq']],
    ['a server without auth at once', { custom: [open, locked], demo: false, withKey: [] }, ['open']],
    ['a custom server with its key', { custom: [open, locked], demo: false, withKey: ['locked'] }, ['open', 'locked']],
    ['only the demo in demo mode', { custom: [open], demo: true, withKey: ['openai'] }, ['demo']],
    ['a provider with a switch that is on', { custom: [], demo: false, withKey: [], switches: { 'ollama.enabled': true } }, ['ollama']],
    ['no provider with a switch that is off', { custom: [], demo: false, withKey: ['ollama'], switches: { 'ollama.enabled': false } }, []],
    ['the editor\'s models when they are switched on', { custom: [], demo: false, withKey: [], switches: { 'editorModels.enabled': true } }, ['editor']],
    ['no local provider in demo mode', { custom: [], demo: true, withKey: [], switches: { 'ollama.enabled': true } }, ['demo']],
    ['nobody for a key of an unknown provider', { custom: [], demo: false, withKey: ['gone'] }, []],
  ];
  for (const [name, input, expected] of rows) {
    it(`is ${name}`, () => assert.deepEqual(askableProviders(input).map((provider) => provider.id), expected));
  }
});

describe('providerStates', () => {
  it('lists everybody, also who cannot be asked', () => {
    const others = [...builtInProviders, ollamaProvider, editorProvider].map(({ id }) => id);
    const idsOf = (input: RegistryInput) => providerStates(input).map(({ provider }) => provider.id);
    assert.deepEqual(idsOf({ custom: [open], demo: false, withKey: [] }), [...others, 'open']);
    assert.deepEqual(idsOf({ custom: [], demo: true, withKey: [] }), [...others, 'demo']);
  });
});

describe('findProvider', () => {
  it('finds built-in, custom and demo', () => {
    assert.equal(findProvider({ custom: [], demo: false }, 'xai')?.name, 'xAI');
    assert.equal(findProvider({ custom: [open], demo: false }, 'open'), open);
    assert.equal(findProvider({ custom: [], demo: false }, 'demo'), undefined);
    assert.equal(findProvider({ custom: [], demo: true }, 'demo')?.realm, 'demo');
  });
});

describe('endpointOf', () => {
  it('is the definition and its address', () => assert.deepEqual(endpointOf(open), { provider: open, baseUrl: open.baseUrl }));
});
