import { safeParse } from "valibot";
import { sourceRange } from "../../../lib/appengine/entry/firewall";
import {
    addressIn,
    areDisjoint,
    compareVersions,
    contains,
    isBefore,
    isCron,
    isInRange,
    isQueryMet,
    matchesFilter,
    missingParameters,
    momentOf,
    normalizePackageName,
    overlap,
    type PipelineSpec,
    parameterFault,
    parseAppEngineSchedule,
    parseExtractor,
    parseFilter,
    parseQuery,
    parseRange,
    parseScalingCron,
    pipelineContainers,
    pipelineParameters,
    pipelineSchema,
    queryProblem,
    secondsIn,
    wallTime,
} from "../../../lib/formats";
import type { AnyCheck } from "../../../lib/internal/arguments/check";
import { appEngineSchedule, unixCron } from "../../../lib/internal/arguments/cron";
import { duration, latency } from "../../../lib/internal/arguments/duration";
import {
    bytesIn,
    canonicalQuantity,
    diskSize,
    gigabytesIn,
    mebibytes,
    quantityOf,
    type Size,
    sizeOf,
} from "../../../lib/internal/arguments/size";
import { cidr } from "../../../lib/internal/network/cidr";
import { filterProblem } from "../../../lib/pubsub/filter";

// What each format accepts and refuses: in component arguments (with the first line of the error), and in the local
// cloud.

/** The first line of the error for a value. */
const problemOf = (check: AnyCheck, value: string) => safeParse(check, value).issues?.[0]?.message.split("\n")[0];

/** Rows of equal length, because jest passes a callback in place of missing items. */
const whole = (rows: (string | boolean | undefined)[][]) =>
    rows.map(([text, taken, problem, other]) => [text, taken, problem, other] as [string, never, string, string]);

test.each([
    ["1 KB", 1000],
    ["1 KiB", 1024],
    ["1 MB", 1000 ** 2],
    ["1.5 MiB", 1.5 * 1024 ** 2],
    ["20 GB", 20 * 1000 ** 3],
    ["1 GiB", 1024 ** 3],
    ["2 TB", 2 * 1000 ** 4],
    ["2 TiB", 2 * 1024 ** 4],
    ["1k", 1000],
    ["1Ki", 1024],
    ["1M", 1000 ** 2],
    ["1Mi", 1024 ** 2],
    ["1G", 1000 ** 3],
    ["1Gi", 1024 ** 3],
    ["1T", 1000 ** 4],
    ["1Ti", 1024 ** 4],
    ["1", Number.NaN],
    ["1 Gi", Number.NaN],
    ["1GiB", Number.NaN],
])("the size %s has %d bytes", (size, bytes) => {
    expect(bytesIn(size)).toBe(bytes);
});

test.each<[Size, string, string]>([
    ["512 KB", "512k", "512k"],
    ["512 KiB", "512Ki", "512Ki"],
    ["512 MB", "512M", "512M"],
    ["1024 MiB", "1024Mi", "1Gi"],
    ["1000 GB", "1000G", "1T"],
    ["1.5 GiB", "1.5Gi", "1536Mi"],
    ["1.5 KB", "1.5k", "1500"],
    ["0.5 KiB", "0.5Ki", "512"],
    ["0.0001 KB", "0.0001k", "1"],
    ["512Mi", "512Mi", "512Mi"],
])("the size %s is the quantity %s of Kubernetes, and %s of its server", (size, quantity, canonical) => {
    expect([quantityOf(size), canonicalQuantity(size)]).toEqual([quantity, canonical]);
});

test("a GB of a disk is a GiB, and a size of memory has the larger unit", () => {
    expect(["20 GB", "20 GiB", "512 MiB", "1TiB"].map(gigabytesIn)).toEqual([20, 20, 0.5, Number.NaN]);
    expect([mebibytes("2 GiB"), sizeOf(512), sizeOf(1024), sizeOf(1536)]).toEqual([
        2048,
        "512 MiB",
        "1 GiB",
        "1536 MiB",
    ]);
});

test.each([
    ["10 GB", undefined],
    ["20 GiB", undefined],
    ["9 GB", ["must be from 10 GB to 20 GB"]],
    ["21 GB", ["must be from 10 GB to 20 GB"]],
    ["10.5 GB", ["must be a whole number of GB"]],
    ["big", ['must be a size such as "512 MiB" or "20 GB"']],
])("a disk of %s has this problem: %j", (size, problems) => {
    const { issues } = safeParse(diskSize({ min: 10, max: 20 }), size);
    expect(issues?.map(({ message }) => message)).toEqual(problems);
});

const crons: [expression: string, isTakenByCloud: boolean, problem?: string][] = [
    ["* * * * *", true],
    ["30 3 * * MON-FRI", true],
    ["*/15 0-23/2 1,15 jan-DEC 0,7", true],
    ["0 0 29 2 *", true],
    ["0 0 29,30 2 *", true],
    ["0 0 30 4,6,9,11 *", true],
    ["0 0 31 1,3,5,7,8,10,12 *", true],
    ["0 0 31 1,2 *", true],
    ["0 0 31 2,4,6,9,11 *", true, "never occurs, because month 2,4,6,9,11 has no day 31"],
    ["0 0 31 9 *", true, "never occurs, because month 9 has no day 31"],
    ["0 0 31 11 *", true, "never occurs, because month 11 has no day 31"],
    ["0 0 31 4,6 *", true, "never occurs, because month 4,6 has no day 31"],
    ["0 0 30 2 *", true, "never occurs, because month 2 has no day 30"],
    ["0 0 30 2 MON", true],
    ["5-5 * * * *", true],
    ["*/05 * * * *", true],
    ["*/1 */23 * * *", true],
    ["*/59 * * * *", true],
    ["*/60 * * * *", false, 'has a minute whose step is not from 1 to 59: "*/60"'],
    ["* * * 1/2 *", false, 'has a month whose step has no range: "1/2"'],
    ["5/15 * * * *", false, 'has a minute whose step has no range: "5/15"'],
    ["*/0 * * * *", false, 'has a minute whose step is not from 1 to 59: "*/0"'],
    ["60 * * * *", false, 'has a minute that is not from 0 to 59: "60"'],
    ["* 24 * * *", false, 'has an hour that is not from 0 to 23: "24"'],
    ["* * 0 * *", false, 'has a day of the month that is not from 1 to 31: "0"'],
    ["* * * 13 *", false, 'has a month that is not from 1 to 12 or JAN to DEC: "13"'],
    ["* * * * 8", false, 'has a day of the week that is not from 0 to 7 or SUN to SAT: "8"'],
    ["* * * * L", false, 'has a day of the week that is not from 0 to 7 or SUN to SAT: "L"'],
    ["* * * * MON#1", false, 'has a day of the week that is not valid: "MON#1"'],
    ["* * ? * *", false, 'has a day of the month that is not valid: "?"'],
    ["@daily", false, "must have five fields, separated by spaces"],
    ["* * * *", false, "must have five fields, separated by spaces"],
    ["* * * * * *", false, "must have five fields, separated by spaces"],
    ["*  * * * *", true, "must have five fields, separated by spaces"],
    [" * * * * *", true, "must have five fields, separated by spaces"],
    ["*\t* * * *", true, "must have five fields, separated by spaces"],
    ["30-10 * * * *", false, 'has a minute whose range ends before it starts: "30-10"'],
    ["1-2-3 * * * *", false, 'has a minute that is not valid: "1-2-3"'],
    ["*-5 * * * *", false, 'has a minute that is not valid: "*-5"'],
    ["1, * * * *", false, 'has a minute that is not valid: ""'],
    ["", false, "must have five fields, separated by spaces"],
    ["007 * * * *", false, 'has a minute that is not from 0 to 59: "007"'],
    ["* * * MON *", false, 'has a month that is not from 1 to 12 or JAN to DEC: "MON"'],
    ["-1 * * * *", false, 'has a minute that is not valid: "-1"'],
    ["1- * * * *", false, 'has a minute that is not valid: "1-"'],
];

const schedules: [schedule: string, isTakenByCloud: boolean, problem?: string][] = [
    ["every 24 hours", true],
    ["every 5 minutes from 10:00 to 14:00", true],
    ["every 5 mins from 9:00 to 23:59", true],
    ["every 7 minutes", true],
    ["every 12 hours synchronized", true],
    ["every 96 minutes synchronized", true],
    [
        "every 7 hours synchronized",
        true,
        "must be an interval that divides a day into equal parts where it is synchronized",
    ],
    ["every 0 hours", false, "is not a valid schedule of App Engine"],
    ["every 100000 hours", false, "is not a valid schedule of App Engine"],
    ["every 5 min", false, "is not a valid schedule of App Engine"],
    ["every hours", false, "is not a valid schedule of App Engine"],
    ["every 5 minutes from", false, "is not a valid schedule of App Engine"],
    ["every 5 minutes from 10:00", false, "is not a valid schedule of App Engine"],
    ["every 5 minutes from to 14:00", false, "is not a valid schedule of App Engine"],
    ["every 5 minutes synchronized from 10:00 to 14:00", false, "is not a valid schedule of App Engine"],
    ["every day 00:00", true],
    ["every monday 09:00", true],
    ["every mon,wed 09:00", true],
    ["every Monday 09:00", false, "is not a valid schedule of App Engine"],
    ["every monday 9:00", true],
    ["every monday 24:00", false, "is not a valid schedule of App Engine"],
    ["every monday 09:60", false, "is not a valid schedule of App Engine"],
    ["every monday", false, "is not a valid schedule of App Engine"],
    ["1st,third monday of month 15:30", true],
    ["2nd, third mon , wed,thu of march 17:00", true],
    ["1st monday 15:30", true],
    ["6th monday of month 15:30", false, "is not a valid schedule of App Engine"],
    ["2 of month 12:00", true],
    ["1,15 of jan,july 00:00", true],
    ["1 of jun,may 00:00", true],
    ["31 of jan,feb 00:00", true],
    ["31 of feb 00:00", true, "never occurs on day 31, because feb has no such day"],
    ["30 of feb,april 00:00", true],
    ["32 of month 00:00", false, "is not a valid schedule of App Engine"],
    ["1 of quarter 00:00", true],
    ["1 of 1st,2nd month of quarter 00:00", true],
    ["1 of 4th month of quarter 00:00", false, "is not a valid schedule of App Engine"],
    ["1 of 1st of quarter 00:00", false, "is not a valid schedule of App Engine"],
    ["1 of 1st month quarter 00:00", false, "is not a valid schedule of App Engine"],
    ["1 of 1st month of 00:00", false, "is not a valid schedule of App Engine"],
    ["1 of 1st 00:00", false, "is not a valid schedule of App Engine"],
    ["1st monday of first month of quarter 00:00", true],
    ["every  24 hours", true, "is not a valid schedule of App Engine"],
    [" every 24 hours", true, "is not a valid schedule of App Engine"],
    ["every 24 hours ", true, "is not a valid schedule of App Engine"],
    ["every\t24 hours", true, "is not a valid schedule of App Engine"],
    ["1,15 00:00", false, "is not a valid schedule of App Engine"],
    ["first day of month 00:00", true],
    ["every day of jan 00:00", true],
    ["1,,2 of jan 00:00", false, "is not a valid schedule of App Engine"],
    ["", false, "is not a valid schedule of App Engine"],
    ["12:00", false, "is not a valid schedule of App Engine"],
];

const filters: [filter: string, passes: string, problem?: string][] = [
    ['attributes.a = "b"', "011000"],
    ["attributes:a", "011101"],
    ['attributes : "a b"', "000000"],
    ['attributes."a b" != "c"', "111111"],
    ['hasPrefix(attributes.a, "b")', "011000"],
    ["NOT attributes:a", "100010"],
    ["-attributes:a", "100010"],
    ["NOT NOT attributes:a", "011101"],
    ["- - attributes:a", "011101"],
    ["attributes:a AND attributes:b AND attributes:c", "001000"],
    ["attributes:a OR attributes:b", "011111"],
    ["attributes:a AND (attributes:b OR attributes:c)", "001000"],
    ["attributes:a AND attributes:b OR attributes:c", "", "at column 31: expected parentheses where AND and OR meet"],
    ['attributes.is-even="1"', "000000"],
    ['attributes.1a="1"', "000000"],
    ['attributes.a="\\"x\\" \\u0041\\\\"', "000001"],
    ["attributes:AND", "000000"],
    ['attributes.NOT = "a"', "000000"],
    ['attributes.attributes="a"', "000000"],
    ["", "", "at column 1: expected attributes, hasPrefix, NOT or ("],
    ["attributes", "", "at column 11: expected ."],
    ['a = "b"', "", "at column 1: expected attributes, hasPrefix, NOT or ("],
    ["attributes.a", "", "at column 13: expected = or !="],
    ["attributes.a =", "", 'at column 15: expected a text in "double quotes"'],
    ["attributes.a = b", "", 'at column 16: expected a text in "double quotes"'],
    ["attributes.a = 'b'", "", "at column 16: expected an attribute"],
    ['attributes.a = "b', "", 'at column 16: expected a text that ends with "'],
    ['attributes.a = "b\nc"', "", 'at column 16: expected a text that ends with "'],
    ['attributes.a\n= "b"', "011000"],
    ['attributes.a == "b"', "", 'at column 15: expected a text in "double quotes"'],
    ['attributes.a < "b"', "", "at column 14: expected an attribute"],
    ["(attributes:a", "", "at column 14: expected )"],
    ["attributes:a)", "", "at column 13: expected AND, OR or the end"],
    ["attributes:a AND", "", "at column 17: expected attributes, hasPrefix, NOT or ("],
    ["attributes:a attributes:b", "", "at column 14: expected AND, OR or the end"],
    ["and attributes:a", "", "at column 1: expected attributes, hasPrefix, NOT or ("],
    ["attributes:a and attributes:b", "", "at column 14: expected AND, OR or the end"],
    ['hasPrefix(attributes.a "b")', "", "at column 24: expected ,"],
    ['hasPrefix(attributes:a, "b")', "", "at column 21: expected ."],
    ["hasPrefix attributes.a", "", "at column 11: expected ("],
    ['"attributes".a="b"', "", "at column 1: expected attributes, hasPrefix, NOT or ("],
    ['attributes._a="b"', "000000"],
    ['attributes.ä="b"', "", "at column 12: expected an attribute"],
    ['attributes.a="ä"', "000000"],
];

const ranges: [range: string, parsed: string, problem?: string, firewallProblem?: string][] = [
    ["10.0.0.0/8", "167772160 184549375 8 true"],
    ["10.0.0.0/20", "167772160 167776255 20 true"],
    ["10.0.0.1/32", "167772161 167772161 32 true"],
    ["0.0.0.0/0", "0 4294967295 0 true"],
    ["255.255.255.255/32", "4294967295 4294967295 32 true"],
    [
        "10.0.0.1/24",
        "167772160 167772415 24 false",
        "must start at the first address of its block, 10.0.0.0/24",
        "must start at the first address of its block",
    ],
    ["10.0.0.0", "", "must be a range of IPv4 addresses such as 10.0.0.0/20"],
    [
        "10.0.0.0/33",
        "",
        "must be a range of IPv4 addresses such as 10.0.0.0/20",
        "must be an address, a range of addresses such as 203.0.113.0/24 or 2001:db8::/32, or *",
    ],
    [
        "10.0.0.0/",
        "",
        "must be a range of IPv4 addresses such as 10.0.0.0/20",
        "must be an address, a range of addresses such as 203.0.113.0/24 or 2001:db8::/32, or *",
    ],
    [
        "10.0.0/8",
        "",
        "must be a range of IPv4 addresses such as 10.0.0.0/20",
        "must be an address, a range of addresses such as 203.0.113.0/24 or 2001:db8::/32, or *",
    ],
    [
        "256.0.0.0/8",
        "",
        "must be a range of IPv4 addresses such as 10.0.0.0/20",
        "must be an address, a range of addresses such as 203.0.113.0/24 or 2001:db8::/32, or *",
    ],
    [
        "1..2.3/8",
        "",
        "must be a range of IPv4 addresses such as 10.0.0.0/20",
        "must be an address, a range of addresses such as 203.0.113.0/24 or 2001:db8::/32, or *",
    ],
    [
        "010.0.0.0/8",
        "167772160 184549375 8 true",
        undefined,
        "must be an address, a range of addresses such as 203.0.113.0/24 or 2001:db8::/32, or *",
    ],
    ["10.0.0.0/08", "167772160 184549375 8 true"],
    [
        "10.0.0.0/008",
        "",
        "must be a range of IPv4 addresses such as 10.0.0.0/20",
        "must be an address, a range of addresses such as 203.0.113.0/24 or 2001:db8::/32, or *",
    ],
    [
        "2001:db8::/32 ",
        "",
        "must be a range of IPv4 addresses such as 10.0.0.0/20",
        "must be an address, a range of addresses such as 203.0.113.0/24 or 2001:db8::/32, or *",
    ],
    [
        " 10.0.0.0/8",
        "",
        "must be a range of IPv4 addresses such as 10.0.0.0/20",
        "must be an address, a range of addresses such as 203.0.113.0/24 or 2001:db8::/32, or *",
    ],
    [
        "10.0.0.0/8/8",
        "",
        "must be a range of IPv4 addresses such as 10.0.0.0/20",
        "must be an address, a range of addresses such as 203.0.113.0/24 or 2001:db8::/32, or *",
    ],
    [
        "10.0.0.0/-1",
        "",
        "must be a range of IPv4 addresses such as 10.0.0.0/20",
        "must be an address, a range of addresses such as 203.0.113.0/24 or 2001:db8::/32, or *",
    ],
    [
        "a.0.0.0/8",
        "",
        "must be a range of IPv4 addresses such as 10.0.0.0/20",
        "must be an address, a range of addresses such as 203.0.113.0/24 or 2001:db8::/32, or *",
    ],
    ["2001:db8::/32", "", "must be a range of IPv4 addresses such as 10.0.0.0/20"],
    [
        "2001:db8::1/32",
        "",
        "must be a range of IPv4 addresses such as 10.0.0.0/20",
        "must start at the first address of its block",
    ],
    ["::/0", "", "must be a range of IPv4 addresses such as 10.0.0.0/20"],
    ["::1", "", "must be a range of IPv4 addresses such as 10.0.0.0/20"],
    ["::ffff:10.0.0.0/104", "", "must be a range of IPv4 addresses such as 10.0.0.0/20"],
    [
        "::ffff:10.0.0.1/104",
        "",
        "must be a range of IPv4 addresses such as 10.0.0.0/20",
        "must start at the first address of its block",
    ],
    [
        "2001:db8::/129",
        "",
        "must be a range of IPv4 addresses such as 10.0.0.0/20",
        "must be an address, a range of addresses such as 203.0.113.0/24 or 2001:db8::/32, or *",
    ],
    [
        "fe80::1%eth0",
        "",
        "must be a range of IPv4 addresses such as 10.0.0.0/20",
        "must be an address, a range of addresses such as 203.0.113.0/24 or 2001:db8::/32, or *",
    ],
    [
        "1::2::3/64",
        "",
        "must be a range of IPv4 addresses such as 10.0.0.0/20",
        "must be an address, a range of addresses such as 203.0.113.0/24 or 2001:db8::/32, or *",
    ],
    ["2001:DB8::/32", "", "must be a range of IPv4 addresses such as 10.0.0.0/20"],
    ["2001:db8:0:0:0:0:0:0/32", "", "must be a range of IPv4 addresses such as 10.0.0.0/20"],
    ["2001:db8::/032", "", "must be a range of IPv4 addresses such as 10.0.0.0/20"],
    ["*", "", "must be a range of IPv4 addresses such as 10.0.0.0/20"],
    [
        "",
        "",
        "must be a range of IPv4 addresses such as 10.0.0.0/20",
        "must be an address, a range of addresses such as 203.0.113.0/24 or 2001:db8::/32, or *",
    ],
];

test.each(whole(crons))("cron expression %j", (expression, isTakenByCloud, problem) => {
    expect(problemOf(unixCron, expression)).toBe(problem);
    expect(isCron(expression)).toBe(isTakenByCloud);
});

test.each([
    ["30 8 * * Mon-Fri", "1,2,3,4,5 every year"],
    ["0 0 30 1 * 2030", "0,1,2,3,4,5,6,7 2030"],
    ["0  0 30\t1 * 2030-2032/2", "0,1,2,3,4,5,6,7 2030,2032"],
    ["0 0 * * 1-7 *", "1,2,3,4,5,6,7 every year"],
    ["0 0 * * Mon-Sun", "1,2,3,4,5,6,7 every year"],
    ["0 0 * * Fri-Sun/2,2", "5,7,2 every year"],
    ["0 0 * * Sun-Sat", "0,1,2,3,4,5,6 every year"],
    ["0 0 * * 0-7", 'has a day of the week that is not valid: "0-7"'],
    ["0 0 * * Sun-Sun", 'has a day of the week that is not valid: "Sun-Sun"'],
    ["0 0 * * Sat-Mon", 'has a day of the week whose range ends before it starts: "SAT-MON"'],
    ["0 0 30 1 * 1999", 'has a year that is not from 2000 to 2036: "1999"'],
    ["0 0 30 1 * 2037", 'has a year that is not from 2000 to 2036: "2037"'],
    ["0 0 30 1 * 30", 'has a year that is not from 2000 to 2036: "30"'],
    ["0 0 0030 1 *", 'has a day of the month that is not from 1 to 31: "0030"'],
    ["0 0 * *", "must have five fields or, with a year, six"],
    ["0 0 0 1 1 * 2030", "must have five fields or, with a year, six"],
])("start of a scaling schedule %j", (expression, expected) => {
    const parsed = parseScalingCron(expression);
    expect("problem" in parsed ? parsed.problem : `${parsed.daysOfWeek} ${parsed.years ?? "every year"}`).toBe(
        expected,
    );
});

test.each([
    ["UTC", "2026-11-02T08:30", "2026-11-02T08:30"],
    ["Asia/Kolkata", "2026-11-02T08:30", "2026-11-02T03:00"],
    ["Europe/Berlin", "2026-03-29T01:59", "2026-03-29T00:59"],
    ["Europe/Berlin", "2026-03-29T03:00", "2026-03-29T01:00"],
    ["Europe/Berlin", "2026-10-25T01:59", "2026-10-24T23:59"],
    ["Europe/Berlin", "2026-10-25T02:00", "2026-10-25T00:00"],
    ["Europe/Berlin", "2026-10-25T03:00", "2026-10-25T02:00"],
])("clocks in %s show %s at %s in UTC", (timeZone, shown, utc) => {
    const [year = 0, month = 0, day = 0, hour = 0, minute = 0] = shown.split(/\D/).map(Number);
    const time = { year, month, day, hour, minute };
    expect(new Date(momentOf(timeZone, time)).toISOString().slice(0, 16)).toBe(utc);
    expect(wallTime(timeZone, Date.parse(`${utc}Z`))).toEqual(time);
});

test("a time that clocks skip counts as if they had not been put forward", () => {
    const skipped = { year: 2026, month: 3, day: 29, hour: 2, minute: 30 };
    expect(wallTime("Europe/Berlin", momentOf("Europe/Berlin", skipped))).toEqual({ ...skipped, hour: 3 });
});

test.each(whole(schedules))("App Engine schedule %j", (schedule, isTakenByCloud, problem) => {
    expect(problemOf(appEngineSchedule, schedule)).toBe(problem);
    expect(parseAppEngineSchedule(schedule) !== undefined).toBe(isTakenByCloud);
});

const messages: Record<string, string>[] = [
    {},
    { a: "b" },
    { a: "b", b: "", c: "" },
    { a: "xb" },
    { b: "", c: "" },
    { a: '"x" A\\' },
];

/** Whether each of the messages matches: `1` or `0`. */
function passed(filter: string): string {
    const parsed = parseFilter(filter);
    return messages.map((attributes) => (matchesFilter(parsed, attributes) ? "1" : "0")).join("");
}

test.each(whole(filters))("filter %j", (filter, passes, problem) => {
    expect(filterProblem(filter)).toBe(problem);
    if (passes === "") {
        expect(() => passed(filter)).toThrow();
    } else {
        expect(passed(filter)).toBe(passes);
    }
});

test.each(whole(ranges))("CIDR range %j", (range, parsed, problem, firewallProblem) => {
    const { first, last, prefix, isExact } = parseRange(range) ?? {};
    expect(first === undefined ? "" : `${first} ${last} ${prefix} ${isExact}`).toBe(parsed);
    expect(problemOf(cidr(0), range)).toBe(problem);
    expect(problemOf(sourceRange, range)).toBe(firewallProblem);
});

test.each([
    ["0.0.0.0/0", "must have a prefix from /1 to /32"],
    ["128.0.0.0/1", ""],
    ["203.0.113.7/32", ""],
])("a CIDR range with a shortest prefix of 1: %s", (range, problem) => {
    expect(problemOf(cidr(1), range) ?? "").toBe(problem);
});

test.each([
    ["10.0.0.0", "10.0.0.0/30", true],
    ["10.0.0.3", "10.0.0.0/30", true],
    ["10.0.0.4", "10.0.0.0/30", false],
    ["9.255.255.255", "10.0.0.0/30", false],
    ["10.0.0.1", "10.0.0.1", true],
    ["10.0.0.1", "10.0.0.2", false],
    ["2001:db8::1", "2001:db8::/32", true],
    ["2001:db9::", "2001:db8::/32", false],
    ["2001:db8:0:0:0:0:0:1", "2001:db8::/32", true],
    ["2001:db8::1", "2001:db8::1", true],
    ["2001:db8::1", "2001:db8::2", false],
    ["::a00:1", "10.0.0.0/8", false],
    ["10.0.0.1", "::/0", false],
    ["shop", "10.0.0.0/8", false],
    ["10.0.0.1", "shop", false],
    ["shop", "shop", false],
])("whether the address %s is in %s: %p", (address, range, isIn) => {
    expect(isInRange(address, range)).toBe(isIn);
});

test.each([
    ["a", true],
    ["b", false],
    ["NOT a", false],
    ["NOT b", true],
    ["a AND b", false],
    ["a AND NOT b", true],
    ["a OR b", true],
    ["b OR c", false],
    ["a AND (b OR NOT c)", true],
    ["NOT (a OR b)", false],
])("whether the query %j is met by what has only a: %p", (query, isMet) => {
    const isA = (leaf: object) => JSON.stringify(leaf).includes('"a"');
    expect(isQueryMet(parseQuery(query), isA)).toBe(isMet);
});

test.each([
    ["status = (200)", { field: "status", operator: "=", value: "200" }],
    [
        "status = (200 OR 204)",
        {
            or: [
                { field: "status", operator: "=", value: "200" },
                { field: "status", operator: "=", value: "204" },
            ],
        },
    ],
    [
        "text : (a AND b)",
        {
            and: [
                { field: "text", operator: ":", value: "a" },
                { field: "text", operator: ":", value: "b" },
            ],
        },
    ],
])("a field is compared with all values in parentheses: %s", (text, query) => {
    expect(parseQuery(text)).toEqual(query);
});

test("a text in quotation marks is no function", () => {
    expect(parseQuery('"a"(b)')).toEqual({ and: [{ text: "a" }, { text: "b" }] });
});

test.each([
    ["status = ", "at column 10: expected a value"],
    ["a AND OR", "at column 7: expected a field, a text, NOT or ("],
    ["status = (200 OR 204 AND 206)", "at column 22: expected parentheses where AND and OR meet"],
    ["status = 200", undefined],
    ["", undefined],
])("the query %j has this problem: %s", (text, problem) => {
    expect(queryProblem(text)).toBe(problem);
});

test.each([
    ["EXTRACT(jsonPayload.cost)", { field: "jsonPayload.cost" }],
    [" EXTRACT( cost ) ", { field: "cost" }],
    ['REGEXP_EXTRACT(text, "cost: (\\\\d+)")', { field: "text", pattern: "cost: (\\d+)" }],
    ['REGEXP_EXTRACT(text, "cost: \\\\d+")', undefined],
    ['REGEXP_EXTRACT(text, "(a)(b)")', undefined],
    ["REGEXP_EXTRACT(text)", undefined],
    ["EXTRACT()", undefined],
    ["cost", undefined],
])("the extractor %j has these parts: %j", (text, extractor) => {
    expect(parseExtractor(text)).toEqual(extractor);
});

test.each([
    ["10.0.0.0/8", "10.1.0.0/16", true, true],
    ["10.1.0.0/16", "10.0.0.0/8", true, false],
    ["10.0.0.0/9", "10.128.0.0/9", false, false],
    ["10.0.0.0/8", "10.0.0.0/8", true, true],
    ["10.0.0.0/30", "10.0.0.3/32", true, true],
    ["::/0", "10.0.0.0/8", false, false],
    ["10.0.0.0/8", "::a00:0/104", false, false],
    ["shop", "10.0.0.0/8", false, false],
    ["10.0.0.0/8", "shop", false, false],
    ["shop", "shop", false, false],
])("whether the blocks %s and %s overlap: %p, and the first contains the second: %p", (one, other, overlaps, isIn) => {
    expect([overlap(one, other), overlap(other, one), contains(one, other)]).toEqual([overlaps, overlaps, isIn]);
});

test("an address is counted from the start of a range", () => {
    expect([addressIn("10.0.0.0/8", 0), addressIn("10.0.0.0/8", 65_537), addressIn("shop", 1)]).toEqual([
        "10.0.0.0",
        "10.1.0.1",
        "0.0.0.1",
    ]);
});

/** A compiled pipeline with an input, tasks and executors. */
const spec: PipelineSpec = {
    pipelineInfo: { name: "train" },
    schemaVersion: pipelineSchema,
    root: {
        inputDefinitions: {
            parameters: {
                needed: { parameterType: "STRING" },
                given: { parameterType: "STRING" },
                optional: { parameterType: "STRING", isOptional: true },
                default: { parameterType: "STRING", defaultValue: "" },
            },
        },
    },
    deploymentSpec: { executors: { train: { container: { image: "trainer" } }, read: { importer: {} } } },
};

test("a pipeline lacks the parameters that are neither given nor optional, and that have no default", () => {
    expect(missingParameters(spec, ["given"])).toEqual(["needed"]);
});

test("a pipeline's containers are the executors with an image", () => {
    expect(pipelineContainers(spec)).toEqual([{ image: "trainer" }]);
});

test("a pipeline can be without parameters and executors", () => {
    const bare = { ...spec, root: {}, deploymentSpec: undefined };
    const empty = { ...spec, root: { inputDefinitions: {} }, deploymentSpec: {} };
    const parts = (one: PipelineSpec) => [pipelineParameters(one), missingParameters(one, []), pipelineContainers(one)];
    expect([bare, empty].map(parts)).toEqual([
        [{}, [], []],
        [{}, [], []],
    ]);
});

/** Values of every type of a pipeline's parameters. */
const values = {
    text: "1",
    whole: 1,
    fraction: 1.5,
    infinite: Infinity,
    truth: true,
    list: [1],
    object: { a: 1 },
    nothing: null,
};

test.each([
    ["STRING", ["text"], "a string"],
    ["NUMBER_INTEGER", ["whole"], "a whole number"],
    ["NUMBER_DOUBLE", ["whole", "fraction"], "a number"],
    ["BOOLEAN", ["truth"], "true or false"],
    ["LIST", ["list"], "a list"],
    ["STRUCT", ["object"], "an object"],
    ["TASK_FINAL_STATUS", Object.keys(values), undefined],
])("a pipeline's parameter of the type %s is %j", (parameterType, taken, wording) => {
    const faults = Object.entries(values).map(([name, value]) => [name, parameterFault({ parameterType }, value)]);
    const expected = Object.keys(values).map((name) => [name, taken.includes(name) ? undefined : wording]);
    expect(faults).toEqual(expected);
});

test.each([
    ["2.10", "2.9.3", 1],
    ["2.9", "2.9.0", 0],
    ["2.11.1", "3.1", -1],
    ["99", "100", -1],
    ["1.34.9-gke.1131000", "1.34.9-gke.900000", 1],
    ["1.34.9-gke.1131000", "1.35.5-gke.1241004", -1],
])("version %s compared with %s: %d", (one, other, order) => {
    expect(Math.sign(compareVersions(one, other))).toBe(order);
    expect(Math.sign(compareVersions(other, one))).toBe(0 - order);
});

test("a text without numbers is not a version", () => {
    expect(() => compareVersions("latest", "2.9")).toThrow("latest is not a version");
});

test.each([
    ["8.0.30", "8.0.36", true],
    ["8.0.36", "8.0.36", false],
    ["8.0", "8.0.36", false],
    ["8.4", "8.0.36", false],
    ["5.7", "8.0", true],
    ["9.6", "10", true],
    ["17", "16", false],
])("whether version %s comes before %s: %s", (version, other, isEarlier) => {
    expect(isBefore(version, other)).toBe(isEarlier);
});

const noDuration = 'must be a duration such as "90 seconds" or "7 days"';
const durations: [text: string, seconds: number, problem: string | undefined][] = [
    ["1 second", 1, "must be from 1 minute to 30 days"],
    ["90 seconds", 90, undefined],
    ["1 minutes", 60, undefined],
    ["12 hours", 43_200, undefined],
    ["7 day", 604_800, undefined],
    ["31 days", 2_678_400, "must be from 1 minute to 30 days"],
    ["7days", Number.NaN, noDuration],
    ["1.5 hours", Number.NaN, noDuration],
    ["2 weeks", Number.NaN, noDuration],
    ["-1 day", Number.NaN, noDuration],
    ["", Number.NaN, noDuration],
];

test.each(durations)("the duration %j has %d seconds", (text, seconds, problem) => {
    expect(secondsIn(text)).toBe(seconds);
    expect(problemOf(duration("1 minute", "30 days"), text)).toBe(problem);
});

test.each([
    ["0 milliseconds", "must be from 1 millisecond to 2 seconds"],
    ["1 millisecond", undefined],
    ["2 seconds", undefined],
    ["2001 milliseconds", "must be from 1 millisecond to 2 seconds"],
    ["2 weeks", 'must be a duration such as "30 milliseconds" or "2 seconds"'],
])("the latency %j has this problem: %s", (text, problem) => {
    expect(problemOf(latency("1 millisecond", "2 seconds"), text)).toBe(problem);
});

test.each([
    ["", "", false],
    ["[google]", "==2.11.1", false],
    ["==2.10.5", "==2.11.1", true],
    ["==2.0.30", ">=1.4.36,<2.0", true],
    ["==1.4.54", ">=1.4.36,<2.0", false],
    [">=1.4,<2.1", ">=1.4.36,<2.0", false],
    [">=1.4, <1.4.36", ">=1.4.36,<2.0", true],
    [">1.4.36,<=1.4.36", "", true],
    [">=1.4.36,<=1.4.36", "", false],
    [">1.4,<1.4.1", "", false],
    ["[gcs]>=0.3.1", ">=0.2.6,<0.3.0", true],
    ["[watchdog]<3", ">=3.1.3,<4", true],
    ["[gcp, slack] >= 2, < 3", ">=2.5", false],
    ["==8.2.0", ">=8.0.0,!=8.2.0", true],
    ["==8.2.1", ">=8.0.0,!=8.2.0", false],
    ["!=2.2.0", "", false],
    ["!=2.*", ">=2,<3", true],
    ["!=2.0.*", ">=2,<3", false],
    ["==3.1.*", ">=3.1.3,<4", false],
    ["==3.0.*", ">=3.1.3,<4", true],
    ["==3.1.*", "<3", true],
    ["<1", "", false],
    ["===3.0", ">=3.1.3,<4", true],
    ["~=0.5.0", ">=0.8.0", true],
    ["~=2.5", "<2.5", true],
    ["~=2.5", "<=2.5", false],
    ["~=2.5", ">=2.3,<2.5", true],
    ["~=2.5", ">=2.9,<3", false],
    ["~=2.5", ">=3", true],
    ["~=2", "<2", true],
    ["~=2", ">=2", false],
    ["<=2.5", ">=2.5", false],
    ["<2.5", ">=2.5", true],
    [">2.5", "==2.5", true],
    ["~=3.0", ">=2.3.3,<4", false],
    ["~=2.27.0", ">=2.28", true],
    ["~=2.27", ">=2.28", false],
    [">=3,<2", "", true],
    ["<0", "", true],
    ["==2024.7.10", ">=2024.7.10.1", true],
    ["==1.10", ">1.9", false],
    ["==1.5.2", "==1.5.2.0", false],
    ["==2.0.0rc1", "<2.0", true],
    ["==v2", "<1", false],
    ["==v2", ">=1", true],
    [">=3", "<9999,>=1.27.0", false],
])("whether no version of a Python package matches %j and %j: %p", (wanted, required, isEmpty) => {
    expect(areDisjoint(wanted, required)).toBe(isEmpty);
    expect(areDisjoint(required, wanted)).toBe(isEmpty);
});

test.each(["universal-pathlib", "universal_pathlib", "Universal.Pathlib", "universal__-pathlib"])(
    "%s is the Python package universal-pathlib",
    (name) => {
        expect(normalizePackageName(name)).toBe("universal-pathlib");
    },
);

test.each([
    ["every 2 hours synchronized", { every: 2, unit: "hours", synchronized: true }],
    ["every 5 mins", { every: 5, unit: "minutes", synchronized: false }],
    [
        "every 5 minutes from 10:00 to 14:00",
        { every: 5, unit: "minutes", synchronized: false, from: "10:00", to: "14:00" },
    ],
])("an interval of App Engine has its parts: %s", (text, parts) => {
    expect(parseAppEngineSchedule(text)).toEqual(parts);
});
