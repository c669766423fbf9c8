import type { RoleView } from '../../preload/contract.ts';

/** The roles held at one organisation. */
export interface RoleGroup {
  readonly odsCode: string;
  readonly organisation: string;
  readonly roles: readonly RoleView[];
}

const NAMES = new Intl.Collator('en-GB');

/** Roles by organisation: this site's first, then by name. Within one they stay in the order they came. */
export function roleGroups(roles: readonly RoleView[], siteOdsCode: string): readonly RoleGroup[] {
  const groups = [...Map.groupBy(roles, (role) => role.odsCode)].map(([odsCode, held]) => ({ odsCode, organisation: held[0]?.organisation ?? odsCode, roles: held }));
  const rank = (group: RoleGroup) => (group.odsCode === siteOdsCode ? 0 : 1);
  return groups.sort((one, other) => rank(one) - rank(other) || NAMES.compare(one.organisation, other.organisation));
}
