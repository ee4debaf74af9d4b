import assert from 'node:assert/strict';
import path from 'node:path';
import { windowUrl } from '../../scripts/codeServer.mjs';
import { root } from '../../scripts/node24.mjs';
import { answerEnd, ask, booksOnDisk } from '../support/asking';
import { useWorkbench } from '../support/workbench';

describe('the editor\'s own models', () => {
  const workbench = useWorkbench({ extension: path.join(root, 'test/fixtures/testModels'), settings: { 'farthing.editorModels.enabled': true, 'farthing.models.pinned': 'editor/private/secret' } });

  // Only with this may the extension have a model that is asked with consent.
  before(async function openWithProposals() {
    this.timeout(60_000);
    const { window, folder } = workbench();
    await window.page.goto(windowUrl(new URL(window.page.url()).origin, folder, [['enableProposedApi', 'true']]));
    await window.waitUntilShown();
    await window.waitForFarthing();
  });

  it('are asked when the person allows it, and cost nothing more than the subscription', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await ask(window, 'Hello there');
    await window.dialog.filter({ hasText: 'wants to access the language models provided by Test Models' }).waitFor();
    await window.screenshot('editor model consent');
    await window.answerDialog('Cancel');
    const refused = await answerEnd(window);
    assert.match(await refused.innerText(), /You have not allowed Farthing to use private\/secret in the editor/);

    await refused.getByRole('button', { name: 'Try again' }).click();
    await window.answerDialog('Allow');
    await window.chat.getByText(/^Heard 2: .* user: Hello there$/).first().waitFor();
    const answer = await answerEnd(window);
    await window.screenshot('editor model answer');
    assert.match(await answer.innerText(), /included/);
    assert.deepEqual(booksOnDisk(workbench()).calls.map(({ arm, outcome, amount }) => [arm, outcome, amount]), [['editor/private/secret', 'failed', 0], ['editor/private/secret', 'complete', 0]]);
  });
});
