/** The simulator with all its regions, a folder for configurations, and the `record` command on them. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ReadyLine } from '../../../simulator/world.ts';
import { type CommandResult, runRecord } from '../record/record-command.ts';
import { type Simulator, startSimulator } from '../simulator/simulator-process.ts';

/** As much of the record command's document as these tests read. */
export interface Report {
  readonly patient: { readonly nhsNumber: string; readonly notices: readonly string[]; readonly died?: { readonly day: string }; readonly confidentiality: string };
  readonly sources: readonly { readonly id: string; readonly state: { readonly kind: string; readonly sentence?: string }; readonly items: number; readonly notes: readonly string[] }[];
  readonly allergies: { readonly detail: string };
  readonly clusters: readonly { readonly section: string; readonly title: string; readonly groupComparison: { readonly kind: string; readonly in?: readonly string[] } }[];
  readonly items: readonly { readonly title: string; readonly provenance: { readonly source: string } }[];
  readonly quarantined: number;
  readonly resources: { readonly received: number; readonly reachable: number; readonly heldBack: number };
}

export interface Setting {
  readonly ready: ReadyLine;
  readonly token: string;
  /** The simulator's own configuration, changed; the file it lies in. */
  configuration(change: object): string;
  /** A file beside the configurations. */
  write(name: string, text: string): string;
  record(configuration: string, nhsNumber: string, ...more: string[]): Promise<CommandResult>;
  report(configuration: string, nhsNumber: string, ...more: string[]): Promise<Report>;
  close(): Promise<void>;
}

export async function startSetting(...argv: readonly string[]): Promise<Setting> {
  const simulator: Simulator = await startSimulator('--no-card', ...argv);
  const folder = mkdtempSync(join(tmpdir(), 'lanyard-regions-'));
  const issued = await fetch(`${simulator.ready.control}/token`, { method: 'POST', body: '{}', signal: AbortSignal.timeout(10_000) });
  const { token, roleId } = (await issued.json()) as { token: string; roleId: string };
  let files = 0;
  const write = (name: string, text: string): string => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  const record: Setting['record'] = (configuration, nhsNumber, ...more) => runRecord(['--config', configuration, '--nhs-number', nhsNumber, '--role-id', roleId, ...more], { LANYARD_TOKEN: token });
  return {
    ready: simulator.ready,
    token,
    configuration: (change) => write(`configuration-${(files += 1)}.json`, JSON.stringify({ ...(JSON.parse(readFileSync(simulator.ready.configuration, 'utf8')) as object), ...change })),
    write,
    record,
    report: async (...asked) => {
      const { stdout, stderr, exitCode } = await record(...asked);
      if (exitCode !== 0) throw new Error(`the record command ended with ${exitCode}: ${stderr}`);
      return JSON.parse(stdout) as Report;
    },
    close: async () => {
      await simulator.stop();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
