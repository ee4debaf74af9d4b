import assert from 'node:assert/strict';
import { type LimitStore, longestTurnMs, silentWaiterMs, type Traffic, type Turn, type Verdict, windowMs } from '../../../../src/core/ports/limitStore';
import { booksInFolder } from '../../../support/booksInFolder';
import { FakeLimitStore } from '../../../support/fakeLimitStore';

const start = 10_000_000;

interface Opened {
  readonly limits: LimitStore;
  readonly dead: Set<string>;
  close(): void;
}

const stores: readonly { readonly name: string; readonly open: () => Promise<Opened> }[] = [
  {
    name: 'the fake',
    open: async () => {
      const limits = new FakeLimitStore();
      return { limits, dead: limits.dead, close: () => undefined };
    },
  },
  {
    name: 'SQLite',
    open: async () => {
      const books = booksInFolder();
      const { limits } = await books.open({ liveness: (owner) => (books.dead.has(owner) ? 'dead' : owner === 'foreign' ? 'unknown' : 'alive') });
      return { ...books, limits };
    },
  },
];

const turn = (id: string, changes: Partial<Turn> = {}): Turn => ({ id, provider: 'acme', window: 'one', tokens: 10, ...changes });

for (const { name, open } of stores) {
  describe(`the queue of ${name}`, () => {
    let opened: Opened;
    let limits: LimitStore;
    let now: number;
    beforeEach(async () => {
      opened = await open();
      limits = opened.limits;
      now = start;
    });
    afterEach(() => opened.close());

    /** Enters with an answer of the rule; returns what the rule was told, undefined when it was not asked. */
    const enter = async (one: Turn, go: boolean): Promise<Traffic | undefined> => {
      let told: Traffic | undefined;
      const verdict: Verdict = go ? { go: true } : { go: false, untilMs: now + 5 };
      const answer = await limits.enter(one, now, (traffic) => {
        told = traffic;
        return verdict;
      });
      if (told) assert.deepEqual(answer, verdict);
      else assert.deepEqual(answer, { go: true });
      return told;
    };
    /** What the next one would be told. */
    const look = async (provider = 'acme'): Promise<Traffic | undefined> => {
      const told = await enter(turn('look', { provider, window: 'looker' }), false);
      await limits.leave('look', now, undefined);
      return told;
    };

    it('tells what started, in order of time, and what runs', async () => {
      await enter(turn('a'), true);
      now += 1000;
      await enter(turn('b', { window: 'two', tokens: 7 }), true);
      await limits.leave('a', now, 3);
      assert.deepEqual(await look(), { started: [{ at: start, tokens: 3, running: false }, { at: start + 1000, tokens: 7, running: true }], ahead: [] });
    });

    it('keeps one provider from another', async () => {
      await enter(turn('a'), true);
      await enter(turn('b', { provider: 'other' }), false);
      assert.deepEqual(await look('other'), { started: [], ahead: [10] });
    });

    it('keeps the order of arrival', async () => {
      await enter(turn('a', { tokens: 1 }), false);
      await enter(turn('b', { tokens: 2, window: 'two' }), false);
      await enter(turn('c', { tokens: 3 }), false);
      assert.deepEqual((await enter(turn('b', { tokens: 2, window: 'two' }), false))?.ahead, [1]);
      assert.deepEqual((await enter(turn('a', { tokens: 1 }), true))?.ahead, []);
      assert.deepEqual((await enter(turn('c', { tokens: 3 }), false))?.ahead, [2]);
    });

    it('does not ask the rule again about a turn that has started', async () => {
      await enter(turn('a'), true);
      assert.equal(await enter(turn('a'), false), undefined);
    });

    it('forgets one that sent nothing, waiting or started', async () => {
      await enter(turn('a'), true);
      await enter(turn('b'), false);
      await limits.leave('a', now, undefined);
      await limits.leave('b', now, undefined);
      await limits.leave('never', now, 5);
      assert.deepEqual(await look(), { started: [], ahead: [] });
    });

    it('forgets what ended once its start is older than the window', async () => {
      await enter(turn('a'), true);
      await limits.leave('a', now, 3);
      now += windowMs - 1;
      assert.equal((await look())?.started.length, 1);
      now += 1;
      assert.equal((await look())?.started.length, 0);
    });

    it('keeps what runs for as long as a call may take', async () => {
      await enter(turn('a'), true);
      now += longestTurnMs;
      assert.deepEqual((await look())?.started, [{ at: start, tokens: 10, running: true }]);
      now += 1;
      assert.deepEqual((await look())?.started, []);
    });

    it('gives up a waiting turn that is silent, and puts it at the end when it speaks again', async () => {
      await enter(turn('a', { tokens: 1 }), false);
      now += silentWaiterMs;
      await enter(turn('b', { tokens: 2 }), false);
      assert.deepEqual((await look())?.ahead, [1, 2]);
      now += 1;
      await enter(turn('b', { tokens: 2 }), false);
      assert.deepEqual((await enter(turn('a', { tokens: 1 }), false))?.ahead, [2]);
    });

    it('keeps a waiting turn that is heard of now and then', async () => {
      for (let second = 0; second < 60; second++) {
        await enter(turn('a', { tokens: 1 }), false);
        now += 1000;
      }
      assert.deepEqual((await look())?.ahead, [1]);
    });

    it('frees the places of a window that has ended, but counts what it sent', async () => {
      await enter(turn('a', { window: 'gone' }), true);
      await enter(turn('b', { window: 'gone' }), false);
      opened.dead.add('gone');
      assert.deepEqual(await look(), { started: [{ at: start, tokens: 10, running: false }], ahead: [] });
    });

    it('does not take the word of others for its own window', async () => {
      await enter(turn('a'), true);
      opened.dead.add('one');
      assert.deepEqual((await enter(turn('b'), false))?.started, [{ at: start, tokens: 10, running: true }]);
    });

    it('counts from now what started in a future that a clock set back has left', async () => {
      now += 3_600_000;
      await enter(turn('a'), true);
      await enter(turn('b'), false);
      now -= 3_600_000;
      assert.deepEqual(await look(), { started: [{ at: start, tokens: 10, running: true }], ahead: [] });
      await limits.leave('a', now, 10);
      now += windowMs;
      assert.deepEqual(await look(), { started: [], ahead: [] });
    });

    if (name === 'SQLite') {
      it('keeps the place of a window of another machine, which cannot be asked', async () => {
        await enter(turn('a', { window: 'foreign' }), true);
        assert.equal((await look())?.started[0]?.running, true);
      });
    }
  });
}
