/** AllergyIntolerance, R4 and STU3, contained ones in GP Connect's "Ended allergies" list included. */
import type { AllergyClaim, Item } from '../model.ts';
import { allWords, codingsOf, meansNoAllergyOfOneKind, meansNoKnownAllergies, statusWord, wordsOf } from './codings.ts';
import { isInEndedAllergies } from './context.ts';
import type { Context } from './context.ts';
import { firstDate, periodDate } from './dates.ts';
import type { Entry } from './entries.ts';
import { extension, fields, list, text } from './fields.ts';
import type { Fields } from './fields.ts';
import { dated, fact, itemOf, joined, notes, standingOf } from './item.ts';

const SEVERITIES = ['mild', 'moderate', 'severe'];

export function normaliseAllergy(entry: Entry, id: string, context: Context): Item {
  const { resource } = entry;
  const codings = codingsOf(resource['code'], list(resource['reaction']).map((one) => fields(one)['substance']));
  const substance = codingsOf(resource['code']);
  const claim = claimOf(substance.length > 0 ? substance : codings);
  const verification = statusWord(resource['verificationStatus']);
  const status = isInEndedAllergies(entry) ? 'resolved' : statusWord(resource['clinicalStatus']);
  const severity = worstSeverity(resource);
  return itemOf(entry, id, {
    section: 'allergies',
    title: wordsOf(resource['code']) ?? (claim === 'allergy' ? 'Allergy, substance not recorded' : 'No known allergies'),
    codings: substance,
    date: firstDate(resource['onsetDateTime']) ?? periodDate(resource['onsetPeriod']),
    standing: standingOf('allergies', verification === 'refuted' || verification === 'entered-in-error' ? verification : status),
    ...(status === undefined ? {} : { status }),
    ...(claim === undefined ? {} : { allergy: claim }),
    ...(verification === undefined ? {} : { verification }),
    ...(severity === undefined ? {} : { severity }),
    facts: [
      joined('Reaction', reactionsOf(resource)),
      fact('Severity', severity),
      fact('Verification', verification),
      fact('Criticality', text(resource['criticality'])),
      joined('Kind', [...list(resource['type']), ...list(resource['category'])].flatMap((word) => text(word) ?? [])),
      dated('Last occurrence', resource['lastOccurrence']),
      dated('Ended', fields(list(extension(resource, 'AllergyIntoleranceEnd')?.['extension'])[0])['valueDateTime']),
      fact('Ended because', text(fields(list(extension(resource, 'AllergyIntoleranceEnd')?.['extension'])[1])['valueString'])),
      notes(resource),
    ],
  }, context);
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
