import { gunzipSync } from 'node:zlib';
import { expect, it, onTestFinished } from 'vitest';
import type { Store, StoredRecord } from '../../src/store/store.js';
import type { StoredPlan } from '../../src/sync/plan-archive.js';
import { openState } from '../../src/sync/state.js';
import { listEverything } from '../../src/upkeep/listing.js';
import { openCompany, SALES } from '../sync/pushed-company.js';

const ZOE = {
  firstName: 'Zéphyrine',
  lastName: 'Quillfeather',
  mail: 'z.quill@acme.example',
  employeeNumber: 'E-77123',
  professionalMobile: '+33 6 98 76 54 32',
  birthDate: '1977-07-17',
};

/** Those of the texts that stand anywhere in the state. */
async function tracesIn(store: Store, traces: readonly string[]): Promise<string[]> {
  let text = '';
  for await (const { collection, record } of listEverything(store)) {
    text += `${collection === 'plans' ? planIn(record) : JSON.stringify(record)}\n`.toLowerCase();
  }
  return traces.filter((trace) => text.includes(trace.toLowerCase()));
}

function planIn(record: StoredRecord): string {
  const { document } = record as StoredPlan;
  return gunzipSync(Buffer.from(document, 'base64')).toString('utf8');
}

for (const by of ['id', 'externalId', 'email', 'employeeNumber'] as const) {
  it(`after real pushes no id, name, address or number of the person is left; managers by ${by}`, async () => {
    const company = await openCompany({ scope: {}, options: { manager: { by } } });
    onTestFinished(() => company.close());
    const { edit } = company.lucca;
    const id = Number(edit.hire({ ...ZOE, departmentId: 5, start: '2026-01-01' }).subject.id);
    for (const report of SALES.slice(0, 2)) edit.move(report, { managerId: id });
    await company.push();
    // Into another department: its group takes her in, the other one lets her go.
    edit.move(id, { departmentId: 4 });
    await company.push();

    const { people } = openState(company.store, 'acme');
    const [zoe] = await people.find('externalId', `lucca ${id}`);
    if (zoe === undefined) throw new TypeError('she was pushed');
    const account = zoe.links.travel?.targetId ?? 'none';
    const traces = [...Object.values(ZOE), zoe.id, `"${id}"`, account];
    expect(await tracesIn(company.store, traces)).toEqual(
      expect.arrayContaining([zoe.id, ZOE.mail, account]),
    );
    await company.bridge.erase(zoe.id, { by: 'test', force: true });
    expect(await tracesIn(company.store, traces)).toEqual([]);
  });
}
