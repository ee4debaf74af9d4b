import * as z from 'zod/mini';
import type { Sampling } from '../../../core/model/message';

/** Fields that OpenAI's protocols have in common. */
export const samplingFields = {
  temperature: z.nullish(z.number().check(z.minimum(0), z.maximum(2))),
  top_p: z.nullish(z.number().check(z.minimum(0), z.maximum(1))),
};

interface Written {
  readonly temperature?: number | null | undefined;
  readonly top_p?: number | null | undefined;
  readonly stop?: string | readonly string[] | null | undefined;
  readonly seed?: number | null | undefined;
}

/** Nothing where nothing is said. */
export function readSampling({ temperature, top_p: topP, stop, seed }: Written): { readonly sampling?: Sampling } {
  const stops = typeof stop === 'string' ? [stop] : (stop ?? []);
  const sampling: Sampling = {
    ...(typeof temperature === 'number' ? { temperature } : {}),
    ...(typeof topP === 'number' ? { topP } : {}),
    ...(stops.length === 0 ? {} : { stop: stops }),
    ...(typeof seed === 'number' ? { seed } : {}),
  };
  return Object.keys(sampling).length === 0 ? {} : { sampling };
}
