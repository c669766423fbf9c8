/** When a source is left alone, and when it is asked again. */
import { describe, expect, test } from 'vitest';
import { afterBeingToldToWait, afterFailure, afterSuccess, type Circuit, Circuits, circuitKey, CLOSED, heldOff } from '../../../main/sources/breaker.ts';

const NOW = 1_000_000;
const failedTimes = (times: number, random = 0): Circuit => Array.from({ length: times }).reduce<Circuit>((circuit) => afterFailure(circuit, NOW, random), CLOSED);

describe('a circuit', () => {
  test('is closed after two failures and open after three, for a minute and up to a quarter more', () => {
    expect(heldOff(failedTimes(2), NOW)).toBeNull();
    expect(heldOff(failedTimes(3), NOW)).toBe(NOW + 60_000);
    expect(heldOff(failedTimes(3, 0.999), NOW)).toBeCloseTo(NOW + 74_985, 0);
  });

  test('is half open when its time is over: one more failure opens it again, an answer closes it', () => {
    const later = NOW + 60_000;
    expect(heldOff(failedTimes(3), later)).toBeNull();
    expect(heldOff(afterFailure(failedTimes(3), later, 0), later)).toBe(later + 60_000);
    expect(afterSuccess(failedTimes(3), false)).toBe(CLOSED);
  });

  test('waits as long as the server asked, even where something else answered in the same asking', () => {
    const told = afterBeingToldToWait(CLOSED, NOW + 5_000);
    expect(heldOff(told, NOW)).toBe(NOW + 5_000);
    expect(heldOff(afterSuccess(told, true), NOW)).toBe(NOW + 5_000);
    expect(afterSuccess(told, false)).toBe(CLOSED);
    expect(heldOff(afterBeingToldToWait(told, NOW + 1_000), NOW)).toBe(NOW + 5_000);
  });

  test('is never held off for longer than half an hour, whatever was asked for or happened to the clock', () => {
    expect(heldOff(afterBeingToldToWait(CLOSED, NOW + 10 ** 9), NOW)).toBe(NOW + 30 * 60_000);
  });
});

test('circuits tell what changed, and begin with what was kept', () => {
  const changed: string[] = [];
  const circuits = new Circuits([['a https://one.example', failedTimes(3)]], (key, circuit) => changed.push(`${key} ${circuit.failures}`));
  expect(heldOff(circuits.of('a https://one.example'), NOW)).not.toBeNull();
  circuits.set('b https://two.example', CLOSED);
  circuits.set('b https://two.example', failedTimes(1));
  circuits.set('a https://one.example', CLOSED);
  expect(changed).toEqual(['b https://two.example 1', 'a https://one.example 0']);
  expect(circuits.of('a https://one.example')).toBe(CLOSED);
});

test('each source has a circuit for each origin', () => {
  expect(circuitKey('wessex', 'https://one.example/Patient/9990000018')).toBe('wessex https://one.example');
  expect(circuitKey('wessex', 'not an address')).toBe('wessex ');
});
