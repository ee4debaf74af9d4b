import assert from 'node:assert/strict';
import { outboundUrlProblem } from '../../../src/shared/outboundUrl';
import { inForce } from '../../../src/shared/settings';

const good = ['https://ci.example/hook?team=7', 'https://10.0.0.7:8443/x', 'http://127.0.0.1:4318', 'http://127.1.2.3/', 'http://[::1]:4318', 'http://localhost:9/hook'];
const bad: readonly (readonly [string, RegExp])[] = [
  ['', /no address/],
  ['ci.example/hook', /no address/],
  ['http://ci.example/hook', /only this machine/],
  ['http://10.0.0.7/', /only this machine/],
  ['http://127.0.0.1.evil.example/', /only this machine/],
  ['http://localhost.evil.example/', /only this machine/],
  ['http://127.0.0.1@evil.example/', /password/],
  ['https://user:secret@ci.example/', /password/],
  ['https://ci.example/#x', /never sent/],
  ['file:///etc/passwd', /https/],
  ['ftp://ci.example/', /https/],
];

describe('an address that is sent to', () => {
  for (const url of good) it(`may be ${url}`, () => assert.equal(outboundUrlProblem(url), undefined));
  for (const [url, why] of bad) it(`may not be ${url || 'empty'}`, () => assert.match(outboundUrlProblem(url) ?? '', why));
});

describe('the settings of what is sent out', () => {
  const hook = { url: 'https://ci.example/', events: ['task.finished'], secretName: 'ci' };
  const wrong: readonly (readonly [unknown, string])[] = [
    [[{ ...hook, url: 'http://ci.example/' }], '.0.url'],
    [[hook, { ...hook, events: [] }], '.1.events'],
    [[{ ...hook, events: ['everything'] }], '.0.events.0'],
    [[{ ...hook, secretName: 'a secret' }], '.0.secretName'],
    [[{ ...hook, secret: 'in the settings' }], '.0'],
    [Array.from({ length: 21 }, () => hook), ''],
  ];
  for (const [user, field] of wrong) {
    it(`refuse ${JSON.stringify(user).slice(0, 90)} by its field`, () => {
      const { value, disregarded } = inForce('webhooks', { user, folder: [] });
      assert.deepEqual(value, []);
      assert.deepEqual(disregarded.map((one) => one.why === 'invalid' && one.field), [field]);
    });
  }

  it('are taken from the person alone: nothing of a folder counts', () => {
    assert.deepEqual(inForce('webhooks', { user: undefined, folder: [[hook]] }), { value: [], byVariable: false, disregarded: [{ why: 'looser' }] });
    assert.equal(inForce('telemetry.content', { user: false, folder: [true], variable: 'true', variableOfFolder: true }).value, false);
    assert.deepEqual(inForce('telemetry.otlpUrl', { user: 'http://127.0.0.1:4318', folder: ['https://evil.example', ''] }).value, 'http://127.0.0.1:4318');
    // What runs in a container is said by its folder.
    assert.equal(inForce('telemetry.otlpUrl', { user: '', folder: [], variable: 'https://evil.example', variableOfFolder: true }).value, '');
  });

  it('say what is wrong with an address in words', () => {
    const [one] = inForce('telemetry.otlpUrl', { user: 'http://ci.example', folder: [] }).disregarded;
    assert.match(one?.why === 'invalid' ? one.message : '', /only this machine/);
  });
});
