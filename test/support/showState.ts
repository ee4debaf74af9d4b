import type { ChatPage } from './chatPage';
import { type ChatStateName, completeAnswer } from './chatStates';

/** Opens on a page what its state is about. Names are found as parts, so that a page in another language is opened as well. */
export async function showState(chat: ChatPage, name: ChatStateName): Promise<void> {
  const { page } = chat;
  switch (name) {
    case 'chats':
      await page.getByRole('button', { name: 'Chats' }).click();
      return;
    case 'found':
      await page.getByRole('button', { name: 'Chats' }).click();
      await page.getByRole('searchbox').fill('race');
      await page.getByRole('list', { name: 'Found' }).waitFor();
      return;
    case 'edited':
      await page.locator('.question-tools').last().getByRole('button', { name: 'Edit' }).click();
      await page.getByRole('button', { name: 'More about this chat' }).click();
      return;
    case 'rated':
      await page.getByRole('button', { name: 'Bad answer' }).click();
      await chat.send({ type: 'answer-changed', messageId: 'a1', answer: { ...completeAnswer, rating: { value: 'down', reason: 'tooLong' } } });
      await page.getByRole('group', { name: 'Your rating' }).waitFor();
      return;
    case 'switched':
      await page.getByRole('button', { name: 'Why this model' }).click();
      return;
    case 'failed':
      await page.getByRole('button', { name: /today|this month/ }).click();
      return;
    default:
      // Shown as it is.
  }
}
