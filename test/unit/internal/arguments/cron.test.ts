import { Schedule } from "slipway";
import { refused, registered } from "../../registered";

const call = { url: "https://example.com" };

test.each([
    "* * * * *",
    "0 3 * * *",
    "*/5 9-17 * * MON-FRI",
    "0,30 0-23/2 1,15 JAN,jul *",
    "59 23 31 12 7",
    "0 0 29 2 *",
    "0 0 31 2 0",
    "5-59/10 * * * sun,6",
    "every 5 minutes",
    "every 30 minutes from 9:00 to 17:00",
    "1st,third monday of month 15:30",
])("the schedule %s is accepted unchanged", async (cron) => {
    const made = await registered(() => new Schedule("tick", { cron, call }));
    expect(made["Job tick"]).toMatchObject({ schedule: cron });
});

const form = 'Write five fields such as "30 3 * * MON-FRI": minute, hour, day of the month, month, day of the week.';
const five = "must have five fields, separated by spaces";
const wrong: [string, string, string][] = [
    ["no fields", "", five],
    ["four fields", "0 3 * *", five],
    ["seconds", "0 0 3 * * *", five],
    ["an extra space", "0  3 * * *", five],
    ["a macro", "@daily", five],
    ["a minute of 60", "60 3 * * *", 'has a minute that is not from 0 to 59: "60"'],
    ["a negative minute", "-1 3 * * *", 'has a minute that is not valid: "-1"'],
    ["an hour of 24", "0 24 * * *", 'has an hour that is not from 0 to 23: "24"'],
    ["a day 0", "0 3 0 * *", 'has a day of the month that is not from 1 to 31: "0"'],
    ["a day 32 of a range", "0 3 1-32 * *", 'has a day of the month that is not from 1 to 31: "32"'],
    ["a month 13", "0 3 * 13 *", 'has a month that is not from 1 to 12 or JAN to DEC: "13"'],
    ["a month's full name", "0 3 * MARCH *", 'has a month that is not from 1 to 12 or JAN to DEC: "MARCH"'],
    ["a day 8 of the week", "0 3 * * 8", 'has a day of the week that is not from 0 to 7 or SUN to SAT: "8"'],
    ["a day in place of a month", "0 3 * MON *", 'has a month that is not from 1 to 12 or JAN to DEC: "MON"'],
    ["an open list", "0,,1 3 * * *", 'has a minute that is not valid: ""'],
    ["an incomplete range", "0 3- * * *", 'has an hour that is not valid: "3-"'],
    ["a reversed range", "0 17-9 * * *", 'has an hour whose range ends before it starts: "17-9"'],
    [
        "a reversed range of weekdays",
        "0 3 * * SAT-SUN",
        'has a day of the week whose range ends before it starts: "SAT-SUN"',
    ],
    ["a step of one number", "5/15 * * * *", 'has a minute whose step has no range: "5/15"'],
    ["a step of 0", "*/0 * * * *", 'has a minute whose step is not from 1 to 59: "*/0"'],
    ["a step beyond the hour", "*/90 * * * *", 'has a minute whose step is not from 1 to 59: "*/90"'],
    ["the last day", "0 3 L * *", 'has a day of the month that is not from 1 to 31: "L"'],
    ["the nearest working day", "0 3 15W * *", 'has a day of the month that is not from 1 to 31: "15W"'],
    ["a second Monday", "0 3 * * 1#2", 'has a day of the week that is not valid: "1#2"'],
    ["a question mark", "0 3 ? * *", 'has a day of the month that is not valid: "?"'],
    ["a day that never comes", "0 0 30 2 *", "never occurs, because month 2 has no day 30"],
    ["a day that never comes in two months", "0 0 31 APR,JUN *", "never occurs, because month APR,JUN has no day 31"],
];

test.each(wrong)("%s is refused, with the invalid field", async (_, cron, what) => {
    expect(await refused(() => new Schedule("tick", { cron, call }))).toBe(
        `Schedule "tick": cron: ${what} (got "${cron}").${what.startsWith("never") ? "" : ` ${form}`}`,
    );
});

test("an English-like schedule that is not valid is refused with the valid forms", async () => {
    expect(await refused(() => new Schedule("tick", { cron: "every Monday 9:00", call }))).toBe(
        'Schedule "tick": cron: is not a valid schedule of App Engine (got "every Monday 9:00"). Write it as "every 24 hours", ' +
            '"every monday 09:00" or "1st,third monday of month 15:30", in lower case.',
    );
});

test.each(["Etc/UTC", "UTC", "Europe/Berlin", "America/Argentina/Buenos_Aires", "Asia/Calcutta", "Etc/GMT+5"])(
    "the time zone %s is accepted unchanged",
    async (timeZone) => {
        const made = await registered(() => new Schedule("tick", { cron: "0 3 * * *", timeZone, call }));
        expect(made["Job tick"]).toMatchObject({ timeZone });
    },
);

test.each(["europe/berlin", "Europe/berlin", "Europe/Munich", "CET+1", "+01:00", "", "Berlin"])(
    "the time zone %p is refused",
    async (timeZone) => {
        expect(await refused(() => new Schedule("tick", { cron: "0 3 * * *", timeZone, call }))).toBe(
            `Schedule "tick": timeZone: must be a time zone of the tz database, such as Europe/Berlin or Etc/UTC (got "${timeZone}").`,
        );
    },
);
