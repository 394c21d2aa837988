import { randomUUID } from 'node:crypto';
import type { tellingVerbs } from './app-telling.ts';
import type { Storage } from './azure/storage.ts';
import type { tableCases } from './azure/table-cases.ts';
import { tableShelf } from './azure/table-shelf.ts';
import type { Config } from './config.ts';
import type { ApiDeps } from './console/api.ts';
import { consoleApp } from './console/console.ts';
import type { SettingsOf } from './detect/detect.ts';
import type { DetectionInfo } from './detect/detection-info.ts';
import type { Drills } from './drill/drills.ts';
import type { Ledger } from './ledger/ledger.ts';
import type { Policy } from './policy.ts';
import { checklistOf } from './respond/checklist.ts';
import type { PersonalLinks } from './respond/link.ts';
import { type KeyRing, keyRing, type Ring } from './respond/link-keys.ts';
import { nextTierOf } from './respond/next-tier.ts';
import { silenceItem } from './route/silence.ts';
import { silencing } from './route/silences.ts';

type PeopleDeps = {
  config: Config;
  policy: Policy;
  infos: readonly DetectionInfo[];
  settingsOf: SettingsOf;
  ledger: Ledger;
  keys: KeyRing;
  links: PersonalLinks;
  drills: Drills;
  cases: ReturnType<typeof tableCases>;
  telling: ReturnType<typeof tellingVerbs>;
  api: ApiDeps;
  warn(message: string): void;
};

/** What signs personal links and forms, shared by all instances. */
export const openKeys = (storage: Storage): KeyRing =>
  keyRing(tableShelf<Ring>(storage.shelves, 'keys'), Date.now);

/** The pages, and what people do there. */
export function peopleVerbs(deps: PeopleDeps) {
  const { config, policy, cases, ledger, drills, telling, settingsOf } = deps;
  const { answering, responding, silences, accounts, canary, tenantName } = telling;
  const infoById = new Map(deps.infos.map((info) => [info.id, info]));

  const silenceVerbs = silencing({
    policy,
    shelf: silences,
    accounts,
    written: async (silence, what) => void (await ledger.append([silenceItem(silence, what)])),
    now: Date.now,
    newId: randomUUID,
  });

  return consoleApp({
    hasPlatformSignIn: config.hasPlatformSignIn,
    allowLoopback: config.allowLoopback,
    people: policy.people,
    isBreakGlass: async (party) => {
      const known = await accounts(Date.now());
      return policy.tenants.some(({ id }) => known.isBreakGlass(id, party));
    },
    cases,
    acts: cases.acts,
    responding,
    keys: deps.keys,
    links: deps.links,
    consoleUrl: policy.console?.url ?? null,
    tenantName,
    about: (id) => infoById.get(id),
    closing: policy.closing,
    nextTierOf: (incident) => nextTierOf(incident, answering),
    checklist: (incident, { findings, entries }, acts) =>
      checklistOf({ incident, findings, entries, acts, now: Date.now() }),
    drills: {
      ...drills,
      async accounts() {
        const { maxAgeDays } = settingsOf('posture-breakglass-untested');
        const known = await drills.accounts(policy.tenants.map(({ id }) => id));
        return known.map((account) => ({ ...account, maxAgeDays }));
      },
    },
    silences: silenceVerbs,
    channels: canary,
    api: deps.api,
    now: Date.now,
    warn: deps.warn,
  });
}
