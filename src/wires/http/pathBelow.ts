import type { Endpoint } from '../../core/model/provider';

/**
 * A definition's path below a base URL. A whole https URL is taken only for the host of the base URL or a domain above
 * it, and only when the base URL is the definition's own: a key does not leave its vendor because of an edited address.
 */
export function pathBelow({ provider, baseUrl }: Endpoint, path: string): string {
  const whole = URL.parse(path);
  if (whole === null) return path.startsWith('/') ? path : `/${path}`;
  const base = URL.parse(baseUrl);
  const related = base !== null && baseUrl === provider.baseUrl && whole.protocol === 'https:' && (base.host === whole.host || (whole.host.includes('.') && base.host.endsWith(`.${whole.host}`)));
  return related ? path : '/models';
}
