import * as z from 'zod/mini';
import type { Effort } from '../../../core/model/modelCard';

/** OpenAI's words for how hard to think. Two of them have no row in the catalogue and are the nearest that has. */
export const effortWord = z.pipe(
  z.enum(['none', 'minimal', 'low', 'medium', 'high', 'xhigh', 'max']),
  z.transform((word): Effort => (word === 'minimal' ? 'low' : word === 'max' ? 'xhigh' : word)),
);
