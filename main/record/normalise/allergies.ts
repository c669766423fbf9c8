/** AllergyIntolerance, R4 and STU3, contained ones in GP Connect's "Ended allergies" list included. */
import type { AllergyClaim, Item } from '../model.ts';
import { allWords, codingsOf, meansNoAllergyOfOneKind, meansNoKnownAllergies, statusWord, wordsOf } from './codings.ts';
import { isInEndedAllergies } from './context.ts';
import { firstDate, periodDate } from './dates.ts';
import type { Entry } from './entries.ts';
import { extension, fields, list, text } from './fields.ts';
import type { Fields } from './fields.ts';
import { dated, fact, joined, notes, standingOf } from './item.ts';
import type { Normaliser, Reading } from './item.ts';

const SEVERITIES = ['mild', 'moderate', 'severe'];

export const ALLERGY: Normaliser = { read, facts };

function read(entry: Entry): Reading {
  const { resource } = entry;
  const codings = codingsOf(resource['code']);
  const claim = claimOf(codings.length > 0 ? codings : codingsOf(list(resource['reaction']).map((one) => fields(one)['substance'])));
  const verification = statusWord(resource['verificationStatus']);
  const status = isInEndedAllergies(entry) ? 'resolved' : statusWord(resource['clinicalStatus']);
  return {
    section: 'allergies',
    title: wordsOf(resource['code']) ?? (claim === 'allergy' ? 'Allergy, substance not recorded' : 'No known allergies'),
    codings,
    date: firstDate(resource['onsetDateTime']) ?? periodDate(resource['onsetPeriod']),
    standing: standingOf('allergies', verification === 'refuted' || verification === 'entered-in-error' ? verification : status),
    status,
    allergy: claim,
    verification,
    severity: worstSeverity(resource),
  };
}

function facts({ resource }: Entry): ReturnType<Normaliser['facts']> {
  const end = list(extension(resource, 'AllergyIntoleranceEnd')?.['extension']).map(fields);
  return [
    joined('Reaction', reactionsOf(resource)),
    fact('Severity', worstSeverity(resource)),
    fact('Verification', statusWord(resource['verificationStatus'])),
    fact('Criticality', text(resource['criticality'])),
    joined('Kind', [...list(resource['type']), ...list(resource['category'])].flatMap((word) => text(word) ?? [])),
    dated('Last occurrence', resource['lastOccurrence']),
    dated('Ended', end[0]?.['valueDateTime']),
    fact('Ended because', text(end[1]?.['valueString'])),
    notes(resource),
  ];
}

/** An allergy unless its code says otherwise; ruling out one kind of allergy is neither claim. */
function claimOf(codings: Item['codings']): AllergyClaim | undefined {
  if (codings.some(meansNoKnownAllergies)) return 'no-known-allergies';
  return codings.some(meansNoAllergyOfOneKind) ? undefined : 'allergy';
}

function reactionsOf(resource: Fields): readonly string[] {
  return list(resource['reaction']).flatMap((one) => {
    const reaction = fields(one);
    const described = text(reaction['description']);
    return [...allWords(reaction['manifestation']), ...(described === undefined ? [] : [described])];
  });
}

function worstSeverity(resource: Fields): string | undefined {
  const ranks = list(resource['reaction']).map((one) => SEVERITIES.indexOf(text(fields(one)['severity']) ?? ''));
  return SEVERITIES[Math.max(-1, ...ranks)];
}
