import assert from 'node:assert/strict';
import { AxeBuilder } from '@axe-core/playwright';
import { answerEnd, ask, lastAnswer, newChat, openComposer, smallDemo } from '../support/asking';
import { type Theme, useWorkbench, type Window } from '../support/workbench';

const themes: readonly Theme[] = ['dark', 'light', 'highContrast', 'highContrastLight'];
const themeKinds = { dark: 'vscode-dark', light: 'vscode-light', highContrast: 'vscode-high-contrast', highContrastLight: 'vscode-high-contrast-light' } as const;
const question = 'Write a function in TypeScript that removes duplicates, and compare two ways in a table';

/** What keeps people out, as axe finds it in the page inside VS Code; one line a finding. */
async function violations(window: Window): Promise<string[]> {
  // The page is transparent: what is behind it is the side bar, which cannot be seen from inside its frame.
  await window.chat.locator('body').evaluate((body) => {
    body.style.background = 'var(--vscode-sideBar-background)';
  });
  const { violations: found } = await new AxeBuilder({ page: window.page })
    .include(['iframe.webview.ready', 'iframe#active-frame', '#root'])
    .withTags(['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'])
    // The page is a part of the workbench, which has the landmarks and the first heading.
    .disableRules(['region', 'page-has-heading-one', 'landmark-one-main'])
    .analyze();
  return found.flatMap(({ id, nodes }) => nodes.map((node) => `${id}: ${node.html.slice(0, 200)} ${node.any.map(({ message }) => message).join(' ')}`));
}

/** What sticks out of the page to the side, or of the window. */
function overflow(window: Window): Promise<string[]> {
  return window.chat.locator('body').evaluate((body) => {
    const width = body.ownerDocument.documentElement.clientWidth;
    const scrolls = (element: Element): boolean => {
      for (let one: Element | null = element; one !== null; one = one.parentElement) if (getComputedStyle(one).overflowX !== 'visible') return true;
      return false;
    };
    return [...body.querySelectorAll('*')]
      .filter((element) => element.getBoundingClientRect().right > width + 1 && element.getBoundingClientRect().width > 0 && (element.parentElement === null || !scrolls(element.parentElement)))
      .map((element) => element.outerHTML.slice(0, 120));
  });
}

async function makeWide(window: Window, width: number): Promise<void> {
  await window.setSideBarWidth(width);
  await openComposer(window);
  await window.waitUntil(async () => Math.abs((await window.chat.locator('body').evaluate((body) => body.clientWidth)) - width) < 60, 'the page to be as wide');
}

describe('the chat in every theme', () => {
  const workbench = useWorkbench({ settings: smallDemo });
  before(async function answer() {
    this.timeout(60_000);
    const { window } = workbench();
    await newChat(window);
    await ask(window, question);
    await answerEnd(window);
    await lastAnswer(window.chat).getByText('Why this model').click();
    await lastAnswer(window.chat).locator('.why').waitFor();
  });

  for (const theme of themes) {
    it(`${theme}: can be read and used, narrow and wide`, async function () {
      this.timeout(90_000);
      const { window } = workbench();
      await window.setTheme(theme);
      // The page hears of it from the window.
      await window.chat.locator(`body[data-vscode-theme-kind="${themeKinds[theme]}"]`).waitFor();
      for (const width of [300, 500]) {
        await makeWide(window, width);
        await window.chat.locator('.messages').evaluate((element) => {
          element.scrollTop = 0;
        });
        await window.screenshot(`theme ${theme} ${width} top`);
        await window.chat.locator('.messages').evaluate((element) => {
          element.scrollTop = element.scrollHeight;
        });
        await window.screenshot(`theme ${theme} ${width} end`);
        assert.deepEqual(await overflow(window), []);
      }
      assert.deepEqual(await violations(window), []);
    });
  }

  it('very narrow: nothing is lost', async function () {
    this.timeout(60_000);
    const { window } = workbench();
    await makeWide(window, 180);
    await window.screenshot('theme very narrow');
    assert.deepEqual(await overflow(window), []);
    await window.setSideBarWidth(300);
  });

  it('a refusal, the list of chats and the first view can be used as well', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await newChat(window);
    await window.screenshot('theme empty');
    assert.deepEqual(await violations(window), []);
    await ask(window, 'hello demo:bad-key');
    await answerEnd(window);
    assert.deepEqual(await violations(window), []);
    await window.chat.getByRole('button', { name: 'Chats' }).click();
    await window.chat.getByRole('list', { name: 'Chats' }).waitFor();
    assert.deepEqual(await violations(window), []);
    await window.chat.getByRole('button', { name: 'Back to the chat' }).click();
  });
});
