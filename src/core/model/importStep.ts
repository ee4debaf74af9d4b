/** One thing that an import would do, for a person to agree to. Never a key: keys are entered, checked and kept one by one. */
export type ImportStep =
  /** A provider that is there already and only lacks its key. */
  | { readonly kind: 'builtIn'; readonly provider: string }
  | { readonly kind: 'server'; readonly host: string; readonly entry: ServerEntry }
  | { readonly kind: 'azure'; readonly host: string; readonly entry: AzureEntry }
  | { readonly kind: 'ollama' }
  | { readonly kind: 'editorModels' }
  | { readonly kind: 'skipped'; readonly name: string; readonly why: string };

/** As an entry of the setting `farthing.providers.custom`. */
export interface ServerEntry {
  readonly id: string;
  readonly name: string;
  readonly baseUrl: string;
  readonly auth?: 'none';
  readonly models?: readonly string[];
}

/** As an entry of the setting `farthing.providers.azure`. */
interface AzureEntry {
  readonly id: string;
  readonly endpoint: string;
  readonly apiVersion: string;
  readonly deployments: Readonly<Record<string, string>>;
}

export type ImportRead = { readonly ok: true; readonly from: 'Roo Code' | 'Continue'; readonly steps: readonly ImportStep[] } | { readonly ok: false; readonly problem: string };
