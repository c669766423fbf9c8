import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CONTENT_SECURITY_POLICY, fileFor } from '../../../main/shell/app-scheme.ts';

let folder = '';
let renderer = '';

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lanyard-scheme-'));
  renderer = join(folder, 'renderer');
  mkdirSync(join(renderer, 'assets'), { recursive: true });
  writeFileSync(join(renderer, 'index.html'), '<!doctype html>');
  writeFileSync(join(renderer, 'assets/index-a1.js'), '');
  writeFileSync(join(folder, 'secret.js'), '');
  symlinkSync(join(folder, 'secret.js'), join(renderer, 'assets/link.js'));
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('the app scheme', () => {
  test.each(['lanyard://app/index.html', 'lanyard://app/assets/index-a1.js', 'lanyard://app/index.html?x=1#y'])('serves %s', async (address) => {
    expect(await fileFor(address, renderer)).toMatch(/renderer/);
  });

  test.each([
    'lanyard://app/../secret.js',
    'lanyard://app/%2e%2e/secret.js',
    'lanyard://app/..%2fsecret.js',
    'lanyard://app/%2e%2e%5csecret.js',
    'lanyard://app/..\\secret.js',
    'lanyard://app/assets/..%5c..%5csecret.js',
    'lanyard://app//etc/passwd',
    'lanyard://app/C:/Windows/win.ini',
    'lanyard://app/assets/link.js',
    'lanyard://app/assets',
    'lanyard://app/',
    'lanyard://app/%00index.html',
    'lanyard://app/%E0%A4%A',
    'lanyard://other/index.html',
    'file:///etc/passwd',
    'not an address',
  ])('refuses %s', async (address) => {
    expect(await fileFor(address, renderer)).toBeNull();
  });

  test('every directive of the policy is one a browser knows, spelt without a colon', () => {
    const names = CONTENT_SECURITY_POLICY.split('; ').map((directive) => directive.split(' ')[0]);
    expect(names).toEqual(['default-src', 'script-src', 'style-src', 'img-src', 'font-src', 'connect-src', 'base-uri', 'form-action', 'frame-ancestors', 'object-src']);
    expect(CONTENT_SECURITY_POLICY).not.toMatch(/unsafe-|https?:|\*/);
  });
});
