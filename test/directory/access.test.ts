import { afterEach, expect, test } from 'vitest';
import { WatchError } from '../../shared/errors.ts';
import type { Snapshot } from '../../shared/watch/directory.ts';
import { ids, listedPermissions, rolesOf, type Simulated, simulated } from './simulated.ts';

let contoso: Simulated | undefined;
afterEach(async () => {
  await contoso?.sim.close();
  contoso = undefined;
});

const without = (name: string) => listedPermissions.filter((one) => one !== name);
const whys = ({ gaps }: Snapshot) =>
  Object.fromEntries((gaps ?? []).map(({ part, why }) => [part, why]));

test('with the listed permissions and no other, there is no gap', async () => {
  contoso = await simulated();
  expect((await contoso.read()).snapshot.gaps).toEqual([]);
});

test.each(listedPermissions)('without %s something is missing, and says so', async (name) => {
  contoso = await simulated(() => {}, { permissions: without(name) });
  const read = await contoso.read().catch((error: unknown) => error);
  if (read instanceof WatchError) {
    expect(read).toMatchObject({ code: 'DIRECTORY_FORBIDDEN', retryable: false });
    expect(read.message).toContain(name);
    return;
  }
  const { gaps } = (read as { snapshot: Snapshot }).snapshot;
  expect(gaps?.map(({ why }) => why)).toContain('permission');
  for (const { why, detail } of gaps ?? []) {
    expect(why).toBe('permission');
    expect(detail).toContain(`without ${name}:`);
  }
});

test.each(['RoleManagement.Read.Directory', 'GroupMember.Read.All', 'User.Read.All'])(
  'without %s there is no snapshot at all',
  async (name) => {
    contoso = await simulated(() => {}, { permissions: without(name) });
    await expect(contoso.read()).rejects.toMatchObject({ code: 'DIRECTORY_FORBIDDEN' });
  },
);

test('one of two permissions of a part still tells its half', async () => {
  contoso = await simulated(() => {}, {
    permissions: without('PrivilegedAssignmentSchedule.Read.AzureADGroup'),
  });
  const { snapshot } = await contoso.read();
  expect(whys(snapshot)).toEqual({ groupPim: 'permission' });
  expect(rolesOf(snapshot, 'app1')).toEqual(['Application Administrator, eligible, /, by G2']);

  contoso.sim.setPermissions(without('Domain.Read.All'));
  const other = (await contoso.read()).snapshot;
  expect(other.organization?.plans).toContain('AAD_PREMIUM_P2');
  expect(other.organization?.domains).toBeUndefined();
});

test('what a broader permission opens needs no other', async () => {
  contoso = await simulated(() => {}, {
    permissions: [...without('Application.Read.All'), 'Directory.Read.All'],
  });
  expect((await contoso.read()).snapshot.gaps).toEqual([]);
});

test('service principals with a role are watched by name where they may not be read', async () => {
  contoso = await simulated(
    ({ holdings }) => {
      const [first] = holdings;
      if (first) holdings.push({ ...first, id: 'sp', kind: 'active', principalId: ids.P2 });
    },
    { permissions: without('Application.Read.All') },
  );
  const { snapshot } = await contoso.read();
  const account = snapshot.accounts.find(({ id }) => id === ids.P2);
  expect(account).toMatchObject({ type: 'servicePrincipal', displayName: 'Contoso mailer' });
  expect(account?.assignments).toHaveLength(1);
  expect(account?.permissions).toBeUndefined();
  // Whom nobody may name could be one of them.
  expect(snapshot.accounts.find(({ id }) => id === ids.ghost)).toMatchObject({
    type: 'servicePrincipal',
  });
});

test('a permission taken away blinds nobody to whom it had shown', async () => {
  contoso = await simulated();
  const before = (await contoso.read()).snapshot;
  for (const [name, part, who] of [
    ['Application.Read.All', 'applications', 'P1'],
    ['PrivilegedEligibilitySchedule.Read.AzureADGroup', 'groupPim', 'app1'],
  ] as const) {
    contoso.sim.setPermissions(without(name));
    const { snapshot } = await contoso.read({ previous: before });
    expect(snapshot.gaps).toMatchObject([{ part, why: 'permission', asOf: before.takenAt }]);
    expect(snapshot.accounts.some(({ id }) => id === ids[who])).toBe(true);
  }
});

test('the Free edition: who holds a role now, and why the rest is not known', async () => {
  contoso = await simulated(planless(['AAD_PREMIUM', 'AAD_PREMIUM_P2']), { licence: 'Free' });
  const { snapshot } = await contoso.read();
  expect(whys(snapshot)).toEqual({
    pim: 'licence',
    groupPim: 'licence',
    signInActivity: 'licence',
    registration: 'licence',
    risk: 'licence',
    conditionalAccess: 'licence',
    pimSettings: 'licence',
    pimAlerts: 'licence',
    accessReviews: 'licence',
  });
  expect(rolesOf(snapshot, 'ga1')).toEqual(['Global Administrator, active, /']);
  expect(rolesOf(snapshot, 'sec1')).toEqual(['Security Administrator, active, /, by G1']);
  expect(snapshot.accounts.some(({ id }) => id === ids.ga2)).toBe(false);
  expect(snapshot.securityDefaults).toEqual({ enabled: false });
  const [{ isOutsidePim } = {}] =
    snapshot.accounts.find(({ id }) => id === ids.hd1)?.assignments ?? [];
  expect(isOutsidePim).toBeUndefined();
  const details = snapshot.gaps?.map(({ detail }) => detail);
  expect(details).toContain('The tenant has no licence for this: it takes Microsoft Entra ID P1.');
});

test('with P1 only what takes P2 is missing', async () => {
  contoso = await simulated(planless(['AAD_PREMIUM_P2']), { licence: 'P1' });
  const { snapshot } = await contoso.read();
  expect(whys(snapshot)).toEqual({
    pim: 'licence',
    groupPim: 'licence',
    risk: 'licence',
    pimSettings: 'licence',
    pimAlerts: 'licence',
    accessReviews: 'licence',
  });
  expect(snapshot.conditionalAccess).toHaveLength(4);
});

test('a licence that Graph denies although the tenant has it may come back', async () => {
  contoso = await simulated();
  const before = (await contoso.read()).snapshot;
  contoso.sim.faults.add({
    path: '/identity/conditionalAccess/policies',
    status: 403,
    code: 'Authentication_RequestFromNonPremiumTenantOrB2CTenant',
  });
  const { snapshot } = await contoso.read({ previous: before });
  expect(snapshot.gaps).toMatchObject([{ part: 'conditionalAccess', why: 'failed' }]);
  expect(snapshot.conditionalAccess).toEqual(before.conditionalAccess);
});

test('Azure that is not set up is told apart from Azure that refuses', async () => {
  contoso = await simulated();
  const { snapshot } = await contoso.read({ withoutAzure: true });
  expect(whys(snapshot)).toEqual({ azure: 'notConfigured', logExport: 'notConfigured' });

  contoso.sim.directory.change(({ azure }) => {
    azure.access.diagnosticSettings = false;
    azure.access.root = false;
  });
  const refused = (await contoso.read()).snapshot;
  expect(refused.gaps).toMatchObject([{ part: 'logExport', why: 'permission' }]);
  expect(refused.gaps?.[0]?.detail).toContain('Reader on /providers/Microsoft.aadiam');
  expect(refused.azure?.seesRoot).toBe(false);

  contoso.sim.directory.change(({ azure }) => {
    azure.subscriptions = [];
  });
  const blind = (await contoso.read()).snapshot;
  expect(whys(blind).azure).toBe('permission');
  expect(blind.azure).toBeUndefined();
});

/** The plans that the tenant says it has, as its licence goes. */
function planless(names: readonly string[]) {
  return ({ skus }: Parameters<NonNullable<Parameters<typeof simulated>[0]>>[0]) => {
    for (const sku of skus) {
      const plans = sku.servicePlans as { servicePlanName: string }[];
      sku.servicePlans = plans.filter(({ servicePlanName }) => !names.includes(servicePlanName));
    }
  };
}
