/** Who signed in, and as what. Roles are never combined (GPSoC IG requirements V4): a session has exactly one. */

/** One role profile of a clinician (CIS2 `nhsid_nrbac_roles`). */
export interface Role {
  /** `person_roleid`, sent as NHSD-Session-URID. */
  readonly id: string;
  readonly name: string;
  readonly organisation: string;
  readonly odsCode: string;
  /** Three codes of the national role profile, such as `S8000:G8000:R8001`; `null` where the provider did not tell. */
  readonly roleCode: string | null;
  /** National activity codes, such as `B0360`; `null` where the provider did not tell any. */
  readonly activityCodes: readonly string[] | null;
}

export interface Clinician {
  readonly userId: string;
  readonly name: string;
  readonly roles: readonly Role[];
  /** The role that was chosen at the provider already (CIS2 `selected_roleid`), else `null`. */
  readonly selectedRoleId: string | null;
}

export type Entry =
  /** Applied without asking: there is no other, or it was chosen at the provider. */
  | { readonly kind: 'one'; readonly role: Role }
  | { readonly kind: 'several' }
  | { readonly kind: 'refused'; readonly sentence: string };

/**
 * Whether a clinician who has just signed in may come in, and as what.
 * @param holderId the user identifier that the card's certificate tells; whoever vouches for another is not believed
 */
export function entryOf({ userId, roles, selectedRoleId }: Clinician, holderId: string | null): Entry {
  if (holderId !== null && holderId !== userId) return refused('The card in the reader is not the card of whoever signed in. Sign in with your own card.');
  const [only, ...others] = roles;
  if (only === undefined) return refused('You have no role that Lanyard can use. Ask your registration authority to check your role profiles.');
  if (selectedRoleId !== null) {
    const selected = roles.find(({ id }) => id === selectedRoleId);
    return selected === undefined ? refused('The role you chose is not among your role profiles. Sign in again and choose another, or ask your registration authority.') : { kind: 'one', role: selected };
  }
  return others.length === 0 ? { kind: 'one', role: only } : { kind: 'several' };
}

function refused(sentence: string): Entry {
  return { kind: 'refused', sentence };
}
