import { execFileSync } from 'node:child_process';
import type { KeyObject } from 'node:crypto';
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** SoftHSM, a PKCS #11 module of others that keeps its tokens in files: in a folder of its own for each test. */

export const softHsmModule = ['/usr/lib/softhsm/libsofthsm2.so', '/usr/lib/x86_64-linux-gnu/softhsm/libsofthsm2.so'].find((file) => existsSync(file)) ?? null;

/** Why there is none on this computer, or `null` where there is. */
export function whyNoSoftHsm(): string | null {
  if (softHsmModule === null || !existsSync('/usr/bin/softhsm2-util')) return 'softhsm2 is not installed';
  return existsSync('/usr/bin/pkcs11-tool') ? null : 'opensc is not installed';
}

export interface SoftHsmToken {
  /** What its slot is called: SoftHSM has no readers. */
  readonly reader: string;
  /** `id` in hexadecimal. */
  writeKey(id: string, label: string, key: KeyObject): void;
  writeCertificate(id: string, label: string, der: Uint8Array): void;
}

export class SoftHsm {
  readonly #folder = mkdtempSync(join(tmpdir(), 'lanyard-softhsm-'));
  readonly environment: NodeJS.ProcessEnv;
  #files = 0;

  constructor() {
    const configuration = join(this.#folder, 'softhsm2.conf');
    mkdirSync(join(this.#folder, 'tokens'));
    writeFileSync(configuration, `directories.tokendir = ${join(this.#folder, 'tokens')}\nlog.level = ERROR\nslots.removable = true\n`);
    this.environment = { SOFTHSM2_CONF: configuration };
  }

  makeToken(label: string, passcode: string): SoftHsmToken {
    const said = this.#run('softhsm2-util', '--init-token', '--free', '--label', label, '--pin', passcode, '--so-pin', '12345678');
    const slot = Number(/reassigned to slot (\d+)/.exec(said)?.[1]);
    const write = (type: string, id: string, name: string, der: Uint8Array) => {
      const file = join(this.#folder, `${++this.#files}.der`);
      writeFileSync(file, der);
      this.#run('pkcs11-tool', '--module', softHsmModule ?? '', '--token-label', label, '--login', '--pin', passcode, '--write-object', file, '--type', type, '--id', id, '--label', name);
    };
    return {
      reader: `SoftHSM slot ID 0x${slot.toString(16)}`,
      writeKey: (id, name, key) => write('privkey', id, name, key.export(key.asymmetricKeyType === 'rsa' ? { format: 'der', type: 'pkcs1' } : { format: 'der', type: 'sec1' })),
      writeCertificate: (id, name, der) => write('cert', id, name, der),
    };
  }

  remove(): void {
    rmSync(this.#folder, { recursive: true, force: true });
  }

  #run(program: string, ...parameters: readonly string[]): string {
    return execFileSync(program, parameters, { env: { ...process.env, ...this.environment }, encoding: 'utf8', timeout: 20_000, stdio: ['ignore', 'pipe', 'pipe'] });
  }
}
