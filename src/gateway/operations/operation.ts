import type { CallRecord } from '../../core/model/call';

/** Of the conventions' `gen_ai.operation.name`. */
export function operationOf({ purpose }: Pick<CallRecord, 'purpose'>): 'chat' | 'embeddings' {
  return purpose === 'embedding' ? 'embeddings' : 'chat';
}
