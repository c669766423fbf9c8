/** Condition, R4 and STU3 (GP Connect problem headers included). */
import { allWords, codingsOf, isAdvancePlan, statusWord, wordsOf } from './codings.ts';
import { firstDate, periodDate } from './dates.ts';
import type { Entry } from './entries.ts';
import { extension, text } from './fields.ts';
import { dated, fact, joined, notes, standingOf } from './item.ts';
import type { Normaliser, Reading } from './item.ts';

export const CONDITION: Normaliser = { read, facts };

function read({ resource }: Entry): Reading {
  const verification = statusWord(resource['verificationStatus']);
  const status = statusWord(resource['clinicalStatus']);
  const withdrawn = verification === 'refuted' || verification === 'entered-in-error';
  const codings = codingsOf(resource['code']);
  return {
    section: codings.some(isAdvancePlan) ? 'plans' : 'problems',
    title: wordsOf(resource['code']) ?? 'Problem, name not recorded',
    codings,
    date: firstDate(resource['onsetDateTime']) ?? periodDate(resource['onsetPeriod']),
    standing: standingOf('problems', withdrawn ? verification : status),
    status,
    verification,
  };
}

function facts({ resource }: Entry): ReturnType<Normaliser['facts']> {
  return [
    fact('Verification', statusWord(resource['verificationStatus'])),
    fact('Significance', text(extension(resource, 'ProblemSignificance')?.['valueCode'])),
    joined('Severity', allWords(resource['severity'])),
    joined('Site', allWords(resource['bodySite'])),
    fact('Onset', text(resource['onsetString'])),
    dated('Ended', resource['abatementDateTime']),
    joined('Category', allWords(resource['category'])),
    notes(resource),
  ];
}
