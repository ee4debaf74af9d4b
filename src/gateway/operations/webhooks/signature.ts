import { createHmac } from 'node:crypto';

/**
 * `t=<Unix seconds>,v1=<hex>`: HMAC-SHA256 over `<t>.<body>`, as docs/operations.md tells receivers to check it. The time
 * is of this try, so that a receiver may refuse what is older than some minutes.
 */
export function signatureOf(secret: string, seconds: number, body: string): string {
  return `t=${seconds},v1=${createHmac('sha256', secret).update(`${seconds}.${body}`).digest('hex')}`;
}
