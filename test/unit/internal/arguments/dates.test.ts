import { safeParse } from "valibot";
import * as check from "../../../../lib/internal/arguments/check";
import { date, endProblem } from "../../../../lib/internal/arguments/dates";
import {
    type DatedScaling,
    type RecurringScaling,
    scalingSchedules,
} from "../../../../lib/internal/arguments/scalingSchedule";

const form = "must be a day or a time, such as 2026-12-20 or 2026-12-20T18:00";
const valid = "must be a valid date, and a valid time of day";

test.each([
    ["2026-12-20", undefined],
    ["2024-02-29", undefined],
    ["2026-12-20T18:00", undefined],
    ["2026-12-20T18:00:59Z", undefined],
    ["2026-12-20T18:00-01:00", undefined],
    ["2026-02-29", valid],
    ["2026-12-20T24:01", valid],
    ["2026-12-20T18:60", valid],
    ["2026-12-20Z", form],
    ["20.12.2026", form],
    ["2026-12-20T18", form],
])("the date %s has this problem: %s", (text, problem) => {
    expect(safeParse(date, text).issues?.map(({ message }) => message)).toEqual(problem && [problem]);
});

test.each([
    ["2026-12-20", "2026-12-20", true],
    ["2026-12-20", "2026-12-19", false],
    ["2026-12-20T18:00", "2026-12-20T18:01", true],
    ["2026-12-20T18:00", "2026-12-20T18:00", false],
    ["2026-12-20T18:00", "2026-12-20", true],
    ["2026-12-20T18:00+01:00", "2026-12-20T17:30Z", true],
    ["2026-12-20T18:00+01:00", "2026-12-20T17:00Z", false],
    ["2026-12-20T18:00Z", "2026-12-20T17:00", true],
    ["2026-12-20T18:00", "2026-12-20T17:00Z", true],
])("whether a period from %s can end at %s: %p", (from, to, isPossible) => {
    const problem = {
        path: "to",
        id: "range/end-before-start",
        reason: `must be after from, ${from} (got "${to}").`,
    };
    expect(endProblem("to", from, to)).toEqual(isPossible ? undefined : problem);
});

const schedules = scalingSchedules(
    check.text(),
    check.options<RecurringScaling>(
        { cron: check.text(), duration: check.text(), min: check.whole(1, 9) } as never,
        "cron",
    ),
    check.options<DatedScaling>(
        { from: check.text(), to: check.text(), min: check.whole(1, 9) } as never,
        "from",
        "to",
    ),
);

test.each<[string, unknown, string[] | undefined]>([
    ["with a cron expression", { cron: "0 8 * * *", duration: "1 hour", min: 2 }, undefined],
    ["between dates", { from: "2026-12-20", to: "2026-12-21", min: 2 }, undefined],
    ["without a start", { to: "2026-12-21", min: 2 }, ["from"]],
    ["of both kinds", { cron: "0 8 * * *", to: "2026-12-21", min: 2 }, ["to"]],
    ["of no kind", { min: 2 }, [""]],
    ["that is a number", 5, [""]],
    ["that is missing", null, [""]],
])("a schedule of scaling %s", (_, schedule, problems) => {
    const { issues } = safeParse(schedules, { sale: schedule });
    expect(
        issues?.map(
            ({ path }) =>
                path
                    ?.slice(1)
                    .map(({ key }: { key?: unknown }) => key)
                    .join(".") ?? "",
        ),
    ).toEqual(problems);
});
