import type { ReactNode } from 'react';
import type { MessageView } from '../../preload/contract.ts';
import { Icon } from './icon.tsx';
import type { IconName } from './icon.tsx';
import { prose } from './prose.ts';

/** The shape that goes with each tone wherever a message is shown. */
export const MESSAGE_SHAPES: Readonly<Record<MessageView['tone'], IconName>> = { information: 'information', warning: 'warning', problem: 'cross' };

interface MessageBoxProps {
  readonly tone: MessageView['tone'];
  readonly title: string;
  readonly children: ReactNode;
}

/** Something to tell. A problem interrupts a screen reader; anything else waits for its turn. */
export function MessageBox({ tone, title, children }: MessageBoxProps) {
  return (
    <div className={`message message-${tone}`} role={tone === 'problem' ? 'alert' : 'status'}>
      <Icon name={MESSAGE_SHAPES[tone]} />
      <div>
        <strong>{title}</strong>
        <div>{children}</div>
      </div>
    </div>
  );
}

/** A message of the view, or the sentence of a command that was refused, whichever is the news; nothing where there is none. */
export function Messages({ message, refusal }: { readonly message: MessageView | null; readonly refusal: string | null }) {
  if (refusal !== null && refusal !== message?.sentence) {
    return (
      <MessageBox tone="problem" title="This was not done">
        {prose(refusal)}
      </MessageBox>
    );
  }
  if (message === null) return null;
  return (
    <MessageBox tone={message.tone} title={message.title}>
      {prose(message.sentence)}
    </MessageBox>
  );
}
