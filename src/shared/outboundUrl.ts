import { t } from './l10n';

/**
 * Why nothing may be sent to an address of the person's; undefined: it may. https anywhere, also inside a network of one's
 * own, because only the person can set it; without encryption only this machine.
 */
export function outboundUrlProblem(text: string): string | undefined {
  const url = URL.parse(text);
  if (!url) return t('it is no address');
  if (url.username !== '' || url.password !== '') return t('an address holds no password; keep it with the command “Set Secret for Webhooks or Telemetry…”');
  if (url.hash !== '') return t('the part after # is never sent');
  if (url.protocol === 'https:') return undefined;
  if (url.protocol !== 'http:') return t('it must begin with https://');
  return /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(url.hostname) ? undefined : t('without https only this machine (127.0.0.1, ::1, localhost) may be sent to');
}
