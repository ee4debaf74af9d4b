import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import path from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { FrameLocator, Locator } from 'playwright-core';
import * as z from 'zod';
import type { Window, Workbench } from './workbench';

/** What a person does in the chat of a window, and what the books say of it. */

/** Settings of a demo whose every answer comes from the cheapest of its models and is short. */
export const smallDemo = { 'farthing.demo.enabled': true, 'farthing.models.pinned': 'demo/demo-small' } as const;

/** A question that the demo's small model answers for about seven seconds. */
export const longQuestion = 'Write a long text about caching';

/** Opens the chat and waits until a question can be typed. */
export async function openComposer(window: Window): Promise<Locator> {
  await window.waitForFarthing();
  const chat = await window.openChat();
  const composer = chat.locator('textarea');
  await composer.waitFor();
  return composer;
}

/** Begins a new conversation in the chat of a window. */
export async function newChat(window: Window): Promise<void> {
  await window.waitForFarthing();
  // After a crash the page may come back with the list of chats open: no composer, but the same button.
  await (await window.openChat()).getByRole('button', { name: 'New chat' }).click();
  await window.chat.getByRole('heading', { name: 'Ask anything about code' }).waitFor();
}

/** Types a question and sends it; returns when it stands in the conversation. */
export async function ask(window: Window, question: string): Promise<void> {
  const composer = await openComposer(window);
  await composer.fill(question);
  await window.chat.getByRole('button', { name: 'Send (Enter)' }).and(window.chat.locator(':enabled')).waitFor();
  // A page that is starting shows the questions of its conversation by now.
  const before = await window.chat.locator('article.question').count();
  await composer.press('Enter');
  await window.chat.locator('article.question').nth(before).waitFor();
}

/** The list of chats. */
export async function openChats(window: Window): Promise<Locator> {
  await openComposer(window);
  await window.chat.getByRole('button', { name: 'Chats' }).click();
  const list = window.chat.getByRole('list', { name: 'Chats' });
  await list.waitFor();
  return list;
}

/** The answer to the last question. It is drawn after that: what stands there until then is the answer to another. */
export function lastAnswer(chat: FrameLocator): Locator {
  return chat.locator('article.question, article.answer').last().and(chat.locator('article.answer'));
}

/** Waits until the last answer has ended, however it did. */
export async function answerEnd(window: Window, limitMs = 30_000): Promise<Locator> {
  const answer = lastAnswer(window.chat);
  await answer.and(window.chat.locator('[aria-busy="false"]')).locator('.answer-footer').waitFor({ timeout: limitMs });
  return answer;
}

/** Waits until an answer is being written at the end and shows some of its text. One that has ended may stand there until it is asked for again. */
export async function answerText(window: Window): Promise<Locator> {
  const answer = lastAnswer(window.chat);
  await answer.and(window.chat.locator('[aria-busy="true"]')).locator('.answer-text').waitFor();
  return answer.locator('.answer-text');
}

const callRow = z.object({ id: z.string(), realm: z.string(), outcome: z.string(), amount: z.number().nullable(), worst: z.number().nullable(), thread_id: z.string().nullable(), window: z.string(), input_tokens: z.number(), output_tokens: z.number(), arm: z.string(), purpose: z.string() });
const messageRow = z.object({ id: z.string(), thread_id: z.string(), position: z.number(), role: z.string(), text: z.string(), answer: z.string().nullable() });
const storedAnswer = z.object({ state: z.string(), arm: z.string().optional(), cost: z.number().optional() });

/** The books as they are on the disk at one moment. Money in nano-dollars. */
export interface BooksOnDisk {
  readonly calls: readonly z.infer<typeof callRow>[];
  readonly reservations: readonly { readonly worst: number | null }[];
  /** Sum of the ledger's own sums. */
  readonly spent: number;
  readonly messages: readonly (z.infer<typeof messageRow> & { readonly state: string | undefined })[];
}

/** The books once nothing is under way: the end of an answer is drawn before it is written down. */
export async function booksAtRest(workbench: Workbench): Promise<BooksOnDisk> {
  let books = booksOnDisk(workbench);
  await workbench.window.waitUntil(() => {
    books = booksOnDisk(workbench);
    return books.reservations.length === 0 && books.messages.every(({ state }) => state !== 'streaming');
  }, 'every call to be settled and every answer to be written down');
  return books;
}

export function databaseFile(workbench: Workbench): string {
  return path.join(workbench.globalStorage, 'farthing.db');
}

/** Reads all of it in one transaction; empty while there is no database yet. */
export function booksOnDisk(workbench: Workbench): BooksOnDisk {
  const file = databaseFile(workbench);
  if (!existsSync(file)) return { calls: [], reservations: [], spent: 0, messages: [] };
  const database = new DatabaseSync(file, { readOnly: true, timeout: 2000 });
  try {
    database.exec('BEGIN');
    const tables = database.prepare("SELECT count(*) AS count FROM sqlite_schema WHERE name = 'messages'").get();
    if (tables?.['count'] !== 1) return { calls: [], reservations: [], spent: 0, messages: [] };
    const messages = z.array(messageRow).parse(database.prepare('SELECT * FROM messages ORDER BY thread_id, position').all());
    return {
      calls: z.array(callRow).parse(database.prepare('SELECT * FROM calls ORDER BY seq').all()),
      reservations: z.array(z.object({ worst: z.number().nullable() })).parse(database.prepare('SELECT worst FROM reservations').all()),
      spent: z.object({ total: z.number() }).parse(database.prepare('SELECT coalesce(sum(nano), 0) AS total FROM spend').get()).total,
      messages: messages.map((message) => ({ ...message, state: message.answer === null ? undefined : storedAnswer.parse(JSON.parse(message.answer)).state })),
    };
  } finally {
    database.close();
  }
}

/** What is spent and held together, in nano-dollars: what must never pass a limit. */
export function committed({ spent, reservations }: BooksOnDisk): number {
  return spent + reservations.reduce((sum, { worst }) => sum + (worst ?? 0), 0);
}

/** The invariants of the books that hold whenever nothing is under way. */
export function assertBalanced(books: BooksOnDisk): void {
  assert.deepEqual(books.reservations, [], 'nothing is held');
  assert.equal(
    books.spent,
    books.calls.reduce((sum, { amount }) => sum + (amount ?? 0), 0),
    'the sums are the sums of the calls',
  );
}

/**
 * Whether the editor has written a text to its own storage in the browser, as a value or as `key=value`. It does so every five seconds, because a browser
 * does not let it when the page goes; on the desktop it is written at the end.
 */
export function editorRemembers(window: Window, text: string): Promise<boolean> {
  return window.page.evaluate(async (wanted) => {
    const settled = <T>(request: IDBRequest<T>) =>
      new Promise<T>((resolve, reject) => {
        request.addEventListener('success', () => resolve(request.result));
        request.addEventListener('error', () => reject(request.error ?? new Error('no database')));
      });
    for (const { name } of await indexedDB.databases()) {
      if (name === undefined || !name.startsWith('vscode-web-state-db')) continue;
      const database = await settled(indexedDB.open(name));
      const entries = await Promise.all(
        [...database.objectStoreNames].map(async (name) => {
          const store = database.transaction(name).objectStore(name);
          const [keys, values] = await Promise.all([settled(store.getAllKeys()), settled(store.getAll())]);
          return keys.map((key, index) => `${String(key)}=${values[index]}`);
        }),
      );
      database.close();
      if (entries.flat().some((entry) => entry.includes(wanted))) return true;
    }
    return false;
  }, text);
}
