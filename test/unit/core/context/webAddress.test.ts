import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { isPrivateIp, webAddress } from '../../../../src/core/context/webAddress';

describe('webAddress', () => {
  const good: readonly (readonly [typed: string, url: string, isPrivate: boolean])[] = [
    ['https://example.org/a?b=c#d', 'https://example.org/a?b=c', false],
    ['example.org/a', 'https://example.org/a', false],
    [' HTTP://EXAMPLE.org:8080 ', 'http://example.org:8080/', false],
    ['https://bücher.example/ü', 'https://xn--bcher-kva.example/%C3%BC', false],
    ['http://localhost:3000/', 'http://localhost:3000/', true],
    ['http://app.localhost', 'http://app.localhost/', true],
    ['http://printer', 'http://printer/', true],
    ['http://nas.local.', 'http://nas.local./', true],
    ['http://wiki.corp', 'http://wiki.corp/', true],
    ['http://127.1', 'http://127.0.0.1/', true],
    ['http://2130706433/', 'http://127.0.0.1/', true],
    ['http://0x7f.0.0.1/', 'http://127.0.0.1/', true],
    ['http://017700000001/', 'http://127.0.0.1/', true],
    ['http://169.254.169.254/latest', 'http://169.254.169.254/latest', true],
    ['http://[::1]/', 'http://[::1]/', true],
    ['http://[::ffff:10.0.0.1]/', 'http://[::ffff:a00:1]/', true],
    ['http://8.8.8.8/', 'http://8.8.8.8/', false],
    ['http://[2606:4700:4700::1111]/', 'http://[2606:4700:4700::1111]/', false],
  ];
  for (const [typed, url, isPrivate] of good) {
    it(typed, () => {
      const read = webAddress(typed);
      assert.deepEqual(read.ok && { url: read.url, isPrivate: read.isPrivate }, { url, isPrivate });
    });
  }

  const bad: readonly (readonly [typed: string, why: string])[] = [
    ['', 'notAnAddress'],
    ['how do I', 'notAnAddress'],
    ['file:///etc/passwd', 'notTheWeb'],
    ['javascript:alert(1)', 'notTheWeb'],
    ['data:text/html,x', 'notTheWeb'],
    ['vscode://x', 'notTheWeb'],
    ['https://me:secret@example.org', 'holdsPassword'],
    ['https://example.org@evil.example', 'holdsPassword'],
  ];
  for (const [typed, why] of bad) it(`${typed || 'nothing'}: ${why}`, () => assert.deepEqual(webAddress(typed), { ok: false, why }));

  it('follows an address that is relative to another', () => {
    for (const [to, url] of [['/b', 'https://example.org/b'], ['b.html', 'https://example.org/a/b.html'], ['//other.example/b', 'https://other.example/b'], ['other.example', 'https://example.org/a/other.example']] as const) {
      const read = webAddress(to, 'https://example.org/a/');
      assert.equal(read.ok && read.url, url);
    }
  });
});

describe('isPrivateIp', () => {
  const inside = ['0.0.0.0', '10.1.2.3', '127.0.0.1', '100.64.0.1', '100.127.255.255', '169.254.1.1', '172.16.0.1', '172.31.255.255', '192.168.0.1', '192.0.0.1', '192.0.2.1', '198.18.0.1', '198.51.100.1', '203.0.113.1', '224.0.0.1', '255.255.255.255', '::', '::1', '::7f00:1', '::ffff:127.0.0.1', '::ffff:0:127.0.0.1', '64:ff9b::10.0.0.1', '2002:7f00:1::', 'fe80::1', 'fe80::1%eth0', 'fc00::1', 'fd12::1', 'ff02::1', '2001:db8::1', '2001::1', '3fff::1', '100::1', '::zz', '1:2'];
  for (const ip of inside) it(`${ip} is of this machine or its network`, () => assert.equal(isPrivateIp(ip), true));
  const outside = ['8.8.8.8', '1.1.1.1', '100.63.0.1', '100.128.0.1', '172.15.0.1', '172.32.0.1', '192.169.0.1', '198.17.0.1', '2606:4700::1', '2a00:1450:4001:80b::200e', '::ffff:8.8.8.8', '64:ff9b::8.8.8.8', '2002:808:808::', 'example.org'];
  for (const ip of outside) it(`${ip} is not`, () => assert.equal(isPrivateIp(ip), false));
});
