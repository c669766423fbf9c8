import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import koffi from 'koffi';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { ModuleUnusable, type ModuleFault } from '../../../../main/card/pkcs11/errors.ts';
import { moduleFileFault } from '../../../../main/card/pkcs11/module-file.ts';
import { loadPkcs11Module } from '../../../../main/card/pkcs11/native.ts';
import { moduleSentence } from '../../../../main/card/pkcs11/sentences.ts';

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lanyard-module-'));
});
afterAll(() => rmSync(folder, { recursive: true }));

function file(name: string, bytes: Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  return path;
}

function elf(machine: number): Buffer {
  const head = Buffer.alloc(64);
  head.write('\x7fELF', 'latin1');
  head.writeUInt16LE(machine, 18);
  return head;
}

function pe(machine: number): Buffer {
  const head = Buffer.alloc(512);
  head.write('MZ', 'latin1');
  head.writeUInt32LE(0x80, 0x3c);
  head.write('PE\0\0', 0x80, 'latin1');
  head.writeUInt16LE(machine, 0x84);
  return head;
}

describe('the file of a module', () => {
  test.each<[string, Buffer, NodeJS.Architecture, ModuleFault | null]>([
    ['a 64-bit ELF library', elf(0x3e), 'x64', null],
    ['a 32-bit ELF library', elf(0x03), 'x64', 'other-architecture'],
    ['an ELF library of ARM', elf(0xb7), 'x64', 'other-architecture'],
    ['the same on ARM', elf(0xb7), 'arm64', null],
    ['a 64-bit DLL', pe(0x8664), 'x64', null],
    ['a 32-bit DLL', pe(0x014c), 'x64', 'other-architecture'],
    ['a DLL that says it starts beyond its end', pe(0x014c).fill(0xff, 0x3c, 0x40), 'x64', null],
    ['something else: the loader says', Buffer.from('hello'), 'x64', null],
    ['nothing: the loader says', Buffer.alloc(0), 'x64', null],
  ])('%s', (name, bytes, architecture, fault) => {
    expect(moduleFileFault(file(name.replaceAll(/\W/g, '-'), bytes), architecture)).toBe(fault);
  });

  test('an absent file, and a folder, are missing', () => {
    expect(moduleFileFault(join(folder, 'nowhere.so'))).toBe('missing');
    expect(moduleFileFault(folder)).toBe('missing');
  });
});

/** koffi's own library: loads, and is no PKCS #11 module. */
function someLibrary(): string {
  const require = createRequire(import.meta.url);
  const name = `@koromix/koffi-${process.platform}-${process.arch}`;
  return join(dirname(require.resolve(`${name}/package.json`)), `${process.platform}_${process.arch}`, 'koffi.node');
}

describe('loading a module that is none', () => {
  const faultOf = (path: string): ModuleFault | null => {
    try {
      loadPkcs11Module(path);
      return null;
    } catch (error) {
      if (error instanceof ModuleUnusable && error.file === path) return error.fault;
      throw error;
    }
  };

  test('a relative path is not looked for along any search path', () => {
    expect(faultOf('softhsm2.so')).toBe('missing');
    expect(faultOf(relative(process.cwd(), someLibrary()))).toBe('missing');
  });

  test('no such file', () => {
    expect(faultOf(join(folder, 'nowhere.so'))).toBe('missing');
  });

  test('a text file', () => {
    expect(faultOf(file('readme.txt', Buffer.from('hello')))).toBe('not-loadable');
  });

  test('a library of another kind', () => {
    expect(faultOf(someLibrary())).toBe('no-module');
    // What a module calls runs on a stack of koffi's: it gets as much as a thread's.
    expect(koffi.config().async_stack_size).toBe(8 * 1024 * 1024);
  });
});

test.each<ModuleFault>(['missing', 'other-architecture', 'not-loadable', 'no-module', 'not-started'])('the sentence for "%s" names the file and who is not affected', (fault) => {
  const sentence = moduleSentence(fault, '/opt/middleware/lib.so');
  expect(sentence).toContain('/opt/middleware/lib.so');
  expect(sentence).toContain('other NHS smartcards can');
});
