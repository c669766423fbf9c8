/** The small values that several parts of a configuration are made of. */
import * as z from 'zod';

/** https anywhere, http on loopback only: nothing of a patient crosses a network in the clear. */
export const endpoint = z.string().superRefine((text, context) => {
  const refusal = refuseAddress(text);
  if (refusal !== null) context.addIssue({ code: 'custom', message: refusal });
});

export const name = z.string().trim().min(1).max(120);
export const slug = z.string().regex(/^[a-z][a-z0-9-]{0,47}$/, 'use lower-case letters, digits and hyphens, starting with a letter');
export const odsCode = z.string().regex(/^[A-Z0-9]{3,12}$/, 'use an ODS code: 3 to 12 capital letters and digits');

/** Why an address may not be used, or `null`. Loopback is 127.0.0.0/8, ::1 and localhost. */
export function refuseAddress(text: string): string | null {
  if (!URL.canParse(text)) return `is not an address: ${JSON.stringify(text)}`;
  const url = new URL(text);
  if (url.username !== '' || url.password !== '') return 'must not carry a user name or password';
  if (url.protocol === 'https:') return null;
  if (url.protocol !== 'http:') return `must start with https://, not ${url.protocol}//`;
  return isLoopback(url.hostname) ? null : `must start with https://: http is only for this computer itself (127.0.0.1), not ${url.hostname}`;
}

function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || hostname === '[::1]' || /^127(\.\d{1,3}){3}$/.test(hostname);
}
