/**
 * Who opens a document, in the words of the Spine proxy: an unsigned JSON Web Token in the Authorization header of the
 * retrieval (National Record Locator, Spine Core: security, JSON Web Token).
 */
import type { SourceRequest } from '../source.ts';

export interface RetrievingSystem {
  /** `iss`: the address of this system's own sign-in service. */
  readonly issuer: string;
  /** `aud`: the origin of the provider. */
  readonly audience: string;
  /** This system's accredited system identifier. */
  readonly asidFrom: string;
}

/** The token lives five minutes. */
const VALID_SECONDS = 300;

/** Header, claims and an empty signature; the last dot belongs to it (RFC 7519 section 6). One for every request. */
export function retrievalToken({ issuer, audience, asidFrom }: RetrievingSystem, { organisation, roleId }: SourceRequest, now: Date): string {
  // Whoever asks is named twice: a responder refuses a token whose subject is not its requesting user.
  const user = `https://fhir.nhs.uk/Id/sds-role-profile-id|${roleId}`;
  const iat = Math.floor(now.getTime() / 1_000);
  const claims = {
    iss: issuer,
    sub: user,
    aud: audience,
    exp: iat + VALID_SECONDS,
    iat,
    reason_for_request: 'directcare',
    scope: 'patient/*.read',
    requesting_system: `https://fhir.nhs.uk/Id/accredited-system|${asidFrom}`,
    requesting_organization: `https://fhir.nhs.uk/Id/ods-organization-code|${organisation}`,
    requesting_user: user,
  };
  return `${encoded({ alg: 'none', typ: 'JWT' })}.${encoded(claims)}.`;
}

function encoded(value: object): string {
  return Buffer.from(JSON.stringify(value), 'utf8').toString('base64url');
}
