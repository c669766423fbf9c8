/** An item of what its normaliser reads; the parts every kind of item shares are read here. */
import type { Fact, Item, Provenance, Section, Standing } from '../model.ts';
import { allWords, degradedEntry, identifiersOf } from './codings.ts';
import type { Context } from './context.ts';
import { parseClinicalDate } from './dates.ts';
import type { Entry } from './entries.ts';
import { exactNumber, fields, list, text } from './fields.ts';
import type { Fields } from './fields.ts';
import { authorOf, organisationOf, recordedOf } from './people.ts';

/** What a normaliser reads at once: all that decides which items meet and how they are listed. */
export interface Reading extends Pick<Item, 'section' | 'title' | 'standing' | 'codings' | 'date' | 'status' | 'value' | 'dose' | 'allergy' | 'medication' | 'verification' | 'severity' | 'basedOn'> {
  readonly warning?: string | undefined;
}

/** One kind of resource: what is read at once, and what only when it is looked at. */
export interface Normaliser {
  readonly read: (entry: Entry, context: Context) => Reading;
  /** The facts in the order they are shown; what is not known is left out. */
  readonly facts: (entry: Entry, context: Context) => readonly (Fact | undefined)[];
}

/** An item whose facts and authors are read from its resource when they are asked for, against what has come by then. */
export class SourceItem implements Item {
  readonly id: string;
  readonly resourceType: string;
  readonly section: Item['section'];
  readonly title: string;
  readonly codings: Item['codings'];
  readonly identifiers: Item['identifiers'];
  readonly date: Item['date'];
  readonly status: Item['status'];
  readonly standing: Item['standing'];
  readonly value: Item['value'];
  readonly dose: Item['dose'];
  readonly allergy: Item['allergy'];
  readonly medication: Item['medication'];
  readonly verification: Item['verification'];
  readonly severity: Item['severity'];
  readonly basedOn: Item['basedOn'];
  readonly provenance: ItemProvenance;
  readonly #stated: string | undefined;
  readonly #entry: Entry;
  readonly #context: Context;
  readonly #normaliser: Normaliser;
  #facts: readonly Fact[] = [];
  #factsAt = -1;

  constructor(entry: Entry, context: Context, normaliser: Normaliser) {
    const reading = normaliser.read(entry, context);
    const { resource } = entry;
    this.id = entry.itemId;
    this.resourceType = entry.resourceType;
    this.section = reading.section;
    this.title = reading.title;
    this.codings = reading.codings;
    this.identifiers = identifiersOf(resource['identifier']);
    this.date = reading.date;
    this.status = reading.status;
    this.standing = reading.standing;
    this.value = reading.value;
    this.dose = reading.dose;
    this.allergy = reading.allergy;
    this.medication = reading.medication;
    this.verification = reading.verification;
    this.severity = reading.severity;
    this.basedOn = reading.basedOn;
    const recorded = recordedOf(resource);
    this.provenance = new ItemProvenance(entry, context, recorded?.text === reading.date?.text ? reading.date : recorded);
    this.#stated = reading.warning;
    this.#entry = entry;
    this.#context = context;
    this.#normaliser = normaliser;
  }

  get facts(): readonly Fact[] {
    if (this.#factsAt === this.#context.revision) return this.#facts;
    this.#facts = this.#normaliser.facts(this.#entry, this.#context).filter((one): one is Fact => one !== undefined);
    this.#factsAt = this.#context.revision;
    return this.#facts;
  }

  get warning(): string | undefined {
    return this.#stated ?? degradedEntry(this.codings) ?? futureDate(this, this.provenance.retrievedAt);
  }

  get raw(): Item['raw'] {
    const { page, pointer } = this.#entry;
    return { source: page.source, page: page.page, pointer };
  }

  toJSON(): Item {
    const { id, section, resourceType, title, codings, identifiers, date, status, standing, value, dose, allergy, medication, verification, severity, basedOn, warning, facts, provenance, raw } = this;
    return { id, section, resourceType, title, codings, identifiers, date, status, standing, value, dose, allergy, medication, verification, severity, basedOn, warning, facts, provenance, raw };
  }
}

class ItemProvenance implements Provenance {
  readonly recorded: Provenance['recorded'];
  readonly #entry: Entry;
  readonly #context: Context;

  constructor(entry: Entry, context: Context, recorded: Provenance['recorded']) {
    this.recorded = recorded;
    this.#entry = entry;
    this.#context = context;
  }

  get source(): Provenance['source'] {
    return this.#entry.page.source;
  }

  get retrievedAt(): Provenance['retrievedAt'] {
    return this.#entry.page.retrievedAt;
  }

  get organisation(): Provenance['organisation'] {
    return organisationOf(this.#entry, this.#context);
  }

  get author(): string | undefined {
    return authorOf(this.#entry, this.#context);
  }

  toJSON(): Provenance {
    const { source, organisation, author, recorded, retrievedAt } = this;
    return { source, organisation, author, recorded, retrievedAt };
  }
}

/** What has been observed or found can only lie in the past; plans, appointments and medicines may begin later. */
const PAST: ReadonlySet<Section> = new Set(['allergies', 'problems', 'results', 'observations', 'immunisations', 'documents']);

/** Held against when it was fetched: the record itself knows no clock. A day's grace leaves clocks that differ alone. */
function futureDate({ section, date, standing }: Item, retrievedAt: string): string | undefined {
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
