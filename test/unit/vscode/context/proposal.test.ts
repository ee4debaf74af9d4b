import assert from 'node:assert/strict';
import { describe, it } from 'mocha';
import { proposalFor } from '../../../../src/vscode/context/proposal';

const small = { id: '1', label: 'small.ts', tokens: 100 };
const large = { id: '2', label: 'large.ts', tokens: 900 };

describe('proposalFor', () => {
  const rows: readonly (readonly [name: string, items: readonly (typeof small)[], tooLong: Partial<Parameters<typeof proposalFor>[1]>, drop: readonly string[] | undefined, sentence?: RegExp])[] = [
    ['leaves out what is enough, and names it', [small, large], { needed: 1500 }, ['2'], /Without large\.ts it fits/],
    ['names all of it in the order in which it is shown', [small, large], { needed: 2000 }, ['2', '1'], /Without small\.ts, large\.ts it fits/],
    ['says where that is not enough', [small, large], { needed: 9000 }, ['2', '1'], /also without what is attached/],
    ['leaves nothing out where a new chat is what helps', [small, large], { needed: 9000, said: 8000 }, [], /in a new chat, it fits/],
    ['still leaves out what is enough where a new chat would do as well', [small, large], { needed: 1500, said: 8000 }, ['2'], /Without large\.ts it fits/],
    ['has nothing to say where nothing would help', [], { needed: 1500 }, undefined],
    ['says how much is read where another model can be chosen', [], { needed: 1500, longer: true }, [], /reads \(≈1\.0k tokens\)\.$/],
  ];
  for (const [name, items, tooLong, drop, sentence = /^$/] of rows) {
    it(name, () => {
      const proposal = proposalFor(items, { needed: 0, available: 1000, said: 0, longer: false, ...tooLong });
      assert.deepEqual(proposal?.drop, drop);
      assert.match(proposal?.sentence ?? '', sentence);
    });
  }
});
