import assert from 'node:assert/strict';
import type { GatewayClient } from '../../../../src/core/model/client';
import { fromUsd, zeroDollars } from '../../../../src/core/model/money';
import type { GatewayState, GatewayTrouble } from '../../../../src/core/ports/gateway';
import { connecting } from '../../../../src/vscode/gateway/connecting';
import { arm } from '../../../support/cards';
import { addressOf, clientRow, describeGateway, readLimit, readModels, type SpendingClient, stateText, tellMoved, tellTrouble, unknownModels } from '../../../../src/vscode/gateway/gatewayTexts';

const now = 1_800_000_000_000;
const client: GatewayClient = { id: 'one', name: 'Codex in app', tokenHash: 'hash', agent: 'codex', folder: '/projects/app', limit: fromUsd(2), createdAt: now, expiresAt: now + 1000 };
const spend = { spent: fromUsd(0.42), held: zeroDollars, calls: 3, unknownCalls: 0 };

/** `text` is the Markdown with what is escaped in it as it is read. */
function tooltip(state: GatewayState, running: number, agents: readonly SpendingClient[]): { readonly markdown: string; readonly text: string } {
  let markdown = '';
  describeGateway({ appendMarkdown: (value) => (markdown += value) }, state, running, agents);
  return { markdown, text: markdown.replaceAll(/\\([!-/:-@[-`{-~])/g, '$1') };
}

describe('what is told of the gateway', () => {
  const states: readonly [state: GatewayState, running: number, says: RegExp, address: string | undefined][] = [
    [{ kind: 'off' }, 0, /is off/, undefined],
    [{ kind: 'starting' }, 0, /is starting/, undefined],
    [{ kind: 'serving', port: 4815 }, 0, /listens at http:\/\/127\.0\.0\.1:4815\.$/, 'http://127.0.0.1:4815'],
    [{ kind: 'serving', port: 4815 }, 1, /writes 1 answer\.$/, 'http://127.0.0.1:4815'],
    [{ kind: 'serving', port: 4815 }, 3, /writes 3 answers\.$/, 'http://127.0.0.1:4815'],
    [{ kind: 'following', port: 4815 }, 0, /another window runs it/, 'http://127.0.0.1:4815'],
    [{ kind: 'stopping', port: 4815, running: 2 }, 2, /stopping; 2 answers/, undefined],
    [{ kind: 'failed', trouble: { kind: 'portTaken', port: 80 } }, 0, /Another program uses port 80/, undefined],
  ];
  for (const [state, running, says, address] of states) {
    it(`${state.kind}, ${running} running`, () => {
      assert.match(stateText(state, running), says);
      assert.equal(addressOf(state), address);
    });
  }

  it('a port that another program took', () => {
    const { sentence, buttons } = tellMoved(4815, 4816);
    assert.match(sentence, /uses port 4815, .* at port 4816 now\. .* tokens/);
    assert.deepEqual(buttons, ['clients', 'log']);
  });

  const troubles: readonly [trouble: GatewayTrouble, buttons: readonly string[]][] = [
    [{ kind: 'portTaken', port: 1 }, ['otherPort', 'again']],
    [{ kind: 'portRefused', port: 1 }, ['otherPort', 'again']],
    [{ kind: 'noToken', detail: 'locked' }, ['reload', 'log']],
    [{ kind: 'unexpected', detail: '[x](command:evil)' }, ['again', 'log']],
  ];
  for (const [trouble, buttons] of troubles) {
    it(`${trouble.kind}: a sentence and a way on`, () => {
      const told = tellTrouble(trouble);
      assert.deepEqual(told.buttons, buttons);
      assert.ok(!told.sentence.includes(']('), 'no link of others');
    });
  }
});

describe('the tooltip', () => {
  it('says where the gateway listens, what each agent has spent, and how to stop', () => {
    const { markdown, text } = tooltip({ kind: 'serving', port: 4815 }, 1, [{ client, spend }]);
    assert.match(text, /listens at http:\/\/127\.0\.0\.1:4815 and writes 1 answer\.\n\nCodex in app: \$0\.42 of \$2\.00 · 3 calls\n/);
    assert.match(markdown, /\[Stop\]\(command:farthing\.stopGateway\) · \[Copy address and token\]\(command:farthing\.copyGateway\)/);
  });

  it('never takes a name for Markdown', () => {
    const name = '[click](command:workbench.action.quit) $(alert)';
    const { markdown, text } = tooltip({ kind: 'serving', port: 4815 }, 0, [{ client: { ...client, name }, spend }]);
    assert.ok(!/[^\\]\](?:[^\\]?\(command:workbench)/.test(markdown), markdown);
    assert.ok(markdown.includes('\\[click\\] \\(command\\:workbench'));
    assert.ok(!markdown.includes('http://'), 'the address is no link');
    assert.ok(text.includes('[click] (command:workbench.action.quit)'));
  });

  it('names five agents and counts the rest', () => {
    const { text } = tooltip({ kind: 'following', port: 1 }, 0, Array.from({ length: 7 }, () => ({ client, spend })));
    assert.equal(text.match(/Codex in app/g)?.length, 5);
    assert.match(text, /and 2 more/);
  });

  it('offers to try again where it did not start', () => {
    assert.match(tooltip({ kind: 'failed', trouble: { kind: 'noToken', detail: '' } }, 0, []).markdown, /\[Try again\]\(command:farthing\.startGateway\)/);
  });
});

describe('unknownModels', () => {
  const arms = [arm({ model: 'gpt-5', provider: 'openai' }), arm({ model: 'opus', provider: 'anthropic' })];
  const rows: readonly [typed: string, unknown: readonly string[]][] = [
    ['', []],
    ['openai/*', []],
    ['OpenAI/gpt-5, anthropic/opus', []],
    ['gpt-9, anthropic/*', ['gpt-9']],
  ];
  for (const [typed, unknown] of rows) it(`of "${typed}"`, () => assert.deepEqual(unknownModels(typed, arms), unknown));
});

describe('a row of the list of clients', () => {
  const rows: readonly [what: string, one: SpendingClient, row: { readonly description?: string; readonly detail: string }][] = [
    ['an agent that runs', { client, spend }, { detail: '$0.42 of $2.00 · 3 calls · /projects/app' }],
    ['one that has ended', { client: { ...client, expiresAt: now }, spend }, { description: 'ended', detail: '$0.42 of $2.00 · 3 calls · /projects/app' }],
    ['without a limit, with models', { client: { id: 'x', name: 'x', tokenHash: '', createdAt: now, models: ['demo/*', 'openai/gpt-5'] }, spend: { ...spend, calls: 1, unknownCalls: 1 } }, { detail: '$0.42 · 1 call · 1 of unknown price · only demo/*, openai/gpt-5' }],
    ['whose spend cannot be read', { client, spend: undefined }, { detail: 'spend not known · /projects/app' }],
  ];
  for (const [what, one, row] of rows) {
    it(what, () => {
      assert.deepEqual(clientRow(one, now), { label: one.client.name, ...row });
    });
  }
});

describe('what a person types', () => {
  const limits: readonly [typed: string, limit: number | undefined | false][] = [
    ['', undefined],
    ['  ', undefined],
    ['2', 2_000_000_000],
    ['$0.50', 500_000_000],
    ['0,25', 250_000_000],
    ['0', 0],
    ['-1', false],
    ['two', false],
    ['1e3', false],
    ['0x10', false],
    ['Infinity', false],
    ['9999999', false],
    ['.', false],
  ];
  for (const [typed, limit] of limits) {
    it(`as a limit: ${JSON.stringify(typed)}`, () => {
      assert.equal(readLimit(typed), limit);
    });
  }

  it('as models: patterns with commas between', () => {
    assert.deepEqual([readModels(''), readModels(' , '), readModels('demo/*, openai/gpt-5')], [undefined, undefined, ['demo/*', 'openai/gpt-5']]);
  });
});

describe('what to paste to connect a client', () => {
  for (const { label, text } of connecting('http://127.0.0.1:4815')) {
    it(`${label}: the address, the place of the token, no token`, () => {
      assert.ok(text.includes('http://127.0.0.1:4815'));
      assert.ok(text.includes('FARTHING_GATEWAY_TOKEN'));
    });
  }
});
