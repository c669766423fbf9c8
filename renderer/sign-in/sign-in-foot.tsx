import type { WorkstationView } from '../../preload/contract.ts';
import { Chip } from '../design/chip.tsx';
import { Icon } from '../design/icon.tsx';
import type { IconName } from '../design/icon.tsx';

const CARD_SHAPES: Readonly<Record<WorkstationView['cardService']['state'], IconName>> = {
  starting: 'waiting',
  unavailable: 'cross',
  'no-reader': 'empty',
  running: 'tick',
};

const IDENTITY_SHAPES: Readonly<Record<WorkstationView['identityService']['state'], IconName>> = {
  checking: 'waiting',
  reachable: 'tick',
  unreachable: 'cross',
};

/** Whether the two things sign-in needs are there, and what is running here. */
export function SignInFoot({ view }: { readonly view: WorkstationView }) {
  const { cardService, identityService, app } = view;
  return (
    <footer className="sign-in-foot">
      {!/simulated/i.test(cardService.sentence) && (
        <span className={`service service-${cardService.state}`} data-state={cardService.state}>
          <Icon name={CARD_SHAPES[cardService.state]} /> {cardService.sentence}
        </span>
      )}
      <span className={`service service-${identityService.state}`} data-state={identityService.state}>
        <Icon name={IDENTITY_SHAPES[identityService.state]} /> {identityService.sentence}
      </span>
      {cardService.simulated && (
        <Chip kind="warning">
          <Icon name="warning" /> Simulated card reader
        </Chip>
      )}
      <span className="sign-in-version">
        Version {app.version} · {app.runtime}
      </span>
    </footer>
  );
}
