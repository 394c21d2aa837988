import { seededRandom } from '../../local/seeded-random.ts';
import {
  approvedPrompt,
  audit,
  by,
  directRole,
  type ExampleRecords,
  password,
  pimRow,
  refresh,
  signIn,
  target,
} from '../../shared/detect/examples/records.ts';
import { helpdeskAdministrator, people } from '../../shared/detect/examples/tenant.ts';
import { globalAdministrator } from '../../shared/roles.ts';
import { isoOf } from '../../shared/time.ts';

type Person = { id: string; upn: string };
type Fields = Readonly<Record<string, unknown>>;

const start = Date.parse('2026-11-20T00:00:00Z');
const minute = 60_000;
const hour = 60 * minute;

const id = (n: number) => `00000000-0000-4000-9000-${String(n).padStart(12, '0')}`;
const ordinary: readonly Person[] = Array.from({ length: 120 }, (_, n) => ({
  id: id(n),
  upn: `user-${n}@example.com`,
}));
const person = (n: number): Person => ordinary[n % ordinary.length] ?? people.dan;

type RawRecord = ExampleRecords[number];

/** Builds records that differ in id and moment; the export writes each a minute after it happened. */
class Scene {
  readonly records: RawRecord[] = [];

  signIn(who: Person, at: number, fields: Fields = {}): void {
    this.#add(signIn(who, fields), 'createdDateTime', at, fields.id);
  }

  refresh(who: Person, at: number, fields: Fields = {}): void {
    this.#add(refresh(who, fields), 'createdDateTime', at, fields.id);
  }

  audit(record: RawRecord, at: number): void {
    this.#add(record, 'activityDateTime', at, undefined);
  }

  #add(record: RawRecord, timeField: string, at: number, givenId: unknown): void {
    const n = this.records.length;
    const recordId = givenId ?? `record-${n}`;
    const properties = {
      ...(record.properties as Fields),
      id: recordId,
      [timeField]: isoOf(start + at),
    };
    const flow = (record.properties as Fields).correlationId;
    const isFlow = flow !== 'flow-1' && flow !== 'click-1';
    this.records.push({
      ...record,
      time: isoOf(start + at + minute),
      properties: { ...properties, correlationId: isFlow ? flow : `flow-${n}` },
    });
  }
}

const refused = { status: { errorCode: 50126 }, authenticationDetails: [] };
const denied = {
  status: {
    errorCode: 500121,
    additionalDetails: 'MFA denied; user declined the authentication',
  },
};
const withMfa = {
  authenticationRequirement: 'multiFactorAuthentication',
  authenticationDetails: [password, approvedPrompt],
};
const from = (ip: string, country: string, latitude: number, longitude: number) => ({
  ipAddress: ip,
  location: { countryOrRegion: country, geoCoordinates: { latitude, longitude } },
});
const moscow = from('203.0.113.66', 'RU', 55.75, 37.62);
const seattle = from('192.0.2.10', 'US', 47.6, -122.33);

/**
 * Two thousand records of a day and a half: an attack on the example tenant, step by step, among the
 * ordinary business of people who are not watched.
 */
export function attack(): readonly RawRecord[] {
  const scene = new Scene();
  guessing(scene);
  fatigue(scene);
  takeover(scene);
  return [...scene.records, ...business(2_000 - scene.records.length)];
}

/** A spray from three addresses, with administrators among its victims, and a hammering of one of them. */
function guessing(scene: Scene): void {
  for (let n = 0; n < 90; n += 1) {
    const ip = `203.0.113.${60 + (n % 3)}`;
    scene.signIn(person(n), hour + n * 20_000, { ...refused, ipAddress: ip });
  }
  scene.signIn(people.cleo, hour + 10 * minute, { ...refused, ipAddress: '203.0.113.60' });
  for (let n = 0; n < 40; n += 1) {
    scene.signIn(people.ada, 2 * hour + n * 25_000, {
      ...refused,
      ipAddress: `203.0.113.${100 + (n % 8)}`,
    });
  }
  for (let n = 0; n < 12; n += 1) {
    const code = { errorCode: 50057 };
    scene.signIn(person(n + 30), 3 * hour + n * minute, {
      status: code,
      ipAddress: '203.0.113.90',
    });
  }
  for (let n = 0; n < 25; n += 1) {
    const code = { errorCode: 50053 };
    scene.signIn(person(n + 50), 4 * hour + n * minute, {
      status: code,
      ipAddress: `203.0.113.${130 + n}`,
    });
  }
}

/** Prompts until one is approved, from far away, while the person is at work at home. */
function fatigue(scene: Scene): void {
  scene.signIn(people.hana, 5 * hour, { ...withMfa, ...seattle });
  for (let n = 0; n < 9; n += 1) {
    scene.signIn(people.hana, 6 * hour + n * minute, { ...denied, ...moscow });
  }
  scene.signIn(people.hana, 6 * hour + 15 * minute, {
    ...withMfa,
    ...moscow,
    sessionId: 'session-1',
  });
  for (let n = 0; n < 20; n += 1) {
    const place =
      n % 2 === 0 ? moscow : { ...moscow, ipAddress: '198.18.7.7', autonomousSystemNumber: 64500 };
    scene.refresh(people.hana, 6 * hour + (20 + n) * minute, { ...place, sessionId: 'session-1' });
  }
  // What a prompt that ends well looks like, and one that does not.
  const flow = { correlationId: 'flow-cleo' };
  scene.signIn(people.cleo, 7 * hour, { ...flow, ...seattle, status: { errorCode: 50074 } });
  scene.signIn(people.cleo, 7 * hour + 30_000, { ...flow, ...seattle, ...withMfa });
  scene.signIn(people.ben, 7 * hour, { ...seattle, status: { errorCode: 50074 } });
}

/** Roles for friends, none for enemies, and a way back in. */
function takeover(scene: Scene): void {
  const byHana = { initiatedBy: by(people.hana) };
  const later = (minutes: number) => 6 * hour + (30 + minutes) * minute;
  for (let n = 0; n < 8; n += 1) {
    scene.audit(directRole(person(n), helpdeskAdministrator, byHana), later(n));
  }
  const friend = person(100);
  scene.audit(
    audit('Add user', { ...byHana, category: 'UserManagement', targetResources: [target(friend)] }),
    later(10),
  );
  scene.audit(directRole(friend, globalAdministrator, byHana), later(12));
  const byFriend = { initiatedBy: by(friend) };
  const removal = (who: Person) => ({
    ...directRole(who, globalAdministrator, byFriend),
    operationName: 'Remove member from role',
  });
  scene.audit(removal(people.ada), later(20));
  scene.audit(removal(people.cleo), later(21));
  scene.audit(removal(people.ben), later(22));
  scene.audit(
    pimRow('Add member to role completed (PIM activation)', people.ben, helpdeskAdministrator),
    8 * hour,
  );
  scene.audit(
    audit('Update conditional access policy', { ...byFriend, category: 'Policy' }),
    later(30),
  );
  scene.audit(
    audit('User registered security info', {
      initiatedBy: by(people.hana),
      category: 'UserManagement',
      targetResources: [target(people.hana)],
    }),
    later(40),
  );
  scene.audit(
    audit('Delete user', {
      ...byFriend,
      category: 'UserManagement',
      targetResources: [target(friend)],
    }),
    later(300),
  );
}

function business(count: number): RawRecord[] {
  const random = seededRandom(7);
  const scene = new Scene();
  for (let n = 0; n < count; n += 1) {
    const at = Math.floor(random() * 36 * hour);
    const who = person(Math.floor(random() * ordinary.length));
    const place = { ipAddress: `192.0.2.${Math.floor(random() * 200)}` };
    const kind = random();
    const recordId = { id: `business-${n}` };
    if (kind < 0.5) scene.refresh(who, at, { ...place, ...recordId });
    else if (kind < 0.9) scene.signIn(who, at, { ...place, ...recordId, ...withMfa });
    else if (kind < 0.95) scene.signIn(who, at, { ...place, ...recordId, ...refused });
    else
      scene.signIn(people.ada, at, {
        ...seattle,
        ...recordId,
        ...withMfa,
        deviceDetail: { operatingSystem: 'Windows 11' },
      });
  }
  return scene.records;
}
