import { Cloud } from "../../../local/simulator/cloud/cloud";
import { projectName } from "../../../local/simulator/cloud/projects";
import { DelayedPropagation, SimulatedTime, startCommand } from "../../../local/simulator/cloud/propagation";
import { newFolder, refusalOf, World } from "./world";

/** A project whose changes take effect later, and its time. */
function prepared() {
    const folder = newFolder();
    new World(undefined, { folder }).enable("bigquery", "iam", "pubsub", "serviceusage", "storage");
    const cloud = new Cloud(folder, undefined, undefined, {}, new DelayedPropagation(folder));
    const world = new World(undefined, { folder }, cloud);
    const time = new SimulatedTime(folder);
    return { folder, world, later: (seconds: number) => time.skip(seconds * 1000) };
}

const roles = ["roles/pubsub.viewer"];

test("a new API can be used after 30 seconds, also by another process", () => {
    const { folder, world, later } = prepared();
    world.enable("kms", "cloudkms");
    const other = new Cloud(folder, undefined, undefined, {}, new DelayedPropagation(folder));
    const isEnabled = () =>
        [world.cloud, other].map(({ projects }) => projects.isEnabled("acme-dev", "cloudkms.googleapis.com"));
    later(29);
    expect(isEnabled()).toEqual([false, false]);
    later(1);
    expect(isEnabled()).toEqual([true, true]);
});

test("a new account can be granted roles after a minute, and so can a service agent", () => {
    const { world, later } = prepared();
    const accounts = [
        world.make("Account", { accountId: "record-run" }),
        world.make("ServiceIdentity", { service: "pubsub.googleapis.com" }),
    ];
    const grants = accounts.map(({ state: { email, member } }) => ({
        email,
        grant: () => world.make("ProjectIAMMember", { project: "acme-dev", role: "roles/pubsub.viewer", member }),
    }));
    for (const { email, grant } of grants) {
        expect(refusalOf(grant)).toContain(`Error 400: Service account ${email} does not exist.`);
    }
    later(60);
    for (const { email, grant } of grants) {
        expect(grant().state.member).toBe(`serviceAccount:${email}`);
    }
});

describe("a grant", () => {
    const granted = () => {
        const { world, later } = prepared();
        const { member } = world.make("Account", { accountId: "record-run" }).state;
        later(60);
        const made = world.make("ProjectIAMMember", { project: "acme-dev", role: roles[0], member });
        const members = () =>
            world.cloud.iam
                .effective(projectName("acme-dev"), [member])
                .filter(({ role }) => role === roles[0])
                .map((grant) => grant.member);
        return { world, later, made, member, members };
    };

    test("takes effect after two minutes", () => {
        const { later, member, members } = granted();
        expect(members()).toEqual([]);
        later(120);
        expect(members()).toEqual([member]);
    });

    test("has an effect for two minutes after its removal", () => {
        const { world, later, made, member, members } = granted();
        later(120);
        world.remove(made);
        expect(world.refreshed(made)).toBeUndefined();
        later(119);
        expect(members()).toEqual([member]);
        later(1);
        expect(members()).toEqual([]);
    });

    test("that is removed before it took effect never takes effect", () => {
        const { world, later, made, members } = granted();
        world.remove(made);
        later(60);
        expect(members()).toEqual([]);
    });

    test("takes effect before the next command", () => {
        const { world, member, members } = granted();
        startCommand(world.cloud.folder);
        expect(members()).toEqual([member]);
    });
});

test("a change of a dataset's access list takes effect after two minutes, but the list of a new dataset does at once", () => {
    const { world, later } = prepared();
    const accesses = [{ role: "OWNER", specialGroup: "projectOwners" }];
    const dataset = world.make("Dataset", { datasetId: "sales", location: "EU", accesses });
    const members = () =>
        world.cloud.iam
            .effective("//bigquery.googleapis.com/projects/acme-dev/datasets/sales", [
                "projectOwners",
                "user:ana@acme.dev",
            ])
            .map(({ member }) => member);
    expect(members()).toEqual(["projectOwners"]);
    const changed = { role: "READER", userByEmail: "ana@acme.dev" };
    world.update(dataset, { datasetId: "sales", location: "EU", accesses: [...accesses, changed] });
    expect(members()).toEqual(["projectOwners"]);
    later(120);
    expect(members().sort()).toEqual(["projectOwners", "user:ana@acme.dev"]);
});

test("a stopped time only advances with waits, until the next command", () => {
    const folder = newFolder();
    const time = new SimulatedTime(folder);
    time.skip(1000);
    time.stop(5_000_000);
    expect(time.now()).toBe(5_000_000);
    time.skip(30_000);
    expect(new SimulatedTime(folder).now()).toBe(5_030_000);
    startCommand(folder);
    const began = Date.now();
    const later = time.now();
    expect(later).toBeGreaterThanOrEqual(5_030_000 + 3_600_000);
    while (Date.now() - began < 5) {
        // Waits for the real time.
    }
    expect(time.now()).toBeGreaterThan(later);
});

describe("delays that a seed draws", () => {
    /** The seconds after which new APIs can be used. */
    const drawn = (seed: string) =>
        ["cloudkms", "run", "redis", "dns", "workflows", "eventarc", "sqladmin", "composer"].map((name) => {
            const folder = newFolder();
            const propagation = new DelayedPropagation(folder, seed);
            propagation.changed(name, "api");
            const time = new SimulatedTime(folder);
            let seconds = 0;
            for (; propagation.isPending(name); seconds += 10) {
                time.skip(10_000);
            }
            return seconds;
        });

    test("are between none and the longest documented one, and the same for the same seed", () => {
        const [one, other] = [drawn("1"), drawn("2")];
        expect(drawn("1")).toEqual(one);
        expect(other).not.toEqual(one);
        expect(Math.max(...one, ...other)).toBeGreaterThan(200);
        expect(Math.max(...one, ...other)).toBeLessThanOrEqual(300);
        expect(Math.min(...one, ...other)).toBeLessThan(60);
    });
});
