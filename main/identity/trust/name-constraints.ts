/** Which names an authority may give out (RFC 5280 section 4.2.1.10). PKI.js reads them; only its own path engine applies them. */
import { type AltName, type AttributeTypeAndValue, type GeneralName, type GeneralSubtree, type NameConstraints, type RelativeDistinguishedNames } from 'pkijs';
import { EXTENSION, type ReadCertificate, subjectOf, valueOf } from './certificate.ts';

/** Choices of GeneralName. */
const RFC822 = 1;
const DNS = 2;
const DIRECTORY = 4;
const EMAIL_ADDRESS = '1.2.840.113549.1.9.1';

interface Name {
  readonly type: number;
  readonly value: unknown;
}

/**
 * Whether every name in `certificate` is one that `authority` may give out. A kind of name that cannot be compared here is
 * refused as soon as it is constrained and used, as the section wants. Throws where a name cannot be read.
 */
export function allowsNames(authority: ReadCertificate, certificate: ReadCertificate): boolean {
  const constraints = valueOf<NameConstraints>(authority.extensions, EXTENSION.nameConstraints);
  if (constraints === null) return true;
  const permitted = constraints.permittedSubtrees ?? [];
  const excluded = constraints.excludedSubtrees ?? [];
  if ([...permitted, ...excluded].some(isUnusual)) return false;
  return namesOf(certificate).every((name) => isPermitted(name, permitted) && !isExcluded(name, excluded));
}

/** "minimum MUST be zero, and maximum MUST be absent". */
function isUnusual({ minimum, maximum }: GeneralSubtree): boolean {
  return minimum !== 0 || (maximum !== undefined && maximum !== 0);
}

function isPermitted(name: Name, permitted: readonly GeneralSubtree[]): boolean {
  const ofItsKind = permitted.filter(({ base }) => base.type === name.type);
  return ofItsKind.length === 0 || ofItsKind.some(({ base }) => isWithin(name, base) === 'within');
}

function isExcluded(name: Name, excluded: readonly GeneralSubtree[]): boolean {
  return excluded.some(({ base }) => base.type === name.type && isWithin(name, base) !== 'outside');
}

/** The subject, its e-mail address where the certificate names none elsewhere, and the alternative names. */
function namesOf(certificate: ReadCertificate): readonly Name[] {
  const subject = subjectOf(certificate);
  const alternative = valueOf<AltName>(certificate.extensions, EXTENSION.subjectAltName)?.altNames ?? [];
  const addresses = alternative.some(({ type }) => type === RFC822) ? [] : subject.filter(({ type }) => type === EMAIL_ADDRESS);
  return [
    ...(subject.length === 0 ? [] : [{ type: DIRECTORY, value: certificate.parsed.subject }]),
    ...addresses.map(({ value }) => ({ type: RFC822, value: value.valueBlock.value as unknown })),
    ...alternative.map(({ type, value }) => ({ type, value: value as unknown })),
  ];
}

function isWithin(name: Name, base: GeneralName): 'within' | 'outside' | 'unknown' {
  const limit = base.value as unknown;
  if (name.type === DIRECTORY) return says(startsWith((name.value as RelativeDistinguishedNames).typesAndValues, (limit as RelativeDistinguishedNames).typesAndValues));
  if (typeof name.value !== 'string' || typeof limit !== 'string') return 'unknown';
  if (name.type === DNS) return says(isBelow(name.value.toLowerCase(), limit.toLowerCase()));
  return name.type === RFC822 ? says(isMailWithin(name.value.toLowerCase(), limit.toLowerCase())) : 'unknown';
}

function says(isWithinLimit: boolean): 'within' | 'outside' {
  return isWithinLimit ? 'within' : 'outside';
}

function startsWith(name: readonly AttributeTypeAndValue[], limit: readonly AttributeTypeAndValue[]): boolean {
  return limit.length <= name.length && limit.every((attribute, index) => name[index]?.isEqual(attribute) === true);
}

/** `ward.nhs.example` is below `nhs.example`, and below the empty name. */
function isBelow(host: string, limit: string): boolean {
  const suffix = limit.replace(/^\./, '');
  return suffix === '' || host === suffix || host.endsWith(`.${suffix}`);
}

/** An address, all addresses of a host, or (with a leading dot) of every host below a domain. */
function isMailWithin(address: string, limit: string): boolean {
  if (limit.includes('@')) return address === limit;
  const host = address.slice(address.lastIndexOf('@') + 1);
  return limit.startsWith('.') ? host.endsWith(limit) : host === limit || limit === '';
}
