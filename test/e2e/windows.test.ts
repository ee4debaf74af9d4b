import assert from 'node:assert/strict';
import { answerEnd, answerText, ask, assertBalanced, type BooksOnDisk, booksOnDisk, committed, newChat, openComposer, smallDemo } from '../support/asking';
import { useWorkbench, type Window } from '../support/workbench';

describe('two windows', () => {
  const workbench = useWorkbench({ settings: { ...smallDemo, 'farthing.budget.day': 0.05, 'farthing.timeouts.idleSeconds': 3600 } });
  let second: Window;
  before(async function openSecond() {
    this.timeout(60_000);
    second = await workbench().openSecondWindow();
    await second.waitForFarthing();
  });

  it('moves the status bar of the second after a call in the first', async () => {
    const { window } = workbench();
    const item = (await second.waitForFarthing()).filter({ hasText: '/ $0.05' });
    await item.waitFor();
    const before = await item.innerText();
    await ask(window, 'hello');
    await answerEnd(window);
    // Within a second where nothing else takes the processor.
    await second.waitUntil(async () => (await item.innerText()) !== before, 'the other status bar to move', 10_000);
    await second.waitUntil(async () => (await item.innerText()) === (await (await window.waitForFarthing()).innerText()), 'both status bars to say the same');
  });

  it('lists in the second what was asked in the first', async () => {
    const { window } = workbench();
    await openComposer(second);
    await ask(window, 'What is a monad in short?');
    await answerEnd(window);
    await second.chat.getByRole('button', { name: 'Chats' }).click();
    await second.chat.locator('.thread-title').filter({ hasText: 'hello' }).waitFor();
    // A conversation begun while the list is open joins it.
    await newChat(window);
    await ask(window, 'Begun while the list is open');
    await answerEnd(window);
    await second.chat.locator('.thread-title').filter({ hasText: 'Begun while the list is open' }).waitFor();
    await second.chat.getByRole('button', { name: 'Back to the chat' }).click();
  });

  it('shows an open conversation growing in the other window', async () => {
    const { window } = workbench();
    await newChat(window);
    await ask(window, 'Shared by two windows');
    await answerEnd(window);
    await second.chat.getByRole('button', { name: 'Chats' }).click();
    await second.chat.locator('.thread-title').filter({ hasText: 'Shared by two windows' }).click();
    await second.chat.locator('article.question').filter({ hasText: 'Shared by two windows' }).waitFor();
    await ask(window, 'And one more thing');
    await answerEnd(window);
    await second.chat.locator('article.question').filter({ hasText: 'And one more thing' }).waitFor();
    await second.waitUntil(async () => (await second.chat.locator('.answer-footer').count()) === 2, 'the second answer to show');
    const thumb = ({ chat }: Window) => chat.getByRole('button', { name: 'Good answer' }).first();
    await thumb(window).click();
    await second.waitUntil(async () => (await thumb(second).getAttribute('aria-pressed')) === 'true', 'the rating to show in the other window');
  });

  async function askInSecond(): Promise<Window> {
    const other = await workbench().openSecondWindow();
    await newChat(other);
    await ask(other, 'demo:stall please');
    await answerText(other);
    assert.equal(booksOnDisk(workbench()).reservations.length, 1);
    return other;
  }

  it('closed while it asks: its answer is settled and kept as far as it came', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await openComposer(window);
    await second.page.close();
    await window.waitUntil(() => workbench().extensionHosts().length === 1, 'the second host to be gone');
    const before = booksOnDisk(workbench());
    const other = await askInSecond();
    await other.page.close();
    await window.waitUntil(() => booksOnDisk(workbench()).reservations.length === 0, 'the call to be settled');
    // The money is written down before the words.
    await window.waitUntil(() => newAnswers(before, booksOnDisk(workbench()))[0]?.state !== 'streaming', 'the answer to be kept');
    const books = booksOnDisk(workbench());
    assertBalanced(books);
    assert.deepEqual(books.calls.slice(before.calls.length).map(({ outcome }) => outcome), ['cancelled']);
    const [answer] = newAnswers(before, books);
    assert.equal(answer?.state, 'interrupted');
    assert.match(answer?.text ?? '', /Simulated answer/);
  });

  it('killed for good while it asks: a window that lives on settles it', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await window.waitUntil(() => workbench().extensionHosts().length === 1, 'the host of the window before to be gone');
    const before = booksOnDisk(workbench());
    const other = await askInSecond();
    workbench().killExtensionHost(1);
    await other.page.close();
    await newChat(window);
    await ask(window, 'hello');
    await answerEnd(window);
    await window.waitUntil(() => booksOnDisk(workbench()).reservations.length === 0, 'the call to be settled');
    // The money is written down before the words.
    await window.waitUntil(() => newAnswers(before, booksOnDisk(workbench())).every(({ state }) => state !== 'streaming'), 'the answer to be marked');
    const books = booksOnDisk(workbench());
    assertBalanced(books);
    // Which of the two is written first depends on when it was last looked whether the others live.
    assert.deepEqual(books.calls.slice(before.calls.length).map(({ outcome }) => outcome).toSorted(), ['complete', 'crashed']);
    const crashed = books.calls.find(({ outcome }) => outcome === 'crashed');
    assert.equal(crashed?.amount, crashed?.worst);
    assert.deepEqual(newAnswers(before, books).map(({ state }) => state).toSorted(), ['complete', 'interrupted']);
  });
});

describe('two windows on the last cent', () => {
  const limit = 260_000;
  const workbench = useWorkbench({ settings: { ...smallDemo, 'farthing.budget.day': limit / 1e9, 'farthing.budget.atLimit': 'stop', 'farthing.maxOutputTokens': 64 } });

  it('never pass the limit together, and both say why they stop', async function () {
    this.timeout(150_000);
    const { window } = workbench();
    const second = await workbench().openSecondWindow();
    await Promise.all([openComposer(window), openComposer(second)]);
    let most = 0;
    const look = () => {
      most = Math.max(most, committed(booksOnDisk(workbench())));
    };
    const watch = setInterval(look, 10);
    const refused = async (one: Window): Promise<boolean> => (await one.chat.locator('[data-kind="budgetReached"]').count()) > 0;
    const askUntilRefused = async (one: Window, name: string): Promise<number> => {
      for (let asked = 0; asked < 30; asked += 1) {
        await newChat(one);
        await ask(one, `hello ${name} ${asked}`);
        await answerEnd(one);
        look();
        if (await refused(one)) return asked;
      }
      throw new Error('The budget was never reached.');
    };
    try {
      const answered = await Promise.all([askUntilRefused(window, 'one'), askUntilRefused(second, 'two')]);
      assert.ok(answered[0] > 0 && answered[1] > 0, `both got answers first: ${answered.join(', ')}`);
    } finally {
      clearInterval(watch);
    }
    assert.ok(most <= limit, `${most} of ${limit}`);
    assert.ok(most > limit * 0.6, `the limit was really approached: ${most} of ${limit}`);
    for (const one of [window, second]) {
      await one.chat.getByText(/Today's budget of \$0\.00026 has no room for this/).first().waitFor();
      assert.equal(await one.chat.getByRole('button', { name: 'Allow this one' }).count(), 0, '"stop" offers no way past the limit');
    }
    const books = booksOnDisk(workbench());
    assertBalanced(books);
    assert.ok(books.spent <= limit);
    await window.screenshot('last cent window one');
    await second.screenshot('last cent window two');
  });

  it('both at once: only what fits is sent', async function () {
    this.timeout(90_000);
    const { window } = workbench();
    await window.replaceSettings({ ...smallDemo, 'farthing.budget.day': (booksOnDisk(workbench()).spent + 90_000) / 1e9, 'farthing.budget.atLimit': 'stop', 'farthing.maxOutputTokens': 64 });
    const second = await workbench().openSecondWindow();
    await Promise.all([newChat(window), newChat(second)]);
    const before = booksOnDisk(workbench()).calls.length;
    // Each holds about 60,000 for as long as it is answered, so one of the two has to be refused.
    await Promise.all([ask(window, 'demo:slow one'), ask(second, 'demo:slow two')]);
    await window.waitUntil(async () => (await window.chat.locator('[data-kind="budgetReached"]').count()) + (await second.chat.locator('[data-kind="budgetReached"]').count()) === 1, 'one to be refused');
    const [waiting] = (await window.chat.locator('[data-kind="budgetReached"]').count()) > 0 ? [second] : [window];
    assert.equal(booksOnDisk(workbench()).reservations.length, 1);
    await waiting.chat.getByRole('button', { name: 'Stop (Escape)' }).click();
    await answerEnd(waiting);
    const books = booksOnDisk(workbench());
    assertBalanced(books);
    assert.equal(books.calls.length, before + 1);
  });
});

function newAnswers(before: BooksOnDisk, after: BooksOnDisk): BooksOnDisk['messages'] {
  return after.messages.filter(({ id, role }) => role === 'assistant' && !before.messages.some((message) => message.id === id));
}
