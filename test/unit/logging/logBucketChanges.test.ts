import { changeWarning, type TrackedArgs } from "../../../lib/logging/logBucketChanges";

const before: TrackedArgs = {
    name: "audit",
    location: "europe-west1",
    days: 30,
    locked: false,
    analytics: false,
    encrypted: false,
};
const after = (old: Partial<TrackedArgs>, now: Partial<TrackedArgs>) => () =>
    changeWarning('LogBucket "audit"', { ...before, ...old }, { ...before, ...now });

test.each<[string, Partial<TrackedArgs>, Partial<TrackedArgs>]>([
    ["nothing", {}, {}],
    ["the retention of one that is not locked", {}, { days: 90 }],
    ["its lock", {}, { locked: true }],
    ["analytics that are new", {}, { analytics: true }],
    ["the name of a locked one, which is another one then", { locked: true }, { name: "other", days: 90 }],
])("a change of %s is accepted without a warning", (_, old, now) => {
    expect(after(old, now)()).toBeUndefined();
});

test.each<[string, Partial<TrackedArgs>, Partial<TrackedArgs>]>([
    ["the retention of a locked one", { locked: true }, { locked: true, days: 90 }],
    ["a lock that is removed", { locked: true }, {}],
])("a change of %s is refused", (_, old, now) => {
    expect(after(old, now)).toThrow(
        "retention: cannot be changed, as the log bucket is locked permanently with 30 days",
    );
});

test.each([true, false])("a key is not added or removed", (encrypted) => {
    expect(after({ encrypted: !encrypted }, { encrypted })).toThrow(
        "encryptionKey: cannot be added to or removed from",
    );
});

test("analytics that are removed get a warning", () => {
    expect(after({ analytics: true }, {})()).toBe(
        'LogBucket "audit": analytics stays enabled, as Cloud Logging cannot disable it.',
    );
});
