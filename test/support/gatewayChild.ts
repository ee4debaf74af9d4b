import { gatewayOn, started, untilStopped } from './gatewayDoor';

/**
 * One window's gateway in its own process, whose answers begin and go on until they are stopped:
 *   node gatewayChild.cjs '{"token":"…"}'
 * Says each state it comes into as a line of JSON.
 */
const { token }: { readonly token: string } = JSON.parse(process.argv[2] ?? '{}');
const { gateway } = gatewayOn({
  token,
  async *answer(_, signal) {
    yield* untilStopped(signal, started(), { type: 'text-delta', text: `from ${process.pid}` });
  },
});
gateway.onChange(() => process.stdout.write(`${JSON.stringify(gateway.state())}\n`));
// The gateway keeps no process alive by itself.
process.stdin.resume();
void gateway.start();
