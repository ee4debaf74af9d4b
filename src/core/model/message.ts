/** One message of a conversation, in the shape every wire is mapped from. */
export type Message =
  | { readonly role: 'system'; readonly text: string }
  | { readonly role: 'user'; readonly text: string; readonly images?: readonly Image[] }
  | { readonly role: 'assistant'; readonly text: string; readonly reasoning?: readonly ReasoningPart[]; readonly toolCalls?: readonly ToolCall[] }
  /** `failed`: the tool could not do it, and `text` says why. */
  | { readonly role: 'tool'; readonly toolCallId: string; readonly text: string; readonly images?: readonly Image[]; readonly failed?: boolean };

/**
 * What a model thought before it answered, as its vendor wants it back in the same turn. `sealed` is the vendor's own, opaque:
 * it means something only at the place (`provider/model`) that it is from, and goes nowhere else.
 */
export interface ReasoningPart {
  readonly place: string;
  /** Empty where the vendor shows nothing. */
  readonly text: string;
  readonly sealed: string;
}

/** Image bytes travel as base64 because every wire wants them so. */
export interface Image {
  readonly mediaType: 'image/png' | 'image/jpeg' | 'image/webp' | 'image/gif';
  readonly base64: string;
}

/** A call the model asked for. `arguments` is the model's JSON text, unparsed: model output is untrusted. */
export interface ToolCall {
  readonly id: string;
  readonly name: string;
  readonly arguments: string;
}

/** A tool offered to the model. `parameters` is a JSON schema. */
export interface ToolDefinition {
  readonly name: string;
  readonly description: string;
  readonly parameters: Readonly<Record<string, unknown>>;
  /** The arguments must fit the schema, where a vendor can see to that; it takes only some schemas then. Default false. */
  readonly strict?: boolean;
}

/** Whether tools may, must or must not be called; or the one that must be. */
export type ToolChoice = 'auto' | 'required' | 'none' | { readonly name: string };

/** How an answer is drawn. Undefined: as the model does by itself. A model or a place that does not take one goes without. */
export interface Sampling {
  readonly temperature?: number;
  readonly topP?: number;
  /** Texts at which the answer ends. */
  readonly stop?: readonly string[];
  readonly seed?: number;
}

/** The form an answer must have: any JSON, or JSON of a schema. */
export type AnswerFormat = 'json' | { readonly name: string; readonly schema: Readonly<Record<string, unknown>>; readonly strict?: boolean };
