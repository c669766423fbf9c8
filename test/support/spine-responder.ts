/**
 * A practice system behind the Spine proxy that answers nothing it was not asked properly: the headers of the Spine Security
 * Proxy and every claim of the audit token are checked as GP Connect's own conformance tools check them. On loopback.
 */
import { createServer } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface Expected {
  readonly asidFrom: string;
  readonly asidTo: string;
  readonly interactionId: string;
  /** The provider's service root, which the proxy finds in the path. */
  readonly provider: string;
  readonly nhsNumber: string;
}

export interface SpineResponder {
  readonly proxyUrl: string;
  /** What was wrong with each request, in order. */
  readonly findings: readonly (readonly string[])[];
  /** The audit tokens as they came. */
  readonly tokens: readonly string[];
  readonly close: () => Promise<void>;
}

const UUID = /^[0-9a-f]{8}-([0-9a-f]{4}-){3}[0-9a-f]{12}$/i;
const CLAIMS = ['aud', 'exp', 'iat', 'iss', 'reason_for_request', 'requested_scope', 'requesting_device', 'requesting_organization', 'requesting_practitioner', 'sub'];

/** Answers a proper request with `record`, anything else with 400 and an OperationOutcome. */
export async function startSpineResponder(expected: Omit<Expected, 'provider'> & { readonly provider: string }, record: object): Promise<SpineResponder> {
  const findings: (readonly string[])[] = [];
  const tokens: string[] = [];
  const server = createServer((request, response) => {
    void bodyOf(request).then((body) => {
      const found = [...headerFindings(request, expected), ...tokenFindings(request.headers, expected), ...bodyFindings(body, expected)];
      findings.push(found);
      tokens.push((request.headers.authorization ?? '').replace(/^Bearer /, ''));
      const answer = found.length === 0 ? record : { resourceType: 'OperationOutcome', issue: [{ severity: 'error', code: 'invalid', details: { coding: [{ system: 'https://fhir.nhs.uk/STU3/ValueSet/Spine-ErrorOrWarningCode-1', code: 'BAD_REQUEST' }] } }] };
      response.writeHead(found.length === 0 ? 200 : 400, { 'content-type': 'application/fhir+json' }).end(JSON.stringify(answer));
    });
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    proxyUrl: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    findings,
    tokens,
    close: () => {
      server.closeAllConnections();
      return new Promise((resolve) => server.close(() => resolve()));
    },
  };
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function headerFindings({ method, url, headers }: IncomingMessage, { asidFrom, asidTo, interactionId, provider }: Expected): string[] {
  return unmet([
    ['the method', method === 'POST'],
    ['the path', url === `/${provider}/Patient/$gpc.getstructuredrecord`],
    ['Ssp-TraceID', UUID.test(String(headers['ssp-traceid']))],
    ['Ssp-From', headers['ssp-from'] === asidFrom],
    ['Ssp-To', headers['ssp-to'] === asidTo],
    ['Ssp-InteractionID', headers['ssp-interactionid'] === interactionId],
    ['Content-Type', headers['content-type'] === 'application/fhir+json;charset=utf-8'],
    ['Accept', headers.accept === 'application/fhir+json'],
    ['Cache-Control', headers['cache-control'] === 'no-store'],
  ]);
}

type Json = { readonly [key: string]: Json } & { readonly length?: number } & readonly Json[] & string & number;

function tokenFindings({ authorization }: IncomingHttpHeaders, { provider }: Expected): string[] {
  const parts = /^Bearer ([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]+)\.([A-Za-z0-9_-]*)$/.exec(authorization ?? '');
  if (parts === null) return ['the form of the token'];
  const [head, claims] = parts.slice(1, 3).map((part) => JSON.parse(Buffer.from(part, 'base64url').toString('utf8')) as Json) as [Json, Json];
  const device = claims['requesting_device'] as Json;
  const organisation = claims['requesting_organization'] as Json;
  const practitioner = claims['requesting_practitioner'] as Json;
  const now = Date.now() / 1_000;
  return unmet([
    ['the signature, which must be empty', parts[3] === ''],
    ['alg and typ', head['alg'] === 'none' && head['typ'] === 'JWT'],
    ['the names of the claims', JSON.stringify(Object.keys(claims).toSorted()) === JSON.stringify(CLAIMS)],
    ['iss', URL.canParse(String(claims['iss'])) && new URL(String(claims['iss'])).protocol === 'https:'],
    ['aud', claims['aud'] === provider],
    ['iat', Number.isInteger(claims['iat']) && Math.abs(Number(claims['iat']) - now) < 60],
    ['exp', Number(claims['exp']) - Number(claims['iat']) === 300],
    ['reason_for_request', claims['reason_for_request'] === 'directcare'],
    ['requested_scope', claims['requested_scope'] === 'patient/*.read'],
    ['requesting_device', device?.['resourceType'] === 'Device' && identifiers(device).length > 0 && filled(device['model']) && filled(device['version'])],
    ['requesting_organization', organisation?.['resourceType'] === 'Organization' && filled(organisation['name']) && /^[A-Z0-9]+$/.test(identifier(organisation, 'https://fhir.nhs.uk/Id/ods-organization-code'))],
    ['requesting_practitioner', practitioner?.['resourceType'] === 'Practitioner' && practitioner['id'] === claims['sub'] && filled(claims['sub'])],
    ['its sds-user-id', filled(identifier(practitioner, 'https://fhir.nhs.uk/Id/sds-user-id'))],
    ['its sds-role-profile-id', filled(identifier(practitioner, 'https://fhir.nhs.uk/Id/sds-role-profile-id'))],
    ['its local identifier', identifiers(practitioner).some(({ system, value }) => !system.startsWith('https://fhir.nhs.uk/') && filled(value))],
    ['its name (STU3: a list, family a string)', Array.isArray(practitioner?.['name']) && filled((practitioner['name'] as Json)[0]?.['family']) && typeof (practitioner['name'] as Json)[0]?.['family'] === 'string'],
  ]);
}

function bodyFindings(body: string, { nhsNumber }: Expected): string[] {
  const { resourceType, parameter = [] } = JSON.parse(body) as { resourceType?: string; parameter?: { name: string; valueIdentifier?: { system?: string; value?: string }; part?: { name: string }[] }[] };
  const named = (name: string): (typeof parameter)[number] | undefined => parameter.find((one) => one.name === name);
  const number = named('patientNHSNumber')?.valueIdentifier;
  return unmet([
    ['the body', resourceType === 'Parameters'],
    ['patientNHSNumber', number?.system === 'https://fhir.nhs.uk/Id/nhs-number' && number.value === nhsNumber],
    ['includeAllergies, whose part includeResolvedAllergies is mandatory', named('includeAllergies')?.part?.[0]?.name === 'includeResolvedAllergies'],
    ['each parameter once', new Set(parameter.map(({ name }) => name)).size === parameter.length],
  ]);
}

function identifiers(resource: Json | undefined): readonly { readonly system: string; readonly value: string }[] {
  return ((resource?.['identifier'] ?? []) as unknown as { system: string; value: string }[]).filter(({ system, value }) => filled(system) && filled(value));
}

function identifier(resource: Json | undefined, system: string): string {
  return identifiers(resource).find((one) => one.system === system)?.value ?? '';
}

function filled(value: unknown): boolean {
  return typeof value === 'string' && value !== '';
}

function unmet(checks: readonly (readonly [what: string, met: boolean])[]): string[] {
  return checks.filter(([, met]) => !met).map(([what]) => what);
}
