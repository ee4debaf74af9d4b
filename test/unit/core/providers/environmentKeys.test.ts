import assert from 'node:assert/strict';
import { builtInProviders } from '../../../../src/core/providers/definitions';
import { findKeys, readFoundKey } from '../../../../src/core/providers/environmentKeys';
import type { KeySource } from '../../../../src/core/ports/keySources';

// Joined here so that no file holds what looks like a key.
const fake = (prefix: string) => `${prefix}${'0123456789abcdef'.repeat(2)}`;

describe('findKeys', () => {
  const environment: KeySource = { where: 'environment', values: { OPENAI_API_KEY: fake('sk-'), PATH: '/usr/bin', GOOGLE_API_KEY: fake('AIza') } };
  const file: KeySource = { where: '.env', values: { OPENAI_API_KEY: fake('sk-other'), GROQ_API_KEY: ` ${fake('gsk_')} ` } };

  it('finds one a provider, the environment before the file', () => {
    assert.deepEqual(findKeys(builtInProviders, [environment, file]), [
      { provider: 'openai', variable: 'OPENAI_API_KEY', where: 'environment' },
      { provider: 'groq', variable: 'GROQ_API_KEY', where: '.env' },
      { provider: 'google', variable: 'GOOGLE_API_KEY', where: 'environment' },
    ]);
  });

  it('never says the key', () => {
    assert.doesNotMatch(JSON.stringify(findKeys(builtInProviders, [environment, file])), /0123456789abcdef/);
  });

  const notKeys = ['', '   ', 'short', '${OPENAI_API_KEY}', '$OPENAI_API_KEY_FROM_VAULT', 'your-api-key-goes-here', 'sk-xxxxxxxxxxxxxxxxxxxxxxxx', '<put your key here please>', 'two words are no key at all', 'changeme-changeme-changeme'];
  for (const value of notKeys) {
    it(`does not offer ${JSON.stringify(value)}`, () => assert.deepEqual(findKeys(builtInProviders, [{ where: 'environment', values: { OPENAI_API_KEY: value } }]), []));
  }
});

describe('readFoundKey', () => {
  const found = { provider: 'groq', variable: 'GROQ_API_KEY', where: '.env' };

  it('reads the key again, trimmed', () => assert.equal(readFoundKey(found, [{ where: '.env', values: { GROQ_API_KEY: ` ${fake('gsk_')}\n` } }]), fake('gsk_')));
  it('is undefined when it is gone', () => assert.equal(readFoundKey(found, [{ where: '.env', values: {} }]), undefined));
  it('does not take another place', () => assert.equal(readFoundKey(found, [{ where: 'environment', values: { GROQ_API_KEY: fake('gsk_') } }]), undefined));
});
