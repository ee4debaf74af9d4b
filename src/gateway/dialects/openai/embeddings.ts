import * as z from 'zod/mini';
import type { Embedded, EmbedRequest } from '../../../core/model/embedding';
import type { Read } from '../../dialect';
import { badField } from '../readBody';
import { readOpenai } from './readOpenai';

const text = z.string('must be text: lists of tokens are of one vendor').check(z.minLength(1));

/** https://platform.openai.com/docs/api-reference/embeddings/create */
const embeddingsBody = z.object({
  model: z.string().check(z.minLength(1)),
  input: z.union([text, z.array(text).check(z.minLength(1), z.maxLength(2048))]),
  dimensions: z.nullish(z.int().check(z.minimum(1))),
  encoding_format: z.nullish(z.enum(['float', 'base64'])),
});

export interface EmbeddingsRequest extends Pick<EmbedRequest, 'place' | 'input' | 'dimensions'> {
  readonly base64: boolean;
}

export function readEmbeddings(body: unknown): Read<EmbeddingsRequest> {
  const read = readOpenai(embeddingsBody, body);
  if (!read.ok) return read;
  const { model, input, dimensions, encoding_format: format } = read.value;
  // Vectors of two models cannot be compared, so that nobody chooses for the client.
  if (!/^[^/]+\/[^#]+$/.test(model)) return badField('model', 'must be "provider/model", such as "openai/text-embedding-3-small": vectors of one model mean nothing to another, so none is chosen here');
  return { ok: true, value: { place: model, input: typeof input === 'string' ? [input] : input, ...(typeof dimensions === 'number' ? { dimensions } : {}), base64: format === 'base64' } };
}

export function embeddingsReply({ place, base64 }: EmbeddingsRequest, { vectors, receipt }: Extract<Embedded, { readonly ok: true }>): object {
  return {
    object: 'list',
    data: vectors.map((vector, index) => ({ object: 'embedding', index, embedding: base64 ? packed(vector) : vector })),
    model: place,
    usage: { prompt_tokens: receipt.usage.inputTokens, total_tokens: receipt.usage.inputTokens },
  };
}

/** Numbers of 32 bits, the lowest byte first, in base64. */
function packed(vector: readonly number[]): string {
  const bytes = Buffer.alloc(vector.length * 4);
  vector.forEach((value, index) => bytes.writeFloatLE(value, index * 4));
  return bytes.toString('base64');
}
