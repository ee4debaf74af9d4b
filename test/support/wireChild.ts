import { systemClock } from '../../src/node/systemClock';
import { isCompletion, Network, ordinaryReply } from '../eval/wire/network';
import type { FaultCase } from '../eval/wire/readCase';
import { openStage } from '../eval/wire/stage';
import { tempoOf } from '../eval/wire/tempo';

/** A window in a process of its own, to be killed: asks, and says `held` when the call is under way. */
process.once('disconnect', () => process.exit(1));
process.once('message', (job: { readonly folder: string; readonly played: FaultCase }) => void ask(job));

async function ask({ folder, played }: { readonly folder: string; readonly played: FaultCase }): Promise<void> {
  const network = new Network(played.attempts, tempoOf(played), isCompletion, ordinaryReply);
  await network.start();
  const { app } = openStage({ folder, primary: { wire: played.wire, fetch: network.fetch, price: [1, 4], context: 128_000, host: '127.0.0.1:1' }, clock: systemClock });
  app.conversations.onEvent((event) => {
    if (event.type === 'answer-changed' && (event.phase === 'waiting' || event.phase === 'ended')) process.send?.(event.phase === 'waiting' ? 'held' : 'ended');
  });
  await app.conversations.send({ threadId: undefined, text: 'Say hello.', purpose: 'chat' });
}
