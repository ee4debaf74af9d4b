import type { Preparation } from '../src/core/routing/profileInput';
import { checksum, type WeightsHeader, weightsMagic } from '../src/core/routing/profileModel';
import type { FormatRules } from './formats';
import type { Network } from './network';

/** The bytes that `readProfileModel` reads. */
export function writeWeights(facts: Omit<WeightsHeader, 'phrases' | 'members'>, preparation: Preparation, rules: FormatRules, networks: readonly Network[]): Uint8Array {
  const phrases = [...preparation.groups].flatMap(([hash, groups]) => groups.map((group) => ({ hash, group }))).sort((left, right) => left.hash - right.hash || left.group - right.group);
  const header: WeightsHeader = { ...facts, phrases: phrases.length, members: networks.length };
  const parts: Uint8Array[] = [];
  const text = new TextEncoder();
  const json = text.encode(JSON.stringify(header));
  parts.push(text.encode(weightsMagic), words([json.length]), json);
  parts.push(floats(preparation.mean), floats(preparation.scale));
  parts.push(words(phrases.map(({ hash }) => hash)), Uint8Array.from(phrases, ({ group }) => group));
  parts.push(...matrix(rules.gate, facts.formats.length), floats(rules.gateBias), ...matrix(rules.difficulty, facts.formats.length), floats(rules.difficultyBias));
  for (const { said, shown, inner, innerBias, outer, direct, outerBias } of networks) {
    parts.push(...matrix(said, 1), ...matrix(shown, 1), ...matrix(inner, innerBias.length), floats(innerBias));
    parts.push(...matrix(outer, outerBias.length), ...matrix(direct, outerBias.length), floats(outerBias));
  }
  const body = Buffer.concat(parts);
  return Buffer.concat([body, words([checksum(body)])]);
}

function words(values: readonly number[]): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, at) => view.setUint32(4 * at, value, true));
  return new Uint8Array(view.buffer);
}

function floats(values: Float32Array): Uint8Array {
  const view = new DataView(new ArrayBuffer(4 * values.length));
  values.forEach((value, at) => view.setFloat32(4 * at, value, true));
  return new Uint8Array(view.buffer);
}

/** A scale for each row, then a signed byte for each value. */
function matrix(values: Float32Array, rows: number): [Uint8Array, Uint8Array] {
  const columns = values.length / rows;
  const scales = new Float32Array(rows);
  const bytes = new Int8Array(values.length);
  for (let row = 0; row < rows; row++) {
    const own = values.subarray(row * columns, (row + 1) * columns);
    const scale = own.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-9) / 127;
    scales[row] = scale;
    own.forEach((value, at) => {
      bytes[row * columns + at] = Math.round(value / scale);
    });
  }
  return [floats(scales), new Uint8Array(bytes.buffer)];
}
