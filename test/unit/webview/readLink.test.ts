import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { type LinkView, readLink } from '../../../webview-ui/chat/markdown/readLink';

const open = (url: string, warning?: string): LinkView => (warning === undefined ? { kind: 'open', url } : { kind: 'open', url, warning });
const text = (address: string): LinkView => ({ kind: 'text', address });

describe('readLink', () => {
  const rows: readonly (readonly [href: string, label: string, expected: LinkView])[] = [
    ['https://ok.example/a?b=1&amp;c=2', 'the docs', open('https://ok.example/a?b=1&c=2')],
    ['http://ok.example', 'http://ok.example', open('http://ok.example/')],
    ['https://docs.ok.example/x', 'ok.example', open('https://docs.ok.example/x')],
    ['https://ok.example/main.go', 'main.go', open('https://ok.example/main.go')],
    ['https://evil.example', 'https://github.com', open('https://evil.example/', 'https://evil.example')],
    ['https://evil.example', 'see github.com', open('https://evil.example/', 'https://evil.example')],
    ['https://github.com@evil.example/', 'x', open('https://github.com@evil.example/', 'https://evil.example')],
    ['http://127.0.0.1:3000/api/delete', 'x', open('http://127.0.0.1:3000/api/delete', 'http://127.0.0.1:3000')],
    ['http://2130706433/', 'x', open('http://127.0.0.1/', 'http://127.0.0.1')],
    ['http://[::1]/', 'x', open('http://[::1]/', 'http://[::1]')],
    ['https://аррӏе.com/', 'x', open('https://xn--80ak6aa92e.com/', 'https://xn--80ak6aa92e.com')],
    ['mailto:a@ok.example', 'a@ok.example', open('mailto:a@ok.example')],
    ['mailto:a@evil.example?body=SECRET', 'x', open('mailto:a@evil.example?body=SECRET', 'mailto:a@evil.example?body=SECRET')],
    ['javascript:alert(1)', 'x', text('javascript:alert(1)')],
    ['JaVaScRiPt:alert(1)', 'x', text('JaVaScRiPt:alert(1)')],
    ['java\tscript:alert(1)', 'x', text('java\tscript:alert(1)')],
    ['&#106;avascript:alert(1)', 'x', text('javascript:alert(1)')],
    ['command:farthing.setApiKey', 'x', text('command:farthing.setApiKey')],
    ['vscode://a.b/c', 'x', text('vscode://a.b/c')],
    ['file:///etc/passwd', 'x', text('file:///etc/passwd')],
    ['data:text/html,x', 'x', text('data:text/html,x')],
    ['//evil.example/x', 'x', text('//evil.example/x')],
    ['src/app.ts', 'app', text('src/app.ts')],
    ['', 'x', text('')],
  ];
  for (const [href, label, expected] of rows) {

    it(`${href} as ${label}`, () => assert.deepEqual(readLink(href, label), expected));
  }

  it('names the place behind a host with a look-alike slash, or does not open it', () => {
    const link = readLink('https://evil.example\u2044github.com', 'x');
    assert.ok(link.kind === 'text' || link.warning?.includes('xn--'));
  });
});
