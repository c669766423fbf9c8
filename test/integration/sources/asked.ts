/** One source asked once over real HTTP, and the record that came of it. */
import { createAxiosHttp } from '../../../main/net/axios-http.ts';
import { createRecord } from '../../../main/record/record.ts';
import type { RecordSnapshot } from '../../../main/record/record.ts';
import { Circuits } from '../../../main/sources/breaker.ts';
import { federate } from '../../../main/sources/federate.ts';
import type { Source } from '../../../main/sources/source.ts';
import { NHS_NUMBER, PATIENT } from '../record/people.ts';

/** @param random what every random wait is made of: 0 waits as little as may be */
export async function asked(source: Source, { hardMs = 5_000, random = 0, circuits = new Circuits() }: { readonly hardMs?: number; readonly random?: number; readonly circuits?: Circuits } = {}): Promise<RecordSnapshot> {
  const record = createRecord({ patient: PATIENT, sources: [source] });
  const federation = federate({
    sources: [source],
    request: { nhsNumber: NHS_NUMBER, organisation: 'Z99001', roleId: '555254240100', permissionToView: 'given', requester: { userId: '910000000001', name: 'Dr Ada Lamb', organisationName: 'Larkfield' } },
    http: createAxiosHttp(),
    limits: { softMs: 100, hardMs },
    circuits,
    random: () => random,
    emit: (event) => {
      if (event.kind === 'asking') record.restart(event.source);
      else if (event.kind === 'page') record.addPage(event.page);
      else record.setState(event.source, event.state, { notes: event.notes, elapsedMs: event.elapsedMs });
    },
  });
  await federation.settled();
  return record.snapshot();
}
