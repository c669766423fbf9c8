/** Condition, R4 and STU3 (GP Connect problem headers included). */
import type { Item } from '../model.ts';
import { allWords, codingsOf, statusWord, wordsOf } from './codings.ts';
import type { Context } from './context.ts';
import { firstDate, periodDate } from './dates.ts';
import type { Entry } from './entries.ts';
import { extension, text } from './fields.ts';
import { dated, fact, itemOf, joined, notes, standingOf } from './item.ts';

export function normaliseCondition(entry: Entry, id: string, context: Context): Item {
  const { resource } = entry;
  const verification = statusWord(resource['verificationStatus']);
  const status = statusWord(resource['clinicalStatus']);
  const withdrawn = verification === 'refuted' || verification === 'entered-in-error';
  return itemOf(entry, id, {
    section: 'problems',
    title: wordsOf(resource['code']) ?? 'Problem, name not recorded',
    codings: codingsOf(resource['code']),
    date: firstDate(resource['onsetDateTime']) ?? periodDate(resource['onsetPeriod']),
    standing: standingOf('problems', withdrawn ? verification : status),
    ...(status === undefined ? {} : { status }),
    ...(verification === undefined ? {} : { verification }),
    facts: [
      fact('Verification', verification),
      fact('Significance', text(extension(resource, 'ProblemSignificance')?.['valueCode'])),
      joined('Severity', allWords(resource['severity'])),
      joined('Site', allWords(resource['bodySite'])),
      fact('Onset', text(resource['onsetString'])),
      dated('Ended', resource['abatementDateTime']),
      joined('Category', allWords(resource['category'])),
      notes(resource),
    ],
  }, context);
}
