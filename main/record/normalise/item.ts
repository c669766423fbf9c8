/** Puts an item together from what its normaliser read; the parts every kind of item shares are read here. */
import type { Fact, Item, Section, Standing } from '../model.ts';
import { allWords, codingsOf, degradedEntry, identifiersOf } from './codings.ts';
import type { Context } from './context.ts';
import { parseClinicalDate } from './dates.ts';
import type { Entry } from './entries.ts';
import { exactNumber, fields, list, text } from './fields.ts';
import type { Fields } from './fields.ts';
import { provenanceOf } from './people.ts';

/** What a normaliser says; the rest is filled in. */
export type Reading = Pick<Item, 'section' | 'title' | 'standing'> &
  Partial<Pick<Item, 'codings' | 'status' | 'value' | 'dose' | 'allergy' | 'medication' | 'verification' | 'severity' | 'basedOn' | 'warning'>> & {
    readonly date?: Item['date'] | undefined;
    readonly facts?: readonly (Fact | undefined)[];
  };

/** Optional fields whose value is not known are left out, never set to undefined. */
export function itemOf(entry: Entry, id: string, reading: Reading, context: Context): Item {
  const { page, pointer, resource, resourceType } = entry;
  const { facts = [], codings = codingsOf(resource['code']), warning = degradedEntry(codings) ?? futureDate(reading, page.retrievedAt), ...rest } = reading;
  const present = Object.fromEntries(Object.entries(rest).filter(([, value]) => value !== undefined)) as unknown as Reading;
  return {
    ...(present as Omit<Reading, 'facts' | 'codings' | 'warning' | 'date'>),
    ...(rest.date === undefined ? {} : { date: rest.date }),
    ...(warning === undefined ? {} : { warning }),
    id,
    resourceType,
    codings,
    identifiers: identifiersOf(resource['identifier']),
    facts: facts.filter((one): one is Fact => one !== undefined),
    provenance: provenanceOf(entry, context),
    raw: { source: page.source, page: page.page, pointer },
  };
}

/** What has been observed or found can only lie in the past; plans, appointments and medicines may begin later. */
const PAST: ReadonlySet<Section> = new Set(['allergies', 'problems', 'results', 'observations', 'immunisations', 'documents']);

/** Held against when it was fetched: the record itself knows no clock. A day's grace leaves clocks that differ alone. */
function futureDate({ section, date, standing }: Reading, retrievedAt: string): string | undefined {
  const latest = new Date(Date.parse(retrievedAt) + DAY).toISOString().slice(0, 10);
  const written = date?.day ?? date?.text;
  return written !== undefined && PAST.has(section) && standing !== 'withdrawn' && written > latest ? 'Dated in the future' : undefined;
}

const DAY = 24 * 60 * 60 * 1_000;

/** A labelled fact, or nothing where there is nothing to say. */
export function fact(label: string, words: string | undefined): Fact | undefined {
  return words === undefined || words === '' ? undefined : { label, text: words };
}

/** Several words under one label, each once. */
export function joined(label: string, words: readonly string[]): Fact | undefined {
  return fact(label, [...new Set(words)].join('; '));
}

/** A labelled date, as sent where it cannot be read. */
export function dated(label: string, value: unknown): Fact | undefined {
  const date = parseClinicalDate(value);
  return fact(label, date === undefined ? text(value) : shownDate(date));
}

/** What people wrote beside it: R4 and STU3 `note`, STU3 `comment`. */
export function notes(resource: Fields): Fact | undefined {
  const written = list(resource['note']).flatMap((note) => text(fields(note)['text']) ?? text(note) ?? []);
  const comment = text(resource['comment']);
  return fact('Note', [...written, ...(comment === undefined ? [] : [comment])].join('\n'));
}

/** `5 mg`, `<5 mmol/L`: comparator and digits as sent. */
export function quantityText(value: unknown): string | undefined {
  const quantity = fields(value);
  const number = exactNumber(quantity['value']);
  if (number === undefined) return undefined;
  const unit = text(quantity['unit']) ?? text(quantity['code']);
  return `${text(quantity['comparator']) ?? ''}${number.text}${unit === undefined ? '' : ` ${unit}`}`;
}

/** `Care plan` from `CarePlan`. */
export function spoken(resourceType: string): string {
  const words = resourceType.replace(/([a-z])([A-Z])/g, '$1 $2').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}

/** The status words of each section that are not simply current. */
const WITHDRAWN = new Set(['entered-in-error', 'refuted', 'wrong']);
const ENDED = new Set(['stopped', 'cancelled', 'revoked', 'resolved', 'inactive', 'remission', 'not-done', 'not-taken', 'ended', 'rejected', 'suspended', 'aborted', 'noshow', 'superseded', 'abandoned', 'disabled', 'retired']);
const UNCLEAR = new Set(['unknown', 'on-hold', 'draft', 'proposed', 'intended', 'preliminary', 'registered', 'provisional']);
/** Where being completed means that it is over; elsewhere (a procedure, an immunisation) it means that it was done. */
const COMPLETED_IS_ENDED: ReadonlySet<Section> = new Set(['medication', 'plans', 'referrals', 'alerts']);

export function standingOf(section: Section, status: string | undefined): Standing {
  if (status === undefined) return 'unclear';
  if (WITHDRAWN.has(status)) return 'withdrawn';
  if (ENDED.has(status)) return 'ended';
  if (status === 'completed') return COMPLETED_IS_ENDED.has(section) ? 'ended' : 'current';
  return UNCLEAR.has(status) ? 'unclear' : 'current';
}

export function reasons(resource: Fields, context: Context, entry: Entry): Fact | undefined {
  const referred = context.resolve(list(resource['reasonReference'])[0], entry);
  const words = [...allWords(resource['reasonCode']), ...allWords(resource['reason'])];
  return joined('Reason', referred === undefined ? words : [...words, ...allWords(referred.resource['code'])]);
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];

/** `12-Mar-1948`, `Mar-2019`, `2019` (Common User Interface, date display): the precision as it was written. */
export function shownDate(date: NonNullable<Item['date']>): string {
  const [year, month, day] = (date.day ?? date.text).split('-');
  if (month === undefined) return String(year);
  const name = MONTHS[Number(month) - 1] ?? month;
  return day === undefined ? `${name}-${year}` : `${day}-${name}-${year}`;
}
