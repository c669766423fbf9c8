/** Every protocol that is asked for a record, with a server's right answer in it: one patient, one thing in the record. */
import { sourceId } from '../../../main/record/values.ts';
import { createFhirR4Source } from '../../../main/sources/fhir-r4/fhir-r4-source.ts';
import { createFhirStu3Source } from '../../../main/sources/fhir-stu3/fhir-stu3-source.ts';
import { createGpConnectSource } from '../../../main/sources/gp-connect/gp-connect-source.ts';
import { createIpsSource } from '../../../main/sources/ips/ips-source.ts';
import { createMhdSource } from '../../../main/sources/mhd/mhd-source.ts';
import { createNrlSource } from '../../../main/sources/nrl/nrl-source.ts';
import { createScrSource } from '../../../main/sources/scr/scr-source.ts';
import type { Source } from '../../../main/sources/source.ts';
import type { Seen } from '../record/loopback-server.ts';
import { NHS_SYSTEM } from '../record/people.ts';

export const NAME = 'Wessex record';
const COMMON = { id: sourceId('wessex'), name: NAME, role: 'shared' } as const;

type Resource = Record<string, unknown>;

export interface SpokenProtocol {
  readonly name: string;
  readonly make: (baseUrl: string) => Source;
  /** What the server says when all is well. */
  readonly answer: (seen: Seen, patient: Resource) => object;
  /** Where the one thing it holds is shown. */
  readonly section: 'allergies' | 'plans';
  /** How its outcome looks when all is well. */
  readonly right: object;
  readonly method: 'GET' | 'POST';
  /** Whether its answers come in pages. */
  readonly pages: boolean;
  /** Whether a Patient comes with the answer, so that name and birth date can be held against PDS. */
  readonly describesPatient: boolean;
}

export const allergy = (patient = 'p1'): Resource => ({
  resourceType: 'AllergyIntolerance', id: 'a1', patient: { reference: `Patient/${patient}` },
  clinicalStatus: { coding: [{ code: 'active' }] }, code: { coding: [{ system: 'http://snomed.info/sct', code: '91936005', display: 'Allergy to penicillin' }] },
});

/** A reference to a document that names its patient by NHS number alone. */
export const pointer = (patient: Resource, url = 'https://nowhere.example/d1'): Resource => ({
  resourceType: 'DocumentReference', id: 'd1', status: 'current', type: { coding: [{ system: 'http://snomed.info/sct', code: '736373009', display: 'End of life care plan' }] },
  subject: { identifier: { system: NHS_SYSTEM, value: numberOf(patient) } }, content: [{ attachment: { contentType: 'application/pdf', url, title: 'Plan' } }],
});

function numberOf(patient: Resource): unknown {
  return (patient['identifier'] as { value: string }[])[0]?.value;
}

export const bundleOf = (type: string, ...resources: readonly object[]): object => ({ resourceType: 'Bundle', type, entry: resources.map((resource) => ({ resource })) });

export const summarySection = (code: string, more: object): object => ({ code: { coding: [{ system: 'http://loinc.org', code }] }, ...more });
export const NONE = { emptyReason: { coding: [{ system: 'http://terminology.hl7.org/CodeSystem/list-empty-reason', code: 'nilknown' }] } };

function searchAnswer({ path }: Seen, patient: Resource): object {
  if (path.includes('metadata')) return { resourceType: 'CapabilityStatement', rest: [] };
  if (path.includes('Patient?')) return bundleOf('searchset', patient);
  return path.includes('AllergyIntolerance?') ? bundleOf('searchset', allergy()) : bundleOf('searchset');
}

const summary = (patient: Resource): object =>
  bundleOf('document', { resourceType: 'Composition', date: '2026-11-22', subject: { reference: 'Patient/p1' }, section: [summarySection('48765-2', { entry: [{ reference: 'AllergyIntolerance/a1' }] }), summarySection('11450-4', NONE), summarySection('10160-0', NONE)] }, patient, allergy());

const scrAnswer = ({ path }: Seen, patient: Resource): object =>
  path.includes('DocumentReference?')
    ? bundleOf('searchset', { resourceType: 'DocumentReference', id: 's1', masterIdentifier: { system: 'https://fhir.nhs.uk/Id/nhsSCRUUID', value: 'A1B2' } })
    : bundleOf('searchset', { resourceType: 'Composition', id: 'c1', date: '2026-11-22', subject: { reference: 'Patient/p1' }, section: [] }, patient, allergy());

const gpConnect = { section: 'allergies', right: { kind: 'answered' }, method: 'POST', pages: false, describesPatient: true, answer: (_: Seen, patient: Resource) => bundleOf('collection', patient, allergy()) } as const;
const searched = { section: 'allergies', right: { kind: 'answered' }, method: 'GET', pages: true, describesPatient: true, answer: searchAnswer } as const;
const registry = { section: 'plans', right: { kind: 'answered' }, method: 'GET', pages: true } as const;

export const PROTOCOLS: readonly SpokenProtocol[] = [
  { name: 'fhir-r4', make: (baseUrl) => createFhirR4Source({ ...COMMON, baseUrl }), ...searched },
  { name: 'fhir-stu3', make: (baseUrl) => createFhirStu3Source({ ...COMMON, baseUrl }), ...searched },
  { name: 'ips', make: (baseUrl) => createIpsSource({ ...COMMON, baseUrl }), section: 'allergies', right: { kind: 'partial', because: 'summary' }, method: 'GET', pages: false, describesPatient: true, answer: (_, patient) => summary(patient) },
  { name: 'gp-connect by the gateway', make: (baseUrl) => createGpConnectSource({ ...COMMON, baseUrl, route: 'clinical-data-gateway' }), ...gpConnect },
  {
    name: 'gp-connect by the Spine proxy',
    make: (proxyUrl) => createGpConnectSource({ ...COMMON, baseUrl: 'https://practice.example/STU3', route: 'spine-proxy', spineProxy: { proxyUrl, asidFrom: '200000000001', asidTo: '200000000002', interactionId: 'urn:nhs:names:services:gpconnect:fhir:operation:gpc.getstructuredrecord-1', issuer: 'https://site.example' } }),
    ...gpConnect,
  },
  { name: 'scr', make: (baseUrl) => createScrSource({ ...COMMON, baseUrl }), section: 'allergies', right: { kind: 'partial', because: 'summary' }, method: 'GET', pages: false, describesPatient: true, answer: scrAnswer },
  { name: 'mhd', make: (baseUrl) => createMhdSource({ ...COMMON, baseUrl }), ...registry, describesPatient: true, answer: ({ path }, patient) => bundleOf('searchset', path.includes('Patient?') ? patient : pointer(patient)) },
  { name: 'nrl', make: (baseUrl) => createNrlSource({ ...COMMON, baseUrl }), ...registry, describesPatient: false, answer: (_, patient) => bundleOf('searchset', pointer(patient)) },
];
