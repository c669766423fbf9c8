/**
 * The clinical terms the stories use: SNOMED CT (UK edition) with the Read v2 code a practice would send beside it.
 * Medicines are dm+d concepts, which are SNOMED CT codes too. Where the dm+d code of a product was not certain the code
 * is invented (`inventedProduct`), with a valid check digit and the same on both sides.
 */
export interface Concept {
  readonly code: string;
  readonly display: string;
  /** Read v2, five characters and the term's two. */
  readonly read?: string;
  /** Clinical Terms Version 3, from a practice that came from another system. */
  readonly ctv3?: string;
  /** The practice never had it mapped: it sends the Read code alone. */
  readonly unmapped?: true;
  /** The words the recorder chose, where they are not the display. */
  readonly text?: string;
}

export interface Medicine {
  readonly code: string;
  readonly display: string;
}

const c = (code: string, display: string, read?: string): Concept => (read === undefined ? { code, display } : { code, display, read });

export const NO_KNOWN_ALLERGIES = c('716186003', 'No known allergy', '1151.00');

export const ALLERGY = {
  penicillin: c('91936005', 'Allergy to penicillin', '14L1.00'),
  latex: c('300916003', 'Latex allergy', '14LQ.00'),
  amoxicillin: c('294505008', 'Allergy to amoxicillin'),
  nuts: c('91934008', 'Allergy to nut', '14L7.00'),
  egg: c('91930004', 'Allergy to egg protein', '14L6.00'),
  aspirin: c('293586001', 'Allergy to aspirin', '14LK.00'),
  degraded: c('196461000000101', 'Transfer-degraded drug allergy'),
} as const;

export const REACTION = {
  anaphylaxis: c('39579001', 'Anaphylaxis'),
  contactDermatitis: c('40275004', 'Contact dermatitis'),
  rash: c('271807003', 'Eruption of skin'),
  urticaria: c('126485001', 'Urticaria'),
  wheeze: c('56018004', 'Wheezing'),
} as const;

export const PROBLEM = {
  hypertension: c('59621000', 'Essential hypertension', 'G20..00'),
  type2Diabetes: c('44054006', 'Type 2 diabetes mellitus', 'C10F.00'),
  osteoarthritis: c('396275006', 'Osteoarthritis', 'N05..00'),
  kneeOsteoarthritis: c('239873007', 'Osteoarthritis of knee', 'N05z6.00'),
  atrialFibrillation: c('49436004', 'Atrial fibrillation', 'G5730.00'),
  acuteKidneyInjury: c('14669001', 'Acute renal failure syndrome', 'K04..00'),
  ckd3: c('433144002', 'Chronic kidney disease stage 3', '1Z12.00'),
  reflux: c('235595009', 'Gastroesophageal reflux disease', 'J10y4.00'),
  asthma: c('195967001', 'Asthma', 'H33..00'),
  copd: c('13645005', 'Chronic obstructive pulmonary disease', 'H3...00'),
  hypothyroidism: c('40930008', 'Hypothyroidism', 'C04..00'),
  depression: c('35489007', 'Depressive disorder', 'E2B..00'),
  backPain: c('279039007', 'Low back pain', '16C2.00'),
  heartFailure: c('84114007', 'Heart failure', 'G58..00'),
  infarction: c('22298006', 'Myocardial infarction', 'G30..00'),
  dementia: c('52448006', 'Dementia', 'Eu02z.00'),
  pregnancy: c('77386006', 'Pregnant', '62...00'),
  gestationalDiabetes: c('11687002', 'Gestational diabetes mellitus', 'L1809.00'),
  eczema: c('24079001', 'Atopic dermatitis', 'M111.00'),
  urinaryInfection: c('68566005', 'Urinary tract infectious disease', 'K190.00'),
  respiratoryInfection: c('54150009', 'Upper respiratory infection', 'H05z.00'),
  otitisMedia: c('65363002', 'Otitis media', 'F52z.00'),
  lungCancer: c('363358000', 'Malignant tumour of lung', 'B22z.00'),
  anaemia: c('87522002', 'Iron deficiency anaemia', 'D00..00'),
  cataract: c('193570009', 'Cataract', 'F46..00'),
} as const;

export const FINDING = {
  bloodPressure: c('163020007', 'O/E - blood pressure reading', '246..00'),
  systolic: c('72313002', 'Systolic arterial pressure', '2469.00'),
  diastolic: c('1091811000000102', 'Diastolic arterial pressure', '246A.00'),
  weight: c('27113001', 'Body weight', '22A..00'),
  height: c('50373000', 'Body height', '229..00'),
  bodyMassIndex: c('60621009', 'Body mass index', '22K..00'),
  pulse: c('78564009', 'Pulse rate', '242..00'),
  oxygenSaturation: c('431314004', 'Peripheral oxygen saturation'),
  respiratoryRate: c('86290005', 'Respiratory rate', '235..00'),
  temperature: c('386725007', 'Body temperature', '2E3..00'),
  news2: c('1104051000000101', 'Royal College of Physicians National Early Warning Score 2 total score'),
  exSmoker: c('8517006', 'Ex-smoker', '137S.00'),
  neverSmoked: c('266919005', 'Never smoked tobacco', '1371.00'),
  smoker: c('77176002', 'Smoker', '137R.00'),
  alcoholUnits: c('228958009', 'Alcohol units consumed per week', '136..00'),
  footCheck: c('401191002', 'Diabetic foot examination', '66Ab.00'),
  retinalScreening: c('134395001', 'Diabetic retinopathy screening', '68A7.00'),
  childProtection: c('342191000000101', 'Subject to child protection plan', '13IM.00'),
} as const;

export const TEST = {
  ureaElectrolytes: c('1000971000000107', 'Urea and electrolytes level', '44JB.00'),
  sodium: c('1000661000000107', 'Serum sodium level', '44I5.00'),
  potassium: c('1000651000000109', 'Serum potassium level', '44I4.00'),
  urea: c('1000991000000106', 'Serum urea level', '44J9.00'),
  creatinine: c('1000731000000107', 'Serum creatinine level', '44J3.00'),
  egfr: c('1020291000000106', 'GFR (glomerular filtration rate) calculated by abbreviated Modification of Diet in Renal Disease Study Group calculation', '451E.00'),
  hba1cReport: c('999791000000106', 'Haemoglobin A1c level - International Federation of Clinical Chemistry and Laboratory Medicine standardised', '42W5.00'),
  hba1c: c('999791000000106', 'Haemoglobin A1c level - International Federation of Clinical Chemistry and Laboratory Medicine standardised', '42W5.00'),
  fullBloodCount: c('1022441000000101', 'Full blood count', '424..00'),
  haemoglobin: c('1022431000000105', 'Haemoglobin estimation', '423..00'),
  whiteCells: c('1022541000000102', 'Total white cell count', '42H..00'),
  platelets: c('1022651000000100', 'Platelet count', '42P..00'),
  meanCellVolume: c('1022491000000106', 'Mean cell volume', '42A..00'),
  neutrophils: c('1022551000000104', 'Neutrophil count', '42J..00'),
  lipids: c('1005671000000105', 'Serum cholesterol level', '44P..00'),
  cholesterol: c('1005671000000105', 'Serum cholesterol level', '44P..00'),
  hdl: c('1005681000000107', 'Serum high density lipoprotein cholesterol level', '44P5.00'),
  ldl: c('1022191000000100', 'Serum low density lipoprotein cholesterol level', '44P6.00'),
  triglycerides: c('1005691000000109', 'Serum triglyceride levels', '44Q..00'),
  liver: c('997531000000108', 'Liver function test', '44D6.00'),
  alt: c('1018251000000107', 'Serum alanine aminotransferase level', '44G3.00'),
  alp: c('1000621000000104', 'Serum alkaline phosphatase level', '44F3.00'),
  bilirubin: c('1026761000000106', 'Serum bilirubin level', '44E..00'),
  albumin: c('1000821000000103', 'Serum albumin level', '44M4.00'),
  tsh: c('1022791000000101', 'Serum thyroid stimulating hormone level', '442W.00'),
  crp: c('1001371000000100', 'Serum C reactive protein level', '44CS.00'),
  ferritin: c('993381000000106', 'Serum ferritin level', '42R4.00'),
  albuminCreatinine: c('1023491000000104', 'Urine albumin/creatinine ratio', '46TC.00'),
  troponin: c('105000003', 'Troponin measurement'),
  urineCulture: c('401324008', 'Urinary microscopy, culture and sensitivities', '46U..00'),
  glucose: c('1003141000000105', 'Plasma glucose level', '44g..00'),
} as const;

export const VACCINE = {
  influenza: c('86198006', 'Administration of influenza vaccine', '65E..00'),
  covidFirst: c('1324681000000101', 'Administration of first dose of severe acute respiratory syndrome coronavirus 2 vaccine'),
  covidSecond: c('1324691000000104', 'Administration of second dose of severe acute respiratory syndrome coronavirus 2 vaccine'),
  covidBooster: c('1362591000000103', 'Administration of booster dose of severe acute respiratory syndrome coronavirus 2 vaccine'),
  pneumococcal: c('12866006', 'Administration of vaccine product containing only Streptococcus pneumoniae antigen', '6572.00'),
  shingles: c('722215002', 'Administration of vaccine product containing only Human alphaherpesvirus 3 antigen for shingles'),
  mmr: c('38598009', 'Administration of vaccine product containing only Measles morbillivirus and Mumps orthorubulavirus and Rubella virus antigens', '65M1.00'),
  sixInOneFirst: c('1082441000000108', 'Administration of first dose of diphtheria, tetanus, acellular pertussis, poliomyelitis, Haemophilus influenzae type b and hepatitis B vaccine'),
  sixInOneSecond: c('1082451000000106', 'Administration of second dose of diphtheria, tetanus, acellular pertussis, poliomyelitis, Haemophilus influenzae type b and hepatitis B vaccine'),
  sixInOneThird: c('1082461000000109', 'Administration of third dose of diphtheria, tetanus, acellular pertussis, poliomyelitis, Haemophilus influenzae type b and hepatitis B vaccine'),
  meningitisBFirst: c('720539004', 'Administration of first dose of vaccine product containing only Neisseria meningitidis serogroup B antigen'),
  pertussis: c('39290007', 'Administration of vaccine product containing only Bordetella pertussis antigen'),
} as const;

export const PROCEDURE = {
  kneeReplacement: c('609588000', 'Total replacement of knee joint', '7K30.00'),
  appendicectomy: c('80146002', 'Excision of appendix', '7700.00'),
  echocardiogram: c('40701008', 'Echocardiography', '5853.00'),
  electrocardiogram: c('29303009', 'Electrocardiographic procedure', '3212.00'),
  colonoscopy: c('73761001', 'Colonoscopy', '7760.00'),
  caesarean: c('11466000', 'Caesarean section', '7F12.00'),
} as const;

export const DOCUMENT = {
  discharge: c('373942005', 'Discharge summary'),
  outpatientLetter: c('823681000000100', 'Outpatient letter'),
  respect: c('1382601000000107', 'ReSPECT (Recommended Summary Plan for Emergency Care and Treatment) form'),
  carePlan: c('734163000', 'Care plan'),
} as const;

export const REFERRAL = {
  cardiology: c('183519002', 'Referral to cardiology service', '8H44.00'),
  orthopaedics: c('183545006', 'Referral to orthopaedic service', '8H54.00'),
  furtherCare: c('183444007', 'Referral for further care', '8H...00'),
} as const;

export const MEDICINE = {
  ramipril5: { code: '318902004', display: 'Ramipril 5mg capsules' },
  ramipril2: { code: '318901006', display: 'Ramipril 2.5mg capsules' },
  apixaban5: { code: '42206511000001102', display: 'Apixaban 5mg tablets' },
  ibuprofen400: { code: inventedProduct(101), display: 'Ibuprofen 400mg tablets' },
  omeprazole20: { code: inventedProduct(102), display: 'Omeprazole 20mg gastro-resistant capsules' },
  metformin500: { code: inventedProduct(103), display: 'Metformin 500mg tablets' },
  atorvastatin20: { code: inventedProduct(104), display: 'Atorvastatin 20mg tablets' },
  amlodipine5: { code: inventedProduct(105), display: 'Amlodipine 5mg tablets' },
  paracetamol500: { code: '42109611000001109', display: 'Paracetamol 500mg tablets' },
  bisoprolol2: { code: inventedProduct(106), display: 'Bisoprolol 2.5mg tablets' },
  salbutamol: { code: inventedProduct(107), display: 'Salbutamol 100micrograms/dose inhaler CFC free' },
  beclometasone: { code: inventedProduct(108), display: 'Beclometasone 100micrograms/dose inhaler CFC free' },
  levothyroxine50: { code: inventedProduct(109), display: 'Levothyroxine sodium 50microgram tablets' },
  nitrofurantoin100: { code: inventedProduct(110), display: 'Nitrofurantoin 100mg modified-release capsules' },
  amoxicillin500: { code: inventedProduct(111), display: 'Amoxicillin 500mg capsules' },
  folicAcid400: { code: inventedProduct(112), display: 'Folic acid 400microgram tablets' },
  sertraline50: { code: inventedProduct(113), display: 'Sertraline 50mg tablets' },
  codeine30: { code: inventedProduct(114), display: 'Codeine 30mg tablets' },
  doxycycline100: { code: inventedProduct(115), display: 'Doxycycline 100mg capsules' },
  furosemide40: { code: inventedProduct(116), display: 'Furosemide 40mg tablets' },
  emollient: { code: inventedProduct(117), display: 'Emollient cream' },
} as const satisfies Record<string, Medicine>;

/** A code shaped as dm+d codes are (namespace 1000001, partition 10) with a valid check digit, for an invented product. */
export function inventedProduct(serial: number): string {
  const body = `9990${serial}100000110`;
  return body + verhoeffDigit(body);
}

/** Verhoeff's dihedral check digit, which closes every SNOMED CT identifier (SNOMED CT, component identifiers). */
export function verhoeffDigit(digits: string): string {
  let check = 0;
  [...digits].reverse().forEach((digit, index) => {
    check = multiply(check, permute(Number(digit), index + 1));
  });
  return String(inverse(check));
}

function multiply(a: number, b: number): number {
  if (a < 5) return b < 5 ? (a + b) % 5 : ((a + b - 5) % 5) + 5;
  return b < 5 ? ((a - 5 - b + 5) % 5) + 5 : (a - b + 5) % 5;
}

function permute(digit: number, times: number): number {
  const step = [1, 5, 7, 6, 2, 8, 3, 0, 9, 4];
  let result = digit;
  for (let turn = 0; turn < times % 8; turn += 1) result = step[result] as number;
  return result;
}

function inverse(a: number): number {
  return a < 5 ? (5 - a) % 5 : a;
}
