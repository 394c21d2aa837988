import type { Delays } from './directory.ts';
import type { Tenant } from './model.ts';
import { disableExport, type ExportStep, elevateAccess, resetPassword } from './steps/others.ts';
import type { HubRecord } from './steps/records.ts';
import {
  type Activation,
  activateRole,
  assignRole,
  makeEligible,
  type RoleStep,
  removeRole,
} from './steps/roles.ts';
import type { World } from './world.ts';

export type { HubRecord } from './steps/records.ts';

type Take<Step> = (step: Step, delays?: Delays) => HubRecord[];

/**
 * What can happen in the tenant. Each changes the directory, and returns what the hub would deliver
 * of it, so that both agree. People are named by object id, roles as Microsoft calls them.
 */
export type Steps = {
  assignRole: Take<RoleStep>;
  makeEligible: Take<RoleStep>;
  activateRole: Take<Activation>;
  removeRole: Take<RoleStep>;
  disableExport: Take<ExportStep>;
  elevateAccess: Take<{ who: string }>;
  resetPassword: Take<{ by: string; of: string }>;
};

/** @param usual - After which the directory shows what a step has written, unless it says so itself. */
export function stepsOn({ directory, now }: World, usual: Delays): Steps {
  const run =
    <Step>(write: (tenant: Tenant, now: number, step: Step) => HubRecord[]) =>
    (step: Step, delays = usual) => {
      const at = now();
      return directory.change((tenant) => write(tenant, at, step), { delays });
    };
  return {
    assignRole: run(assignRole),
    makeEligible: run(makeEligible),
    activateRole: run(activateRole),
    removeRole: run(removeRole),
    disableExport: run(disableExport),
    elevateAccess: run(elevateAccess),
    resetPassword: run(resetPassword),
  };
}
