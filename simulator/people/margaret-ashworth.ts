/**
 * Margaret Ashworth, 78. The practice and the hospital tell two stories: the practice still says that she has no known
 * allergies and issues the dose from before her admission; the hospital knows of penicillin anaphylaxis, a new
 * anticoagulant, a halved ramipril and an ibuprofen that must not be taken again.
 */
import { ALLERGY, DOCUMENT, FINDING, MEDICINE, NO_KNOWN_ALLERGIES, PROCEDURE, REACTION, REFERRAL } from './concepts.ts';
import { london } from './dates.ts';
import { bloodPressure, consultation, finding, measured, problem, smoking, vaccinated } from './entries.ts';
import { ASHWORTH_RESULTS } from './margaret-ashworth-results.ts';
import { quantity } from './measured.ts';
import type { Entry, Person, Place } from './story.ts';

const BOTH: readonly Place[] = ['practice', 'wessex'];
const WESSEX: readonly Place[] = ['wessex'];
const PRACTICE: readonly Place[] = ['practice'];
const AT_HOSPITAL = { held: WESSEX, organisation: 'hospital', author: 'mistry' } as const;

const ALLERGIES: readonly Entry[] = [
  { kind: 'allergy', id: 'no-known-allergies', held: PRACTICE, organisation: 'harbour', author: 'owen', date: '2019-06-03', recorded: london('2019-06-03', '09:40'), concept: NO_KNOWN_ALLERGIES, standing: 'active', verification: 'confirmed' },
  { kind: 'allergy', id: 'penicillin', held: WESSEX, organisation: 'hospital', author: 'larkin', date: '2024-08-17', recorded: london('2024-08-17', '22:15'), concept: ALLERGY.penicillin, category: 'medication', standing: 'active', verification: 'confirmed', criticality: 'high', reaction: { manifestation: REACTION.anaphylaxis, severity: 'severe' }, note: 'Collapse within minutes of intravenous benzylpenicillin. Treated with intramuscular adrenaline.' },
  { kind: 'allergy', id: 'latex', held: WESSEX, organisation: 'hospital', author: 'larkin', date: '2024-08-17', recorded: london('2024-08-17', '22:20'), concept: ALLERGY.latex, category: 'environment', standing: 'active', verification: 'confirmed', criticality: 'low', reaction: { manifestation: REACTION.contactDermatitis, severity: 'mild' } },
];

const PROBLEMS: readonly Entry[] = [
  problem('hypertension', '2004-02-11', { held: BOTH }),
  problem('type2Diabetes', '2011-09-20', { held: BOTH, identifiers: 'own' }),
  problem('osteoarthritis', '2015-05-06', { held: BOTH, identifiers: 'own', significance: 'minor' }),
  problem('reflux', '2017-11-14', { significance: 'minor' }),
  problem('cataract', '2021-03-02', { significance: 'minor', standing: 'resolved', abated: '2022-01-19' }),
  problem('urinaryInfection', '2023-07-08', { significance: 'minor', standing: 'resolved', abated: '2023-07-22' }),
  problem('atrialFibrillation', '2026-11-12', { ...AT_HOSPITAL, recorded: london('2026-11-12', '17:30'), note: 'Found on admission. CHA2DS2-VASc 5, ORBIT 3.' }),
  problem('acuteKidneyInjury', '2026-11-12', { ...AT_HOSPITAL, standing: 'resolved', abated: '2026-11-14', note: 'Stage 2, on a non-steroidal drug with ramipril, after three days of vomiting.' }),
];

const PRACTICE_MEDICINES: readonly Entry[] = [
  { kind: 'medicine', id: 'ramipril-practice', held: PRACTICE, organisation: 'harbour', author: 'owen', date: '2016-03-21', medicine: MEDICINE.ramipril5, dose: '5 mg once a day', course: 'repeat', standing: 'active', quantity: { value: 28, unit: 'capsule', days: 28 }, issues: ['2026-08-10', '2026-09-07', '2026-10-05', '2026-11-02'] },
  { kind: 'medicine', id: 'ibuprofen-practice', held: PRACTICE, organisation: 'harbour', author: 'owen', date: '2026-09-28', medicine: MEDICINE.ibuprofen400, dose: '400 mg up to three times a day with food', course: 'acute', standing: 'active', quantity: { value: 84, unit: 'tablet', days: 28 }, issues: ['2026-09-28'] },
  { kind: 'medicine', id: 'omeprazole', held: PRACTICE, organisation: 'harbour', author: 'owen', date: '2017-11-14', medicine: MEDICINE.omeprazole20, dose: '20 mg once a day', course: 'repeat', standing: 'active', quantity: { value: 28, unit: 'capsule', days: 28 }, issues: ['2026-09-07', '2026-10-05', '2026-11-02'] },
  { kind: 'medicine', id: 'nitrofurantoin', held: PRACTICE, organisation: 'harbour', author: 'nair', date: '2023-07-08', end: '2023-07-11', medicine: MEDICINE.nitrofurantoin100, dose: '100 mg twice a day for 3 days', course: 'acute', standing: 'completed', quantity: { value: 6, unit: 'capsule', days: 3 }, issues: ['2023-07-08'] },
];

const SHARED_MEDICINES: readonly Entry[] = [
  { kind: 'medicine', id: 'metformin', held: BOTH, identifiers: 'own', organisation: 'harbour', author: 'owen', date: '2012-01-16', medicine: MEDICINE.metformin500, dose: '500 mg twice a day with meals', course: 'repeat', standing: 'active', quantity: { value: 56, unit: 'tablet', days: 28 }, issues: ['2026-09-07', '2026-10-05', '2026-11-02'] },
  { kind: 'medicine', id: 'atorvastatin', held: BOTH, identifiers: 'own', organisation: 'harbour', author: 'owen', date: '2012-01-16', medicine: MEDICINE.atorvastatin20, dose: '20 mg once a day at night', course: 'repeat', standing: 'active', quantity: { value: 28, unit: 'tablet', days: 28 }, issues: ['2026-09-07', '2026-10-05', '2026-11-02'] },
  { kind: 'medicine', id: 'amlodipine', held: BOTH, organisation: 'harbour', author: 'owen', date: '2020-10-12', medicine: MEDICINE.amlodipine5, dose: '5 mg once a day', course: 'repeat', standing: 'active', quantity: { value: 28, unit: 'tablet', days: 28 }, issues: ['2026-09-07', '2026-10-05', '2026-11-02'] },
  { kind: 'medicine', id: 'paracetamol', held: BOTH, organisation: 'harbour', author: 'owen', date: '2015-05-06', medicine: MEDICINE.paracetamol500, dose: '1 g up to four times a day when required', course: 'repeat', standing: 'active', quantity: { value: 200, unit: 'tablet', days: 28 }, issues: ['2026-10-05'] },
];

const HOSPITAL_MEDICINES: readonly Entry[] = [
  { kind: 'medicine', id: 'ramipril-hospital', ...AT_HOSPITAL, date: '2026-11-14', recorded: london('2026-11-14', '11:20'), medicine: MEDICINE.ramipril2, dose: '2.5 mg once a day', course: 'continuous', standing: 'active', reason: 'Reduced at discharge from 5 mg once a day: low blood pressure' },
  { kind: 'medicine', id: 'apixaban', ...AT_HOSPITAL, date: '2026-11-12', recorded: london('2026-11-12', '18:05'), medicine: MEDICINE.apixaban5, dose: '5 mg twice a day', course: 'continuous', standing: 'active', reason: 'Atrial fibrillation: to prevent stroke' },
  { kind: 'medicine', id: 'ibuprofen-hospital', ...AT_HOSPITAL, date: '2026-09-28', end: '2026-11-12', recorded: london('2026-11-12', '18:10'), medicine: MEDICINE.ibuprofen400, dose: '400 mg up to three times a day with food', course: 'acute', standing: 'stopped', reason: 'Acute kidney injury; not to be taken with apixaban' },
];

const MEASUREMENTS: readonly Entry[] = [
  bloodPressure('2024-01-18', '148', '84'), bloodPressure('2024-07-11', '142', '80'), bloodPressure('2025-01-20', '139', '79'),
  bloodPressure('2025-07-15', '141', '82'), bloodPressure('2026-01-22', '138', '78'), bloodPressure('2026-07-16', '136', '76'),
  bloodPressure('2026-11-12', '96', '54', { ...AT_HOSPITAL, time: '15:52' }),
  bloodPressure('2026-11-13', '104', '60', { ...AT_HOSPITAL, time: '08:00' }),
  bloodPressure('2026-11-14', '112', '66', { ...AT_HOSPITAL, time: '08:05' }),
  measured('pulse', '2026-11-12', quantity('132', 'beats/min', '/min'), { ...AT_HOSPITAL, time: '15:52' }),
  measured('pulse', '2026-11-14', quantity('78', 'beats/min', '/min'), { ...AT_HOSPITAL, time: '08:05' }),
  measured('oxygenSaturation', '2026-11-12', quantity('94', '%'), { ...AT_HOSPITAL, time: '15:52' }),
  measured('respiratoryRate', '2026-11-12', quantity('22', 'breaths/min', '/min'), { ...AT_HOSPITAL, time: '15:52' }),
  measured('temperature', '2026-11-12', quantity('37.0', 'degC', 'Cel'), { ...AT_HOSPITAL, time: '15:52' }),
  measured('news2', '2026-11-12', quantity('7', '{score}'), { ...AT_HOSPITAL, time: '15:52' }),
  measured('news2', '2026-11-14', quantity('0', '{score}'), { ...AT_HOSPITAL, time: '08:05' }),
  measured('weight', '2025-01-20', quantity('78.4', 'kg')), measured('weight', '2026-01-22', quantity('77.0', 'kg')),
  measured('weight', '2026-11-12', quantity('73.5', 'kg'), { ...AT_HOSPITAL, time: '16:20' }),
  measured('height', '2019-06-03', quantity('162', 'cm')), measured('bodyMassIndex', '2026-01-22', quantity('29.3', 'kg/m2')),
  smoking('2026-01-22', 'exSmoker'), measured('alcoholUnits', '2026-01-22', quantity('2', 'U/week', '{units}/wk')),
  finding('foot-check', FINDING.footCheck, '2026-01-22', { author: 'okafor', note: 'Both feet: pulses present, sensation normal. Low risk.' }),
  finding('retinal-screening', FINDING.retinalScreening, '2026-03', { note: 'No retinopathy, both eyes.' }),
];

const IMMUNISATIONS: readonly Entry[] = [
  vaccinated('influenza', '2024-10-08', { held: BOTH }), vaccinated('influenza', '2025-10-07', { held: BOTH }), vaccinated('influenza', '2026-10-06', { held: BOTH, lot: 'HX4471' }),
  vaccinated('covidFirst', '2021-01-28', { held: BOTH, identifiers: 'own' }), vaccinated('covidSecond', '2021-04-14', { held: BOTH, identifiers: 'own' }),
  vaccinated('covidBooster', '2025-10-07', { lot: 'CV7720' }), vaccinated('pneumococcal', '2013-10-22'),
  vaccinated('shingles', '2018-04-19', { given: false, reason: 'Declined by patient' }),
];

const ENCOUNTERS: readonly Entry[] = [
  consultation('2026-01-22', '10:00', 'okafor', 'Diabetic annual review. Feels well. Foot check done.', ['bp-2026-01-22', 'weight-2026-01-22', 'bodyMassIndex-2026-01-22', 'foot-check']),
  consultation('2026-07-16', '10:00', 'okafor', 'Hypertension review.', ['bp-2026-07-16']),
  consultation('2026-09-28', '11:20', 'owen', 'Left knee pain worse on stairs. Paracetamol not enough. Short course of ibuprofen with omeprazole.', ['ibuprofen-practice']),
  consultation('2026-11-02', '08:30', 'nair', 'Repeat medication reviewed and issued.', [], 'Medication review'),
  { kind: 'encounter', id: 'emergency-2024', held: WESSEX, organisation: 'hospital', author: 'larkin', type: 'Emergency department attendance', setting: 'emergency', date: london('2024-08-17', '21:10'), end: london('2024-08-18', '06:30'), reason: 'Anaphylaxis after intravenous penicillin for cellulitis' },
  { kind: 'encounter', id: 'admission-2026', ...AT_HOSPITAL, type: 'Emergency admission', setting: 'inpatient', date: london('2026-11-12', '15:40'), end: london('2026-11-14', '14:00'), reason: 'Vomiting, light-headed, palpitations' },
  { kind: 'encounter', id: 'ambulance-2026', held: WESSEX, organisation: 'ambulance', type: 'Ambulance conveyance', setting: 'emergency', date: london('2026-11-12', '14:35'), end: london('2026-11-12', '15:38'), reason: 'Collapse at home' },
  { kind: 'encounter', id: 'out-of-hours-2026', held: WESSEX, organisation: 'outOfHours', author: 'quist', type: 'Telephone consultation', setting: 'virtual', date: london('2026-11-11', '20:15'), reason: 'Vomiting for two days', note: 'Advised fluids, to ring again if not better by morning.' },
  { kind: 'encounter', id: 'district-nurse-2026', held: WESSEX, organisation: 'community', author: 'farrow', type: 'Home visit', setting: 'home', date: london('2026-11-18', '10:30'), reason: 'After discharge: blood pressure and bloods' },
  { kind: 'procedure', id: 'knee-replacement', held: BOTH, organisation: 'hospital', author: 'adeyemi', date: '2019-02-14', concept: PROCEDURE.kneeReplacement, note: 'Right knee' },
  { kind: 'procedure', id: 'appendicectomy', held: PRACTICE, organisation: 'harbour', author: 'owen', date: '1963', concept: PROCEDURE.appendicectomy },
  { kind: 'procedure', id: 'ecg-2026', ...AT_HOSPITAL, date: '2026-11-12', concept: PROCEDURE.electrocardiogram, note: 'Atrial fibrillation, rate 132. No ischaemic change.' },
  { kind: 'procedure', id: 'echo-2026', ...AT_HOSPITAL, date: '2026-11-13', concept: PROCEDURE.echocardiogram, note: 'Left atrium mildly dilated. Ejection fraction 58 %.' },
];

const PAPERS: readonly Entry[] = [
  { kind: 'document', id: 'discharge-2026', ...AT_HOSPITAL, date: london('2026-11-14', '14:10'), concept: DOCUMENT.discharge, title: 'Discharge summary, acute medicine, 14-Nov-2026', lines: [
    'Admitted 12-Nov-2026 with vomiting, low blood pressure and fast atrial fibrillation.', 'Acute kidney injury stage 2: creatinine 212 on admission, 118 at discharge.',
    'Ibuprofen STOPPED. Ramipril REDUCED to 2.5 mg once a day. Apixaban 5 mg twice a day STARTED.', 'Allergy: penicillin (anaphylaxis, August 2024), latex.',
    'GP please: recheck urea and electrolytes in one week; update allergies; add apixaban to the repeat template.'] },
  { kind: 'document', id: 'emergency-letter-2024', held: WESSEX, organisation: 'hospital', author: 'larkin', date: london('2024-08-18', '06:45'), concept: DOCUMENT.discharge, title: 'Emergency department letter, 18-Aug-2024', lines: ['Anaphylaxis to benzylpenicillin. Must not be given penicillins again.', 'Referred to the allergy clinic.'] },
  { kind: 'document', id: 'orthopaedic-letter-2019', held: BOTH, organisation: 'hospital', author: 'adeyemi', date: london('2019-04-02', '12:00'), concept: DOCUMENT.outpatientLetter, title: 'Orthopaedic clinic letter, 02-Apr-2019', lines: ['Six weeks after right total knee replacement. Wound healed. Discharged from clinic.'] },
  { kind: 'plan', id: 'respect', held: WESSEX, organisation: 'community', author: 'farrow', date: '2025-06-19', concept: DOCUMENT.respect, title: 'ReSPECT plan', description: 'A ReSPECT plan exists. It is kept by Solent Shore Community Trust: ring 01632 960400 to see it.' },
  { kind: 'referral', id: 'cardiology-referral', ...AT_HOSPITAL, date: '2026-11-14', concept: REFERRAL.cardiology, to: 'hospital', priority: 'routine', reason: 'New atrial fibrillation: rate control and anticoagulation review', standing: 'active' },
  { kind: 'referral', id: 'orthopaedic-referral', held: PRACTICE, organisation: 'harbour', author: 'owen', date: '2018-06-11', concept: REFERRAL.orthopaedics, to: 'hospital', priority: 'routine', reason: 'Right knee osteoarthritis, for consideration of replacement', standing: 'completed' },
  { kind: 'appointment', id: 'cardiology-clinic', held: WESSEX, organisation: 'hospital', date: london('2026-12-09', '10:20'), end: london('2026-12-09', '10:40'), title: 'Cardiology outpatient clinic', standing: 'booked' },
  { kind: 'appointment', id: 'retinal-clinic', held: WESSEX, organisation: 'community', date: london('2027-03-11', '09:30'), end: london('2027-03-11', '09:45'), title: 'Diabetic eye screening', standing: 'booked' },
  { kind: 'recall', id: 'diabetic-review', held: PRACTICE, organisation: 'harbour', author: 'okafor', date: '2027-01-21', recorded: london('2026-01-22', '10:25'), concept: FINDING.footCheck, note: 'Diabetic annual review due' },
  { kind: 'flag', id: 'hearing', held: WESSEX, organisation: 'hospital', date: '2026-11-12', category: 'social', concept: { code: '15188001', display: 'Hearing loss' }, note: 'Reasonable adjustment: face her and speak clearly; hearing aid in the right ear.' },
];

export const MARGARET_ASHWORTH: Person = {
  nhsNumber: '9990123454',
  name: { family: 'Ashworth', given: ['Margaret'], prefix: 'Mrs' },
  gender: 'female',
  born: '1948-03-12',
  address: { lines: ['14 Sample Road'], town: 'Portsmouth', postcode: 'PO0 0ZZ' },
  phone: '01632 960123',
  story: 'Practice says no known allergies, hospital recorded penicillin anaphylaxis; doses and medicines differ after an admission on 12-Nov-2026',
  demographics: 'open',
  practice: { registered: true },
  wessex: 'held',
  entries: [...ALLERGIES, ...PROBLEMS, ...PRACTICE_MEDICINES, ...SHARED_MEDICINES, ...HOSPITAL_MEDICINES, ...ASHWORTH_RESULTS, ...MEASUREMENTS, ...IMMUNISATIONS, ...ENCOUNTERS, ...PAPERS],
};
