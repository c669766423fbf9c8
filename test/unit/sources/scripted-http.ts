/** A network that answers as a test tells it to, without one: what a source does by itself, no retry and no limit around it. */
import { NetworkFailure } from '../../../main/net/http.ts';
import type { HttpPort, HttpRequest, HttpResponse, NetworkFailureKind } from '../../../main/net/http.ts';
import type { Source, SourceEnd, SourcePage, SourceRequest } from '../../../main/sources/source.ts';
import { NHS_NUMBER, PATIENT_FIELDS, patientResource } from '../../integration/record/people.ts';

export const REQUEST: SourceRequest = {
  nhsNumber: NHS_NUMBER,
  organisation: 'Z99001',
  roleId: '555254240100',
  requester: { userId: '555000000101', name: 'Dr Amina Rahman', organisationName: 'Harbour Health Centre' },
  permissionToView: 'given',
};

export type Answering = (request: HttpRequest, index: number) => HttpResponse | NetworkFailureKind;

export interface ScriptedHttp {
  readonly http: HttpPort;
  readonly sent: readonly HttpRequest[];
}

export function scripted(answer: Answering): ScriptedHttp {
  const sent: HttpRequest[] = [];
  return {
    sent,
    http: {
      send: (request) => {
        const answered = answer(request, sent.push(request) - 1);
        return typeof answered === 'string' ? Promise.reject(new NetworkFailure(answered, 'not for the screen')) : Promise.resolve(answered);
      },
    },
  };
}

export function json(value: unknown, status = 200, headers: Readonly<Record<string, string>> = {}): HttpResponse {
  return { status, headers: { 'content-type': 'application/fhir+json', ...headers }, body: typeof value === 'string' ? value : JSON.stringify(value) };
}

export function outcome(code: string, type = 'processing', severity = 'error'): object {
  return { resourceType: 'OperationOutcome', issue: [{ severity, code: type, details: { coding: [{ system: 'https://fhir.nhs.uk/STU3/ValueSet/Spine-ErrorOrWarningCode-1', code }] }, diagnostics: 'patient 9990000018' }] };
}

export function bundle(resources: readonly object[], more: object = {}): object {
  return { resourceType: 'Bundle', type: 'searchset', entry: resources.map((resource) => ({ resource })), ...more };
}

export const PATIENT = patientResource();
export const STRANGER = { ...patientResource('p1', '9990000026'), ...PATIENT_FIELDS };

export interface Asked {
  readonly pages: readonly SourcePage[];
  readonly end: SourceEnd;
}

/** Everything a source says. Fails unless there is exactly one outcome, and it is the last. */
export async function askSource(source: Source, http: HttpPort, request: SourceRequest = REQUEST): Promise<Asked> {
  const pages: SourcePage[] = [];
  const ends: SourceEnd[] = [];
  for await (const part of source.fetch(request, http, new AbortController().signal)) {
    if (ends.length > 0) throw new Error('Something came after the outcome.');
    if (part.kind === 'page') pages.push(part);
    else ends.push(part);
  }
  const [end] = ends;
  if (end === undefined) throw new Error('There was no outcome.');
  return { pages, end };
}
