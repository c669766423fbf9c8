/** Who recorded an item and for which organisation, as well as the resource and its references tell. */
import type { Provenance } from '../model.ts';
import { identifiersOf, ODS_CODE } from './codings.ts';
import type { Context } from './context.ts';
import { firstDate } from './dates.ts';
import type { Entry } from './entries.ts';
import { extension, fields, list, text } from './fields.ts';
import type { Fields } from './fields.ts';

export type Organisation = NonNullable<Provenance['organisation']>;

/** Fields that name who said it, the nearest first. STU3 wraps some of them in `agent`, `actor` or `individual`. */
const AUTHOR_FIELDS = ['asserter', 'recorder', 'author', 'performer', 'requester', 'practitioner', 'informationSource', 'participant', 'source'] as const;
const ORGANISATION_FIELDS = ['serviceProvider', 'custodian', 'managingOrganization', 'organization', 'performer', 'author', 'requester', 'recorder', 'asserter', 'informationSource'] as const;

/** When it was recorded, as well as the resource tells. */
export function recordedOf(resource: Fields): Provenance['recorded'] {
  return firstDate(
    resource['recordedDate'],
    resource['assertedDate'],
    resource['dateAsserted'],
    resource['recorded'],
    extension(resource, 'DateRecorded')?.['valueDateTime'],
    resource['issued'],
    resource['authoredOn'],
    resource['indexed'],
    resource['date'],
    fields(resource['meta'])['lastUpdated'],
  );
}

function referencesIn(resource: Fields, names: readonly string[]): readonly Fields[] {
  return names.flatMap((name) => list(resource[name])).map((value) => {
    const wrapper = fields(value);
    return fields(wrapper['agent'] ?? wrapper['actor'] ?? wrapper['individual'] ?? wrapper['onBehalfOf'] ?? wrapper);
  });
}

export function authorOf(entry: Entry, context: Context): string | undefined {
  for (const reference of referencesIn(entry.resource, AUTHOR_FIELDS)) {
    const target = context.resolve(reference, entry);
    const name = target === undefined ? text(reference['display']) : personName(target, context);
    if (name !== undefined) return name;
  }
  return undefined;
}

function personName(target: Entry, context: Context): string | undefined {
  if (target.resourceType === 'PractitionerRole') {
    const reference = target.resource['practitioner'];
    const practitioner = context.resolve(reference, target);
    return practitioner === undefined ? text(fields(reference)['display']) : nameOfPerson(practitioner);
  }
  return nameOfPerson(target);
}

/** A role that names a role, or itself, names nobody. */
function nameOfPerson({ resourceType, resource }: Entry): string | undefined {
  return resourceType === 'Practitioner' || resourceType === 'RelatedPerson' ? humanName(resource['name']) : undefined;
}

/** `Dr L OWEN` from the first HumanName. */
export function humanName(value: unknown): string | undefined {
  const name = fields(list(value)[0]);
  const parts = [...list(name['prefix']), ...list(name['given'])].flatMap((part) => text(part) ?? []);
  const family = text(name['family'])?.toUpperCase();
  const whole = [...parts, ...(family === undefined ? [] : [family])].join(' ');
  return whole === '' ? text(name['text']) : whole;
}

/** The organisation in the resource's own tag (ODS code), in its references, or behind its author. */
export function organisationOf(entry: Entry, context: Context): Organisation | undefined {
  const { resource } = entry;
  const tagged = list(fields(resource['meta'])['tag']).map(fields).find((tag) => text(tag['system']) === ODS_CODE);
  const odsCode = text(tagged?.['code']);
  if (odsCode !== undefined) return { odsCode, ...named(text(tagged?.['display'])) };
  const stated = context.provenanceOrganisation(entry);
  if (stated !== undefined) return stated;
  for (const reference of referencesIn(resource, ORGANISATION_FIELDS)) {
    const found = organisationBehind(reference, entry, context);
    if (found !== undefined) return found;
  }
  return context.documentOrganisation(entry);
}

/** The organisation a reference names, directly or through a role. */
export function organisationBehind(reference: unknown, from: Entry, context: Context): Organisation | undefined {
  const target = context.resolve(reference, from);
  if (target === undefined) return organisationById(fields(reference));
  if (target.resourceType === 'Organization') return organisationIn(target.resource);
  const role = target.resourceType === 'Practitioner' ? context.onlyRoleOf(target) : target;
  if (role?.resourceType !== 'PractitionerRole') return undefined;
  const employer = role.resource['organization'];
  const organisation = context.resolve(employer, role);
  if (organisation === undefined) return organisationById(fields(employer));
  return organisation.resourceType === 'Organization' ? organisationIn(organisation.resource) : undefined;
}

function organisationById(reference: Fields): Organisation | undefined {
  const identifier = fields(reference['identifier']);
  if (text(identifier['system']) !== ODS_CODE) return undefined;
  const odsCode = text(identifier['value']);
  return odsCode === undefined ? undefined : { odsCode, ...named(text(reference['display'])) };
}

function organisationIn(resource: Fields): Organisation | undefined {
  const name = text(resource['name']);
  const odsCode = identifiersOf(resource['identifier']).find(({ system }) => system === ODS_CODE)?.value;
  if (name === undefined && odsCode === undefined) return undefined;
  return { ...named(name), ...(odsCode === undefined ? {} : { odsCode }) };
}

function named(name: string | undefined): { readonly name?: string } {
  return name === undefined ? {} : { name };
}
