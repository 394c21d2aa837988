import type { Storage, StorageSettings } from '../../shared/azure/storage.ts';
import type { Config } from '../../shared/config.ts';
import type { Policy } from '../../shared/policy.ts';

import type { Line } from './line.ts';

export type Environment = Readonly<Record<string, string | undefined>>;

export type Check = {
  /** The heading above its lines. */
  name: string;
  /** What it throws becomes a line. */
  run(deps: DoctorDeps): Promise<Line[]>;
};

export type DoctorDeps = {
  /** As whoever calls named it, or the settings. */
  policyFile: string;
  policy: { policy: Policy; warnings: readonly string[] } | { problems: readonly string[] };
  /** The settings as the process of the service sees them. */
  env: Environment;
  /** The file that they come from; undefined: the environment. */
  settingsFile: string | undefined;
  /** Whether that file is a list out of Azure, which says how the app is set and sets nothing. */
  isListed: boolean;
  /** Undefined: they are wrong. */
  config: Config | undefined;
  storage: { clients: Storage; settings: StorageSettings } | undefined;
  /** Whether anything beside storage and hub may be spoken to. */
  isLive: boolean;
  /** Epoch milliseconds. */
  now(): number;
};

/** What a check needs to say anything. That it is not there is told by the lines of another one. */
export class Lacking extends Error {
  readonly fix: string;

  constructor(message: string, fix: string) {
    super(message);
    this.fix = fix;
  }
}

/** @throws {Lacking} */
export function storageOf({ storage }: Pick<DoctorDeps, 'storage'>): Storage {
  if (storage) return storage.clients;
  throw new Lacking('no storage account is known here', seeGroup('settings'));
}

/** @throws {Lacking} */
export function policyOf({ policy }: Pick<DoctorDeps, 'policy'>): Policy {
  if ('policy' in policy) return policy.policy;
  throw new Lacking('there is no policy to go by', seeGroup('policy'));
}

export const seeGroup = (group: string) =>
  `Mend what the lines of ${group} say, then run this again.`;
