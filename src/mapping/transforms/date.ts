/** Dates written in other forms than `YYYY-MM-DD`. */

const ISO_DATE = /^(\d{4})-(\d{2})-(\d{2})$/;
const PARTS = /YYYY|MM|DD/g;

/** True for a form that `formatDate` can fill: YYYY, MM and DD, each once, in any order, with anything between them. */
export function isDateForm(form: string): boolean {
  return (form.match(PARTS) ?? []).sort().join() === 'DD,MM,YYYY';
}

/** Writes `1980-02-29` in a form such as `DD/MM/YYYY` or `YYYY-MM-DDT00:00:00Z`; undefined when `date` is no ISO date. */
export function formatDate(date: string, form: string): string | undefined {
  const match = ISO_DATE.exec(date);
  if (match === null) return undefined;
  const [, year = '', month = '', day = ''] = match;
  return form.replace(PARTS, (part) => (part === 'YYYY' ? year : part === 'MM' ? month : day));
}
