import { createHash, createHmac, randomBytes } from 'node:crypto';

/** A token of a client, with what the books keep of it. */
export interface ClientToken {
  /** Text for an `Authorization` header. */
  readonly token: string;
  /** SHA-256 in hex. */
  readonly tokenHash: string;
}

/** 256 random bits, seen by whoever gets it and kept by nobody. */
export function newClientToken(): ClientToken {
  return withHash(`farthing-${randomBytes(32).toString('base64url')}`);
}

/** Id of the client that all terminals are. */
export const allTerminalsId = 'all-terminals';

/** The token that all terminals share: made of the machine's, so that every window has the same and none keeps it. */
export function allTerminalsToken(machineToken: string): ClientToken {
  return withHash(`farthing-${createHmac('sha256', machineToken).update('all terminals').digest('base64url')}`);
}

function withHash(token: string): ClientToken {
  return { token, tokenHash: createHash('sha256').update(token).digest('hex') };
}
