/**
 * Who asks, in the words of GP Connect: an unsigned JSON Web Token in the Authorization header of every request through
 * the Spine proxy (GP Connect, cross-organisation audit and provenance).
 */
import type { Requester, SourceRequest } from '../source.ts';

/** What the token says of the system that sends it. */
export interface AuditSystem {
  /** `iss`: the address of this system's own sign-in service. */
  readonly issuer: string;
  /** `aud`: the provider's service root, as the Spine directory gives it. */
  readonly audience: string;
  readonly device?: { readonly system: string; readonly value: string } | undefined;
}

/** A token is good for five minutes, no more and no less. */
const VALID_SECONDS = 300;

const ODS_CODE = 'https://fhir.nhs.uk/Id/ods-organization-code';
const SDS_USER = 'https://fhir.nhs.uk/Id/sds-user-id';
const SDS_ROLE = 'https://fhir.nhs.uk/Id/sds-role-profile-id';
/** What stands for a national identifier that whoever asks does not have. */
const UNKNOWN = 'UNK';

/** Header, claims and an empty signature; the last dot belongs to it (RFC 7519 section 6). One for every request. */
export function auditToken(system: AuditSystem, request: SourceRequest, requester: Requester, now: Date): string {
  return `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(claimsOf(system, request, requester, Math.floor(now.getTime() / 1_000)))}.`;
}

function claimsOf({ issuer, audience, device }: AuditSystem, { organisation, roleId }: SourceRequest, { userId, name, organisationName }: Requester, iat: number): object {
  return {
    iss: issuer,
    sub: userId,
    aud: audience,
    exp: iat + VALID_SECONDS,
    iat,
    reason_for_request: 'directcare',
    requested_scope: 'patient/*.read',
    requesting_device: {
      resourceType: 'Device',
      id: '1',
      identifier: [device ?? { system: new URL('/Id/device-identifier', issuer).href, value: organisation }],
      model: 'Lanyard',
      version: '1',
    },
    requesting_organization: { resourceType: 'Organization', id: organisation, identifier: [{ system: ODS_CODE, value: organisation }], name: organisationName },
    requesting_practitioner: {
      resourceType: 'Practitioner',
      id: userId,
      identifier: [
        { system: SDS_USER, value: /^\d{12}$/.test(userId) ? userId : UNKNOWN },
        { system: SDS_ROLE, value: roleId === '' ? UNKNOWN : roleId },
        { system: new URL('/Id/user-guid', issuer).href, value: userId },
      ],
      name: [humanName(name)],
    },
  };
}

const TITLES = /^(Dr|Mr|Mrs|Ms|Miss|Mx|Prof|Professor|Sr|Sister|Rev|Sir|Dame|Lady|Lord)\.?$/i;

/**
 * A name that the identity service gives as one text. The whole stands in `text`; the family name, which must be there, is
 * taken to be the last word.
 */
function humanName(name: string): object {
  const words = name.trim().split(/\s+/);
  const prefix = words.length > 1 && TITLES.test(words[0] ?? '') ? words.slice(0, 1) : [];
  const rest = words.slice(prefix.length);
  const family = rest.at(-1) ?? name;
  const given = rest.slice(0, -1);
  return { text: name, family, ...(given.length === 0 ? {} : { given }), ...(prefix.length === 0 ? {} : { prefix }) };
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
}
