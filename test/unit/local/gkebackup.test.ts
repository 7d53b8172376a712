import type { Inputs } from "../../../local/simulator/rules/rules";
import { type Made, refusalOf, World } from "./world";

const location = "europe-west1";
const cluster = `projects/acme-dev/locations/${location}/clusters/main`;
const id = `projects/acme-dev/locations/${location}/backupPlans/daily`;

function prepared(addonsConfig: Inputs = { gkeBackupAgentConfig: { enabled: true } }): World {
    const world = new World();
    world.enable("container", "iam", "gkebackup");
    world.make("Cluster", { name: "main", location, enableAutopilot: true, deletionProtection: false, addonsConfig });
    return world;
}

const inputs = { name: "daily", location, cluster, backupConfig: { allNamespaces: true } };
const change = (world: World, made: Made, more: Inputs) =>
    world.update(made, { ...inputs, name: made.state.name, ...more });
const plan = (world: World, more: Inputs = {}) => world.make("BackupPlan", { ...inputs, ...more });
const kept = (days: number, lock?: number) => ({
    retentionPolicy: { backupRetainDays: days, ...(lock !== undefined && { backupDeleteLockDays: lock }) },
});
const every = (cronSchedule: string) => ({ backupSchedule: { cronSchedule } });

test("a plan is ready, and keeps its ID when it is updated", () => {
    const world = prepared();
    const made = plan(world, { ...every("0 3 * * *"), ...kept(30) });
    expect(made.id).toBe(id);
    expect(made.state).toMatchObject({ state: "READY", protectedPodCount: 0, deactivated: false });
    const updated = change(world, made, { ...every("0 3 * * *"), ...kept(60) });
    expect(updated.state.uid).toBe(made.state.uid);
    expect(world.changed(world.refreshed(updated) as Made)).toEqual([]);
});

test.each<[string, Inputs, string]>([
    ["in a zone", { location: "europe-west1-b" }, "Permission denied on 'locations/europe-west1-b'"],
    ["with a long name", { name: "a".repeat(64) }, "backup_plan_id must have 1 to 63"],
    ["of a cluster that does not exist", { cluster: `${cluster}-2` }, "was not found"],
    ["of another project", { cluster: cluster.replace("acme-dev", "acme-prod") }, "was not found"],
    ["with a schedule, without retention", every("0 3 * * *"), "backup_retain_days must be set"],
    ["each nine minutes", { ...every("*/9 * * * *"), ...kept(1) }, "at least 10 minutes between backups"],
    ["with an invalid schedule", { ...every("@daily"), ...kept(1) }, "must be a cron expression"],
    ["with 384 backups", { ...every("0 * * * *"), ...kept(16) }, "at most 360 times the interval"],
    ["that is kept two years", kept(730), "backup_retain_days must be in [0, 365]"],
    ["that is locked for 91 days", kept(100, 91), "backup_delete_lock_days must be in [0, 90]"],
    ["that is locked for longer than it is kept", kept(7, 14), "at least backup_delete_lock_days"],
    [
        "with a target of half an hour",
        { backupSchedule: { rpoConfig: { targetRpoMinutes: 30 } }, ...kept(7) },
        "target_rpo_minutes must be in [60, 86400]",
    ],
    [
        "with two kinds of schedules",
        { backupSchedule: { cronSchedule: "0 3 * * *", rpoConfig: { targetRpoMinutes: 60 } }, ...kept(7) },
        "only one of cron_schedule and rpo_config",
    ],
    [
        "with a key in another location",
        {
            backupConfig: {
                allNamespaces: true,
                encryptionKey: {
                    gcpKmsEncryptionKey: "projects/acme-dev/locations/europe-west4/keyRings/data/cryptoKeys/all",
                },
            },
        },
        "must be in the location europe-west1",
    ],
])("a plan %s is refused", (_, more, text) => {
    expect(refusalOf(() => plan(prepared(), more))).toContain(text);
});

test("a plan is refused without the agent, and without the API", () => {
    expect(refusalOf(() => plan(prepared({ gkeBackupAgentConfig: { enabled: false } })))).toContain(
        "Backup for GKE is not enabled on cluster",
    );
    const world = new World();
    expect(refusalOf(() => plan(world))).toContain("SERVICE_DISABLED");
});

test("a target of recovery is accepted in place of a schedule, with the retention that it allows", () => {
    const rpo = { backupSchedule: { rpoConfig: { targetRpoMinutes: 60 } } };
    expect(plan(prepared(), { ...rpo, ...kept(15) }).id).toBe(id);
    expect(refusalOf(() => plan(prepared(), { ...rpo, ...kept(16) }))).toContain("at most 360 times");
});

test("a locked retention, and a plan that is deactivated, cannot be changed", () => {
    const world = prepared();
    const made = plan(world, { retentionPolicy: { backupRetainDays: 7, locked: true } });
    expect(refusalOf(() => change(world, made, kept(14)))).toContain("is locked and cannot be updated");
    const described = change(world, made, {
        description: "Nightly.",
        retentionPolicy: { backupRetainDays: 7, locked: true },
    });
    expect(described.state.description).toBe("Nightly.");
    const other = plan(world, { name: "old", deactivated: true });
    expect(refusalOf(() => change(world, other, { deactivated: false }))).toContain(
        "is deactivated and cannot be updated",
    );
});

test("a plan with backups cannot be deleted", () => {
    const world = prepared();
    const made = plan(world);
    const name = `//gkebackup.googleapis.com/${id}`;
    world.cloud.simulated.set(name, "acme-dev", { backups: 2 });
    expect(refusalOf(() => world.remove(made))).toContain("contains Backups");
    world.cloud.simulated.set(name, "acme-dev", { backups: 0 });
    world.remove(made);
    expect(world.refreshed(made)).toBeUndefined();
});
