import { PubSubTopic } from "slipway/pubsub";
import { isSecretName } from "../../../../lib/formats/secretName";
import { inSeconds } from "../../../../lib/internal/arguments/duration";
import { accountId, bucketName, partName, shortenName } from "../../../../lib/internal/arguments/names";
import { refused, registered } from "../../registered";

describe("a name with a maximum length", () => {
    test("is unchanged if it is short enough", () => {
        expect(shortenName("predict", 7)).toBe("predict");
    });

    test("is shortened if it is too long, and ends with a hash of the whole name", () => {
        expect(shortenName("predict-sales", 12)).toBe("predi-adbf87");
    });

    test("has no double hyphens where it is shortened", () => {
        expect(shortenName("sales--predict", 13)).toBe("sales-d5e966");
    });

    test.each([12, 30, 63, 255])("is never longer than %d, and always unique", (most) => {
        const names = Array.from({ length: 300 }, (_, index) => shortenName(`${"sales-".repeat(60)}${index}`, most));
        expect(Math.max(...names.map((name) => name.length))).toBeLessThanOrEqual(most);
        expect(new Set(names).size).toBe(names.length);
    });
});

describe("the ID of a service account", () => {
    const valid = /^[a-z]([a-z0-9-]{4,28}[a-z0-9])$/;

    test.each([
        ["predict", "run", "predict-run"],
        ["Predict", "build", "predict-build"],
        ["predict_sales", "run", "predict-sales-run"],
        ["a", "run", "a-run-account"],
        ["ab", "run", "ab-run"],
        ["predict-the-sales-of-a-week", "run", "predict-the-sales-o-449f24-run"],
        ["predict-the-sales-of-a-week", "trigger", "predict-the-sal-449f24-trigger"],
    ])("of %s and %s is %s", (name, part, id) => {
        expect(accountId(name, part)).toBe(id);
    });

    test("is valid for every length of a name", () => {
        const parts = ["run", "build", "trigger"];
        const ids = Array.from({ length: 80 }, (_, length) =>
            parts.map((part) => accountId(`p${"r".repeat(length)}`, part)),
        ).flat();
        expect(ids.filter((id) => !valid.test(id))).toEqual([]);
        expect(new Set(ids).size).toBe(ids.length);
    });
});

test.each([
    ["acme-models", /^acme-models$/],
    ["acme-google-models", /^acme-g-models-[0-9a-f]{6}$/],
    ["acme-g00gle-models", /^acme-g-models-[0-9a-f]{6}$/],
    ["m".repeat(63), /^m{63}$/],
    ["m".repeat(64), /^m{56}-[0-9a-f]{6}$/],
])("the bucket %s has a valid name", (name, valid) => {
    expect(bucketName(name)).toMatch(valid);
});

test.each([
    ["n".repeat(32), 30, /^n{32}-p{30}$/],
    ["n".repeat(33), 30, /^n{25}-[0-9a-f]{6}-p{30}$/],
    ["n".repeat(31), 31, /^n{31}-p{31}$/],
    ["n".repeat(32), 31, /^n{32}-p{23}-[0-9a-f]{6}$/],
])("a part's name keeps a part of up to 30 characters: %s and %d", (name, length, valid) => {
    expect(partName(name, "p".repeat(length))).toMatch(valid);
});

test.each([
    ["1 second", "1s"],
    ["90 seconds", "90s"],
    ["10 minutes", "600s"],
    ["1 hour", "3600s"],
    ["36 hours", "129600s"],
    ["1 day", "86400s"],
    ["31 days", "2678400s"],
] as const)("%s are %s", (duration, seconds) => {
    expect(inSeconds(duration)).toBe(seconds);
});

test.each(["7", "7days", "7 weeks", "7.5 days", "-7 days", " 7 days", "7  days", "P7D", ""])(
    "%j is not a duration",
    async (retention) => {
        expect(await refused(() => new PubSubTopic("sales", { retention: retention as "7 days" }))).toBe(
            `PubSubTopic "sales": retention: must be a duration such as "90 seconds" or "7 days" (got ${JSON.stringify(retention)}).`,
        );
    },
);

describe("labels", () => {
    const labelled = (labels: unknown) => () => new PubSubTopic("sales", { labels: labels as Record<string, string> });
    const key =
        "a label's key must start with a lower-case letter and have up to 63 lower-case letters, digits, _ and -";
    const value = "a label's value must have up to 63 lower-case letters, digits, _ and -";
    const many = (count: number) =>
        Object.fromEntries(Array.from({ length: count }, (_, index) => [`label-${index}`, "a"]));

    test.each([
        ["the longest", { [`k${"e".repeat(62)}`]: "v".repeat(63) }],
        ["an empty", { team: "" }],
        ["64 of them", many(64)],
    ])("can be %s", async (_, labels) => {
        expect(await registered(labelled(labels))).toEqual({ "Topic sales": { name: "sales", labels } });
    });

    test.each([
        ["a key in upper case", { Team: "a" }, `labels.Team: ${key} (got "Team").`],
        ["a key that begins with a digit", { "1st": "a" }, `labels.1st: ${key} (got "1st").`],
        [
            "a key of 64 letters",
            { ["k".repeat(64)]: "a" },
            `labels.${"k".repeat(64)}: ${key} (got "${"k".repeat(64)}").`,
        ],
        ["an empty key", { "": "a" }, `labels.: ${key} (got "").`],
        ["a value in upper case", { team: "Forecast" }, `labels.team: ${value} (got "Forecast").`],
        ["a value with a blank", { team: "the forecast" }, `labels.team: ${value} (got "the forecast").`],
        ["a value of 64 letters", { team: "v".repeat(64) }, `labels.team: ${value} (got "${"v".repeat(64)}").`],
        ["a value that is no text", { team: 7 }, "labels.team: must be a string (got 7)."],
        ["a list", ["team"], 'labels: must be an object (got ["team"]).'],
        [
            "65 of them",
            many(65),
            'labels: there can be 64 labels at most (got { label-0: "a", label-1: "a", label-2: "a", label-3: "a", label-4: "a", label-5…).',
        ],
    ])("cannot be %s", async (_, labels, problem) => {
        expect(await refused(labelled(labels))).toBe(`PubSubTopic "sales": ${problem}`);
    });
});

test.each<[string, unknown, boolean]>([
    ["PRIMARY_KEY", undefined, true],
    ["PRIMARY_KEY", { secret: "key" }, true],
    ["PRIMARY_KEY", "id", false],
    ["PRIMARY_KEY", "C2y6yDjf5R-ob0N8A7Cg", true],
    ["PRIMARY_KEY", "C2y6yDjf5R-ob0N8A7C", false],
    ["PRIMARY_KEY", "customer_identification_number", false],
    ["STRIPE_PUBLIC_KEY", undefined, false],
    ["API_KEY", "id", true],
    ["KEYS", "id", false],
])("whether a variable %s with the value %j is a secret: %p", (name, value, isSecret) => {
    expect(isSecretName(name, value)).toBe(isSecret);
});
