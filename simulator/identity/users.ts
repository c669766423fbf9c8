/** Who may sign in, and the roles they hold: the shape and the habits of CIS2's userinfo. */

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
}

export interface User {
  readonly userId: string;
  readonly title?: string;
  readonly given: string;
  readonly family: string;
  /** How the subject's common name may stand on the card. */
  readonly commonNames: readonly string[];
  readonly roles: readonly Role[];
  readonly organisations: readonly { readonly person_orgid: string; readonly org_name: string; readonly org_code: string }[];
}

const HARBOUR = { org_name: 'HARBOUR HEALTH CENTRE', org_code: 'Z99001' } as const;
const OUT_OF_HOURS = { org_name: 'SOUTHDOWN OUT OF HOURS', org_code: 'Z99007' } as const;

const VIEW_RECORD = ['View Detailed Health Records', 'B0360'] as const;
const PRESCRIBE = ['Independent Prescribing', 'B0420'] as const;
const SENSITIVE = ['Access Sensitive Flagged Records', 'B1611'] as const;

function activities(...pairs: readonly (readonly [string, string])[]): { activities: string[]; activity_codes: string[] } {
  return { activities: pairs.map(([name]) => name), activity_codes: pairs.map(([, code]) => code) };
}

function roleName(job: string): string {
  return `"Clinical":"Clinical Provision":"${job}"`;
}

export const USERS: readonly User[] = [
  {
    userId: '555254240100',
    title: 'Dr',
    given: 'Priya',
    family: 'NAIR',
    commonNames: ['Priya NAIR', 'Dr Priya NAIR', 'NAIR Priya'],
    organisations: [{ person_orgid: '555254240110', ...HARBOUR }, { person_orgid: '555254240111', ...OUT_OF_HOURS }],
    roles: [
      { person_orgid: '555254240110', person_roleid: '555254240101', org_code: HARBOUR.org_code, role_name: roleName('General practitioner'), role_code: 'S0030:G0100:R0260', ...activities(VIEW_RECORD, PRESCRIBE), workgroups: ['HARBOUR CLINICAL'], workgroups_codes: ['555254249101'] },
      // No activities at all: some roles come without the claim.
      { person_orgid: '555254240111', person_roleid: '555254240102', org_code: OUT_OF_HOURS.org_code, role_name: roleName('Clinical practitioner'), role_code: 'S8000:G8000:R8000' },
    ],
  },
  {
    userId: '555254242102',
    title: 'Mr',
    given: 'Daniel',
    family: 'OKAFOR',
    commonNames: ['Daniel OKAFOR', 'Mr Daniel OKAFOR', 'OKAFOR Daniel'],
    organisations: [{ person_orgid: '555254242110', ...HARBOUR }],
    roles: [{ person_orgid: '555254242110', person_roleid: '555254242101', org_code: HARBOUR.org_code, role_name: roleName('Nurse'), role_code: 'S8000:G8000:R8001', ...activities(VIEW_RECORD, SENSITIVE) }],
  },
];

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

/** CIS2's userinfo: the same number under three names, membership lists, roles. */
export function userinfo(user: User): Record<string, unknown> {
  return {
    sub: user.userId,
    uid: user.userId,
    nhsid_useruid: user.userId,
    name: `${user.given} ${user.family}`,
    ...(user.title === undefined ? {} : { title: user.title }),
    given_name: user.given,
    family_name: user.family,
    display_name: `${user.given} ${user.family}`,
    initials: user.given.slice(0, 1),
    idassurancelevel: '3',
    nhsid_org_memberships: user.organisations,
    nhsid_user_orgs: user.organisations.map(({ org_name, org_code }) => ({ org_name, org_code })),
    nhsid_nrbac_roles: user.roles,
  };
}
