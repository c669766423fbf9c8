/**
 * Developer tool, never packaged: one patient's merged record, headless, by the same code the workstation runs.
 *
 *   node scripts/record.ts --config FILE --nhs-number N [--pretty] [--token T] [--role-id R]
 *     [--user-id U] [--user-name NAME] [--permission-to-view]
 *
 * No card is involved: the access token comes from `--token` or the environment's LANYARD_TOKEN, and without either the
 * requests go out without one. Sources that are told who asks are told the user of this computer, or whom --user-id and
 * --user-name name; --permission-to-view says that the patient has agreed to it (Summary Care Record). One JSON document on standard output; sentences on standard error; exit 1 where the
 * record could not be opened, 2 where the command was wrong.
 */
import { userInfo } from 'node:os';
import { getCACertificates, setDefaultCACertificates } from 'node:tls';
import { parseArgs } from 'node:util';
import { authorised } from '../main/net/authorised.ts';
import { createAxiosHttp } from '../main/net/axios-http.ts';
import type { HttpPort } from '../main/net/http.ts';
import { tracePatient } from '../main/patient/pds.ts';
import { loadConfiguration } from '../main/policy/load.ts';
import type { LoadedConfiguration } from '../main/policy/load.ts';
import type { Demographics } from '../main/record/demographics.ts';
import { createRecord } from '../main/record/record.ts';
import type { PatientRecord, RecordSnapshot } from '../main/record/record.ts';
import { parseNhsNumber } from '../main/record/values.ts';
import type { NhsNumber } from '../main/record/values.ts';
import { recordView } from '../main/record/view.ts';
import { createSources, sourceOrigins } from '../main/sources/create.ts';
import { federate } from '../main/sources/federate.ts';
import type { SourceRequest } from '../main/sources/source.ts';

const USAGE = 'Usage: npm run -s record -- --config FILE --nhs-number N [--pretty] [--token T] [--role-id R] [--user-id U] [--user-name NAME] [--permission-to-view]';
/** Milliseconds PDS has to answer. */
const TRACE_LIMIT = 15_000;

interface Command {
  readonly config: string;
  readonly nhsNumber: NhsNumber;
  readonly pretty: boolean;
  readonly token: string | null;
  readonly roleId: string;
  readonly user: { readonly userId: string; readonly name: string };
  readonly permissionToView: 'given' | 'not-asked';
}

process.exitCode = await main(process.argv.slice(2));

async function main(args: readonly string[]): Promise<number> {
  const command = readCommand(args);
  if (typeof command === 'string') return complain(2, [command, USAGE]);
  const loaded = await loadConfiguration(command.config);
  if (!loaded.ok) return complain(1, loaded.sentences);
  const { configuration } = loaded;
  trustAuthorities(configuration.trust.tls);
  const http = authorised(createAxiosHttp(), () => command.token, [configuration.pds.baseUrl, ...sourceOrigins(configuration)]);
  const as = { roleId: command.roleId, organisation: configuration.site.odsCode };
  const traced = await tracePatient(configuration.pds.baseUrl, { nhsNumber: command.nhsNumber, ...as }, http, AbortSignal.timeout(TRACE_LIMIT));
  if (traced.kind !== 'traced' && traced.kind !== 'superseded') {
    return complain(1, [traced.sentence, ...(traced.kind === 'refused' && command.token === null ? ['No token was given: name one with --token or in LANYARD_TOKEN.'] : [])]);
  }
  const { demographics, notices } = traced;
  const requester = { ...command.user, organisationName: configuration.site.name };
  const record = await fetchRecord(configuration, demographics, { nhsNumber: demographics.nhsNumber, ...as, requester, permissionToView: command.permissionToView }, http);
  const report = { patient: { ...demographics, notices }, ...describe(record.snapshot()) };
  process.stdout.write(`${JSON.stringify(report, null, command.pretty ? 2 : undefined)}\n`);
  return 0;
}

/** The authorities of `trust.tls` beside those Node.js brings. */
function trustAuthorities(pems: readonly string[]): void {
  if (pems.length > 0) setDefaultCACertificates([...getCACertificates('default'), ...pems]);
}

function complain(exitCode: number, sentences: readonly string[]): number {
  process.stderr.write(`${sentences.join('\n')}\n`);
  return exitCode;
}

/** The command, or a sentence that says what is wrong with it. */
function readCommand(args: readonly string[]): Command | string {
  let values;
  try {
    ({ values } = parseArgs({ args: [...args], options: { config: { type: 'string' }, 'nhs-number': { type: 'string' }, pretty: { type: 'boolean' }, token: { type: 'string' }, 'role-id': { type: 'string' }, 'user-id': { type: 'string' }, 'user-name': { type: 'string' }, 'permission-to-view': { type: 'boolean' } } }));
  } catch (problem) {
    return problem instanceof Error ? problem.message : 'The command cannot be understood.';
  }
  if (values.config === undefined) return 'Name the configuration file with --config.';
  if (values['nhs-number'] === undefined) return 'Name the patient with --nhs-number.';
  const nhsNumber = parseNhsNumber(values['nhs-number']);
  if (!nhsNumber.ok) return nhsNumber.sentence;
  const token = values.token ?? process.env['LANYARD_TOKEN'] ?? '';
  const { username } = userInfo();
  return {
    config: values.config,
    nhsNumber: nhsNumber.value,
    pretty: values.pretty ?? false,
    token: token === '' ? null : token,
    roleId: values['role-id'] ?? '',
    user: { userId: values['user-id'] ?? username, name: values['user-name'] ?? username },
    permissionToView: values['permission-to-view'] === true ? 'given' : 'not-asked',
  };
}

async function fetchRecord(configuration: LoadedConfiguration, patient: Demographics, request: SourceRequest, http: HttpPort): Promise<PatientRecord> {
  const sources = createSources(configuration, patient);
  const record = createRecord({ patient, sources });
  const federation = federate({
    sources,
    request,
    http,
    limits: configuration.limits,
    emit: (event) => {
      if (event.kind === 'asking') record.restart(event.source);
      else if (event.kind === 'page') record.addPage(event.page);
      else record.setState(event.source, event.state, { notes: event.notes, elapsedMs: event.elapsedMs });
    },
  });
  await federation.settled();
  return record;
}

function describe(snapshot: RecordSnapshot): object {
  const view = recordView(snapshot);
  const comparison = { same: 0, 'only-practice': 0, 'only-shared': 0, differs: 0, conflict: 0 };
  for (const { section, comparison: { kind } } of snapshot.groups) if (section !== 'supporting') comparison[kind] += 1;
  return {
    sources: snapshot.sources,
    allergies: view.allergies,
    completeness: view.completeness,
    sections: view.sections,
    clusters: snapshot.groups.flatMap((group) => group.clusters.map((cluster) => ({ id: cluster.id, group: group.id, section: cluster.section, title: cluster.lead.title, comparison: cluster.comparison, groupComparison: group.comparison, items: cluster.items.map(({ id }) => id) }))),
    items: snapshot.items,
    quarantined: view.quarantined,
    comparison,
    resources: snapshot.resources,
  };
}
