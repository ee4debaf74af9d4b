import assert from 'node:assert/strict';
import type { Citation } from '../../../../src/core/model/ask';
import { Citations } from '../../../../src/wires/http/citations';
import { readCitations } from '../../../../src/wires/http/readCitations';

function check(name: string, lists: readonly unknown[], expected: readonly Citation[]): void {
  it(name, () => assert.deepEqual(readCitations(...lists), expected));
}

const a = 'https://a.example';

describe('readCitations', () => {
  check('Perplexity, xAI: addresses', [[a, 'https://b.example/x']], [{ url: a }, { url: 'https://b.example/x' }]);
  check('Perplexity: results', [[{ title: 'A', url: a, date: '2026-01-01' }]], [{ url: a, title: 'A' }]);
  check('OpenAI, OpenRouter: annotations', [[{ type: 'url_citation', url_citation: { url: a, title: 'A', start_index: 0 } }]], [{ url: a, title: 'A' }]);
  check('Anthropic, Responses: the fields themselves', [[{ type: 'web_search_result_location', url: a, title: 'A', cited_text: 'x' }]], [{ url: a, title: 'A' }]);
  check('several lists', [undefined, [a], null, [{ url: 'http://c.example' }]], [{ url: a }, { url: 'http://c.example' }]);
  check('what is no web address', [['javascript:alert(1)', 'command:x', 'file:///etc/passwd', '', 3, null, {}, { url: 'not one' }]], []);
  check('addresses with a name before the host', [['https://bank.example@evil.example/', 'https://me:secret@a.example/']], []);
  check('addresses that read otherwise than they are', [['ht\ntps://a.example/x', ' https://a.example/y', 'https:a.example/z', 'https://a.example\\@b.example', 'https://a.example/\u202egpj']], ['/x', '/y', '/z', '/@b.example', '/%E2%80%AEgpj'].map((path) => ({ url: `https://a.example${path}` })));
  check('an address of nothing but spaces', [[`https://a.example/${'\t'.repeat(100_000)}x`]], [{ url: 'https://a.example/x' }]);
  check('letters of every alphabet', [['https://de.example/wiki/Größe']], [{ url: 'https://de.example/wiki/Größe' }]);
  check('what is no list', ['https://a.example', 7, {}], []);
  check('a title of another type', [[{ url: a, title: 3 }]], [{ url: a }]);
  check('too many', [Array.from({ length: 500 }, () => a)], Array.from({ length: 50 }, () => ({ url: a })));
});

describe('Citations', () => {
  it('keeps each source once, in order, with the title that comes later', () => {
    const citations = new Citations();
    citations.add([{ url: a }, { url: 'https://b.example' }]);
    citations.add([{ url: a, title: 'A' }]);
    citations.add([{ url: a, title: 'Another' }]);
    assert.deepEqual(citations.field, { citations: [{ url: a, title: 'A' }, { url: 'https://b.example' }] });
  });

  it('is no field without any', () => assert.deepEqual(new Citations().field, {}));
});
