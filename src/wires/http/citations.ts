import type { Citation } from '../../core/model/ask';

/** More sources than anybody looks at; a hostile reply must not fill the conversation with them. */
const mostCitations = 50;

/** Sources gathered over a stream, each once, in the order in which they first came. */
export class Citations {
  readonly #byUrl = new Map<string, Citation>();

  add(citations: readonly Citation[]): void {
    for (const citation of citations) {
      const known = this.#byUrl.get(citation.url);
      if ((known === undefined && this.#byUrl.size < mostCitations) || (known !== undefined && known.title === undefined)) this.#byUrl.set(citation.url, citation);
    }
  }

  /** As the field of the event that ends an answer; empty without any. */
  get field(): { readonly citations?: readonly Citation[] } {
    return this.#byUrl.size === 0 ? {} : { citations: [...this.#byUrl.values()] };
  }
}
