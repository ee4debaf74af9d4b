import path from 'node:path';
import * as esbuild from 'esbuild';
import type { CDPSession, Page } from 'playwright-core';
import { root } from '../../scripts/node24.mjs';
import type { ChatState, MessageView } from '../../src/shared/protocol';
import { type ChatPages, openChatPages } from '../support/chatPage';
import { answerText, completeAnswer, conversation, thread } from '../support/chatStates';
import { asMegabytes, asMicros, asMs, type Figure, type Measure, median, quantile } from './figure';

const pieces = 1000;
const answerLength = 20_000;
/** Between two pieces, in milliseconds: a fast provider sends 250 a second. */
const pieceEveryMs = 4;
/** Runs of each figure that is a time to be seen. */
const loads = 9;

/** The chat page alone in the browser of the end-to-end tests: what an answer and a long conversation cost it. */
export const measure: Measure = async (print) => {
  const pages = await openChatPages();
  try {
    print('a growing answer');
    const ours = await growing(pages);
    print('the same, made anew with every piece');
    const naive = await growingNaively(pages);
    print('first paint');
    const paints = [await firstPaint(pages, ofMessages(0)), await firstPaint(pages, ofMessages(20)), await firstPaint(pages, ofMessages(500))];
    print('a long conversation');
    const long = await longConversation(pages);
    const ratio = (one: number, other: number) => `${(one / other).toFixed(1)} times ours`;
    const how = `${answerLength / 1000} kB of Markdown with code in ${pieces} pieces, one every ${pieceEveryMs} ms`;
    return [
      { name: 'a piece of an answer, main thread', value: asMicros(ours.perPiece), how },
      { name: '  made anew with every piece', value: `${asMicros(naive.perPiece)}, ${ratio(naive.perPiece, ours.perPiece)}`, how: 'marked.parse of the whole text into innerHTML, without colours and buttons' },
      { name: 'tasks over 50 ms meanwhile', value: `${ours.longTasks.length}${worst(ours.longTasks)}`, goal: '0', how: 'PerformanceObserver longtask' },
      { name: '  made anew with every piece', value: `${naive.longTasks.length}${worst(naive.longTasks)}`, how: 'the same' },
      { name: 'frames meanwhile, p95', value: asMs(quantile(ours.frames, 0.95)), goal: '≤ 33 ms', how: 'between two animation frames' },
      ...paints.map(({ messages, shown }): Figure => ({ name: `first paint, ${messages} messages`, value: asMs(median(shown)), how: `from the start of the navigation until the conversation is painted, median of ${loads} loads, script in the cache` })),
      { name: 'a piece at the end of 500 messages', value: asMicros(long.perPiece), how },
      { name: 'scrolling through 500 messages, p95', value: asMs(quantile(long.frames, 0.95)), goal: '≤ 33 ms', how: 'frames while 1,200 px are scrolled in each' },
      { name: 'heap with 500 messages', value: asMegabytes(long.heap), how: 'JavaScript of the page after a collection' },
      { name: '  nodes', value: String(long.nodes), how: 'in the document' },
    ];
  } finally {
    await pages.close();
  }
};

function worst(longTasks: readonly number[]): string {
  return longTasks.length === 0 ? '' : `, the longest ${Math.max(...longTasks).toFixed(0)} ms`;
}

const wholeAnswer = answerText.repeat(Math.ceil(answerLength / answerText.length)).slice(0, answerLength);

interface Growth {
  /** Time of the main thread, in milliseconds. */
  readonly perPiece: number;
  readonly longTasks: readonly number[];
  readonly frames: readonly number[];
}

async function growing(pages: ChatPages): Promise<Growth> {
  const chat = await pages.open({ state: conversation({ state: 'streaming' }, '', { running: 'a1' }), width: 400 });
  const grown = await grow(chat.page, 'a1', true);
  await chat.close();
  return grown;
}

async function growingNaively(pages: ChatPages): Promise<Growth> {
  const chat = await pages.open();
  const page = await chat.page.context().newPage();
  const { outputFiles } = await esbuild.build({ entryPoints: [path.join(root, 'test/bench/naivePage.ts')], bundle: true, minify: true, write: false, format: 'iife' });
  await page.addScriptTag({ content: outputFiles[0]?.text ?? '' });
  const grown = await grow(page, '', false);
  await page.close();
  await chat.close();
  return grown;
}

/** Lets an answer grow in a page: ours by its protocol, else by `drawAnswer`. */
async function grow(page: Page, messageId: string, ours: boolean): Promise<Growth> {
  const session = await page.context().newCDPSession(page);
  await session.send('Performance.enable');
  const before = await busySeconds(session);
  const seen = await page.evaluate(
    async ({ whole, length, everyMs, id, byProtocol }) => {
      const longTasks: number[] = [];
      const observer = new PerformanceObserver((list) => longTasks.push(...list.getEntries().map(({ duration }) => duration)));
      observer.observe({ type: 'longtask' });
      const frames: number[] = [];
      let last = performance.now();
      let isRunning = true;
      const tick = () => {
        const now = performance.now();
        frames.push(now - last);
        last = now;
        if (isRunning) requestAnimationFrame(tick);
      };
      requestAnimationFrame(tick);
      for (let at = 0; at < whole.length; at += length) {
        const text = whole.slice(at, at + length);
        if (byProtocol) {
          window.fakeHost.sequence += 1;
          window.postMessage({ type: 'delta', sequence: window.fakeHost.sequence, delta: { type: 'text-appended', messageId: id, at, text } }, '*');
        } else window.drawAnswer(whole.slice(0, at + text.length));
        await new Promise((resolve) => setTimeout(resolve, everyMs));
      }
      isRunning = false;
      // What is observed is told a moment later.
      await new Promise((resolve) => setTimeout(resolve, 100));
      longTasks.push(...observer.takeRecords().map(({ duration }) => duration));
      observer.disconnect();
      return { longTasks, frames };
    },
    { whole: wholeAnswer, length: answerLength / pieces, everyMs: pieceEveryMs, id: messageId, byProtocol: ours },
  );
  return { ...seen, perPiece: ((await busySeconds(session)) - before) * 1000 / pieces };
}

/** Seconds that the main thread has worked so far. */
async function busySeconds(session: CDPSession): Promise<number> {
  return metric(session, 'TaskDuration');
}

async function metric(session: CDPSession, name: string): Promise<number> {
  const { metrics } = await session.send('Performance.getMetrics');
  return metrics.find((one) => one.name === name)?.value ?? Number.NaN;
}

/** A conversation of so many messages, half of them answers with code. */
function ofMessages(count: number): ChatState {
  const state = conversation({});
  const messages = Array.from({ length: count }, (_, index): MessageView => (index % 2 === 0 ? { id: `q${index}`, role: 'user', text: `Question ${index}: how do I remove duplicates from a list?` } : { id: `a${index}`, role: 'assistant', text: answerText, answer: completeAnswer }));
  return { ...state, thread: count === 0 ? undefined : thread, messages };
}

async function firstPaint(pages: ChatPages, state: ChatState): Promise<{ readonly messages: number; readonly shown: readonly number[] }> {
  const chat = await pages.open({ state, width: 400 });
  const shown: number[] = [];
  for (let load = 0; load < loads; load++) {
    await chat.page.reload();
    shown.push(
      await chat.page.evaluate(async (lastId) => {
        const isThere = () => (lastId === undefined ? document.querySelector('.composer') : document.querySelector(`[data-message-id="${lastId}"]`)) !== null;
        while (!isThere()) await new Promise((resolve) => requestAnimationFrame(resolve));
        // The frame after the one that it was put into is on the screen.
        await new Promise((resolve) => requestAnimationFrame(() => setTimeout(resolve)));
        return performance.now();
      }, state.messages.at(-1)?.id),
    );
  }
  await chat.close();
  return { messages: state.messages.length, shown };
}

async function longConversation(pages: ChatPages): Promise<{ readonly perPiece: number; readonly frames: readonly number[]; readonly heap: number; readonly nodes: number }> {
  const state = ofMessages(500);
  const messages = [...state.messages.slice(0, -1), { id: 'a499', role: 'assistant', text: '', answer: { ...completeAnswer, state: 'streaming' } } satisfies MessageView];
  const chat = await pages.open({ state: { ...state, messages, running: 'a499' }, width: 400 });
  // The end is there first; what is measured is the whole of it.
  await chat.page.waitForFunction(() => document.querySelectorAll('article').length === 500);
  const { perPiece } = await grow(chat.page, 'a499', true);
  const session = await chat.page.context().newCDPSession(chat.page);
  await session.send('Performance.enable');
  const frames = await chat.page.evaluate(async () => {
    const scroller = document.querySelector('.messages');
    const gaps: number[] = [];
    if (!scroller) return gaps;
    scroller.scrollTop = 0;
    let last = performance.now();
    while (scroller.scrollTop + scroller.clientHeight < scroller.scrollHeight - 1) {
      scroller.scrollTop += 1200;
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = performance.now();
      gaps.push(now - last);
      last = now;
    }
    return gaps;
  });
  await session.send('HeapProfiler.collectGarbage');
  const result = { perPiece, frames, heap: await metric(session, 'JSHeapUsedSize'), nodes: await metric(session, 'Nodes') };
  await chat.close();
  return result;
}
