import { execFileSync, spawnSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { gunzipSync } from "node:zlib";
import { isAllowed, isAllowedOn, projectTarget, targetOf } from "../../../local/simulator/cloud/access";
import { allPermissions, permissionsOf } from "../../../local/simulator/permissions/permissions";
import { objectTarget } from "../../../local/simulator/services/storage/names";
import { World } from "./world";

const project = "acme-dev";
const email = `loader@${project}.iam.gserviceaccount.com`;
const member = `serviceAccount:${email}`;
const role = "roles/storage.objectViewer";

test.each([
    ["compute", "projects/acme-dev/global/backendServices/web", ["projects/acme-dev/global/backendServices/web"]],
    [
        "compute",
        "projects/acme-dev/regions/us-east1/subnetworks/apps",
        ["projects/acme-dev/regions/us-east1/subnetworks/apps"],
    ],
    [
        "certificatemanager",
        "projects/p/locations/global/certificateMaps/m",
        ["projects/p/locations/global/certificateMaps/m"],
    ],
    [
        "bigquery",
        "projects/acme-dev/datasets/sales/tables/days",
        ["projects/acme-dev/datasets/sales", "projects/acme-dev/datasets/sales/tables/days"],
    ],
    [
        "storage",
        "buckets/acme-models/objects/public/a.json",
        ["buckets/acme-models", "buckets/acme-models/managedFolders/public%2F"],
    ],
    [
        "secretmanager",
        "projects/acme-dev/secrets/global/versions/1",
        ["projects/acme-dev/secrets/global", "projects/acme-dev/secrets/global/versions/1"],
    ],
])("the policies that apply in %s to %s", (service, path, policies) => {
    const prefix = `//${service}.googleapis.com/`;
    const target = targetOf(new World().cloud, project, `${prefix}${path}`);
    expect(target.policies.map((name) => name.replace(prefix, ""))).toEqual(policies);
});

test("a member of the policy of a global backend service has its role there", () => {
    const world = new World();
    world.enable("iam", "iap", "compute");
    world.account("loader");
    const managed = { loadBalancingScheme: "EXTERNAL_MANAGED", protocol: "HTTPS" };
    for (const name of ["guarded", "other"]) {
        world.make("BackendService", { name, ...managed });
    }
    const grant = { role: "roles/iap.httpsResourceAccessor", member };
    world.make("WebBackendServiceIamMember", { webBackendService: "guarded", ...grant });
    const mayOpen = (name: string) =>
        isAllowedOn(
            world.cloud,
            email,
            "iap.webServiceVersions.accessViaIAP",
            `//compute.googleapis.com/projects/${project}/global/backendServices/${name}`,
        );
    expect([mayOpen("guarded"), mayOpen("other")]).toEqual([true, false]);
});

describe("a service account", () => {
    function prepared(): { world: World; mayRead(object: string): boolean } {
        const world = new World();
        world.enable("iam");
        world.account("loader");
        world.make("Bucket", { name: "acme-models", location: "europe-west1" });
        const on = (object: string) => objectTarget(project, "acme-models", object);
        return {
            world,
            mayRead: (object) => isAllowed(world.cloud, email, "storage.objects.get", on(object)),
        };
    }

    test("may do what a role on the resource or on its project contains, and nothing else", () => {
        const { world, mayRead } = prepared();
        expect(mayRead("a.json")).toBe(false);
        world.make("BucketIAMMember", { bucket: "acme-models", role, member });
        expect(mayRead("a.json")).toBe(true);
        const other = objectTarget(project, "acme-others", "a.json");
        expect(isAllowed(world.cloud, email, "storage.objects.get", other)).toBe(false);
        world.make("ProjectIAMMember", { project, role, member });
        expect(isAllowed(world.cloud, email, "storage.objects.get", other)).toBe(true);
        expect(isAllowed(world.cloud, email, "storage.objects.create", other)).toBe(false);
        expect(isAllowed(world.cloud, email, "logging.logEntries.create", projectTarget(project))).toBe(false);
    });

    test("may do it only where the condition of the role is fulfilled", () => {
        const { world, mayRead } = prepared();
        const expression =
            'resource.type == "storage.googleapis.com/Object" && resource.name.startsWith("projects/_/buckets/acme-models/objects/public/")';
        world.make("ProjectIAMMember", { project, role, member, condition: { title: "Public", expression } });
        expect([mayRead("public/a.json"), mayRead("a.json")]).toEqual([true, false]);
    });

    test.each([
        ["2030-01-01T00:00:00Z", true],
        ["2020-01-01T00:00:00Z", false],
    ])("has a permission until %s: %s", (end, expected) => {
        const { world, mayRead } = prepared();
        const condition = { title: "Until then", expression: `request.time < timestamp("${end}")` };
        world.make("BucketIAMMember", { bucket: "acme-models", role, member, condition });
        expect(mayRead("a.json")).toBe(expected);
    });

    test("has no permission by a condition on what is not known here, or while it is disabled", () => {
        const { world, mayRead } = prepared();
        const condition = { title: "Office", expression: 'request.auth.access_levels.hasOnly(["office"])' };
        world.make("BucketIAMMember", { bucket: "acme-models", role, member, condition });
        expect(mayRead("a.json")).toBe(false);
        const number = world.cloud.projects.number(project);
        const standard = `${number}-compute@developer.gserviceaccount.com`;
        world.enable("compute");
        world.make("BucketIAMMember", { bucket: "acme-models", role, member: `serviceAccount:${standard}` });
        const may = () =>
            isAllowed(world.cloud, standard, "storage.objects.get", objectTarget(project, "acme-models", "a"));
        expect(may()).toBe(true);
        world.make("DefaultServiceAccounts", { project, action: "DISABLE" });
        expect(may()).toBe(false);
    });
});

test("predefined roles have their permissions, and others are not in the data", () => {
    expect([...(permissionsOf("roles/storage.legacyObjectReader") ?? [])]).toEqual(["storage.objects.get"]);
    expect(permissionsOf("roles/storage.objectReader")).toBeUndefined();
    expect(allPermissions().methods["pubsub.projects.topics.create"]).toEqual([{ permission: "pubsub.topics.create" }]);
});

describe("the generator of the data", () => {
    const clone = mkdtempSync(join(tmpdir(), "slipway-permissions-"));
    afterAll(() => rmSync(clone, { recursive: true, force: true }));
    const write = (path: string, content: object) => {
        mkdirSync(dirname(join(clone, path)), { recursive: true });
        writeFileSync(join(clone, path), JSON.stringify(content));
    };
    const file = join(clone, "permissions.json.gz");
    const generate = () => {
        const script = join(__dirname, "..", "..", "..", "local", "simulator", "permissions", "generate.mjs");
        const { status, stdout, stderr } = spawnSync(process.execPath, [script, clone, file], { encoding: "utf8" });
        expect([status, stderr]).toEqual([0, ""]);
        return stdout;
    };
    const viewer = { name: "roles/pubsub.viewer", includedPermissions: ["pubsub.topics.get", "vision.images.get"] };

    test("keeps the roles and methods of services that components use, and prints what changed", () => {
        write("gcp/roles/pubsub.viewer.json", viewer);
        write("gcp/roles/vision.viewer.json", {
            name: "roles/vision.viewer",
            includedPermissions: ["vision.images.get"],
        });
        const permissions = [
            { name: "pubsub.topics.attachSubscription", resourceType: "topic", parameterName: "topic" },
        ];
        const methods = {
            "pubsub.projects.subscriptions.create": { permissions },
            "pubsub.projects.snapshots.list": {},
        };
        write("gcp/map.json", { api: { pubsub: { methods }, vision: { methods: { "vision.images.annotate": {} } } } });
        const git = (...args: string[]) =>
            execFileSync("git", ["-C", clone, "-c", "user.name=a", "-c", "user.email=a@acme.dev", ...args]);
        git("init", "--quiet");
        git("add", ".");
        git("commit", "--quiet", "--message", "Data", "--date", "2026-08-22T00:00:00Z");

        expect(generate()).toBe("");
        expect(JSON.parse(gunzipSync(readFileSync(file)).toString())).toEqual({
            source: expect.stringMatching(/^iann0036\/iam-dataset \(MIT\), snapshot \d{4}-\d\d-\d\d; /),
            permissions: ["pubsub.topics.get"],
            roles: { "roles/pubsub.viewer": [0] },
            methods: {
                "pubsub.projects.subscriptions.create": [
                    { permission: "pubsub.topics.attachSubscription", on: "topic", parameter: "topic" },
                ],
            },
        });
        write("gcp/roles/pubsub.viewer.json", { ...viewer, includedPermissions: ["pubsub.topics.list"] });
        expect(generate()).toBe("- roles/pubsub.viewer pubsub.topics.get\n+ roles/pubsub.viewer pubsub.topics.list\n");
    });
});
