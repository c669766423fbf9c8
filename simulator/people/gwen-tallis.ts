/**
 * Gwen Tallis, 70. Everything that is awkward to read: resolved and degraded allergies, an entry made in error, undated
 * and partly dated entries, values of nought, below the limit and in words.
 */
import { ALLERGY, MEDICINE, PROBLEM, REACTION, TEST } from './concepts.ts';
import { london } from './dates.ts';
import { bloodPressure, finding, measured, problem } from './entries.ts';
import { quantity, words } from './measured.ts';
import { single } from './panels.ts';
import type { Person, Place } from './story.ts';

const BOTH: readonly Place[] = ['practice', 'wessex'];

export const GWEN_TALLIS: Person = {
  nhsNumber: '9991012346',
  name: { family: 'Tallis', given: ['Gwen'], prefix: 'Miss' },
  gender: 'female',
  born: '1956-08-08',
  address: { lines: ['The Sham'], town: 'Emsworth', postcode: 'PO0 0EM' },
  phone: '01632 960130',
  story: 'Resolved and transfer-degraded allergies, undated and partial dates, <5 and 0, results in words; practice withholds confidential items',
  demographics: 'open',
  practice: { registered: true, warning: 'confidential-items' },
  wessex: 'held',
  entries: [
    { kind: 'allergy', id: 'amoxicillin-resolved', held: ['practice'], organisation: 'harbour', author: 'owen', date: '1998', concept: ALLERGY.amoxicillin, category: 'medication', standing: 'resolved', verification: 'unconfirmed', reaction: { manifestation: REACTION.rash }, ended: { date: '2016-04-11', reason: 'Tolerated amoxicillin on re-challenge' } },
    { kind: 'allergy', id: 'amoxicillin-active', held: ['wessex'], organisation: 'hospital', author: 'larkin', date: '2021-12-24', concept: ALLERGY.amoxicillin, category: 'medication', standing: 'active', verification: 'unconfirmed', reaction: { manifestation: REACTION.rash, severity: 'mild' } },
    { kind: 'allergy', id: 'degraded', held: ['practice'], organisation: 'harbour', author: 'owen', recorded: london('2009-03-02', '10:00'), concept: { ...ALLERGY.degraded, text: 'ALLERGY TO SEPTRIN' }, category: 'medication', standing: 'active', verification: 'unconfirmed', note: 'Degraded when the record was transferred from another practice.' },
    { kind: 'allergy', id: 'latex-in-error', held: ['wessex'], organisation: 'hospital', author: 'larkin', date: '2021-12-24', concept: ALLERGY.latex, category: 'environment', standing: 'inactive', verification: 'entered-in-error', note: 'Entered on the wrong patient.' },
    problem('hypothyroidism', undefined, { held: BOTH }),
    problem('depression', '1987', { standing: 'resolved', abated: '1989-05' }),
    problem('anaemia', '2019-03', { held: BOTH, identifiers: 'own' }),
    { kind: 'problem', id: 'read-only', held: ['practice'], organisation: 'harbour', author: 'owen', date: '2001-01-01', standing: 'active', significance: 'minor', concept: { ...PROBLEM.backPain, unmapped: true, text: 'Bad back since the fall off the boat' } },
    { kind: 'medicine', id: 'levothyroxine', held: BOTH, organisation: 'harbour', author: 'owen', medicine: MEDICINE.levothyroxine50, dose: '50 micrograms once a day', course: 'repeat', standing: 'active', issues: ['2026-10-30'] },
    { kind: 'medicine', id: 'codeine-expired', held: ['practice'], organisation: 'harbour', author: 'nair', date: '2020-02-03', end: '2020-02-17', medicine: MEDICINE.codeine30, dose: '30 mg at night', course: 'acute', standing: 'completed', issues: ['2020-02-03'] },
    single('crp', { day: '2026-04-15' }, '<5'),
    single('tsh', { day: '2026-04-15' }, '7.0'),
    single('ferritin', { day: '2026-04-15' }, '>1500'),
    { kind: 'report', id: 'alt-zero', held: BOTH, organisation: 'laboratory', author: 'bell', concept: TEST.neutrophils, specimen: 'Venous blood', date: '2026-04-15', results: [{ id: 'neutrophils', concept: TEST.neutrophils, value: quantity('0', '10*9/L'), low: '2.0', flag: 'L', comment: 'Repeat at once.' }] },
    { kind: 'report', id: 'haemolysed', held: BOTH, organisation: 'laboratory', author: 'bell', concept: TEST.potassium, specimen: 'Venous blood', filedUnnamed: true, date: london('2026-04-15', '08:40'), results: [{ id: 'potassium', concept: TEST.potassium, value: words('Sample haemolysed: not reported'), flag: 'A' }] },
    { kind: 'report', id: 'undated-report', held: ['wessex'], organisation: 'laboratory', concept: TEST.haemoglobin, specimen: 'Venous blood', results: [{ id: 'haemoglobin', concept: TEST.haemoglobin, value: quantity('12.1', 'g/dL') }] },
    finding('undated-finding', { code: '161891005', display: 'Backache', read: '16C..00' }, '2019'),
    measured('temperature', '2026-04-15', quantity('-0.5', 'Cel')),
    bloodPressure('2026-04-15', '118', '72'),
  ],
};
