/** Where a pointer's document is: who holds it, and at which address of theirs. */
import { fields, list, text } from '../../record/normalise/fields.ts';
import type { Fields } from '../../record/normalise/fields.ts';

/** Interaction under which the Spine proxy lets a document be read (National Record Locator, retrieval by SSP read). */
export const RETRIEVE = 'urn:nhs:names:services:nrl:DocumentReference.content.read';

const ASID = 'https://fhir.nhs.uk/Id/nhsSpineASID';

export interface Provider {
  /** The document's own address, as the provider knows it. */
  readonly url: string;
  readonly asid: string;
}

/**
 * A pointer's address is `ssp://…`, the Spine proxy's address with the provider's appended and percent-encoded, or the
 * provider's own. `null` where it is none of these, or where nobody says who the provider is.
 */
export function providerOf(address: string, pointer: Fields, { proxyUrl, asidTo }: { readonly proxyUrl: string; readonly asidTo?: string | undefined }): Provider | null {
  const url = unwrapped(address, proxyUrl);
  const asid = asidOf(pointer) ?? asidTo;
  return url === null || asid === undefined ? null : { url, asid };
}

function unwrapped(address: string, proxyUrl: string): string | null {
  const direct = address.startsWith('ssp://') ? address.replace(/^ssp:/, 'https:') : behindProxy(address, proxyUrl);
  if (!URL.canParse(direct)) return null;
  const { protocol, username, password } = new URL(direct);
  return protocol === 'https:' && username === '' && password === '' ? direct : null;
}

/** The part after the proxy's host, which is the provider's address; any proxy's, because a pointer may name another door to the same Spine. */
function behindProxy(address: string, proxyUrl: string): string {
  const last = address.slice(address.lastIndexOf('/') + 1);
  const isWrapped = /^https?%3a%2f%2f/i.test(last);
  if (!isWrapped) return address.startsWith(`${proxyUrl}/`) ? address.slice(proxyUrl.length + 1) : address;
  try {
    return decodeURIComponent(last);
  } catch {
    return '';
  }
}

function asidOf(pointer: Fields): string | undefined {
  const related = list(fields(pointer['context'])['related']).map((one) => fields(fields(one)['identifier']));
  const asid = text(related.find((identifier) => text(identifier['system']) === ASID)?.['value']);
  return asid !== undefined && /^\d{1,20}$/.test(asid) ? asid : undefined;
}
