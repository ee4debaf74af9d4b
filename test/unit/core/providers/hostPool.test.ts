import assert from 'node:assert/strict';
import { asArmId, idOfArm } from '../../../../src/core/model/modelCard';
import { nano } from '../../../../src/core/model/money';
import type { Candidate } from '../../../../src/core/model/route';
import { HostPool } from '../../../../src/core/providers/hostPool';
import { arm } from '../../../support/cards';

/** A candidate by `provider model cost`; a cost of `?` is unknown. */
function candidate(sketch: string): Candidate {
  const [provider = '', card = '', cost = ''] = sketch.split(' ');
  const one = arm({ provider, model: card, card });
  return { id: idOfArm(one), arm: one, capable: undefined, estimate: undefined, expected: cost === '?' ? undefined : nano(Number(cost)) };
}

describe('a pool of hosts', () => {
  const rows: readonly (readonly [name: string, ranked: readonly string[], asked: readonly string[], own: string | undefined, expected: string])[] = [
    ['keeps the order while nobody was asked', ['a m 5', 'b m 5'], [], undefined, 'a b'],
    ['asks the other after the first', ['a m 5', 'b m 5'], ['a'], undefined, 'b a'],
    ['asks the one that rested longest', ['a m 5', 'b m 5', 'c m 5'], ['b', 'a', 'c', 'a'], undefined, 'b c a'],
    ['leaves another price behind', ['a m 5', 'b m 6'], ['a'], undefined, 'a b'],
    ['leaves another model behind', ['a m 5', 'b n 5'], ['a'], undefined, 'a b'],
    ['spreads what is free', ['a m 0', 'b m 0'], ['a'], undefined, 'b a'],
    ['does not spread what has no known price', ['a m ?', 'b m ?'], ['a'], undefined, 'a b'],
    ['takes an equal from behind another', ['a m 5', 'b n 5', 'c m 5'], ['a'], undefined, 'c a b'],
    ['stays with the host of the conversation', ['a m 5', 'b m 5'], ['a'], 'a/m', 'a b'],
    ['does not bring forward a host that is dearer', ['a m 5', 'b m 6'], [], 'b/m', 'a b'],
    ['takes nobody for an equal of themselves', ['a m 5'], ['a'], undefined, 'a'],
    ['stands nobody in line', [], [], undefined, ''],
  ];
  for (const [name, ranked, asked, own, expected] of rows) {
    it(name, () => {
      const pool = new HostPool();
      for (const provider of asked) pool.asked(provider);
      const order = pool.spread(ranked.map(candidate), own === undefined ? undefined : asArmId(own));
      assert.equal(order.map((one) => one.arm.offer.provider).join(' '), expected);
    });
  }
});
