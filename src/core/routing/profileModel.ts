import * as z from 'zod/mini';
import { inEnglish } from '../catalog/inEnglish';
import { type Domain, domains } from '../model/modelCard';
import { type Intent, intents, type Tier, tiers } from '../model/profile';
import { difficultyAnchors } from './capable';
import { type Features, featuresVersion, figureNames } from './features';
import { denseLength, networkInput, type NetworkInput, type Preparation } from './profileInput';

/** What the trained profile says of a text. */
export interface Judgement {
  /** Probabilities, summing to 1; so are `intents` and `tiers`. */
  readonly domains: Readonly<Record<Domain, number>>;
  readonly intents: Readonly<Record<Intent, number>>;
  readonly tiers: Readonly<Record<Tier, number>>;
  /** b in logits: the log odds that a model of average ability fails. Anchors: easy −3.934, medium −1.523, hard 0.322. */
  readonly difficulty: number;
  /** Tokens of a good answer of a model that does not think at length. */
  readonly outputTokens: { readonly p50: number; readonly p90: number };
}

export interface ProfileModel {
  /** Of the weights, as in their training record. */
  readonly version: string;
  /** Pure and total; well under a millisecond. */
  judge(features: Features): Judgement;
}

/** Names the file and its format. */
export const weightsMagic = 'FTHPROF1';

/**
 * What stands before the figures, as JSON. Then follow, little-endian: means and scales of the figures of structure (32-bit
 * floats), the groups of words (32-bit hashes, then a byte for the group of each), which format a text is of and how hard
 * it is as such, and the networks. A matrix is a 32-bit
 * float for each row, then its bytes: a value is byte times float. Last a checksum of all before it.
 */
const headerSchema = z.strictObject({
  version: z.string().check(z.maxLength(100)),
  features: z.int(),
  figures: z.int().check(z.minimum(0)),
  groups: z.int().check(z.minimum(0), z.maximum(255)),
  acts: z.int().check(z.minimum(0), z.maximum(255)),
  phrases: z.int().check(z.minimum(0), z.maximum(100_000)),
  saidBits: z.int().check(z.minimum(1), z.maximum(16)),
  shownBits: z.int().check(z.minimum(1), z.maximum(16)),
  embedding: z.int().check(z.minimum(1), z.maximum(64)),
  hidden: z.int().check(z.minimum(1), z.maximum(256)),
  members: z.int().check(z.minimum(1), z.maximum(16)),
  domains: z.array(z.string()),
  intents: z.array(z.string()),
  /** What kinds of text the difficulty is judged apart for; the first is everyday talk, judged by the networks. */
  formats: z.array(z.string()).check(z.minLength(1), z.maxLength(16)),
  /** Difficulty of everyday talk: constant, factors of the networks', of the linear rule's, of that of the tiers. */
  difficulty: z.tuple([z.number(), z.number(), z.number(), z.number()]),
  /** Makes the probabilities of the tiers honest; found on texts left out of training. */
  tierSharpness: z.number().check(z.positive()),
  /** Deviation of the log tokens of texts left out of training. */
  tokensDeviation: z.number().check(z.positive()),
});
export type WeightsHeader = z.infer<typeof headerSchema>;

/** For each format of text: how a text of it looks, and how hard it is as such. Rows of as many values as there are inputs. */
interface Formats {
  readonly gate: Float32Array;
  readonly gateBias: Float32Array;
  readonly difficulty: Float32Array;
  readonly difficultyBias: Float32Array;
}

/** One network: tables of words, a hidden layer, a direct way around it. */
export interface Member {
  readonly said: Float32Array;
  readonly shown: Float32Array;
  /** hidden × inputs. */
  readonly inner: Float32Array;
  readonly innerBias: Float32Array;
  /** outputs × hidden. */
  readonly outer: Float32Array;
  /** outputs × inputs. */
  readonly direct: Float32Array;
  readonly outerBias: Float32Array;
}

/** Reads the weights. Throws a sentence for a file that is none, is damaged, or was made for another version of Farthing. */
export function readProfileModel(bytes: Uint8Array): ProfileModel {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (bytes.length < 16 || weightsMagic !== String.fromCharCode(...bytes.subarray(0, 8))) throw new Error('This is no file of weights for the profile of prompts.');
  const body = bytes.length - 4;
  if (view.getUint32(body, true) !== checksum(bytes.subarray(0, body))) throw new Error('The weights for the profile of prompts are damaged.');
  const headerEnd = 12 + view.getUint32(8, true);
  const header = headerSchema.parse(JSON.parse(new TextDecoder().decode(bytes.subarray(12, headerEnd))), inEnglish);
  if (header.features !== featuresVersion || header.figures !== figureNames.length || String(header.domains) !== String(domains) || String(header.intents) !== String(intents)) {
    throw new Error('The weights for the profile of prompts were made for another version of Farthing.');
  }
  const reader = new Reader(view, headerEnd);
  const preparation = readPreparation(reader, header);
  const formats = readFormats(reader, header);
  const members = Array.from({ length: header.members }, () => readMember(reader, header));
  if (reader.at !== body) throw new Error('The weights for the profile of prompts are damaged.');
  return { version: header.version, judge: (features) => judge(header, formats, members, networkInput(preparation, features)) };
}

class Reader {
  constructor(
    private readonly view: DataView,
    public at: number,
  ) {}

  floats(count: number): Float32Array {
    const from = this.taken(4 * count);
    return Float32Array.from({ length: count }, (_, index) => this.view.getFloat32(from + 4 * index, true));
  }

  hashes(count: number): number[] {
    const from = this.taken(4 * count);
    return Array.from({ length: count }, (_, index) => this.view.getUint32(from + 4 * index, true));
  }

  bytes(count: number): number[] {
    const from = this.taken(count);
    return Array.from({ length: count }, (_, index) => this.view.getUint8(from + index));
  }

  matrix(rows: number, columns: number): Float32Array {
    const scales = this.floats(rows);
    const from = this.taken(rows * columns);
    const values = new Float32Array(rows * columns);
    for (let row = 0; row < rows; row++) {
      const scale = scales[row] ?? 0;
      for (let at = row * columns; at < (row + 1) * columns; at++) values[at] = this.view.getInt8(from + at) * scale;
    }
    return values;
  }

  private taken(length: number): number {
    const from = this.at;
    this.at += length;
    if (this.at > this.view.byteLength) throw new Error('The weights for the profile of prompts are damaged.');
    return from;
  }
}

function readPreparation(reader: Reader, { figures, groups, acts, phrases, saidBits, shownBits }: WeightsHeader): Preparation {
  const mean = reader.floats(figures);
  const scale = reader.floats(figures);
  const hashes = reader.hashes(phrases);
  const groupOf = reader.bytes(phrases);
  const byHash = new Map<number, number[]>();
  hashes.forEach((hash, at) => {
    const group = groupOf[at] ?? 0;
    const known = byHash.get(hash);
    if (known) known.push(group);
    else byHash.set(hash, [group]);
  });
  return { mean, scale, groups: byHash, groupCount: groups, actCount: acts, saidBits, shownBits };
}

function readFormats(reader: Reader, { groups, formats }: WeightsHeader): Formats {
  const count = formats.length;
  return { gate: reader.matrix(count, denseLength(groups)), gateBias: reader.floats(count), difficulty: reader.matrix(count, denseLength(groups)), difficultyBias: reader.floats(count) };
}

function readMember(reader: Reader, { groups, saidBits, shownBits, embedding, hidden }: WeightsHeader): Member {
  const inputs = denseLength(groups) + 2 * embedding;
  return {
    // The tables have one scale each: their rows are many and short.
    said: reader.matrix(1, 2 ** saidBits * embedding),
    shown: reader.matrix(1, 2 ** shownBits * embedding),
    inner: reader.matrix(hidden, inputs),
    innerBias: reader.floats(hidden),
    outer: reader.matrix(outputCount, hidden),
    direct: reader.matrix(outputCount, inputs),
    outerBias: reader.floats(outputCount),
  };
}

/** Of every network: tiers, difficulty, log tokens, domains, intents. */
const outputCount = 5 + domains.length + intents.length;
const difficultyAt = 3;
const tokensAt = 4;
const domainsFrom = 5;
const intentsFrom = domainsFrom + domains.length;

function judge(header: WeightsHeader, formats: Formats, members: readonly Member[], input: NetworkInput): Judgement {
  const out = new Float32Array(outputCount);
  for (const member of members) addOutputs(out, header, member, input);
  for (let at = 0; at < outputCount; at++) out[at] = (out[at] ?? 0) / members.length;
  for (let at = 0; at < 3; at++) out[at] = (out[at] ?? 0) * header.tierSharpness;
  const everyday = softmax(out, 0, 3);
    const shares = softmax(linear(formats.gate, formats.gateBias, input.dense), 0, header.formats.length);
  const isEveryday = shares[0] ?? 0;
  const asFormat = linear(formats.difficulty, formats.difficultyBias, input.dense);
  const [constant, ofNetworks, ofRule, ofTiers] = header.difficulty;
  const everydayDifficulty = constant + ofNetworks * (out[difficultyAt] ?? 0) + ofRule * (asFormat[0] ?? 0) + ofTiers * anchorOf(everyday);
  let b = 0;
  for (let at = 0; at < shares.length; at++) {
    const asRule = (1 - networkShare) * (asFormat[at] ?? 0) + networkShare * (out[difficultyAt] ?? 0);
    b += (shares[at] ?? 0) * (at === 0 ? everydayDifficulty : asRule);
  }
  b = Math.max(lowest, Math.min(highest, b));
  const byDifficulty = tiersAt(b);
  const logTokens = Math.max(0.7, Math.min(longestLog, out[tokensAt] ?? 0));
  return {
    tiers: sharesOf(noTiers, tiers, everyday.map((share, at) => isEveryday * share + (1 - isEveryday) * (byDifficulty[at] ?? 0))),
    difficulty: b,
    outputTokens: { p50: Math.round(Math.exp(logTokens)), p90: Math.round(Math.exp(logTokens + upper80 * header.tokensDeviation)) },
    domains: sharesOf(noDomains, domains, softmax(out, domainsFrom, intentsFrom)),
    intents: sharesOf(noIntents, intents, softmax(out, intentsFrom, outputCount)),
  };
}

/** How much the networks have to say on questions and contests, where the linear rules are surer. */
const networkShare = 0.2;

/**
 * The anchors of the tiers, weighed by how likely each is; the likelier are favoured, so that a difficulty lies in the tier
 * that is named beside it.
 */
function anchorOf(tierShares: readonly number[]): number {
  const { easy, medium, hard } = difficultyAnchors;
  const [simple = 0, moderate = 0, complex = 0] = tierShares.map((share) => share * share);
  return (simple * easy + moderate * medium + complex * hard) / (simple + moderate + complex);
}

const lowest = -7;
const highest = 3;

/** Each tier the likelier, the nearer its anchor. */
function tiersAt(b: number): number[] {
  const { easy, medium, hard } = difficultyAnchors;
  return softmax(Float32Array.of(-1.5 * Math.abs(b - easy), -1.5 * Math.abs(b - medium), -1.5 * Math.abs(b - hard)), 0, 3);
}

function linear(rows: Float32Array, bias: Float32Array, x: Float32Array): Float32Array {
  return bias.map((constant, row) => {
    let sum = constant;
    const from = row * x.length;
    for (let at = 0; at < x.length; at++) sum += (rows[from + at] ?? 0) * (x[at] ?? 0);
    return sum;
  });
}

/** Nobody writes longer answers unasked, ln of 3,000 tokens: a text unlike all others must not be expected to get one. */
const longestLog = 8;

/** The ninetieth percentile of a normal distribution, in deviations. */
const upper80 = 1.2816;

function addOutputs(out: Float32Array, { embedding, hidden }: WeightsHeader, member: Member, { dense, said, shown }: NetworkInput): void {
  const inputs = dense.length + 2 * embedding;
  const x = new Float32Array(inputs);
  x.set(dense);
  addRows(x, dense.length, member.said, said, embedding);
  addRows(x, dense.length + embedding, member.shown, shown, embedding);
  // Most groups of words are not in a text.
  const live: number[] = [];
  for (let at = 0; at < inputs; at++) if (x[at] !== 0) live.push(at);
  const h = new Float32Array(hidden);
  for (let unit = 0; unit < hidden; unit++) {
    const row = unit * inputs;
    let sum = member.innerBias[unit] ?? 0;
    for (const at of live) sum += (member.inner[row + at] ?? 0) * (x[at] ?? 0);
    h[unit] = sum > 0 ? sum : 0;
  }
  for (let output = 0; output < outputCount; output++) {
    let sum = member.outerBias[output] ?? 0;
    const row = output * hidden;
    for (let unit = 0; unit < hidden; unit++) sum += (member.outer[row + unit] ?? 0) * (h[unit] ?? 0);
    const straight = output * inputs;
    for (const at of live) sum += (member.direct[straight + at] ?? 0) * (x[at] ?? 0);
    out[output] = (out[output] ?? 0) + sum;
  }
}

/** The sum of the words' rows over the root of their number: long texts weigh more, but not in proportion. */
function addRows(x: Float32Array, from: number, table: Float32Array, rows: Uint16Array, embedding: number): void {
  if (rows.length === 0) return;
  const share = 1 / Math.sqrt(rows.length);
  for (const row of rows) {
    const start = row * embedding;
    for (let k = 0; k < embedding; k++) x[from + k] = (x[from + k] ?? 0) + (table[start + k] ?? 0) * share;
  }
}

function softmax(values: Float32Array, from: number, to: number): number[] {
  let highest = -Infinity;
  for (let at = from; at < to; at++) highest = Math.max(highest, values[at] ?? 0);
  const powers: number[] = [];
  let total = 0;
  for (let at = from; at < to; at++) {
    const power = Math.exp((values[at] ?? 0) - highest);
    powers.push(power);
    total += power;
  }
  return powers.map((power) => power / total);
}

/** `zero` names every label, so that the result does. */
function sharesOf<K extends string>(zero: Readonly<Record<K, number>>, names: readonly K[], values: readonly number[]): Record<K, number> {
  const shares: Record<K, number> = { ...zero };
  names.forEach((name, at) => {
    shares[name] = values[at] ?? 0;
  });
  return shares;
}

const noTiers: Readonly<Record<Tier, number>> = { simple: 0, moderate: 0, complex: 0 };
const noDomains: Readonly<Record<Domain, number>> = { code: 0, agentic_code: 0, math: 0, reasoning: 0, knowledge: 0, writing: 0, chat: 0, tools: 0, instruction: 0, long_context: 0 };
const noIntents: Readonly<Record<Intent, number>> = { fix: 0, refactor: 0, generate: 0, test: 0, docs: 0, translate: 0, regex: 0, sql: 0, shell: 0, devops: 0, data: 0, math: 0, debug: 0, performance: 0, security: 0, review: 0, design: 0, explain: 0, writing: 0, general: 0, question: 0 };

/** CRC-32 (IEEE), which finds every short damage. */
export function checksum(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (crcTable[(crc ^ byte) & 255] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

const crcTable = Uint32Array.from({ length: 256 }, (_, index) => {
  let crc = index;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc >>> 0;
});
