import * as check from "./check";

/** The days of the week, as {@link weekday} returns them. */
export const weekdays = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"] as const;

type Name = (typeof weekdays)[number];
type ShortName = "mon" | "tue" | "wed" | "thu" | "fri" | "sat" | "sun";

/** A day of the week, in full or with three letters: `"monday"`, `"Monday"`, `"MONDAY"`, `"MON"`. */
export type Weekday =
    | Name
    | Capitalize<Name>
    | Uppercase<Name>
    | ShortName
    | Capitalize<ShortName>
    | Uppercase<ShortName>;

const nameOf = (day: string): Name | undefined =>
    weekdays.find((name) => [name, name.slice(0, 3)].includes(day.toLowerCase()));

/** Checks a day of the week, and converts it to its full name in lower case. */
export const weekday: check.Check<Weekday> = check.pipe(
    check.custom<Weekday>(
        (value) => typeof value === "string" && nameOf(value) !== undefined,
        "must be a day of the week, such as monday, MONDAY or MON",
    ),
    check.transform<Weekday>(nameOf),
);
