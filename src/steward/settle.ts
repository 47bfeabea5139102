/** What an admin decides about values that are fought over: whose word counts from now on for that person. */
import { BridgeError } from '../errors.js';
import { assertionOf } from '../identity/assertion.js';
import { settleOwner } from '../identity/owners.js';
import type { Link, PersonRecord, SourceName } from '../identity/person.js';
import { notesOf, withNotes } from '../push/reconcile/notes.js';
import { isManager } from '../push/shape/diff.js';
import { parseTargetPath, withValueAt } from '../push/shape/target-path.js';
import { defaultRegistry } from '../scim/registry.js';
import { cellOf, hearFromTarget, sourceOf } from '../sync/hearing.js';

/**
 * Gives a source the last word about a value. A target that becomes the owner is taken at its word as it was last seen; one that
 * does not gets ours back with the next push.
 * @param path as a conflict names it: a cell, or a path on a target
 * @throws BridgeError SOURCE_SILENT when the source has nothing to do with the person
 */
export function giveLastWord(
  person: PersonRecord,
  path: string,
  { owner, by }: { owner: SourceName; by: string },
  at: string,
): PersonRecord {
  const cell = cellOf(path);
  const targets = Object.keys(person.links);
  if (assertionOf(person, owner) === undefined && !targets.some((target) => sourceOf(target) === owner))
    throw silent(person, owner);
  const settled = settleOwner(person, cell, { source: owner, by }, at);
  return targets.reduce((next, target) => tellTarget(next, target, cell, owner, at), settled);
}

/** What is disputed on a target is decided by that. */
function tellTarget(
  person: PersonRecord,
  target: string,
  cell: string,
  owner: SourceName,
  at: string,
): PersonRecord {
  const link = person.links[target];
  const disputed = Object.entries(link === undefined ? {} : notesOf(link)).filter(
    ([path, { verb }]) => cellOf(path) === cell && (verb === 'ask' || verb === 'fight' || verb === 'adopt'),
  );
  if (link === undefined || disputed.length === 0) return person;
  const shown = disputed.map(([path, { shown: value }]) => ({ path, value }));
  const seen = shown.reduce<Link['sent']>(
    (sent, { path, value }) => withValueAt(sent ?? {}, parseTargetPath(path), value ?? undefined),
    link.sent,
  );
  const isOwner = sourceOf(target) === owner;
  const notes = { ...notesOf(link) };
  for (const [path, note] of disputed) {
    const isSilent = note.silent === true || !isSayable(path);
    if (isOwner) notes[path] = { ...note, verb: 'adopt', swings: 0, at, ...(isSilent && { silent: true }) };
    else delete notes[path];
  }
  const next = { ...person, links: { ...person.links, [target]: withNotes({ ...link, sent: seen }, notes) } };
  if (!isOwner) return next;
  const heard = shown.filter(({ path, value }) => value !== null && notes[path]?.silent !== true);
  return hearFromTarget(next, heard, { target, profile: { userName: 'mapped' }, effective: () => ({}) }, at);
}

/** Whether it is an attribute of ours, which can be said of the person as it stands. */
function isSayable(path: string): boolean {
  return defaultRegistry.resourceType('User')?.resolve(path)?.attribute != null && !isManager(path);
}

function silent({ id, assertions, links }: PersonRecord, owner: SourceName): BridgeError {
  const known = [...Object.keys(assertions), ...Object.keys(links).map(sourceOf)];
  return new BridgeError('SOURCE_SILENT', `${owner} has nothing to say about person ${id}.`, {
    remedy: `These sources have: ${[...new Set(known)].join(', ')}.`,
  });
}
