import assert from 'node:assert/strict';
import { answerEnd, ask, booksOnDisk, lastAnswer, newChat } from '../support/asking';
import { useWorkbench } from '../support/workbench';

const question = 'What does the salary table mean?';

describe('classifiers of one\'s own', () => {
  const workbench = useWorkbench({
    settings: {
      'farthing.demo.enabled': true,
      'farthing.classifiers': [
        { label: 'payroll', rule: { pattern: 'salary|payslip' }, effect: { tier: 'complex' } },
        { label: 'shader', examples: ['write a fragment shader for a water surface', 'my vertex shader flickers on Metal', 'port this GLSL shader to WGSL'] },
      ],
    },
  });

  it('are shown with what a prompt gets, while it is typed', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await window.waitForFarthing();
    await window.command('Farthing: Show How a Prompt Is Judged…');
    await window.fillQuickInput(question, { accept: false });
    await window.quickRow(/Classifier “payroll”.*its text fits “salary\|payslip”; sets tier complex/).waitFor();
    await window.quickRow(/Tier.*complex/).waitFor();
    await window.quickRow(/Balanced \(now\).*Demo Large at Demo/).waitFor();
    await window.screenshot('how a prompt is judged', window.quickInput);
    await window.fillQuickInput('my fragment shader is black', { accept: false });
    await window.quickRow(/Classifier “shader”.*it is like your example/).waitFor();
    await window.fillQuickInput('rename this variable', { accept: false });
    await window.quickRow(/none of your 2 fits/).waitFor();
    await window.fillQuickInput(question);
    const page = window.page.frameLocator('iframe.webview[src*="markdown-language-features"]').frameLocator('iframe#active-frame');
    await page.getByRole('heading', { name: 'How this prompt is judged' }).waitFor();
    await page.getByText('Classifier “payroll”').first().waitFor();
    await window.screenshot('how a prompt is judged, as a page');
    await window.closeEditor();
    await window.page.locator('iframe.webview[src*="markdown-language-features"]').waitFor({ state: 'detached' });
    // What was typed is there to go on from.
    await window.command('Farthing: Show How a Prompt Is Judged…');
    await window.quickRow(/Classifier “payroll”/).waitFor();
    // The editor's list shows no rows for what is very long, and is told of it only while it is empty.
    await window.fillQuickInput('', { accept: false });
    await window.quickRow(/Classifier “payroll”/).waitFor({ state: 'detached' });
    await window.fillQuickInput(`What is the salary in this? ${'const a = f(b);'.repeat(2_500)}`, { accept: false });
    await page.getByText('its text fits “salary|payslip”').waitFor();
    await window.closeEditor();
  });

  it('change who is asked, and the answer says so', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await newChat(window);
    await ask(window, question);
    await answerEnd(window);
    assert.equal(booksOnDisk(workbench()).calls.at(-1)?.arm, 'demo/demo-large');
    await lastAnswer(window.chat).getByText('Why this model').click();
    await lastAnswer(window.chat).getByText(/Matches your classifier “payroll”/).first().waitFor();
    await window.screenshot('why this model, by a classifier');
  });
});
