/** What the identity services know of a user, and the shape and the habits of CIS2's userinfo. */
import { HARBOUR, MOCK_USERS, VIEW_RECORD, activities, roleName } from './mock-users.ts';

export interface Role {
  readonly person_orgid: string;
  readonly person_roleid: string;
  readonly org_code: string;
  /** Three quoted parts in one text, as CIS2 sends it. */
  readonly role_name: string;
  readonly role_code: string;
  /** Left out altogether where a role has none. */
  readonly activities?: readonly string[];
  readonly activity_codes?: readonly string[];
  readonly workgroups?: readonly string[];
  readonly workgroups_codes?: readonly string[];
  readonly aow?: readonly string[];
  readonly aow_codes?: readonly string[];
}

export interface Membership {
  readonly person_orgid: string;
  readonly org_name: string;
  readonly org_code: string;
}

/** Something other than a smartcard to sign in with; `level` is the authentication assurance level it reaches. */
export interface Authenticator {
  readonly kind: 'TOTP' | 'FIDO2';
  readonly level: 2 | 3;
  /** What to type on the simulated page in its place. */
  readonly code: string;
}

export interface User {
  readonly userId: string;
  readonly title?: string;
  readonly given: string;
  readonly family: string;
  /** How the subject's common name may stand on the card. */
  readonly commonNames: readonly string[];
  readonly roles: readonly Role[];
  readonly organisations: readonly Membership[];
  /** How surely the person was identified when they were registered; 3 where not given. */
  readonly identityAssurance?: 2 | 3;
  readonly authenticator?: Authenticator;
  /** `gmc_id`, `nmc_id`, …: numbers of professional bodies. */
  readonly professional?: Readonly<Record<string, string>>;
}

export const USERS: readonly User[] = MOCK_USERS;

/** What the subject of a card's certificate says of its holder. */
export interface CardSubject {
  readonly userId: string | null;
  readonly commonName: string | null;
}

/** The holder by user identifier, else by common name; whoever else an authority vouches for is a visitor with one role. */
export function userOf(subject: CardSubject): User {
  const known = USERS.find(({ userId }) => userId === subject.userId) ?? (subject.userId === null ? USERS.find(({ commonNames }) => commonNames.some((name) => sameName(name, subject.commonName))) : undefined);
  return known ?? visitor(subject.userId ?? '555254249999');
}

/** Whoever signed in here, by the identifier they got; a visitor again where nobody else is known by it. */
export function userById(userId: string): User {
  return userOf({ userId, commonName: null });
}

function sameName(one: string, other: string | null): boolean {
  return other !== null && one.toLowerCase() === other.trim().toLowerCase();
}

function visitor(userId: string): User {
  return {
    userId,
    given: 'Visiting',
    family: 'CLINICIAN',
    commonNames: [],
    organisations: [{ person_orgid: '555254249910', ...HARBOUR }],
    roles: [{ person_orgid: '555254249910', person_roleid: '555254249901', org_code: HARBOUR.org_code, role_name: roleName('Clinical practitioner'), role_code: 'S8000:G8000:R8000', ...activities(VIEW_RECORD) }],
  };
}

/** CIS2's userinfo: the same number under three names, membership lists, roles. Lists of a user who has none are absent. */
export function userinfo(user: User): Record<string, unknown> {
  return Object.assign({}, ...Object.values(claimsByScope(user))) as Record<string, unknown>;
}

/** What each scope adds to CIS2's userinfo. A scope that is not here adds nothing. */
export function userinfoFor(user: User, scopes: ReadonlySet<string>): Record<string, unknown> {
  const given = Object.entries(claimsByScope(user)).filter(([scope]) => scopes.has(scope));
  return Object.assign({}, ...given.map(([, claims]) => claims)) as Record<string, unknown>;
}

function claimsByScope(user: User): Readonly<Record<string, Record<string, unknown>>> {
  const { userId, organisations, roles } = user;
  return {
    openid: { sub: userId },
    profile: names(user),
    email: { email: `${user.given}.${user.family}@harbour.example`.toLowerCase().replaceAll(' ', '') },
    nhsperson: { nhsid_useruid: userId },
    nationalrbacaccess: { nhsid_useruid: userId, ...(roles.length === 0 ? {} : { nhsid_nrbac_roles: roles }) },
    associatedorgs: listed('nhsid_user_orgs', organisations.map(({ org_name, org_code }) => ({ org_name, org_code }))),
    organisationalmemberships: listed('nhsid_org_memberships', organisations),
    professionalmemberships: { ...user.professional },
  };
}

/** `idassurancelevel` is a number in a text: so CIS2 has it. */
function names(user: User): Record<string, unknown> {
  const name = `${user.given} ${user.family}`;
  return {
    uid: user.userId,
    name,
    ...(user.title === undefined ? {} : { title: user.title }),
    given_name: user.given,
    family_name: user.family,
    display_name: name,
    initials: user.given.slice(0, 1),
    idassurancelevel: String(user.identityAssurance ?? 3),
  };
}

function listed(claim: string, values: readonly unknown[]): Record<string, unknown> {
  return values.length === 0 ? {} : { [claim]: values };
}
