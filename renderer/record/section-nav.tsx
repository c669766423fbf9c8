import { useEffect, useState } from 'react';
import type { SectionView } from '../../preload/contract.ts';
import { Icon } from '../design/icon.tsx';

/** The id of a section's heading in the page. */
export function headingId(section: string): string {
  return `section-${section}`;
}

/** The sections of the record with how many rows they have and how many differ. */
export function SectionNav({ sections }: { readonly sections: readonly SectionView[] }) {
  const current = useCurrentSection(sections);
  return (
    <nav className="section-nav" aria-label="Sections of the record">
      <ul>
        {sections.map((section) => (
          <li key={section.id}>
            <button type="button" className="section-link" aria-current={section.id === current} onClick={() => goTo(section.id)}>
              <span className="section-link-name">{section.name}</span>
              <span className="section-link-counts">
                {section.differing > 0 && (
                  <span className="section-link-differing">
                    <Icon name="differs" />
                    {section.differing}
                    <span className="unseen"> differ of </span>
                  </span>
                )}
                <span className="section-link-rows">{section.rows === 0 ? <span className="unseen">none to show</span> : section.rows}</span>
              </span>
            </button>
          </li>
        ))}
      </ul>
    </nav>
  );
}

function goTo(section: string): void {
  const heading = document.getElementById(headingId(section));
  heading?.closest('section')?.scrollIntoView({ block: 'start' });
  heading?.focus({ preventScroll: true });
}

/** The section at the top of the list, found again on every scroll, whichever element scrolls. */
function useCurrentSection(sections: readonly SectionView[]): string | null {
  const [current, setCurrent] = useState<string | null>(sections[0]?.id ?? null);
  useEffect(() => {
    const look = () => setCurrent(topmost(sections));
    look();
    document.addEventListener('scroll', look, { capture: true, passive: true });
    return () => document.removeEventListener('scroll', look, { capture: true });
  }, [sections]);
  return current;
}

function topmost(sections: readonly SectionView[]): string | null {
  const list = document.querySelector('.record-list');
  const edge = Math.max(0, list?.getBoundingClientRect().top ?? 0) + 40;
  let found = sections[0]?.id ?? null;
  for (const { id } of sections) {
    const top = document.getElementById(headingId(id))?.closest('section')?.getBoundingClientRect().top;
    if (top !== undefined && top <= edge) found = id;
  }
  return found;
}
