import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { useWorkbench } from '../support/workbench';

const secret = 'not-a-real-key';
const roo = {
  providerProfiles: {
    currentApiConfigName: 'Broker',
    apiConfigs: {
      Broker: { apiProvider: 'openrouter', openRouterApiKey: secret, openRouterModelId: 'a/b' },
      'Team server': { apiProvider: 'openai', openAiBaseUrl: 'https://llm.example/v1', openAiApiKey: secret, openAiModelId: 'big' },
      Cloud: { apiProvider: 'bedrock', awsSecretKey: secret },
    },
  },
};

describe('importing providers', () => {
  const workbench = useWorkbench({ files: { 'roo.json': JSON.stringify(roo), 'notes.yaml': 'name: nothing\nmodels: none\n' } });

  it('shows what would be added, adds what is chosen, takes no key, and asks for the keys', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.waitForFarthing();
    await window.command('Farthing: Import Providers from Roo Code or Continue');
    await window.pick('roo.json');
    await window.quickRow('Team server').waitFor();
    await window.screenshot('import providers');
    const shown = await window.quickInput.innerText();
    for (const text of ['Import from Roo Code', 'OpenRouter', 'llm.example', 'big']) assert.ok(shown.includes(text), `${text} is in:\n${shown}`);
    assert.ok(!shown.includes(secret));
    await window.page.keyboard.press('Enter');
    await window.toast('2 providers were taken over').waitFor();
    const settings = readFileSync(path.join(workbench().profile.directory, 'user/User/settings.json'), 'utf8');
    assert.match(settings, /"baseUrl": "https:\/\/llm\.example\/v1"/);
    assert.ok(!settings.includes(secret));
    await window.toast('taken over').getByRole('button', { name: 'Set their keys' }).click();
    await window.quickRow('Sign in with the browser').waitFor();
    await window.page.keyboard.press('Escape');
    await window.quickInput.getByText('API key for Team server').waitFor();
    await window.page.keyboard.press('Escape');
  });

  it('says what it wants when a file is something else', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.command('Farthing: Import Providers from Roo Code or Continue');
    await window.pick('notes.yaml');
    await window.toast('neither an export of Roo Code').waitFor();
  });
});
