/**
 * What the rules of a mapping look at: one person with all their units, or one unit alone. A translation has a single scene
 * that is set anew for each person, so that rules allocate nothing but their results.
 */
import type { Issue, IssueSubject } from '../errors.js';
import type { JsonValue } from '../json.js';
import type { Contract, Person } from '../lucca/directory.js';
import { type Doubt, NO_DOUBTS } from './doubts.js';
import { type FindingCode, finding } from './findings.js';
import type { Standing } from './managers.js';
import type { Lifecycle } from './translation.js';
import type { DepartmentView, EstablishmentView, LegalEntityView, SectionView, Units } from './units.js';

/** The manager as rules see them: resolved, not left, not the person. */
export interface ManagerView {
  person: Person;
  /** Bridge id. */
  id: string;
  /** The displayName that the mapping gives the manager. */
  displayName: string | undefined;
  /** The reading leaves open what the name is made of. */
  isNameOpen: boolean;
}

export class Scene {
  readonly units: Units;
  person: Person | null = null;
  contract: Contract | null = null;
  department: DepartmentView | null = null;
  costCenter: SectionView | null = null;
  establishment: EstablishmentView | null = null;
  legalEntity: LegalEntityView | null = null;
  manager: ManagerView | null = null;
  lifecycle: Lifecycle | null = null;
  /** What the reading leaves open about the person. */
  doubts: ReadonlySet<Doubt> = NO_DOUBTS;
  /** The section of the round, inside a list entry with `each: sections`. */
  section: SectionView | null = null;

  /** Results that several rules need, by slot; forgotten with the next person. */
  readonly memo: (JsonValue | undefined)[] = [];

  private axis = -1;
  private subject: IssueSubject = { kind: 'collection', id: '' };
  private readonly issues: Issue[];

  constructor(units: Units, issues: Issue[]) {
    this.units = units;
    this.issues = issues;
  }

  /** Sets the scene for a person: looks up the units, in which references that lead nowhere count as none. */
  showPerson(
    { person, lifecycle, doubts }: Pick<Standing, 'person' | 'lifecycle' | 'doubts'>,
    manager: ManagerView | null,
  ): void {
    const { units } = this;
    this.memo.fill(undefined);
    this.person = person;
    this.contract = person.contract;
    this.department = find(units.departments, person.departmentId);
    this.establishment = find(units.establishments, person.establishmentId);
    this.legalEntity =
      find(units.legalEntities, person.legalEntityId) ?? this.establishment?.legalEntity ?? null;
    this.costCenter = this.sectionOn(units.costCenterAxisId);
    this.manager = manager;
    this.lifecycle = lifecycle;
    this.doubts = manager?.isNameOpen === true ? new Set<Doubt>(doubts).add('managerName') : doubts;
    this.subject = { kind: 'person', id: person.id };
  }

  /** Sets the scene for one unit alone, under the name by which rules read it. */
  showUnit(
    unit: Partial<Pick<Scene, 'department' | 'costCenter' | 'establishment' | 'legalEntity'>>,
    key: string,
  ): void {
    this.memo.fill(undefined);
    this.person = this.contract = this.manager = this.lifecycle = null;
    this.department = this.costCenter = this.establishment = this.legalEntity = null;
    this.doubts = NO_DOUBTS;
    Object.assign(this, unit);
    this.subject = { kind: 'group', id: key };
  }

  /** The person's section on an axis. */
  sectionOn(axisId: string | null): SectionView | null {
    const sections = this.person?.sections;
    if (sections === undefined || axisId === null || !Object.hasOwn(sections, axisId)) return null;
    return find(this.units.sections, sections[axisId] ?? null);
  }

  /** Sets `section` to the first of the person's sections that is not the cost centre, in the order of the axes. */
  firstSection(): void {
    this.axis = -1;
    this.nextSection();
  }

  /** Sets `section` to the next one; null when there is none left. */
  nextSection(): void {
    const { furtherAxisIds } = this.units;
    this.section = null;
    while (this.section === null && ++this.axis < furtherAxisIds.length) {
      this.section = this.sectionOn(furtherAxisIds[this.axis] ?? null);
    }
  }

  /** ISO 3166-1 alpha-2 country whose rules a national phone number follows. */
  get country(): string | undefined {
    return this.legalEntity?.country ?? this.establishment?.legalEntity?.country;
  }

  /** Reports a finding about whom or what the scene shows. People who left are past mending: nothing is said of them. */
  report(code: FindingCode, detail?: string, severity?: Issue['severity']): void {
    if (this.lifecycle?.state === 'left') return;
    this.issues.push(finding(code, this.subject, detail, severity));
  }
}

function find<View>(views: ReadonlyMap<string, View>, id: string | null): View | null {
  return id === null ? null : (views.get(id) ?? null);
}
