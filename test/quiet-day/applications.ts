import { changes, workloadTarget } from '../../local/sample-day/audits.ts';
import { idFor, type Workload } from '../../local/sample-day/people.ts';
import { type Dice, type Fields, secondMs } from '../../local/sample-day/records.ts';
import { type Moment, moment, sometime, times, whileAtWork } from './moment.ts';
import { managedIdentities, platform, programs, services, staff } from './people.ts';
import { changed, row, thing } from './rows.ts';

const category = 'ApplicationManagement';
const key = (id: string, type: string, name: string) =>
  `[KeyIdentifier=${id},KeyType=${type},KeyUsage=Verify,DisplayName=${name}]`;

/** What becomes of applications without any administrator. */
export const applicationDay: readonly [number, (dice: Dice) => Moment[]][] = [
  [6, consents],
  [10, rotates],
  [3, newIdentity],
  [3, comesWithService],
];

/** The user allows an application to read their own profile. */
function consents(dice: Dice): Moment[] {
  const by = dice.pick(staff);
  const at = whileAtWork(dice, by.site);
  const app = dice.pick(services);
  const permissions = `[] => [[Id: ${dice.guid()}, ClientId: ${app.id}, PrincipalId: ${by.id}, ResourceId: ${idFor('graph')}, ConsentType: Principal, Scope: openid profile User.Read]]; `;
  const scope = changes({
    'DelegatedPermissionGrant.Scope': ' openid profile User.Read',
    'DelegatedPermissionGrant.ConsentType': 'Principal',
    'ServicePrincipal.ObjectID': app.id,
  });
  const same = { by, category };
  return [
    moment(at, (when) =>
      row(dice, {
        ...{ ...same, at: when, operation: 'Add delegated permission grant' },
        targets: [thing('ServicePrincipal', idFor('graph'), 'Microsoft Graph', scope)],
      }),
    ),
    moment(at + secondMs, (when) =>
      row(dice, {
        ...{ ...same, at: when, operation: 'Add app role assignment grant to user' },
        targets: [workloadTarget(app, changes({ 'AppRole.Value': '' }))],
      }),
    ),
    moment(at + 2 * secondMs, (when) =>
      row(dice, {
        ...{ ...same, at: when, operation: 'Consent to application' },
        targets: [
          workloadTarget(
            app,
            changes({
              'ConsentContext.IsAdminConsent': 'False',
              'ConsentContext.IsAppOnly': 'False',
              'ConsentContext.OnBehalfOfAll': 'False',
              'ConsentAction.Permissions': permissions,
            }),
          ),
        ],
      }),
    ),
  ];
}

/** Azure renews the keys of managed identities by itself. */
function rotates(dice: Dice): Moment[] {
  const app = dice.pick(managedIdentities);
  const [old, fresh] = [dice.guid(), dice.guid()];
  const type = 'AsymmetricX509Cert';
  const keys = changed(
    { KeyDescription: [key(old, type, 'CN=mi')] },
    { KeyDescription: [key(old, type, 'CN=mi'), key(fresh, type, 'CN=mi')] },
  );
  const names = changes({
    'TargetId.ServicePrincipalNames': `${app.appId};https://identity.azure.net/x8=`,
  });
  const by = platform('Managed Service Identity');
  const at = sometime(dice);
  return [
    moment(at, (when) =>
      row(dice, {
        ...{ operation: 'Update service principal', by, at: when, category },
        targets: [workloadTarget(app, [...keys, ...names])],
      }),
    ),
    moment(at + secondMs, (when) =>
      row(dice, {
        ...{ operation: 'Add service principal credentials', by, at: when, category },
        targets: [workloadTarget(app, [...keys, ...names])],
      }),
    ),
  ];
}

/** A new machine in Azure comes with an identity of its own. */
function newIdentity(dice: Dice): Moment[] {
  const name = `mi-${dice.guid().slice(0, 6)}`;
  const details = { ServicePrincipalProvisioningType: 'Other' };
  return [
    moment(sometime(dice), (at) =>
      row(dice, {
        ...{
          operation: 'Add service principal',
          by: platform('Managed Service Identity'),
          at,
          category,
        },
        targets: [thing('ServicePrincipal', idFor(name), name)],
        ...(dice.between(0, 1) === 1 && {
          details: { ...details, ServicePrincipalProvisioningType: 'ManagedIdentity' },
        }),
      }),
    ),
  ];
}

function comesWithService(dice: Dice): Moment[] {
  const by = platform('Microsoft Azure AD Internal - Jit Provisioning');
  const name = dice.pick(['Microsoft Forms', 'Viva Engage', 'Bing']);
  return [
    moment(sometime(dice), (at) =>
      row(dice, {
        ...{
          operation: dice.pick(['Add service principal', 'Update service principal']),
          by,
          at,
          category,
        },
        targets: [thing('ServicePrincipal', idFor(name), name)],
      }),
    ),
  ];
}

/** Certificates end: the program that is declared to renew them adds a new one and takes the old away. */
export const renewals = (dice: Dice): Moment[] =>
  services.slice(0, 6).flatMap((app) => {
    const at = sometime(dice);
    const [old, fresh] = [dice.guid(), dice.guid()].map((id) =>
      key(id, 'AsymmetricX509Cert', 'CN=app'),
    ) as [string, string];
    const renewed = (seconds: number, before: string[], after: string[]) =>
      moment(at + seconds * secondMs, (when) =>
        row(dice, {
          operation: 'Update application – Certificates and secrets management ',
          ...{ by: programs.renewals, at: when, category },
          targets: [
            applicationTarget(app, changed({ KeyDescription: before }, { KeyDescription: after })),
          ],
        }),
      );
    return [renewed(0, [old], [old, fresh]), renewed(60, [old, fresh], [fresh])];
  });

const applicationTarget = (app: Workload, modified: readonly Fields[]) =>
  thing('Application', idFor(`object ${app.name}`), app.name, modified);

/** Small things that an application's owner changes. */
export const ownersEdits = (dice: Dice): Moment[] =>
  times(12, () => {
    const by = dice.pick(staff);
    const app = dice.pick(services);
    return moment(whileAtWork(dice, by.site), (at) =>
      row(dice, {
        ...{ operation: 'Update application', by, at, category },
        targets: [
          applicationTarget(
            app,
            changed({ DisplayName: [app.name] }, { DisplayName: [`${app.name} (test)`] }),
          ),
        ],
      }),
    );
  });
