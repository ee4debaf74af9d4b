import assert from 'node:assert/strict';
import path from 'node:path';
import { root } from '../../scripts/node24.mjs';
import { booksOnDisk, editorRemembers, smallDemo } from '../support/asking';
import { startReceiver } from '../support/receiver';
import { useWorkbench } from '../support/workbench';

/** The PATH that terminals have; that of the editor is what a login shell of this machine says. */
function pathWith(rest: string): { readonly PATH: string } {
  return { PATH: [path.join(root, 'test/fixtures/standInAgents'), path.dirname(process.execPath), rest].join(path.delimiter) };
}

describe('an agent in a terminal', () => {
  // Drawn as elements of the page, so that it can be read.
  const settings = { ...smallDemo, 'terminal.integrated.gpuAcceleration': 'off', 'farthing.gateway.agents.allTerminals': true, 'terminal.integrated.env.linux': pathWith('${env:PATH}'), 'terminal.integrated.env.osx': pathWith('${env:PATH}') };
  const workbench = useWorkbench({ settings });
  let receiver: Awaited<ReturnType<typeof startReceiver>>;
  before(async () => void (receiver = await startReceiver()));
  after(() => receiver.stop());

  async function terminalText(): Promise<string> {
    const rows = await workbench().window.page.locator('.terminal-wrapper.active .xterm-rows > div').allTextContents();
    return rows.join('\n').replaceAll('\u00a0', ' ');
  }

  async function isRefused(): Promise<boolean> {
    return /402: What this client may spend/.test((await terminalText()).replaceAll('\n', ''));
  }

  async function type(line: string): Promise<void> {
    const { window } = workbench();
    await window.page.locator('.terminal-wrapper.active .xterm textarea').focus();
    await window.page.keyboard.type(line);
    await window.page.keyboard.press('Enter');
  }

  it('is found with its version, and started with what leads it to the gateway', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await window.waitForFarthing();
    await window.command('Farthing: Run Agent in Terminal…');
    await window.quickRow('Claude Code').filter({ hasText: '2.1.4' }).waitFor();
    await window.quickRow('Codex').filter({ hasText: 'npm install -g @openai/codex' }).waitFor();
    await window.screenshot('agents found');
    await window.pick('Claude Code');
    await window.quickRow('auto:quality').waitFor();
    await window.screenshot('agent model');
    await window.pick('chosen for each turn');
    await window.quickInput.getByText('The most that this run may cost').waitFor();
    await window.fillQuickInput('0.5');
    await window.dialog.getByText('Start the gateway?').waitFor();
    await window.screenshot('agent asks for the gateway');
    await window.answerDialog('Start Gateway');
    await window.waitUntil(async () => /set: [\s\S]*arguments: \d[\s\S]*>$/.test((await terminalText()).trimEnd()), 'the agent to start');
    const text = (await terminalText()).replaceAll('\n', '');
    for (const name of ['ANTHROPIC_BASE_URL', 'ANTHROPIC_AUTH_TOKEN', 'ANTHROPIC_MODEL', 'ANTHROPIC_DEFAULT_HAIKU_MODEL']) assert.ok(text.includes(name), text);
    assert.ok(text.includes('arguments: 0'), 'nothing on the command line');
  });

  it('is answered, with its spend in the tooltip and its purpose in the books', async () => {
    const { window } = workbench();
    await type('hello');
    await window.waitUntil(async () => (await terminalText()).includes('200: '), 'the answer in the terminal');
    await window.screenshot('agent in terminal');
    await window.hover(await window.waitForFarthing(), /Claude Code in workspace: \$0\.0\d+ of \$0\.50 · 1 call/);
    await window.screenshot('agent tooltip');
    await window.restMouse();
    assert.deepEqual(booksOnDisk(workbench()).calls.map(({ purpose }) => purpose), ['agent:claude-code']);
  });

  it('is refused past the limit of its run', async () => {
    const { window } = workbench();
    await window.command('Farthing: Gateway Clients…');
    await window.pick('Claude Code in workspace');
    await window.pick('Change its limit');
    await window.fillQuickInput('0');
    // Asked one at a time until the limit counts, so that the refusal stays in sight.
    await window.waitUntil(async () => {
      if (await isRefused()) return true;
      if ((await terminalText()).trimEnd().endsWith('\n>')) await type('hello again');
      return false;
    }, 'the refusal in the terminal');
    await window.screenshot('agent refused');
    const paid = booksOnDisk(workbench()).calls.filter(({ amount }) => (amount ?? 0) > 0);
    assert.ok(paid.length >= 1 && paid.every(({ purpose }) => purpose === 'agent:claude-code'));
  });

  it('outlives its window being loaded again; ends with its terminal, and what it spent stays', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await window.waitUntil(() => editorRemembers(window, 'workbench.panel.hidden=false'), 'VS Code to write down that the terminal is open');
    await window.reload();
    await window.waitForFarthing();
    await window.waitUntil(isRefused, 'the terminal to be back');
    // The item is there before the gateway has come up again.
    await window.hover(await window.waitForFarthing(), 'Claude Code in workspace');
    await window.restMouse();
    await window.replaceSettings({ ...settings, 'farthing.gateway.enabled': true, 'farthing.webhooks': [{ url: `${receiver.url}/hook`, events: ['agent.finished'], secretName: 'ci' }] });
    await window.toast('there is no secret of this name').getByRole('button', { name: 'Set Secret' }).click();
    await window.pick('Make a new one and copy it');
    await window.toast('A new secret ci is kept and in the clipboard').waitFor();
    await type('exit');
    await window.page.locator('.terminal-wrapper.active .xterm').waitFor({ state: 'detached' });
    await window.waitUntil(async () => {
      await window.command('Farthing: Gateway Clients…');
      await window.quickRow('Claude Code in workspace').waitFor();
      const row = await window.quickRow('Claude Code in workspace').innerText();
      await window.page.keyboard.press('Escape');
      return row.includes('ended') && /\$0\.0\d+/.test(row);
    }, 'the client to have ended');
    await receiver.has(1);
    const { type: event, data } = JSON.parse(receiver.received[0]?.body ?? '{}');
    assert.partialDeepStrictEqual({ event, data }, { event: 'agent.finished', data: { agent: 'claude-code', folder: 'workspace' } });
    assert.ok(data.calls > 0 && data.cost.nanoUsd > 0 && data.totalMs > 0);
  });

  it('that is started by hand goes through the gateway as well, once the person wants that for all terminals', async function () {
    this.timeout(40_000);
    const { window } = workbench();
    await window.command('Terminal: Create New Terminal');
    await window.page.locator('.terminal-wrapper.active .xterm').waitFor();
    await type('echo "[$ANTHROPIC_BASE_URL] [${#ANTHROPIC_AUTH_TOKEN}]"');
    await window.waitUntil(async () => /\[http:\/\/127\.0\.0\.1:\d+\] \[52\]/.test(await terminalText()), 'the address in a terminal of any kind');
    await window.screenshot('all terminals');
    await window.command('Farthing: Gateway Clients…');
    await window.quickRow('All terminals').waitFor();
    await window.page.keyboard.press('Escape');
  });
});
