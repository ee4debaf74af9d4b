import type { Clock } from '../core/ports/clock';
import { anthropicRows } from './dialects/anthropicMessages/anthropicRows';
import { geminiRows } from './dialects/geminiGenerate/geminiRows';
import { openaiRows } from './dialects/openai/openaiRows';
import type { GatewayDoor } from './door';
import type { ModelNames } from './models';
import type { Operations } from './operations/operations';
import type { Row } from './row';

interface Parts {
  readonly door: Pick<GatewayDoor, 'embed' | 'estimateTokens'>;
  readonly names: ModelNames;
  readonly clock: Clock;
  readonly operations: Pick<Operations, 'rows'>;
}

/** Every address of the gateway that needs a token. The words of the first are those for addresses that are nobody's. */
export function gatewayRows(parts: Parts): readonly [Row, ...Row[]] {
  const [first, ...others] = openaiRows(parts);
  if (first === undefined) throw new Error('no rows');
  return [first, ...others, ...anthropicRows(parts.door), ...geminiRows(parts), ...parts.operations.rows];
}
