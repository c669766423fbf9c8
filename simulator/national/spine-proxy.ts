/**
 * The Spine Secure Proxy in small: `{proxy}/{address of the provider}`, percent-encoded or as it is. It checks its four
 * headers and the token strictly and says everything that is wrong at once; then the provider answers.
 */
import { header } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import { structuredRecordAnswer } from '../practice/practice.ts';
import { planDocument } from './plans.ts';
import { CONSUMER_ASID, PROVIDERS } from './providers.ts';
import { spineOutcome } from './spine-errors.ts';
import { faultsOfToken } from './spine-token.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

/** `now` in milliseconds since 1970. */
export function spineProxy(now: () => number): (ask: Ask) => Answer {
  return (ask) => {
    const target = targetOf(ask.path);
    const name = target === null ? undefined : (Object.keys(PROVIDERS) as (keyof typeof PROVIDERS)[]).find((one) => target.startsWith(`${PROVIDERS[one].baseUrl}/`));
    if (target === null || name === undefined) return spineOutcome(404, 'NO_RECORD_FOUND', 'The proxy knows nobody at this address');
    const provider = PROVIDERS[name];
    if (header(ask, 'ssp-from') !== CONSUMER_ASID || header(ask, 'ssp-to') !== provider.asid) return spineOutcome(403, 'ASID_CHECK_FAILED', 'Ssp-From or Ssp-To is not who may ask whom');
    const faults = [
      ...(UUID.test(header(ask, 'ssp-traceid')) ? [] : ['Ssp-TraceID must be a UUID']),
      ...(header(ask, 'ssp-interactionid') === provider.interaction ? [] : [`Ssp-InteractionID must be ${provider.interaction}`]),
      ...faultsOfToken(header(ask, 'authorization'), { kind: name === 'practice' ? 'gp-connect' : 'record-locator', target, asid: CONSUMER_ASID, now: now() }),
    ];
    if (faults.length > 0) return spineOutcome(400, 'BAD_REQUEST', `${faults.join('; ')}.`);
    const rest = target.slice(provider.baseUrl.length + 1);
    return name === 'practice' ? practiceAnswer(ask, rest) : documentAnswer(ask, rest);
  };
}

/** The provider's address, or nothing where the path is none. Some HTTP clients fold `//` into `/`. */
function targetOf(path: string): string | null {
  try {
    const target = decodeURIComponent(path).replace(/^https:\/+/, 'https://');
    return URL.canParse(target) ? target : null;
  } catch (error) {
    if (error instanceof URIError) return null;
    throw error;
  }
}

function practiceAnswer(ask: Ask, operation: string): Answer {
  if (operation !== 'Patient/$gpc.getstructuredrecord') return spineOutcome(501, 'NOT_IMPLEMENTED', 'The provider has no such operation');
  if (ask.method !== 'POST') return spineOutcome(405, 'BAD_REQUEST', 'Use POST');
  if (!/^application\/fhir\+json(;|$)/.test(header(ask, 'content-type'))) return spineOutcome(415, 'BAD_REQUEST', 'Content-Type must be application/fhir+json');
  if (!header(ask, 'cache-control').includes('no-store')) return spineOutcome(400, 'BAD_REQUEST', 'Cache-Control must be no-store');
  return structuredRecordAnswer(ask);
}

function documentAnswer(ask: Ask, id: string): Answer {
  if (ask.method !== 'GET') return spineOutcome(405, 'BAD_REQUEST', 'Use GET');
  const document = planDocument(id);
  return document === undefined ? spineOutcome(404, 'NO_RECORD_FOUND', 'There is no such document') : { status: 200, headers: { 'content-type': 'application/pdf', 'cache-control': 'no-store' }, body: document };
}
