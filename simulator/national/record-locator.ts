/**
 * The National Record Locator's consumer API in small (NRL v3): pointers to care plans and ReSPECT forms, never the
 * documents themselves. They are fetched through the Spine proxy, or at the community trust's own address.
 */
import type { DocumentReference } from 'fhir/r4';
import { NHS_NUMBER, ODS_CODE, SNOMED, stableId } from '../fhir/identifiers.ts';
import { instant } from '../fhir/r4/common.ts';
import { fhir, header, wrongVerb } from '../http/service.ts';
import type { Answer, Ask } from '../http/service.ts';
import type { Tokens } from '../identity/tokens.ts';
import { PEOPLE, personByNumber, somebodyElse } from '../people/index.ts';
import { isNhsNumber } from '../people/nhs-number.ts';
import { ORGANISATIONS } from '../people/organisations.ts';
import type { Person, PlanEntry } from '../people/story.ts';
import { planId, plansOf } from './plans.ts';
import { PROVIDERS } from './providers.ts';
import { spineOutcome } from './spine-errors.ts';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;
const KNOWN = new Set(['subject:identifier', 'custodian:identifier', 'type', 'category', '_summary', 'next-page-token']);
const UNSTRUCTURED = { system: 'https://fhir.nhs.uk/England/CodeSystem/England-NRLFormatCode', code: 'urn:nhs-ic:unstructured', display: 'Unstructured Document' };

/** `spineProxy` is the proxy's address without a final slash: what retrieval addresses begin with. */
export function recordLocator(base: string, spineProxy: string, tokens: Pick<Tokens, 'bearer'>): (ask: Ask) => Answer {
  return (ask) => {
    const refused = refuseCaller(ask, tokens);
    if (refused !== null) return refused;
    if (ask.path === 'DocumentReference' && ask.method === 'GET') return search(ask, base, spineProxy, ask.url.searchParams);
    if (ask.path === 'DocumentReference/_search') return ask.method === 'POST' ? search(ask, base, spineProxy, new URLSearchParams(ask.body)) : wrongVerb('POST');
    const id = /^DocumentReference\/([^/]+)$/.exec(ask.path)?.[1];
    return id === undefined || ask.method !== 'GET' ? spineOutcome(404, 'NO_RECORD_FOUND', 'There is nothing at this address') : read(id, spineProxy);
  };
}

function refuseCaller(ask: Ask, tokens: Pick<Tokens, 'bearer'>): Answer | null {
  const bearer = tokens.bearer(header(ask, 'authorization'));
  if (bearer.kind !== 'user' && bearer.kind !== 'unchecked') return spineOutcome(401, 'ACCESS DENIED', 'The access token is missing, revoked or too old');
  const organisation = header(ask, 'nhsd-end-user-organisation-ods');
  if (organisation === '') return spineOutcome(400, 'MISSING_HEADER', 'NHSD-End-User-Organisation-ODS is missing');
  if (!UUID.test(header(ask, 'x-request-id'))) return spineOutcome(400, 'MISSING_HEADER', 'X-Request-ID is missing or not a UUID');
  return bearer.kind === 'user' && !bearer.user.roles.some(({ org_code }) => org_code === organisation) ? spineOutcome(403, 'ACCESS DENIED', 'The organisation is not one the user has a role at') : null;
}

function search(ask: Ask, base: string, spineProxy: string, query: URLSearchParams): Answer {
  const stranger = [...query.keys()].find((name) => !KNOWN.has(name));
  if (stranger !== undefined) return spineOutcome(400, 'INVALID_PARAMETER', `Unknown parameter ${stranger}`);
  const [system, number = ''] = (query.get('subject:identifier') ?? '').split('|');
  if (system !== NHS_NUMBER || !isNhsNumber(number)) return spineOutcome(400, 'INVALID_NHS_NUMBER', 'subject:identifier is not an NHS number');
  const types = tokensOf(query, 'type');
  const categories = tokensOf(query, 'category');
  if (types === null || categories === null) return spineOutcome(400, 'INVALID_CODE_SYSTEM', 'type and category are SNOMED CT');
  const asked = personByNumber(number);
  const person = asked !== undefined && ask.mistaken ? somebodyElse(asked) : asked;
  // A former number has no pointers: they moved with the record.
  const plans = person === undefined || (person.nhsNumber !== number && !ask.mistaken) ? [] : plansOf(person);
  const wanted = plans.filter(({ concept }) => types.length === 0 || types.includes(concept.code)).filter(() => categories.length === 0 || categories.includes('734163000'));
  const custodian = query.get('custodian:identifier');
  const kept = wanted.filter(({ organisation }) => custodian === null || custodian === `${ODS_CODE}|${ORGANISATIONS[organisation].odsCode}`);
  const start = { resourceType: 'Bundle', type: 'searchset', total: kept.length };
  if (query.get('_summary') === 'count') return fhir(200, start);
  return fhir(200, {
    ...start,
    link: [{ relation: 'self', url: `${base}/DocumentReference` }],
    entry: person === undefined ? [] : kept.map((plan) => ({ resource: pointer(person, plan, spineProxy) })),
  });
}

/** The codes of a token list; `null` where one is of another system. */
function tokensOf(query: URLSearchParams, name: string): readonly string[] | null {
  const tokens = query.getAll(name).flatMap((text) => text.split(',')).map((text) => text.split('|'));
  return tokens.some(([system, code]) => system !== SNOMED || code === undefined) ? null : tokens.map(([, code = '']) => code);
}

function read(id: string, spineProxy: string): Answer {
  for (const person of PEOPLE) {
    const plan = plansOf(person).find((one) => pointerId(person, one) === id);
    if (plan !== undefined) return fhir(200, pointer(person, plan, spineProxy));
  }
  return spineOutcome(404, 'NO_RECORD_FOUND', 'There is no such pointer');
}

function pointerId(person: Person, plan: PlanEntry): string {
  return `${ORGANISATIONS[plan.organisation].odsCode}-${stableId('pointer', person.nhsNumber, plan.id)}`;
}

/** Forms that change every day are pointed at as dynamic; what is at the address is always the newest. */
function pointer(person: Person, plan: PlanEntry, spineProxy: string): DocumentReference {
  const { odsCode, name } = ORGANISATIONS[plan.organisation];
  const direct = `${PROVIDERS.community.baseUrl}/${planId(person, plan)}`;
  const isForm = plan.concept.code === '1382601000000107';
  return {
    resourceType: 'DocumentReference',
    id: pointerId(person, plan),
    meta: { versionId: '1', lastUpdated: instant(plan.date) },
    status: 'current',
    docStatus: 'final',
    type: { coding: [{ system: SNOMED, code: plan.concept.code, display: plan.concept.display }] },
    category: [{ coding: [{ system: SNOMED, code: '734163000', display: 'Care plan' }] }],
    subject: { identifier: { system: NHS_NUMBER, value: person.nhsNumber } },
    ...(plan.date === undefined ? {} : { date: instant(plan.date) }),
    author: [{ identifier: { system: ODS_CODE, value: odsCode } }],
    custodian: { identifier: { system: ODS_CODE, value: odsCode }, display: name },
    description: plan.title,
    securityLabel: [{ coding: [{ system: 'http://terminology.hl7.org/CodeSystem/v3-Confidentiality', code: 'V', display: 'very restricted' }] }],
    content: [{
      attachment: { contentType: 'application/pdf', language: 'en-GB', url: isForm ? `${spineProxy}/${encodeURIComponent(direct)}` : direct.replace(/^https:/, 'ssp:'), title: plan.title, ...(plan.date === undefined ? {} : { creation: instant(plan.date) }) },
      format: UNSTRUCTURED,
      extension: [
        { url: 'https://fhir.nhs.uk/England/StructureDefinition/Extension-England-ContentStability', valueCodeableConcept: { coding: [{ system: 'https://fhir.nhs.uk/England/CodeSystem/England-NRLContentStability', code: isForm ? 'dynamic' : 'static' }] } },
        { url: 'https://fhir.nhs.uk/England/StructureDefinition/Extension-England-NRLRetrievalMechanism', valueCodeableConcept: { coding: [{ system: 'https://fhir.nhs.uk/England/CodeSystem/England-RetrievalMechanism', code: 'SSP', display: 'Spine Secure Proxy' }] } },
      ],
    }],
    context: {
      practiceSetting: { coding: [{ system: SNOMED, code: '788007007', display: 'General practice service' }] },
      related: [{ identifier: { system: 'https://fhir.nhs.uk/Id/nhsSpineASID', value: PROVIDERS.community.asid } }],
    },
  };
}
