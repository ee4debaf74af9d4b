/** The local server that simulates a provider for the demo. Started on first use, stopped with the window. */
export interface DemoServer {
  baseUrl(): Promise<string>;
  stop(): Promise<void>;
}
