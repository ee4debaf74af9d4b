import assert from 'node:assert/strict';
import type { CallOpening } from '../../../../src/core/model/call';
import type { GatewayClient } from '../../../../src/core/model/client';
import { asArmId } from '../../../../src/core/model/modelCard';
import { nano } from '../../../../src/core/model/money';
import type { ClientStore } from '../../../../src/core/ports/clientStore';
import type { LedgerStore, Reserved } from '../../../../src/core/ports/ledgerStore';
import { openDatabaseFile } from '../../../../src/node/sqlite/databaseFile';
import { booksInFolder } from '../../../support/booksInFolder';
import { noon, opening, periodsOf, settled } from '../../../support/calls';
import { FakeClientStore } from '../../../support/fakeClientStore';
import { FakeLedgerStore } from '../../../support/fakeLedgerStore';

interface Window {
  readonly clients: ClientStore;
  readonly ledger: LedgerStore;
}

interface Opened {
  readonly one: Window;
  readonly other: Window;
  readonly dead: Set<string>;
  close(): void;
}

/** The same rules for the real store, in two windows, and for the one that other tests use. */
const kinds: readonly { readonly name: string; readonly open: () => Promise<Opened> }[] = [
  {
    name: 'ClientTables',
    async open() {
      const books = booksInFolder();
      return { ...books, one: await books.open(), other: await books.open() };
    },
  },
  {
    name: 'FakeClientStore',
    async open() {
      const ledger = new FakeLedgerStore();
      const window = { clients: new FakeClientStore(ledger), ledger };
      return { one: window, other: window, dead: ledger.dead, close: () => undefined };
    },
  },
];

const plain: GatewayClient = { id: 'c', name: 'Claude Code', tokenHash: 'ab12', createdAt: noon };
const full: GatewayClient = { ...plain, id: 'd', agent: 'claude', folder: 'shop', limit: nano(2e9), models: ['openai/*', 'own/first'], quality: 'economy', arm: asArmId('own/first#low'), createdAt: noon - 1, expiresAt: noon + 1 };

for (const { name, open } of kinds) {
  describe(name, () => {
    let opened: Opened;
    beforeEach(async () => (opened = await open()));
    afterEach(() => opened.close());

    const ofClient = (id: string, changes: Partial<CallOpening> = {}): CallOpening => opening(id, { client: 'c', folder: 'shop', purpose: 'agent:claude', ...changes });
    const reserve = ({ ledger }: Window, call: CallOpening, clientLimit?: number, day?: number): Promise<Reserved> =>
      ledger.reserve({ opening: call, periods: periodsOf(day === undefined ? {} : { day }), conversationLimit: undefined, ...(clientLimit === undefined ? {} : { clientLimit: nano(clientLimit) }) });

    it('keeps clients with their rules for every window, the oldest first, until they are removed', async () => {
      const { one, other } = opened;
      await one.clients.put(plain);
      await other.clients.put(full);
      assert.deepEqual(await one.clients.list(), [full, plain]);
      await one.clients.put({ ...full, name: 'Another', limit: nano(1) });
      const { limit: _, models: __, quality: ___, arm: ____, expiresAt: _____, ...less } = full;
      await other.clients.put({ ...plain, folder: 'home' });
      assert.deepEqual(await other.clients.list(), [{ ...full, name: 'Another', limit: 1 }, { ...plain, folder: 'home' }]);
      await one.clients.put(less);
      assert.deepEqual((await other.clients.list())[0], less);
      await other.clients.remove('d');
      await other.clients.remove('d');
      assert.deepEqual(await one.clients.list(), [{ ...plain, folder: 'home' }]);
    });

    it('knows what a client has spent, also once it is removed', async () => {
      const { one, other } = opened;
      await one.clients.put(plain);
      assert.deepEqual(await other.clients.spend('c'), { spent: 0, held: 0, calls: 0, unknownCalls: 0 });
      await reserve(one, ofClient('1'));
      assert.deepEqual(await other.clients.spend('c'), { spent: 0, held: 100, calls: 0, unknownCalls: 0 });
      await one.ledger.settle(settled(ofClient('1'), 30));
      await one.ledger.settle(settled(ofClient('2'), undefined));
      await one.ledger.settle(settled(opening('3'), 77));
      await one.ledger.settle(settled(ofClient('4', { client: 'd' }), 88));
      await one.ledger.settle(settled(ofClient('5', { realm: 'demo' }), 99));
      await one.clients.remove('c');
      assert.deepEqual(await other.clients.spend('c'), { spent: 30, held: 0, calls: 2, unknownCalls: 1 });
    });

    it('tells of play money where there is no other', async () => {
      await opened.one.ledger.settle(settled(ofClient('1', { realm: 'demo' }), 99));
      assert.equal((await opened.one.clients.spend('c')).spent, 99);
    });

    it('tells the windows that a client changed', async () => {
      const told = new Promise<void>((resolve) => void opened.other.clients.onChange(resolve));
      await opened.one.clients.put(plain);
      await told;
    });

    const limits: readonly { readonly why: string; readonly limit: number; readonly day?: number; readonly call?: Partial<CallOpening>; readonly expected: object }[] = [
      { why: 'exactly fitting', limit: 250, expected: { ok: true } },
      { why: 'one over', limit: 249, expected: { ok: false, scope: 'client', spent: 50, held: 100, limit: 249 } },
      { why: 'over the day as well, which is tighter', limit: 249, day: 200, expected: { ok: false, scope: 'day', spent: 50, held: 100, limit: 200 } },
      { why: 'over the day as well, which is wider', limit: 200, day: 249, expected: { ok: false, scope: 'client', spent: 50, held: 100, limit: 200 } },
      { why: 'of another client', limit: 100, call: { client: 'd' }, expected: { ok: true } },
      { why: 'in play money', limit: 100, call: { realm: 'demo' }, expected: { ok: true } },
      { why: 'that costs nothing', limit: 0, call: { worst: nano(0) }, expected: { ok: true } },
    ];
    for (const { why, limit, day, call, expected } of limits) {
      it(`refuses what would pass the limit of a client and nothing else: ${why}`, async () => {
        await opened.one.ledger.settle(settled(ofClient('spent', { startedAt: noon - 3_600_000 }), 50));
        await reserve(opened.other, ofClient('held'));
        assert.deepEqual(await reserve(opened.one, ofClient('new', call), limit, day), expected);
      });
    }

    it('counts what a client spent at any time: its limit has no end', async () => {
      await opened.one.ledger.settle(settled(ofClient('spent', { startedAt: noon - 400 * 86_400_000 }), 50));
      assert.deepEqual(await reserve(opened.one, ofClient('new'), 149), { ok: false, scope: 'client', spent: 50, held: 0, limit: 149 });
    });

    it('lets one of ten at once have the last of it, in two windows', async () => {
      const { one, other } = opened;
      await one.ledger.settle(settled(ofClient('spent'), 900));
      const answers = await Promise.all(Array.from({ length: 10 }, (_, index) => reserve(index % 2 === 0 ? one : other, ofClient(`${index}`), 1_000)));
      assert.equal(answers.filter(({ ok }) => ok).length, 1);
      assert.deepEqual(await one.clients.spend('c'), { spent: 900, held: 100, calls: 1, unknownCalls: 0 });
    });

    it('settles for a client what its dead window left', async () => {
      const { one, other, dead } = opened;
      dead.add('gone');
      const call = ofClient('1', { window: 'gone' });
      await reserve(one, call, 100);
      assert.equal(await other.ledger.recover(noon + 1), 1);
      const last = await other.ledger.lastCall('real');
      assert.deepEqual([last?.client, last?.folder, last?.purpose, last?.outcome], ['c', 'shop', 'agent:claude', 'crashed']);
      assert.equal((await reserve(one, ofClient('2'), 199)).ok, false);
      await one.ledger.settle(settled(call, 10));
      assert.deepEqual(await one.clients.spend('c'), { spent: 10, held: 0, calls: 1, unknownCalls: 0 });
    });

    it('keeps who asked, and for what, in the books', async () => {
      const call = settled(ofClient('1'), 30);
      await opened.one.ledger.settle(call);
      assert.deepEqual(await opened.other.ledger.lastCall('real'), call);
    });
  });
}

describe('the sums of clients', () => {
  it('agree with the calls after rows were changed and removed by hand', async () => {
    const books = booksInFolder();
    const opened = await books.open();
    for (let index = 0; index < 40; index++) {
      await opened.ledger.settle(settled(opening(`${index}`, { realm: index % 5 === 0 ? 'demo' : 'real', ...(index % 3 === 0 ? {} : { client: `c${index % 3}` }) }), index % 7 === 0 ? undefined : index));
    }
    const hand = openDatabaseFile(books.file, { busyTimeoutMs: 0 });
    hand.exec("UPDATE calls SET amount = 1000, price_source = 'user' WHERE seq % 4 = 0");
    hand.exec("UPDATE calls SET client = NULL WHERE seq % 6 = 0; UPDATE calls SET client = 'c9', realm = 'demo' WHERE seq % 9 = 0");
    hand.exec('DELETE FROM calls WHERE seq % 5 = 0');
    const sums = hand.prepare('SELECT client, realm, nano, calls, unknown_calls AS unknown FROM client_spend WHERE calls <> 0 ORDER BY 1, 2').all();
    const counted = hand.prepare('SELECT client, realm, coalesce(sum(amount), 0) AS nano, count(*) AS calls, sum(amount IS NULL) AS unknown FROM calls WHERE client IS NOT NULL GROUP BY 1, 2 ORDER BY 1, 2').all();
    assert.ok(counted.length >= 4);
    assert.deepEqual(sums, counted);
    hand.close();
    books.close();
  });

  it('and rules of clients that cannot be read let nothing be asked', async () => {
    const books = booksInFolder();
    const opened = await books.open();
    await opened.clients.put(full);
    const hand = openDatabaseFile(books.file, { busyTimeoutMs: 0 });
    hand.exec(`UPDATE clients SET models = '{', quality = 'lavish'`);
    const [read] = await opened.clients.list();
    assert.deepEqual([read?.models, read?.quality], [['-'], undefined]);
    hand.close();
    books.close();
  });
});
