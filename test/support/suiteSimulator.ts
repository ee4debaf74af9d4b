import { LLMock } from '@copilotkit/aimock';

/** Somebody else's idea of the providers' protocols, for the tests of the suite that calls this; each begins with nothing said. */
export function suiteSimulator(): LLMock {
  const simulator = new LLMock({ port: 0, logLevel: 'silent' });
  before(async () => {
    await simulator.start();
  });
  after(() => simulator.stop());
  beforeEach(() => {
    simulator.clearFixtures();
    simulator.clearRequests();
  });
  return simulator;
}
