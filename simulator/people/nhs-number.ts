/** NHS numbers for people who do not exist: the 999 range is set aside for tests and never issued. */

/** Modulus 11 check digit of nine digits; 10 where no number with these digits is issued (NHS Data Dictionary, NHS NUMBER). */
export function checkDigit(nineDigits: string): number {
  const sum = [...nineDigits].reduce((total, digit, index) => total + Number(digit) * (10 - index), 0);
  return (11 - (sum % 11)) % 11;
}

/** Whether ten digits are a well-formed NHS number. */
export function isNhsNumber(text: string): boolean {
  return /^\d{10}$/.test(text) && checkDigit(text.slice(0, 9)) === Number(text[9]);
}

/** The `serial`-th valid number that starts with `prefix`; serials without a valid check digit give `null`. */
export function testNumber(prefix: string, serial: number): string | null {
  const nine = prefix + String(serial).padStart(9 - prefix.length, '0');
  const digit = checkDigit(nine);
  return digit === 10 ? null : `${nine}${digit}`;
}
