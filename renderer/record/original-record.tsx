import { useEffect, useRef, useState } from 'react';
import type { CopyView, LanyardBridge, Reply } from '../../preload/contract.ts';
import { Button } from '../design/button.tsx';
import { Status } from '../design/status.tsx';
import { replyWithin } from '../limit.ts';

interface OriginalRecordProps {
  readonly copy: CopyView;
  readonly bridge: LanyardBridge;
}

/** Fetches a copy as its source sent it, and shows it in a dialog. */
export function OriginalRecord({ copy, bridge }: OriginalRecordProps) {
  const [open, setOpen] = useState(false);
  return (
    <>
      <Button kind="quiet" label={`Original record: ${copy.title}, ${copy.sourceName}`} onClick={() => setOpen(true)}>
        Original record
      </Button>
      {open && <OriginalDialog copy={copy} bridge={bridge} onClose={() => setOpen(false)} />}
    </>
  );
}

function OriginalDialog({ copy, bridge, onClose }: OriginalRecordProps & { readonly onClose: () => void }) {
  const dialog = useRef<HTMLDialogElement>(null);
  const [reply, setReply] = useState<Reply<string> | null>(null);
  useEffect(() => dialog.current?.showModal(), []);
  useEffect(() => {
    let wanted = true;
    void replyWithin(() => bridge.raw({ itemId: copy.itemId })).then((answer) => {
      if (wanted) setReply(answer);
    });
    return () => {
      wanted = false;
    };
  }, [bridge, copy.itemId]);
  return (
    <dialog className="original" ref={dialog} onClose={onClose} aria-label={`Original record from ${copy.sourceName}`}>
      <div className="original-head">
        <div>
          <h2>{copy.title}</h2>
          <p className="soft">As {copy.sourceName} sent it. It is shown as it came and not checked.</p>
        </div>
        <Button onClick={() => dialog.current?.close()}>Close</Button>
      </div>
      <OriginalText reply={reply} />
    </dialog>
  );
}

function OriginalText({ reply }: { readonly reply: Reply<string> | null }) {
  if (reply === null) return <Status>Fetching the original record…</Status>;
  if (!reply.ok) return <p role="alert">{reply.sentence}</p>;
  return (
    // oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- it scrolls, and must do so by keyboard (WCAG 2.2, 2.1.1)
    <pre className="original-text" tabIndex={0} aria-label="Original record text">
      {reply.value}
    </pre>
  );
}
