/** CIS2's userinfo, as it really looks: quoted role names, absent lists, numbers in texts, and claims that nobody asked for. */
import * as z from 'zod';
import type { HttpPort } from '../net/http.ts';
import { SignInProblem, type Tokens } from './provider.ts';
import { checked, oneLine, parseJson, send } from './service-http.ts';
import type { Clinician, Role } from './roles.ts';

const MOST_ROLES = 500;
const MOST_ORGANISATIONS = 2_000;
const MOST_ACTIVITIES = 1_000;
/** Most characters of a name on the screen. */
const MOST_NAME = 120;

/** Sent on in headers, and what a role is chosen by. */
const identifier = z.union([z.string(), z.number().int().nonnegative().transform(String)]).pipe(z.string().regex(/^[!-~]{1,64}$/));
const text = z.string().max(10_000).nullish();

const roleSchema = z.object({
  person_roleid: identifier,
  org_code: identifier,
  org_name: text,
  role_name: text,
  role_code: text,
  activity_codes: z.array(z.string().max(64)).max(MOST_ACTIVITIES).nullish(),
});

const organisationSchema = z.object({ org_code: identifier, org_name: text });
const organisations = z.array(organisationSchema).max(MOST_ORGANISATIONS).nullish();

const userinfoSchema = z.object({
  sub: identifier,
  nhsid_useruid: identifier.nullish(),
  name: text,
  title: text,
  given_name: text,
  family_name: text,
  idassurancelevel: z.union([z.number(), z.string().max(20)]).nullish(),
  nhsid_nrbac_roles: z
    .array(roleSchema)
    .max(MOST_ROLES)
    // Two profiles under one identifier could not be told apart, and the other organisation's would be used.
    .refine((roles) => new Set(roles.map(({ person_roleid }) => person_roleid)).size === roles.length)
    .nullish(),
  nhsid_user_orgs: organisations,
  nhsid_org_roles: organisations,
  nhsid_org_memberships: organisations,
});
export type Userinfo = z.infer<typeof userinfoSchema>;

/** @throws {SignInProblem} where it is not userinfo */
export function readUserinfo(value: unknown): Userinfo {
  return checked(userinfoSchema, value);
}

/**
 * What userinfo says now. `null`: the service does not know the token (any more).
 * @throws {SignInProblem} where it cannot be asked, or answers anything else: then nobody knows
 */
export async function askUserinfo(http: HttpPort, endpoint: string, accessToken: string, signal: AbortSignal): Promise<Userinfo | null> {
  const headers = { Authorization: `Bearer ${accessToken}`, Accept: 'application/json' };
  const { status, body } = await send(http, { method: 'GET', url: endpoint, headers }, signal);
  if (status === 401) return null;
  if (status !== 200) throw new SignInProblem(`The identity service cannot say who you are now (it answered ${status}). Wait a minute and try again.`);
  return readUserinfo(parseJson(body));
}

/** Userinfo of a token that was given a moment ago. @throws {SignInProblem} also where the service does not know it */
export async function requireUserinfo(http: HttpPort, endpoint: string, { accessToken }: Tokens, signal: AbortSignal): Promise<Userinfo> {
  const userinfo = await askUserinfo(http, endpoint, accessToken, signal);
  if (userinfo !== null) return userinfo;
  throw new SignInProblem('The identity service did not accept the sign-in that it had just made. Try again, and tell the service desk if it happens again.');
}

/**
 * Who signed in, and every role they have; whether one of them lets them in is for `roles.ts`.
 * @param selectedRoleId the role that was chosen at the provider already, `null` where none was
 */
export function clinicianOf(userinfo: Userinfo, selectedRoleId: string | null): Clinician {
  const names = organisationNames(userinfo);
  const roles = (userinfo.nhsid_nrbac_roles ?? []).map((role): Role => roleOf(role, names));
  return { userId: userinfo.nhsid_useruid ?? userinfo.sub, name: clinicianName(userinfo), roles, selectedRoleId };
}

/** Organisation names by code: a role names its organisation by code alone, or not as people know it. */
function organisationNames({ nhsid_org_memberships, nhsid_org_roles, nhsid_user_orgs }: Userinfo): ReadonlyMap<string, string> {
  const names = new Map<string, string>();
  for (const { org_code, org_name } of [...(nhsid_org_memberships ?? []), ...(nhsid_org_roles ?? []), ...(nhsid_user_orgs ?? [])]) {
    const name = shown(org_name);
    if (name !== '') names.set(org_code, name);
  }
  return names;
}

function roleOf(role: z.infer<typeof roleSchema>, names: ReadonlyMap<string, string>): Role {
  return {
    id: role.person_roleid,
    name: roleName(role.role_name),
    organisation: shown(role.org_name) || names.get(role.org_code) || role.org_code,
    odsCode: role.org_code,
    roleCode: shown(role.role_code) || null,
    activityCodes: role.activity_codes ?? null,
  };
}

function clinicianName({ name, title, given_name, family_name }: Userinfo): string {
  const family = shown(family_name);
  if (family === '') return shown(name) || 'Name not recorded';
  return [shown(title), shown(given_name), family.toUpperCase()].filter((part) => part !== '').join(' ');
}

/** `"Clinical":"Clinical Provision":"General Medical Practitioner"`: the last of the three is the role a person knows. */
function roleName(triple: string | null | undefined): string {
  const parts = (triple ?? '').split(':').map((part) => shown(part.replaceAll('"', '')));
  return parts.at(-1) || 'Role name not recorded';
}

function shown(value: string | null | undefined): string {
  return oneLine(value ?? '', MOST_NAME);
}
