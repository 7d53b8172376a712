import { refusalOf, World } from "./world";

const log = { displayName: "An error", conditionMatchedLog: { filter: "severity>=ERROR" } };
const absent = { displayName: "Silence", conditionAbsent: { filter: 'metric.type="x"', duration: "600s" } };
const policy = {
    displayName: "Errors",
    combiner: "OR",
    conditions: [log],
    alertStrategy: { notificationRateLimit: { period: "300s" } },
};

function monitored() {
    const cloud = new World();
    cloud.enable("monitoring");
    return cloud;
}

test("a policy and its conditions have names, which are kept in updates", () => {
    const cloud = monitored();
    const labels = { email_address: "sales@acme.example" };
    const channel = cloud.make("NotificationChannel", { type: "email", labels });
    const made = cloud.make("AlertPolicy", { ...policy, notificationChannels: [channel.id] });
    const { name, conditions, creationRecords } = made.state;
    expect(made.id).toBe(name);
    expect(name).toMatch(/^projects\/acme-dev\/alertPolicies\/\d{19}$/);
    expect(conditions).toEqual([{ ...log, name: expect.stringMatching(new RegExp(`^${name}/conditions/\\d{19}$`)) }]);
    expect(creationRecords).toEqual([
        { mutateTime: expect.stringMatching(/^\d{4}-/), mutatedBy: expect.stringContaining("@") },
    ]);
    expect(cloud.changed(made)).toEqual([]);
    const changed = cloud.update(made, { ...policy, displayName: "All errors" });
    expect(changed.state).toMatchObject({ name, conditions, creationRecords, displayName: "All errors" });
});

const wrong: [string, object, string][] = [
    ["no name", { displayName: "" }, "display_name"],
    ["no condition", { conditions: [] }, "must have 1 to 6 conditions"],
    [
        "a condition without a type",
        { conditions: [{ displayName: "Nothing" }] },
        'Error 400: Field alert_policy.conditions[0].condition_case had an invalid value of "0": Condition subtype (e.g. "condition_absent","condition_threshold", etc.) is absent or unknown.',
    ],
    [
        "a log condition beside another one",
        { conditions: [log, absent] },
        "Error 400: Alert policies with a log matching condition can only have a single condition.",
    ],
    [
        "a log condition without a rate limit",
        { alertStrategy: {} },
        "log-based alert policies must specify a notification rate limit",
    ],
    [
        "a metric condition with a rate limit",
        { conditions: [absent] },
        'Error 400: Field alertStrategy.notificationRateLimit had an invalid value of "period { seconds: 300 }": metric-based alert policies must not specify a notification rate limit',
    ],
    [
        "a missing channel",
        { notificationChannels: ["projects/acme-dev/notificationChannels/1"] },
        "Error 404: Cannot find notification channel: 'projects/acme-dev/notificationChannels/1'.",
    ],
];

test.each(wrong)("a policy with %s is refused", (_, args, words) => {
    const cloud = monitored();
    expect(refusalOf(() => cloud.make("AlertPolicy", { ...policy, ...args }))).toContain(words);
});

test("a channel that a policy notifies cannot be deleted, unless that is forced", () => {
    const cloud = monitored();
    const args = { type: "email", labels: { email_address: "sales@acme.example" } };
    const channel = cloud.make("NotificationChannel", args);
    const made = cloud.make("AlertPolicy", { ...policy, notificationChannels: [channel.id] });
    expect(refusalOf(() => cloud.remove(channel))).toBe(
        `Error when reading or editing NotificationChannel: googleapi: Error 400: Could not delete "${channel.id}" because it is still being referenced by: "${made.id}"`,
    );
    cloud.update(made, policy);
    cloud.remove(channel);
    const other = cloud.make("NotificationChannel", { ...args, forceDelete: true });
    cloud.make("AlertPolicy", { ...policy, notificationChannels: [other.id] });
    cloud.remove(other);
    expect(cloud.refreshed(other)).toBeUndefined();
});
