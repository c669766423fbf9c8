import type { BannerView } from '../../preload/contract.ts';
import { Icon } from '../design/icon.tsx';
import { prose } from '../design/prose.ts';

/**
 * Who this record is about, by the patient banner of the Common User Interface (ISB 1505): name, born, gender and NHS
 * number in this order (PAB-0016), labels without colons (PAB-0042), the died look by colour and pattern (PAB-0055),
 * and one of four allergy phrases (PAB-0064). Names wrap; dates and numbers never do.
 */
export function PatientBanner({ banner }: { readonly banner: BannerView }) {
  const { died } = banner;
  return (
    <section className={died === null ? 'banner' : 'banner banner-died'} aria-label="Patient">
      <div className="banner-identity">
        <div className="banner-name">{banner.name}</div>
        <dl className="banner-facts">
          <BannerFact label="Born" text={banner.born} />
          {died !== null && <BannerFact label="Died" text={died.date} />}
          {died !== null && <BannerFact label="Age at Death" text={died.age} />}
          <BannerFact label="Gender" text={banner.gender} />
          <BannerFact label="NHS No." text={banner.nhsNumber} />
        </dl>
        <div className="banner-second">
          {banner.restricted && (
            <span className="banner-restricted">
              <Icon name="lock" /> Restricted record
            </span>
          )}
          <span>{secondLine(banner)}</span>
        </div>
        {banner.notices.map((notice) => (
          <p className="banner-notice" key={notice}>
            <Icon name="warning" /> {prose(notice)}
          </p>
        ))}
      </div>
      <Allergies allergies={banner.allergies} />
    </section>
  );
}

function secondLine(banner: BannerView): string {
  const registered = banner.registered === null ? null : `Registered with ${banner.registered}`;
  return [banner.address, registered].filter((part) => part !== null).join(' · ');
}

function BannerFact({ label, text }: { readonly label: string; readonly text: string }) {
  return (
    <div className="banner-fact">
      <dt>{label}</dt>
      <dd className="unbroken">{text}</dd>
    </div>
  );
}

function Allergies({ allergies }: { readonly allergies: BannerView['allergies'] }) {
  return (
    // oxlint-disable-next-line jsx-a11y/prefer-tag-over-role -- no tag is a plain group: a section would be one more landmark
    <div className={`allergies allergies-${allergies.tone}`} role="group" aria-label="Allergies">
      {allergies.tone !== 'plain' && <Icon name={allergies.tone === 'harm' ? 'triangle' : 'warning'} />}
      <div>
        <div className="allergies-phrase">{allergies.phrase}</div>
        {allergies.detail !== '' && <div className="allergies-detail">{prose(allergies.detail)}</div>}
      </div>
    </div>
  );
}
