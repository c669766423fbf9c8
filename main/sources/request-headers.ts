/** Headers every FHIR request to a record source carries. */
import type { SourceRequest } from './source.ts';

export function fhirHeaders(request: SourceRequest): Readonly<Record<string, string>> {
  return {
    accept: 'application/fhir+json',
    'x-request-id': crypto.randomUUID(),
    'nhsd-end-user-organisation-ods': request.organisation,
    ...(request.roleId === '' ? {} : { 'nhsd-session-urid': request.roleId }),
    'cache-control': 'no-store',
  };
}

/** `base/path` with exactly one slash between. */
export function under(baseUrl: string, path: string): string {
  return `${baseUrl.replace(/\/+$/, '')}/${path}`;
}

export const NHS_NUMBER_SYSTEM = 'https://fhir.nhs.uk/Id/nhs-number';
