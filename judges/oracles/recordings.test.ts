import { readFileSync } from "node:fs";
import { join } from "node:path";
import { judge, reasonsOf } from "./judge";
import { cases, differencesOf, fieldsOf, type RecordedCase, replayed } from "./recordings/cases";

import { recordings } from "./recordings/recordings";
import { recordedTypes } from "./recordings/types";

const exceptions = JSON.parse(readFileSync(join(__dirname, "recordings", "exceptions.json"), "utf8"));

/** The answers of Google Cloud, as recorded: the local one stores the same for the same requests, and answers the same to programs. */
judge<RecordedCase>({ name: "recordings", cases, run: differencesOf, exceptions });

test("at most 1 % of the fields differ without a reason", async () => {
    const total = { fields: 0, different: 0, unexplained: 0 };
    for (const each of cases) {
        const found = await fieldsOf(each);
        total.fields += (await replayed(each.recording)).compared.get(each.token) ?? 0;
        total.different += found.length;
        total.unexplained += found.filter((text) => reasonsOf(exceptions, each, text).length === 0).length;
    }
    const { fields, different, unexplained } = total;
    process.stderr.write(
        `recordings: of ${fields} fields, ${different} differ, ${unexplained} of them without a reason\n`,
    );
    expect(unexplained / fields).toBeLessThanOrEqual(0.01);
});

test("every property of recorded requests and answers is converted, or known to be without an equivalent", async () => {
    const replays = await Promise.all(Object.keys(recordings).map(replayed));
    expect(replays.flatMap(({ unknown }) => unknown)).toEqual([]);
});

test("the types of recorded requests have recorded answers, except for those that are only written", () => {
    const compared = new Set(cases.map(({ token }) => token));
    const others = recordedTypes.map(({ token }) => token).filter((token) => !compared.has(token));
    // Users are listed, and not read.
    expect([...new Set(others)]).toEqual(["gcp:sql/user:User"]);
});

/** What programs can read of types, and codes of errors. */
const readable = [
    "gcp:bigquery/dataset:Dataset read",
    "gcp:bigquery/dataset:Dataset read 404",
    "gcp:bigquery/table:Table read",
    "gcp:bigquery/table:Table read 404",
    "gcp:pubsub/subscription:Subscription read",
    "gcp:pubsub/subscription:Subscription read 404",
    "gcp:pubsub/topic:Topic read",
    "gcp:pubsub/topic:Topic read 404",
    "gcp:secretmanager/secret:Secret access",
    "gcp:storage/bucket:Bucket read",
    "gcp:storage/bucket:Bucket read 404",
];

test("all reads of programs that are answered have recordings", async () => {
    const replays = await Promise.all(Object.keys(recordings).map(replayed));
    expect([...new Set(replays.flatMap(({ asked }) => [...asked]))].sort()).toEqual(readable);
});
