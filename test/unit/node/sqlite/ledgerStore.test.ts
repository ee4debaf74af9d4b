import assert from 'node:assert/strict';
import { setImmediate as turn } from 'node:timers/promises';
import type { CallOpening } from '../../../../src/core/model/call';
import { nano, pricePerMillion } from '../../../../src/core/model/money';
import { noUsage } from '../../../../src/core/model/usage';
import type { Allowance, Hold, LedgerStore, Reserved } from '../../../../src/core/ports/ledgerStore';
import { booksInFolder } from '../../../support/booksInFolder';
import { noon, opening, periodsOf, settled } from '../../../support/calls';
import { FakeLedgerStore } from '../../../support/fakeLedgerStore';
import { seededRandom } from '../../../support/seededRandom';

interface Books {
  readonly ledger: LedgerStore;
  readonly dead: Set<string>;
  close(): void;
}

const hourMs = 3_600_000;

/** The same rules for the real books and for those that other tests use. */
const kinds: readonly { readonly name: string; readonly open: () => Promise<Books> }[] = [
  {
    name: 'LedgerTables',
    async open() {
      const books = booksInFolder();
      return { ...books, ledger: (await books.open()).ledger };
    },
  },
  {
    name: 'FakeLedgerStore',
    async open() {
      const ledger = new FakeLedgerStore();
      return { ledger, dead: ledger.dead, close: () => undefined };
    },
  },
];

for (const { name, open } of kinds) {
  describe(name, () => {
    let books: Books;
    let ledger: LedgerStore;
    beforeEach(async () => {
      books = await open();
      ({ ledger } = books);
    });
    afterEach(() => books.close());

    const reserve = (opened: CallOpening, limits: Parameters<typeof periodsOf>[0] = {}, conversation?: number): Promise<Reserved> =>
      ledger.reserve({ opening: opened, periods: periodsOf(limits), conversationLimit: conversation === undefined ? undefined : nano(conversation) });
    const day = async (limit?: number): Promise<{ spent: number; held: number; calls: number; unknownCalls: number; limit: number | undefined }> => {
      const [today] = await ledger.status('real', periodsOf(limit === undefined ? {} : { day: limit }));
      assert.ok(today);
      return { spent: today.spent, held: today.held, calls: today.calls, unknownCalls: today.unknownCalls, limit: today.limit };
    };
    const spentOn = (id: string, amount: number | undefined, changes: Partial<CallOpening> = {}): Promise<void> => ledger.settle(settled(opening(id, changes), amount));
    const allowance = (changes: Partial<Allowance>): Allowance => ({ id: 'a', realm: 'real', scope: 'day', from: noon - 12 * hourMs, threadId: undefined, amount: nano(50), at: noon, ...changes });

    it('holds the worst case and exchanges it for what the call cost', async () => {
      assert.deepEqual(await reserve(opening('1')), { ok: true });
      assert.deepEqual(await day(), { spent: 0, held: 100, calls: 0, unknownCalls: 0, limit: undefined });
      await spentOn('1', 30);
      assert.deepEqual(await day(), { spent: 30, held: 0, calls: 1, unknownCalls: 0, limit: undefined });
    });

    describe('money held for several calls', () => {
      const hold = (amount: number, limits: Parameters<typeof periodsOf>[0] = {}, changes: Partial<Hold> = {}, conversation?: number): Promise<Reserved> =>
        ledger.hold({ hold: { id: 'h', realm: 'real', threadId: undefined, window: 'window-1', startedAt: noon, amount: nano(amount), ...changes }, periods: periodsOf(limits), conversationLimit: conversation === undefined ? undefined : nano(conversation) });
      const draw = (opened: CallOpening, limits: Parameters<typeof periodsOf>[0] = {}, conversation?: number): Promise<Reserved> =>
        ledger.reserve({ opening: opened, periods: periodsOf(limits), conversationLimit: conversation === undefined ? undefined : nano(conversation), hold: 'h' });
      const held = async (): Promise<number> => (await day()).held;

      it('is one amount: calls draw from it, and what they did not need goes back', async () => {
        await hold(250);
        assert.equal(await held(), 250);
        await draw(opening('1'));
        assert.equal(await held(), 250);
        await spentOn('1', 30);
        assert.deepEqual(await day(), { spent: 30, held: 220, calls: 1, unknownCalls: 0, limit: undefined });
        await ledger.release('h');
        assert.equal(await held(), 0);
      });

      it('is refused as a call would be, and only the whole of it fits', async () => {
        await spentOn('0', 60);
        assert.deepEqual(await hold(150, { day: 200, week: 205 }), { ok: false, scope: 'day', spent: 60, held: 0, limit: 200 });
        assert.equal(await held(), 0);
        assert.deepEqual(await hold(140, { day: 200, week: 205 }), { ok: true });
      });

      it('lets only the excess of a call stand against the limits', async () => {
        await hold(60, { day: 100 });
        assert.deepEqual(await draw(opening('1'), { day: 100 }), { ok: true });
        assert.equal(await held(), 100);
        assert.deepEqual(await draw(opening('2', { worst: nano(1) }), { day: 100 }), { ok: false, scope: 'day', spent: 0, held: 100, limit: 100 });
        await spentOn('1', 70);
        assert.deepEqual(await day(), { spent: 70, held: 0, calls: 1, unknownCalls: 0, limit: undefined });
      });

      it('is held against others', async () => {
        await hold(60, { day: 100 });
        assert.deepEqual(await reserve(opening('1'), { day: 100 }), { ok: false, scope: 'day', spent: 0, held: 60, limit: 100 });
      });

      it('is left out for who holds it', async () => {
        await hold(60, {}, { threadId: 't' });
        assert.equal((await ledger.status('real', periodsOf(), 'h'))[0]?.held, 0);
        assert.equal((await ledger.conversationSpend('t', 'real', 'h')).held, 0);
        assert.equal((await ledger.conversationSpend('t', 'real')).held, 60);
      });

      it('pays nothing of another day, conversation or realm', async () => {
        await hold(100, {}, { startedAt: noon - 24 * hourMs, threadId: 'other' });
        assert.deepEqual(await draw(opening('1'), { day: 99 }), { ok: false, scope: 'day', spent: 0, held: 0, limit: 99 });
        assert.deepEqual(await draw(opening('1', { threadId: 't' }), {}, 99), { ok: false, scope: 'conversation', spent: 0, held: 0, limit: 99 });
        assert.deepEqual(await draw(opening('1', { realm: 'demo' }), { day: 99 }), { ok: false, scope: 'day', spent: 0, held: 0, limit: 99 });
        // Of the week it is: there it pays, and is not given back.
        assert.deepEqual(await draw(opening('1'), { day: 100, week: 100 }), { ok: true });
        await spentOn('1', 30);
        assert.equal((await ledger.status('real', periodsOf())).at(1)?.held, 0);
      });

      it('keeps what an unknown cost may have been', async () => {
        await hold(250);
        await draw(opening('1'));
        await spentOn('1', undefined);
        assert.equal(await held(), 150);
      });

      it('is held once, and a release twice is one', async () => {
        await hold(60);
        await hold(90);
        assert.equal(await held(), 60);
        await ledger.release('h');
        await ledger.release('h');
        assert.equal(await held(), 0);
        assert.deepEqual(await draw(opening('1'), { day: 100 }), { ok: true });
      });

      it('never lets spent and held pass a limit, whatever comes in whatever order', async () => {
        const random = seededRandom(7);
        const upTo = (most: number): number => Math.floor(random() * (most + 1));
        const limits = { day: 1_000, week: 1_500 };
        const open: CallOpening[] = [];
        const seen = new Set<string>();
        for (let step = 0; step < 600; step++) {
          const id = `${step}`;
          const hold = `h${upTo(3)}`;
          const act = upTo(9);
          if (act === 0) seen.add(`hold ${(await ledger.hold({ hold: { id: hold, realm: 'real', threadId: undefined, window: 'w', startedAt: noon - upTo(2) * 12 * hourMs, amount: nano(upTo(700)) }, periods: periodsOf(limits), conversationLimit: undefined })).ok}`);
          else if (act === 1) await ledger.release(hold);
          else if (act < 6) {
            const call = opening(id, { worst: nano(upTo(120)) });
            const { ok } = await ledger.reserve({ opening: call, periods: periodsOf(limits), conversationLimit: undefined, ...(random() < 0.7 ? { hold } : {}) });
            if (ok) open.push(call);
            seen.add(`call ${ok}`);
          } else {
            const call = open.splice(upTo(open.length), 1)[0];
            // Cheap, so that the limits are met by what is held as often as by what is spent.
            if (call) await ledger.settle(settled(call, Math.min(call.worst ?? 0, upTo(8))));
          }
          for (const { scope, spent, held: now, limit = nano(0) } of await ledger.status('real', periodsOf(limits))) assert.ok(spent + now <= limit || scope === 'month', `step ${step}: ${spent} + ${now} of ${limit}`);
        }
        assert.deepEqual([...seen].toSorted(), ['call false', 'call true', 'hold false', 'hold true']);
      });

      it('is given back when its process is gone, because nothing was sent for it', async () => {
        await hold(250);
        await draw(opening('1', { window: 'other' }));
        books.dead.add('window-1');
        assert.equal(await ledger.recover(noon), 0);
        assert.deepEqual(await day(), { spent: 0, held: 100, calls: 0, unknownCalls: 0, limit: undefined });
      });
    });

    it('tells when each period ends', async () => {
      const periods = periodsOf();
      assert.deepEqual(
        (await ledger.status('real', periods)).map(({ scope, resetsAt }) => ({ scope, resetsAt })),
        periods.map(({ scope, to }) => ({ scope, resetsAt: to })),
      );
    });

    it('holds and settles the same id once', async () => {
      await reserve(opening('1'));
      assert.deepEqual(await reserve(opening('1'), { day: 100 }), { ok: true });
      assert.equal((await day()).held, 100);
      await spentOn('1', 30);
      await spentOn('1', 99);
      assert.deepEqual(await reserve(opening('1')), { ok: true });
      assert.deepEqual(await day(), { spent: 30, held: 0, calls: 1, unknownCalls: 0, limit: undefined });
    });

    it('records a call that was never reserved', async () => {
      await spentOn('1', 30);
      assert.equal((await day()).spent, 30);
    });

    const limits: readonly { readonly why: string; readonly limits: Parameters<typeof periodsOf>[0]; readonly conversation?: number; readonly expected: object }[] = [
      { why: 'exactly fitting', limits: { day: 250, week: 250, month: 250 }, conversation: 250, expected: { ok: true } },
      { why: 'one over the day', limits: { day: 249 }, expected: { ok: false, scope: 'day', spent: 50, held: 100, limit: 249 } },
      { why: 'one over the week', limits: { week: 249 }, expected: { ok: false, scope: 'week', spent: 50, held: 100, limit: 249 } },
      { why: 'one over the month', limits: { day: 300, month: 249 }, expected: { ok: false, scope: 'month', spent: 50, held: 100, limit: 249 } },
      { why: 'one over the conversation', limits: { day: 250 }, conversation: 249, expected: { ok: false, scope: 'conversation', spent: 50, held: 100, limit: 249 } },
      { why: 'over two, the tighter is named', limits: { day: 200, month: 160 }, expected: { ok: false, scope: 'month', spent: 50, held: 100, limit: 160 } },
      { why: 'over two, the tighter is named, whichever it is', limits: { day: 160, month: 200 }, expected: { ok: false, scope: 'day', spent: 50, held: 100, limit: 160 } },
      { why: 'over two alike, the longer is named', limits: { day: 160, week: 160 }, conversation: 160, expected: { ok: false, scope: 'week', spent: 50, held: 100, limit: 160 } },
      { why: 'no limit', limits: {}, expected: { ok: true } },
      { why: 'a limit of zero', limits: { day: 0 }, expected: { ok: false, scope: 'day', spent: 50, held: 100, limit: 0 } },
    ];
    for (const { why, limits: set, conversation, expected } of limits) {
      it(`refuses what would pass a limit and nothing else: ${why}`, async () => {
        await spentOn('spent', 50, { threadId: 't' });
        await reserve(opening('held', { threadId: 't' }));
        assert.deepEqual(await reserve(opening('new', { threadId: 't' }), set, conversation), expected);
        assert.equal((await day()).held, 'ok' in expected && expected.ok === true ? 200 : 100);
      });
    }

    const counted: readonly { readonly why: string; readonly call: Partial<CallOpening>; readonly counts: boolean }[] = [
      { why: 'the first instant of the period', call: { startedAt: noon - 12 * hourMs }, counts: true },
      { why: 'the last instant', call: { startedAt: noon + 12 * hourMs - 1 }, counts: true },
      { why: 'the instant before', call: { startedAt: noon - 12 * hourMs - 1 }, counts: false },
      { why: 'the next period', call: { startedAt: noon + 12 * hourMs }, counts: false },
      { why: 'play money', call: { realm: 'demo' }, counts: false },
    ];
    for (const { why, call, counts } of counted) {
      it(`${counts ? 'counts' : 'does not count'} ${why}`, async () => {
        await spentOn('settled', 20, call);
        await reserve(opening('held', call));
        assert.deepEqual(await day(), { spent: counts ? 20 : 0, held: counts ? 100 : 0, calls: counts ? 1 : 0, unknownCalls: 0, limit: undefined });
      });
    }

    it('counts a call where it began, not where it ended', async () => {
      const lateCall = opening('1', { startedAt: noon + 12 * hourMs - 1 });
      await reserve(lateCall, { day: 100 });
      await ledger.settle(settled(lateCall, 80, { endedAt: noon + 13 * hourMs }));
      assert.equal((await day()).spent, 80);
    });

    it('keeps an unknown cost unknown, and counts the call', async () => {
      assert.deepEqual(await reserve(opening('1', { worst: undefined })), { ok: true });
      assert.equal((await day()).held, 0);
      await spentOn('1', undefined, { worst: undefined });
      assert.deepEqual(await day(), { spent: 0, held: 0, calls: 1, unknownCalls: 1, limit: undefined });
      assert.deepEqual((await ledger.lastCall('real'))?.charge, { amount: undefined, source: 'unknown', estimatedUsage: false });
    });

    it('lets a free call through when a limit is used up, or was lowered below what is spent', async () => {
      await spentOn('1', 500);
      assert.deepEqual(await reserve(opening('free', { worst: nano(0) }), { day: 100 }), { ok: true });
      assert.equal((await reserve(opening('unknown', { worst: undefined }), { day: 100 })).ok, false);
      assert.equal((await reserve(opening('cent', { worst: nano(1) }), { day: 500 })).ok, false);
    });

    it('lets exactly as many of ten parallel calls through as the last cents pay for', async () => {
      const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => reserve(opening(String(index)), { day: 399 })));
      assert.equal(answers.filter((answer) => answer.ok).length, 3);
      assert.equal((await day()).held, 300);
    });

    it('records more than was held when the bill is higher', async () => {
      await reserve(opening('1'), { day: 100 });
      await spentOn('1', 130);
      assert.equal((await day()).spent, 130);
    });

    const allowances: readonly { readonly why: string; readonly given: Partial<Allowance>; readonly raises: boolean }[] = [
      { why: 'this day', given: {}, raises: true },
      { why: 'this day, begun at another hour by a traveller', given: { from: noon - 6 * hourMs }, raises: true },
      { why: 'yesterday', given: { from: noon - 36 * hourMs }, raises: false },
      { why: 'the week', given: { scope: 'week' }, raises: false },
      { why: 'play money', given: { realm: 'demo' }, raises: false },
    ];
    for (const { why, given, raises } of allowances) {
      it(`${raises ? 'raises' : 'does not raise'} the limit of the day by an allowance for ${why}`, async () => {
        await ledger.allow(allowance(given));
        await ledger.allow(allowance(given));
        assert.equal((await day(60)).limit, raises ? 110 : 60);
        assert.equal((await reserve(opening('1'), { day: 60 })).ok, raises);
      });
    }

    it('raises the limit of one conversation', async () => {
      await ledger.allow(allowance({ scope: 'conversation', from: 0, threadId: 't' }));
      assert.equal((await ledger.conversationSpend('t', 'real')).allowed, 50);
      assert.equal((await ledger.conversationSpend('u', 'real')).allowed, 0);
      assert.equal((await reserve(opening('1', { threadId: 't' }), {}, 50)).ok, true);
      assert.deepEqual(await reserve(opening('2', { threadId: 'u' }), {}, 50), { ok: false, scope: 'conversation', spent: 0, held: 0, limit: 50 });
    });

    it('sums a conversation, real money without play money', async () => {
      assert.deepEqual(await ledger.conversationSpend('t'), { spent: 0, held: 0, allowed: 0, calls: 0, unknownCalls: 0 });
      await spentOn('demo', 7, { threadId: 't', realm: 'demo' });
      assert.deepEqual(await ledger.conversationSpend('t'), { spent: 7, held: 0, allowed: 0, calls: 1, unknownCalls: 0 });
      await spentOn('1', 20, { threadId: 't' });
      await spentOn('2', undefined, { threadId: 't' });
      await spentOn('3', 5, { threadId: 'u' });
      await reserve(opening('4', { threadId: 't' }));
      assert.deepEqual(await ledger.conversationSpend('t'), { spent: 20, held: 100, allowed: 0, calls: 2, unknownCalls: 1 });
      assert.deepEqual(await ledger.conversationSpend('t', 'demo'), { spent: 7, held: 0, allowed: 0, calls: 1, unknownCalls: 0 });
    });

    it('gives the last written call back as it was, also when the clock was set back', async () => {
      assert.equal(await ledger.lastCall('real'), undefined);
      await spentOn('1', 10);
      const last = settled(opening('2', { threadId: 't', question: 'message', effort: 'high', purpose: 'selection', startedAt: noon - 48 * hourMs }), 20, {
        outcome: 'cancelled',
        failure: 'cancelled',
        usage: { inputTokens: 9, cachedInputTokens: 3, cacheWriteTokens: 1, outputTokens: 4, reasoningTokens: 2, estimated: true, billed: nano(20) },
        charge: { amount: nano(20), source: 'billed', estimatedUsage: true },
        timing: { firstTokenMs: undefined, totalMs: 12 },
        decided: { quality: 'economy', tier: 'moderate', difficulty: -1.5, domains: { code: 0.75, math: 0.25 }, expected: { low: nano(4), likely: nano(9), high: nano(30) }, p: 0.82 },
      });
      await ledger.settle(last);
      await spentOn('3', 5, { realm: 'demo' });
      assert.deepEqual(await ledger.lastCall('real'), last);
    });

    it('keeps the price a call was charged at, for ever', async () => {
      const price = { input: pricePerMillion(3), output: pricePerMillion(15), cacheRead: pricePerMillion(0.3), cacheWrite1h: pricePerMillion(6), perCall: nano(5), share: [11, 10] as const, asOf: '2026-11-10' };
      const last = settled(opening('1'), 20, {
        usage: { ...noUsage, inputTokens: 9, cacheWriteTokens: 4, cacheWrite1hTokens: 3, served: ['priority', 'us'] },
        charge: { amount: nano(20), source: 'live', estimatedUsage: false, price },
      });
      await ledger.settle(last);
      assert.deepEqual(await ledger.lastCall('real'), last);
    });

    it('settles what dead processes left at its upper bound, with the source of the price', async () => {
      books.dead.add('gone');
      await reserve(opening('dead', { window: 'gone', priceSource: 'live', threadId: 't', question: 'message' }), { day: 150 });
      await reserve(opening('alive', { worst: nano(50) }), { day: 150 });
      assert.equal(await ledger.recover(noon + 1_000), 1);
      assert.deepEqual(await day(150), { spent: 100, held: 50, calls: 1, unknownCalls: 0, limit: 150 });
      assert.deepEqual(await ledger.lastCall('real'), {
        ...settled(opening('dead', { window: 'gone', threadId: 't', question: 'message' }), 100),
        endedAt: noon + 1_000,
        outcome: 'crashed',
        usage: { inputTokens: 0, cachedInputTokens: 0, cacheWriteTokens: 0, outputTokens: 0, reasoningTokens: 0, estimated: true },
        charge: { amount: 100, source: 'live', estimatedUsage: true },
        timing: { firstTokenMs: undefined, totalMs: 1_000 },
      });
      assert.equal(await ledger.recover(noon + 2_000), 0);
    });

    it('settles a dead call of unknown price as unknown', async () => {
      books.dead.add('gone');
      await reserve(opening('1', { window: 'gone', worst: undefined }));
      assert.equal(await ledger.recover(noon), 1);
      assert.deepEqual(await day(), { spent: 0, held: 0, calls: 1, unknownCalls: 1, limit: undefined });
    });

    it('corrects a call that was given up when its process comes back, once', async () => {
      books.dead.add('gone');
      const call = opening('1', { window: 'gone', threadId: 't' });
      await reserve(call);
      await ledger.recover(noon);
      assert.equal((await day()).spent, 100);
      await ledger.settle(settled(call, 30));
      await ledger.settle(settled(call, 77));
      assert.deepEqual(await day(), { spent: 30, held: 0, calls: 1, unknownCalls: 0, limit: undefined });
      assert.equal((await ledger.conversationSpend('t')).spent, 30);
      assert.equal((await ledger.lastCall('real'))?.outcome, 'complete');
      await ledger.recover(noon);
      assert.equal((await day()).spent, 30);
    });

    it('gives up a call of a living process after a day, and not before', async () => {
      await reserve(opening('1'));
      assert.equal(await ledger.recover(noon + 24 * hourMs), 0);
      assert.equal(await ledger.recover(noon + 24 * hourMs + 1), 1);
    });

    it('survives a clock that is set back', async () => {
      await reserve(opening('1'));
      assert.equal(await ledger.recover(noon - 40 * 24 * hourMs), 0);
      await ledger.settle(settled(opening('1'), 10, { endedAt: noon - 1 }));
      await spentOn('2', 5, { startedAt: noon - 40 * 24 * hourMs });
      assert.equal((await day()).spent, 10);
    });

    it('tells listeners what this window changed, until they leave', async () => {
      let told = 0;
      const stop = ledger.onChange(() => (told += 1));
      await reserve(opening('1'));
      await turn();
      await spentOn('1', 1);
      await turn();
      await ledger.allow(allowance({}));
      await turn();
      assert.equal(told, 3);
      assert.equal((await reserve(opening('2'), { day: 0 })).ok, false);
      await turn();
      assert.equal(told, 3);
      stop();
      stop();
      await spentOn('3', 1);
      await turn();
      assert.equal(told, 3);
    });

    it('adds up to the largest amounts exactly', async () => {
      const million = 1_000_000 * 1e9;
      await spentOn('1', million * 4 + 1);
      await spentOn('2', million * 4 + 1);
      assert.equal((await day()).spent, million * 8 + 2);
    });
  });
}
