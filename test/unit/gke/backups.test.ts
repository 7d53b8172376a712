import * as pulumi from "@pulumi/pulumi";
import { KmsKey } from "slipway";
import { type ClusterBackups, GkeCluster } from "slipway/gke";
import { refused, registered, registeredOptions } from "../registered";

const fresh = (name: string) => expect.stringMatching(new RegExp(`^${name}-[0-9a-f]{6}$`));
const bare = {
    name: fresh("main-daily"),
    location: "europe-west1",
    cluster: expect.stringContaining("projects/acme-dev/locations/europe-west1/clusters/main-"),
    backupSchedule: { cronSchedule: "0 3 * * *", paused: false },
    retentionPolicy: { backupRetainDays: 30, backupDeleteLockDays: 0, locked: false },
    backupConfig: { allNamespaces: true, includeSecrets: true, includeVolumeData: true, permissiveMode: false },
    deletionPolicy: "ABANDON",
};
const program = (plan: ClusterBackups) => () => new GkeCluster("main", { backups: { daily: plan } });
const planOf = async (plan: ClusterBackups) => (await registered(program(plan)))["BackupPlan main-daily"];
const refusal = async (plan: ClusterBackups) => {
    const message = await refused(program(plan));
    return message.replaceAll('GkeCluster "main": ', "");
};

test("a bare plan backs up the whole cluster each night for 30 days, and the cluster has the agent", async () => {
    const all = await registered(program({}));
    expect(all["BackupPlan main-daily"]).toEqual(bare);
    expect(all["Cluster main"]).toMatchObject({ addonsConfig: { gkeBackupAgentConfig: { enabled: true } } });
    const { "BackupPlan main-daily": options, "Cluster main": cluster } = await registeredOptions(program({}));
    expect(options).toMatchObject({ ignoreChanges: ["name"], deleteBeforeReplace: false });
    expect(options?.after).toContain("Cluster main");
    expect(cluster?.after).toContain("Service gkebackup");
});

test.each<[string, ClusterBackups, object]>([
    ["a schedule", { schedule: "0 9 * * 1" }, { backupSchedule: { cronSchedule: "0 9 * * 1", paused: false } }],
    [
        "a paused schedule",
        { schedule: { cron: "0 3 * * *", paused: true } },
        { backupSchedule: { cronSchedule: "0 3 * * *", paused: true } },
    ],
    ["no schedule", { schedule: false }, { backupSchedule: undefined }],
    [
        "an hourly schedule, of which Google Cloud keeps 360 backups",
        { schedule: "0 * * * *" },
        {
            backupSchedule: { cronSchedule: "0 * * * *", paused: false },
            retentionPolicy: { ...bare.retentionPolicy, backupRetainDays: 15 },
        },
    ],
    [
        "a monthly schedule, whose backups are kept until the next",
        { schedule: "0 3 1 * *" },
        {
            backupSchedule: { cronSchedule: "0 3 1 * *", paused: false },
            retentionPolicy: { ...bare.retentionPolicy, backupRetainDays: 31 },
        },
    ],
    ["a retention", { retention: "360 days" }, { retentionPolicy: { ...bare.retentionPolicy, backupRetainDays: 360 } }],
    [
        "a locked retention",
        { retention: { period: "90 days", deleteLock: "48 hours", locked: true } },
        { retentionPolicy: { backupRetainDays: 90, backupDeleteLockDays: 2, locked: true } },
    ],
    ["a region", { region: "europe-west4" }, { location: "europe-west4" }],
    [
        "namespaces",
        { namespaces: ["shop", "billing"] },
        {
            backupConfig: {
                ...bare.backupConfig,
                allNamespaces: undefined,
                selectedNamespaces: { namespaces: ["shop", "billing"] },
            },
        },
    ],
    [
        "applications",
        { applications: { shop: ["cart", "orders"] } },
        {
            backupConfig: {
                ...bare.backupConfig,
                allNamespaces: undefined,
                selectedApplications: {
                    namespacedNames: [
                        { namespace: "shop", name: "cart" },
                        { namespace: "shop", name: "orders" },
                    ],
                },
            },
        },
    ],
    [
        "less than everything, and what may not be restored",
        { secrets: false, volumes: false, permissive: true },
        {
            backupConfig: {
                allNamespaces: true,
                includeSecrets: false,
                includeVolumeData: false,
                permissiveMode: true,
            },
        },
    ],
    ["labels", { labels: { team: "shop" } }, { labels: { team: "shop" } }],
])("a plan takes %s", async (_, plan, inputs) => {
    expect(await planOf(plan)).toEqual({ ...bare, ...inputs });
});

test("GKE's service agent encrypts with the key of a plan, whose grant is created before the plan", async () => {
    const backedUp = () =>
        new GkeCluster("main", {
            backups: {
                daily: { region: "europe-west4", encryptionKey: new KmsKey("backups", { location: "europe-west4" }) },
            },
        });
    const all = await registered(backedUp);
    expect(all["BackupPlan main-daily"]).toMatchObject({
        backupConfig: { encryptionKey: { gcpKmsEncryptionKey: expect.stringContaining("cryptoKeys/backups-") } },
    });
    const { after } = (await registeredOptions(backedUp, { environment: true }))["BackupPlan main-daily"] ?? {};
    expect(after?.find((each) => each.startsWith("CryptoKeyIAMMember"))).toContain("container-agent");
});

test("plans in production are protected, and others remain with their backups", async () => {
    const stack = { kind: "production" } as const;
    expect((await registeredOptions(program({}), stack))["BackupPlan main-daily"]).toMatchObject({ protect: true });
    expect((await registered(program({}), stack))["BackupPlan main-daily"]).toMatchObject({ deletionPolicy: "DELETE" });
    expect((await registeredOptions(program({})))["BackupPlan main-daily"]?.protect).toBeFalsy();
    expect((await registered(program({})))["BackupPlan main-daily"]).toMatchObject({ deletionPolicy: "ABANDON" });
});

test("a cluster has its plans by name, and an existing one none", async () => {
    let names: string[] = [];
    await registered(() => {
        names = Object.keys(new GkeCluster("main", { backups: { daily: {}, weekly: {} } }).backupPlans);
        names.push(...Object.keys(GkeCluster.existing("other").backupPlans));
    });
    expect(names).toEqual(["daily", "weekly"]);
});

test.each<[string, ClusterBackups, string]>([
    [
        "backups each five minutes",
        { schedule: "*/5 * * * *" },
        'backups.daily.schedule: must have at least 10 minutes between backups (got "*/5 * * * *").',
    ],
    [
        "backups around midnight",
        { schedule: { cron: "0,55 0,23 * * *" } },
        'backups.daily.schedule.cron: must have at least 10 minutes between backups (got "0,55 0,23 * * *").',
    ],
    [
        "a schedule of Cloud Scheduler",
        { schedule: "every 24 hours" },
        "backups.daily.schedule: must have five fields, separated by spaces",
    ],
    ["half a day", { retention: "36 hours" }, "backups.daily.retention: must be whole days"],
    ["a retention of two years", { retention: "730 days" }, "backups.daily.retention: must be from 1 day to 365 days"],
    [
        "a long lock",
        { retention: { period: "100 days", deleteLock: "91 days" } },
        "backups.daily.retention.deleteLock: must be from 1 day to 90 days",
    ],
    [
        "a lock after the deletion",
        { retention: { period: "7 days", deleteLock: "14 days" } },
        "backups.daily.retention.deleteLock: [gke/backup-lock-too-long]",
    ],
    [
        "more than 360 backups",
        { schedule: "0 * * * *", retention: "16 days" },
        "backups.daily.retention: [gke/backup-retention-too-long]",
    ],
    [
        "more than 360 backups, in an object",
        { schedule: "0 * * * *", retention: { period: "16 days" } },
        "backups.daily.retention.period: [gke/backup-retention-too-long]",
    ],
    [
        "a backup that is deleted before the next one",
        { schedule: "0 3 1 * *", retention: "30 days" },
        "backups.daily.retention: [gke/backup-retention-too-short]",
    ],
    [
        "namespaces and applications",
        { namespaces: ["shop"], applications: { shop: ["cart"] } },
        "backups.daily.applications: [gke/backup-scope]",
    ],
    ["no namespace", { namespaces: [] }, "backups.daily.namespaces: must have at least one name, and each once"],
    ["a namespace twice", { namespaces: ["a", "a"] }, "backups.daily.namespaces: must have at least one name"],
    ["no application", { applications: {} }, "backups.daily.applications: must have a namespace with applications"],
    ["a wrong namespace", { namespaces: ["Shop"] }, "backups.daily.namespaces.0: must be a name of Kubernetes"],
    [
        "a key in another region",
        {
            region: "europe-west4",
            encryptionKey: "projects/acme-dev/locations/europe-west1/keyRings/data/cryptoKeys/all",
        },
        "backups.daily.encryptionKey: [place/other-region]",
    ],
])("a plan with %s is refused", async (_, plan, text) => {
    expect(await refusal(plan)).toContain(text);
});

test("plans need the agent, and a name", async () => {
    expect(await refused(() => new GkeCluster("main", { backups: { daily: {} }, backupAgent: false }))).toContain(
        "backupAgent: [gke/backups-without-agent]",
    );
    expect(await refused(() => new GkeCluster("main", { backups: { Daily: {} } }))).toContain(
        "a plan's name must have",
    );
    const existing = () => GkeCluster.existing("main", { backups: { daily: {} } } as object);
    expect(await refused(existing)).toContain("The stack does not manage an existing cluster.");
});

test("the key of a plan can be an output", async () => {
    const plan = await planOf({
        encryptionKey: pulumi.output("projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/all"),
    });
    expect(plan).toMatchObject({
        backupConfig: {
            encryptionKey: {
                gcpKmsEncryptionKey: "projects/acme-keys/locations/europe-west1/keyRings/data/cryptoKeys/all",
            },
        },
    });
});
