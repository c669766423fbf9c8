import type { LanyardBridge, SourceView } from '../../preload/contract.ts';
import { Button } from '../design/button.tsx';
import { Disclosure } from '../design/disclosure.tsx';
import { Icon } from '../design/icon.tsx';
import { Status } from '../design/status.tsx';
import { prose } from '../design/prose.ts';
import { lookOf, progressSentence } from './source-states.ts';

interface SourceStripProps {
  readonly sources: readonly SourceView[];
  readonly askedAt: string;
  readonly bridge: LanyardBridge;
}

/** Who was asked for this record, and what came of it. */
export function SourceStrip({ sources, askedAt, bridge }: SourceStripProps) {
  return (
    <section className="sources" aria-label="Sources">
      <ul className="sources-list">
        {sources.map((source) => (
          <SourceChip key={source.id} source={source} onRetry={() => void bridge.retrySource({ sourceId: source.id })} />
        ))}
      </ul>
      <span className="sources-asked">
        Asked <span className="unbroken">{askedAt}</span>
      </span>
      <Status className="unseen">{progressSentence(sources)}</Status>
    </section>
  );
}

function SourceChip({ source, onRetry }: { readonly source: SourceView; readonly onRetry: () => void }) {
  const look = lookOf(source);
  return (
    <li className={`source source-${look.tone}`} data-source-id={source.id} data-state={source.state}>
      <Disclosure
        className="source-disclosure"
        summary={
          <>
            <Icon name={look.shape} turning={source.state === 'asking'} />
            <span className="unseen">{look.word}: </span>
            <span className="source-name">{source.name}</span>
            <span className="source-summary">{source.summary === '' ? look.word.toLowerCase() : source.summary}</span>
          </>
        }
      >
        <SourceDetail source={source} word={look.word} />
      </Disclosure>
      {source.canRetry && (
        <Button kind="small" label={`Try again: ${source.name}`} onClick={onRetry}>
          Try again
        </Button>
      )}
    </li>
  );
}

function SourceDetail({ source, word }: { readonly source: SourceView; readonly word: string }) {
  return (
    <>
      <strong>
        {source.name}: {word.toLowerCase()}
      </strong>
      <p className="soft">{source.role === 'practice' ? 'Practice record' : 'Shared record'}</p>
      {source.detail.length === 0 && source.summary !== '' && <p>{source.summary}</p>}
      {source.detail.map((line) => (
        <p key={line}>{prose(line)}</p>
      ))}
    </>
  );
}
