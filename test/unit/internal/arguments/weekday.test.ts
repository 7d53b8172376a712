import { CloudSqlInstance } from "slipway";
import { ComposerEnvironment } from "slipway/composer";
import { GkeCluster } from "slipway/gke";
import type { Weekday } from "../../../../lib/internal/arguments/weekday";
import { refused, registered } from "../../registered";
import { apps } from "../../sqlInstances";

/** The part of a resource that has a day, of a program with maintenance on a Saturday. */
const programs: [string, (day: Weekday) => unknown, (made: Record<string, object>) => unknown, unknown][] = [
    [
        "a CloudSqlInstance",
        (day) => new CloudSqlInstance("sales", { network: apps, maintenance: { window: { day, start: "03:00" } } }),
        (made) => (made["DatabaseInstance sales"] as { settings: object }).settings,
        { maintenanceWindow: { day: 6 } },
    ],
    [
        "a GkeCluster",
        (day) =>
            new GkeCluster("main", {
                maintenance: { window: { start: "02:00", duration: "4 hours", days: [day, "SUN"] } },
            }),
        (made) => made["Cluster main"],
        { maintenancePolicy: { recurringWindow: { recurrence: "FREQ=WEEKLY;BYDAY=SA,SU" } } },
    ],
    [
        "a ComposerEnvironment",
        (day) =>
            new ComposerEnvironment("sales", {
                maintenance: { window: { start: "01:00", duration: "6 hours", days: [day, "sun"] } },
            }),
        (made) => made["Environment sales"],
        { config: { maintenanceWindow: { recurrence: "FREQ=WEEKLY;BYDAY=SU,SA" } } },
    ],
];

describe.each(programs)("%s", (_, program, part, expected) => {
    test.each(["saturday", "Saturday", "SATURDAY", "sat", "Sat", "SAT"] as const)("takes %s", async (day) => {
        expect(part(await registered(() => program(day)))).toMatchObject(expected as object);
    });

    test("refuses other texts", async () => {
        expect(await refused(() => program("satur" as Weekday))).toContain(
            'must be a day of the week, such as monday, MONDAY or MON (got "satur").',
        );
        expect(await refused(() => program(6 as never))).toContain(
            "must be a day of the week, such as monday, MONDAY or MON (got 6).",
        );
    });
});

test("a ComposerEnvironment refuses a day in two spellings", async () => {
    const maintenance = { window: { start: "01:00", days: ["SAT", "saturday"] as Weekday[] } };
    expect(await refused(() => new ComposerEnvironment("sales", { maintenance }))).toContain(
        "maintenance.window.days: must not have duplicate days",
    );
});
