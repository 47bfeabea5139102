import type { PersonRecord } from '../../src/identity/person.js';
import type { JsonObject } from '../../src/json.js';

export function idOf(number: number): string;
export function userNameOf(number: number): string;
export function luccaIdOf(number: number): string;
export function attributesOf(number: number): JsonObject;
export function recordOf(number: number): PersonRecord;
