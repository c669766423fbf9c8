/**
 * The unsigned token that travels with a request through the Spine proxy, checked claim by claim: GP Connect's
 * "cross-organisation audit and provenance" token, and the record locator's "JSON web token guidance".
 */

export interface TokenRules {
  readonly kind: 'gp-connect' | 'record-locator';
  /** Where the request goes. */
  readonly target: string;
  readonly asid: string;
  /** Milliseconds since 1970. */
  readonly now: number;
}

type Claims = Readonly<Record<string, unknown>>;

/** Everything that is wrong with the token, a sentence each; nothing where all is right. */
export function faultsOfToken(authorization: string, rules: TokenRules): readonly string[] {
  const token = /^Bearer (.+)$/.exec(authorization)?.[1];
  if (token === undefined) return ['Authorization must be a bearer token'];
  const [head, body, signature, ...more] = token.split('.');
  if (signature !== '' || more.length > 0) return ['The token must have two parts and an empty signature'];
  const [header, claims] = [decoded(head), decoded(body)];
  if (header === null || claims === null) return ['The token is not base64url JSON'];
  return [
    ...check(header['alg'] === 'none', 'alg must be none'),
    ...check(header['typ'] === 'JWT', 'typ must be JWT'),
    ...times(claims, rules),
    ...check(isAddress(claims['iss']), 'iss must be the address of the requesting system'),
    ...check(isAddress(claims['aud']) && rules.target.startsWith(String(claims['aud'])), 'aud must be the address that is asked, or its service root'),
    ...check(claims['reason_for_request'] === 'directcare', 'reason_for_request must be directcare'),
    ...(rules.kind === 'gp-connect' ? gpConnectClaims(claims) : recordLocatorClaims(claims, rules.asid)),
  ];
}

/** Five minutes exactly for GP Connect, five at most for the record locator. */
function times(claims: Claims, { now, kind }: TokenRules): string[] {
  const [iat, exp] = [claims['iat'], claims['exp']];
  if (!Number.isInteger(iat) || !Number.isInteger(exp)) return ['iat and exp must be whole seconds'];
  const seconds = now / 1_000;
  const lasts = (exp as number) - (iat as number);
  return [
    ...check(lasts === 300 || (kind === 'record-locator' && lasts > 0 && lasts < 300), 'exp must be five minutes after iat'),
    ...check((iat as number) <= seconds + 1, 'iat lies in the future'),
    ...check((exp as number) > seconds, 'the token has expired'),
  ];
}

function gpConnectClaims(claims: Claims): string[] {
  const [device, organisation, practitioner] = ['requesting_device', 'requesting_organization', 'requesting_practitioner'].map((name) => record(claims[name]));
  const systems = identifiers(practitioner).map(({ system }) => system);
  return [
    ...check(claims['requested_scope'] === 'patient/*.read', 'requested_scope must be patient/*.read'),
    ...check(device?.['resourceType'] === 'Device' && identifiers(device).length > 0 && typeof device['model'] === 'string' && typeof device['version'] === 'string', 'requesting_device must be a Device with identifier, model and version'),
    ...check(organisation?.['resourceType'] === 'Organization' && typeof organisation['name'] === 'string' && identifiers(organisation).some(({ system, value }) => system === 'https://fhir.nhs.uk/Id/ods-organization-code' && value !== ''), 'requesting_organization must be an Organization with ODS code and name'),
    ...check(practitioner?.['resourceType'] === 'Practitioner' && Array.isArray(practitioner['name']), 'requesting_practitioner must be a Practitioner with a name'),
    ...check(systems.includes('https://fhir.nhs.uk/Id/sds-user-id') && systems.includes('https://fhir.nhs.uk/Id/sds-role-profile-id'), 'requesting_practitioner must have the identifiers sds-user-id and sds-role-profile-id'),
    ...check(typeof practitioner?.['id'] === 'string' && claims['sub'] === practitioner['id'], 'sub must be the id of requesting_practitioner'),
  ];
}

function recordLocatorClaims(claims: Claims, asid: string): string[] {
  const user = claims['requesting_user'];
  return [
    ...check(claims['scope'] === 'patient/*.read', 'scope must be patient/*.read'),
    ...check(claims['requesting_system'] === `https://fhir.nhs.uk/Id/accredited-system|${asid}`, 'requesting_system must be the ASID of Ssp-From'),
    ...check(/^https:\/\/fhir\.nhs\.uk\/Id\/ods-organization-code\|[A-Z0-9]+$/.test(String(claims['requesting_organization'])), 'requesting_organization must be an ODS code'),
    ...check(/^https:\/\/fhir\.nhs\.uk\/Id\/sds-role-profile-id\|\d+$/.test(String(user)), 'requesting_user must be a role profile'),
    ...check(claims['sub'] === user, 'sub must be requesting_user'),
  ];
}

function check(isRight: boolean, fault: string): string[] {
  return isRight ? [] : [fault];
}

function decoded(part: string | undefined): Claims | null {
  if (part === undefined || !/^[A-Za-z0-9_-]+$/.test(part)) return null;
  try {
    return record(JSON.parse(Buffer.from(part, 'base64url').toString('utf8'))) ?? null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

function record(value: unknown): Claims | undefined {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Claims) : undefined;
}

function identifiers(resource: Claims | undefined): { readonly system: string; readonly value: string }[] {
  const list: readonly unknown[] = Array.isArray(resource?.['identifier']) ? resource['identifier'] : [];
  return list.flatMap<Claims>((one) => record(one) ?? []).map((one) => ({ system: String(one['system'] ?? ''), value: String(one['value'] ?? '') }));
}

function isAddress(value: unknown): boolean {
  return typeof value === 'string' && URL.canParse(value);
}
