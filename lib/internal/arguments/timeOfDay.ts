import * as check from "./check";

/** Checks a time of the day in UTC. */
export const timeOfDay = check.matching(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time of the day in UTC such as 02:00");

/** Checks a full hour of the day in UTC. */
export const hourOfDay = check.matching(/^([01]\d|2[0-3]):00$/, "must be a full hour in UTC such as 02:00");

/** The hour of a time of the day: 2 for `"02:00"`. */
export const hourIn = (time: string): number => Number.parseInt(time, 10);
