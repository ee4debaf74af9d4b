import { countTokens } from '../../countTokens';
import type { GatewayDoor } from '../../door';
import type { Reply, Row } from '../../row';
import { anthropicMessages } from './anthropicMessages';
import { readCount } from './read';
import { toProblem } from './said';

/** The addresses that clients of Anthropic know, but for the list of models, which they share with those of OpenAI. */
export function anthropicRows({ estimateTokens }: Pick<GatewayDoor, 'estimateTokens'>): readonly Row[] {
  return [
    { method: 'POST', path: '/v1/messages', problem: toProblem, serve: { kind: 'ask', dialect: () => anthropicMessages } },
    {
      method: 'POST',
      path: '/v1/messages/count_tokens',
      problem: toProblem,
      serve: {
        kind: 'reply',
        reply: async ({ body }): Promise<Reply> => {
          const read = readCount(body);
          return read.ok ? { status: 200, body: { input_tokens: countTokens(read.value.ask, estimateTokens) } } : { problem: read.problem };
        },
      },
    },
  ];
}
