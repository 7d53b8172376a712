import * as pulumi from "@pulumi/pulumi";
import { StorageBucket } from "slipway";
import { computed } from "./computed";
import { everything } from "./everything";
import { answeringFolder } from "./folders";
import { registered, registeredWhole, unknown } from "./registered";

/** The engine calls the hooks of what it would create. */
jest.mock("../../lib/internal/engine/hooks", () => ({
    ...jest.requireActual("../../lib/internal/engine/hooks"),
    previewHook: (name: string, run: () => unknown) => (name === "slipway: note" ? void run() : undefined),
}));
const info = jest.spyOn(pulumi.log, "info").mockResolvedValue();

const folder = answeringFolder();

/** An adopted project and a disk of others must exist, so that a preview finds them. */
const isThere = (token: string, inputs: Record<string, unknown>) =>
    ["gcp:organizations/getProject:getProject", "gcp:compute/getDisk:getDisk"].includes(token)
        ? computed(token, "", inputs, "acme-dev")
        : undefined;

type Kind = "development" | "production";
const runs = new Map<string, ReturnType<typeof registeredWhole>>();

/** The registrations of all components, which are determined once for each type of run. */
function whole(kind: Kind, preview: boolean): ReturnType<typeof registeredWhole> {
    const key = `${kind} ${preview}`;
    const stack = { kind, preview, environment: true, call: isThere };
    const made = runs.get(key) ?? registeredWhole(() => everything(folder), stack);
    runs.set(key, made);
    return made;
}

test.each(["development", "production"] as const)(
    "a preview with unknown outputs registers the same resources for %s as an up",
    async (kind) => {
        const up = repeatable((await whole(kind, false)).inputs);
        const preview = repeatable((await whole(kind, true)).inputs);
        expect(Object.keys(preview)).toEqual(Object.keys(up));
        expect(known(up, preview)).toEqual(known(preview, preview));
    },
);

test("a preview with unknown outputs has the same parents, providers, protection and order", async () => {
    const up = (await whole("production", false)).options;
    const preview = (await whole("production", true)).options;
    expect(Object.keys(preview)).toEqual(Object.keys(up));
    expect(known(up, preview)).toEqual(known(preview, preview));
});

test("only outputs of other resources are unknown at preview", async () => {
    const preview = (await whole("development", true)).inputs;
    expect(preview["BucketIAMMember record-used-object-viewer"]).toEqual({
        bucket: unknown,
        role: "roles/storage.objectViewer",
        member: unknown,
    });
    expect(preview["Subscription range"]).toEqual({
        name: "predict-range",
        topic: unknown,
        ackDeadlineSeconds: 20,
        messageRetentionDuration: "86400s",
        expirationPolicy: { ttl: "" },
        retryPolicy: { minimumBackoff: "10s", maximumBackoff: "600s" },
        deadLetterPolicy: { deadLetterTopic: unknown, maxDeliveryAttempts: 10 },
        labels: { team: "forecast", owner: "sales" },
    });
});

/** The registrations, without random values. */
function repeatable(made: Record<string, object>): Record<string, object> {
    const plain = [
        "RegionalSecretVersion regional-generated",
        "SecretVersion generated",
        "SecretVersion several-new",
        "SecretVersion function-key",
        "SecretVersion service-key",
        "SecretVersion job-key",
        "SecretVersion airflow-uri",
    ];
    const passwords = Object.keys(made).filter((key) =>
        /^SecretVersion (books|stock|(function|bare|full|mysql|sqlserver|app|tags)-database|(function|service)-open|(service|job)-database|airflow-sales)-/.test(
            key,
        ),
    );
    const repeated = [...plain, ...passwords].map((key) => {
        const secret = expect.stringMatching(plain.includes(key) ? /^\w{32}$/ : /^[\w.~-]{32}$/);
        expect(made[key]).toMatchObject({ secretData: { secret } });
        return [key, { ...made[key], secretData: "random" }];
    });
    const ends = Object.entries(made).filter(([key]) =>
        /^(WorkloadIdentityPool|Certificate (?!balanced|outer)|CertificateMapEntry (?!balanced)|Cluster |NodePool |BackupPlan |DatabaseInstance |Queue app-others|RegionInstanceTemplate |RegionInstanceGroupManager |(Region)?BackendService |RegionTargetTcpProxy |AiEndpoint |AiDeploymentResourcePool |KeyRing |CryptoKey |KeyHandle |InstanceGroup |NetworkEndpointGroup |(Global|Region)NetworkEndpointGroup |ProjectBucketConfig (?!.*default))/.test(
            key,
        ),
    );
    const same = ends.map(([key, inputs]) => {
        const text = JSON.stringify(inputs);
        expect(text).toMatch(/-[0-9a-f]{6}"/);
        return [key, JSON.parse(text.replaceAll(/-[0-9a-f]{6}"/g, '-random"'))];
    });
    return { ...made, ...Object.fromEntries([...repeated, ...same]) };
}

/** The known parts of a registration that another one has too. */
function known(value: unknown, elsewhere: unknown): unknown {
    if (elsewhere === unknown) {
        return unknown;
    }
    if (typeof value !== "object" || value === null) {
        return value;
    }
    const there = elsewhere as Record<string, unknown>;
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, known(item, there[key])]));
}

/** The notes of a preview, in the order of the alphabet. */
async function notes(program: () => unknown, kind: Kind): Promise<string> {
    info.mockClear();
    await registered(program, { kind, preview: true, environment: true, call: isThere });
    // Whether Airflow is installed depends on the machine.
    const texts = info.mock.calls.map(([text]) => text).filter((text) => !text.startsWith("ComposerEnvironment"));
    return `\n${[...new Set(texts)].sort().join("\n")}\n`;
}

test("a preview notes what costs without being asked for", async () => {
    expect(await notes(() => everything(folder), "development")).toMatchSnapshot();
    expect(await notes(() => everything(folder), "production")).toMatchSnapshot();
});

test.each([
    ["by default", {}, /^\nStorageBucket: keeps replaced and deleted objects, which are billed, for 7 days\..*\n$/],
    ["as asked for", { versionRetention: "90 days" as const }, /^\n\n$/],
])("a bucket with a time for its versions %s has a note or none", async (_, args, expected) => {
    expect(await notes(() => new StorageBucket("models", args), "development")).toMatch(expected);
});
