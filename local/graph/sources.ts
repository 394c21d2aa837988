import type { PathEntry } from './contract.ts';
import { groupSources } from './sources/groups.ts';
import { policySources } from './sources/policies.ts';
import type { Source, Sources } from './sources/question.ts';
import { reportSources } from './sources/reports.ts';
import { roleSources } from './sources/roles.ts';
import { userSources } from './sources/users.ts';
import { workloadSources } from './sources/workloads.ts';

/** What stands behind the paths of the contract, but for what actions.ts does. */
const sources: Sources = {
  ...userSources,
  ...groupSources,
  ...roleSources,
  ...policySources,
  ...reportSources,
  ...workloadSources,
};

/** @returns Undefined: nothing is served there. */
export const sourceOf = ({ path }: PathEntry): Source | undefined => sources[path];
