/**
 * The address that opens a region's own viewer at a patient, in the computer's browser and never inside this app. Who opens
 * whose record stands in a signed token that lives about a minute and is good for one use; nothing of it is in the clear
 * beside the token.
 */
import type { SourceOptions } from '../source.ts';

export type LaunchOptions = Pick<SourceOptions<'launch'>, 'baseUrl' | 'issuer' | 'audience' | 'signing' | 'validSeconds'>;

/** Whom the viewer is opened at, and by whom. */
export interface Launch {
  readonly nhsNumber: string;
  /** `YYYY-MM-DD`, the viewer's cross-check; left out where PDS holds none. */
  readonly birthDate?: string;
  /** ODS code of the organisation the clinician signed in for. */
  readonly organisation: string;
  /** The clinician's unique user identifier and chosen role. */
  readonly userId: string;
  readonly roleId: string;
}

const NHS_NUMBER = 'https://fhir.nhs.uk/Id/nhs-number';
const ODS_CODE = 'https://fhir.nhs.uk/Id/ods-organization-code';
const SDS_USER = 'https://fhir.nhs.uk/Id/sds-user-id';
const SDS_ROLE = 'https://fhir.nhs.uk/Id/sds-role-profile-id';

/**
 * A fresh link, to be opened at once. Claims as in contextual launch between English shared records: patient, birth date,
 * location, practitioner, not before and expiry. Throws where the key does not fit the algorithm.
 * @param now milliseconds since 1970
 */
export async function launchLink({ baseUrl, issuer, audience, signing, validSeconds }: LaunchOptions, launch: Launch, now: number): Promise<string> {
  const { SignJWT, importPKCS8 } = await import('jose');
  const { createPrivateKey, randomUUID } = await import('node:crypto');
  const pkcs8 = createPrivateKey(signing.key).export({ type: 'pkcs8', format: 'pem' }).toString();
  const seconds = Math.floor(now / 1_000);
  const token = await new SignJWT({
    patient: `${NHS_NUMBER}|${launch.nhsNumber}`,
    ...(launch.birthDate === undefined ? {} : { birthdate: launch.birthDate }),
    location: `${ODS_CODE}|${launch.organisation}`,
    practitioner: `${SDS_USER}|${launch.userId}`,
    ...(launch.roleId === '' ? {} : { role: `${SDS_ROLE}|${launch.roleId}` }),
  })
    .setProtectedHeader({ alg: signing.algorithm, kid: signing.keyId, typ: 'JWT' })
    .setIssuer(issuer)
    .setSubject(launch.userId)
    .setAudience(audience ?? new URL(baseUrl).origin)
    .setIssuedAt(seconds)
    .setNotBefore(seconds)
    .setExpirationTime(seconds + validSeconds)
    .setJti(randomUUID())
    .sign(await importPKCS8(pkcs8, signing.algorithm));
  const link = new URL(baseUrl);
  link.searchParams.set('launch', token);
  return link.href;
}
