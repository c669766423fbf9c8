/** Margaret Ashworth's blood tests. The laboratory sends the practice's own requests to both; the hospital's stay in the region. */
import { TEST } from './concepts.ts';
import { london } from './dates.ts';
import { quantity, words } from './measured.ts';
import { fullBloodCount, lipids, liverFunction, single, ureaAndElectrolytes } from './panels.ts';
import type { Entry, Place } from './story.ts';

const WESSEX: readonly Place[] = ['wessex'];
const PRACTICE: readonly Place[] = ['practice'];

/** In the order sodium, potassium, urea, creatinine, eGFR. */
const KIDNEYS: readonly Entry[] = [
  ureaAndElectrolytes({ day: '2024-01-16' }, ['139', '4.4', '7.1', '88', '57']),
  ureaAndElectrolytes({ day: '2024-07-09' }, ['140', '4.5', '7.4', '91', '55']),
  ureaAndElectrolytes({ day: '2025-01-16' }, ['138', '4.6', '7.5', '93', '54']),
  ureaAndElectrolytes({ day: '2025-07-10' }, ['139', '4.7', '7.8', '95', '52']),
  ureaAndElectrolytes({ day: '2026-01-19' }, ['140', '4.7', '8.0', '96', '51']),
  ureaAndElectrolytes({ day: '2026-07-14' }, ['138', '4.9', '8.2', '99', '50']),
  ureaAndElectrolytes({ day: '2026-11-12', time: '16:05', held: WESSEX }, ['131', '6.0', '19.4', '212', '20']),
  ureaAndElectrolytes({ day: '2026-11-13', time: '06:30', held: WESSEX }, ['134', '5.4', '14.8', '156', '29']),
  ureaAndElectrolytes({ day: '2026-11-14', time: '06:20', held: WESSEX }, ['137', '4.9', '10.1', '118', '41']),
];

/** In the order haemoglobin, white cells, platelets, mean cell volume, neutrophils. */
const BLOOD: readonly Entry[] = [
  fullBloodCount({ day: '2025-01-16' }, ['128', '6.8', '264', '88', '4.1']),
  fullBloodCount({ day: '2026-01-19' }, ['126', '7.0', '258', '87', '4.2']),
  fullBloodCount({ day: '2026-11-12', time: '16:05', held: WESSEX }, ['121', '12.4', '301', '86', '9.8']),
  fullBloodCount({ day: '2026-11-14', time: '06:20', held: WESSEX }, ['119', '8.1', '280', '86', '5.2']),
];

const DIABETES: readonly Entry[] = [
  single('hba1c', { day: '2023-07-11' }, '55'), single('hba1c', { day: '2024-01-16' }, '54'), single('hba1c', { day: '2024-07-09' }, '53'),
  single('hba1c', { day: '2025-01-16' }, '52'), single('hba1c', { day: '2025-07-10' }, '53'), single('hba1c', { day: '2026-01-19' }, '56'),
  single('hba1c', { day: '2026-07-14' }, '58'),
  single('acr', { day: '2025-01-16', time: '09:00' }, '2.8'), single('acr', { day: '2026-01-19', time: '09:00' }, '3.9'),
  single('glucose', { day: '2026-11-12', time: '16:05', held: WESSEX }, '11.2'),
];

const HEART_AND_LIVER: readonly Entry[] = [
  lipids({ day: '2024-01-16' }, ['4.6', '1.3', '2.5', '1.8']), lipids({ day: '2025-01-16' }, ['4.4', '1.3', '2.3', '1.7']), lipids({ day: '2026-01-19' }, ['4.2', '1.4', '2.1', '1.5']),
  liverFunction({ day: '2025-01-16' }, ['24', '88', '9', '41']), liverFunction({ day: '2026-01-19' }, ['26', '90', '10', '40']),
  liverFunction({ day: '2026-11-12', time: '16:05', held: WESSEX }, ['38', '102', '14', '36']),
  single('tsh', { day: '2026-01-19' }, '2.40'), single('tsh', { day: '2026-11-13', time: '06:30', held: WESSEX }, '1.90'),
  single('crp', { day: '2026-11-12', time: '16:05', held: WESSEX }, '34'), single('crp', { day: '2026-11-14', time: '06:20', held: WESSEX }, '<5'),
  single('ferritin', { day: '2026-01-19', held: PRACTICE }, '41'),
];

const WORDED: readonly Entry[] = [
  {
    kind: 'report', id: 'urine-2023-07-08', held: ['practice', 'wessex'], organisation: 'laboratory', author: 'bell', concept: TEST.urineCulture, specimen: 'Midstream urine',
    date: london('2023-07-08', '09:20'), issued: london('2023-07-10', '15:00'), conclusion: 'Escherichia coli, sensitive to nitrofurantoin.',
    results: [{ id: 'culture', concept: TEST.urineCulture, value: words('Escherichia coli >10^5 cfu/mL. Sensitive: nitrofurantoin, trimethoprim. Resistant: amoxicillin.'), flag: 'A' }],
  },
  {
    kind: 'report', id: 'troponin-2026-11-12', held: WESSEX, organisation: 'laboratory', author: 'bell', concept: TEST.troponin, specimen: 'Venous blood',
    date: london('2026-11-12', '16:05'), issued: london('2026-11-12', '17:10'),
    results: [{ id: 'troponin', concept: TEST.troponin, value: quantity('8', 'ng/L'), high: '14', comment: 'Below the 99th centile: not raised.' }],
  },
];

export const ASHWORTH_RESULTS: readonly Entry[] = [...KIDNEYS, ...BLOOD, ...DIABETES, ...HEART_AND_LIVER, ...WORDED];
