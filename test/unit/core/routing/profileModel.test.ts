import assert from 'node:assert/strict';
import { tiers } from '../../../../src/core/model/profile';
import { featuresOf } from '../../../../src/core/routing/features';
import { checksum, readProfileModel } from '../../../../src/core/routing/profileModel';
import { readMessage } from '../../../../src/core/routing/readMessage';
import { shippedWeights } from '../../../support/shippedProfile';

const model = readProfileModel(shippedWeights());

function judge(text: string, language?: string) {
  return model.judge(featuresOf(readMessage(text), language));
}

function likeliest(text: string): string | undefined {
  const judged = judge(text);
  return tiers.toSorted((left, right) => judged.tiers[right] - judged.tiers[left])[0];
}

/** The file with another header, its checksum made right again. */
function withHeader(change: (header: Record<string, unknown>) => void): Uint8Array {
  const bytes = Buffer.from(shippedWeights());
  const length = bytes.readUInt32LE(8);
  const header: Record<string, unknown> = JSON.parse(bytes.toString('utf8', 12, 12 + length));
  change(header);
  const text = Buffer.from(JSON.stringify(header));
  const size = Buffer.alloc(4);
  size.writeUInt32LE(text.length);
  return withChecksum(Buffer.concat([bytes.subarray(0, 8), size, text, bytes.subarray(12 + length, -4)]));
}

function withChecksum(body: Uint8Array): Uint8Array {
  const end = Buffer.alloc(4);
  end.writeUInt32LE(checksum(body));
  return Buffer.concat([body, end]);
}

describe('readProfileModel', () => {
  const none = /no file of weights/;
  const damaged = /damaged/;
  const refused: [string, () => Uint8Array, RegExp][] = [
    ['an empty file', () => new Uint8Array(), none],
    ['another file', () => Buffer.from('{"weights": "of something else"}'), none],
    ['one changed bit at the start of the figures', () => flipped(700), damaged],
    ['one changed bit in the middle', () => flipped(120_000), damaged],
    ['one changed bit at the end', () => flipped(shippedWeights().length - 1), damaged],
    ['a file cut off', () => shippedWeights().subarray(0, 100_000), damaged],
    ['a file cut off after its header', () => withChecksum(shippedWeights().subarray(0, 900)), damaged],
    ['a file with something after it', () => withChecksum(Buffer.concat([shippedWeights().subarray(0, -4), Buffer.from('more')])), damaged],
    ['weights for other features', () => withHeader((header) => (header['features'] = 99)), /another version/],
    ['weights for other domains', () => withHeader((header) => (header['domains'] = ['code'])), /another version/],
    ['weights for other figures', () => withHeader((header) => (header['figures'] = 3)), /another version/],
    ['a header with an absurd size', () => withHeader((header) => (header['embedding'] = 64)), damaged],
  ];
  for (const [name, bytes, sentence] of refused) it(`refuses ${name}`, () => assert.throws(() => readProfileModel(bytes()), sentence));

  it('refuses a header that is none', () => assert.throws(() => readProfileModel(withHeader((header) => delete header['hidden']))));
  it('reads bytes that are a part of a larger buffer', () => assert.equal(readProfileModel(Buffer.concat([Buffer.from('abc'), shippedWeights()]).subarray(3)).version, model.version));
  it('is small enough to ship', () => assert.ok(shippedWeights().length <= 300_000));
  it('knows its version', () => assert.match(model.version, /^1-[0-9a-f]{8}$/));
});

function flipped(at: number): Uint8Array {
  const bytes = Uint8Array.from(shippedWeights());
  bytes[at] = (bytes[at] ?? 0) ^ 4;
  return bytes;
}

describe('the trained profile', () => {
  const rows: [string, string][] = [
    ['rename foo to bar', 'simple'],
    ['what does git stash do', 'simple'],
    ['regex for digits only', 'simple'],
    ['write a commit message for this: bumped eslint', 'simple'],
    ['add pagination, sorting and a search field to the table; keep the state in the url and load pages lazily', 'moderate'],
    ['prove that this lock-free queue is linearizable under the C++ memory model', 'complex'],
    ['design multi-region failover for our payments without ever charging twice', 'complex'],
  ];
  for (const [text, tier] of rows) it(`"${text}" is ${tier}`, () => assert.equal(likeliest(text), tier));

  it('ranks them as their tiers', () => {
    const b = rows.map(([text]) => judge(text).difficulty);
    assert.ok(Math.max(...b.slice(0, 4)) < (b[4] ?? 0) && (b[4] ?? 0) < Math.min(...b.slice(5)), b.join(' '));
  });

  const strange = ['', ' ', 'x'.repeat(1_000_000), '🙃'.repeat(400), '\ud800', '\u0000\u0001', '```'.repeat(100), '?'.repeat(10_000), '1 '.repeat(50_000), '\n'.repeat(100_000)];
  for (const text of strange) {
    it(`says something whole of ${JSON.stringify(text.slice(0, 12))} (${text.length} characters)`, () => {
      const { tiers: byTier, domains, intents, difficulty, outputTokens } = judge(text);
      for (const shares of [byTier, domains, intents]) {
        const values = Object.values(shares);
        assert.ok(values.every((share) => share >= 0 && share <= 1));
        assert.ok(Math.abs(values.reduce((sum, share) => sum + share, 0) - 1) < 1e-4);
      }
      assert.ok(difficulty >= -7 && difficulty <= 3);
      assert.ok(outputTokens.p50 >= 1 && outputTokens.p90 > outputTokens.p50 && outputTokens.p90 < 10_000);
    });
  }

  it('says the same of the same', () => assert.deepEqual(judge('why is it slow', 'go'), judge('why is it slow', 'go')));
});
