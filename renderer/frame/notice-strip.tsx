import type { MessageView } from '../../preload/contract.ts';
import { Icon } from '../design/icon.tsx';
import { MESSAGE_SHAPES } from '../design/message-box.tsx';
import { prose } from '../design/prose.ts';
import { Status } from '../design/status.tsx';

/**
 * What the session goes on with but its clinician should know, under the bar of every screen. Its place is in the page
 * before there is anything to say, so that a screen reader hears what comes.
 */
export function NoticeStrip({ notices }: { readonly notices: readonly MessageView[] }) {
  return (
    <Status className="notices">
      {notices.map((notice) => (
        <span key={notice.title} className={`notice notice-${notice.tone}`}>
          <Icon name={MESSAGE_SHAPES[notice.tone]} />
          <span>
            <strong>{notice.title}.</strong> {prose(notice.sentence)}
          </span>
        </span>
      ))}
    </Status>
  );
}
