import { readFileSync } from 'node:fs';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { readAuthorities } from '../../../main/identity/trust/authorities.ts';
import { findPath, judgePath } from '../../../main/identity/trust/path.ts';
import { createCardAuthority } from '../../../simulator/card/index.ts';
import { makeForeignIssuer, type ForeignIssuer } from '../../support/foreign-card/authority.ts';
import { foreignCards, type ForeignCardName } from '../../support/foreign-card/cards.ts';
import type { ForeignHostRequest } from '../../support/foreign-card/host.ts';
import { hasOpenssl } from '../../support/foreign-card/openssl.ts';
import { askHost, channelTo } from './card-process.ts';
import { openPcscdNamespace, type PcscdNamespace } from './pcscd-namespace.ts';
import { readerOfYubico, testWithOtherClients, whyNoClients, type Clients } from './piv-clients.ts';
import { verified, WatchedClient } from './watched-client.ts';

/** Cards that this project did not make, over a real pcscd: others take them for PIV cards, and so does Lanyard. */
const missing = whyNoClients() ?? (hasOpenssl() ? null : 'openssl not installed');

/** Neither OpenSC nor ykcs11 of Debian 12 knows RSA-3072 on a PIV card, and ykcs11 no T=0. */
const clients: Readonly<Record<ForeignCardName, Clients>> = { harbourmaster: ['OpenSC'], northgate: [], kereru: ['OpenSC', 'Yubico'] };

describe.skipIf(missing !== null)(`a foreign card${missing ? ` (skipped: ${missing})` : ''}`, () => {
  let namespace: PcscdNamespace;
  let ask: (request: ForeignHostRequest) => Promise<unknown>;

  beforeAll(async () => {
    namespace = await openPcscdNamespace(readerOfYubico);
    await namespace.startPcscd();
    ask = askHost<ForeignHostRequest>(namespace.fork(new URL('../../support/foreign-card/host.ts', import.meta.url)));
  });

  afterAll(() => namespace?.close());

  describe.each(Object.entries(foreignCards) as [ForeignCardName, (typeof foreignCards)[ForeignCardName]][])('of %s', (card, plan) => {
    let issuer: ForeignIssuer;

    beforeAll(async () => {
      issuer = makeForeignIssuer(card);
      await ask({ do: 'insert', card, folder: issuer.folder });
    });

    afterAll(async () => {
      await ask({ do: 'remove' });
      issuer.remove();
    });

    describe.skipIf(clients[card].length === 0)('with programs of others', () => testWithOtherClients(() => namespace, plan.passcode, clients[card]));

    describe('with Lanyard', () => {
      let watched: WatchedClient;

      beforeEach(async () => {
        watched = new WatchedClient(() => channelTo(namespace.fork(new URL('../../../main/card/process.ts', import.meta.url)), { kind: 'pcsc' }));
        await watched.untilCard('ready');
      });

      afterEach(() => watched.client.stop());

      test('is read: its holder by name, its tries where it tells them', () => {
        expect(watched.card).toMatchObject({ kind: 'ready', driver: 'piv', triesLeft: plan.tries, holder: { commonName: plan.name, userId: null } });
      });

      test('signs; its certificate verifies the assertion', async () => {
        expect(await verified(await watched.signIn(plan.passcode), watched.card)).toMatchObject({ iss: 'lanyard', purpose: 'sign-in' });
      });

      test('a wrong passcode costs one try, and is told so', async () => {
        expect(await watched.signIn('000000')).toMatchObject({ refusal: { kind: 'wrong-passcode', triesLeft: plan.tries - 1 } });
        expect((await watched.signIn(plan.passcode)).kind).toBe('signed');
      });

      test('may sign in once its authority is named, with the one above it or alone, and not where only another is', async () => {
        const judged = (...authorities: readonly string[]) => {
          const certificate = watched.card?.kind === 'ready' ? watched.card.holder.certificate : '';
          const path = findPath(Buffer.from(certificate, 'base64'), readAuthorities(authorities));
          return 'kind' in path ? path : judgePath(path, new Date());
        };
        expect(judged(readFileSync(issuer.chain, 'utf8'))).toMatchObject({ kind: 'holds' });
        expect(judged(readFileSync(issuer.issuing, 'utf8'))).toMatchObject({ kind: 'holds' });
        expect(judged((await createCardAuthority()).chainPem)).toMatchObject({ kind: 'refused', reason: 'unknown-authority' });
      });
    });
  });
});
