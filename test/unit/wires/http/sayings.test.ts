import assert from 'node:assert/strict';
import { lastingWords, networkWords, unsupportedWords } from '../../../../src/wires/http/sayings';

function check(pattern: RegExp, words: string, expected: boolean): void {
  it(words, () => assert.equal(pattern.test(words), expected));
}

describe('lastingWords', () => {
  check(lastingWords, 'llama runner process has terminated: exit status 2', true);
  check(lastingWords, 'model requires more system memory (12.1 GiB) than is available (7.8 GiB)', true);
  check(lastingWords, 'CUDA error: out of memory', true);
  check(lastingWords, 'unable to load model: /models/blobs/sha256-1', true);
  check(lastingWords, 'boom', false);
  check(lastingWords, 'The server had an error while processing your request. Sorry about that!', false);
});

describe('unsupportedWords', () => {
  check(unsupportedWords, "Unsupported parameter: 'max_tokens' is not supported with this model.", true);
  check(unsupportedWords, '"m" does not support tools', true);
  check(unsupportedWords, 'foo: Extra inputs are not permitted', true);
  check(unsupportedWords, 'Unrecognized request argument supplied: reasoning', true);
  check(unsupportedWords, 'This model supports at most 16384 completion tokens', true);
  check(unsupportedWords, 'Invalid value: messages', false);
  check(unsupportedWords, 'model is required', false);
  check(unsupportedWords, 'tools: field required', false);
});

describe('networkWords', () => {
  check(networkWords, 'max retries exceeded: EOF', true);
  check(networkWords, 'pull model manifest: Get "https://registry.ollama.ai/v2/": dial tcp: lookup registry.ollama.ai: no such host', true);
  check(networkWords, 'digest mismatch, file must be downloaded again', false);
});
