import { cleanLine, type Html, html } from '../../clean-text.ts';
import type { DetectionInfo } from '../../detect/detection-info.ts';
import { gravestFirst, type KeptFinding } from '../../finding.ts';
import type { Incident } from '../../incident.ts';
import type { Act } from '../../respond/journal.ts';
import { type Fact, factsOf } from '../../tell/alert-facts.ts';
import type { KeptCase } from '../../tell/notify.ts';
import { breakable, fitting, shortLine } from '../fit.ts';
import { age, moment } from '../words.ts';

/** The finding that says most of an incident: the gravest open one, else the gravest there was. */
export function leadOf({ findings }: Pick<KeptCase, 'findings'>): KeptFinding | undefined {
  const byGravity = (a: KeptFinding, b: KeptFinding) => gravestFirst(a.finding, b.finding);
  const open = findings.filter(({ state }) => state === 'open');
  return (open.length > 0 ? open : findings).toSorted(byGravity)[0];
}

/** What an account did last by itself, and not by a token that renews itself. */
export const lastActOf = (acts: readonly Act[]): Act | undefined =>
  acts
    .filter(({ isOwn, isRenewal }) => isOwn && !isRenewal)
    .reduce<Act | undefined>((last, one) => (last && last.at >= one.at ? last : one), undefined);

type Told = {
  incident: Incident;
  lead: KeptFinding | undefined;
  acts: readonly Act[];
  tenant: string;
  about(detectionId: string): DetectionInfo | undefined;
  now: number;
};

const firstBytes = 1_200;
const otherBytes = 1_400;
const nextBytes = 1_200;
/** Who, to whom, which role and from where: so much fits above the form on a phone. */
const firstFacts = 5;

const drawn = ({ label, value }: Fact) =>
  html`<dt>${label}</dt><dd>${breakable(shortLine(value, 330))}</dd>`;

/** What happened: enough to decide by, and all else for whoever wants it. */
export function factsSheet({ incident, lead, acts, tenant, about, now }: Told): Html {
  const finding = lead?.finding;
  // What kind of finding it is stands in the title.
  const facts = finding
    ? factsOf(finding, about(finding.detection)).filter(({ label }) => label !== 'What')
    : [];
  const first = fitting(facts.slice(0, firstFacts), firstBytes, drawn).shown;
  const others = fitting(facts.slice(first.length), otherBytes, drawn).shown;
  return html`<section class="sheet" aria-labelledby="facts"><h2 id="facts">What happened</h2>
${newestText(lastActOf(acts), finding?.time ?? incident.lastAt, now)}
${finding && html`<p>${breakable(shortLine(finding.summary, 800))}</p>`}
<dl class="facts"><dt>Happened</dt><dd>${moment(finding?.time ?? incident.lastAt, now)}</dd>${first}</dl>
<details><summary>More facts</summary><dl class="facts">${others}<dt>Tenant</dt><dd>${cleanLine(tenant, 80)}</dd>${lead?.arrivedAt && html`<dt>Log arrived</dt><dd>${moment(lead.arrivedAt, now)}</dd>`}${lead && html`<dt>Detected</dt><dd>${moment(lead.detectedAt, now)}</dd><dt>Detection</dt><dd><code>${cleanLine(lead.finding.detection, 80)}</code></dd>`}</dl></details></section>`;
}

/** The gravest leads the page; whoever is asked again has to see first what is new. */
function newestText(last: Act | undefined, leadAt: string, now: number): Html | null {
  if (!last || !(Date.parse(last.at) > Date.parse(leadAt))) return null;
  return html`<p><b>Newest, ${age(last.at, now)}:</b> ${breakable(shortLine(last.what, 240))}${!last.isSuccess && ', which failed'}${last.ip !== null && `, from ${cleanLine(last.ip, 60)}`}</p>`;
}

/** Why it matters, and what to do about it. */
export function nextSheet({ lead, about }: Pick<Told, 'lead' | 'about'>): Html | null {
  const info = lead && about(lead.finding.detection);
  if (!info) return null;
  const draw = (step: string) => html`<li>${cleanLine(step, 300)}</li>`;
  const steps = fitting(info.triage, nextBytes, draw).shown;
  return html`<section class="sheet" aria-labelledby="next"><h2 id="next">What to do next</h2><p class="soft">${cleanLine(info.why, 400)}</p><ol class="next">${steps}</ol></section>`;
}
