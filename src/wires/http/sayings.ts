/** A model that cannot run at its place, now or in a moment: its process ended while it was loaded, or memory is too small. */
export const lastingWords = /\brunner (?:process )?(?:has )?(?:terminated|crashed|exited|is no longer running)|requires more (?:system |gpu )?memory|out of memory|(?:unable|failed) to (?:load|allocate)|error loading model/i;

/** A part of the request that this place does not take; another may. */
export const unsupportedWords = /\b(?:unsupported|unrecognized|unknown|unexpected) (?:parameter|argument|field|value|property|key|request argument)|(?:not|n't) (?:currently )?support(?:ed)?\b|supports at most|extra (?:inputs|fields)|not (?:permitted|available) (?:for|with|on) this/i;

/** A server that lost a connection of its own, in the words of Go's network library. */
export const networkWords = /max retries exceeded|\bEOF\b|dial tcp|no such host|connection (?:reset|refused)|i\/o timeout|TLS handshake|network is unreachable/i;
