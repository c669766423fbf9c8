/** Everyone the simulator knows. To add a person: one file with a `Person`, and a line here. */
import { AMIRA_HADDAD } from './amira-haddad.ts';
import { CROWD } from './crowd.ts';
import { DEREK_HOLLOWAY } from './derek-holloway.ts';
import { ELLEN_MARSH } from './ellen-marsh.ts';
import { GWEN_TALLIS } from './gwen-tallis.ts';
import { HAROLD_VANE } from './harold-vane.ts';
import { IVOR_QUILL } from './ivor-quill.ts';
import { JOAN_PICKERING } from './joan-pickering.ts';
import { LEO_BAPTISTE } from './leo-baptiste.ts';
import { MARGARET_ASHWORTH } from './margaret-ashworth.ts';
import { PETER_LINDQVIST } from './peter-lindqvist.ts';
import { SAMUEL_GREYLING } from './samuel-greyling.ts';
import type { Entry, Person, Place } from './story.ts';
import { WILHELMINA } from './wilhelmina-furstenberg.ts';

/** The people with a story, the tour's patient first. */
export const PEOPLE: readonly Person[] = [
  MARGARET_ASHWORTH,
  JOAN_PICKERING,
  ELLEN_MARSH,
  HAROLD_VANE,
  DEREK_HOLLOWAY,
  LEO_BAPTISTE,
  AMIRA_HADDAD,
  PETER_LINDQVIST,
  WILHELMINA,
  GWEN_TALLIS,
  IVOR_QUILL,
  SAMUEL_GREYLING,
];

/** Everyone in PDS. */
export const EVERYONE: readonly Person[] = [...PEOPLE, ...CROWD];

const BY_NUMBER = new Map(EVERYONE.flatMap((person) => [person.nhsNumber, ...(person.formerNumbers ?? [])].map((number) => [number, person] as const)));

/** The person with this NHS number, be it a former one. */
export function personByNumber(nhsNumber: string): Person | undefined {
  return BY_NUMBER.get(nhsNumber);
}

/** Somebody else with a record: whom a service that mixes patients up answers about. */
export function somebodyElse(person: Person): Person {
  return person === JOAN_PICKERING ? MARGARET_ASHWORTH : JOAN_PICKERING;
}

/** `Margaret ASHWORTH` */
export function displayName(person: Person): string {
  return [...person.name.given, person.name.family.toUpperCase()].join(' ');
}

/** The entries a place holds, in the order of the story. */
export function heldBy(person: Person, place: Place): readonly Entry[] {
  return person.entries.filter((entry) => entry.held.includes(place));
}
